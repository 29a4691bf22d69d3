"""What the program says now against what is kept, as a difference that can be read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from typing import TYPE_CHECKING

from tests.record.stage import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.record.entries import Entry
    from tests.record.stage import Stage


def differences(entries: Sequence[Entry], stage: Stage) -> str:
    """Empty where nothing has changed."""
    assert entries, "there is nothing to compare"
    with ThreadPoolExecutor(AT_ONCE) as threads:
        now = threads.map(lambda entry: entry.make(stage), entries)
        told = [_difference(entry, text) for entry, text in zip(entries, now, strict=True)]
    return "\n".join(filter(None, told))


def _difference(entry: Entry, now: str) -> str:
    kept = entry.path.read_text(encoding="utf-8") if entry.path.exists() else ""
    if now == kept:
        return ""
    lines = unified_diff(
        kept.splitlines(), now.splitlines(), f"{entry.name}, as recorded", f"{entry.name}, now", lineterm=""
    )
    renewed = f"If it is wanted, renew it in a commit of its own: python -m tests.record.renew {entry.name}"
    return "\n".join(("", *lines, renewed))
