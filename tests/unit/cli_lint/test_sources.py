"""Sources on the command line: what is said, what is left alone, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended

BICEP = """var settings = {
  secretsManagementSettings: {
    pollingIntervalInS: POLL
    observedCertificates: [ { url: 'https://${vault}.vault.azure.net/secrets/web' } ]
  }
}
"""
WRONG, RIGHT = BICEP.replace("POLL", "3600"), BICEP.replace("POLL", "'3600'")
COMPUTED = """resource "azurerm_virtual_machine_extension" "kv" {
  publisher            = "Microsoft.Azure.KeyVault"
  type                 = "KeyVaultForLinux"
  type_handler_version = "3.0"
  settings             = local.settings
}
"""


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_source_is_repaired_by_showing_how(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    file = written(tmp_path, "infra/kv.bicep", WRONG)
    ended = invoke("lint", "--fix", str(file))
    assert ended.code == 3
    assert '"pollingIntervalInS": "3600"' in ended.out
    assert "${vault}" in ended.out
    assert [*file.parent.iterdir()] == [file]
    assert file.read_text(encoding="utf-8") == WRONG


def test_what_is_ignored_is_not_repaired(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    file = written(tmp_path, "kv.bicep", WRONG)
    ended = invoke("lint", "--fix", "--ignore", "kv-config-not-a-string", str(file))
    assert ended.code == 0
    assert "nothing that can be repaired" in ended.out


def test_the_document_says_form_and_correction(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    file = written(tmp_path, "kv.bicep", WRONG)
    (said,) = json.loads(invoke("lint", "--fix", "--output", "json", str(file)).out)["files"]
    assert (said["form"], said["extensions"]) == ("Bicep", 1)
    (block,) = said["corrected"]
    assert block["line"] == 1
    assert json.loads(block["settings"])["secretsManagementSettings"]["pollingIntervalInS"] == "3600"


def test_settings_that_are_computed_are_no_success(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    ended = invoke("lint", str(written(tmp_path, "main.tf", COMPUTED)))
    assert ended.code == 8
    assert "nothing literal is left" in ended.err
    assert "terraform show -json" in ended.err


def test_a_good_source_is(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    assert invoke("lint", str(written(tmp_path, "kv.bicep", RIGHT))).code == 0


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("index.ts", "import * as x from 'y';\nconst a = JSON.stringify({ b: 1 });\n", "pulumi stack export"),
        ("main.go", "package main\nvar s = map[string]interface{}{}\n", "json.Marshal"),
        ("x.xml", '<?xml version="1.0"?>\n<a>\n</a>\n', "az vm extension show"),
    ],
)
def test_what_is_not_read_is_named_with_a_way_out(
    invoke: Callable[..., Ended], tmp_path: Path, name: str, text: str, says: str
) -> None:
    ended = invoke("lint", str(written(tmp_path, name, text)))
    assert ended.code == 2
    assert "which is not read" in ended.err
    assert says in ended.err


def test_a_source_without_settings_says_what_gives_json(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    ended = invoke("lint", str(written(tmp_path, "x.bicep", "param a string\nvar b = { c: 'd' }\n")))
    assert ended.code == 8
    assert "az bicep build" in ended.out


def test_a_folder_is_walked(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    """Copies and what others wrote are passed by, and a source without a sign of an extension is not told."""
    wrong = written(tmp_path, "all/infra/kv.bicep", WRONG)
    written(tmp_path, "all/app/other.py", "import os\nx = {'a': 1}\n")
    for folder in (".git", ".terraform", "node_modules", "a/.venv"):
        written(tmp_path, f"all/{folder}/kv.bicep", WRONG)
    ended = invoke("lint", "--output", "json", str(tmp_path / "all"))
    document = json.loads(ended.out)
    assert ended.code == 3
    assert [one["file"] for one in document["files"]] == [str(wrong)]
    assert {one["file"] for one in document["findings"]} == {str(wrong)}


def test_analyze_reads_a_source_too(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    ended = invoke("analyze", "--output", "json", str(written(tmp_path, "kv.bicep", WRONG)))
    assert json.loads(ended.out)["root_cause"] == "kv-config-not-a-string"
    letter = "Please look at secretsManagementSettings and observedCertificates { of it }.\n"
    said = json.loads(invoke("analyze", "--output", "json", str(written(tmp_path, "a.txt", letter))).out)
    assert said["findings"] == []


def test_a_state_of_terraform_is_named(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    state = {"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "x", "resources": []}
    ended = invoke("lint", str(written(tmp_path, "terraform.tfstate", json.dumps(state))))
    assert ended.code == 8
    assert "terraform show -json" in ended.out
