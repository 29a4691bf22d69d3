"""Where screens are tested: real runs, a real workbench, a real journal; only the actions are a test's."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.tui.acts import Act, done, surveys
from tests.tui.walker import LIMIT, run_state, until
from tests.tui.worlds import STEPS, TARGET
from troubleshooter.actions import GATES
from troubleshooter.engine.action import Action
from troubleshooter.errors import Refused
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import KINDS
from troubleshooter.model.playbook import Playbook, Step
from troubleshooter.model.step import StepState
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.world import World
from troubleshooter.wiring import Work
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from textual.pilot import Pilot

    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.runner import Run
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.run import Question, RunState

NARROW, WIDE = (80, 24), (120, 40)


@dataclass(frozen=True)
class Kept:
    """A run as its journal has it, whoever moves it now."""

    workbench: Workbench
    id: str

    @property
    def state(self) -> RunState:
        return self.workbench.read(self.id)

    @property
    def answered(self) -> list[tuple[str, str]]:
        """Gate and choice of every answer that was written down, in order."""
        answers = [each.data for each in self.workbench.events(self.id) if each.kind is EventKind.ANSWERED]
        return [(answer["gate"], answer["choice"]) for answer in answers]

    @property
    def free(self) -> bool:
        """Whether another process could own it."""
        try:
            self.workbench.resume(self.id, threading.Event()).close()
        except Refused:
            return False
        return True


@dataclass
class Stage:
    """The fixture `stage`: runs whose steps do what the test says, before the screen opens and on it.

        async with stage.opened("plan", {"recreate": waits(), "plan": asks(PLAN)}) as (pilot, run):

    opens the application on a run that stands before `plan`: the steps before it have run already, each by
    its act, or `done` where it has none. From there the screen moves the run. `run` is what the journal has:
    its state, its answers, and whether the screen has let go of it, as it must have in the end. An act is an
    action as the engine calls it (acts.py has the usual ones): by its StepContext it may ask, show, write
    changes and keep files; it may fail.

    `stage.played(...)` writes a run without a screen, e.g. as a case of the home screen, which
    `stage.application()` opens on. Another `steps` is another playbook; `stage.workbench` is the real thing.
    """

    home: Path
    steps: tuple[Step, ...] = STEPS
    acts: dict[str, Act] = field(default_factory=dict)

    def __post_init__(self) -> None:
        book = Playbook("scripted", "Scripted", "For tests.", self.steps)
        asks, gives = tuple(GATES.values()), tuple(KINDS.values())
        actions = {step.action: Action(self._perform, gives, asks=asks) for step in self.steps}
        self.workbench = Workbench(self.home, work=Work(lambda _: book, lambda _: actions))

    def _perform(self, ctx: StepContext) -> StepOutcome:
        usual = surveys if ctx.step.id == STEPS[0].id else done
        return self.acts.get(ctx.step.id, usual)(ctx)

    def scripted_run(self, acts: Mapping[str, Act]) -> Run:
        """A new run, owned by who asks for it; no step has run."""
        self.acts = {**acts}
        return self.workbench.start(TARGET, RunOptions(), threading.Event())

    def played(self, before: str | None, acts: Mapping[str, Act] | None = None) -> RunState:
        """Write a run that stands before a step, or earlier where it asks or fails; None: at its end."""
        run = self.scripted_run(acts or {})
        try:
            while (step := run.next_step()) is not None and step.id != before:
                state = run.run_step(step.id, lambda _: None, threading.Event())
                if not state.step(step.id).state.over:
                    break
        finally:
            run.close()
        return run.state

    def application(self, **given: Any) -> TroubleshooterApp:
        return TroubleshooterApp(World(self.workbench, RunOptions()), **given)

    @asynccontextmanager
    async def opened(
        self,
        before: str,
        acts: Mapping[str, Act],
        *,
        size: tuple[int, int] = WIDE,
        presets: Mapping[str, str] | None = None,
        before_answer: Callable[[Question, str], str | None] | None = None,
    ) -> AsyncIterator[tuple[Pilot[str | None], Kept]]:
        played = self.played(before, acts)
        assert played.current is not None
        assert (played.current.id, played.current.state) == (before, StepState.PENDING)
        run = Kept(self.workbench, played.id)
        world = World(self.workbench, RunOptions(), presets or {}, before_answer)
        app = TroubleshooterApp(world, open_run=run.id)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: run_state(pilot) is not None, "the run")
            yield pilot, run
        async with asyncio.timeout(LIMIT):
            while not run.free:  # noqa: ASYNC110 - the lock is a file's, which sets no event
                await asyncio.sleep(0.01)
