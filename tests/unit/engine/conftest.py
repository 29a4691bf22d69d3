"""A real run on a real journal, with a small playbook whose actions touch nothing."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from troubleshooter.engine.action import Action
from troubleshooter.engine.evidence import EvidenceStore
from troubleshooter.engine.gates import Gate
from troubleshooter.engine.journal import Journal
from troubleshooter.engine.ownership import Ownership
from troubleshooter.engine.replay import Replay
from troubleshooter.engine.runner import Run, RunParts
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Reported, Surveyed
from troubleshooter.model.playbook import Step
from troubleshooter.model.target import Target
from troubleshooter.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.playbook import Playbook
    from troubleshooter.model.run import RunState

GATES = {
    gate.name: gate
    for gate in (
        Gate("plan", yes="approve"),
        Gate(
            "clean-up",
            offers=(("remove", "removes it"), ("keep", "keeps it")),
            yes="remove",
            yes_confirms=True,
        ),
        Gate("allow-from"),
        Gate("waive", one_by_one=True),
        Gate("secret", secret=True),
    )
}
"""What the actions of these tests may ask."""
GIVES = (Surveyed, Reported)
TARGET = Target("00000000-0000-0000-0000-000000000001", "group", "account", "pool")


def step(step_id: str, **fields: Any) -> Step:
    texts = {"title": step_id, "why": "", "changes": "something", "undo": "", "source": ""}
    return Step(step_id, action=step_id, **{**texts, **fields})


@dataclass
class Bench:
    """Makes runs of one playbook in one folder, and opens them again as another process would."""

    folder: Path
    journal: Journal
    runs: list[Run] = field(default_factory=list)

    def start(self, playbook: Playbook, actions: dict[str, Callable[[StepContext], StepOutcome]]) -> Run:
        run_id = self.journal.new_run()
        data = {
            "target": msgspec.to_builtins(TARGET),
            "playbook": playbook.id,
            "steps": [each.id for each in playbook.steps],
        }
        self.journal.append(run_id, [(EventKind.RUN_CREATED, data)])
        return self.open(run_id, playbook, actions)

    def open(
        self, run_id: str, playbook: Playbook, actions: dict[str, Callable[[StepContext], StepOutcome]]
    ) -> Run:
        folder = self.folder / run_id
        parts = RunParts(
            Replay(self.journal),
            playbook,
            {name: Action(act, GIVES, asks=tuple(GATES.values())) for name, act in actions.items()},
            EvidenceStore(folder, Redactor()),
            Redactor(),
            Ownership(folder, run_id),
        )
        run = Run(run_id, parts)
        self.runs.append(run)
        return run


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    ticks = itertools.count()
    journal = Journal(tmp_path, lambda: f"2026-01-01T00:00:00.{next(ticks):06d}Z")
    made = Bench(tmp_path, journal)
    yield made
    for run in made.runs:
        run.close()
    journal.close()


def run_to_rest(run: Run, emit: Callable[[Any], None] = lambda _: None) -> RunState:
    """Run until the run ends, asks, or fails."""
    while (current := run.next_step()) is not None:
        state = run.run_step(current.id, emit, threading.Event())
        record = state.step(current.id)
        if state.question is not None or record.error is not None:
            break
    return run.state
