"""Checks of where certificates are put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from troubleshooter.lint.problem import (
    ERROR,
    INFO,
    LINUX_PAGE,
    WARNING,
    WINDOWS_PAGE,
    Problem,
    advice,
    replacing,
)
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.key_vault.layout import Layout, SettingsPart

_LOCATIONS = ("LocalMachine", "CurrentUser")
_BY_LETTERS = {"localmachine": "LocalMachine", "currentuser": "CurrentUser"}


def windows_location_is_known(layout: Layout) -> Iterator[Problem]:
    """Version 1.0 was seen to take another spelling, so below 3.0 this is a warning."""
    if layout.place.os is not Os.WINDOWS:
        return
    for part in _holders(layout):
        value = part.get("certificateStoreLocation")
        if not isinstance(value, str) or value in _LOCATIONS or is_unknown(value):
            continue
        at = part.below("certificateStoreLocation")
        letters = value.replace("_", "").lower().removeprefix("certsystemstore")
        right = _BY_LETTERS.get(letters, "LocalMachine")
        yield Problem(
            "win-store-location-case",
            ERROR if (layout.place.major or 0) >= 3 else WARNING,
            at,
            f"certificateStoreLocation {cut(value, 60)!r} is neither LocalMachine nor CurrentUser",
            "On Windows it is one of these two, and the case of the letters counts.",
            replacing(f"Set certificateStoreLocation to {right}", at, right),
            (WINDOWS_PAGE,),
        )


def windows_certificate_has_a_store(layout: Layout) -> Iterator[Problem]:
    """Version 4.0 documents MY as the default; before, none is documented."""
    major, secrets = layout.place.major, layout.secrets
    if layout.place.os is not Os.WINDOWS or secrets is None or (major or 0) >= 4:
        return
    objects = [entry for entry in layout.entries() if isinstance(entry.value, Mapping)]
    of_old = major is not None and major < 3
    if not of_old and next(layout.entries(), None) is None:
        return  # whether they are objects is not known yet
    for part in objects or [secrets]:
        if not part.get("certificateStoreName") and not secrets.get("certificateStoreName"):
            yield Problem(
                "win-store-name-missing",
                INFO,
                part.at,
                "no certificateStoreName is given",
                "No default is documented before 4.0.",
                advice('Add "certificateStoreName": "MY"'),
                (WINDOWS_PAGE,),
                lacks=part.at,
            )


def linux_has_no_stores(layout: Layout) -> Iterator[Problem]:
    if layout.place.os is not Os.LINUX:
        return
    for part in _holders(layout):
        for name in ("certificateStoreName", "linkOnRenewal"):
            if part.get(name) is not None:
                yield Problem(
                    "linux-setting-ignored",
                    INFO,
                    part.below(name),
                    f"{name} has no effect on Linux",
                    "It is a setting of the Windows extension.",
                    sources=(LINUX_PAGE,),
                )


def _holders(layout: Layout) -> Iterator[SettingsPart]:
    if layout.secrets is not None:
        yield layout.secrets
        yield from layout.entries()
