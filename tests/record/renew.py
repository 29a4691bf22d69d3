"""Makes the record anew: python -m tests.record.renew [NAME...]. A NAME is an entry's, or how it begins."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.record.entries import KEPT, entries
from tests.record.samples import SAMPLES
from tests.record.stage import AT_ONCE, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.record.entries import Entry


def renew(names: Sequence[str]) -> int:
    known = entries()
    wanted = [entry for name, entry in known.items() if _asked(name, names) and _can_be_made(name)]
    if not wanted:
        print(f"No entry is called so: {' '.join(names)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, Stage() as stage, ThreadPoolExecutor(AT_ONCE) as threads:
        changed = list(threads.map(lambda entry: _written(entry, entry.make(stage, Path(folder))), wanted))
    gone = orphans(known) if not names else []
    for path in gone:
        path.unlink()
    print(f"{len(wanted)} entries, {sum(changed)} changed, {len(gone)} removed")
    return 0


def orphans(known: dict[str, Entry]) -> list[Path]:
    """Files of entries that there no longer are."""
    return sorted(set(KEPT.rglob("*.txt")) - {entry.path for entry in known.values()})


def _asked(name: str, names: Sequence[str]) -> bool:
    return not names or any(name.startswith((asked, f"scenarios/{asked}/")) for asked in names)


def _can_be_made(name: str) -> bool:
    """Where the samples are not at hand, what is kept of them stays."""
    return SAMPLES.is_dir() or not name.startswith("samples/")


def _written(entry: Entry, text: str) -> bool:
    before = entry.path.read_text(encoding="utf-8") if entry.path.exists() else None
    if text == before:
        return False
    entry.path.parent.mkdir(parents=True, exist_ok=True)
    entry.path.write_text(text, encoding="utf-8")
    print(entry.name, flush=True)
    return True


if __name__ == "__main__":
    sys.exit(renew(sys.argv[1:]))
