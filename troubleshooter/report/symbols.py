"""States and severities as one character each; the words beside them say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Severity
from troubleshooter.model.run import StepState

if TYPE_CHECKING:
    from troubleshooter.model.run import StepRecord

STEP_SYMBOLS = {
    StepState.PENDING: "○",
    StepState.RUNNING: "◐",
    StepState.ASKING: "?",
    StepState.DONE: "✔",
    StepState.SKIPPED: "↷",
    StepState.FAILED: "✖",
}
SEVERITY_SYMBOLS = {Severity.ERROR: "✖", Severity.WARNING: "▲", Severity.INFO: "·"}


def step_symbol(record: StepRecord) -> str:
    """A step that is done and wants a look is no green tick."""
    return "▲" if record.attention and record.state is StepState.DONE else STEP_SYMBOLS[record.state]
