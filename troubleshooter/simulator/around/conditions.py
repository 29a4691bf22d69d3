"""What lies around the pools and somebody can change: identities, vaults, network, images, platform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""Role definition of Key Vault Secrets User."""
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
READS_SECRETS = frozenset({SECRETS_USER, SECRETS_OFFICER, ADMINISTRATOR})


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


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    principal_id: str
    role_id: str
    scope: str


@dataclass(frozen=True, slots=True)
class Secret:
    name: str
    version: str
    enabled: bool = True
    exportable: bool = True
    """Whether the private key is part of it."""
    content_type: str = "application/x-pkcs12"

    @property
    def installable(self) -> bool:
        return self.exportable and self.content_type in {"application/x-pkcs12", "application/x-pem-file"}


@dataclass(frozen=True, slots=True)
class Vault:
    name: str
    id: str
    tenant: str
    location: str
    secrets: tuple[Secret, ...] = ()
    rbac: bool = True
    readers: tuple[str, ...] = ()
    """Principals that an access policy lets get secrets; looked at where `rbac` is off."""
    public: bool = True
    """publicNetworkAccess."""
    default_deny: bool = False
    """networkAcls.defaultAction is Deny."""
    allowed: tuple[str, ...] = ()
    """Addresses of networkAcls.ipRules."""
    private_endpoint: bool = False
    """The nodes reach it by one, so that no network rule counts."""
    through_application: bool = False
    """Its access policies name an application that must act on behalf of a user."""
    throttled: bool = False

    @property
    def host(self) -> str:
        return f"{self.name}.vault.azure.net"

    def secret(self, name: str) -> Secret | None:
        return next((secret for secret in self.secrets if secret.name == name.lower()), None)


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


_ALL_WELL, _PLATFORM = Network(), Compute()


@dataclass(frozen=True, slots=True)
class Conditions:
    identities: tuple[Identity, ...] = ()
    vaults: tuple[Vault, ...] = ()
    assignments: tuple[RoleAssignment, ...] = ()
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

    def reads_secrets(self, principal_id: str, vault: Vault) -> bool:
        if not vault.rbac:
            return principal_id in vault.readers
        return any(
            one.principal_id == principal_id
            and one.role_id in READS_SECRETS
            and vault.id.lower().startswith(one.scope.lower())
            for one in self.assignments
        )

    def with_vault(self, vault: Vault) -> Conditions:
        others = tuple(one for one in self.vaults if one.name != vault.name)
        return replace(self, vaults=(*others, vault), serial=self.serial + 1)

    def with_assignment(self, assignment: RoleAssignment) -> Conditions:
        return replace(self, assignments=(*self.assignments, assignment), serial=self.serial + 1)
