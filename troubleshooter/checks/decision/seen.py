"""What was read of a pool whose nodes do not come, and one sign that lies in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from troubleshooter.model.decision import Whose
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.facts import ExtensionFacts, NodeFacts, NodeState, ServiceProblem
from troubleshooter.model.finding import Finding
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
    waits: bool = False
    """A node is not ready before the extension has its certificates."""
    causes: tuple[Finding, ...] = ()
    """Of the extension: errors that its settings or Azure's answers show."""
    resize: tuple[ServiceProblem, ...] = ()
    support: Support | None = None
    """What Batch says of image and agent; None where it was not asked."""

    @property
    def ill(self) -> tuple[NodeFacts, ...]:
        return tuple(node for node in self.nodes if node.down or self._hangs(node))

    @property
    def well(self) -> tuple[NodeFacts, ...]:
        return tuple(node for node in self.nodes if node.state.usable)

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


class Weight(StrEnum):
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
