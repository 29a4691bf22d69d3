"""The files below a folder, however deep it is and whatever of it may not be entered."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from troubleshooter.archives.budget import MEMBERS, Budget
from troubleshooter.errors import UsageProblem
from troubleshooter.fence import Spent, fence
from troubleshooter.model.names import natural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.fence import LeftOut


def yaml_below(place: Path) -> list[Path]:
    """The *.yaml files below a folder; where one cannot be read, none is used. Raises UsageProblem."""

    def refuse(left: LeftOut) -> NoReturn:
        raise UsageProblem(f"{left.name} cannot be read.", f"{left.why}.", "Check its permissions.")

    try:
        found = [Path(file) for file in files_below(str(place), Budget(), refuse)]
    except Spent as limit:
        raise UsageProblem(
            f"{place} cannot be used.", f"{limit}.", "Give the folder that holds the files."
        ) from limit
    return sorted(file for file in found if file.suffix == ".yaml")


def files_below(
    folder: str, budget: Budget, leave_out: Callable[[LeftOut], object], but: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Regular files, each folder's own before those of its folders. Links are not followed.

    Whatever stands in a folder is looked at, so it counts. Folders of the names `but` are not entered.
    """
    waiting = [folder]
    while waiting:
        parent = waiting.pop()
        entries: list[os.DirEntry[str]] = []
        with fence(parent, leave_out), os.scandir(parent) as listed:
            entries.extend(islice(listed, MEMBERS + 1))
        entries.sort(key=lambda entry: natural(entry.name))
        inside = []
        for entry in entries:
            budget.member()
            with fence(entry.path, leave_out):
                if entry.is_dir(follow_symlinks=False):
                    inside += [] if entry.name in but else [entry.path]
                elif entry.is_file(follow_symlinks=False):
                    yield entry.path
        waiting += reversed(inside)
