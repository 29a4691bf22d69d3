"""ARM: the account, and pools as raw JSON, since a model would drop what it does not know."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from azure.core import MatchConditions
from azure.core.rest import HttpRequest

from troubleshooter.cloud import deletion, shapes, translate
from troubleshooter.cloud.explain import Asked
from troubleshooter.cloud.names import check, check_target
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.errors import NotFound, NotPermitted, ServiceRefusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from azure.mgmt.batch import BatchManagementClient

    from troubleshooter.cloud.caller import Caller
    from troubleshooter.cloud.translate import Json
    from troubleshooter.model.facts import AccountFacts, PoolDefinition, SizeFacts
    from troubleshooter.model.target import Target


EARLIER = "2024-07-01"
"""The last version of the API before the one that is used here."""


class Arm:
    def __init__(self, caller: Caller) -> None:
        self._ask = caller
        self._lock = threading.Lock()
        self._deletions: dict[str, str] = {}
        """Pool's resource id to the operation that is deleting it."""

    def account(self, target: Target) -> AccountFacts:
        check_target(target)
        asked = Asked(f"reading account {target.account}", _account(target), "ARM", Call.ACCOUNT_READ)
        accounts = self._arm(target).batch_account
        body, _ = self._ask.read(
            lambda cls: accounts.get(target.resource_group, target.account, cls=cls), asked
        )
        return translate.account(body)

    def pool(self, target: Target, name: str | None = None) -> PoolDefinition:
        pool = self._pool_name(target, name)
        asked = Asked(f"reading pool {pool}", f"pool {pool} in {_account(target)}", "ARM")
        pools = self._arm(target).pool
        body, headers = self._ask.read(
            lambda cls: pools.get(target.resource_group, target.account, pool, cls=cls), asked
        )
        return translate.pool(body, headers)

    def pool_before(self, target: Target) -> Json:
        """The same pool as an earlier version of the API gives it, which returns what the newest does not."""
        pool = self._pool_name(target, None)
        asked = Asked(f"reading pool {pool} as of {EARLIER}", f"pool {pool} in {_account(target)}", "ARM")
        place = f"{target.account_id}/pools/{quote(pool)}"

        def read() -> Json:
            request = HttpRequest("GET", place, params={"api-version": EARLIER})
            answer = self._arm(target).send_request(request)
            answer.raise_for_status()
            body: Json = answer.json()
            return body

        return self._ask.call(read, asked)

    def pools(self, account: Target) -> tuple[Json, ...]:
        """All pools of an account, as ARM gives them; the target's own pool does not matter."""
        check_target(account)
        asked = Asked(f"listing the pools of account {account.account}", _account(account), "ARM")
        of, group = self._arm(account).pool.list_by_batch_account, account.resource_group
        found = self._ask.all_of(lambda hook: of(group, account.account, raw_response_hook=hook), asked)
        return tuple(pool for pool in found if self._can_be_read(pool))

    def _can_be_read(self, pool: Json) -> bool:
        wrong = shapes.wrong_pool(pool)
        if wrong:
            self._ask.left_out(f"pool {pool.get('name')}: its {wrong}")
        return not wrong

    def sizes(self, account: Target, location: str) -> tuple[SizeFacts, ...]:
        """Sizes that nodes may have in a region."""
        asked = Asked(
            f"listing the sizes of nodes in {location}", f"region {location}", "ARM", Call.SIZES_READ
        )
        of = self._arm(account).location.list_supported_virtual_machine_skus
        found = self._ask.all_of(lambda hook: of(location, raw_response_hook=hook), asked)
        return tuple(size for each in found if (size := translate.size(each)))

    def create_pool(
        self,
        target: Target,
        name: str,
        body: Mapping[str, Any],
        unanswered: Callable[[], object] | None = None,
    ) -> PoolDefinition:
        """Make a new pool. Whatever is raised `unsure` may have made it.

        `unanswered` is told of each try that nobody answered: it may make the pool later, and once more.
        """
        pool = self._pool_name(target, name)
        asked = Asked(f"creating pool {pool}", _account(target), "ARM", Call.POOL_CREATE, unanswered)
        pools, new = self._arm(target).pool, MatchConditions.IfMissing
        made, headers = self._ask.read(
            lambda cls: pools.create(
                target.resource_group, target.account, pool, dict(body), match_condition=new, cls=cls
            ),
            asked,
        )
        return translate.pool(made, headers)

    def update_pool(self, target: Target, name: str, properties: Mapping[str, Any]) -> PoolDefinition:
        """Change properties of a pool that may change while it has nodes, each as a whole."""
        pool = self._pool_name(target, name)
        asked = Asked(f"changing pool {pool}", f"pool {pool} in {_account(target)}", "ARM", Call.POOL_CHANGE)
        pools, body = self._arm(target).pool, {"properties": dict(properties)}
        changed, headers = self._ask.read(
            lambda cls: pools.update(target.resource_group, target.account, pool, body, cls=cls), asked
        )
        return translate.pool(changed, headers)

    def delete_pool(self, target: Target, name: str) -> None:
        """Start deleting a pool; `pool_gone` tells when it is done. One that is gone or going is fine."""
        self._pool_name(target, name)
        asked = Asked(f"deleting pool {name}", f"pool {name} in {_account(target)}", "ARM", Call.POOL_DELETE)
        try:
            operation = self._ask.call(lambda: deletion.start(self._arm(target), target, name), asked)
        except NotFound:
            return
        except ServiceRefusal as refusal:
            if refusal.status == 409 and self._is_going(target, name):
                return
            raise
        with self._lock:
            self._deletions[_pool_id(target, name)] = operation

    def pool_gone(self, target: Target, name: str) -> bool:
        """One look at a pool that is being deleted. ServiceRefusal: its deletion failed."""
        self._pool_name(target, name)
        with self._lock:
            operation = self._deletions.get(_pool_id(target, name))
        if operation:
            what = f"operation that deletes pool {name}"
            asked = Asked(f"deleting pool {name}", what, "ARM", Call.DELETION_READ)
            try:
                seen = self._ask.call(lambda: deletion.look(self._arm(target), operation), asked)
            except (NotFound, NotPermitted):
                pass  # not kept for ever, and a right of its own reads it; the pool itself tells
            else:
                with self._lock:
                    self._deletions[_pool_id(target, name)] = seen.next or operation
                if not deletion.is_over(name, seen.status, seen.body):
                    return False
        try:
            self.pool(target, name)
        except NotFound:
            return True
        return False

    def _is_going(self, target: Target, name: str) -> bool:
        try:
            body = self.pool(target, name).body
        except NotFound:
            return True
        return translate.is_deleting(body)

    def _arm(self, target: Target) -> BatchManagementClient:
        return self._ask.session.arm(target.subscription)

    def _pool_name(self, target: Target, name: str | None) -> str:
        check_target(target)
        return check("pool", target.pool if name is None else name)


def _account(target: Target) -> str:
    return f"Batch account {target.account} in resource group {target.resource_group}"


def _pool_id(target: Target, name: str) -> str:
    return f"{target.account_id}/pools/{name}".lower()
