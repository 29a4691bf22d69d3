"""Everything a handler can reach: the world, and what the running simulator adds to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.scopes import covers
from troubleshooter.simulator.node.server import NodeHost
from troubleshooter.simulator.scenarios import Scene
from troubleshooter.simulator.wire.exchange import Answer, Call
from troubleshooter.simulator.wire.faults import Fault
from troubleshooter.simulator.wire.replica import Replica
from troubleshooter.simulator.wire.tokens import Credential, TokenMaker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.simulator.around.vaults import Vault
    from troubleshooter.simulator.world.world import World

ARM_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")
BATCH_AUDIENCE = "https://batch.core.windows.net"
VAULT_AUDIENCE = "https://vault.azure.net"


@dataclass(frozen=True, slots=True)
class Seen:
    method: str
    path: str
    status: int
    """Of the answer; 0 where none was given."""
    if_match: str | None
    """The condition that the caller named, empty or not."""
    at: float
    """When it came, in seconds of a clock that only goes on."""


@dataclass(slots=True)
class Flight:
    """How many calls were under way at once."""

    now: int = 0
    most: int = 0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            yield
        finally:
            self.now -= 1


@dataclass(slots=True)
class DeviceCode:
    user_code: str
    """What a person types."""
    scope: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class GrantedCode:
    """What a person's browser brings to whoever sent it to the authority."""

    scope: str
    challenge: str
    """Of the proof key: the hash of what only that one knows."""
    nonce: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Held:
    call: Call
    carry_out: Callable[[], Answer]


@dataclass(slots=True)
class Site:
    scene: Scene
    credential: Credential
    tokens: TokenMaker
    node_host: NodeHost
    disks: Path
    """Below it each node has its file tree, once somebody may sign in there."""
    arm_endpoint: str
    batch_endpoint: str
    vault_endpoint: str
    """Of all vaults; each lies below its name."""
    authority: str
    faults: list[Fault] = field(default_factory=list)
    replica: Replica = field(default_factory=Replica)
    codes: dict[str, DeviceCode] = field(default_factory=dict)
    """Those that were given to people who sign in."""
    granted: dict[str, GrantedCode] = field(default_factory=dict)
    """Not redeemed yet."""
    held: list[Held] = field(default_factory=list)
    """Calls that are on their way until the experimenter lets them through."""
    calls: deque[Seen] = field(default_factory=lambda: deque(maxlen=10_000))
    """The newest calls, for the experimenter."""
    flight: Flight = field(default_factory=Flight)
    """Of all servers together, but for the experimenter's own."""

    estate: list[Site] = field(default_factory=list)
    """All Batch accounts of this Azure, each with its world; itself among them where there are several."""

    def of(self, place: str) -> Site:
        """The site of a resource: of its account, else of its subscription, else this one."""
        wanted = place.lower()
        by_account = (one for one in self.estate if covers(one.world.account.id, wanted))
        by_subscription = (
            one for one in self.estate if covers(f"/subscriptions/{one.world.account.subscription}", wanted)
        )
        return next(by_account, next(by_subscription, self))

    def of_vault(self, path: str) -> Site:
        name = path.strip("/").partition("/")[0].lower()
        having = (one for one in self.estate if any(v.name == name for v in one.world.conditions.vaults))
        return next(having, self)

    @property
    def world(self) -> World:
        return self.scene.world

    def vault_uri(self, vault: Vault) -> str:
        """Where ARM says that the vault is: the nodes know it by its host, whoever is signed in by this."""
        return f"{self.vault_endpoint}/{vault.name}/"

    def audiences(self, endpoint: str) -> tuple[str, ...]:
        """For whom a token must be made to be taken at that endpoint; a private cloud names its own."""
        of = {self.arm_endpoint: ARM_AUDIENCES, self.vault_endpoint: (VAULT_AUDIENCE,)}
        return (*of.get(endpoint, (BATCH_AUDIENCE,)), endpoint)

    def knows_audience(self, audience: str) -> bool:
        # The SDK's scope for the data plane ends in two slashes, since that audience itself ends in one.
        endpoints = (self.arm_endpoint, self.batch_endpoint, self.vault_endpoint)
        return any(audience.rstrip("/") in self.audiences(endpoint) for endpoint in endpoints)
