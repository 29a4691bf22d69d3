"""What a node sends is counted as it comes, whether or not anybody reads it."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import paramiko
import pytest

from troubleshooter.collect.roads.metered import (
    BEFORE_SIGN_IN,
    LARGEST_PACKET,
    MOST_RECEIVED,
    WINDOW,
    Metered,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SSH_PACKET = 35_000


@pytest.fixture
def meter() -> Iterator[Metered]:
    """A connection to which the other side has said something."""
    ours, theirs = socket.socketpair()
    with theirs, closing(Metered(ours)) as metered:
        theirs.sendall(b"hello")
        yield metered


def test_what_an_honest_node_sends_comes_through(meter: Metered) -> None:
    meter.settimeout(5)
    assert meter.recv(SSH_PACKET) == b"hello"
    assert (meter.received, meter.refused) == (5, "")


def test_it_keeps_the_time_out_of_the_connection() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(7)
    with theirs, closing(Metered(ours)) as metered:
        assert metered.gettimeout() == 7


@pytest.mark.parametrize("size", [LARGEST_PACKET + 1, 1 << 31, (1 << 32) - 12])
def test_a_packet_that_is_none_of_ssh_is_not_begun(meter: Metered, size: int) -> None:
    assert meter.recv(size) == b""
    assert "packet larger than SSH has" in meter.refused


@pytest.mark.parametrize(
    ("received", "signed_in", "said"),
    [
        (BEFORE_SIGN_IN, False, ""),
        (BEFORE_SIGN_IN + 1, False, "before it let anybody in"),
        (BEFORE_SIGN_IN + 1, True, ""),
        (MOST_RECEIVED, True, ""),
        (MOST_RECEIVED + 1, True, "sent more than 96 MiB"),
    ],
)
def test_all_that_comes_is_counted(meter: Metered, received: int, said: str, *, signed_in: bool) -> None:
    meter.received, meter.signed_in = received, signed_in
    assert meter.recv(SSH_PACKET) == (b"" if said else b"hello")
    assert said in meter.refused
    assert bool(meter.refused) == bool(said)


@pytest.mark.parametrize("door", ["output", "complaints", "both", "a closed one"])
def test_what_nobody_reads_is_counted(meter: Metered, door: str) -> None:
    first, second = paramiko.Channel(1), paramiko.Channel(2)
    meter.signed_in, meter.channels = True, [first, second]
    first.in_buffer.feed(bytes(WINDOW if door != "both" else WINDOW // 2))
    second.in_stderr_buffer.feed(bytes(0 if door != "both" else WINDOW // 2))
    assert meter.recv(2) == b"he"
    more = {"output": first.in_buffer, "complaints": second.in_stderr_buffer, "both": second.in_buffer}
    more.get(door, first.in_buffer).feed(bytes(1 << 18))
    assert meter.recv(2) == b""
    assert "before they are read" in meter.refused
    first.in_buffer.empty()
    assert meter.recv(2) == b"", "it has shown what it is"
