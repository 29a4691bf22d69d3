"""A guided playbook, as its YAML file says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

END = "end"
"""Where an outcome may lead beside a step: every later step is skipped."""


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    title: str
    why: str
    """One sentence for the operator."""
    action: str
    """A row of the actions table, e.g. nodes.wait_for_idle."""
    changes: str
    """What it changes in Azure, in words; "nothing" when it only reads."""
    undo: str
    """How to take it back; "nothing to undo" when it only reads."""
    source: str
    """The public page that says so."""
    explain: str = ""
    """More for whoever presses the explain key."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Values for the action (`with` in the file)."""
    on: Mapping[str, str] = field(default_factory=dict)
    """Outcome of the action to the id of the step it leads to; what lies between is skipped."""

    @property
    def mutates(self) -> bool:
        return self.changes.strip().lower() != "nothing"


@dataclass(frozen=True, slots=True)
class Playbook:
    id: str
    title: str
    summary: str
    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step:
        return next(step for step in self.steps if step.id == step_id)
