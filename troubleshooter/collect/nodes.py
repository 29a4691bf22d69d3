"""Where to collect, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from troubleshooter.errors import ExitCode
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.model.run import KeptFile  # noqa: TC004  # used only in annotations


@dataclass(frozen=True, slots=True)
class NodeLogin:
    node: str
    host: str
    port: int
    user: str


@dataclass(frozen=True, slots=True)
class NodeCollection:
    node: str
    files: tuple[KeptFile, ...] = ()
    host_key: str = ""
    """Its kind and fingerprint, `ssh-ed25519 SHA256:…`; empty when SSH never came that far."""
    partial: tuple[str, ...] = ()
    """What should have come and did not, one sentence each."""
    left_out: tuple[str, ...] = ()
    """What was left on the node or dropped on arrival on purpose, each with its name and reason."""
    problem: ErrorText | None = None
    """Why collecting ended early; what had arrived until then is in `files`."""
    reason: str = ""
    """The same for scripts, as NodeProblem has it."""


INTERRUPTED = ErrorText(
    "It was stopped before its end.", "The operator asked to stop.", "Collect again.", ExitCode.INTERRUPTED
)


class Keep(Protocol):
    """Redacts and stores one file of evidence; called by several threads at once."""

    def __call__(
        self, node: str, name: str, data: bytes, sha256_read: str, cut: str, check: Callable[[], None], /
    ) -> KeptFile:
        """`check` raises where the file is not wanted any more, or the node has cost enough."""


class NodeProblem(Exception):
    """One node failed; the others go on."""

    def __init__(self, text: ErrorText, reason: str = "") -> None:
        super().__init__(text.what)
        self.text = text
        self.reason = reason
        """The same for scripts: one of `ssh_failure.Reason`, where its road tells them apart."""
