"""One command over an SSH connection: text in, a stream of bytes out."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import paramiko

from troubleshooter.collect.patience import LOOK
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed
from troubleshooter.collect.roads.ssh_session import OPEN
from troubleshooter.model.excerpt import cut
from troubleshooter.text import visible

if TYPE_CHECKING:
    from troubleshooter.collect.patience import Patience
    from troubleshooter.collect.roads.ssh_session import Connection

_CHUNK = 1 << 17
_A_MOMENT = 0.5
"""Seconds in which a connection that is gone is known to be."""
_KEPT_COMPLAINTS = 2000
_BROKEN = (paramiko.SSHException, OSError, EOFError)
"""What the library raises where the connection ends under it."""


class Command:
    """Runs on the node from the moment it is made."""

    def __init__(self, connection: Connection, line: str, feed: bytes, patience: Patience) -> None:
        self._transport = connection.transport
        self._patience = patience
        self._buffer = bytearray()
        self._ended = False
        self._complaints = b""
        try:
            self._channel = connection.transport.open_session(timeout=OPEN)
            connection.meter.channels.append(self._channel)
            self._channel.settimeout(OPEN)
            self._channel.exec_command(line)
            self._channel.sendall(feed)
            self._channel.shutdown_write()
        except _BROKEN as error:
            raise SshFailed(Reason.NO_SESSION, str(error) or type(error).__name__) from error
        self._channel.settimeout(LOOK)

    def read(self, size: int) -> bytes:
        """Give exactly so many bytes, fewer only at the end of the output.

        Raises SshFailed where the connection ended before the command did.
        """
        self._patience.check("sending its files")
        while len(self._buffer) < size and not self._ended:
            self._patience.check("sending its files")
            self._listen()
        if len(self._buffer) < size and self._is_cut():
            raise SshFailed(Reason.ENDED, self._transport.farewell or "the connection ended in the middle")
        with memoryview(self._buffer) as held:
            data = bytes(held[:size])
        del self._buffer[:size]
        return data

    def complaint(self) -> str:
        """Give the last line on standard error, if any."""
        self._drain_complaints()
        lines = self._complaints.decode("utf-8", "replace").strip().splitlines()
        return cut(visible(lines[-1]), 300) if lines else ""

    def status(self) -> int:
        """Wait a little for the exit status; -1 when none comes."""
        until = time.monotonic() + OPEN
        while not self._channel.status_event.wait(LOOK):
            if self._channel.closed or time.monotonic() >= until:
                return -1
            self._patience.check("ending its command")
        return self._channel.exit_status

    def close(self) -> None:
        with contextlib.suppress(*_BROKEN):  # the connection is gone already
            self._channel.close()

    def _is_cut(self) -> bool:
        """Whether the connection ended before the command had told how it did."""
        until = time.monotonic() + _A_MOMENT
        while self._transport.is_active() and self._channel.exit_status < 0 and time.monotonic() < until:
            self._transport.join(LOOK)
        return self._channel.exit_status < 0 and not self._transport.is_active()

    def _listen(self) -> None:
        self._drain_complaints()
        try:
            data = self._channel.recv(_CHUNK)
        except TimeoutError:
            return
        except _BROKEN:  # what was read is acknowledged at once, on a connection that is gone
            data = b""
        self._ended = not data
        self._buffer += data

    def _drain_complaints(self) -> None:
        """Take what stands on standard error, which shares its window with the output."""
        with contextlib.suppress(*_BROKEN):  # as above
            while self._channel.recv_stderr_ready():
                self._patience.check("complaining")
                self._complaints = (self._complaints + self._channel.recv_stderr(_CHUNK))[-_KEPT_COMPLAINTS:]
