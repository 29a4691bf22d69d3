"""One compute node: who it is, who may sign in, and the SSH server in front of its disk."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from troubleshooter.simulator.clock import Timer
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.server import NodeServer
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.simulator.node.server import NodeHost


@dataclass(frozen=True, slots=True)
class User:
    """A node user made through the API."""

    name: str
    is_admin: bool
    public_key: str
    expires: datetime


@dataclass(slots=True)
class Machine:
    id: str
    index: int
    """Its place in the pool, for ever."""
    address: str
    """From which the network sees it."""
    private_address: str
    dedicated: bool = True
    users: dict[str, User] = field(default_factory=dict)
    leaving: Timer | None = None
    _server: NodeServer | None = None
    _told: NodeStory | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def open(self, host: NodeHost, folder: Path, story: NodeStory, may_connect: Callable[[str], bool]) -> int:
        """Listen for SSH on loopback with the disk that the story leaves, and return the port.

        Blocks for a few milliseconds: not for the event loop. Nothing listens before somebody asks.
        """
        with self._opening:
            root = folder / self.id
            if self._told != story:
                write_disk(root, story)
                self._told = story
            if self._server is None:
                self._server = host.server(root)
                for user in self.users.values():
                    self._admit(self._server, user)
            self._server.allow(may_connect)
            return self._server.start()

    def put_user(self, user: User) -> None:
        self.users[user.name] = user
        if self._server is not None:
            self._admit(self._server, user)

    def drop_user(self, name: str) -> None:
        self.users.pop(name, None)
        if self._server is not None:
            self._server.drop_user(name)

    def close(self) -> None:
        """Stop listening. Blocks until what runs there has ended."""
        with self._opening:
            server, self._server = self._server, None
        if server is not None:
            server.stop()

    @staticmethod
    def _admit(server: NodeServer, user: User) -> None:
        if (
            user.public_key
        ):  # without one only a password could be used, which the simulated nodes do not take
            server.put_user(user.name, user.public_key, user.is_admin, user.expires)


def now() -> datetime:
    return datetime.now(UTC)
