"""The confusion matrix: one row per expected cause, and what was named instead."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NONE = "(none)"
Pair = tuple[str | None, str | None]


def matrix(pairs: Iterable[Pair]) -> str:
    """`pairs` are expected and got; a cell that is not on the diagonal is written out."""
    counted = Counter((expected or NONE, got or NONE) for expected, got in pairs)
    lines = [f"{'expected':<34}{'scenarios':>9}{'right':>7}  named instead"]
    for cause in sorted({expected for expected, _ in counted}):
        row = {got: number for (expected, got), number in counted.items() if expected == cause}
        others = ", ".join(f"{got} {number}" for got, number in sorted(row.items()) if got != cause)
        lines.append(f"{cause:<34}{sum(row.values()):>9}{row.get(cause, 0):>7}  {others}".rstrip())
    right = sum(number for (expected, got), number in counted.items() if expected == got)
    lines.append(f"{'all':<34}{counted.total():>9}{right:>7}")
    return "\n".join(lines)
