"""What cannot be the cause, grouped by the fact that rules it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.finding import Diagnosis


_FEW = 8
"""Known failures that are told by the good state of each."""


def ruled_out(diagnosis: Diagnosis) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fact, and the ids of what it rules out; the sharpest, which rules out least, first."""
    groups: dict[str, list[str]] = {}
    for check in diagnosis.checked:
        if check.verdict is Verdict.PASS:
            groups.setdefault(check.because or "it was looked for, and not seen", []).append(check.id)
    for because, ids in sorted(groups.items(), key=lambda group: len(group[1])):
        yield because, tuple(ids)


def ruled_out_told(diagnosis: Diagnosis) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fact, and in words what holds by it, one after the other; of many their ids, in one line."""
    titles = {check.id: check.title for check in diagnosis.checked if check.title}
    for because, ids in ruled_out(diagnosis):
        if len(ids) <= _FEW and titles.keys() >= {*ids}:
            yield because, tuple(f"{titles[name]} ({name})" for name in ids)
        else:
            yield because, (", ".join(ids),)
