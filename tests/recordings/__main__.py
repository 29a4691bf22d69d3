"""Prints what becomes of every recording: python -m tests.recordings

One row each: how the product reads it, and how the simulated Azure gives it. Ends with 1 where either fails.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tests.doors.scripted import SIGN_IN
from tests.recordings import imitation
from tests.recordings.on_purpose import reason_for
from tests.recordings.readings import READINGS
from tests.recordings.recording import FOLDER, NAMES
from tests.recordings.replay import Replay
from tests.recordings.simulated import NOT_SERVED
from tests.recordings.unasked import UNASKED

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_EVERY_ANSWER = ("header Connection", "header Content-Length", "header Transfer-Encoding", "header Server")
"""What says nothing of the service."""


def main() -> int:
    if not FOLDER.is_dir():
        print(f"No recordings in {FOLDER}: set TROUBLESHOOTER_GROUND_TRUTH.", file=sys.stderr)
        return 2
    os.environ.update(SIGN_IN)
    rows = list(_rows())
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for row in rows:
        print("  ".join((row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2])))
    called = sum(name in READINGS for name in NAMES)
    print(f"\n{len(NAMES)} recordings, {called} through the product's own calls")
    return int(any("WRONG" in cell for row in rows for cell in row))


def _rows() -> Iterator[tuple[str, str, str]]:
    yield "recording", "product", "simulator"
    for name in NAMES:
        yield name, _product(name), _simulator(name)


def _product(name: str) -> str:
    read = READINGS.get(name) or UNASKED[name]
    with tempfile.TemporaryDirectory() as folder, closing(Replay(Path(folder), name)) as replay:
        try:
            read(replay)
        except AssertionError as wrong:
            return f"WRONG: {wrong}".splitlines()[0]
    return "read right" if name in READINGS else "never asked; its shape is understood"


def _simulator(name: str) -> str:
    if name in NOT_SERVED:
        return f"not served: {NOT_SERVED[name]}"
    found = imitation.found(name)
    wrong = [each for each in found if not reason_for(name, each)]
    if wrong:
        return f"WRONG: {'; '.join(wrong)}"
    told = [each for each in found if not each.startswith(_OF_EVERY_ANSWER)]
    meant = "; ".join(f"{each} ({reason_for(name, each)})" for each in told)
    return f"imitated, but for {meant}" if meant else "imitated"


if __name__ == "__main__":
    sys.exit(main())
