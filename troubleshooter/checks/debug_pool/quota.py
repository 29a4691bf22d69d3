"""Whether the account's quotas leave room for one more pool with one node of the pool's size.

Source: https://learn.microsoft.com/azure/batch/batch-quota-limit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.checks.check import Outcome, cannot_tell, failed, not_applicable, passed, proof
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import below, objects, properties, same, text
from troubleshooter.model.finding import Fix, Outside, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.reply import Facts, Reply

_NODES_COME = "It keeps a debug pool from its node; nodes that the pool has stay as they are."


class Quota(NamedTuple):
    """One that counts for a debug pool."""

    of: str
    """What it is of, in words."""
    field: str
    """Where the account says it."""
    limit: int | None
    """None where the account does not say it."""
    used: int | None
    """None where that is not known."""
    needs: int

    @property
    def short(self) -> bool:
        return self.limit is not None and self.used is not None and self.limit - self.used < self.needs


def room_is_left(facts: Facts) -> Outcome:
    """batch-debug-pool-quota: the account's quotas leave no pool, or no cores for a node of its size."""
    size = below(facts.pool, "properties").get("vmSize")
    if not isinstance(size, str):
        return not_applicable("the pool does not say its size")
    place = account_of(facts.pool)
    account, pools, sizes = (facts.of(kind, place) for kind in (Kind.ACCOUNT, Kind.POOLS, Kind.SIZES))
    for reply in (account, pools):
        if not reply.known:
            return cannot_tell(reply)
    of_pools = _of_pools(account, pools)
    if of_pools.short:
        return _too_few(account, of_pools)
    mode = text(account.body, "poolAllocationMode") or "BatchService"
    if mode != "BatchService":
        return _of_the_subscription(account, mode)
    if not sizes.known:
        return cannot_tell(sizes)
    return _of_all(account, (of_pools, *_of_cores(facts.pool, size, account, pools.body, sizes.body)))


def _of_all(account: Reply, quotas: tuple[Quota, ...]) -> Outcome:
    if short := next((one for one in quotas if one.short), None):
        return _too_few(account, short)
    told = [
        f"{one.limit - one.used} of {one.limit} {one.of}"
        for one in quotas
        if one.limit is not None and one.used is not None
    ]
    if untold := [one.of for one in quotas if one.limit is None or one.used is None]:
        return Outcome(
            Verdict.UNKNOWN,
            missing=f"Azure's lists do not tell how many {' and '.join(untold)} are free",
        )
    return passed(f"{', '.join(told)} are free ({account.name})")


def _of_pools(account: Reply, pools: Reply) -> Quota:
    return Quota("pools of the account", "poolQuota", _number(account.body, "poolQuota"), len(pools.body), 1)


def _of_cores(pool: Any, size: str, account: Reply, pools: Any, sizes: Any) -> Iterator[Quota]:
    """Each quota of cores that one node of the size counts for."""
    listed = {str(one.get("name", "")).lower(): one for one in objects(sizes)}
    own = listed.get(size.lower(), {})
    needs, family = _cores(own), str(own.get("familyName") or "")
    spot = _spot_alone(pool)
    if needs is None:
        yield Quota(f"cores a node of {size} takes, and how many", "", None, None, 0)
        return
    name, field = (
        ("Spot cores of the account", "lowPriorityCoreQuota")
        if spot
        else ("dedicated cores of the account", "dedicatedCoreQuota")
    )
    yield Quota(name, field, _number(account.body, field), _used(pools, listed, "", spot=spot), needs)
    if not spot and properties(account.body).get("dedicatedCoreQuotaPerVMFamilyEnforced") is True:
        families = objects(properties(account.body).get("dedicatedCoreQuotaPerVMFamily"))
        limit = next((one.get("coreQuota") for one in families if same(one.get("name"), family)), None)
        used = _used(pools, listed, family, spot=False)
        field = "dedicatedCoreQuotaPerVMFamily"
        yield Quota(f"cores of {family}", field, limit if isinstance(limit, int) else None, used, needs)


def _too_few(account: Reply, quota: Quota) -> Outcome:
    free = max(0, (quota.limit or 0) - (quota.used or 0))
    said = f"{free} of {quota.limit} {quota.of} are free, and a debug pool takes {quota.needs}"
    named = {"account": str(account.body.get("name") or ""), "resource_group": _group(account)}
    return failed(
        said,
        proof(account, f"properties.{quota.field}", f"{quota.limit}, of which {quota.used} are taken"),
        doubt=_NODES_COME,
        severity=Severity.WARNING,
        fixes=(
            Fix(
                "Ask for more quota, free some by a pool that is not needed, or recreate the pool in place",
                outside=Outside("raise-quota", named),
            ),
        ),
    )


def _of_the_subscription(account: Reply, mode: str) -> Outcome:
    where = str(account.body.get("location") or "REGION")
    told = f"the pool allocation mode is {mode} ({account.name}): cores are counted in the subscription"
    return Outcome(
        Verdict.UNKNOWN, missing=f"{told}, and what is free there az vm list-usage --location {where} tells"
    )


def _spot_alone(pool: Any) -> bool:
    """Whether its nodes are Spot nodes alone, as a debug pool's are then; of a formula by those it has."""
    told = below(pool, "properties", "scaleSettings", "fixedScale")
    names = ("targetDedicatedNodes", "targetLowPriorityNodes")
    if not told:
        told, names = properties(pool), ("currentDedicatedNodes", "currentLowPriorityNodes")
    dedicated, spot = (told.get(name) for name in names)
    return not dedicated and bool(spot)


def _used(pools: Any, sizes: Mapping[str, Any], family: str, *, spot: bool) -> int | None:
    """Cores of the nodes that there are; None where one of their sizes is not listed."""
    key, used = "currentLowPriorityNodes" if spot else "currentDedicatedNodes", 0
    for pool in objects(pools):
        nodes = _number(pool, key) or 0
        size = sizes.get(text(pool, "vmSize").lower(), {})
        cores = _cores(size)
        if nodes and cores is None:
            return None
        if not family or same(size.get("familyName"), family):
            used += nodes * (cores or 0)
    return used


def _cores(size: Mapping[str, Any]) -> int | None:
    told = [one.get("value") for one in objects(size.get("capabilities")) if one.get("name") == "vCPUs"]
    cores = str(told[-1] or "") if told else ""
    return int(cores) if cores.isdecimal() and len(cores) < 6 else None


def _number(body: Any, key: str) -> int | None:
    value = properties(body).get(key)
    return value if isinstance(value, int) else None


def _group(account: Reply) -> str:
    return str(account.body.get("id") or "").partition("/resourceGroups/")[2].partition("/")[0]
