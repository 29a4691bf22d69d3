"""The most memory that a process held, as its own image: what `ru_maxrss` tells of a child is not that.

Between fork and exec a child is a copy of its parent, and Linux counts that for the child's largest
(getrusage(2): exec keeps the statistics). A large test process would be blamed on the program.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

_EVERY = 0.02
"""Seconds between two looks; what a process takes and ends with inside of one is not seen."""


def peak(pid: int) -> int:
    """Bytes that the image which runs now ever held; 0 of a process that ended, or where no Linux tells."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0


def reaped(pid: int) -> tuple[int, int]:
    """Wait for a child: its wait status, and the most bytes that it held."""
    largest = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        largest = peak(pid) or largest
        time.sleep(_EVERY)
    _, status, used = os.wait4(pid, 0)
    return status, used.ru_maxrss if sys.platform == "darwin" else largest
