"""One compute node: who it is, who may sign in, and the SSH server in front of its disk."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import Timer
from troubleshooter.simulator.around.refusal import not_found
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.node.asking import write_commands
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.server import EVER, NodeServer
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.simulator.node.server import NodeHost


@dataclass(frozen=True, slots=True)
class User:
    """A node user made through the API."""

    name: str
    is_admin: bool
    public_key: str
    expires: datetime
    begins: datetime = EVER
    """From when the node lets it in."""


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
    said: Mapping[str, Any] = field(default_factory=dict)
    """Fields in which its answer differs, as those of a node with a past of its own; None leaves one out."""
    lives: int = 0
    """How often another machine has come in its place, under the same id."""
    held: int = 0
    """Task slots that are taken by tasks which run for days."""
    offline: bool = False
    """Whether scheduling on it was disabled."""
    _state: tuple[str, datetime] = ("", EVER)
    """The last that was shown, and since when."""
    _server: NodeServer | None = None
    _told: NodeStory | None = None
    _closed: bool = False
    _listening: threading.Lock = field(default_factory=threading.Lock)

    def since(self, state: str) -> datetime:
        """When it came into the state that it is in, as far as anybody looked."""
        if self._state[0] != state:
            self._state = (state, now())
        return self._state[1]

    def door(self, host: NodeHost, disks: Path) -> NodeServer:
        """Its SSH server, which knows the node's users but does not listen yet."""
        if self._server is None:
            self._server = host.server(disks / self.id)
            for user in self.users.values():
                self._admit(self._server, user)
        return self._server

    def listen(self, story: NodeStory) -> int:
        """Listen on loopback, with the disk that the story leaves behind the door, and return the port.

        Takes some milliseconds; for any thread.
        """
        with self._listening:
            if self._server is None or self._closed:
                raise not_found("NodeNotFound", "The specified node does not exist.")
            self._tell(self._server.root, story)
            return self._server.start()

    def disk(self, host: NodeHost, disks: Path, story: NodeStory) -> Path:
        """Where its file tree lies, as the story leaves it; nothing listens for that."""
        root = self.door(host, disks).root
        with self._listening:
            self._tell(root, story)
        return root

    def _tell(self, root: Path, story: NodeStory) -> None:
        if self._told != story:
            write_disk(root, story)
            if not story.windows:
                write_commands(root, story)
            self._told = story

    def begin_life(self, number: int) -> None:
        """Be the machine that came after so many were taken: it knows nobody, and has its own host key."""
        if number == self.lives:
            return
        self.lives, self._told = number, None
        self.users.clear()
        if self._server is not None:
            self._server.renew()

    def put_user(self, user: User) -> None:
        self.users[user.name] = user
        if self._server is not None:
            self._admit(self._server, user)

    def drop_user(self, name: str) -> None:
        self.users.pop(name, None)
        if self._server is not None:
            self._server.drop_user(name)

    def close(self) -> None:
        """Stop listening, and wait until what runs there has ended; for any thread."""
        with self._listening:
            self._closed = True
            if self._server is not None:
                self._server.stop()

    @staticmethod
    def _admit(server: NodeServer, user: User) -> None:
        if user.public_key:  # without one only a password could be used, which simulated nodes do not take
            server.put_user(user.name, user.public_key, user.is_admin, user.expires, user.begins)
