"""Through a jump host: what fails there is told as its failure, and what fails behind it as the machine's."""

from __future__ import annotations

import getpass
import socket
from typing import TYPE_CHECKING

import pytest

from tests.machines import wire
from tests.machines.conftest import CAUSE, machine
from tests.machines.sshd import keygen
from tests.machines.test_before_ssh import GREETING, told
from troubleshooter.collect.roads import ssh_reach, ssh_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.machines.conftest import Engineer
    from tests.machines.sshd import Sshd

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_reach, "CONNECT", 2.0)
    monkeypatch.setattr(ssh_session, "HANDSHAKE", 3.0)


def by(server: Sshd) -> tuple[str, str]:
    return "--jump", f"{getpass.getuser()}@127.0.0.1:{server.port}"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_machines_behind_a_jump_host_are_collected_from(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    jump, behind, other = sshd(), sshd(), sshd()
    engineer.knows(jump, behind, other)
    ended = engineer.collects(machine(behind), machine(other), *by(jump))
    assert ended.code == 3
    assert ended.document["diagnosis"]["root_cause"] == CAUSE
    assert [node["state"] for node in ended.document["nodes"]] == ["complete", "complete"]
    assert ended.node()["source"] == f"{machine(behind)} by {machine(jump)}"


def test_the_jump_hosts_user_is_ones_own_unless_said(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    jump, behind = sshd(), sshd()
    engineer.knows(jump, behind)
    ended = engineer.collects(machine(behind), "--jump", f"127.0.0.1:{jump.port}")
    assert ended.node()["state"] == "complete"


def test_a_jump_host_that_refuses_or_is_none_is_told_as_such(engineer: Engineer) -> None:
    for answer, reason in (
        (None, "refused"),
        (lambda _: None, "closed-before-ssh"),
        (wire.says_and_hangs_up(b"HTTP/1.1 400\r\n"), "not-ssh"),
        (wire.until_closed, "silent"),
        (wire.says(GREETING), "stuck"),
    ):
        if answer is None:
            found, text = told(engineer.collects("ssh://kv@vm1", "--jump", f"kv@127.0.0.1:{closed_port()}"))
        else:
            with wire.answering(answer) as port:
                found, text = told(engineer.collects("ssh://kv@vm1", "--jump", f"kv@127.0.0.1:{port}"))
        assert found == f"jump-{reason}"
        assert "he jump host (127.0.0.1 port" in text


def test_a_jump_host_is_known_or_refused_like_any_other(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    jump, behind = sshd(), sshd()
    engineer.knows(behind)
    reason, text = told(engineer.collects(machine(behind), *by(jump)))
    assert (reason, "The host key of the jump host" in text) == ("jump-host-key-unknown", True)
    engineer.known_hosts.write_text(behind.known().replace(str(behind.port), str(jump.port)))
    assert told(engineer.collects(machine(behind), *by(jump), "--accept-new"))[0] == "jump-host-key-changed"


def test_a_jump_host_that_lets_nobody_in_is_told(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    jump, behind = sshd(), sshd()
    engineer.knows(jump, behind)
    stranger = keygen(tmp_path / "stranger")
    behind.allow(stranger)
    reason, text = told(engineer.collects(machine(behind), *by(jump), key=stranger))
    assert (reason, text.startswith("The jump host (127.0.0.1")) == ("jump-key-refused", True)


@pytest.mark.parametrize(
    "line", ["AllowTcpForwarding no", "PermitOpen 192.0.2.1:22", "DisableForwarding yes"]
)
def test_a_jump_host_that_forwards_nothing_is_told(
    engineer: Engineer, sshd: Callable[..., Sshd], line: str
) -> None:
    jump, behind = sshd(line), sshd()
    engineer.knows(jump, behind)
    reason, text = told(engineer.collects(machine(behind), *by(jump)))
    assert (reason, "forwards no connection" in text) == ("jump-no-forwarding", True)


def test_what_the_jump_host_sees_of_a_machine_is_told_of_the_machine(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    jump = sshd()
    engineer.knows(jump)
    reason, text = told(engineer.collects(f"ssh://kv@127.0.0.1:{closed_port()}", *by(jump)))
    assert reason == "refused"
    assert "seen from the jump host 127.0.0.1, refused the connection" in text
    reason, text = told(engineer.collects("ssh://kv@no-such-machine.invalid", *by(jump)))
    assert reason in {"name-not-known", "name-service-silent", "network"}
    assert "seen from the jump host" in text


def test_what_answers_behind_a_jump_host_is_told_apart_too(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    jump, behind = sshd(), sshd()
    engineer.knows(jump)
    with wire.answering(wire.says_and_hangs_up(b"HTTP/1.1 400\r\n")) as port:
        assert told(engineer.collects(f"ssh://kv@127.0.0.1:{port}", *by(jump)))[0] == "not-ssh"
    with wire.answering(wire.until_closed) as port:
        assert told(engineer.collects(f"ssh://kv@127.0.0.1:{port}", *by(jump)))[0] == "silent"
    assert told(engineer.collects(machine(behind), *by(jump)))[0] == "host-key-unknown"


def test_a_jump_host_that_goes_halfway_is_told_as_its_failure(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path
) -> None:
    (root / "var/log/waagent.log").write_text("line\n" * 400_000)
    jump, behind = sshd(), sshd()
    with wire.answering(wire.cut_after(jump.port, 60_000)) as port:
        known = jump.known().replace(str(jump.port), str(port))
        engineer.known_hosts.write_text(known + behind.known())
        ended = engineer.collects(machine(behind), "--jump", f"{getpass.getuser()}@127.0.0.1:{port}")
    node = ended.node()
    assert (ended.code, node["state"], node["reason"]) == (8, "failed", "jump-ended-halfway")
    assert node["what"].startswith("The jump host")
