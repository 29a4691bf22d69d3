"""One task's command on a simulated node: a real process in the task's folder, ended with its time."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from troubleshooter.simulator.node.windows_task import WindowsShell

LONGEST = 120.0
"""Seconds that one task may take here, whatever was asked for."""
MOST_WRITTEN = 256 << 20
"""Bytes of one file that it may write; enforced where the system can."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task was not done, in the service's words."""

    category: str
    code: str
    message: str


NOT_FOUND = Failure("usererror", "CommandProgramNotFound", "The specified command program is not found")
FAILED = Failure("usererror", "FailureExitCode", "The task exited with an exit code representing a failure")
TIMED_OUT = Failure("usererror", "TaskEnded", "Task Was Ended by User Request")
"""Of a task that ran longer than its maxWallClockTime; the words are assumed."""


class Process:
    """Begins at once, in a thread of its own."""

    def __init__(
        self,
        line: str,
        folder: Path,
        environment: Mapping[str, str],
        seconds: float | None,
        *,
        instead: WindowsShell | None = None,
    ) -> None:
        """`line` is no shell's: it is split into words, of which the first names the program.

        On a node that is not of this host's kind no program of this host runs, and that shell `instead`.
        """
        self.folder = folder
        self.started = datetime.now(UTC)
        self.ended: datetime | None = None
        self.exit_code: int | None = None
        self.failure: Failure | None = None
        self._instead = instead
        self._over, self._stop = threading.Event(), threading.Event()
        limit = min(LONGEST, LONGEST if seconds is None else seconds)
        self._thread = threading.Thread(
            target=self._run, args=(line, dict(environment), limit), name="node-task", daemon=True
        )
        (folder / "wd").mkdir(parents=True, exist_ok=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return not self._over.is_set()

    def wait(self, seconds: float) -> None:
        self._over.wait(seconds)

    def stop(self) -> None:
        """End it and wait until nothing of it is left."""
        self._stop.set()
        self._thread.join()

    def _run(self, line: str, environment: dict[str, str], limit: float) -> None:
        try:
            self._work(line, environment, limit)
        finally:
            self.ended = datetime.now(UTC)
            self._over.set()

    def _work(self, line: str, environment: dict[str, str], limit: float) -> None:
        words = shlex.split(line)
        if self._instead is not None:
            self._stand_in(self._instead.run(words, self.folder / "wd", environment))
            return
        program = shutil.which(words[0], path=environment["PATH"]) if words else None
        with (self.folder / "stdout.txt").open("wb") as out, (self.folder / "stderr.txt").open("wb") as err:
            if program is None:
                self.failure = NOT_FOUND
                return
            child = subprocess.Popen(  # noqa: S603  # running the client's command is what a node is for
                [program, *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.folder / "wd",
                env=environment,
                start_new_session=True,
            )
            _bounded(child)
            late = self._wait(child, time.monotonic() + limit)
            self.exit_code = child.returncode if child.returncode >= 0 else 128 - child.returncode
        if self.exit_code:
            self.failure = TIMED_OUT if late else FAILED

    def _stand_in(self, ended: tuple[int, str] | None) -> None:
        """As a shell ended that is no program here: with what, and what it printed."""
        self.exit_code, said = ended or (None, "")
        self.failure = NOT_FOUND if ended is None else FAILED if self.exit_code else None
        (self.folder / "stdout.txt").write_bytes(said.encode())
        (self.folder / "stderr.txt").write_bytes(b"")

    def _wait(self, child: subprocess.Popen[bytes], end: float) -> bool:
        """Whether its time was over before it had ended. Nothing of it survives."""
        while not self._stop.is_set() and time.monotonic() < end:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(0.02)
                break
        late = child.poll() is None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return late


def _bounded(child: subprocess.Popen[bytes]) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none

        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    except (ImportError, AttributeError, OSError):
        return
