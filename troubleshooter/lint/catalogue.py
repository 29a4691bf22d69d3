"""What can be found besides what log rules find: playbooks/checks, one entry an id.

The linter does not read it: it is for whoever asks what an id means, and for who names one to ignore.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import UsageProblem
from troubleshooter.model.finding import Severity
from troubleshooter.settings import playbooks_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from troubleshooter.model.extension import Extension

DIGEST = "shipped.json"
"""All shipped entries as one file, which is read without YAML: `lint` says by them what it ruled out.

A test compares it with them; `python -m tests.playbooks.digest` writes it anew.
"""
TITLE = 100
"""Characters of a title at most: it stands in lists, one a line."""
_RANK = tuple(Severity)


class FoundBy(StrEnum):
    LINT = "lint"
    """In a definition or in settings."""
    AZURE = "azure"
    """In what Azure answers."""


@dataclass(frozen=True, slots=True)
class CheckText:
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
    shows: tuple[str, ...] = ()
    """Ids of log rules that tell of the same as a node meets it: there it has another name."""


@cache
def checks() -> tuple[CheckText, ...]:
    """All that are shipped."""
    text = (playbooks_folder() / "checks" / DIGEST).read_bytes()
    return tuple(_shipped(**plain) for plain in json.loads(text))


def _shipped(
    *,
    severity: list[str],
    by: str,
    sources: list[str],
    looks_at: list[str],
    shows: list[str],
    **others: Any,
) -> CheckText:
    """An entry from its fields; what is a list in JSON is a tuple here."""
    levels = tuple(map(Severity, severity))
    return CheckText(
        severity=levels,
        by=FoundBy(by),
        sources=tuple(sources),
        looks_at=tuple(looks_at),
        shows=tuple(shows),
        **others,
    )


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
    from difflib import get_close_matches  # noqa: PLC0415 - nobody waits for it who writes ids right

    return next(iter(get_close_matches(name, [one.id for one in checks()], n=1, cutoff=0.7)), "")


def read_checks(places: Iterable[Path]) -> tuple[CheckText, ...]:
    """Read files, or every *.yaml below folders. Raises UsageProblem, with the file, on a mistake."""
    from troubleshooter import datafiles  # noqa: PLC0415 - YAML: nobody waits for it who wants the shipped ones
    from troubleshooter.folders import yaml_below  # noqa: PLC0415 - the same

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
