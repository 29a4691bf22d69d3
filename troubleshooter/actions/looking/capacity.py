"""What a pool beside the original takes: cores of a quota, time, money. What is not known is not guessed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.handover import Capacity, Quota, Surveyed
from troubleshooter.operations.node_watch import FIRST_NODE
from troubleshooter.pooldef import pool_body
from troubleshooter.report.counted import counted
from troubleshooter.text import span, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.facts import AccountFacts, SizeFacts
    from troubleshooter.operations.facts.starts import Listed
    from troubleshooter.operations.tools import Tools

_SPOT, _DEDICATED = "Spot cores of the account", "dedicated cores of the account"
_RESIZE_TIMEOUT = "15 min"
"""Documented default of a pool's resizeTimeout."""


def read(tools: Tools, ctx: StepContext, account: AccountFacts, definition: Any, listed: Listed) -> Capacity:
    """For the survey: cores of a node, and each quota that counts with what is free of it.

    Nothing rests on it, so nothing of it is missed where it may not be read.
    """
    target, size = ctx.state.target, str(definition["properties"].get("vmSize", "")).lower()
    if account.allocation_mode != "BatchService":
        return Capacity(unknown=_whose(account.allocation_mode), allocation=account.allocation_mode)
    try:
        sizes = {each.name.lower(): each for each in tools.azure.arm.sizes(target, account.location)}
    except TroubleshooterError as error:
        if error.exit_code == ExitCode.INTERRUPTED:
            raise
        return Capacity(unknown=f"how many cores are free is not known: {within(error.what)}")
    if listed.unknown:
        return Capacity(unknown=f"how many cores are free is not known: {listed.unknown}.")
    if size not in sizes:
        return Capacity(
            unknown="how many cores it takes is not known: Azure's list of sizes does not have its size"
        )
    family, family_cores = sizes[size].family, account.family_cores
    used = partial(_used, listed.pools, sizes)
    dedicated = [_quota(_DEDICATED, account.dedicated_cores, used("", spot=False))]
    if family_cores is not None:
        of_family = family_cores.get(family.lower())
        dedicated.append(_quota(f"cores of {family}", of_family, used(family, spot=False)))
    cores, ends = sizes[size].cores, sizes[size].ends
    if not pool_body.spot_only(definition):
        return Capacity(cores, tuple(dedicated), size_ends=ends)
    spot = _quota(_SPOT, account.spot_cores, used("", spot=True))
    return Capacity(cores, (spot,), dedicated=tuple(dedicated), size_ends=ends)


def whose(ctx: StepContext) -> list[str]:
    """For a plan in place: whose machines the nodes are, where they are not the service's own."""
    surveyed = ctx.of(Surveyed)
    capacity = surveyed.capacity if surveyed else None
    return [_whose(capacity.allocation)] if capacity and capacity.allocation else []


def _whose(allocation: str) -> str:
    return (
        f"the account's pool allocation mode is {allocation}: its nodes are machines of the subscription,"
        " whose quota is not read here, and whose policies and locks hold for them"
    )


def _quota(of: str, cores: int | None, used: int | None) -> Quota:
    free = None if cores is None or used is None else max(0, cores - used)
    return Quota(of, cores, free)


def notes(ctx: StepContext, nodes: int, *, dedicated: bool, proof: bool = False) -> list[str]:
    """For the plan of a pool beside the original: `dedicated` nodes where it has Spot nodes alone.

    `proof` is whether it is the pool that proves the fix, after which no other is made.
    """
    surveyed = ctx.need(Surveyed)
    made = f"{nodes} x {surveyed.pool.vm_size} in {surveyed.location}"
    size = surveyed.pool.vm_size
    return [
        *_cores(_counting(ctx, dedicated=dedicated), nodes, made),
        _time(ctx, proof=proof),
        *_cost(ctx, nodes, size),
    ]


def free(ctx: StepContext, *, dedicated: bool) -> str:
    """What is free of the quotas of a kind of nodes; empty where none of it was read."""
    capacity = _counting(ctx, dedicated=dedicated)
    return " and ".join(_free(each) for each in capacity.quotas) if capacity else ""


def _counting(ctx: StepContext, *, dedicated: bool) -> Capacity | None:
    """With the quotas that count for nodes of that kind."""
    capacity = ctx.need(Surveyed).capacity
    return replace(capacity, quotas=capacity.dedicated) if capacity and dedicated else capacity


def _cores(capacity: Capacity | None, nodes: int, made: str) -> Iterable[str]:
    if capacity is None:
        yield f"makes {made}"
        return
    if capacity.unknown:
        yield f"makes {made}; {capacity.unknown}"
        return
    takes = f"makes {made}: {counted(nodes * capacity.cores, 'core')}"
    free = " and ".join(_free(each) for each in capacity.quotas)
    if _short(capacity, nodes):
        yield f"too few cores: {takes}, and {free}. Ask for more quota, or free some, first"
    else:
        yield f"{takes}, and {free}"


def too_few(ctx: StepContext, nodes: int, *, dedicated: bool) -> str:
    """What is free of the quotas where that was too little for so many nodes when the survey looked."""
    capacity = _counting(ctx, dedicated=dedicated)
    if capacity is None or not _short(capacity, nodes):
        return ""
    return " and ".join(_free(each) for each in capacity.quotas)


def _short(capacity: Capacity, nodes: int) -> bool:
    return any(each.free is not None and each.free < nodes * capacity.cores for each in capacity.quotas)


def _free(quota: Quota) -> str:
    of, cores, free = quota.of, quota.cores, quota.free
    if free is None:
        return f"how many {of} are free is not known"
    return f"{free} of {cores} {of} {'is' if free == 1 else 'are'} free"


def _time(ctx: StepContext, *, proof: bool) -> str:
    limit = float(ctx.state.options.get("limit_seconds", 1800))
    return (
        f"takes minutes{'' if proof else ', and once more for the proof'}: Azure gives up after"
        f" {_RESIZE_TIMEOUT} unless the pool says otherwise (documented), this run after"
        f" {span(min(FIRST_NODE, limit))} without any node, and {span(limit)} after the first one (--limit)"
    )


def _cost(ctx: StepContext, nodes: int, size: str) -> Iterable[str]:
    """How long so many nodes may stand, and what that is at the operator's own price."""
    total, price = float(ctx.state.options.get("total_seconds", 4 * 3600)), _price(ctx)
    yield "Azure bills the pool until it is removed; no price is read here"
    most = f"up to {nodes} x {size} x {span(total)} = {nodes * total / 60:.6g} node-minutes (--total-limit)"
    amount = f", at your price of {price:g} an hour and node up to {nodes * total / 3600 * price:.2f}"
    yield f"{most}{amount if price else ''}; longer while a question waits for its answer"


def _price(ctx: StepContext) -> float:
    """Of a node an hour, in whatever currency; 0 where the operator gave none."""
    given = ctx.state.options.get("price_per_hour")
    return float(given) if isinstance(given, int | float) else 0.0


def _used(
    pools: Iterable[Mapping[str, Any]], sizes: Mapping[str, SizeFacts], family: str, *, spot: bool
) -> int | None:
    """Cores of the account's nodes as they are now; None where a size among them is not known."""
    used = 0
    for pool in pools:
        properties = pool.get("properties") or {}
        nodes = int(properties.get("currentLowPriorityNodes" if spot else "currentDedicatedNodes") or 0)
        size = sizes.get(str(properties.get("vmSize", "")).lower())
        if nodes and size is None:
            return None
        if size is not None and family in {"", size.family}:
            used += nodes * size.cores
    return used
