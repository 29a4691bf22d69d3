from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.known import KNOWN
from tests.mistakes.in_settings import SLIPPED
from tests.mistakes.written import URL
from tests.unit.lint.corpus import TEXTS
from tests.unit.lint.pools import IDENTITY, extension, good, settings
from troubleshooter.cli.repair import repaired_text
from troubleshooter.lint import lint_text
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended


def fixed(file: Path) -> Path:
    return file.with_name(f"{file.name}.fixed.json")


def test_a_fix_that_needs_an_answer_is_never_applied(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    pool = good()
    del pool["identity"]
    file = tmp_path / "pool.json"
    file.write_text(json.dumps(pool))
    ended = invoke("lint", "--fix", str(file))
    assert ended.code == 3
    assert "without knowing more" in ended.err
    assert not fixed(file).exists()


def test_the_others_are_applied_beside_it(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    pool = good()
    pool["identity"]["userAssignedIdentities"] = {IDENTITY: {}, IDENTITY + "2": {}}
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 60
    del settings(pool)["authenticationSettings"]
    file = tmp_path / "pool.json"
    file.write_text(json.dumps(pool, indent="\t"))
    assert invoke("lint", "--fix", str(file)).code == 3
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = "60"
    assert fixed(file).read_text() == json.dumps(pool, indent="\t") + "\n"
    assert fixed(file).stat().st_mode & 0o777 == 0o600


def test_several_mistakes_that_move_each_other(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    pool = good()
    inner = settings(pool)
    inner["secretsManagementSettings"]["requiredInitialSync"] = "true"
    del inner["secretsManagementSettings"]["requireInitialSync"]
    extension(pool)["authenticationSettings"] = inner.pop("authenticationSettings")
    extension(pool)["settings"] = {"settings": inner}
    file = tmp_path / "pool.json"
    file.write_text(json.dumps(pool, indent=2))
    assert invoke("lint", "--fix", str(file)).code == 3
    assert invoke("lint", str(fixed(file))).code == 0
    assert json.loads(fixed(file).read_text()) == good()


def test_a_pool_with_the_slip_of_the_documented_one(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    file = tmp_path / "pool.json"
    file.write_text(SLIPPED.text)
    assert invoke("lint", "--fix", str(file)).code == 3
    before, after = file.read_text().splitlines(), fixed(file).read_text().splitlines()
    changed = [line.strip() for line in after if line not in before]
    assert changed == [f'"url": "{URL}",']
    assert invoke("lint", str(fixed(file))).code == 0


def test_a_pasted_pool_gives_the_repair(invoke: Callable[..., Ended]) -> None:
    pasted = SLIPPED.text.encode()
    shown = invoke("lint", "-", stdin=pasted)
    assert shown.code == 3
    text = shown.out.partition("Repaired:\n\n")[2].rpartition("}\n")[0] + "}"
    assert lint_text(text, "f", KNOWN).repaired is None
    machine = json.loads(text)["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    secrets = machine["extensions"][0]["settings"]["secretsManagementSettings"]
    assert secrets["observedCertificates"][0]["url"] == URL
    (file,) = invoke("lint", "-", "--output", "json", stdin=pasted).document["files"]
    assert json.loads(file["repaired"]) == json.loads(text)


def test_a_comment_is_taken_out() -> None:
    text, done, _ = repaired_text("f", '{"type": "KeyVaultForLinux", "settings": {}} // ours\n', KNOWN)
    assert json.loads(text) == {"type": "KeyVaultForLinux", "settings": {}}
    assert done == ["Made it JSON"]


def test_half_a_character_is_written_as_json_names_it() -> None:
    text = '{"type": "KeyVaultForLinux", "name": "\\ud800", "publisher": "microsoft.azure.keyvault.edp"}'
    written, _, _ = repaired_text("f", text, KNOWN)
    assert json.loads(written.encode())["publisher"] == "Microsoft.Azure.KeyVault"


@pytest.mark.parametrize("written", [pytest.param(text, id=name) for name, text in TEXTS.items()])
def test_what_is_repaired_is_better_and_stays_as_it_is(written: str) -> None:
    text, done, _ = repaired_text("f", written, KNOWN)
    before, after = (lint_text(each, "f", KNOWN).findings for each in (written, text))
    known = {found.id for found in before}
    # what could not be seen before may deserve a remark
    left = [found for found in after if found.severity is not Severity.INFO or found.id in known]
    assert len(left) <= len(before) - len(done)
    assert repaired_text("f", text, KNOWN) == (text, [], True)
