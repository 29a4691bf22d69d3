"""What lies around the pools and somebody can change: identities, vaults, network, images, platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

from troubleshooter.simulator.around.operator import OBJECT_ID, Operator
from troubleshooter.simulator.around.resource import Resource
from troubleshooter.simulator.around.rights import DenyAssignment, Rights, RoleAssignment
from troubleshooter.simulator.around.roles.definition import RoleDefinition
from troubleshooter.simulator.around.scopes import covers
from troubleshooter.simulator.around.vaults import DeletedVault, Vault

if TYPE_CHECKING:
    from troubleshooter.simulator.around.roles.definition import Permission

T = TypeVar("T", Resource, Vault)


@dataclass(frozen=True, slots=True)
class Identity:
    """A user-assigned managed identity."""

    id: str
    client_id: str
    principal_id: str
    tenant: str = ""
    """Empty where it is the vaults' own."""

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]


class Road(Enum):
    """How a request of a node to a vault fares before any HTTP status."""

    OPEN = auto()
    UNRESOLVED = auto()
    CLOSED = auto()
    INSPECTED = auto()
    """Something presents another certificate."""
    PROXY_UNRESOLVED = auto()
    PROXY_REFUSES = auto()
    CUT = auto()
    """Connections are made, and broken off."""


class Metadata(Enum):
    """How the nodes' metadata service (IMDS) answers."""

    ANSWERS = auto()
    BUSY = auto()
    UPDATING = auto()
    CAPTURED = auto()
    """A proxy or a filter takes its address."""


@dataclass(frozen=True, slots=True)
class Network:
    """What the pool's network lets through."""

    to_vault: Road = Road.OPEN
    metadata: Metadata = Metadata.ANSWERS
    lets_ssh_in: bool = True
    """Whether the subnet's own network security group does; what it does not let in it drops."""
    to_storage: bool = True
    """Where the guest agent gets packages from."""
    to_batch: bool = True
    """The node management endpoint."""


class Flaw(Enum):
    """What can be wrong with an image."""

    VAR_NOEXEC = auto()
    UNITS_READ_ONLY = auto()
    """/etc/systemd/system cannot be written to."""
    NO_LOADER = auto()
    """The dynamic loader is not where programs expect it."""
    WORKING_DIRECTORY = auto()
    """Units are started elsewhere than their WorkingDirectory says."""
    LOG_FOLDER_IS_A_FILE = auto()
    DISK_FULL = auto()
    PACKAGES_DAMAGED = auto()
    """Files of unpacked packages go missing."""
    INSTALL_FAILS = auto()
    SHELL_MISSING = auto()
    SLOW = auto()
    """A command takes minutes."""
    STATUS_CUT = auto()
    """What is written to a status file arrives in part."""
    AGENT_OLD = auto()
    """The guest agent does not know what Azure asks of it."""
    AGENT_LEGACY = auto()
    """The guest agent is of the 2.0 line."""
    AGENT_ABSENT = auto()
    AGENT_UNHEALTHY = auto()
    EXTENSIONS_OFF = auto()
    NOT_ALLOWED = auto()
    """A policy file lists the extensions allowed, and not this one."""


@dataclass(frozen=True, slots=True)
class Image:
    """A custom image of the subscription's."""

    id: str
    system: str = "ubuntu-22.04"
    """As `systems.py` knows it."""
    flaws: frozenset[Flaw] = frozenset()


@dataclass(frozen=True, slots=True)
class Compute:
    """The platform below Batch."""

    locked: bool = False
    """A resource lock lies on the group in which Batch makes machines."""
    slow: bool = False
    """Nodes are not allocated within the resize timeout."""
    spot_taken: int = 0
    """How often Azure takes away each Spot node that is made from now on."""
    spot_taken_late: bool = False
    """Whether that is only once it is idle."""
    manifest_lags: bool = False
    """The region's list of extension versions, which the guest agent reads, lacks the newest."""
    slots_held: int = 0
    """Task slots of every node that others' tasks have for days."""
    lenient: bool = False
    """Nodes whose extension was not run join all the same, where requireInitialSync is off. Which of both is
    so in Azure is not documented."""


@dataclass(frozen=True, slots=True)
class Failing:
    """An extension that fails on every node, whatever its settings are."""

    extension: str
    """Its type, or its name."""
    message: str
    blocks: bool = True
    """Whether it keeps its node from joining."""


@dataclass(frozen=True, slots=True)
class StartTaskFailure:
    """How the pool's start task ends on every node."""

    code: str
    message: str
    exit_code: int | None = None
    """None where it was never run."""


_ALL_WELL, _PLATFORM, _OPERATOR = Network(), Compute(), Operator()


@dataclass(frozen=True, slots=True)
class Conditions:
    identities: tuple[Identity, ...] = ()
    vaults: tuple[Vault, ...] = ()
    assignments: tuple[RoleAssignment, ...] = ()
    denials: tuple[DenyAssignment, ...] = ()
    roles: tuple[RoleDefinition, ...] = ()
    """Custom ones."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of the directory, each with the principals in it."""
    operator: Operator = _OPERATOR
    resources: tuple[Resource, ...] = ()
    """What else ARM has: networks, endpoints, locks, policies."""
    deleted_vaults: tuple[DeletedVault, ...] = ()
    network: Network = _ALL_WELL
    images: tuple[Image, ...] = ()
    compute: Compute = _PLATFORM
    packages: tuple[str, ...] = ()
    """Application packages of the Batch account, as name:version."""
    failing: tuple[Failing, ...] = ()
    start_task: StartTaskFailure | None = None
    serial: int = 0
    """Grows with each change, so that what was worked out under older ones is known to be old."""

    def identity(self, resource_id: str) -> Identity | None:
        return next((one for one in self.identities if one.id.lower() == resource_id.lower()), None)

    def image(self, resource_id: str) -> Image | None:
        return next((one for one in self.images if one.id.lower() == resource_id.lower()), None)

    def vault(self, host: str) -> Vault | None:
        return next((one for one in self.vaults if one.host == host.lower()), None)

    @property
    def rights(self) -> Rights:
        return Rights(self.assignments, self.denials, self.roles, self.groups)

    def resource(self, resource_id: str) -> Resource | None:
        return next((one for one in self.resources if one.id.lower() == resource_id.lower()), None)

    def may(self, action: str, place: str, *, data: bool = False) -> bool:
        """Whether whoever is signed in may do that there."""
        denied = self.rights.denial(OBJECT_ID, action, place, data=data)
        return denied is None and self.holds(action, place, data=data)

    def holds(self, action: str, place: str, *, data: bool = False) -> bool:
        """Whether its roles give it, whatever denies it."""
        return any(one.gives(action, data=data) for one in self.held(place))

    def held(self, place: str) -> tuple[Permission, ...]:
        """What whoever is signed in holds there: by itself, by role assignments, and by its groups."""
        return (*self.operator.permissions(place), *self.rights.permissions(OBJECT_ID, place))

    def sees(self, place: str) -> bool:
        """Whether it holds anything there, or in something that lies there, however deep."""
        who = self.rights.everybody(OBJECT_ID)
        scopes = (one.scope for one in self.assignments if one.principal_id.lower() in who)
        return self.operator.sees(place) or any(covers(one, place) or covers(place, one) for one in scopes)

    def with_vault(self, vault: Vault) -> Conditions:
        return replace(self, vaults=_put(self.vaults, vault), serial=self.serial + 1)

    def with_resource(self, resource: Resource) -> Conditions:
        return replace(self, resources=_put(self.resources, resource), serial=self.serial + 1)

    def with_assignment(self, assignment: RoleAssignment) -> Conditions:
        return replace(self, assignments=(*self.assignments, assignment), serial=self.serial + 1)


def _put(those: tuple[T, ...], one: T) -> tuple[T, ...]:
    """In the place of the one with its id, or at the end."""
    if all(each.id.lower() != one.id.lower() for each in those):
        return those + (one,)  # noqa: RUF005 - unpacked it would lose its type
    return tuple(one if each.id.lower() == one.id.lower() else each for each in those)
