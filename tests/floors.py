"""Floors of coverage, lines and branches together: of the whole, and of each file that deletes or undoes.

    coverage run -m pytest -q -n 3 -m "not slow or slow(every_change=True)" --ignore tests/hygiene
    coverage combine -q && python -m tests.floors

They only ever rise: what is wanted is `WANTED`, and a file that is not there yet has what was measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = Path(__file__).resolve().parent.parent / "troubleshooter"
WANTED = 95
WHOLE = "the whole"

CHANGE = {
    "operations": "pools original jobs users removal undo way_back closing marked unchanged recheck carry",
    "operations/reading": "own_jobs",
    "cloud": "deletion data_plane arm batch",
    "cloud/work": "jobs wire",
    "actions": "clean_up another_run recreate in_place apply verify",
    "cli": "cleanup restore",
    "engine": "changes",
}
"""The files that delete or undo, by folder."""

NOT_YET: dict[str, int] = {}
"""What a file that has less than what is wanted must have at least: what was measured of it."""


def places() -> list[str]:
    return [f"{folder}/{name}.py" for folder, names in CHANGE.items() for name in names.split()]


def measured() -> dict[str, float]:
    """Per cent of lines and branches, by the file's place in the package."""
    with TemporaryDirectory() as folder:
        written = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(written)], check=True)
        report = json.loads(written.read_text(encoding="utf-8"))
    found = {
        Path(path).resolve().relative_to(PACKAGE).as_posix(): file["summary"]["percent_covered"]
        for path, file in report["files"].items()
    }
    return {WHOLE: report["totals"]["percent_covered"], **found}


def below(found: Mapping[str, float]) -> Iterator[str]:
    """What has less than its floor; a file that was not seen at all has nothing."""
    for place in (WHOLE, *places()):
        floor, has = NOT_YET.get(place, WANTED), found.get(place, 0)
        if has < floor:
            yield f"{place}: {has:.1f} %, floor {floor} %"


def main() -> int:
    found = measured()
    for place in (WHOLE, *places()):
        print(f"{found.get(place, 0):5.1f} %  {place}")
    missed = list(below(found))
    print("\n".join(["Below its floor:", *missed]) if missed else "Nothing is below its floor.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
