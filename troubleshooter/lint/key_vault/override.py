"""Checks of authenticationOverride: from 4.x on a certificate may be read as an identity of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from troubleshooter.lint.problem import ERROR, LINUX_PAGE, WARNING, Problem, advice, json_type, removing
from troubleshooter.lint.unknown import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.key_vault.layout import Layout


def override_is_an_object(layout: Layout) -> Iterator[Problem]:
    for part in layout.overrides():
        if not isinstance(part.value, Mapping) and part.value is not None and not is_unknown(part.value):
            yield Problem(
                "kv-config-other-json-type",
                ERROR,
                part.at,
                f"authenticationOverride is {json_type(part.value)}; it must be an object",
                "The extension looks for msiClientId in it.",
                advice('Write {"msiClientId": "…"}, the client id of an identity that the pool has'),
                (LINUX_PAGE,),
            )


def override_is_of_4(layout: Layout) -> Iterator[Problem]:
    """It is in no schema before 4.0; what an older version does with it is documented nowhere."""
    if (layout.place.major or 4) >= 4:
        return
    for part in layout.overrides():
        yield Problem(
            "kv-override-before-4",
            WARNING,
            part.at,
            f"authenticationOverride came with 4.0; this is {layout.place.major}.x",
            "It is in no schema of an older version: this certificate is probably read as the identity that"
            " authenticationSettings names (inferred).",
            removing("Remove authenticationOverride", part.at),
            (LINUX_PAGE,),
        )
