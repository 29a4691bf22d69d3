"""Runs one command of one SSH channel: a real /bin/sh in a session of its own, ended with the channel."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import paramiko

LIMIT = 120.0
"""Seconds that one command may take."""
_CHUNK = 32768


def run(channel: paramiko.Channel, command: str, root: Path, environment: dict[str, str]) -> None:
    """Feed the channel to the command and its output to the channel, until one of them ends."""
    child = subprocess.Popen(  # noqa: S603  # running the client's command is what a node is for
        ["/bin/sh", "-c", command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=root,
        env=environment,
        start_new_session=True,
    )
    if child.stdin is None or child.stdout is None or child.stderr is None:
        raise AssertionError("asked for three pipes")
    pumps = [
        threading.Thread(target=_feed, args=(channel, child.stdin), daemon=True),
        threading.Thread(target=_pump, args=(child.stdout, channel.sendall), daemon=True),
        threading.Thread(target=_pump, args=(child.stderr, channel.sendall_stderr), daemon=True),
    ]
    for pump in pumps:
        pump.start()
    status = _wait(child, channel)
    for pump in pumps[1:]:
        pump.join()
    with contextlib.suppress(OSError, EOFError):  # the client went away
        channel.send_exit_status(status)
    with contextlib.suppress(OSError, EOFError):
        channel.close()  # ends the feeding pump too
    pumps[0].join()
    for pipe in (child.stdin, child.stdout, child.stderr):
        with contextlib.suppress(BrokenPipeError):
            pipe.close()


def _wait(child: subprocess.Popen[bytes], channel: paramiko.Channel) -> int:
    """Wait for the command, the client or the limit, whichever ends first; nothing of it survives."""
    end = time.monotonic() + LIMIT
    while not channel.closed and time.monotonic() < end:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.1)
            break
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    status = child.wait()
    return status if status >= 0 else 128 - status


def _feed(channel: paramiko.Channel, pipe: BinaryIO) -> None:
    with contextlib.suppress(OSError):  # the command ended, or closed its standard input
        while data := channel.recv(_CHUNK):
            pipe.write(data)
            pipe.flush()
    with contextlib.suppress(OSError):
        pipe.close()


def _pump(pipe: BinaryIO, send: Callable[[bytes], None]) -> None:
    with contextlib.suppress(OSError, EOFError):  # the client went away
        while data := os.read(pipe.fileno(), _CHUNK):
            send(data)
