from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended


def pool(**secrets: Any) -> str:
    certificate = {
        "url": "https://kv.vault.azure.net/secrets/a",
        "certificateStoreLocation": "/var/lib/waagent/Microsoft.Azure.KeyVault.Store",
    }
    sound = {"pollingIntervalInS": "3600", "requireInitialSync": True, "observedCertificates": [certificate]}
    settings = {
        "secretsManagementSettings": sound | secrets,
        "authenticationSettings": {
            "msiEndpoint": "http://169.254.169.254/metadata/identity",
            "msiClientId": "c1a7b9e2-5d34-4c86-a0f1-2b7e6d9c8a43",
        },
    }
    extension = {
        "name": "KV", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux",
        "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": True, "settings": settings,
    }  # fmt: skip
    machine = {"virtualMachineConfiguration": {"extensions": [extension]}}
    identity = {"type": "UserAssigned", "userAssignedIdentities": {"/subscriptions/s/id": {}}}
    return json.dumps({"identity": identity, "properties": {"deploymentConfiguration": machine}}, indent=1)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "pool.json"
    file.write_text(pool(pollingIntervalInS=3600))
    return file


def test_a_finding_has_the_shape_of_the_contract(invoke: Callable[..., Ended], broken: Path) -> None:
    ended = invoke("lint", str(broken), "--output", "json")
    (finding,) = [each for each in ended.document["findings"] if each["severity"] == "error"]

    assert ended.code == 3
    assert ended.document["files"] == [{"file": str(broken), "extensions": 1}]
    assert set(finding) == {"id", "severity", "file", "path", "line", "message", "why", "fix", "sources"}
    assert finding["id"] == "kv-config-not-a-string"
    assert set(finding["fix"]) == {"summary", "patch"}
    assert "pollingIntervalInS" in broken.read_text().splitlines()[finding["line"] - 1]


def test_a_sound_file_ends_with_0(invoke: Callable[..., Ended]) -> None:
    assert invoke("lint", "-", stdin=pool().encode()).code == 0


def test_a_file_without_an_extension_ends_with_8(invoke: Callable[..., Ended]) -> None:
    ended = invoke("lint", "-", stdin=b"{}")

    assert ended.code == 8
    assert "no Key Vault extension" in ended.out


@pytest.mark.parametrize(
    ("stdin", "said"), [(b"hello", "cannot be read"), (b"\xff\xfa\x00", "not text"), (b"", "cannot be read")]
)
def test_an_invalid_file_ends_with_2(stdin: bytes, said: str, invoke: Callable[..., Ended]) -> None:
    ended = invoke("lint", "-", "--output", "json", stdin=stdin)

    assert ended.code == 2
    assert said in ended.document["error"]["what"]


def test_a_missing_file_ends_with_5_and_the_others_are_told(
    invoke: Callable[..., Ended], broken: Path
) -> None:
    ended = invoke("lint", str(broken), "/nowhere.json", "/nor/here.json", "--output", "json")

    assert ended.code == 5
    assert ended.document["findings"]
    assert "/nowhere.json" in ended.document["error"]["what"]
    assert "/nor/here.json" in ended.document["error"]["why"]


def test_sarif_names_rule_file_and_line(invoke: Callable[..., Ended], broken: Path) -> None:
    ended = invoke("lint", str(broken), "--output", "sarif")
    (run,) = ended.document["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]

    assert ended.document["version"] == "2.1.0"
    assert {result["ruleId"] for result in run["results"]} <= {
        rule["id"] for rule in run["tool"]["driver"]["rules"]
    }
    assert place["artifactLocation"]["uri"] == str(broken)
    assert place["region"]["startLine"] > 0


def test_a_fix_is_written_beside_the_file(invoke: Callable[..., Ended], broken: Path) -> None:
    before = broken.read_text()
    ended = invoke("lint", "--fix", str(broken))
    fixed = broken.with_name("pool.json.fixed.json")

    assert ended.code == 3
    assert broken.read_text() == before
    assert invoke("lint", str(fixed)).code == 0
    assert json.loads(fixed.read_text()) == json.loads(pool())


def test_a_fix_overwrites_nothing(invoke: Callable[..., Ended], broken: Path) -> None:
    fixed = broken.with_name("pool.json.fixed.json")
    fixed.write_text("mine")

    assert invoke("lint", "--fix", str(broken)).code == 2
    assert fixed.read_text() == "mine"


def test_a_folder_is_walked_and_only_what_concerns_the_extension_is_listed(
    invoke: Callable[..., Ended], broken: Path
) -> None:
    inner = broken.parent / "inner"
    inner.mkdir()
    (inner / "0.settings").write_text(pool())
    (inner / "package.json").write_text("{}")
    (inner / "notes.txt").write_text("no json")
    ended = invoke("lint", str(broken.parent), "--output", "json")

    assert ended.code == 3
    assert [each["file"] for each in ended.document["files"]] == [str(broken), str(inner / "0.settings")]
    assert "2 files, 2 Key Vault extensions" in invoke("lint", str(broken.parent)).out


def test_what_cannot_be_read_in_a_folder_is_said_and_the_others_are_checked(
    invoke: Callable[..., Ended], broken: Path
) -> None:
    (broken.parent / "torn.json").write_text("{")
    ended = invoke("lint", str(broken.parent))

    assert ended.code == 8
    assert "left out: " in ended.err
    assert "torn.json" in ended.err
    assert "kv-config-not-a-string" in ended.out


def test_a_folder_with_nothing_in_it_ends_with_8(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    assert invoke("lint", str(tmp_path)).code == 8


def test_one_file_is_counted_as_one(invoke: Callable[..., Ended], broken: Path) -> None:
    assert "1 file, 1 Key Vault extension, " in invoke("lint", str(broken)).out
