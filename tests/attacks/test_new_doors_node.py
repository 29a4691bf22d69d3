"""A node whose SSH is none: packets that no server sends, channels that nobody asked for."""

from __future__ import annotations

import struct
import time
from functools import partial
from typing import TYPE_CHECKING

import paramiko
import pytest

from tests.attacks.foreign import drawing
from tests.attacks.hostile import visited
from tests.attacks.node_server import END, RawNode, SshNode, good, sends

if TYPE_CHECKING:
    import socket
    from pathlib import Path

GREETING = b"SSH-2.0-OpenSSH_9\r\n"
OSC = b"\x1b]52;c;aGk=\x07"
KEXINIT, DISCONNECT = 20, 1
BACK = ("auth-agent@openssh.com", "x11", "forwarded-tcpip", "direct-tcpip", "session")
"""Channels by which a server would reach what is on this machine."""


def packet(payload: bytes, padding: int | None = None) -> bytes:
    """As it is before anything is encrypted."""
    filled = 8 - (len(payload) + 5) % 8
    added = filled + 8 * (filled < 4) if padding is None else padding
    return struct.pack(">IB", len(payload) + added + 1, added) + payload + bytes(added)


def text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def raw(told: bytes, greeting: bytes = GREETING) -> RawNode:
    def speak(connection: socket.socket) -> None:
        connection.sendall(greeting)
        time.sleep(0.1)
        connection.sendall(told)
        connection.recv(1 << 16)
        time.sleep(0.5)
        connection.close()

    return RawNode(speak)


MALFORMED = {
    "names that are no text": packet(bytes([KEXINIT]) + bytes(16) + text(b"\xff\xfe") * 10 + bytes(5)),
    "nothing at all": packet(b"", 11),
    "more padding than packet": struct.pack(">IB", 12, 255) + bytes(11),
    "a farewell that is no text": packet(bytes([DISCONNECT]) + bytes(4) + text(b"\xff" + OSC) + text(b"")),
    "a list of 2 GiB": packet(bytes([KEXINIT]) + bytes(16) + struct.pack(">I", 1 << 31) + b"a"),
}


@pytest.mark.slow
def test_a_node_whose_ssh_is_none_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    nodes = [*map(raw, MALFORMED.values()), raw(b"", b"SSH-2.0-" + OSC + b"\xff\r\n")]
    visit = visited([*nodes, SshNode(sends(lambda: [good(), END]))], tmp_path / "data")
    assert visit.code == 8, visit.told
    assert f"1 of {len(nodes) + 1} nodes" in visit.collected
    assert drawing(visit.told.encode()) == []
    assert not list((tmp_path / "data").glob("logs/*"))


def _reaches_back(channel: paramiko.Channel, opened: list[str]) -> None:
    transport = channel.get_transport()
    for kind in BACK:
        try:
            transport.open_channel(kind, ("127.0.0.1", 22), ("127.0.0.1", 1), timeout=2)
        except paramiko.SSHException:
            continue
        opened.append(kind)
    transport.global_request("hostkeys-00@openssh.com", (OSC,), wait=False)
    channel.send_stderr(OSC + b"complaint\n")
    sends(lambda: [good(), END])(channel)


def _says(kind: int, *fields: bytes) -> paramiko.Message:
    return paramiko.Message(bytes([kind]) + b"".join(fields))


def _speaks_no_ssh(channel: paramiko.Channel) -> None:
    """Once it is signed in to: a request whose name is no text."""
    channel.sendall(good())
    number = struct.pack(">I", channel.remote_chanid)
    transport = channel.get_transport()
    transport._send_user_message(_says(98, number, text(b"\xff\xfe"), b"\1"))  # type: ignore[attr-defined]  # the stubs leave it out
    time.sleep(0.5)
    channel.close()


@pytest.mark.slow
def test_a_node_reaches_nothing_of_this_machine(tmp_path: Path) -> None:
    opened: list[str] = []
    visit = visited(
        [SshNode(partial(_reaches_back, opened=opened)), SshNode(_speaks_no_ssh)], tmp_path / "data"
    )
    assert visit.code in {0, 8}, visit.told
    assert opened == []
    assert any(b"ForbiddenByRbac" in data for data in visit.kept)
    assert drawing(visit.told.encode()) == []
