"""What a road to a node is: a plan prepares for it, a collection opens nodes by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from troubleshooter.collect.patience import Patience


class Sending(Protocol):
    """A script that runs on a node, and what it sends."""

    def read(self, size: int) -> bytes:
        """Exactly so many bytes, fewer only at the end. Raises NodeProblem and Interrupted."""

    def status(self) -> int:
        """How it ended; -1 where that is not known."""

    def complaint(self) -> str:
        """Its last line of complaint, or nothing."""

    def close(self) -> None: ...


class Reading(Protocol):
    """A node that is open."""

    @property
    def user(self) -> str:
        """As whom the script runs."""

    @property
    def host_key(self) -> str:
        """By what the node is known again; empty where the road has no such thing."""

    @property
    def elevated(self) -> bool:
        """Whether that is an administrator already, so that nothing has to be asked for."""

    def run(self, line: str, feed: bytes) -> Sending:
        """Begin a command that is fed this text. Raises NodeProblem."""


class Way(Protocol):
    def open(self, node: str, patience: Patience) -> AbstractContextManager[Reading]:
        """Open one node. Raises NodeProblem and Interrupted."""


class Road(Way, Protocol):
    """A way that a plan prepares."""

    def prepare(self, body: dict[str, Any], nodes: int) -> list[str]:
        """Change a pool's PUT body so that so many nodes can be opened; what that does, as notes.

        Raises Refused where the pool leaves no room for it.
        """
