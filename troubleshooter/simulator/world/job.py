"""A job with its tasks, and a schedule that makes jobs: what was asked for, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from troubleshooter.simulator.around.clock import Timer
from troubleshooter.simulator.node.process import Failure, Process


@dataclass(slots=True)
class Task:
    id: str
    body: Mapping[str, Any]
    """As it was sent."""
    created: datetime
    etag: str
    node: str = ""
    """On which it runs or ran; empty until it is scheduled."""
    life: int = 0
    """Which machine that was, of those that came under this node's id."""
    process: Process | None = None
    requeued: int = 0
    ended: Failure | None = None
    """Why it was ended before it ended by itself."""

    @property
    def state(self) -> str:
        if self.process is None:
            return "completed" if self.ended else "active"
        return "running" if self.process.running else "completed"

    @property
    def slots(self) -> int:
        return int(self.body.get("requiredSlots") or 1)

    @property
    def failure(self) -> Failure | None:
        if self.ended is not None or self.process is None:
            return self.ended
        return self.process.failure

    @property
    def affinity(self) -> str:
        """The node that it would like, by its id."""
        told = (self.body.get("affinityInfo") or {}).get("affinityId") or ""
        return str(told).removeprefix("TVM:")

    def end(self, why: Failure | None) -> None:
        """Stop what runs; without a reason it waits to be scheduled again."""
        if self.process is not None:
            self.process.stop()
        if why is None:
            self.requeued, self.process, self.node = self.requeued + 1, None, ""
        else:
            self.ended = why


@dataclass(slots=True)
class Job:
    id: str
    pool: str
    state: str
    created: datetime
    etag: str
    becomes: str = ""
    """The state it is on its way to."""
    moving: Timer | None = None
    disabled_with: str = ""
    """What its running tasks were to do when it was disabled last."""
    body: dict[str, Any] = field(default_factory=dict)
    """What was asked for beyond its id and pool."""
    tasks: dict[str, Task] = field(default_factory=dict)
    began: float = 0.0
    """In seconds of the world's clock."""
    ended: datetime | None = None
    reason: str = "UserTerminate"
    """Why it ended, where it did."""


@dataclass(slots=True)
class JobSchedule:
    id: str
    pool: str
    state: str
    created: datetime
    etag: str
    recent_job: str
