"""What is said of a pool with nothing to repair: on what that rests, and what nobody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.handover import Surveyed
from troubleshooter.report.counted import counted, listed
from troubleshooter.report.no_extension import without_extension

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState


def healthy(state: RunState) -> str:
    return without_extension(state) or (
        f"{_usable(state)}. There is nothing to repair by what Azure reports: a node of this pool"
        " becomes idle only once its certificates were downloaded. No log was read, and whether they"
        " are the newest was not looked at."
    )


def _usable(state: RunState) -> str:
    surveyed = state.of(Surveyed)
    if surveyed is None or not surveyed.counts:
        return "Every node is well"
    nodes = counted(sum(surveyed.counts.values()), "node")
    told = listed([f"{number} {word}" for word, number in surveyed.counts.items()])
    asked = len(surveyed.statuses)
    who = {1: "its extension", 2: "the extension on both"}.get(asked, f"the extension on all {asked}")
    if asked < sum(surveyed.counts.values()):
        who = f"the extension on the {asked} that were asked"
    return f"{nodes} ({told}), and {who} reports success"
