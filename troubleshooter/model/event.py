"""What the journal holds: one thing that happened to one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    RUN_CREATED = "run-created"
    STEP_STARTED = "step-started"
    STEP_FINISHED = "step-finished"
    STEPS_SKIPPED = "steps-skipped"
    STEPS_RESET = "steps-reset"
    ASKED = "asked"
    ANSWERED = "answered"
    NOTED = "noted"
    FILE_KEPT = "file-kept"
    DIAGNOSED = "diagnosed"
    VERIFIED = "verified"
    CHANGE_INTENDED = "change-intended"
    CHANGE_MADE = "change-made"
    CHANGE_REMOVING = "change-removing"
    CHANGE_REMOVED = "change-removed"
    CHANGE_NEVER_MADE = "change-never-made"
    CHANGE_UNKNOWN = "change-unknown"
    CHANGE_CLOSED = "change-closed"


@dataclass(frozen=True, slots=True)
class Event:
    run: str
    seq: int
    """Counted from 1 within the run, without gaps."""
    at: str
    """ISO 8601, UTC."""
    kind: EventKind
    data: Mapping[str, Any]
