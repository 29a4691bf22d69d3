"""Locks that keep pools from being made, changed or removed; they hold for all below them (documented).

Sources: https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources,
https://learn.microsoft.com/azure/batch/batch-virtual-network (what Batch makes in the network's own group)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.checks.check import Outcome, cannot_tell, failed, passed, proof
from troubleshooter.checks.debug_pool.policies import network_group
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import objects, text
from troubleshooter.checks.rights import covers
from troubleshooter.model.finding import Fix, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.reply import Facts

_LOCKS = re.compile("/providers/Microsoft.Authorization/locks/", re.IGNORECASE)
_LEVELS = frozenset({"readonly", "cannotdelete"})
"""Of the specification's levels those that stop something; a newer one may as well."""


class _Lock(NamedTuple):
    name: str
    level: str
    """ReadOnly or CanNotDelete."""
    scope: str

    @property
    def told(self) -> str:
        return f"{self.name} ({self.level}) on {self.scope.rstrip('/').rpartition('/')[2]}"


def pools_may_be_made_and_removed(facts: Facts) -> Outcome:
    """batch-account-locked: a lock reaches the account's pools, this one, or what Batch makes for it."""
    account, pool, group = account_of(facts.pool), str(facts.pool.get("id", "")), network_group(facts.pool)
    locks = facts.of(Kind.LOCKS, account)
    if not locks.known:
        return cannot_tell(locks)
    listed = [*_all(locks.body)]
    reaching = [one for one in listed if covers(one.scope, account)]
    own = [one for one in listed if one not in reaching and covers(one.scope, pool)]
    beside = [one for one in listed if one not in reaching and group and covers(one.scope, group)]
    strange = [one for one in (*reaching, *beside, *own) if one.level.lower() not in _LEVELS]
    for listed_there, what in ((reaching, _of_account), (beside, _of_network), (own, _of_pool)):
        if found := [one for one in listed_there if one not in strange]:
            told = ", ".join(one.told for one in found)
            read_only = any(one.level.lower() == "readonly" for one in found)
            return failed(
                f"a lock reaches {what(read_only=read_only)}: {told}",
                proof(locks, "value.properties.level", told),
                doubt="It keeps this program from its own pools; nodes of the pool come all the same.",
                severity=Severity.WARNING,
                fixes=(Fix("Ask who set the lock, and have it lifted for as long as a debug pool is there"),),
            )
    if strange:
        names = ", ".join(one.told for one in strange)
        return Outcome(Verdict.UNKNOWN, missing=f"{locks.name} has locks of another level: {names}")
    return passed(f"no lock reaches the account ({locks.name})")


def _of_account(*, read_only: bool) -> str:
    stops = "pools can be neither made nor changed" if read_only else "a pool that is made cannot be deleted"
    return f"the account, so that {stops}"


def _of_network(*, read_only: bool) -> str:
    stops = "make there what" if read_only else "remove there again what"
    return f"the group of the pool's network, so that Batch cannot {stops} such a pool needs"


def _of_pool(*, read_only: bool) -> str:
    stops = "can be neither changed nor deleted" if read_only else "cannot be deleted"
    return f"the pool itself, so that it {stops}, nor recreated in place"


def _all(locks: object) -> Iterator[_Lock]:
    for lock in objects(locks):
        place = _LOCKS.split(str(lock.get("id", "")))
        if len(place) > 1:
            yield _Lock(place[-1], text(lock, "level"), place[0])
