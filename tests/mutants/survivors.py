"""Mutants that no test sees, each with a reason: `survivors.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.mutants.mutation import Mutation

FILE = Path(__file__).with_name("survivors.yaml")


class Survivor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    place: str
    was: str
    becomes: tuple[str, ...]
    """Several, where one reason holds for all of them."""
    reason: str
    within: str = ""
    nth: int = 1
    confirmed: bool = False
    """A second reader, who wrote neither test nor reason, agrees."""

    def is_(self, mutant: Mutation) -> bool:
        of_mutant = (mutant.place, mutant.within, mutant.was, mutant.nth)
        same_place = (self.place, self.within, self.was, self.nth) == of_mutant
        return same_place and mutant.becomes in self.becomes


def survivors(file: Path = FILE) -> list[Survivor]:
    found = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None
    return msgspec.convert(found or [], list[Survivor])


def reason_of(mutant: Mutation, known: Iterable[Survivor]) -> Survivor | None:
    return next((each for each in known if each.is_(mutant) and each.reason.strip()), None)


def orphans(mutants: Iterable[Mutation], known: Iterable[Survivor]) -> Iterator[str]:
    """Reasons for what is no mutant of these files, or no longer."""
    listed = {(each.place, each.within, each.was, each.nth, each.becomes) for each in mutants}
    places = {place for place, *_ in listed}
    for each in (each for each in known if each.place in places):
        for becomes in each.becomes:
            if (each.place, each.within, each.was, each.nth, becomes) not in listed:
                yield f"{each.place}: a reason for what is no mutant: {each.was} -> {becomes}"


def drafted(mutants: Iterable[Mutation]) -> str:
    """Entries for these, whose reasons are still to be written."""
    entries: dict[tuple[str, str, str, int], list[str]] = {}
    for mutant in mutants:
        entries.setdefault((mutant.place, mutant.within, mutant.was, mutant.nth), []).append(mutant.becomes)
    listed = [
        {"place": place, "within": within, "was": was, **({"nth": nth} if nth > 1 else {})}
        | {"becomes": becomes, "reason": ""}
        for (place, within, was, nth), becomes in entries.items()
    ]
    text: str = yaml.safe_dump(listed, sort_keys=False, width=110, allow_unicode=True)
    return text
