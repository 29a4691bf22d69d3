"""How a step ended, as its action says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How an action ended. `outcome` names a row of the step's `on`; "done" and "skipped" need none."""

    why: str
    outcome: str = "done"
    output: object | None = None
    """What it hands over: one of the forms in model/handover.py that its action says it gives."""
    attention: bool = False
    exit_code: int = 0
    skipped: bool = False
