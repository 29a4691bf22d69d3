"""What can be found besides what log rules find: playbooks/checks, one entry an id.

The linter does not read it: it is for whoever asks what an id means, and for who names one to ignore.
"""

from __future__ import annotations

from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from troubleshooter import datafiles
from troubleshooter.errors import UsageProblem
from troubleshooter.folders import yaml_below
from troubleshooter.model.finding import Severity
from troubleshooter.settings import playbooks_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from troubleshooter.model.extension import Extension

TITLE = 100
"""Characters of a title at most: it stands in lists, one a line."""
_RANK = tuple(Severity)


class FoundBy(StrEnum):
    LINT = "lint"
    """In a definition or in settings."""
    AZURE = "azure"
    """In what Azure answers."""


class CheckText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry as its author writes it; playbooks/README.md explains each key."""

    id: str
    title: str
    """The problem."""
    good: str
    """The good state."""
    severity: tuple[Severity, ...]
    """What it may be, the worst first; `why` says when it is which."""
    fixable: bool
    """Whether `lint --fix` can repair it, where the file shows all that this needs."""
    why: str
    sources: tuple[str, ...]
    by: FoundBy = FoundBy.LINT
    looks_at: tuple[str, ...] = ()
    """Fields that alone decide it, all of them: by what stands there it shows why it found nothing."""


@cache
def checks() -> tuple[CheckText, ...]:
    """All that are shipped. Raises UsageProblem, with the file, where one cannot be used."""
    return read_checks([playbooks_folder() / "checks"])


_OF_ITS_NAME = ("extension-name-wrong", "extension-of-another-system")
"""Checks of every extension, whose ids an extension's file may give a prefix."""


def named(name: str, known: Iterable[Extension]) -> CheckText | None:
    """What lint says by this id, of shipped extensions or of others that are known."""
    by_id = {one.id: one for one in checks() if one.by is FoundBy.LINT}
    return by_id.get(name) or by_id.get(prefixed(known).get(name, ""))


def prefixed(known: Iterable[Extension]) -> dict[str, str]:
    """Ids with an extension's own prefix, each with the id of the entry that tells of it."""
    return {f"{one.prefix}{name}": name for one in known for name in _OF_ITS_NAME if one.prefix}


def near(name: str) -> str:
    """The id of a check that was probably meant; empty where none is near."""
    return next(iter(get_close_matches(name, [one.id for one in checks()], n=1, cutoff=0.7)), "")


def read_checks(places: Iterable[Path]) -> tuple[CheckText, ...]:
    """Read files, or every *.yaml below folders."""
    found: dict[str, CheckText] = {}
    for place in places:
        for path in yaml_below(place) if place.is_dir() else [place]:
            for text in datafiles.read_many(path, CheckText):
                if text.id in found:
                    raise _mistake(path, text, "Its id is taken by another check.", "Name it otherwise.")
                _check(path, text)
                found[text.id] = text
    return tuple(found.values())


def _check(path: Path, text: CheckText) -> None:
    for key, words in (("title", text.title), ("good", text.good)):
        if not words.strip() or len(words) > TITLE or words.splitlines() != [words] or words.endswith("."):
            why = f"Its `{key}` is not one line of at most {TITLE} characters without a full stop."
            raise _mistake(path, text, why, "Say it in one line.")
    if text.title == text.good:
        raise _mistake(
            path, text, "Its `good` says the same as its title.", "Title the problem, and the good state."
        )
    if not text.severity or list(text.severity) != sorted(set(text.severity), key=_RANK.index):
        raise _mistake(path, text, "Its severities are none, twice or not the worst first.", "Order them.")
    if not text.sources:
        raise _mistake(path, text, "It names no source.", "Name the public page that says so.")


def _mistake(path: Path, text: CheckText, why: str, do: str) -> UsageProblem:
    return UsageProblem(f"{path}: the check {text.id!r} cannot be used.", why, do)
