"""What a run made or changed in Azure, and how much of that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

POOL = "pool"
NODE_USER = "node-user"
OWN_JOB = "own-job"
"""Made by the run, with the tasks by which it reads nodes."""
ORIGINAL = "original-pool"
JOB = "job"
JOB_SCHEDULE = "job-schedule"
"""Kinds of changes in the journal. These last three were there before; open means not yet as it should be."""

THERE_BEFORE = frozenset({ORIGINAL, JOB, JOB_SCHEDULE})
"""Of these, removed means that they are as they should be again."""

DELETING = "deleting"
"""In the original's detail: its DELETE is going to be sent, and nothing has told yet what came of it."""
DELETED = "deleted"
"""In the original's detail: it was seen to be gone. Both hold until a pool stands under its id again."""
FINAL = "as it should be"
"""The original's last stage: with the proven fix, and nothing of the run's own about it."""
STAGE = "stage"
"""In the original's detail: as what it stands, or is to stand."""
NODES = "nodes"
"""In a pool's detail: how many it was made or resized to have. In an own job's: how many it reads."""
TASKS = "tasks"
"""In a job's detail: what its running tasks were to do."""
OUTSTANDING = "outstanding"
"""In the detail of what a run made: how many requests to make it got no answer and may yet be carried out."""
RESOURCE_ID = "resource_id"
"""In a pool's detail: its ARM id, so that its account is known even where the run's target cannot be read."""
ENDPOINT = "endpoint"
"""In a change's detail: the data plane's address, so that the way back needs no step's output."""
WHY_LEFT = "left_because"
"""In a change's detail: why it could not be taken back."""


class ChangeState(StrEnum):
    INTENDED = "intended"
    """Written down, outcome unknown: to be checked against Azure."""
    MADE = "made"
    REMOVING = "removing"
    REMOVED = "removed"
    """Its DELETE was taken, or it was known to stand, and both planes say that it is gone."""
    NEVER_MADE = "never-made"
    """Azure refused the first try: nothing can come of it."""
    UNKNOWN = "unknown"
    """No answer told what came of a try to make it, and it was looked for and not seen: it may still come."""
    CLOSED = "closed"
    """The operator said that it is to be kept as it stands, or is not to be looked for any more."""


_OPEN = frozenset({ChangeState.INTENDED, ChangeState.MADE, ChangeState.REMOVING, ChangeState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing this run made or changed in Azure."""

    kind: str
    """pool, node-user, own-job; original-pool, job and job-schedule are things that were there before."""
    id: str
    """Its name or id. Node user: POOL/NODE/USER."""
    state: ChangeState
    detail: Mapping[str, Any] = field(default_factory=dict)
    seen: bool = False
    """Whether it was ever known to be made."""
    tried: str = ""
    """When making it was last tried, as far as the journal tells; ISO 8601, UTC."""
    moved: str = field(default="", compare=False)
    """When it came into this state; ISO 8601, UTC."""

    @property
    def open(self) -> bool:
        """Whether something may still be there, or may still come."""
        return self.state in _OPEN

    @property
    def outstanding(self) -> int:
        """How many tries to make it may yet be carried out. Of one that a crash ended nothing is told."""
        return int(self.detail.get(OUTSTANDING, 1 if self.unknown else 0))

    @property
    def may_come_again(self) -> bool:
        """Whether it was removed, and an earlier request to make it got no answer."""
        return self.state is ChangeState.REMOVED and self.outstanding > 0

    @property
    def not_itself(self) -> bool:
        """Whether something that was there before is not as it was, and is not yet as it should be."""
        return self.open and self.kind in THERE_BEFORE

    @property
    def asked(self) -> str:
        """What was asked for, in one word of the past: a job was there before, and is only disabled."""
        return "disabled" if self.kind in {JOB, JOB_SCHEDULE} else "made"

    @property
    def unknown(self) -> bool:
        """Whether it is neither known to be there nor known to be gone."""
        if self.kind == ORIGINAL:
            return False  # its own words say how it stands: Away
        return self.open and not self.seen and self.state is not ChangeState.MADE


class Verb(StrEnum):
    """What an act did."""

    CREATED = "created"
    REMOVED = "removed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    RESIZED = "resized"
    SETTLED = "settled"
    """The original: nothing of the run's own is about it any more."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done in Azure, when it was known to be done. A pool deleted and created twice gives four."""

    kind: str
    id: str
    verb: Verb
    at: str
    """ISO 8601, UTC."""
    how: str = ""
    """In a few words: the stage, how many nodes, what running tasks were to do."""


@dataclass(frozen=True, slots=True)
class Away:
    """The original does not stand under its id, or may not: a run deleted it, and nothing is there yet."""

    run: str
    pool: str
    since: str
    """ISO 8601, UTC."""
    gone: bool
    """It was seen to be gone; False where only its deletion was asked for."""
    rehearsal: bool = False
    """Its Azure ends with the process that took it away: nobody can put it back, and nobody needs to."""
    unreadable: bool = False
    """The run cannot be read, so that it cannot put it back: what can be done stands where it is shown."""


def away_by(
    run: str, changes: Iterable[Change], *, rehearsal: bool = False, unreadable: bool = False
) -> Away | None:
    """The one place that tells from a run's changes whether the original is away: deleted without made."""
    change = next((each for each in changes if each.kind == ORIGINAL and each.open), None)
    if change is None or not (change.detail.get(DELETING) or change.detail.get(DELETED)):
        return None
    gone = bool(change.detail.get(DELETED))
    return Away(run, change.id, change.tried, gone=gone, rehearsal=rehearsal, unreadable=unreadable)
