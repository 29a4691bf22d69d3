"""A step that changes something, while it does: what it will do, each act with its time, and its wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

from troubleshooter.tui.text.steps import plan
from troubleshooter.tui.views.wait import WaitView
from troubleshooter.tui.widgets.act_list import ActList
from troubleshooter.tui.widgets.remarks import Remarks
from troubleshooter.tui.widgets.scroll_pane import ScrollPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.playbook import Step
    from troubleshooter.model.progress import Waiting
    from troubleshooter.model.run import RunState

_ABOVE_A_WAIT = 4
"""Acts shown above a wait, so that its nodes keep their room in a low terminal."""


_FEW = 20
"""Lines of a terminal in which acts and a wait have room."""


class ActingView(Vertical):
    DEFAULT_CSS = """
    ActingView { height: 1fr; }
    ActingView Remarks, ActingView > ActList { height: auto; margin-bottom: 1; }
    """

    def __init__(self, state: RunState, step: Step, waiting: Waiting | None) -> None:
        super().__init__()
        self._state = state
        self._step = step
        self._waiting = waiting

    def compose(self) -> ComposeResult:
        if self._waiting is None:
            with ScrollPane("what it does"):
                yield Remarks(plan(self._step, self._state))
                yield ActList(self._state)
        else:
            yield ActList(self._state, most=_ABOVE_A_WAIT)
            yield WaitView(self._waiting)

    def on_resize(self) -> None:
        """Where lines are very few, the wait has them; what was done stands in the log below it."""
        for acts in self.query(ActList):
            acts.display = self._waiting is None or self.app.size.height >= _FEW

    def follow(self, state: RunState, waiting: Waiting | None) -> None:
        for told in self.query(Remarks):
            told.remarks = plan(self._step, state)  # the way back is another once the original is away
        for acts in self.query(ActList):
            acts.state = state
        for view in self.query(WaitView):
            view.waiting = waiting
