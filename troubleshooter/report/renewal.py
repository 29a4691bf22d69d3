"""How nodes of the original that stay unusable are made anew, in words and as commands.

Source: Azure Batch REST (resize, remove nodes: at most 100 in a call) and az batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from shlex import quote
from typing import TYPE_CHECKING

from troubleshooter.model.handover import Surveyed

if TYPE_CHECKING:
    from troubleshooter.model.handover import PoolInShort
    from troubleshooter.model.run import RunState


@dataclass(frozen=True, slots=True)
class Renewal:
    how: str
    """What to do with the pool, as part of a sentence."""
    commands: str = ""
    """For az in a POSIX shell; empty where the size that the pool had is not known. It may be pasted whole:
    Azure refuses a resize while another goes on, so each waits until the one before has come to its end."""


def renewal(state: RunState) -> Renewal:
    """Of the nodes that were unusable when the survey looked. Those that are well are not stopped for it."""
    surveyed = state.of(Surveyed)
    if surveyed is None or not surveyed.pool.dedicated + surveyed.pool.spot:
        return Renewal("resize the pool to 0 nodes and back")
    if surveyed.pool.formula:
        return Renewal("have the pool's formula ask for 0 nodes, and then for as many as before")
    size = surveyed.pool.dedicated + surveyed.pool.spot
    ill = surveyed.counts.get("unusable", 0)
    well = sum(surveyed.counts.values()) - ill
    again = resized(state, surveyed.pool.dedicated, surveyed.pool.spot)
    if well > 0:
        them = "it alone" if ill == 1 else "them alone"
        others = "the node that is well" if well == 1 else f"the {well} that are well"
        how = (
            f"remove {them}, and resize the pool to {size} again: a resize to 0 would also stop {others},"
            " with the tasks there"
        )
        return Renewal(how, _in_turn(signed_in(state), _removed(state), _steady(state), again))
    how = f"resize the pool to 0 nodes and, once they are gone, back to {size}"
    return Renewal(how, _in_turn(signed_in(state), resized(state, 0, 0), _steady(state), again))


def looked(state: RunState) -> str:
    """The commands that show how the nodes are, and change nothing."""
    return f"{signed_in(state)}\n{listed(state)}"


def signed_in(state: RunState) -> str:
    account, group = quote(state.target.account), quote(state.target.resource_group)
    return f"az batch account login --name {account} --resource-group {group}"


def listed(state: RunState) -> str:
    """The command that shows how the nodes are."""
    return f"az batch node list {_pool(state)} --query '[].{{id:id,state:state}}' --output table"


def resized(state: RunState, dedicated: int, spot: int) -> str:
    """The command that gives the pool another size, in the kinds of nodes that it has."""
    surveyed = state.of(Surveyed)
    has_spot = surveyed is not None and surveyed.pool.spot > 0
    sizes = [f"--target-dedicated-nodes {dedicated}"] if dedicated or not has_spot else []
    sizes += [f"--target-low-priority-nodes {spot}"] if has_spot else []
    return f"az batch pool resize {_pool(state)} {' '.join(sizes)}"


def smaller(state: RunState, wanted: int) -> PoolInShort | None:
    """The original with so many nodes fewer that a pool of `wanted` gets cores; None where that is no way.

    Only where all its nodes are unusable: which of them go is not for whoever resizes to say.
    """
    surveyed = state.of(Surveyed)
    capacity = surveyed.capacity if surveyed else None
    if surveyed is None or surveyed.pool.formula or capacity is None or not capacity.cores:
        return None
    pool, ill = surveyed.pool, surveyed.counts.get("unusable", 0)
    short = (
        wanted
        - min((each.free for each in capacity.quotas if each.free is not None), default=0) // capacity.cores
    )
    all_ill = ill == sum(surveyed.counts.values()) == pool.dedicated + pool.spot
    if not all_ill or not 0 < short <= max(pool.dedicated, pool.spot):
        return None
    if pool.dedicated:
        return replace(pool, dedicated=pool.dedicated - short)
    return replace(pool, spot=pool.spot - short)


def _in_turn(*commands: str) -> str:
    return " &&\n".join(commands)


def _steady(state: RunState) -> str:
    """Ends once the pool has come to rest: it is resizing from the moment that a resize was taken."""
    state_now = f"az batch pool show {_pool(state)} --query allocationState --output tsv"
    return f'until [ "$({state_now})" = steady ]; do sleep 15; done'


def _removed(state: RunState) -> str:
    unusable = (
        f"az batch node list {_pool(state)} --filter \"state eq 'unusable'\" --query '[].id' --output tsv"
    )
    return f"az batch node delete {_pool(state)} --node-list $({unusable})"


def _pool(state: RunState) -> str:
    return f"--pool-id {quote(state.target.pool)}"
