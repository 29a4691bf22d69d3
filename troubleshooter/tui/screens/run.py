"""One run: the steps at the side, what the current one does or asks, and the keys that do something now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.screen import Screen

from troubleshooter.model.run import StepState
from troubleshooter.tui.bridge import Bridge
from troubleshooter.tui.messages import (
    RunCollecting,
    RunCrashed,
    RunMoved,
    RunOpened,
    RunRefused,
    RunRested,
    RunWaiting,
)
from troubleshooter.report.markdown import run_markdown
from troubleshooter.tui.screens.confirm import Confirmed, ConfirmScreen
from troubleshooter.tui.screens.evidence import EvidenceScreen, whole_file
from troubleshooter.tui.screens.explain import ExplainScreen
from troubleshooter.tui.screens.report import ReportScreen
from troubleshooter.tui.steps import rows
from troubleshooter.tui.views.choose import DIAGNOSE, Looked
from troubleshooter.tui.views.files import FilesView
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.widgets.change_list import ChangeList
from troubleshooter.tui.widgets.event_list import EventList
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.step_line import StepLine
from troubleshooter.tui.widgets.step_pane import StepPane
from troubleshooter.tui.widgets.step_rail import StepRail
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from troubleshooter.engine.runner import Run
    from troubleshooter.model.playbook import Playbook, Step
    from troubleshooter.model.run import Collecting, RunState, StepRecord, Waiting
    from troubleshooter.wiring import Workbench


class RunScreen(Screen[None]):
    AUTO_FOCUS = ""
    BINDINGS: ClassVar = [
        Binding("c", "cancel", "cancel", tooltip="Stop this step; nothing is lost", id="run.cancel"),
        Binding("R", "retry", "try again", tooltip="Run the step that failed again", id="run.retry"),
        Binding(
            "e",
            "explain",
            "explain",
            tooltip="Why this step, what it changes, how to undo it",
            id="run.explain",
        ),
        Binding("f", "findings", "findings", tooltip="What was found, with its proof", id="run.findings"),
        Binding("r", "report", "report", tooltip="Read the report as it stands", id="run.report"),
        Binding(
            "left_square_bracket",
            "look(-1)",
            "step before",
            show=False,
            key_display="[",
            tooltip="Look at the step before",
            id="run.before",
        ),
        Binding(
            "right_square_bracket",
            "look(1)",
            "step after",
            show=False,
            key_display="]",
            tooltip="Look at the step after",
            id="run.after",
        ),
        Binding("escape", "now", "back to now", tooltip="Back to the step that is under way", id="run.now"),
        Binding("q", "leave", "leave", tooltip="Leave; the run is kept and can be resumed", id="run.leave"),
    ]

    state: reactive[RunState | None] = reactive(None, init=False)
    waiting: reactive[Waiting | None] = reactive(None, init=False)
    collecting: reactive[Collecting | None] = reactive(None, init=False)
    selected: reactive[str | None] = reactive(None, init=False)
    """The step looked at by choice; None follows the run."""

    def __init__(
        self,
        workbench: Workbench,
        place: tuple[str, ...],
        *,
        begin: Callable[[threading.Event], Run] | None = None,
        read: RunState | None = None,
        presets: Mapping[str, str],
        before_answer: Callable[[str, str], None] | None = None,
    ) -> None:
        """With `begin` the run is started or resumed in its thread; with `read` it can only be looked at."""
        super().__init__()
        self._workbench = workbench
        self._place = place
        self._presets = presets
        self._bridge = Bridge(self, begin, before_answer) if begin else None
        self._read = read
        self._playbook: Playbook | None = None
        self._crashed = False
        self._leaving = False
        self._step_began = time.monotonic()

    def compose(self) -> ComposeResult:
        yield WhereBar(*self._place)
        yield StepLine()
        with Horizontal(id="run-body"):
            with Vertical(id="run-side"):
                yield StepRail()
                yield ChangeList()
            with Vertical(id="run-main"):
                yield StepPane()
                yield EventList()
        yield KeyBar()

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        if self._read is not None:
            self.state = self._read
        if self._bridge is not None:
            self._bridge.go()

    def on_unmount(self) -> None:
        if self._bridge is not None:
            self._bridge.leave()

    # What the thread says.

    @on(RunOpened)
    def _opened(self, message: RunOpened) -> None:
        self._playbook = message.playbook
        self.state = message.state

    @on(RunMoved)
    def _moved(self, message: RunMoved) -> None:
        self.state = message.state

    @on(RunWaiting)
    def _waits(self, message: RunWaiting) -> None:
        self.waiting = message.waiting

    @on(RunCollecting)
    def _collects(self, message: RunCollecting) -> None:
        self.collecting = message.collecting

    @on(RunRefused)
    def _refused(self, message: RunRefused) -> None:
        self.query_one(StepPane).complain(message.error)

    @on(RunCrashed)
    def _crash(self, message: RunCrashed) -> None:
        self._crashed = True
        self.query_one(StepPane).complain(message.error)

    @on(RunRested)
    def _rested(self) -> None:
        if self._leaving:
            self._gone()
        self.refresh_bindings()

    # What follows from it.

    def watch_state(self, before: RunState | None, state: RunState | None) -> None:
        if state is None:
            return
        was, now = before.current if before else None, state.current
        if now is None or was is None or was.id != now.id:
            self._step_began = time.monotonic()
            self.waiting = self.collecting = None
        self._follow_gate(before, state)
        bar = self.query_one(WhereBar)
        bar.facts, bar.lasting = facts(state), ("read only",) if self._bridge is None else ()
        self.query_one(ChangeList).changes = state.open_changes
        self.query_one(ChangeList).known = True
        self.query_one(StepLine).left_in_azure = len(state.open_changes)
        self.query_one(EventList).notes = state.notes
        self._show()

    def watch_waiting(self) -> None:
        self._show()

    def watch_collecting(self) -> None:
        self._show()

    def watch_selected(self) -> None:
        self._show()

    def _show(self) -> None:
        record = self.looked_at
        if self.state is None or record is None:
            return
        steps = rows(self.state)
        for widget in (self.query_one(StepRail), self.query_one(StepLine)):
            widget.rows, widget.looked_at = steps, record.id
        now = Looked(
            self.state,
            record,
            self._step(record.id),
            self.waiting,
            self.collecting,
            self._presets,
            self._report_text,
        )
        self.query_one(StepPane).show(now)
        self.refresh_bindings()

    def _follow_gate(self, before: RunState | None, state: RunState) -> None:
        """A plan that changed voids what was about to be agreed; a gate that opens elsewhere says so."""
        old, new = before.question if before else None, state.question
        if old is not None and (new is None or new.plan_hash != old.plan_hash):
            self.query_one(StepPane).complain(None)
        if new is not None and new != old and self.selected not in {None, new.step}:
            self.notify("The run needs an answer: Escape goes there.", severity="warning")

    def _tick(self) -> None:
        record = self.state.current if self.state else None
        if record is not None and record.state is StepState.RUNNING and self._bridge and self._bridge.busy:
            self.query_one(StepRail).running_for = time.monotonic() - self._step_began

    @property
    def looked_at(self) -> StepRecord | None:
        """The step chosen, else the one under way, else the last."""
        if self.state is None:
            return None
        if self.selected is not None:
            return self.state.step(self.selected)
        return self.state.current or self.state.steps[-1]

    def _step(self, step_id: str) -> Step | None:
        steps = self._playbook.steps if self._playbook else ()
        return next((step for step in steps if step.id == step_id), None)

    def _report_text(self) -> str:
        return run_markdown(self.state) if self.state else ""

    # What the operator does.

    @on(StepRail.Selected)
    def _selected(self, message: StepRail.Selected) -> None:
        self._look_at(message.step)

    @on(GateView.Answered)
    def _answered(self, message: GateView.Answered) -> None:
        if message.choice is not None and message.choice.destructive:
            self._confirm(message)
        else:
            self._answer(message, "")

    def _confirm(self, message: GateView.Answered) -> None:
        def confirmed(result: Confirmed | None) -> None:
            if result is not None:
                self._answer(message, result.typed)

        self.app.push_screen(ConfirmScreen.for_question(message.question, message.choice), confirmed)

    def _answer(self, message: GateView.Answered, typed: str) -> None:
        asked = self.state.question if self.state else None
        if asked is None or asked.plan_hash != message.question.plan_hash:
            self.notify("The plan has changed since. Look at it again.", severity="warning")
        elif self._bridge is not None:
            self.query_one(StepPane).complain(None)
            self._bridge.answer(message.question, message.text, typed)
            self.selected = None

    @on(FindingList.Opened)
    def _proof(self, message: FindingList.Opened) -> None:
        self.app.push_screen(EvidenceScreen(self._place, message.proofs, message.at, self._load))

    @on(FilesView.Opened)
    def _file(self, message: FilesView.Opened) -> None:
        self.app.push_screen(EvidenceScreen(self._place, (whole_file(message.kept),), 0, self._load))

    def _load(self, node: str | None, name: str) -> bytes | None:
        """The kept file of that name, newest first; called in a thread."""
        if self.state is None:
            return None
        found = [kept for kept in self.state.files if kept.name == name and kept.node == (node or "")]
        return self._workbench.evidence(self.state.id, found[-1]) if found else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        state, busy = self.state, bool(self._bridge and self._bridge.busy)
        match action:
            case "cancel":
                return busy and not self._leaving
            case "retry":
                return self._can_retry(busy)
            case "findings":
                return bool(state and state.diagnosed)
            case "now":
                return self.selected is not None
            case "report" | "explain" | "look":
                return state is not None
            case _:
                return True

    def _can_retry(self, busy: bool) -> bool:
        if busy or self._bridge is None or self._leaving:
            return False
        current = self.state.current if self.state else None
        asks = self.state is not None and self.state.question is not None
        return self.state is None or (current is not None and not asks)

    def action_cancel(self) -> None:
        if self._bridge is not None:
            self._bridge.cancel()
            self.notify("Stopping. A call in flight is left to end.")

    def action_retry(self) -> None:
        if self._bridge is None:
            return
        self.query_one(StepPane).complain(None)
        self.selected, self._crashed = None, False
        current = self.state.current if self.state else None
        if current is not None and current.state is StepState.FAILED:
            self._bridge.retry(current.id)
        else:
            self._bridge.go()
        self.refresh_bindings()

    def action_explain(self) -> None:
        record = self.looked_at
        step = self._step(record.id) if record else None
        if step is not None:
            self.app.push_screen(ExplainScreen(step))

    def action_findings(self) -> None:
        found = (
            [step.id for step in self._playbook.steps if step.action == DIAGNOSE] if self._playbook else []
        )
        for step_id in found:
            self._look_at(step_id)

    def action_report(self) -> None:
        self.app.push_screen(ReportScreen(self._place, self._report_text))

    def action_look(self, by: int) -> None:
        record = self.looked_at
        if self.state is None or record is None:
            return
        ids = [each.id for each in self.state.steps]
        self._look_at(ids[max(0, min(len(ids) - 1, ids.index(record.id) + by))])

    def _look_at(self, step_id: str) -> None:
        current = self.state.current if self.state else None
        self.selected = None if current is not None and current.id == step_id else step_id

    def action_now(self) -> None:
        self.selected = None

    def action_leave(self) -> None:
        if self._bridge is None or self._leaving:
            self._gone()
            return
        busy = self._bridge.busy
        self._leaving = True
        self._bridge.leave()
        if busy:
            self.notify("Leaving as soon as the call in flight has ended. q leaves at once.")
            self.refresh_bindings()

    def _gone(self) -> None:
        if self.app.screen is not self:
            return
        run, over = self.state, bool(self.state and self.state.current is None)
        self.dismiss()
        if run is not None and not over:
            self.app.notify(f"Run {run.id} is kept. Enter or r resumes it.", markup=False)


def facts(state: RunState) -> tuple[str, ...]:
    """Region, who, and which run, as far as it is known."""
    known: dict[str, Any] = {}
    for record in state.steps[:1]:
        known = dict(record.output)
    return tuple(str(part) for part in (known.get("location"), known.get("who"), f"run {state.id}") if part)
