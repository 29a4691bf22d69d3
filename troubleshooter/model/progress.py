"""What a run tells whoever follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState  # noqa: TC004 - only annotates; quick commands need no runs


@dataclass(frozen=True, slots=True)
class Moved:
    """The run moved: an event was written down, and this is the state after it."""

    kind: str
    state: RunState


_TELLING = 10.0
"""Seconds after which a wait's pace says something."""


@dataclass(frozen=True, slots=True)
class NodeRow:
    id: str
    state: str
    since: str
    extension: str
    """Status and message of the Key Vault extension, e.g. "transitioning  Failed to download …"."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Slow or broken, in few words without a full stop."""

    usual: str
    """What is usual here, or that nothing is, with what is documented."""
    pointless: str
    """After what waiting is pointless, and how that is known; empty where nothing is known of it."""
    waited: float | None = None
    """Seconds that the node has been under way which is so for longest, by the service's clock."""
    late: bool = False
    """Whether it takes longer than usual, or waiting is pointless by now."""

    @property
    def told(self) -> str:
        """For whoever watches; how long it has taken is told once that says something."""
        waited = f"waited {max(1, round(self.waited / 60))} min" if self.late and self.waited else ""
        return "; ".join(filter(None, (self.usual, waited, self.pointless)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wait as it stands now. Shown, not journaled: the journal has the changes, not every look."""

    step: str
    subject: str
    """What is waited for, e.g. render-pool-dbg-7f3a."""
    counts: Mapping[str, int]
    """Nodes per state."""
    rows: tuple[NodeRow, ...]
    ready: int
    wanted: int
    elapsed: float
    """Seconds."""
    limit: float
    """Seconds."""
    at_limit: str
    """What happens at the limit, in words."""
    total_left: float | None = None
    """Seconds until the whole run's limit."""
    outlook: Outlook | None = None
    """None where nothing was seen of how long starts take here."""

    @property
    def estimate(self) -> float | None:
        """Seconds still to wait, from this run's own pace; nothing while no node is ready."""
        if not 0 < self.ready < self.wanted or self.elapsed < _TELLING:
            return None
        left = self.elapsed / self.ready * (self.wanted - self.ready)
        return min(max(10.0, round(left / 10) * 10.0), max(0.0, self.limit - self.elapsed))


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What whoever signs in has to do now. Shown and never written down: it holds a code."""

    text: str


@dataclass(frozen=True, slots=True)
class Collecting:
    """A collection as it stands now: nodes done, failed and outstanding."""

    step: str
    done: int
    failed: int
    total: int
    latest: str = ""
