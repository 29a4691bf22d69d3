"""Makes the record anew: python -m tests.record.renew [NAME...]. A NAME is an entry's, or how it begins.

Without a name it is all that is said without a screen; with the name `all`, the screens as well.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.ground_truth import SAMPLES
from tests.record import renew_screens
from tests.record.entries import KEPT, entries
from tests.record.samples import CASES
from tests.record.stage import AT_ONCE, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.record.entries import Entry


def renew(names: Sequence[str]) -> int:
    known = entries()
    wanted = [entry for name, entry in known.items() if _asked(name, names) and _can_be_made(name)]
    if not wanted:
        print(f"No entry is called so: {' '.join(names)}", file=sys.stderr)
        return 2
    with Stage() as stage, ThreadPoolExecutor(AT_ONCE) as threads:
        made = {entry.name: threads.submit(_made, entry, stage) for entry in wanted}
    failed = {name: error for name, future in made.items() if (error := future.exception())}
    changed = sum(future.result() for name, future in made.items() if name not in failed)
    gone = orphans(known) if not names else []
    for path in gone:
        path.unlink()
    for name, error in failed.items():
        print(f"{name} stays as it was: {error!r}", file=sys.stderr)
    print(f"{len(wanted)} entries, {changed} changed, {len(gone)} removed, {len(failed)} failed")
    return 1 if failed else 0


def orphans(known: dict[str, Entry]) -> list[Path]:
    """Files of entries that there no longer are."""
    return sorted(set(KEPT.rglob("*.txt")) - {entry.path for entry in known.values()})


def _asked(name: str, names: Sequence[str]) -> bool:
    return not names or any(name.startswith((asked, f"scenarios/{asked}/")) for asked in names)


def _can_be_made(name: str) -> bool:
    """Where the samples are not at hand, what is kept of them stays."""
    return SAMPLES.is_dir() or name.endswith(CASES) or not name.startswith("samples/")


def _made(entry: Entry, stage: Stage) -> bool:
    """Whether it has changed. Each is written as soon as it is made: nothing is lost when time runs out."""
    text = entry.make(stage)
    before = entry.path.read_text(encoding="utf-8") if entry.path.exists() else None
    if text == before:
        return False
    entry.path.parent.mkdir(parents=True, exist_ok=True)
    entry.path.write_text(text, encoding="utf-8")
    print(entry.name, flush=True)
    return True


def main(names: list[str]) -> int:
    if names != ["all"]:
        return renew(names)
    status = renew([])
    renew_screens.main([])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
