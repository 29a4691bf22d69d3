"""Findings that are known and meant to stay: by the ids given, or by a file above what is checked."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.lint.finding import Ignored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshooter.lint.finding import LintFinding
    from troubleshooter.lint.ignore_file import IgnoreText
    from troubleshooter.model.extension import Extension

FILE = ".troubleshooter.yaml"
OPTION = "--ignore"


class _Wish(NamedTuple):
    """One id that is to be ignored in one file."""

    id: str
    by: str
    """The option, or the path of the file that says so."""
    why: str


class Ignores:
    """What is to be ignored, and what came of it."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._given = [_Wish(name, OPTION, "") for name in dict.fromkeys(ids)]
        self._wished: dict[_Wish, int] = dict.fromkeys(self._given, 0)
        """Of every id that is to be ignored in something that was checked: how often it was."""
        self._files: dict[str, Path | None] = {}
        self._entries: dict[Path, tuple[IgnoreText, ...]] = {}

    def sift(
        self, file: str, findings: Sequence[LintFinding]
    ) -> tuple[tuple[LintFinding, ...], tuple[Ignored, ...]]:
        """What stays of a file's findings, and what does not. Raises UsageProblem for a file of ignores."""
        wishes: dict[str, _Wish] = {}
        for wish in self._of(file):
            wishes.setdefault(wish.id, wish)
        for wish in wishes.values():
            self._wished.setdefault(wish, 0)
        ignored = [Ignored(one, *wishes[one.id][1:]) for one in findings if one.id in wishes]
        for each in ignored:
            self._wished[wishes[each.finding.id]] += 1
        return tuple(one for one in findings if one.id not in wishes), tuple(ignored)

    def ids(self, file: str) -> frozenset[str]:
        """What is ignored of one file."""
        return frozenset(wish.id for wish in self._of(file))

    def doubts(self, known: tuple[Extension, ...]) -> Iterator[str]:
        """What was asked for in vain: an id that there is not, one that nothing was found of."""
        if not self._wished:
            return
        from troubleshooter.lint.catalogue import named, near  # noqa: PLC0415 - for who ignores something

        for wish, times in self._wished.items():
            if named(wish.id, known) is None:
                meant = near(wish.id)
                hint = f" Did you mean {meant}?" if meant else ""
                yield f"{wish.by}: there is no check {wish.id}, so nothing was ignored.{hint}"
            elif not times:
                yield f"{wish.by}: nothing was found of {wish.id}, so it need not be ignored"

    def _of(self, file: str) -> list[_Wish]:
        return [*self._given, *self._written(file)] if file != "-" else self._given

    def _written(self, file: str) -> Iterator[_Wish]:
        place = Path(os.path.abspath(file))  # noqa: PTH100 - Path.resolve follows links, absolute leaves .. in
        found = self._above(place.parent)
        if found is None:
            return
        from troubleshooter.lint.ignore_file import covers, read  # noqa: PLC0415 - YAML, for who ignores something

        if found not in self._entries:
            self._entries[found] = read(found)
        inside = place.relative_to(found.parent).as_posix()
        for entry in self._entries[found]:
            if covers(entry.path, inside):
                yield from (_Wish(name, str(found), entry.why) for name in entry.ids)

    def _above(self, folder: Path) -> Path | None:
        """The nearest file of ignores, in a folder or above it; looked for once a folder."""
        if (name := str(folder)) not in self._files:
            places = (here / FILE for here in (folder, *folder.parents))
            self._files[name] = next((one for one in places if os.path.isfile(one)), None)  # noqa: PTH113 - Path.is_file raises where a folder is closed
        return self._files[name]


def told(ignored: Iterable[Ignored]) -> Iterator[str]:
    """2 ignored by FILE: kv-url-pinned (why)."""
    ignored = tuple(ignored)
    for (by, why), number in Counter((one.by, one.why) for one in ignored).items():
        ids = sorted({one.finding.id for one in ignored if (one.by, one.why) == (by, why)})
        yield f"{number} ignored by {by}: {', '.join(ids)}" + (f" ({why})" if why else "")
