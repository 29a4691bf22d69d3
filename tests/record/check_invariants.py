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
    broken = 0
    for scene in named or SCENES:
        found = check(scene)
        broken += len(found)
        print("".join(f"{scene}/{what}\n" for what in found), end="", flush=True)
    print(f"{broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
