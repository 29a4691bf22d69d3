"""An extension that nobody here has heard of, given as a file and two rules: no code is changed for it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.lint.pools import good
from troubleshooter.cli.entry import run
from troubleshooter.printer import Form, Printer

if TYPE_CHECKING:
    from pathlib import Path

EXTENSION = r"""
id: gadget
title: Contoso Gadget
publishers: [Contoso.Cloud]
linux:
  types: [GadgetForLinux]
  versions: [2]
log:
  - {kind: extension-log, line: 'gadget\[\d+\]: ', ends: [round done]}
settings: {holds: gadgetSettings, signs: [gadgetSettings]}
"""
RULES = """
- id: gadget-no-licence
  extension: gadget
  title: The gadget has no licence
  good: The gadget has a licence
  severity: error
  confidence: confirmed
  label: KV
  record: Its own log says that it stops
  applies: {files: [extension-log]}
  match: {any: ['licence of \\d+ is void']}
  explanation: It stops without a licence.
  matches: ['gadget[7]: licence of 2025 is void', 'gadget[8]: licence of 2024 is void']
  ignores: ['gadget[7]: licence of 2025 is fine', 'the licence']
  sources: [https://example.com/gadget]
- id: gadget-too-warm
  extension: gadget
  title: The gadget is too warm
  good: The gadget is cool enough
  severity: warning
  confidence: likely
  label: KV
  applies: {files: [extension-log]}
  match: {any: ['temperature is too high']}
  explanation: It waits until it is cooler.
  matches: ['gadget[7]: temperature is too high', 'gadget[9]: the temperature is too high']
  ignores: ['gadget[7]: temperature is fine', 'too high']
  sources: [https://example.com/gadget]
"""
LOG = "gadget[7]: licence of 2025 is void\ngadget[7]: ForbiddenByRbac\ngadget[7]: round done\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    (own / "gadget.yaml").write_text(EXTENSION)
    (own / "rules.yaml").write_text(RULES)
    return own


@pytest.fixture
def log(tmp_path: Path) -> str:
    file = tmp_path / "gadget.log"
    file.write_text(LOG)
    return str(file)


def pool(folder: Path, kind: str) -> str:
    definition = good()
    machine = definition["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    settings = {"gadgetSettings": {"level": 1}}
    fields = {"publisher": "Contoso.Cloud", "type": kind, "typeHandlerVersion": "2.0", "settings": settings}
    machine["extensions"] = [{"name": "gadget", **fields}]
    file = folder / "pool.json"
    file.write_text(json.dumps(definition))
    return str(file)


def called(*arguments: str, form: Form = Form.JSON) -> tuple[int, str]:
    out = io.StringIO()
    code = run([*arguments, "--output", form.value], Printer(form, out, io.StringIO(), {}))
    return code, out.getvalue()


def document(*arguments: str) -> Any:
    return json.loads(called(*arguments)[1])


def ids(found: Any) -> set[str]:
    return {one["id"] for one in found["findings"]}


def verdicts(found: Any) -> dict[str, str]:
    return {one["id"]: one["verdict"] for one in found["checked"]}


def test_its_log_is_read_by_its_rules_alone(folder: Path, log: str) -> None:
    found = document("analyze", log, "--extensions", str(folder))

    assert ids(found) == {"gadget-no-licence"}  # ForbiddenByRbac: no log of Key Vault
    told = verdicts(found)
    assert (told["gadget-too-warm"], told["kv-403-rbac"]) == ("pass", "unknown")
    assert "kv-403-rbac" in ids(document("analyze", log))  # without the file nobody can tell whose log it is


def test_lint_names_what_is_wrong_and_checks_no_key_vault_settings(folder: Path) -> None:
    found = document("lint", pool(folder, "GadgetForLinx"), "--extensions", str(folder))["findings"]

    assert {one["id"]: one["message"] for one in found} == {
        "extension-name-wrong": "type is GadgetForLinx; it must be GadgetForLinux",
        "batch-extension-type-not-allowed": (
            "GadgetForLinx is not in the list of extensions that Batch installs"
        ),
    }


def test_lint_counts_it_by_its_name_where_nothing_is_wrong(folder: Path) -> None:
    file = pool(folder, "GadgetForLinux")

    code, told = called("lint", file, "--extensions", str(folder), form=Form.TEXT)

    assert "1 Contoso Gadget extension" in told
    assert code == 4  # Batch installs it on request only
    assert "no Key Vault extension in it" in called("lint", file, form=Form.TEXT)[1]


def test_analyze_checks_its_definition(folder: Path) -> None:
    file = pool(folder, "GadgetForLinx")

    assert "extension-name-wrong" in ids(document("analyze", file, "--extensions", str(folder)))


def test_the_files_are_validated(folder: Path) -> None:
    assert called("playbooks", "validate", str(folder / "gadget.yaml"), form=Form.TEXT)[0] == 0
    code, told = called("playbooks", "validate", str(folder), form=Form.TEXT)

    assert code == 0
    assert "extension gadget, 2 rules" in told


def test_its_rules_are_tried_on_their_own_examples(folder: Path) -> None:
    code, told = called("playbooks", "test", "--extensions", str(folder), form=Form.TEXT)

    assert (code, "0 examples fail" in told) == (0, True)


def test_a_rule_for_an_extension_that_nobody_knows_is_refused(folder: Path, log: str) -> None:
    (folder / "gadget.yaml").unlink()

    assert called("analyze", log, "--extensions", str(folder))[0] == 2
