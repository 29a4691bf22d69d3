"""Checks of the extension among the others of its pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.places import is_unknown
from troubleshooter.lint.problem import BATCH_PAGE, ERROR, Problem, removing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.layout import Layout


def waits_for_what_exists(layout: Layout) -> Iterator[Problem]:
    place = layout.place
    after = place.fields.get("provisionAfterExtensions")
    if place.pool is None or not isinstance(after, list):
        return
    for index, name in enumerate(after):
        if isinstance(name, str) and not is_unknown(name) and name not in place.pool.names:
            at = pointer(place.at, "provisionAfterExtensions", index)
            yield Problem(
                "batch-provision-after-unknown",
                ERROR,
                at,
                f"it waits for the extension {name!r}, which the pool does not have",
                "An extension that waits for one that never comes is not provisioned.",
                removing(f"Do not wait for {name!r}", at),
                (BATCH_PAGE,),
            )
