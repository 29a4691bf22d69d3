"""A real key agent of a test's own."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def agent(socket: Path, *keys: Path, confirm: bool = False) -> Iterator[str]:
    """Holds these keys; the value for SSH_AUTH_SOCK. With `confirm` each use wants a yes, and gets none."""
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE, env={"SSH_ASKPASS": "/bin/false"}
    )
    try:
        assert process.stdout is not None
        assert b"SSH_AUTH_SOCK" in process.stdout.readline()
        for key in keys:
            subprocess.run(
                ["ssh-add", *(["-c"] if confirm else []), "-q", str(key)],
                env={"SSH_AUTH_SOCK": str(socket)},
                check=True,
                timeout=30,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        yield str(socket)
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
