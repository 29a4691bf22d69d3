"""What answers in place of an SSH server, or keeps it from being reached, is told apart."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.machines import wire
from tests.machines.conftest import machine
from troubleshooter.collect.roads import ssh_reach, ssh_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.machines.conftest import Ended, Engineer
    from tests.machines.sshd import Sshd

GREETING = b"SSH-2.0-OpenSSH_9.2\r\n"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_reach, "CONNECT", 1.0)
    monkeypatch.setattr(ssh_session, "HANDSHAKE", 2.0)


def at(port: int, host: str = "127.0.0.1") -> str:
    return f"ssh://kv@{host}:{port}"


def told(ended: Ended) -> tuple[str, str]:
    """The reason, and what is told; that is three sentences or more, in one line."""
    node = ended.node()
    assert (ended.code, node["state"], node["files"]) == (8, "failed", 0)
    parts = [node[part] for part in ("what", "why", "do")]
    assert all(re.fullmatch(r"\S.*\.|.*[A-Z]\w+", part) for part in parts), parts
    return node["reason"], " ".join(parts)


ANSWERS: dict[str, tuple[Callable[[socket.socket], object], str]] = {
    "closed-before-ssh": (lambda _: None, "without a word"),
    "not-ssh": (wire.says_and_hangs_up(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "HTTP/1.1 400 Bad Request"),
    "silent": (wire.until_closed, "said nothing"),
    "ssh-version-1": (wire.says(b"SSH-1.5-OpenSSH_1.2\r\n"), "version 1 only"),
    "stuck": (wire.says(GREETING), "gave no answer while agreeing on encryption"),
    "broke-off": (wire.says_and_hangs_up(GREETING), "broke off"),
    "turned-away": (wire.says_and_hangs_up(b"Not allowed at this time\r\n"), "Not allowed at this time"),
}


@pytest.mark.parametrize("reason", ANSWERS)
def test_what_answers_in_place_of_ssh_is_told(engineer: Engineer, reason: str) -> None:
    answer, words = ANSWERS[reason]
    with wire.answering(answer) as port:
        found, text = told(engineer.collects(at(port)))
    assert found == reason
    assert words in text


@pytest.mark.parametrize(
    "text", [b"\x15\x03\x01\x00\x02\x02\x28", b"\x00" * 200, b"220 mail ESMTP\r\n", b"\xff\xfe\r\n"]
)
def test_whatever_else_speaks_there_is_no_ssh_server(engineer: Engineer, text: bytes) -> None:
    with wire.answering(wire.says_and_hangs_up(text)) as port:
        assert told(engineer.collects(at(port)))[0] == "not-ssh"


def test_words_before_the_greeting_are_allowed(engineer: Engineer) -> None:
    """RFC 4253, 4.2: other lines may come before it."""
    with wire.answering(wire.says_and_hangs_up(b"Welcome\r\n" + GREETING)) as port:
        assert told(engineer.collects(at(port)))[0] == "broke-off"


def test_a_closed_port_is_told_from_one_that_answers_nothing(engineer: Engineer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = int(listener.getsockname()[1])
    reason, text = told(engineer.collects(at(closed)))
    assert (reason, "nothing listens at that port" in text) == ("refused", True)
    with ExitStack() as held:
        full = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # where there is no room for another connection it is dropped, as by a rule
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        reason, text = told(engineer.collects(at(int(full.getsockname()[1]))))
    assert (reason, "security group may drop the packets" in text) == ("no-answer", True)


def greeted(connection: socket.socket) -> bool:
    return connection.recv(100).startswith(b"SSH-")


def test_a_server_that_has_too_many_says_so(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    server = sshd("MaxStartups 1:100:1")
    with ExitStack() as held:
        while not greeted(held.enter_context(socket.create_connection(("127.0.0.1", server.port), 10))):
            pass  # whoever looked whether it listens is not forgotten yet
        reason, text = told(engineer.collects(machine(server)))
    assert (reason, "MaxStartups" in text) == ("turned-away", True)


@pytest.mark.parametrize(
    ("line", "kind", "sort", "offers"),
    [
        (
            "KexAlgorithms diffie-hellman-group14-sha1",
            "ed25519",
            "key exchange",
            "diffie-hellman-group14-sha1",
        ),
        ("Ciphers aes128-cbc,3des-cbc", "ed25519", "cipher", "aes128-cbc, 3des-cbc"),
        ("HostKeyAlgorithms ssh-rsa", "rsa", "kind of host key", "ssh-rsa"),
        ("MACs umac-64@openssh.com\nCiphers aes128-ctr", "ed25519", "checksum (MAC)", "umac-64@openssh.com"),
    ],
)
def test_what_is_not_in_common_is_named_with_what_the_server_has(
    engineer: Engineer, sshd: Callable[..., Sshd], line: str, kind: str, sort: str, offers: str
) -> None:
    reason, text = told(engineer.collects(machine(sshd(line, kinds=(kind,))), "--accept-new"))
    assert reason == "no-common-algorithm"
    assert f"There is no {sort} that both take: it offers" in text
    assert offers in text


def test_a_revoked_host_key_is_refused_although_it_is_known(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd()
    engineer.knows(server)
    with engineer.known_hosts.open("a") as file:
        file.write(f"@revoked * {server.known().split(maxsplit=1)[1]}")
    reason, text = told(engineer.collects(machine(server), "--accept-new"))
    assert (reason, "line 2 revokes" in text) == ("host-key-revoked", True)


def test_a_host_is_asked_for_the_key_by_which_it_is_known(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd(kinds=("ed25519", "rsa"))
    engineer.known_hosts.write_text(server.known(1))
    node = engineer.collects(machine(server)).node()
    assert node["state"] == "complete"
    assert node["host_key"].startswith("ssh-rsa SHA256:")


def test_a_key_of_another_kind_than_the_known_one_is_a_changed_one(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    before, after = sshd(kinds=("rsa",)), sshd()
    engineer.known_hosts.write_text(before.known().replace(str(before.port), str(after.port)))
    assert told(engineer.collects(machine(after), "--accept-new"))[0] == "host-key-changed"
