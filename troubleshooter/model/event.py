"""What the journal holds: one thing that happened to one run, in its typed form.

A field that only some versions write has a default. What no form foresees is not passed over: whoever cannot
read a run whole may not act on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec

from troubleshooter.errors import ExitCode
from troubleshooter.model.finding import Diagnosis
from troubleshooter.model.run import Question
from troubleshooter.model.step import ErrorText, StepState
from troubleshooter.model.target import Target

SCHEMA = 5
"""Of the forms below; each run says with which it was begun. It is raised with every change of them.

1: what was written before runs said it. 2: runs said it. 3: a step says of which form its output is.
4: the host key of a node is an event of its own. 5: that Azure took a node away is one, too.
"""


class EventKind(StrEnum):
    RUN_CREATED = "run-created"
    STEP_STARTED = "step-started"
    STEP_FINISHED = "step-finished"
    STEPS_SKIPPED = "steps-skipped"
    STEPS_RESET = "steps-reset"
    ASKED = "asked"
    ANSWERED = "answered"
    NOTED = "noted"
    HOST_KEY_SEEN = "host-key-seen"
    NODE_TAKEN = "node-taken"
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


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an event tells beside its place and time."""


class RunCreated(Body, frozen=True):
    target: Target
    playbook: str
    steps: tuple[str, ...]
    options: Mapping[str, Any] = {}
    version: str = ""
    """Of the program."""
    schema: int = 1


class StepStarted(Body, frozen=True):
    step: str


class StepFinished(Body, frozen=True):
    step: str
    state: StepState
    seconds: float
    why: str
    outcome: str = "done"
    attention: bool = False
    exit_code: ExitCode = ExitCode.DONE
    output: Mapping[str, Any] = {}
    gives: str = ""
    """The form of the output, of those in model/handover.py; runs of earlier versions do not say it."""
    error: ErrorText | None = None


class StepsSkipped(Body, frozen=True):
    steps: tuple[str, ...]
    why: str


class StepsReset(Body, frozen=True):
    steps: tuple[str, ...]
    why: str
    by: str = ""
    """The step whose outcome led back; empty where the operator did."""


class Asked(Body, frozen=True):
    question: Question
    seconds: float


class Answered(Body, frozen=True):
    gate: str
    choice: str
    plan_hash: str
    by: str = "operator"
    about: str = ""


class Noted(Body, frozen=True):
    step: str
    text: str


class HostKeySeen(Body, frozen=True):
    """The first that a node showed, written down before it is signed in to."""

    pool: str
    node: str
    fingerprint: str
    """With its kind before it, as in model/host_key.py."""


class NodeTaken(Body, frozen=True):
    """A Spot node that Azure took away, each time that it was seen."""

    pool: str
    node: str


class FileKept(Body, frozen=True):
    node: str
    name: str
    sha256: str
    sha256_read: str
    size: int
    cut: str = ""
    step: str = ""


class Diagnosed(Body, frozen=True):
    diagnosis: Diagnosis
    likely: bool = False


class Verified(Body, frozen=True):
    verified: bool
    because: str


class Changed(Body, frozen=True):
    """Of every kind of change event: which thing, and what became known of it."""

    kind: str
    id: str
    detail: Mapping[str, Any] = {}


FORMS: Mapping[EventKind, type[Body]] = MappingProxyType(
    {
        EventKind.RUN_CREATED: RunCreated,
        EventKind.STEP_STARTED: StepStarted,
        EventKind.STEP_FINISHED: StepFinished,
        EventKind.STEPS_SKIPPED: StepsSkipped,
        EventKind.STEPS_RESET: StepsReset,
        EventKind.ASKED: Asked,
        EventKind.ANSWERED: Answered,
        EventKind.NOTED: Noted,
        EventKind.HOST_KEY_SEEN: HostKeySeen,
        EventKind.NODE_TAKEN: NodeTaken,
        EventKind.FILE_KEPT: FileKept,
        EventKind.DIAGNOSED: Diagnosed,
        EventKind.VERIFIED: Verified,
        EventKind.CHANGE_INTENDED: Changed,
        EventKind.CHANGE_MADE: Changed,
        EventKind.CHANGE_REMOVING: Changed,
        EventKind.CHANGE_REMOVED: Changed,
        EventKind.CHANGE_NEVER_MADE: Changed,
        EventKind.CHANGE_UNKNOWN: Changed,
        EventKind.CHANGE_CLOSED: Changed,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    run: str
    seq: int
    """Counted from 1 within the run, without gaps."""
    at: str
    """ISO 8601, UTC."""
    kind: EventKind
    body: Body
    written: bytes = field(repr=False)
    """The same as the journal has it."""

    @property
    def data(self) -> Any:
        """What was written, as JSON; fields that its version did not know are not there."""
        return msgspec.json.decode(self.written)
