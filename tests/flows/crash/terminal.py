"""A terminal that is closed under a program, as a broken connection closes it."""

from __future__ import annotations

import os
import select
import subprocess
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

_LOOK = 0.05


class Terminal:
    """Reads what is written to it, until it is closed; whoever has it then hears SIGHUP."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        self._over = threading.Event()
        self._reader = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def started(self, command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """A process whose terminal this is."""
        end = self._theirs
        process = subprocess.Popen(
            ["setsid", "--ctty", *command], stdin=end, stdout=end, stderr=end, env=dict(environ)
        )
        os.close(end)
        self._theirs = -1
        return process

    def close(self) -> None:
        if self._over.is_set():
            return
        self._over.set()
        self._reader.join()
        os.close(self._ours)
        if self._theirs >= 0:
            os.close(self._theirs)

    def _read(self) -> None:
        while not self._over.is_set():
            if select.select([self._ours], [], [], _LOOK)[0]:
                try:
                    os.read(self._ours, 65536)
                except OSError:  # nobody has the other end any more
                    return
