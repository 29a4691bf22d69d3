"""How far one step of a run has come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    ASKING = "asking"
    """A gate waits for the operator."""
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        return self in {StepState.DONE, StepState.SKIPPED}


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A failure's three parts, as the operator reads them."""

    what: str
    why: str
    do: str
    exit_code: int = 1


@dataclass(frozen=True, slots=True)
class StepRecord:
    """How far one step of this run has come."""

    id: str
    state: StepState = StepState.PENDING
    seconds: float = 0.0
    """Time spent working, without the time it waited for an answer; a step that is reset keeps it."""
    why: str = ""
    """One line: what came out, or why it was skipped or failed."""
    attention: bool = False
    """Done, but the operator should look."""
    exit_code: int = 0
    """What this step contributes to the exit code of the process."""
    output: object | None = None
    """What it left for later steps: one of the forms in model/handover.py."""
    error: ErrorText | None = None
    started: str = ""
    rounds: int = 0
    """How often its outcome led back to an earlier step, or to itself."""
