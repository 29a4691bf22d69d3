"""What cannot be the cause, grouped by the fact that rules it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.finding import Diagnosis


def ruled_out(diagnosis: Diagnosis) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fact, and the ids of what it rules out; the sharpest, which rules out least, first."""
    groups: dict[str, list[str]] = {}
    for check in diagnosis.checked:
        if check.verdict is Verdict.PASS:
            groups.setdefault(check.because or "it was looked for, and not seen", []).append(check.id)
    for because, ids in sorted(groups.items(), key=lambda group: len(group[1])):
        yield because, tuple(ids)
