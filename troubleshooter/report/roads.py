"""Which road led to the nodes, and why those tried before it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.model.handover import Collected, Made, Ready, Rung, Surveyed
from troubleshooter.model.road import NAMES, VIEW
from troubleshooter.model.step import StepState
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState

_WAIT = "wait-for-idle"
_NAMED = 3
"""Nodes whose reason is told: of many it is mostly the same."""


def roads_of(state: RunState) -> tuple[Rung, ...]:
    """None where nothing was read yet, or by a run of an earlier version.

    Where no node ever became one that can be read, what Azure shows is all there is.
    """
    if (collected := state.of(Collected)) is not None:
        return collected.rungs
    surveyed = state.of(Surveyed)
    if surveyed and surveyed.shut and (barred := surveyed.no_way_in):
        return (Rung(VIEW, because=f"{barred.what} {barred.why} {barred.do}"),)
    waited = next((each for each in state.steps if each.id == _WAIT), None)
    got_none = state.of(Made) is not None and state.of(Ready) is None
    if waited is None or not got_none or waited.state is not StepState.DONE:
        return ()
    return (Rung(VIEW, because=waited.why),)


def roads_json(state: RunState) -> dict[str, Any]:
    """`roads`, in the order in which they were tried: nodes that answered, and why the others did not."""
    told = [
        {"road": rung.road, "answered": list(rung.answered), "why_not": dict(rung.why_not)}
        | ({"because": rung.because} if rung.because else {})
        for rung in roads_of(state)
    ]
    return {"roads": told} if told else {}


def roads_told(rungs: tuple[Rung, ...]) -> Iterator[str]:
    """A line for each road that was tried, and after it why it did not lead to a node."""
    for road, read, why in road_rows(rungs):
        yield f"{road}: {read}{f'; {why}' if why else ''}"


def road_rows(rungs: tuple[Rung, ...]) -> Iterator[tuple[str, str, str]]:
    """The road, how many nodes it led to, and why not to the others."""
    for rung in rungs:
        told = [f"not {node}: {why}" for node, why in list(rung.why_not.items())[:_NAMED]]
        if (more := len(rung.why_not) - _NAMED) > 0:
            told.append(f"and not {counted(more, 'node')} more")
        read = counted(len(rung.answered), "node") if rung.answered else "no node"
        yield NAMES.get(rung.road, rung.road), read, " ".join(told) or rung.because


def lower_road(rungs: tuple[Rung, ...]) -> str:
    """The last road that led to a node, where it was not the first; empty where the first did."""
    led = [rung.road for rung in rungs if rung.answered and rung.road != VIEW]
    return NAMES.get(led[-1], led[-1]) if led and rungs[0].road != led[-1] else ""
