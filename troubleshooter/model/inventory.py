"""Which subscriptions, Batch accounts and pools there are, and how the pools are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from troubleshooter.model.facts import ExtensionStatus
from troubleshooter.model.target import Target


class Health(StrEnum):
    """How a pool is, the worst first."""

    ILL = "ill"
    """Batch has given up on some of its nodes, or gave it none of those it asks for."""
    ATTENTION = "attention"
    """Its nodes work, and yet something of it reports an error."""
    UNKNOWN = "unknown"
    """Its nodes could not be read: that is no health."""
    MOVING = "moving"
    """Nodes come or go, or the pool is being deleted."""
    WELL = "well"
    """Every node works."""
    EMPTY = "empty"
    """It has no nodes, and asks for none."""

    @property
    def rank(self) -> int:
        return list(Health).index(self)


@dataclass(frozen=True, slots=True)
class Subscription:
    id: str
    name: str = ""
    """What Azure calls it; empty where that was not read."""
    state: str = ""
    """In Azure's words, as Enabled, Warned, Disabled; empty where that was not read."""


@dataclass(frozen=True, slots=True)
class BatchAccount:
    """A Batch account in the list of a subscription."""

    subscription: str
    resource_group: str
    name: str
    location: str
    endpoint: str
    """Of the data plane, with https://."""

    @property
    def place(self) -> Target:
        """As a target; its pool stands for none, and is not asked for."""
        return Target(self.subscription, self.resource_group, self.name, "none")

    @property
    def id(self) -> str:
        return self.place.account_id


@dataclass(frozen=True, slots=True)
class ExtensionSeen:
    """What one node reports of the pool's extension."""

    name: str
    node: str
    status: ExtensionStatus
    message: str = ""


@dataclass(frozen=True, slots=True)
class PoolHealth:
    """One pool of the list, as far as it was read."""

    target: Target
    health: Health
    why: str
    """In a few words, what its health is concluded from."""
    nodes: Mapping[str, int] = field(default_factory=dict)
    """Nodes per state, in the data plane's words, the worst first; empty where they could not be read."""
    wanted: int | None = None
    """Nodes that it asks for; None where a formula decides."""
    since: str = ""
    """ISO 8601, UTC: since when it is so, by the first of the nodes that make it so; empty where not told."""
    has_extension: bool = False
    """Whether its definition has the extension that this program is about."""
    extension: ExtensionSeen | None = None
    """What was read of one of its nodes; None where nothing was."""
    unread: str = ""
    """What of it could not be read, and why: a sentence."""
    complete: bool = False
    """Whether nothing more of it is asked for."""

    @property
    def key(self) -> str:
        """The resource id: two accounts may have pools of one name."""
        return self.target.resource_id.lower()


@dataclass(frozen=True, slots=True)
class Unread:
    """A place that could not be read: told beside what could."""

    place: str
    """Resource id of the subscription, account or pool; empty for all of them."""
    what: str
    why: str
    do: str
    exit_code: int
    """What the failure would end a command with, if it were all."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is known by now."""

    subscriptions: tuple[Subscription, ...] = ()
    accounts: tuple[BatchAccount, ...] = ()
    pools: tuple[PoolHealth, ...] = ()
    """The worst first."""
    unread: tuple[Unread, ...] = ()
    asked: int = 0
    """Questions put to Azure by now, a list of several pages being one."""
    answered: int = 0
    done: bool = False

    def named(self, subscription: str) -> str:
        """What people call a subscription: its name where it is known, else its id."""
        wanted = subscription.lower()
        found = (one.name for one in self.subscriptions if one.id.lower() == wanted)
        return next(found, "") or subscription
