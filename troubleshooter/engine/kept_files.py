"""The files that a run has kept, in the order in which they are told."""

from __future__ import annotations

from bisect import insort
from itertools import chain
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
        self._places: list[tuple[int, str]] = []
        self._at: dict[tuple[int, str], dict[str, KeptFile]] = {}
        """By place and by name. The files of one place stand in the order in which they were kept last."""
        self._place_of: dict[tuple[str, str], tuple[int, str]] = {}
        self._all: tuple[KeptFile, ...] | None = ()
        """Put together when it is asked for."""

    def add(self, kept: KeptFile) -> None:
        """A file that was kept before takes its new place."""
        key, place = (kept.node, kept.name), (self._step_at.get(kept.step, -1), kept.node)
        if (before := self._place_of.get(key)) is not None:
            del self._at[before][kept.name]
        if place not in self._at:
            insort(self._places, place)
            self._at[place] = {}
        self._at[place][kept.name] = kept
        self._place_of[key] = place
        self._all = None

    @property
    def all(self) -> tuple[KeptFile, ...]:
        if self._all is None:
            self._all = tuple(chain.from_iterable(self._at[place].values() for place in self._places))
        return self._all
