"""Lists subscriptions, their Batch accounts and pools, and asks how the pools are: reads alone.

What cannot be read is told beside the rest, and hides none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from troubleshooter.cloud.caller import LEFT_OUT
from troubleshooter.cloud.names import check
from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.inventory import ExtensionSeen, Inventory, Subscription, Unread
from troubleshooter.model.target import Target
from troubleshooter.operations.inventory.crew import Crew, Errand
from troubleshooter.operations.inventory.health import PoolRead, has_nodes, judged, looked_at
from troubleshooter.operations.node_views import view_of
from troubleshooter.pooldef.pool_body import ours

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator

    from troubleshooter.apart import Outcome
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.facts import ExtensionFacts, NodeFacts, NodeState
    from troubleshooter.model.inventory import BatchAccount, PoolHealth
    from troubleshooter.model.scope import Scope

T = TypeVar("T")


class Listing:
    """One look at everything that a scope lets in. `show` is told after each answer, in the same thread."""

    def __init__(
        self,
        azure: Azure,
        about: Extension,
        scope: Scope,
        cancel: threading.Event,
        show: Callable[[Callable[[], Inventory]], None],
    ) -> None:
        """`show` is given what makes the inventory of now: who is told often need not make it each time."""
        self._azure, self._about, self._scope, self._show = azure, about, scope, show
        self._crew = Crew(cancel)
        self._subscriptions: list[Subscription] = []
        self._accounts: list[BatchAccount] = []
        self._pools: dict[str, PoolRead] = {}
        self._counts: dict[str, dict[str, dict[NodeState, int]] | None] = {}
        """By account; None where they could not be read."""
        self._unread: list[Unread] = []
        self._done = False

    def run(self) -> Inventory:
        """Raises NotPermitted and the like where not even the first list could be read, and Interrupted."""
        self._crew.send(self._first(), lambda: self._show(self.inventory))
        self._done = True
        return self.inventory()

    def note(self, trouble: str) -> None:
        """What Azure's door says beside its answers, from any thread: what it left out of them is kept."""
        if trouble.startswith(LEFT_OUT):
            self._unread.append(
                Unread(
                    "",
                    "Something of an answer could not be read.",
                    f"Left out: {trouble.removeprefix(LEFT_OUT)}",
                    "The rest is listed. Check whether a proxy answers in Azure's place.",
                    ExitCode.INCOMPLETE,
                )
            )

    def inventory(self) -> Inventory:
        """What is known by now."""
        pools = sorted((judged(pool, self._about) for pool in self._pools.values()), key=_worst_first)
        return Inventory(
            tuple(self._subscriptions),
            tuple(self._accounts),
            tuple(pools),
            tuple(self._unread),
            self._crew.asked,
            self._crew.answered,
            self._done,
        )

    def _first(self) -> Iterator[Errand]:
        inventory = self._azure.inventory
        if (only := self._scope.subscription) is not None:
            yield Errand(lambda: inventory.subscription(only), lambda came: self._subscription(only, came))
            yield self._accounts_of(only)
        else:
            yield Errand(inventory.subscriptions, self._subscribed)

    def _subscribed(self, came: Outcome[tuple[Subscription, ...]]) -> Iterable[Errand]:
        self._subscriptions += came.result()  # without it there is nothing to tell beside
        known = {one.id for one in self._subscriptions}
        if (default := self._scope.default) is not None and default not in known:
            self._subscriptions.append(Subscription(default))
        return [self._accounts_of(one.id) for one in self._subscriptions]

    def _subscription(self, subscription: str, came: Outcome[Subscription]) -> Iterable[Errand]:
        """Only its name is missed where it cannot be read: the list of its accounts tells why."""
        try:
            self._subscriptions.append(came.result())
        except TroubleshooterError as error:
            _raise_if_cancelled(error)
            self._subscriptions.append(Subscription(subscription))
        return ()

    def _accounts_of(self, subscription: str) -> Errand:
        inventory, place = self._azure.inventory, f"/subscriptions/{subscription}"
        return Errand(
            lambda: inventory.accounts(subscription),
            lambda came: self._listed(self._read(came, place) or ()),
        )

    def _listed(self, accounts: tuple[BatchAccount, ...]) -> Iterator[Errand]:
        for account in accounts:
            if self._scope.lets_in(account, self._subscriptions):
                self._accounts.append(account)
                yield self._pools_of(account)
                if self._scope.health:
                    yield self._counts_of(account)

    def _pools_of(self, account: BatchAccount) -> Errand:
        return Errand(
            lambda: self._azure.arm.pools(account.place),
            lambda came: self._pooled(account, self._read(came, account.id) or ()),
        )

    def _counts_of(self, account: BatchAccount) -> Errand:
        return Errand(
            lambda: self._azure.batch.counts(account.endpoint), lambda came: self._counted(account, came)
        )

    def _pooled(self, account: BatchAccount, pools: tuple[dict[str, Any], ...]) -> Iterator[Errand]:
        for body in pools:
            if (name := self._name(account, body)) and self._scope.wants(name):
                target = Target(account.subscription, account.resource_group, account.name, name)
                pool = self._pools[target.resource_id.lower()] = PoolRead(target, body)
                pool.left = int(self._scope.health)
        if account.id in self._counts:
            yield from self._joined(account)

    def _name(self, account: BatchAccount, body: dict[str, Any]) -> str:
        """Empty for one that no pool can have, which is told: it would become part of an address."""
        try:
            return check("pool", str(body.get("name", "")))
        except TroubleshooterError as error:
            self._unread.append(Unread(account.id, error.what, error.why, error.do, ExitCode.INCOMPLETE))
            return ""

    def _counted(
        self, account: BatchAccount, came: Outcome[dict[str, dict[NodeState, int]]]
    ) -> Iterator[Errand]:
        self._counts[account.id] = self._read(came, account.id)
        yield from self._joined(account)

    def _joined(self, account: BatchAccount) -> Iterator[Errand]:
        """Once both the pools of an account and its counts are there: the nodes of each are asked for."""
        counts = self._counts[account.id]
        found = [one for one in self._pools.values() if one.target.account_id == account.id]
        for pool in found:
            if counts is None:
                pool.unread.append("The nodes of its account could not be read.")
                pool.left = 0
                continue
            pool.counts = counts.get(pool.target.pool, {})
            pool.left = int(bool(pool.counts) or has_nodes(pool.definition))
        for pool in sorted(
            (pool for pool in found if pool.left), key=lambda pool: _worst_first(judged(pool, self._about))
        ):
            yield self._nodes_of(account, pool)

    def _nodes_of(self, account: BatchAccount, pool: PoolRead) -> Errand:
        return Errand(
            lambda: self._azure.batch.nodes(account.endpoint, pool.target.pool),
            lambda came: self._noded(account, pool, came),
        )

    def _noded(
        self, account: BatchAccount, pool: PoolRead, came: Outcome[tuple[NodeFacts, ...]]
    ) -> Iterator[Errand]:
        pool.left = 0
        pool.nodes = self._read(came, pool.target.resource_id)
        if pool.nodes is None:
            pool.unread.append("Its nodes could not be listed, only counted, which may lag.")
        node = looked_at(pool.nodes or ())
        if node is not None and ours(pool.definition, self._about):
            pool.left = 1
            yield Errand(
                lambda: self._azure.batch.extensions(account.endpoint, pool.target.pool, node.id),
                lambda came: self._viewed(pool, node, came),
            )

    def _viewed(
        self, pool: PoolRead, node: NodeFacts, came: Outcome[tuple[ExtensionFacts, ...]]
    ) -> Iterable[Errand]:
        """A refusal is an answer too: whether an unusable node's view is shown is documented nowhere."""
        pool.left = 0
        try:
            views = came.result()
        except TroubleshooterError as error:
            _raise_if_cancelled(error)
            pool.unread.append(f"{node.id}: {error.what} {error.why}")
            return ()
        view = view_of(self._about, views)
        if view is None:
            pool.unread.append(f"{node.id} does not list the extension.")
        else:
            pool.seen = ExtensionSeen(view.name, node.id, view.status, view.message)
        return ()

    def _read(self, came: Outcome[T], place: str) -> T | None:
        """What came, or None with why beside the rest."""
        try:
            return came.result()
        except TroubleshooterError as error:
            _raise_if_cancelled(error)
            self._unread.append(Unread(place, error.what, error.why, error.do, error.exit_code))
            return None


def _raise_if_cancelled(error: TroubleshooterError) -> None:
    if error.exit_code == ExitCode.INTERRUPTED:
        raise error


def _worst_first(pool: PoolHealth) -> tuple[int, int, str, str]:
    """Then those with most nodes down, then those that are so for longest, then by name."""
    down = sum(pool.nodes.get(state, 0) for state in ("unusable", "starttaskfailed"))
    return pool.health.rank, -down, pool.since or "9", pool.key
