"""The line under an SSH connection, which counts what a node sends even while nobody reads it.

A node that ignores SSH's window would fill the memory of this machine as fast as the network brings it: the
SSH library takes in whatever comes. What an honest server sends never meets these limits.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from troubleshooter.collect.intake import LARGEST_TOTAL

if TYPE_CHECKING:
    import paramiko

WINDOW = 2 << 20
"""Bytes that a node may send before they are read."""
_SLACK = 64 << 10
"""Of what is being delivered while it is counted."""
LARGEST_PACKET = 256 << 10
"""SSH's own are at most 35,000 bytes."""
BEFORE_SIGN_IN = 1 << 20
MOST_RECEIVED = 2 * LARGEST_TOTAL + (32 << 20)
"""All that one node may send: both tries of the script, with what SSH puts around it."""
_GREETING = 1024


class Line(Protocol):
    """A socket, or what a jump host forwards."""

    def recv(self, size: int, /) -> bytes: ...

    def send(self, data: bytes, /) -> int: ...

    def settimeout(self, seconds: float | None, /) -> None: ...

    def gettimeout(self) -> float | None: ...

    def close(self) -> None: ...


class Metered:
    """Where the node sends what it may not, the stream is at its end; `refused` then says what it was."""

    def __init__(self, line: Line, most: int = MOST_RECEIVED) -> None:
        """`most` is how many bytes may come in all."""
        self._line = line
        self._most = most
        self._closed = False  # paramiko asks for it under this name, which sockets have
        self.refused = ""
        self.received = 0
        self.greeting = b""
        """What came first, as much of it as tells an SSH server from anything else."""
        self.processor = 0.0
        """Seconds that the thread which takes in what comes has spent until now."""
        self.signed_in = False
        self.channels: list[paramiko.Channel] = []
        """Of every command that was run; one that was closed takes in what comes all the same."""

    def recv(self, size: int) -> bytes:
        self.processor = time.thread_time()
        self.refused = self.refused or self._too_much(size)
        if self.refused:
            return b""
        data = self._line.recv(size)
        self.received += len(data)
        if len(self.greeting) < _GREETING:
            self.greeting += data[:_GREETING]
        return data

    def send(self, data: bytes) -> int:
        return self._line.send(data)

    def settimeout(self, seconds: float | None) -> None:
        self._line.settimeout(seconds)

    def gettimeout(self) -> float | None:
        return self._line.gettimeout()

    def close(self) -> None:
        self._closed = True
        self._line.close()

    def _too_much(self, size: int) -> str:
        if size > LARGEST_PACKET:
            return "announced a packet larger than SSH has"
        if not self.signed_in and self.received > BEFORE_SIGN_IN:
            return f"sent more than {BEFORE_SIGN_IN >> 20} MiB before it let anybody in"
        if self.received > self._most:
            return f"sent more than {self._most >> 20} MiB"
        if self._unread() > WINDOW + _SLACK:
            return f"sent more than the {WINDOW >> 20} MiB that it may before they are read"
        return ""

    def _unread(self) -> int:
        return sum(len(each.in_buffer) + len(each.in_stderr_buffer) for each in self.channels)
