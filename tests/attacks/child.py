"""The program as a process that no attack lets grow: memory, processor and bytes written have an end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tests.peak import peak

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM = (sys.executable, "-m", "troubleshooter")
MIB = 1 << 20
GIB = 1 << 30
SPACE = 1500 * MIB
"""Of addresses; the program itself takes about 400 MiB of them, most of it never touched."""
BUG = 1
"""The exit code of what nobody foresaw."""
_CLOSED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Makes root ask for permissions as everybody else must."""


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    """Negative where a signal ended it, a limit of ours among them."""
    out: bytes
    err: bytes
    memory: int
    """Bytes that it held at most."""
    seconds: float
    """Of processor time."""
    written: int
    """Bytes, to whatever file; 0 where the system does not tell."""

    @property
    def shown(self) -> bytes:
        return self.out + self.err

    @property
    def text(self) -> str:
        return self.shown.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends the process when it goes beyond; the attack has then got through."""

    space: int = SPACE
    processor: int = 60
    written: int = GIB
    wall: float = 240.0


def ended(
    *arguments: str,
    folder: Path,
    limits: Limits | None = None,
    environ: Mapping[str, str] | None = None,
    interrupted_after: float | None = None,
    stdin: bytes = b"",
    powerless: bool = False,
) -> Ended:
    """Run it to its end, with its outputs and its temporary files in `folder`.

    `interrupted_after` seconds it gets Ctrl-C; `powerless` takes root's pass through closed folders away.
    """
    limits = limits or Limits()
    spool = folder / "spool"
    spool.mkdir(exist_ok=True)
    (folder / "stdin").write_bytes(stdin)
    out, err = folder / "stdout", folder / "stderr"
    command = _limited([*(_CLOSED if powerless and os.geteuid() == 0 else ()), *PROGRAM, *arguments], limits)
    with out.open("wb") as stdout, err.open("wb") as stderr, (folder / "stdin").open("rb") as given:
        started = subprocess.Popen(
            command, stdin=given, stdout=stdout, stderr=stderr, start_new_session=True,
            env={**os.environ, "PYTHONUTF8": "1", "TMPDIR": str(spool), **(environ or {})},
        )  # fmt: skip
        written, held = _watched(started, limits, interrupted_after)
        _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    memory = used.ru_maxrss if sys.platform == "darwin" else held
    return Ended(
        started.returncode, out.read_bytes(), err.read_bytes(), memory, used.ru_utime + used.ru_stime, written
    )


def _limited(command: Sequence[str], limits: Limits) -> list[str]:
    """A shell sets them: what is set between fork and exec is not safe beside threads."""
    script = f'ulimit -t {limits.processor}; ulimit -v {limits.space >> 10} 2>/dev/null; exec "$@"'
    return ["/bin/sh", "-c", script, "attack", *command]


def _watched(
    started: subprocess.Popen[bytes], limits: Limits, interrupted_after: float | None
) -> tuple[int, int]:
    """Wait without reaping, so that what it wrote can still be read; end it where it goes too far.

    Bytes written, and bytes held at most.
    """
    begun, written, held, told = time.monotonic(), 0, 0, interrupted_after is None
    while os.waitid(os.P_PID, started.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        passed = time.monotonic() - begun
        written = _written(started.pid) or written
        held = peak(started.pid) or held
        if written > limits.written or passed > limits.wall:
            os.killpg(started.pid, signal.SIGKILL)
        elif not told and interrupted_after is not None and passed > interrupted_after:
            os.kill(started.pid, signal.SIGINT)
            told = True
        time.sleep(0.02)
    return _written(started.pid) or written, held


def _written(pid: int) -> int:
    """Bytes that a process, alive or ended, gave to write calls."""
    try:
        with Path(f"/proc/{pid}/io").open("rb") as told:
            return _count(told)
    except OSError:
        return 0


def _count(told: BinaryIO) -> int:
    fields = dict(line.split(b": ") for line in told.read().splitlines())
    return int(fields[b"wchar"])
