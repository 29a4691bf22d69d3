"""The ladder: SSH, then a task, then only what Azure shows. Whoever was read by one road needs no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.errors import ExitCode, Interrupted, Undeclared
from troubleshooter.model.handover import Rung
from troubleshooter.model.road import NAMES, VIEW

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.collect.nodes import NodeCollection  # noqa: TC004 - only annotates
    from troubleshooter.errors import TroubleshooterError


@dataclass(frozen=True, slots=True)
class Climbed:
    """What one road led to."""

    found: tuple[NodeCollection, ...]
    failed: Mapping[str, str]
    """By node, why it was not even opened."""
    refused: bool = False
    """Whether a right was missing."""


def closed(nodes: tuple[str, ...], error: TroubleshooterError) -> Climbed:
    """A road that leads to no node: it could not even be prepared.

    Raises what the operator stopped, and a change that was not declared: no other road is tried around that.
    """
    if isinstance(error, Interrupted | Undeclared):
        raise error
    why = f"{error.what} {error.why} {error.do}"
    return Climbed((), dict.fromkeys(nodes, why), error.exit_code is ExitCode.NOT_PERMITTED)


@dataclass(frozen=True, slots=True)
class Read:
    """What all roads led to."""

    found: tuple[NodeCollection, ...]
    """Of each node that was read, or in part, by the road that came furthest."""
    failed: Mapping[str, str]
    """By node, why none of the roads led to it; the first road's reason first."""
    rungs: tuple[Rung, ...]
    refused: bool = False
    """Whether a right was missing on the way."""
    gone: tuple[str, ...] = ()
    """Nodes that were taken away meanwhile."""


def walk(
    roads: Mapping[str, Callable[[tuple[str, ...]], Climbed]],
    nodes: tuple[str, ...],
    taken: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> Read:
    """Try each road for the nodes that none before it led to. Raises what a road raises.

    `taken` says which of some nodes were taken away: it is asked after each road, since such a node may
    soon be back as another, and no other road leads to one that is not there.
    """
    found: list[NodeCollection] = []
    rungs: list[Rung] = []
    gone: tuple[str, ...] = ()
    left, refused = nodes, False
    for road, climb in roads.items():
        there = tuple(node for node in left if node not in gone)
        if not there:
            break
        climbed = climb(there)
        refused = refused or climbed.refused
        read = [one for one in climbed.found if one.problem is None or one.files]
        why = {**climbed.failed, **{one.node: _why(one) for one in climbed.found if one.problem}}
        found += read
        rungs.append(Rung(road, tuple(one.node for one in read), why))
        left = tuple(node for node in left if node not in {one.node for one in read})
        gone += taken(tuple(node for node in left if node not in gone))
    if left:
        rungs.append(Rung(VIEW, left))
    failed = {node: _all_reasons(node, rungs) for node in left}
    return Read(tuple(found), failed, tuple(rungs), refused, gone)


def _why(one: NodeCollection) -> str:
    """All three parts, since nowhere else the operator gets to see them."""
    problem = one.problem
    return f"{problem.what} {problem.why} {problem.do}" if problem else ""


def _all_reasons(node: str, rungs: list[Rung]) -> str:
    told = [(rung.road, why) for rung in rungs if (why := rung.why_not.get(node))]
    if len(told) == 1:
        return told[0][1]
    return " ".join(f"{NAMES[road][:1].upper()}{NAMES[road][1:]}: {why}" for road, why in told)
