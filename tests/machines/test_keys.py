"""The key that was named: what of it cannot be used, and the passphrase that opens it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.machines.conftest import machine
from tests.machines.sshd import keygen
from tests.machines.terminal import typed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.machines.conftest import Engineer
    from tests.machines.sshd import Sshd

pytestmark = pytest.mark.slow

PASSPHRASE = "open sesame 4711"
NOWHERE = "ssh://kv@127.0.0.1:9"

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "text": (b"hello\n", "no private key"),
    "binary": (bytes(range(256)), "no private key"),
    "ppk": (b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "PuTTY"),
    "public": (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIErX me\n", "public half"),
    "certificate": (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "certificate"),
    "dsa": (b"-----BEGIN DSA PRIVATE" + b" KEY-----\nMIIB\n-----END DSA PRIVATE" + b" KEY-----\n", "DSA"),
    "damaged": (
        b"-----BEGIN OPENSSH PRIVATE" + b" KEY-----\nb3BlbnNz\n-----END OPENSSH PRIVATE" + b" KEY-----\n",
        "damaged",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_is_no_key_is_told_before_anything_is_asked(
    engineer: Engineer, tmp_path: Path, kind: str
) -> None:
    data, said = FILES[kind]
    path = tmp_path / kind
    path.write_bytes(data)
    ended = engineer.collects(NOWHERE, key=path)
    assert ended.code == 2
    assert said in ended.document["error"]["why"]
    assert not engineer.bundle.exists()


def test_a_key_that_is_not_there_or_is_a_folder_is_told(engineer: Engineer, tmp_path: Path) -> None:
    assert engineer.collects(NOWHERE, key=tmp_path / "none").code == 5
    assert engineer.collects(NOWHERE, key=tmp_path).code == 2


@pytest.mark.parametrize("form", ["OPENSSH", "PEM", "PKCS8"])
def test_a_locked_key_wants_a_terminal(engineer: Engineer, tmp_path: Path, form: str) -> None:
    more = () if form == "OPENSSH" else ("-m", form)
    ended = engineer.collects(NOWHERE, key=keygen(tmp_path / form, "rsa", PASSPHRASE, *more))
    assert ended.code == 2
    assert "passphrase" in ended.document["error"]["what"]
    assert "ssh-add" in ended.document["error"]["do"]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["OPENSSH", "PEM", "PKCS8"])
def test_a_passphrase_is_asked_for_on_the_terminal_and_kept_nowhere(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path, form: str
) -> None:
    server = sshd()
    engineer.knows(server)
    more = () if form == "OPENSSH" else ("-m", form)
    key = keygen(tmp_path / form, "rsa", PASSPHRASE, *more)
    server.allow(key)
    words = ("collect", machine(server), "-i", str(key), "-o", str(engineer.bundle), "--no-probe")
    code, shown = typed(words, b"Passphrase for", ["wrong", PASSPHRASE])
    assert code == 3
    assert "13 files" in shown
    assert PASSPHRASE not in shown
    found = subprocess.run(["grep", "-rlF", PASSPHRASE, str(tmp_path)], capture_output=True, check=False)
    assert found.stdout == b""


@pytest.mark.slow
def test_three_wrong_passphrases_end_it(engineer: Engineer, tmp_path: Path) -> None:
    key = keygen(tmp_path / "locked", "ed25519", PASSPHRASE)
    words = ("collect", NOWHERE, "-i", str(key), "-o", str(engineer.bundle), "--no-probe")
    code, shown = typed(words, b"Passphrase for", ["a", "b", "c"])
    assert code == 6
    assert "stays locked" in shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("kv@10.0.0.4", "does not begin with ssh://"),
        ("ssh://10.0.0.4", "does not name the user"),
        ("ssh://kv@", "does not name a host"),
        ("ssh://kv@host:0", "Port 0"),
        ("ssh://kv@host:99999", "out of range"),
        ("ssh://kv@host/path", "more in it"),
        ("ssh://kv@-oProxyCommand=x", "does not name a host"),
        ("http://kv@host", "does not begin with ssh://"),
    ],
)
def test_what_is_no_address_is_wrong_usage(engineer: Engineer, address: str, said: str) -> None:
    ended = engineer.collects(address)
    assert ended.code == 2
    assert said in ended.document["error"]["why"]


def test_a_password_in_an_address_is_refused_and_not_repeated(engineer: Engineer) -> None:
    ended = engineer.collects("ssh://kv:hunter2secret@host")
    assert ended.code == 2
    assert "hunter2secret" not in ended.out + ended.err


def test_a_place_that_cannot_be_written_is_told_before_anything_is_asked(
    engineer: Engineer, tmp_path: Path
) -> None:
    for place in (tmp_path / "none" / "b.tar.gz", tmp_path):
        ended = engineer.types(
            "collect", NOWHERE, "-i", str(engineer.key), "-o", str(place), "--output", "json"
        )
        assert ended.code == 2
        assert "-o" in ended.document["error"]["do"]
