"""A node that means harm: endless data, odd archives, silence, words without end. Row by row."""

from __future__ import annotations

import re
import struct
import tarfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.attacks.hostile import MIB, Limits, Visit, visited
from tests.attacks.node_server import (
    END,
    HELD,
    LINE,
    LOGS,
    POURED,
    RawNode,
    SshNode,
    deaf,
    endless,
    good,
    member,
    sends,
    waits,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import paramiko

    from tests.attacks.hostile import Node

RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal may obey."""
ODD_NAMES = (
    "new\nline.log", "esc\x1b[31m.log", "rtl\u202egol.log", "bold[b]x[/b].log", "osc\x1b]0;PWN\x07.log",
    "x" * 255, b"\xff\xfe\xc3(.log",
)  # fmt: skip
ODD_KINDS = {
    "sym": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "char": tarfile.CHRTYPE, "block": tarfile.BLKTYPE,
    "fifo": tarfile.FIFOTYPE, "sparse": tarfile.GNUTYPE_SPARSE,
}  # fmt: skip
PLACES = ("/etc/passwd", "../../climbed", "a/../../climbed", "etc/shadow")
LONG_NAME = member("././@LongLink", b"x" * 400, tarfile.GNUTYPE_LONGNAME)


@dataclass(frozen=True, slots=True)
class Visited:
    """One run that collected from all of these at once."""

    visit: Visit
    attacks: tuple[str, ...]

    def said_of(self, attack: str) -> str:
        return self.visit.said_of(self.visit.nodes[self.attacks.index(attack)])


def all_at_once(
    servers: Mapping[str, Callable[[], Node]], factory: pytest.TempPathFactory, limits: Limits
) -> Visited:
    nodes = [start() for start in servers.values()]
    visit = visited(nodes, factory.mktemp("node") / "data", limits=limits)
    assert visit.document is not None, f"killed at {visit.memory >> 20} MiB and {visit.processor:.0f} s"
    assert len(visit.nodes) == len(servers)
    return Visited(visit, tuple(servers))


# What is over soon


def odd_members() -> Iterator[bytes]:
    for place in PLACES:
        yield member(place, b"x")
    for name, kind in ODD_KINDS.items():
        yield member(f"{LOGS}/{name}", kind=kind, link="/etc/shadow")
    yield from (good(), good(), member(f"{LOGS}/huge", size=1 << 40), *[POURED] * 2)


def odd_names() -> Iterator[bytes]:
    for name in ODD_NAMES:
        whole = LOGS.encode() + b"/" + name if isinstance(name, bytes) else f"{LOGS}/{name}"
        yield member(whole, LINE)
    yield END


def drops(channel: paramiko.Channel) -> None:
    channel.sendall((good("whole.log") + good("cut.log", b"x" * 200_000))[:100_000])
    time.sleep(1)  # so that what came first was read
    channel.get_transport().close()


def speaks_http(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>")
    connection.close()


def endless_lines(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"hello\x1b[31m\r\n" * 1000)


SOON: Mapping[str, Callable[[], Node]] = {
    "members": lambda: SshNode(sends(odd_members)),
    "names": lambda: SshNode(sends(odd_names)),
    "long": lambda: SshNode(sends(lambda: [*[LONG_NAME] * 30_000, good(), END])),
    "drops": lambda: SshNode(drops),
    "http": lambda: RawNode(speaks_http),
    "lines": lambda: RawNode(endless_lines),
}


@pytest.fixture(scope="module")
def soon(tmp_path_factory: pytest.TempPathFactory) -> Visited:
    return all_at_once(SOON, tmp_path_factory, Limits())


@pytest.mark.slow
def test_odd_members_are_left_out_by_name(soon: Visited) -> None:
    said = soon.visit.told

    assert [name for name in (*PLACES, *ODD_KINDS) if name not in said] == []
    assert "akvvm_service.log: it came twice" in soon.said_of("members")


@pytest.mark.slow
def test_odd_names_are_escaped(soon: Visited) -> None:
    assert not RAW.search(soon.visit.told)
    assert "names" in soon.attacks


@pytest.mark.slow
def test_thirty_thousand_long_names_are_bounded(soon: Visited) -> None:
    (said,) = [line for line in soon.visit.told.splitlines() if "nobody asked for it" in line]
    assert "x" * 100 in said
    assert soon.visit.memory < 300 * MIB


@pytest.mark.slow
def test_a_connection_that_drops_midway_is_said(soon: Visited) -> None:
    assert re.search("ended|broke off|in part", soon.said_of("drops"))


@pytest.mark.slow
@pytest.mark.parametrize("attack", ["http", "lines"])
def test_another_protocol_is_said(attack: str, soon: Visited) -> None:
    assert "broke off" in soon.said_of(attack)


# What ends at a limit of size


def note(line: bytes, times: int = 9) -> Callable[[], Iterator[bytes]]:
    full = member("answers/note", line * ((4 << 20) // len(line)))

    def chunks() -> Iterator[bytes]:
        yield good()
        yield from [full] * times
        yield END

    return chunks


def files(body: bytes, number: int = 5, size: int = 4 << 20) -> Callable[[], Iterator[bytes]]:
    full = body * (size // len(body))

    def chunks() -> Iterator[bytes]:
        yield from (good(f"akvvm{each}.log", full) for each in range(number))
        yield END

    return chunks


def no_exit_status(channel: paramiko.Channel) -> None:
    channel.sendall(good() + END)
    channel.shutdown_write()
    HELD.wait()


DEEP = b'{"protectedSettings":{},"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
SIZES: Mapping[str, Callable[[], Node]] = {
    "zeros": lambda: SshNode(sends(lambda: endless(good()))),
    "tiny": lambda: SshNode(sends(lambda: (member(f"{LOGS}/{each}.log", b"x") for each in range(1_000_000)))),
    "words": lambda: SshNode(sends(note(b"left-out\ta\tb\n"))),
    "empty": lambda: SshNode(sends(note(b"\n", 2))),
    "base64": lambda: SshNode(sends(files(b"MI" + b"A" * 54))),
    "protected": lambda: SshNode(sends(files(b'"protectedSettings":'))),
    "deep": lambda: SshNode(sends(lambda: [member(f"{LOGS}/deep.log", DEEP), good(), END])),
    "no status": lambda: SshNode(no_exit_status),
}


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Visited:
    return all_at_once(SIZES, tmp_path_factory, Limits())


@pytest.mark.slow
def test_endless_zeros_are_cut_and_the_good_file_is_kept(sizes: Visited) -> None:
    assert "status -1" in sizes.said_of("zeros")
    assert any(LINE.strip() in data for data in sizes.visit.kept)


@pytest.mark.slow
def test_a_million_tiny_files_are_cut(sizes: Visited) -> None:
    assert "more than 1000 entries" in sizes.said_of("tiny")


@pytest.mark.slow
def test_nine_notes_of_words_are_bounded(sizes: Visited) -> None:
    assert "More was left out than is listed here" in sizes.said_of("words")


@pytest.mark.slow
@pytest.mark.parametrize("attack", ["empty", "base64", "protected"])
def test_megabytes_that_look_like_secrets_or_nothing_end(attack: str, sizes: Visited) -> None:
    assert "took too long" not in sizes.said_of(attack)
    assert sizes.visit.memory < 600 * MIB


@pytest.mark.slow
def test_deep_json_with_protected_settings_is_left_out(sizes: Visited) -> None:
    assert "deep.log" in sizes.said_of("deep")


@pytest.mark.slow
def test_a_missing_exit_status_is_said(sizes: Visited) -> None:
    assert "status -1" in sizes.said_of("no status")


# What ends at a limit of time


def one_byte_a_second(channel: paramiko.Channel) -> None:
    for byte in good():
        channel.sendall(bytes([byte]))
        time.sleep(1)


def endless_complaints(channel: paramiko.Channel) -> None:
    while True:
        channel.sendall_stderr(b"\x1b[2Jcomplaint\n" * 1000)


def packet_of_two_gibibytes(channel: paramiko.Channel) -> None:
    connection = channel.get_transport().sock
    connection.sendall(struct.pack(">I", 0x7FFFFFF0))
    while True:
        connection.sendall(POURED)


def packet_before_sign_in(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n" + struct.pack(">I", 0xFFFFFFF4) + b"\x04" + bytes(7))
    while True:
        connection.sendall(POURED)


def slow_banner(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x")
        time.sleep(1)


def endless_banner(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x" * MIB)


TIMES: Mapping[str, Callable[[], Node]] = {
    "never": lambda: SshNode(waits),
    "byte": lambda: SshNode(one_byte_a_second),
    "stderr": lambda: SshNode(endless_complaints),
    "after": lambda: SshNode(packet_of_two_gibibytes),
    "before": lambda: RawNode(packet_before_sign_in),
    "silent": lambda: RawNode(waits),
    "slow banner": lambda: RawNode(slow_banner),
    "endless banner": lambda: RawNode(endless_banner),
}


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Visited:
    return all_at_once(TIMES, tmp_path_factory, Limits(memory=1500 * MIB, processor=300, seconds=600))


@pytest.mark.slow
@pytest.mark.parametrize("attack", ["never", "byte", "stderr"])
def test_a_node_that_never_ends_is_left_after_its_time(attack: str, times: Visited) -> None:
    assert re.search("took too long|180 s", times.said_of(attack))


@pytest.mark.slow
@pytest.mark.parametrize("attack", ["silent", "slow banner", "endless banner"])
def test_a_door_without_a_greeting_is_said(attack: str, times: Visited) -> None:
    assert re.search("took too long|broke off", times.said_of(attack))


@pytest.mark.slow
@pytest.mark.parametrize("attack", ["before", "after"])
def test_packets_of_gibibytes_are_bounded(attack: str, times: Visited) -> None:
    assert re.search("took too long|broke off|180 s", times.said_of(attack))
    assert times.visit.memory < 1500 * MIB


# What gets through


def pours(first: bytes, then: bytes = POURED) -> Callable[[paramiko.Channel], None]:
    return sends(lambda: endless(first, then), heeds_window=False)


def pours_complaints(channel: paramiko.Channel) -> None:
    deaf(channel)
    channel.sendall(good() + END)
    while True:
        channel.sendall_stderr(POURED)


SLOW_TO_HIDE = b";pwd=a"
"""Costs far more per byte than a log's lines do."""


@pytest.mark.slow
def test_megabytes_of_passwords_cost_seconds(tmp_path: Path) -> None:
    node = SshNode(sends(files(SLOW_TO_HIDE, number=1)))
    visit = visited([node], tmp_path / "data", limits=Limits(processor=20))

    assert visit.document is not None


@pytest.mark.slow
@pytest.mark.parametrize(
    "attack",
    [pours(good("slow.log", SLOW_TO_HIDE * ((4 << 20) // 6))), pours_complaints, pours(good() + END)],
    ids=["while redacting", "stderr", "while the status is awaited"],
)
def test_a_peer_deaf_to_the_window_fills_no_memory(
    attack: Callable[[paramiko.Channel], None], tmp_path: Path
) -> None:
    visit = visited([SshNode(attack)], tmp_path / "data", limits=Limits(memory=150 * MIB))

    assert visit.memory < 150 * MIB
    assert visit.code == 8
    assert "sent more than the 2 MiB that it may before they are read" in visit.told
