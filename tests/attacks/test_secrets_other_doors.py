"""Secrets by doors that no log comes through: names, templates, definitions, answers, what is typed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.attacks.foreign import Stage
from tests.attacks.spellings import LINE, spelled
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

NAMES = {
    "sas": ("logs/f?sv=1&sig=N1ameOfASecretABCD.log", "N1ameOfASecretABCD"),
    "quoted": ("logs/f%3Fsig%3DN2ame%2BOfASecretABCD.log", "OfASecretABCD"),
    "told": ("logs/N3ameTold%2FSecretABCD.log", "SecretABCD"),
    "curl": ("curl -u bob:N4ameOfASecretABCD x/a.log", "N4ameOfASecretABCD"),
}
TOLD = {"TROUBLESHOOTER_SECRET_NAME": "N3ameTold/SecretABCD"}


def holding(told: bytes, secret: str) -> list[bytes]:
    return [form for form in spelled(secret) if form in told]


def said(*arguments: str, given: bytes = b"", environ: Mapping[str, str] | None = None) -> bytes:
    """All that a command says, in both forms."""
    shown = b""
    for form in ("text", "json"):
        ended = subprocess.run(
            [*PROGRAM, *arguments, "--output", form],
            capture_output=True, check=False, timeout=120, input=given, env={**os.environ, **(environ or {})},
        )  # fmt: skip
        assert ended.returncode != 1, ended.stderr
        shown += ended.stdout + ended.stderr
    return shown


CONTENTS = (f"{LINE}x\n".encode(), b"\x89PNG\x00\x01" * 99, b"PK\x03\x04broken")
"""Read; not read, since it is no text; left out, since it is damaged."""
MEMBERS = {f"{number}/{name}": data for name, _ in NAMES.values() for number, data in enumerate(CONTENTS)}


def packed_tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in MEMBERS.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def packed_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in MEMBERS.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("pack", [packed_tar, packed_zip])
def test_an_archive_members_name_tells_no_secret(tmp_path: Path, pack: Callable[[], bytes]) -> None:
    archive = tmp_path / "logs"
    archive.write_bytes(pack())
    shown = said("analyze", "--timeline", str(archive), environ=TOLD)
    assert shown.count(b"redacted ") >= len(MEMBERS)
    assert {name for name, (_, secret) in NAMES.items() if holding(shown, secret)} == set()


TEMPLATE = {
    "resources": [
        {
            "type": "Microsoft.Batch/batchAccounts/pools",
            "name": "a/AccountKey=T1emplate\\/OfASecretABCD",
            "properties": {
                "userAccounts": [{"name": "u", "password": "T2emplateOfASecret"}],
                "startTask": {"commandLine": "curl -u bob:T3emplateOfASecret x"},
                "deploymentConfiguration": {
                    "virtualMachineConfiguration": {
                        "extensions": [
                            {
                                "name": "kv",
                                "publisher": "Microsoft.Azure.KeyVault",
                                "type": "KeyVaultForLinux",
                                "settings": {
                                    "secretsManagementSettings": {
                                        "pollingIntervalInS": "password=T4emplateOfASecret",
                                        "observedCertificates": [
                                            "https://u:T5emplate@OfASecretABCD@kv.vault.azure.net/secrets/x"
                                        ],
                                    }
                                },
                            }
                        ]
                    }
                },
            },
        }
    ]
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("command", ["analyze", "lint"])
def test_a_template_in_any_encoding_tells_no_secret(tmp_path: Path, command: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        text = json.dumps(TEMPLATE, indent=1)
        (tmp_path / f"{encoding}.json").write_bytes(text.encode(encoding))
    shown = said(command, str(tmp_path))
    assert b"pollingIntervalInS" in shown
    for secret in ("T2emplateOfASecret", "T3emplateOfASecret", "T4emplateOfASecret", "OfASecretABCD"):
        assert holding(shown, secret) == []


@pytest.mark.slow
def test_what_is_pasted_tells_no_secret() -> None:
    log = f"{LINE}failed: docker login -u bob -p S1tandardInputABCD\n".encode("utf-16")
    shown = said("analyze", "-", given=log)
    assert b"redacted " in shown
    assert holding(shown, "S1tandardInputABCD") == []


@pytest.mark.slow
def test_a_proof_tells_no_half_of_a_secret_that_goes_on_in_the_next_line(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(f"{LINE}said N3ameTold/\nSecretABCD aloud\n{LINE}x\n")
    ended = subprocess.run(
        [*PROGRAM, "analyze", str(tmp_path / "log.txt")],
        capture_output=True, check=False, timeout=120, env={**os.environ, **TOLD},
    )  # fmt: skip
    assert b"<redacted" in ended.stdout
    assert b"N3ameTold" not in ended.stdout


@pytest.mark.slow
def test_a_line_that_a_rule_of_ones_own_catches_tells_no_secret(tmp_path: Path) -> None:
    """Not even where the rule catches the secret itself."""
    (tmp_path / "log.txt").write_text(f"{LINE}odd thing AccountKey=ab\\/C1aughtByARuleABCD;x\n")
    shown = said("analyze", str(tmp_path / "log.txt"))
    assert holding(shown, "C1aughtByARuleABCD") == []


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = tmp_path_factory.mktemp("doors") / "data"
    with served(home, "vault-rbac-denied") as world:
        yield Stage(world, home)


def kept(stage: Stage) -> bytes:
    """Every file of the home but the pool's definition."""
    files = [path for path in stage.home.rglob("*") if path.is_file() and path.name != "pool.json"]
    return b"\n".join(path.read_bytes() for path in files)


TYPED = {
    "a gate that there is not": ("run", "POOL", "--answer", "x=sig=T1ypedAtAGateABCD"),
    "a choice that there is not": ("run", "POOL", "--yes", "--answer", "plan=pwd=T2ypedAtAGateABCD"),
    "no choice at all": ("run", "POOL", "--answer", "https://u:T3yped@AtAGateABCD@h"),
    "a range": ("run", "POOL", "--yes", "--allow-from", "token=T4ypedAtAGateABCD"),
    "a step": ("run", "POOL", "--until", "curl -u b:T5ypedAtAGateABCD"),
    "a playbook": ("run", "POOL", "--playbook", "AccountKey=T6yp\\u0065dAtAGateABCD"),
    "a name": ("run", "POOL", "--yes", "--mode", "in-place", "--confirm", "pwd=T7ypedAtAGateABCD"),
    "a pool": ("run", "https://h/?sig=T8ypedAtAGateABCD"),
    "an endpoint": ("run", "POOL", "--arm-endpoint", "http://u:T9yped/AtAGateABCD@h"),
    "an option": ("run", "POOL", "--password=T0ypedAtAGateABCD"),
}


@pytest.mark.slow
@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED.keys())
def test_what_is_typed_tells_no_secret(stage: Stage, typed: tuple[str, ...]) -> None:
    arguments = [stage.world.connection["pool_id"] if word == "POOL" else word for word in typed]
    told = b""
    for form in ("text", "json"):
        did = stage.call(*arguments, "--output", form)
        assert did.returncode not in {0, 1}
        told += did.stdout + did.stderr
    assert holding(told + kept(stage), "AtAGateABCD") == []


DEFINITION: dict[str, Any] = {
    "metadata": [
        {"name": "note", "value": "AccountName=a;AccountKey=ab\\/D1efinitionABCDEF==;x"},
        {"name": "pair", "value": '{"key":"password","value":"D2efinitionABCDEF"}'},
        {"name": "twice", "value": "sig%253Dabcdefgh%252BD3efinitionABCDEF"},
    ],
    "startTask": {
        "commandLine": "/bin/sh -c 'docker login -u b -p D4efinitionABCDEF; curl -u b:D5efinitionABCDEF h'",
        "environmentSettings": [
            {"name": "HARMLESS", "value": "D6efinitionABCDEF"},
            {"name": "HTTPS_PROXY", "value": "http://u:D7efinition/ABCDEF@h:1"},
        ],
        "waitForSuccess": True,
    },
}
ERRORS = (
    "Authorization SharedKey acct:abcdefgh\\u002BE1rrorsABCDEFGH at",
    '{\\"name\\":\\"token\\",\\"value\\":\\"E2rrorsABCDEFGH\\"}',
    "x aB78Q~E3rrorsAbCdEfGhIjKlMnOpQrStUvWx012 y",
    "&quot;client_secret&quot;:&quot;E4rrorsABCDEFGH&quot;",
    "pwd&#61;E5rrorsABCDEFGH",
)


@pytest.mark.slow
def test_neither_a_definition_nor_azures_words_tell_a_secret(tmp_path: Path) -> None:
    """In metadata, a start task, its variables, refusals, a status; on every output."""
    home = tmp_path / "data"
    with served(home, "vault-rbac-denied") as world:
        stage = Stage(world, home)
        patched = stage.azure.arm("PATCH", world.connection["pool_id"], {"properties": DEFINITION})
        assert patched.status == 200, patched.body
        stage.report_from_nodes(" ".join(ERRORS) + " ")
        body = json.dumps({"error": {"code": "Odd", "message": " ".join(ERRORS)}})
        stage.plant("GET /nodes/[^/]+$", status=409, body=body, times=2)
        places = {"run": stage.run("-v"), "json": stage.run("--output", "json")}
        run = stage.latest
        places["show"] = stage.call("runs", "show", run, "-v")
        for form in ("markdown", "html", "json", "text", "ticket"):
            places[form] = stage.call("report", run, "--format", form)
        for form in ("arm", "bicep", "terraform", "az", "powershell", "patch", "body"):
            places[form] = stage.call("runs", "show", run, "--form", form)
        bundle = tmp_path / "run.tar.gz"
        places["export"] = stage.call("runs", "export", run, "-o", str(bundle))
        told = {name: did.stdout + did.stderr for name, did in places.items()} | {"home": kept(stage)}
        with tarfile.open(bundle) as archive:
            for member in archive:
                content = archive.extractfile(member)
                told[member.name] = member.name.encode() + (content.read() if content else b"")
    assert b"<redacted " in told["run"]
    secrets = {f"D{number}efinition" for number in range(1, 8)} | {
        f"E{number}rrors" for number in range(1, 6)
    }
    found = {(name, secret) for name, data in told.items() for secret in secrets if holding(data, secret)}
    assert found == set()
