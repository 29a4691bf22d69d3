"""What nodes that mean harm may cost together: memory, processor, and the time until Ctrl-C is heard."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.attacks.hostile import MIB, Limits, at, visited
from tests.attacks.node_server import END, LINE, POURED, SshNode, deaf, endless, good, member, sends
from tests.flows.outside import PROGRAM
from tests.ssh.road import by_ssh
from tests.wanted import WANTED
from troubleshooter.collect.fanout import collect_nodes
from troubleshooter.collect.key import make_key
from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.model.run import KeptFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import paramiko

DENSE, DEAR = b";pwd=a", b";pwd=a" + b" " * 80
"""More secrets than are hidden in one file; and as many as are, just."""
TOGETHER = 400 * MIB
"""What the program may hold while eight nodes, as many as it visits at once, do their worst."""


def dear(channel: paramiko.Channel) -> None:
    """As much as one node may send, and as dear as it can be made."""
    full = DEAR * ((4 << 20) // len(DEAR))
    for number in range(7):
        channel.sendall(good(f"akvvm{number}.log", full))
    channel.sendall(END)
    channel.send_exit_status(0)
    channel.close()


def ignored(channel: paramiko.Channel) -> None:
    """Not on the channel, but beside it: messages that SSH says are to be passed over."""
    while True:
        channel.get_transport().send_ignore(30_000)


def on_a_closed_channel(channel: paramiko.Channel) -> None:
    """The first command is refused; what is poured on its channel comes while the second one runs."""
    deaf(channel)
    channel.send_exit_status(1)
    channel.sendall(END)
    while True:
        channel.sendall(POURED)


def deaf_with(first: bytes) -> Callable[[paramiko.Channel], None]:
    return sends(lambda: endless(first), heeds_window=False)


def deaf_complaints(channel: paramiko.Channel) -> None:
    deaf(channel)
    channel.sendall(good() + END)
    while True:
        channel.sendall_stderr(POURED)


def large_json(channel: paramiko.Channel) -> None:
    """What is small as text is large when it has been read."""
    text = b'{"protectedSettings":{},"a":[' + b"[]," * ((4 << 20) // 3 - 20) + b"0]}"
    deaf_with(good("large.log", text))(channel)


ALL_DEAF: tuple[Callable[[paramiko.Channel], None], ...] = (
    deaf_with(good("slow.log", DENSE * ((4 << 20) // len(DENSE)))),
    deaf_with(good("slow.log", DEAR * ((4 << 20) // len(DEAR)))),
    large_json,
    large_json,
    deaf_with(member("answers/note", b"ab\n" * ((4 << 20) // 3))),
    deaf_complaints,
    on_a_closed_channel,
    ignored,
)


@pytest.mark.slow
def test_eight_nodes_that_are_deaf_together_fill_no_memory(tmp_path: Path) -> None:
    visit = visited([SshNode(each) for each in ALL_DEAF], tmp_path / "data", limits=Limits(memory=TOGETHER))

    assert visit.document is not None, f"killed at {visit.memory >> 20} MiB and {visit.processor:.0f} s"
    assert visit.memory < TOGETHER
    assert visit.code == 8
    silent = [name for name, node in zip(visit.nodes, ALL_DEAF, strict=True) if not visit.said_of(name)]
    assert silent == []


@pytest.mark.slow
@pytest.mark.parametrize("attack", [ignored, deaf_with(good() + END)], ids=["ignored", "beyond the window"])
def test_which_limit_it_was_and_what_was_read_is_said(
    attack: Callable[[paramiko.Channel], None], tmp_path: Path
) -> None:
    visit = visited([SshNode(attack)], tmp_path / "data")

    assert visit.document is not None
    assert "sent more than" in visit.told
    assert "send 96 MiB, everything together" in visit.told
    if attack is not ignored:
        assert "1 file of it had been read; the rest was not" in visit.told
    assert visit.code == 8


@pytest.mark.slow
def test_a_file_of_nothing_but_secrets_is_left_out_and_the_others_are_kept(tmp_path: Path) -> None:
    dense = good("dense.log", DENSE * ((4 << 20) // len(DENSE)))
    visit = visited([SshNode(sends(lambda: [dense, good(), END]))], tmp_path / "data")

    assert visit.document is not None
    assert "dense.log holds more than 50000 secrets by its looks: none of it was kept" in visit.told
    assert any(LINE.strip() in data for data in visit.kept)
    assert visit.code == 8


@pytest.mark.slow
def test_ctrl_c_is_heard_while_eight_nodes_are_taken_in(tmp_path: Path) -> None:
    nodes = [SshNode(dear) for _ in range(8)]
    with at(nodes, tmp_path / "data") as world:
        command = [*PROGRAM, *world.run, "--poll-interval", "0.1", "--debug-nodes", "8", "--until", "collect"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=world.environ
        ) as process:
            end = time.monotonic() + 120
            while not all(node.signed_in for node in nodes):
                assert time.monotonic() < end, "never signed in to"
                time.sleep(0.1)
            time.sleep(3)  # so that they are being taken in
            sent = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            took = time.monotonic() - sent
    assert process.returncode == 130, out
    assert json.loads(out)["run"]
    assert took < 15  # a second to hear it, removing eight users, and what a busy machine adds


@pytest.mark.parametrize("number", [2, 8])
def test_no_node_waits_until_another_is_taken_in(number: int) -> None:
    """Each waits in the middle of being kept until all are: with one lock for all, nobody ever would be."""
    together = threading.Barrier(number, timeout=60)

    def keep(node: str, name: str, data: bytes, sha256_read: str, cut: str, check: object) -> KeptFile:
        together.wait()
        return KeptFile(node, name, "", sha256_read, len(data), cut)

    served = [SshNode(sends(lambda: [good(), END])) for _ in range(number)]
    logins = [NodeLogin(f"n{at}", "127.0.0.1", node.port, "kv") for at, node in enumerate(served)]
    try:
        found = collect_nodes(
            by_ssh(make_key(), logins), [each.node for each in logins], keep, threading.Event(), told, WANTED
        )
    finally:
        for node in served:
            node.close()
    assert [len(each.files) for each in found] == [1] * number


def told(*_: object) -> None:
    """Progress is not looked at."""
