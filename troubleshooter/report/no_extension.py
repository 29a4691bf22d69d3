"""What is said of a pool that has no extension of the kind that is looked for, and in which all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.handover import Surveyed
from troubleshooter.report.counted import counted, listed

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState

_WELL = (
    "The pool has no Key Vault extension, and by what Azure reports no other one failed: there is nothing to"
    " repair. No log was read."
)


def without_extension(state: RunState) -> str:
    """Its nodes, and that there is nothing to repair; empty of a pool that has one, or was not looked at."""
    surveyed = state.of(Surveyed)
    if surveyed is None or not surveyed.without:
        return ""
    told = listed([f"{number} {word}" for word, number in surveyed.counts.items()])
    return f"{counted(sum(surveyed.counts.values()), 'node')} ({told}). {_WELL}"
