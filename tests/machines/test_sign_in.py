"""By which key one is let in, and why one is not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.machines.agent import agent
from tests.machines.conftest import machine
from tests.machines.sshd import keygen
from tests.machines.test_before_ssh import told
from troubleshooter.collect.roads import ssh_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.machines.conftest import Ended, Engineer
    from tests.machines.sshd import Sshd

pytestmark = pytest.mark.slow


def without_a_name(engineer: Engineer, *words: str, **environ: str) -> Ended:
    """`collect` without -i."""
    return engineer.types(
        "collect", *words, "-o", str(engineer.bundle), "--no-probe", "--output", "json", **environ
    )


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_every_kind_of_key_lets_in(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path, kind: str
) -> None:
    server = sshd()
    engineer.knows(server)
    key = keygen(tmp_path / kind, kind)
    server.allow(key)
    assert engineer.collects(machine(server), key=key).node()["state"] == "complete"


def test_a_key_in_the_old_pem_form_lets_in(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    server = sshd()
    engineer.knows(server)
    key = keygen(tmp_path / "pem", "rsa", "", "-m", "PEM")
    server.allow(key)
    assert engineer.collects(machine(server), key=key).node()["state"] == "complete"


def test_the_agents_keys_let_in_where_none_is_named(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    server = sshd()
    engineer.knows(server)
    with agent(tmp_path / "agent", keygen(tmp_path / "other"), engineer.key) as socket:
        ended = without_a_name(engineer, machine(server), SSH_AUTH_SOCK=socket)
    assert ended.node()["state"] == "complete"


def test_the_key_of_the_home_lets_in_where_there_is_no_agent(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd()
    engineer.knows(server)
    shutil.copy(engineer.key, engineer.home / ".ssh" / "id_ed25519")
    assert without_a_name(engineer, machine(server)).node()["state"] == "complete"


def test_a_locked_key_that_the_agent_holds_wants_no_passphrase(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    server = sshd()
    engineer.knows(server)
    locked = keygen(tmp_path / "locked")
    server.allow(locked)
    with agent(tmp_path / "agent", keygen(tmp_path / "other"), locked) as socket:
        keygen_passphrase(locked)
        ended = engineer.collects(machine(server), key=locked, SSH_AUTH_SOCK=socket)
    assert ended.node()["state"] == "complete"


def keygen_passphrase(key: Path) -> None:
    """Lock a key that was open."""
    import subprocess  # noqa: PLC0415 - here alone

    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", str(key)], check=True, timeout=30
    )


def test_a_key_that_the_server_does_not_know_is_named_and_what_it_takes(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    server = sshd()
    engineer.knows(server)
    ended = engineer.collects(machine(server), key=keygen(tmp_path / "stranger"))
    reason, text = told(ended)
    assert reason == "key-refused"
    assert "It takes publickey" in text
    assert "; it refused ssh-ed25519 SHA256:" in text


def test_a_user_that_is_not_there_is_refused_alike(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    server = sshd()
    engineer.knows(server)
    assert told(engineer.collects(machine(server, "no-such-user")))[0] == "key-refused"


def test_a_server_that_takes_passwords_alone_says_what_it_takes(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd("PubkeyAuthentication no", "PasswordAuthentication yes")
    engineer.knows(server)
    reason, text = told(engineer.collects(machine(server)))
    assert (reason, "It offers: password" in text) == ("no-sign-in-by-key", True)


def test_a_server_that_wants_more_than_the_key_is_told(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    server = sshd("AuthenticationMethods publickey,password", "PasswordAuthentication yes")
    engineer.knows(server)
    reason, text = told(engineer.collects(machine(server)))
    assert (reason, "for: password" in text) == ("more-than-a-key", True)


def test_too_many_keys_are_told_from_a_wrong_one(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    server = sshd("MaxAuthTries 2")
    engineer.knows(server)
    keys = [keygen(tmp_path / f"key{number}") for number in range(4)]
    with agent(tmp_path / "agent", *keys, engineer.key) as socket:
        reason, text = told(without_a_name(engineer, machine(server), SSH_AUTH_SOCK=socket))
        named = engineer.collects(machine(server), SSH_AUTH_SOCK=socket)
    assert (reason, "Too many authentication failures" in text) == ("too-many-keys", True)
    assert named.node()["state"] == "complete", "what it says to do helps"


def test_an_agent_that_does_not_sign_is_told_from_a_refused_key(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_session, "SIGN_IN", 5.0)
    server = sshd()
    engineer.knows(server)
    with agent(tmp_path / "agent", engineer.key, confirm=True) as socket:
        reason, _ = told(without_a_name(engineer, machine(server), SSH_AUTH_SOCK=socket))
    assert reason == "key-did-not-sign"


def test_an_agent_that_is_gone_is_told_before_anything_is_asked(engineer: Engineer, tmp_path: Path) -> None:
    ended = without_a_name(engineer, "ssh://kv@127.0.0.1:9", SSH_AUTH_SOCK=str(tmp_path / "none"))
    assert ended.code in {5, 7}
    assert "agent" in ended.document["error"]["why"] + ended.document["error"]["what"]


def test_without_any_key_it_is_said_how_to_have_one(engineer: Engineer) -> None:
    ended = without_a_name(engineer, "ssh://kv@127.0.0.1:9")
    assert ended.code == 5
    assert "ssh-add" in ended.document["error"]["do"]
