"""One run: the steps at the side, what the current one does or asks, and the keys that do something now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.screen import Screen

from troubleshooter.forms import change_of
from troubleshooter.model.step import StepState
from troubleshooter.tui.rows.matrix import nodes_of
from troubleshooter.tui.screens.clean_up import CleanUpScreen
from troubleshooter.tui.screens.confirm import ConfirmScreen, if_meant
from troubleshooter.tui.screens.evidence import EvidenceScreen, whole_file
from troubleshooter.tui.screens.explain import ExplainScreen
from troubleshooter.tui.screens.forms import FormsScreen, just_printed
from troubleshooter.tui.screens.matrix import MatrixScreen
from troubleshooter.tui.screens.moments import MomentsScreen
from troubleshooter.tui.screens.report import ReportScreen
from troubleshooter.tui.screens.run_keys import RUN_KEYS, left, possible
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.text.original import at_stake
from troubleshooter.tui.text.steps import beside, filled, looked_at, rows
from troubleshooter.tui.threads import kept, messages
from troubleshooter.tui.threads.asked_again import ask_again
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.threads.bridge import Bridge
from troubleshooter.tui.views.choose import DIAGNOSE, Looked
from troubleshooter.tui.views.files import FilesView
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.views.step_pane import StepPane
from troubleshooter.tui.widgets.alarm_lines import AlarmLines
from troubleshooter.tui.widgets.change_list import ChangeList
from troubleshooter.tui.widgets.event_list import EventList
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.step_line import StepLine
from troubleshooter.tui.widgets.step_rail import StepRail
from troubleshooter.tui.widgets.where_bar import WhereBar, facts
from troubleshooter.tui.widgets.world_lines import WorldLines

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from textual.app import ComposeResult

    from troubleshooter.engine.runner import Run
    from troubleshooter.model.change import Away
    from troubleshooter.model.playbook import Playbook, Step
    from troubleshooter.model.progress import Collecting, Waiting
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import ErrorText, StepRecord
    from troubleshooter.tui.screens.confirm import Confirmed
    from troubleshooter.tui.world import World


class RunScreen(Screen[None]):
    AUTO_FOCUS = ""
    BINDINGS: ClassVar = [*RUN_KEYS]

    state: reactive[RunState | None] = reactive(None, init=False)
    waiting: reactive[Waiting | None] = reactive(None, init=False)
    collecting: reactive[Collecting | None] = reactive(None, init=False)
    selected: reactive[str | None] = reactive(None, init=False)
    """The step looked at by choice; None follows the run."""

    def __init__(
        self,
        world: World,
        place: tuple[str, ...],
        *,
        begin: Callable[[threading.Event], Run] | None,
        run_id: str | None = None,
        away: Callable[[], tuple[Away, ...]] | None = None,
    ) -> None:
        """`begin` starts or resumes the run; without it, or where it is refused, the run is only read.

        `away` tells of the originals of all runs, where no list of runs has told of them before.
        """
        super().__init__()
        self._workbench = world.workbench
        self._place = place
        self._run_id = run_id
        self._world = world
        self._bridge = Bridge(self, begin, world.before_answer) if begin else None
        self._away = away
        self._playbook: Playbook | None = None
        self._leaving = False

    def compose(self) -> ComposeResult:
        yield AlarmLines()
        yield WhereBar(*self._place)
        yield WorldLines(self._world.offer)
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
        if (away := self._away) is not None:
            in_background(self, lambda: messages.OriginalsAway(away()), messages.RunRefused)
        if self._bridge is not None:
            self._bridge.go()
        else:
            self._read()

    def on_unmount(self) -> None:
        if self._bridge is not None:
            self._bridge.leave()

    def _read(self) -> None:
        if self._run_id is not None:
            in_background(self, partial(self._read_run, self._run_id), messages.RunRefused)

    def _read_run(self, run_id: str) -> messages.RunOpened:
        state = self._workbench.read(run_id)
        return messages.RunOpened(state, self._workbench.playbook(state.playbook))

    # What the threads say.

    @on(messages.OriginalsAway)
    def _others_are_away(self, message: messages.OriginalsAway) -> None:
        others = tuple(each for each in message.away if each.run != self._run_id)
        self.query_one(AlarmLines).others = others

    @on(messages.RunOpened)
    def _opened(self, message: messages.RunOpened) -> None:
        self._playbook = message.playbook
        self.state = message.state

    @on(messages.RunMoved)
    def _moved(self, message: messages.RunMoved) -> None:
        self.state = message.state

    @on(messages.RunWaiting)
    def _waits(self, message: messages.RunWaiting) -> None:
        self.waiting = message.waiting

    @on(messages.RunCollecting)
    def _collects(self, message: messages.RunCollecting) -> None:
        self.collecting = message.collecting

    @on(messages.RunHelped)
    def _helped(self, message: messages.RunHelped) -> None:
        self.query_one(WorldLines).done = message.done

    @on(messages.RunRefused)
    @on(messages.RunCrashed)
    def _failed(self, message: messages.RunRefused | messages.RunCrashed) -> None:
        self._complain(message.error)
        if self.state is None and self._bridge is not None:
            self._read()

    @on(messages.RunRested)
    def _rested(self) -> None:
        if self._leaving:
            self._gone()
        self.refresh_bindings()

    # What follows from it.

    def watch_state(self, before: RunState | None, state: RunState | None) -> None:
        if state is None:
            return
        was, now = before.current if before else None, state.current
        if now is None or was is None or (was.id, was.state) != (now.id, now.state):
            self.query_one(StepRail).begin()
            self.set_reactive(RunScreen.waiting, None)
            self.set_reactive(RunScreen.collecting, None)
        self._follow_gate(before, state)
        self._place = (state.target.account, state.target.pool)
        bar = self.query_one(WhereBar)
        bar.place, bar.facts, bar.lasting = self._place, facts(state, glyphs.of(self)), self._lasting()
        alarm = self.query_one(AlarmLines)
        alarm.working = bool(now and now.state is StepState.RUNNING and self._bridge and self._bridge.busy)
        bar.alarming, alarm.own = state.away is not None, state.away
        changes = self.query_one(ChangeList)
        changes.changes, changes.known = state.open_changes, True
        self.query_one(StepLine).changes = state.open_changes
        self.query_one(EventList).follow(state)
        self._show()
        if (printed := just_printed(before, state)) and self.app.screen is self:
            self.app.push_screen(FormsScreen(*printed))

    def _show(self) -> None:
        record = self.looked_at
        if self.state is None or record is None:
            return
        steps = rows(self.state)
        rail, line = self.query_one(StepRail), self.query_one(StepLine)
        rail.rows, rail.looked_at = steps, record.id
        line.rows, line.looked_at = steps, record.id
        step = self._step(record.id)
        chosen = self.selected is not None
        now = Looked(self.state, record, step, self.waiting, self.collecting, self._world.presets, chosen)
        self.query_one(StepPane).show(now)
        self.refresh_bindings()

    watch_waiting = watch_collecting = watch_selected = _show

    def _follow_gate(self, before: RunState | None, state: RunState) -> None:
        """A plan that changed voids what was about to be agreed; a gate that opens elsewhere says so."""
        old, new = before.question if before else None, state.question
        if old is not None and (new is None or new.plan_hash != old.plan_hash):
            self._complain(None)
            if isinstance(self.app.screen, ConfirmScreen):
                self.app.screen.dismiss(None)
        if new is not None and new != old and self.selected not in {None, new.step}:
            self.notify("The run needs an answer: Escape goes there.", severity="warning")

    def _lasting(self) -> tuple[str, ...]:
        return () if self._bridge is not None and self._bridge.opened else ("read only",)

    def _tick(self) -> None:
        record = self.state.current if self.state else None
        if record is not None and record.state is StepState.RUNNING and self._bridge and self._bridge.busy:
            self.query_one(StepRail).tick()

    @property
    def looked_at(self) -> StepRecord | None:
        """The step chosen, else the one under way, else the last that did something."""
        return looked_at(self.state, self.selected) if self.state else None

    @property
    def unfinished(self) -> str | None:
        """Id of the run, while there is something left to do in it."""
        return self.state.id if self.state and self.state.current else None

    @property
    def at_stake(self) -> tuple[str, ...]:
        """How the original stands, while leaving would leave it so; empty while it does not."""
        owned = self._bridge is not None and self._bridge.opened and not self._leaving
        return at_stake(self.state) if owned and self.state else ()

    def _step(self, step_id: str) -> Step | None:
        steps = self._playbook.steps if self._playbook else ()
        return next((step for step in steps if step.id == step_id), None)

    def _complain(self, error: ErrorText | None) -> None:
        self.query_one(StepPane).complain(error)

    # What the operator does.

    @on(StepRail.Selected)
    def _select(self, message: StepRail.Selected) -> None:
        self._look_at(message.step)

    @on(GateView.Answered)
    def _answered(self, message: GateView.Answered) -> None:
        if message.choice is None or not message.choice.destructive:
            self._answer(message, "")
            return

        own, name = message.choice.own, message.question.confirm

        def confirmed(result: Confirmed | None) -> None:
            if result is not None:
                self._answer(message, name if own else result.typed)

        self.app.push_screen(ConfirmScreen.for_question(message.question, message.choice), confirmed)

    def _answer(self, message: GateView.Answered, typed: str) -> None:
        asked = self.state.question if self.state else None
        if asked is None or asked.plan_hash != message.question.plan_hash:
            self.notify("The plan has changed since. Look at it again.", severity="warning")
        elif self._bridge is not None:
            self._complain(None)
            self._bridge.answer(message.question, message.text, typed)
            self.selected = None
            self.refresh_bindings()

    @on(FindingList.AskedAgain)
    def _ask_again(self, message: FindingList.AskedAgain) -> None:
        if self.state is not None:
            ask_again(self, self._workbench, self.state.id, message.check)

    @on(FindingList.Opened)
    def _open_proof(self, message: FindingList.Opened) -> None:
        self.app.push_screen(EvidenceScreen(self._place, message.proofs, message.at, self._load))

    @on(FilesView.Opened)
    def _open_file(self, message: FilesView.Opened) -> None:
        self.app.push_screen(EvidenceScreen(self._place, (whole_file(message.kept),), 0, self._load))

    def _load(self, node: str | None, name: str) -> bytes | None:
        return kept.content(self._workbench, self.state, node, name) if self.state else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if action == "findings" and self.query(FindingList):
            return False  # they are on the screen
        chosen = self.selected is not None
        return possible(action, self.state, self._bridge, leaving=self._leaving, chosen=chosen)

    def action_cancel(self) -> None:
        if_meant(self, "Stop this step?", "stop", self._cancel)

    def _cancel(self) -> None:
        if self._bridge is not None:
            self._bridge.cancel()
            self.notify("Stopping. A call in flight is left to end.")

    def action_retry(self) -> None:
        if self._bridge is None:
            return
        self._complain(None)
        self.selected = None
        current = self.state.current if self.state else None
        if current is not None and current.state is StepState.FAILED:
            self._bridge.retry(current.id)
        else:
            self._bridge.go()
        self.refresh_bindings()

    def action_explain(self) -> None:
        record = self.looked_at
        step = self._step(record.id) if record else None
        if step is not None and self.state is not None:
            self.app.push_screen(ExplainScreen(self, step, filled(step.undo, self.state)))

    def action_findings(self) -> None:
        steps = self._playbook.steps if self._playbook else ()
        for step in steps:
            if step.action == DIAGNOSE:
                self._look_at(step.id)

    def action_matrix(self) -> None:
        if self.state is not None:
            of_run = nodes_of(self.state)
            self.app.push_screen(MatrixScreen(self._place, self.state.diagnosis, self._load, of_run))

    def action_moments(self) -> None:
        if self.state is not None:
            read = partial(kept.moments, self._workbench, self.state)
            self.app.push_screen(MomentsScreen(self._place, self.state.diagnosis, read, self._load))

    def action_change(self) -> None:
        if self.state is not None and (change := change_of(self.state)) is not None:
            self.app.push_screen(FormsScreen(change))

    def action_clean_up(self) -> None:
        """The run has ended, so this screen lets go of it, and reads it again afterwards."""
        if self.state is None:
            return
        self._run_id = self.state.id
        if self._bridge is not None:
            self._bridge.leave()
            self._bridge = None
        self.app.push_screen(CleanUpScreen(self._workbench, self.state), lambda _: self._read())

    def action_report(self) -> None:
        if self.state is not None:
            self.app.push_screen(ReportScreen(self._place, self.state))

    def action_look(self, by: int) -> None:
        record = self.looked_at
        if self.state is not None and record is not None:
            self._look_at(beside(self.state, record.id, by))

    def _look_at(self, step_id: str) -> None:
        current = self.state.current if self.state else None
        self.selected = None if current is not None and current.id == step_id else step_id

    def action_now(self) -> None:
        self.selected = None

    def action_leave(self) -> None:
        if_meant(self, "Leave the run as it stands?", "leave", self._leave)

    def _leave(self) -> None:
        if self._bridge is None or self._leaving:
            self._gone()
            return
        busy, self._leaving = self._bridge.busy, True
        self._bridge.leave()
        if busy:
            self.notify("Leaving as soon as the call in flight has ended; q again leaves at once.")
        self.refresh_bindings()

    def _gone(self) -> None:
        if self.app.screen is not self:
            return
        run = self.state
        self.dismiss()
        if run is not None and run.current is not None:
            self.app.notify(left(run), markup=False)
