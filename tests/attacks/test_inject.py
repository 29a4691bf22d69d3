"""Names and values of a stranger's files reach the operator as text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.attacks import bombs
from tests.attacks.child import ended
from tests.attacks.foreign import drawing

if TYPE_CHECKING:
    from pathlib import Path

ODD = "odd\nname \x1b[31m\u202egnp \x9b"


@pytest.mark.parametrize("place", ["archive", "folder"])
def test_a_name_in_an_archive_is_escaped(tmp_path: Path, place: str) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    damaged = b"PK\x03\x04" + bytes(60)
    if place == "archive":
        members = {
            "a\x1b]0;PWNED\x07\x1b[2J.log": bombs.ERROR,
            "../../evil\x1b[31m.gz": b"\x1f\x8b\x08" + bytes(100),
        }
        (inside / "names.zip").write_bytes(bombs.zip_of({**members, "/abs/x\x1b[31m.zip": damaged}))
    else:
        (inside / "x\x1b]0;PWNED\x07.zip").write_bytes(damaged)
    did = ended("analyze", str(inside), folder=tmp_path)

    assert did.code in {3, 8}
    assert drawing(did.shown) == []


def test_a_link_in_a_setting_is_no_link_in_sarif(tmp_path: Path) -> None:
    urls = ["https://x.vault.azure.net/secrets/y", "[x](https://evil.example)"]
    settings = {"secretsManagementSettings": {"pollingIntervalInS": "3600", "observedCertificates": urls}}
    extension = {
        "publisher": "Microsoft.Azure.KeyVault",
        "type": "KeyVaultForLinux",
        "typeHandlerVersion": "3.0",
    }
    (tmp_path / "pool.json").write_text(json.dumps({"properties": {**extension, "settings": settings}}))
    did = ended("lint", "--output", "sarif", str(tmp_path / "pool.json"), folder=tmp_path)
    messages = re.findall(r'"text": "((?:[^"\\]|\\.)*)"', did.out.decode())
    if not any("evil.example" in message for message in messages):
        raise LookupError(did)
    assert not [message for message in messages if "[x](https://evil.example)" in message]


def at_home(home: Path) -> dict[str, str]:
    return {"TROUBLESHOOTER_HOME": str(home), "TROUBLESHOOTER_ARM_ENDPOINT": "https://127.0.0.1:1"}


def test_an_odd_data_directory_is_escaped_in_messages(tmp_path: Path) -> None:
    (tmp_path / ODD).mkdir()
    for command in (("runs", "list"), ("runs", "show", "nothing"), ("open", "nothing")):
        did = ended(*command, folder=tmp_path, environ=at_home(tmp_path / ODD))
        assert drawing(did.shown) == [], command
    (tmp_path / f"{ODD} file").write_text("no folder")
    did = ended("runs", "list", folder=tmp_path, environ=at_home(tmp_path / f"{ODD} file"))
    assert did.code in {2, 7}
    assert b"\\x1b[31m" in did.err
    assert drawing(did.shown) == []


def test_an_odd_data_directory_is_escaped_by_doctor(tmp_path: Path) -> None:
    (tmp_path / ODD).mkdir()
    did = ended("doctor", folder=tmp_path, environ=at_home(tmp_path / ODD))
    assert drawing(did.shown) == []
