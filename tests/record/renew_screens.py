"""Takes the record of the screens anew: of all scenes, or of those that are named.

What it changes is to be looked at, and committed by itself, with the reason.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.record.scenes import KEPT, SCENES, kept, pictures


def renew(scene: str) -> None:
    before = kept(scene)
    with tempfile.TemporaryDirectory() as folder:
        now = asyncio.run(pictures(scene, Path(folder)))
    place = KEPT / scene
    place.mkdir(parents=True, exist_ok=True)
    for gone in before.keys() - now.keys():
        (place / f"{gone}.txt").unlink()
    for name, text in now.items():
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    changed = sum(before.get(name) != text for name, text in now.items())
    print(f"{scene}: {len(now)} pictures, {changed} changed, {len(before.keys() - now.keys())} gone")


def main(named: list[str]) -> None:
    for scene in named or SCENES:
        renew(scene)
    for folder in KEPT.iterdir():
        if folder.name not in SCENES:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
