"""Slow or broken, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.model.handover import CrossChecked, Made, Surveyed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState
    from troubleshooter.model.starting import Figure, Starting, Starts, Usual


def starting_of(state: RunState) -> Starting | None:
    """As the last step that looked at the pool found it."""
    crossed, surveyed = state.of(CrossChecked), state.of(Surveyed)
    if crossed is not None and crossed.starting is not None:
        return crossed.starting
    return surveyed.starting if surveyed else None


def starting_rows(state: RunState) -> Iterator[tuple[str, str]]:
    """A label and what is said; nothing where all nodes are ready, or once a pool was made beside them."""
    found = starting_of(state)
    if found is None or state.of(Made) is not None:
        return
    for said in found.says:
        yield "slow, broken", f"{said[:1].upper()}{said[1:]}."


def starting_json(state: RunState) -> dict[str, Any]:
    """Under its key; empty where there is nothing to say."""
    found, surveyed = starting_of(state), state.of(Surveyed)
    if found is None:
        return {}
    told = {
        "pace": found.pace.value,
        "says": list(found.says),
        "under_way": found.under_way,
        "down": found.down,
        "waited_seconds": found.waited,
        "usual": _usual(found.usual) if found.usual else None,
        "no_history": found.no_history or None,
        "elsewhere": [_figure(one) for one in found.figures],
        "pointless_after": [_figure(one) for one in found.limits],
    }
    return {"starting": told | (_seen(surveyed.starts) if surveyed and surveyed.starts else {})}


def _usual(usual: Usual) -> dict[str, Any]:
    return {
        "from_seconds": usual.shortest,
        "to_seconds": usual.longest,
        "longest_seconds": usual.ever,
        "counts": {origin.value: number for origin, number in usual.counts.items()},
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {"seconds": one.seconds, "says": one.says, "label": one.label.value, "source": one.source}


def _seen(starts: Starts) -> dict[str, Any]:
    return {
        "started": [
            {
                "seconds": one.seconds,
                "origin": one.origin.value,
                "of": one.of,
                "pool": one.pool,
                "by": one.field,
            }
            for one in starts.started
        ],
        "not_counted": [{"why": why, "nodes": number} for why, number in starts.left_out.items()],
        "other_pools": list(starts.pools),
        "other_pools_not_read": starts.not_read,
        "other_pools_unknown": starts.unknown or None,
    }
