"""The files that a run has kept, in the order in which they are told."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshooter.model.run import KeptFile


class KeptFiles:
    """By step, then by node: threads bring them home in any order, and what is concluded must not follow it.

    Nodes of different steps may be of different pools, and chance is in the ids of some.
    """

    def __init__(self, steps: Sequence[str]) -> None:
        self._step_at = {step: at for at, step in enumerate(steps)}
        self._in_order: list[KeptFile] = []
        """The files of one place stand in the order in which they were kept last."""
        self._kept: dict[tuple[str, str], KeptFile] = {}
        """By node and name."""
        self._all: tuple[KeptFile, ...] | None = ()
        """Copied when it is asked for: there may be as many as nodes, and it is asked for after each."""

    def add(self, kept: KeptFile) -> None:
        """A file that was kept before takes its new place."""
        key = (kept.node, kept.name)
        if (before := self._kept.get(key)) is not None:
            first = bisect_left(self._in_order, self._place(before), key=self._place)
            del self._in_order[self._in_order.index(before, first)]
        insort(self._in_order, kept, key=self._place)
        self._kept[key] = kept
        self._all = None

    def _place(self, kept: KeptFile) -> tuple[int, str]:
        return self._step_at.get(kept.step, -1), kept.node

    @property
    def all(self) -> tuple[KeptFile, ...]:
        if self._all is None:
            self._all = tuple(self._in_order)
        return self._all
