"""The right side of the run screen: one step's title, why it is there, and the view that serves it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from troubleshooter.model.step import StepState
from troubleshooter.tui.text import plain
from troubleshooter.tui.text.steps import short_name
from troubleshooter.tui.views.acting import ActingView
from troubleshooter.tui.views.choose import choose
from troubleshooter.tui.views.collect import CollectView
from troubleshooter.tui.views.findings import FindingsView
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.views.wait import WaitView
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.step_rail import StepRail

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from textual.app import ComposeResult

    from troubleshooter.model.step import ErrorText
    from troubleshooter.tui.views.choose import Looked


class StepPane(Vertical):
    DEFAULT_CSS = """
    StepPane > Static { height: auto; }
    StepPane > #step-stage { height: 1fr; }
    StepPane > #step-why.-silent { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: Hashable = None
        self._said = "", ""
        self._now: Looked | None = None
        self._changing = False
        """While one view goes and the next comes, neither has all of its parts."""
        self._wanted: tuple[Hashable, Callable[[], Widget]] = (None, Static)

    def compose(self) -> ComposeResult:
        yield Static(Content.styled("Opening the run.", "bold"), id="step-title")
        yield Static(id="step-why", markup=False)
        yield Failure(id="step-trouble")
        yield Vertical(id="step-stage")

    @property
    def view(self) -> Widget | None:
        """What is on the stage; nothing while views change."""
        stage = self.query_one("#step-stage")
        return stage.children[0] if stage.children and not self._changing else None

    def show(self, now: Looked) -> None:
        title, why = _heading(now)
        if (title, why) != self._said:
            self._said = title, why
            self.query_one("#step-title", Static).update(Content.styled(title, "bold"))
            self.query_one("#step-why", Static).update(Content.styled(why, "$quiet"))
            self.query_one("#step-why").set_class(not why, "-silent")
        self._now, self._wanted = now, choose(now)
        if self._wanted[0] != self._shown:
            self.call_next(self._settle)
        else:
            self._follow()

    def _follow(self) -> None:
        """Give the view what is new, where the same view still serves."""
        if (now := self._now) is None:
            return
        match self.view:
            case ActingView() as view:
                view.follow(now.state, now.waiting)
            case WaitView() as view:
                view.waiting = now.waiting
            case CollectView() as view:
                view.collecting = now.collecting

    def complain(self, error: ErrorText | None) -> None:
        """Say why something asked for was not done; at the gate, where there is one."""
        gate = self.view if isinstance(self.view, GateView) else None
        if gate is not None:
            gate.error = error
        self.query_one("#step-trouble", Failure).error = None if gate is not None else error

    async def _settle(self) -> None:
        """Put the wanted view on the stage. Calls queue up, so that one is gone before the next comes."""
        key, make = self._wanted
        if key == self._shown:
            return
        self._shown, self._changing = key, True
        view, stage, now = make(), self.query_one("#step-stage"), self._now
        steer = not isinstance(self.screen.focused, StepRail)  # who walks the rail keeps walking it
        async with self.batch():
            await stage.remove_children()
            if not stage.is_attached:  # the screen was closed meanwhile
                return
            await stage.mount(view)
            self._tell_screen(view, stopped=now is not None and now.record.state is StepState.FAILED)
        self._changing = False
        if self._wanted[0] == key:
            self._follow()  # what came meanwhile found the view before this one
        if steer:
            inside = (each for each in view.walk_children(Widget, with_self=True) if each.focusable)
            self.screen.set_focus(next(inside, None), scroll_visible=False)

    def _tell_screen(self, view: Widget, *, stopped: bool) -> None:
        """What is on the stage decides what else has lines, where they are few."""
        self.screen.set_class(isinstance(view, GateView) and view.plans_something, "-consent")
        self.screen.set_class(isinstance(view, WaitView) or bool(view.query(WaitView)), "-waits")
        self.screen.set_class(isinstance(view, FindingsView | ActingView), "-lists")
        self.screen.set_class(stopped, "-stopped")


def _heading(now: Looked) -> tuple[str, str]:
    """Of the step; of a run that is over, where nobody looks at a step of it."""
    if now.state.current is None and not now.chosen:
        return f"How it ended for {plain.one_line(now.state.target.pool)}", ""
    if now.step is None:
        return short_name(now.record.id), ""
    return now.step.title, plain.one_line(now.step.why)
