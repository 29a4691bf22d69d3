"""States and severities as one character each; the words beside them say the same."""

from __future__ import annotations

from troubleshooter.model.finding import Severity
from troubleshooter.model.run import StepState

STEP_SYMBOLS = {
    StepState.PENDING: "○",
    StepState.RUNNING: "◐",
    StepState.ASKING: "?",
    StepState.DONE: "✔",
    StepState.SKIPPED: "↷",
    StepState.FAILED: "✖",
}
SEVERITY_SYMBOLS = {Severity.ERROR: "✖", Severity.WARNING: "▲", Severity.INFO: "·"}
