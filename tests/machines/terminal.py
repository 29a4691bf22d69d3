"""The program on a terminal of its own, where it may ask."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def typed(words: Sequence[str], asked: bytes, answers: Sequence[str]) -> tuple[int, str]:
    """Answer each time that it asks so; its exit code, and all that the terminal showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", sys.executable, "-m", "troubleshooter", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown, left = b"", list(answers)
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # the other side has closed it
            break
        shown += data
        if left and shown.count(asked) > len(answers) - len(left):
            os.write(ours, f"{left.pop(0)}\n".encode())
    os.close(ours)
    return process.wait(60), shown.decode()
