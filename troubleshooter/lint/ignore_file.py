"""`.troubleshooter.yaml`: which findings of which files are known and meant to stay, each with its reason."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from troubleshooter import datafiles
from troubleshooter.errors import UsageProblem
from troubleshooter.extensions import holds_list

if TYPE_CHECKING:
    from pathlib import Path

_ANY_DEPTH = "**"
_LONGEST = 500
"""Characters of a path at most."""
_MOST = 1000
"""Entries of a file: each is compared with every file that is checked."""


class IgnoreText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    """Below the folder of this file: a file, a folder, or with * for names and ** for folders."""
    ids: tuple[str, ...]
    why: str
    """Whoever reads it later must not have to ask."""


class IgnoreFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ignore: tuple[IgnoreText, ...]


def read(path: Path) -> tuple[IgnoreText, ...]:
    """Its entries, which may stand without their key. Raises UsageProblem where one cannot be used."""
    alone = holds_list(path)
    entries = datafiles.read_many(path, IgnoreText) if alone else datafiles.read(path, IgnoreFile).ignore
    if len(entries) > _MOST:
        raise _mistake(path, f"It has more than {_MOST} entries.", "Write fewer, with * in their paths.")
    for entry in entries:
        if not entry.why.strip():
            raise _mistake(
                path, f"It does not say why {entry.path!r} is ignored.", "Give the reason in `why`."
            )
        if not entry.ids or not all(entry.ids):
            raise _mistake(path, f"It ignores nothing of {entry.path!r}.", "Name what in `ids`.")
        parts = entry.path.split("/")
        if not entry.path or len(entry.path) > _LONGEST or ".." in parts or entry.path.startswith("/"):
            raise _mistake(
                path,
                f"The path {entry.path!r} cannot be used.",
                "Write it from this file's folder on, without ..",
            )
    return entries


def covers(wanted: str, file: str) -> bool:
    """Whether a path of an entry is this file, given from the same folder on, or a folder above it."""
    names = tuple(name for name in wanted.split("/") if name not in {"", "."})
    reached = _past_depths({0}, names)
    for part in file.split("/"):
        if len(names) in reached:
            return True  # the folder that it is in
        stayed = {at for at in reached if names[at] == _ANY_DEPTH}
        reached = _past_depths(
            stayed | {at + 1 for at in reached - stayed if fnmatchcase(part, names[at])}, names
        )
    return len(names) in reached


def _past_depths(reached: set[int], names: tuple[str, ...]) -> set[int]:
    """With what follows each ** that stands there: it may be no folder at all."""
    for at, name in enumerate(names):
        if at in reached and name == _ANY_DEPTH:
            reached.add(at + 1)
    return reached


def _mistake(path: Path, why: str, do: str) -> UsageProblem:
    return UsageProblem(f"{path} cannot be used.", why, do)
