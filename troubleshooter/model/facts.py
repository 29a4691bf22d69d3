"""What Azure said, in our words. Pool definitions stay raw JSON, so that no field is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class AccountFacts:
    name: str
    endpoint: str
    """Of the data plane, with https://."""
    location: str
    allocation_mode: str
    """BatchService or UserSubscription."""
    dedicated_cores: int | None = None
    """Of its quota; None where Azure does not say, as for UserSubscription."""
    spot_cores: int | None = None
    family_cores: Mapping[str, int] | None = None
    """Quota of each family of sizes, by its name in small letters; None where none is enforced."""
    sign_ins: tuple[str, ...] = ()
    """The ways to sign in that its data plane takes, in Azure's words; empty where Azure does not say."""
    public_access: str = ""
    """Whether it is reached past its private endpoints, in Azure's words; empty where it does not say."""
    let_in: tuple[str, ...] | None = None
    """The only ranges that its network rule lets in; None where it lets in all."""


@dataclass(frozen=True, slots=True)
class SizeFacts:
    """A size of nodes, from Azure's list for a region."""

    name: str
    family: str
    cores: int
    ends: str = ""
    """The last day on which Batch takes new pools with it, as 2026-11-25; empty where it names none."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """An image of the Marketplace with a node agent for it, from Azure's list of those that Batch takes."""

    publisher: str
    offer: str
    sku: str
    agent: str
    ends: str = ""
    """As of a size."""


@dataclass(frozen=True, slots=True)
class PoolDefinition:
    """A pool as ARM's GET gave it, unread."""

    body: Mapping[str, Any]
    etag: str | None = None


class NodeState(StrEnum):
    """The data plane's node states, with `unknown` for any value the service adds later."""

    IDLE = "idle"
    RUNNING = "running"
    STARTING = "starting"
    CREATING = "creating"
    WAITING_FOR_START_TASK = "waitingforstarttask"
    START_TASK_FAILED = "starttaskfailed"
    UNUSABLE = "unusable"
    REBOOTING = "rebooting"
    REIMAGING = "reimaging"
    UPGRADING_OS = "upgradingos"
    LEAVING_POOL = "leavingpool"
    OFFLINE = "offline"
    PREEMPTED = "preempted"
    DEALLOCATED = "deallocated"
    DEALLOCATING = "deallocating"
    UNKNOWN = "unknown"

    @property
    def usable(self) -> bool:
        """Whether a login user can be made on such a node, as documented."""
        return self in {NodeState.IDLE, NodeState.RUNNING}


@dataclass(frozen=True, slots=True)
class ServiceProblem:
    """An error a node or a resize reports: code, message, and the details people need."""

    code: str
    message: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeFacts:
    id: str
    state: NodeState
    since: str = ""
    """When it came into this state, ISO 8601 in UTC; empty when not said."""
    problems: tuple[ServiceProblem, ...] = ()
    start_task: Mapping[str, Any] = field(default_factory=dict)
    """What it says of its start task, as it came; empty where it says nothing."""
    allocated: str = ""
    """When it came into the pool; never set anew, also where it is another machine by now."""
    booted: str = ""
    """When it was started last, by its own clock."""
    tasks_run: int | None = None
    """Tasks of jobs that ended on it; None where that is not said."""
    slots_taken: int = 0
    """Of its task slots."""

    @property
    def down(self) -> bool:
        """Whether Batch has given up on it, so that something keeps it from work."""
        return self.state in {NodeState.UNUSABLE, NodeState.START_TASK_FAILED}


class KnownNodes(NamedTuple):
    """What is known of a pool's nodes beside what was read of them, by their ids."""

    elsewhere: frozenset[str] = frozenset()
    """They leave by other public addresses than the pool's own."""
    down: frozenset[str] = frozenset()
    """Batch has given up on them."""
    beside: frozenset[str] = frozenset()
    """Of a pool beside the original: Azure gives each pool public addresses of its own."""
    strangers: frozenset[str] = frozenset()
    """They have other identities than the original's."""


NOTHING_MORE = KnownNodes()


class ExtensionStatus(StrEnum):
    SUCCESS = "success"
    TRANSITIONING = "transitioning"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ExtensionFacts:
    """One extension of one node, from the node's extension view."""

    name: str
    type: str
    publisher: str
    version: str
    status: ExtensionStatus
    message: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The answer as it came."""


@dataclass(frozen=True, slots=True)
class LoginFacts:
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class PoolProgress:
    """How far a pool has come."""

    state: str
    """active or deleting."""
    allocation_state: str
    """steady, resizing or stopping."""
    target: int
    """Nodes asked for, dedicated and low priority together."""
    current: int
    resize_problems: tuple[ServiceProblem, ...] = ()
    moved: str = ""
    """When it came into its allocation state; ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job, or a job schedule."""

    id: str
    state: str
    """active, disabling, disabled, enabling, terminating, completed, deleting."""
    schedule: bool = False
    etag: str = ""
    """As it was read; what a change of it is bound to."""


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """A job by its name, with what tells whose it is."""

    id: str
    state: str
    """As of JobFacts."""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    id: str
    state: str
    """active, preparing, running or completed."""
    node: str = ""
    """On which it runs or ran; empty until it is scheduled."""
    exit_code: int | None = None
    failure: str = ""
    """Code and message, where it failed; empty where it did not, or is not over."""

    @property
    def over(self) -> bool:
        return self.state == "completed"
