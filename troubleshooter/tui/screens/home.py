"""The cases: what is under way, what is solved, what is still left in Azure, and how to begin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from troubleshooter.errors import TroubleshooterError
from troubleshooter.tui import glyphs
from troubleshooter.tui.bridge import error_text
from troubleshooter.tui.cases import COLUMNS, case_row
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.run import ErrorText, RunState
    from troubleshooter.model.target import Target
    from troubleshooter.tui.screens.confirm import Confirmed
    from troubleshooter.wiring import Workbench

_NOTHING = "No cases yet. o opens a pool, l looks at files you have, d tells how to try it without Azure."


class HomeScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding(
            "enter", "resume", "open", show=False, tooltip="Open this case where it stands", id="home.open"
        ),
        Binding("r", "resume", "resume", tooltip="Open this case where it stands", id="home.resume"),
        Binding(
            "o,n",
            "open_pool",
            "open a pool",
            key_display="o",
            tooltip="Begin a case: look at a pool",
            id="home.pool",
        ),
        Binding("l", "look", "look at files", tooltip="Analyse logs or a bundle offline", id="home.look"),
        Binding(
            "x", "clean_up", "clean up", tooltip="Remove what this case left in Azure", id="home.clean-up"
        ),
        Binding(
            "delete,D",
            "delete",
            "delete",
            key_display="Del",
            tooltip="Delete this case from this machine",
            id="home.delete",
        ),
        Binding("d", "demo", "demo", tooltip="How to try it on a simulated Azure", id="home.demo"),
        Binding("f5", "reload", "read again", show=False, tooltip="Read the cases again", id="home.reload"),
        Binding("q", "app.quit", "quit", tooltip="Close the program; every case is kept", id="home.quit"),
    ]

    cases: reactive[tuple[RunState, ...]] = reactive((), init=False)

    class CasesRead(Message):
        """The journal was read in a thread."""

        def __init__(self, cases: tuple[RunState, ...], error: ErrorText | None = None) -> None:
            super().__init__()
            self.cases = cases
            self.error = error

    class OpenPool(Message):
        """A new case is to begin."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    class OpenCase(Message):
        """A case is to be taken up again, or, where it has ended, to be read."""

        def __init__(self, case: RunState) -> None:
            super().__init__()
            self.case = case

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench

    def compose(self) -> ComposeResult:
        yield WhereBar("cases")
        with Vertical(id="home-main"):
            yield Failure()
            yield Table(*COLUMNS, id="cases", empty="Reading the cases.")
            yield Static(id="case", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(Table).focus()

    def on_screen_resume(self) -> None:
        self.action_reload()

    def action_reload(self) -> None:
        self.run_worker(self._read, thread=True, group="cases", exit_on_error=False)

    def _read(self) -> None:
        """In a thread: the journal is a file."""
        try:
            self.post_message(self.CasesRead(tuple(self._workbench.runs())))
        except TroubleshooterError as error:
            self.post_message(self.CasesRead((), error_text(error)))

    @on(CasesRead)
    def _cases_read(self, message: CasesRead) -> None:
        self.query_one(Failure).error = message.error
        self.query_one(Table).explain_emptiness("" if message.error else _NOTHING)
        self.cases = message.cases

    def watch_cases(self, cases: tuple[RunState, ...]) -> None:
        now, marks = datetime.now(UTC), glyphs.of(self)
        self.query_one(Table).show(tuple(case_row(case, now, marks) for case in cases))
        self._describe()

    @on(Table.Moved)
    def _describe(self) -> None:
        case = self._case
        self.query_one("#case", Static).update(_details(case) if case else Content(""))
        self.refresh_bindings()

    @property
    def _case(self) -> RunState | None:
        key = self.query_one(Table).key
        return next((case for case in self.cases if case.id == key), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if not self.is_mounted:
            return True
        case = self._case
        if action in {"resume", "delete"}:
            return case is not None
        return bool(case and case.open_changes) if action == "clean_up" else True

    @on(Table.Opened)
    def action_resume(self) -> None:
        if self._case is not None:
            self.post_message(self.OpenCase(self._case))

    def action_open_pool(self) -> None:
        from troubleshooter.tui.screens.open_pool import OpenPoolScreen  # noqa: PLC0415 - keeps the first frame quick

        def chosen(target: Target | None) -> None:
            if target is not None:
                self.post_message(self.OpenPool(target))

        self.app.push_screen(OpenPoolScreen(), chosen)

    def action_look(self) -> None:
        from troubleshooter.tui.screens.look import LookScreen  # noqa: PLC0415 - keeps the first frame quick

        self.app.push_screen(LookScreen())

    def action_demo(self) -> None:
        self.notify(
            "troubleshooter demo, in a shell, walks a broken pool of a simulated Azure; nothing is real.",
            timeout=8,
            markup=False,
        )

    def action_clean_up(self) -> None:
        from troubleshooter.tui.screens.clean_up import CleanUpScreen  # noqa: PLC0415 - keeps the first frame quick

        if self._case is not None:
            self.app.push_screen(CleanUpScreen(self._workbench, self._case))

    def action_delete(self) -> None:
        from troubleshooter.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415 - keeps the first frame quick

        case = self._case
        if case is None:
            return
        if case.open_changes:
            self.notify("This case has left something in Azure. Clean it up first: x.", severity="warning")
            return

        def confirmed(result: Confirmed | None) -> None:
            if result is not None:
                self.run_worker(
                    lambda: self._delete(case.id), thread=True, group="cases", exit_on_error=False
                )

        removes = (f"the journal of run {case.id}", f"{len(case.files)} files of evidence", "its report")
        text = f"Delete case {case.id} of {case.target.pool} from this machine?"
        self.app.push_screen(ConfirmScreen(text, "delete", removes), confirmed)

    def _delete(self, run_id: str) -> None:
        try:
            self._workbench.delete(run_id)
        except TroubleshooterError as error:
            self.post_message(self.CasesRead(self.cases, error_text(error)))
        else:
            self._read()


def _details(case: RunState) -> Content:
    left = ", ".join(f"{change.kind} {change.id}" for change in case.open_changes) or "nothing"
    target, cause = case.target, case.diagnosis.cause
    place = f"{target.account}, resource group {target.resource_group}, subscription {target.subscription}"
    lines = [
        ("account", place, ""),
        ("left in Azure", left, "$warning" if case.open_changes else ""),
    ]
    if cause is not None:
        lines.insert(0, ("cause", cause.title, "bold"))
    return Content("\n").join(
        Content.assemble((f"{name:<15}", "$quiet"), (text, style)) for name, text, style in lines
    )
