"""Tells which invariants do not hold, on every state of every scene, or of those that are named.

python -m tests.record.check_invariants [SCENE ...]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.record.camera import BROKEN
from tests.record.scenes import SCENES, pictures


def check(scene: str) -> list[str]:
    found: list[str] = []
    BROKEN.set(found)
    with tempfile.TemporaryDirectory() as empty:
        asyncio.run(pictures(scene, Path(empty)))
    return found


def main(named: list[str]) -> int:
    found = [f"{scene}/{what}" for scene in named or SCENES for what in check(scene)]
    print("\n".join([*found, f"{len(found)} broken"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
