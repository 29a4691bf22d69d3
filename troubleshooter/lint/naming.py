"""Checks of an extension's publisher and type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.lint.problem import ERROR, Problem, advice, replacing
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.extension import System

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.extension import Place


def publisher_and_type(place: Place) -> Iterator[Problem]:
    if place.bare:
        return
    wrong = {one.part: one.right for one in place.recognised.wrong}
    if "type" in wrong:
        wrong["type"] = place.extension.type_for(_system(place)) or wrong["type"]
    for key in ("type", "publisher"):
        found = place.fields.get(key)
        if not isinstance(found, str) or is_unknown(found):
            continue
        if key in wrong:
            yield _wrong(place, key, found, wrong[key], "it must be")
        elif key == "publisher" and found.lower() != place.extension.publishers[0].lower():
            yield _wrong(place, key, found, place.extension.publishers[:1], "an old one; today it is")


def _wrong(place: Place, key: str, found: str, right: tuple[str, ...], how: str) -> Problem:
    at, names = place.written(key), " or ".join(right)
    cure = f"Set {key} to {names}"
    return Problem(
        f"{place.extension.prefix}extension-name-wrong",
        ERROR,
        at,
        f"{key} is {found}; {how} {names}",
        "Azure finds no such extension, or an old preview of it.",
        replacing(cure, at, right[0]) if len(right) == 1 else advice(cure),
        place.extension.sources,
    )


def system_is_the_extensions(place: Place) -> Iterator[Problem]:
    system, kind = place.host.system, place.fields.get("type")
    if system is None or not isinstance(kind, str) or is_unknown(kind):
        return
    written = place.extension.system_of(kind)
    if written is None or written.value == system.os.value:
        return
    right = " or ".join(place.extension.type_for(System(system.os.value))) or "another extension"
    yield Problem(
        f"{place.extension.prefix}extension-of-another-system",
        ERROR,
        place.written("type"),
        f"{kind} is for {written.title()}, but the machines run {system}",
        "An extension installs on its own operating system only.",
        advice(f"Use {right}, or an image of {written.title()}"),
        sources=place.extension.sources,
        explains=("crp-provisioning-error",),
    )


def _system(place: Place) -> System | None:
    return None if place.os is Os.UNKNOWN else System(place.os.value)
