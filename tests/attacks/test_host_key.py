"""A node that shows another host key when it is visited again, after a failed try and in another process."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import paramiko
import pytest

from tests.attacks.hostile import LOGIN, at
from tests.attacks.node_server import END, SshNode, good, sends, waits
from tests.flows.outside import PROGRAM
from tests.ssh.road import by_ssh
from tests.wanted import WANTED
from troubleshooter.collect.fanout import collect_nodes
from troubleshooter.collect.key import make_key
from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.collect.roads.ssh import SignIn, Ssh
from troubleshooter.errors import GaveUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

ARCHIVE = sends(lambda: [good(), END])
FINGERPRINT = re.compile(r"[a-z0-9-]+ SHA256:[A-Za-z0-9+/]{43}")


@dataclass(frozen=True, slots=True)
class Visits:
    nodes: tuple[SshNode, ...]
    told: str
    """Both outputs of the second visit."""
    code: int

    @property
    def signed_in(self) -> list[int]:
        """How often, by node."""
        return [len(node.signed_in) for node in self.nodes]


def breaking_off() -> SshNode:
    """The first visit gets no answer, each later one an archive."""
    answers = iter([waits])

    def answer(channel: paramiko.Channel) -> None:
        next(answers, ARCHIVE)(channel)

    return SshNode(answer)


def visited_twice(home: Path, change: Callable[[Sequence[SshNode]], None], number: int = 1) -> Visits:
    """The first visit is broken off after sign-in; the second follows as the run is resumed."""
    nodes = [breaking_off() for _ in range(number)]
    with at(nodes, home) as world:
        command = [*PROGRAM, *world.run, "--poll-interval", "0.1", "--debug-nodes", str(number)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=world.environ
        ) as process:
            end = time.monotonic() + 90
            while not all(node.signed_in for node in nodes):
                assert time.monotonic() < end, "never signed in to"
                time.sleep(0.1)
            time.sleep(2)  # so that the command was asked for
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=90)
        assert process.returncode == 130
        change(nodes)
        for node in nodes[: number if number > 1 else 0]:  # several were led to only once
            login = {"remoteLoginIPAddress": "127.0.0.1", "remoteLoginPort": node.port}
            world.control("POST", "fault", {"match": LOGIN, "times": 1, "body": json.dumps(login)})
        run = json.loads(out)["run"]
        resumed = subprocess.run(
            [*PROGRAM, "runs", "resume", run, "--yes", "--until", "collect"],
            capture_output=True, text=True, check=False, env=world.environ, timeout=120,
        )  # fmt: skip
    return Visits(tuple(nodes), resumed.stdout + resumed.stderr, resumed.returncode)


def nothing(_: Sequence[SshNode]) -> None:
    """The nodes are as they were."""


def other_key(nodes: Sequence[SshNode]) -> None:
    nodes[0].key = paramiko.ECDSAKey.generate()


def swapped(nodes: Sequence[SshNode]) -> None:
    nodes[0].key, nodes[1].key = nodes[1].key, nodes[0].key


@pytest.mark.slow
def test_a_node_that_keeps_its_key_is_visited_again(tmp_path: Path) -> None:
    visits = visited_twice(tmp_path / "data", nothing)

    assert visits.signed_in[0] > 1
    assert "host key" not in visits.told


@pytest.mark.slow
def test_a_changed_host_key_is_said_and_nothing_is_sent(tmp_path: Path) -> None:
    visits = visited_twice(tmp_path / "data", other_key)

    assert "another host key" in visits.told
    assert len(set(FINGERPRINT.findall(visits.told))) == 2
    assert "start a new run" in visits.told
    assert visits.signed_in == [1]
    assert visits.code == 8


@pytest.mark.slow
def test_nodes_that_swapped_their_keys_are_left_and_the_others_are_read(tmp_path: Path) -> None:
    visits = visited_twice(tmp_path / "data", swapped, number=3)

    assert visits.signed_in == [1, 1, 2]
    assert "from 1 of 3 nodes" in visits.told


# The same without a run around it


def collected(ssh: Ssh, *names: str) -> list[Any]:
    def keep(*_: Any) -> Any:
        raise AssertionError("something was taken")

    return list(collect_nodes(ssh, names, keep, threading.Event(), lambda *_: None, WANTED))


@pytest.fixture
def node() -> Iterator[SshNode]:
    served = SshNode(waits)
    yield served
    served.close()


def test_a_key_that_cannot_be_written_down_is_not_signed_in_to(node: SshNode) -> None:
    def full(_: str, __: str) -> str:
        raise GaveUp("The journal could not be written.", "No space is left.", "Make room.")

    login = NodeLogin("n1", "127.0.0.1", node.port, "kv")
    with pytest.raises(GaveUp, match="journal"):
        collected(Ssh("127.0.0.1/32", SignIn({"n1": make_key()}, {"n1": login}, full)), "n1")
    assert node.signed_in == []


def test_another_kind_of_key_is_another_key(node: SshNode) -> None:
    login = NodeLogin("n1", "127.0.0.1", node.port, "kv")
    known = {"n1": "ssh-ed25519 SHA256:" + "A" * 43}
    (found,) = collected(by_ssh(make_key(), [login], known), "n1")
    assert found.problem is not None
    assert "another host key" in found.problem.what
    assert node.signed_in == []
