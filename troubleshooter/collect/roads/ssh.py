"""SSH: an inbound NAT pool for one address range, and a temporary administrator on each node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.collect.patience import Patience
from troubleshooter.collect.roads.ssh_entry import open_ssh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.collect.key import SessionKey  # noqa: TC004 - annotations only; it is slow to load
    from troubleshooter.collect.roads.ssh_command import Command
    from troubleshooter.collect.roads.ssh_session import Connection  # noqa: TC004 - the same


@dataclass(frozen=True, slots=True)
class SignIn:
    """With what nodes are signed in to, once their users are made."""

    keys: Mapping[str, SessionKey]
    logins: Mapping[str, NodeLogin]
    """Both by node."""
    pin: Callable[[str, str], str]
    """Of a node and the host key that it shows, the one by which it is known: kept when it is first met."""


@dataclass(frozen=True, slots=True)
class Ssh:
    allow_from: str
    """CIDR from which the nodes' port is reached."""
    sign_in: SignIn | None = None
    """None while only a plan is made."""

    def prepare(self, body: dict[str, Any], nodes: int) -> list[str]:
        return open_ssh(body, self.allow_from, nodes)

    @contextmanager
    def open(self, node: str, patience: Patience) -> Iterator[SshReading]:
        from troubleshooter.collect.roads.ssh_connection import connected  # noqa: PLC0415 - paramiko is slow to load

        if self.sign_in is None:
            raise LookupError(f"no user was made on {node}")
        login, key, pin = self.sign_in.logins[node], self.sign_in.keys[node], self.sign_in.pin
        with connected(login, key, pin, patience) as (connection, host_key):
            yield SshReading(connection, login.user, host_key, patience)


@dataclass(frozen=True, slots=True)
class SshReading:
    connection: Connection
    user: str
    host_key: str
    """Its kind and fingerprint."""
    patience: Patience
    elevated: bool = False

    def run(self, line: str, feed: bytes) -> Command:
        from troubleshooter.collect.roads.ssh_command import Command  # noqa: PLC0415 - as above

        return Command(self.connection, line, feed, self.patience)
