"""What was read of a pool whose nodes do not come, and one sign that lies in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from troubleshooter.model.decision import Whose
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.facts import ExtensionFacts, ExtensionStatus, NodeFacts, NodeState, ServiceProblem
from troubleshooter.model.finding import Confidence, Finding
from troubleshooter.model.reply import Facts
from troubleshooter.model.support import Support

LONG = timedelta(minutes=45)
"""Of a state on the way: starts of 30 minutes and recoveries of 45 are on record as well ended."""
_ON_THE_WAY = frozenset(
    {
        NodeState.CREATING,
        NodeState.STARTING,
        NodeState.WAITING_FOR_START_TASK,
        NodeState.REBOOTING,
        NodeState.REIMAGING,
        NodeState.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Seen:
    facts: Facts
    nodes: tuple[NodeFacts, ...]
    views: Mapping[str, tuple[ExtensionFacts, ...]]
    """By node, what its extensions report; a node that was not answered for is missing."""
    now: datetime
    extensions: tuple[str, ...] = ()
    """Names of all extensions of the pool."""
    types: tuple[str, ...] = ()
    """Of the same, and of Batch's own none."""
    of_batch: tuple[str, ...] = ()
    """Names of the extensions by which Batch itself comes onto a node."""
    settings_are_text: bool = False
    waits: bool = False
    """A node is not ready before the extension has its certificates."""
    cleared: bool = False
    """Azure shows identity, rights, secret and the vault's firewall, and all of it is well."""
    causes: tuple[Finding, ...] = ()
    """Of the extension: errors that its settings or Azure's answers show."""
    resize: tuple[ServiceProblem, ...] = ()
    """Of now: the pool stands still below its size."""
    support: Support | None = None
    """What Batch says of image and agent; None where it was not asked."""
    always_waits: bool = False
    """No setting makes it ready before that, as with 4.x."""

    @property
    def ill(self) -> tuple[NodeFacts, ...]:
        return tuple(node for node in self.nodes if node.down or self._hangs(node))

    @property
    def well(self) -> tuple[NodeFacts, ...]:
        return tuple(node for node in self.nodes if node.state.usable)

    @property
    def sure(self) -> Finding | None:
        """Why the extension cannot succeed, where that is certain."""
        return next((one for one in self.causes if one.confidence is Confidence.CONFIRMED), None)

    @property
    def young(self) -> bool:
        """Whether a node is ill for so short a time that Batch may still recover it."""
        times = [since for node in self.ill if (since := moment(node.since)) is not None]
        return any(self.now - since < LONG for since in times)

    def own(self, view: ExtensionFacts) -> bool:
        """Whether it is one of Batch's own."""
        return view.name.lower() in {name.lower() for name in self.of_batch}

    @property
    def own_errors(self) -> tuple[tuple[str, ExtensionFacts], ...]:
        """By node, Batch's own extension where it failed on an ill one."""
        listed = ((node.id, view) for node in self.ill for view in self.views.get(node.id, ()))
        return tuple(
            (node, view) for node, view in listed if self.own(view) and view.status is ExtensionStatus.ERROR
        )

    def _hangs(self, node: NodeFacts) -> bool:
        since = moment(node.since)
        return node.state in _ON_THE_WAY and since is not None and self.now - since >= LONG


def moment(text: str) -> datetime | None:
    """In UTC; None where it is no time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def downloads(view: ExtensionFacts) -> bool:
    """Whether it says that a file could not be fetched."""
    return "download" in view.message.lower()


_FETCH = re.compile(r"(?i)failed to download (?:artifacts|the manifest)")


def cannot_fetch(view: ExtensionFacts) -> bool:
    """Whether the machine's agent could not fetch the extension itself: by its makers usually the network."""
    return view.status is ExtensionStatus.ERROR and bool(_FETCH.search(view.message))


class Weight(StrEnum):
    NAMED = "named"
    """Batch itself names the cause, in the error of a node or of a resize: nothing goes before it."""
    DECIDES = "decides"
    """Documented to have this effect, or the one that failed says so itself."""
    LIKELY = "likely"
    OPEN = "open"
    """It may be, and what was read does not tell."""
    EXCLUDES = "excludes"
    """By a fact of these nodes."""


@dataclass(frozen=True, slots=True)
class Sign:
    whose: Whose
    weight: Weight
    says: str
    evidence: tuple[Evidence, ...] = field(default=())
    would: str = ""
    """Where it does not decide: what would."""
