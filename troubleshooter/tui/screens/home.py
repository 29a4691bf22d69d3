"""The runs: what is under way, what is solved, what is still left in Azure, and how to begin."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen

from troubleshooter import __version__
from troubleshooter.cloud.known import known
from troubleshooter.model.unreadable import Unreadable
from troubleshooter.report.counted import counted
from troubleshooter.tui.rows.cases import COLUMNS, case_row, standing
from troubleshooter.tui.rows.welcome import welcome
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.threads.messages import OriginalsAway
from troubleshooter.tui.widgets.alarm_lines import AlarmLines
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.remarks import Remark, Remarks
from troubleshooter.tui.widgets.scroll_pane import ScrollPane
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult

    from troubleshooter.model.change import Away
    from troubleshooter.model.run import ErrorText, RunState
    from troubleshooter.model.target import Target
    from troubleshooter.tui.screens.confirm import Confirmed
    from troubleshooter.workbench import Workbench

_NOTHING = "No runs yet."


class HomeScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding(
            "enter", "open_run", "open", show=False, tooltip="Open this run where it stands", id="home.open"
        ),
        Binding("r", "resume", "resume", tooltip="Open this run where it stands", id="home.resume"),
        Binding(
            "o,n",
            "open_pool",
            "open a pool",
            key_display="o",
            tooltip="Begin a run: look at a pool",
            id="home.pool",
        ),
        Binding("l", "look", "look at files", tooltip="Analyse logs or a bundle offline", id="home.look"),
        Binding(
            "x", "clean_up", "clean up", tooltip="Remove what this run left in Azure", id="home.clean-up"
        ),
        Binding(
            "delete,D",
            "delete",
            "delete",
            key_display="Del",
            tooltip="Delete this run from this machine",
            id="home.delete",
        ),
        Binding(
            "d", "demo", "demo", tooltip="Try it on a simulated Azure: choose what is broken", id="home.demo"
        ),
        Binding("f5", "reload", "read again", show=False, tooltip="Read the runs again", id="home.reload"),
        Binding("q", "app.quit", "quit", tooltip="Close the program; every run is kept", id="home.quit"),
    ]

    cases: reactive[tuple[RunState | Unreadable, ...]] = reactive((), init=False)

    class CasesRead(Message):
        """The journal was read in a thread."""

        def __init__(self, cases: tuple[RunState | Unreadable, ...], error: ErrorText | None = None) -> None:
            super().__init__()
            self.cases = cases
            self.error = error

    class SignedIn(Message):
        """Who is signed in, as far as this machine says so."""

        def __init__(self, who: str) -> None:
            super().__init__()
            self.who = who

    class OpenPool(Message):
        """A new case is to begin."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    class OpenWorlds(Message):
        """A world to practise on is to be chosen."""

    class OpenCase(Message):
        """A case is to be taken up again, or, where it has ended, to be read."""

        def __init__(self, case: RunState) -> None:
            super().__init__()
            self.case = case

    def __init__(
        self,
        workbench: Workbench,
        away: Callable[[], tuple[Away, ...]],
        past: Callable[[], Workbench | None],
    ) -> None:
        """`past` is where the runs lie that were only practised: they are listed with the others."""
        super().__init__()
        self._workbench = workbench
        self._away = away
        self._past = past
        self._who: str | None = None
        self._back = False
        """Whether somebody came back to it, perhaps from a run."""

    def compose(self) -> ComposeResult:
        yield AlarmLines()
        yield WhereBar(f"troubleshooter {__version__}", "runs")
        with Vertical(id="home-main"):
            yield Failure()
            yield Table(*COLUMNS, id="cases", empty="Reading the runs.", title="runs")
            with ScrollPane("this run", id="case-pane", key="Tab"):
                yield Remarks(id="case")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(Table).focus()
        in_background(self, lambda: self.SignedIn(known()), lambda _: self.SignedIn(""))

    @on(SignedIn)
    def _signed_in(self, message: SignedIn) -> None:
        self._who = message.who
        self.query_one(WhereBar).facts = (message.who,) if message.who else ()
        self._describe()

    def on_screen_resume(self) -> None:
        self._back = True
        self.action_reload()

    def action_reload(self) -> None:
        failed = partial(self.CasesRead, self.cases)
        in_background(
            self, lambda: OriginalsAway(self._away()), failed
        )  # a run that cannot be read hides none
        in_background(self, self._read, failed)

    @on(OriginalsAway)
    def _away_read(self, message: OriginalsAway) -> None:
        self.query_one(AlarmLines).others = message.away

    def _read(self) -> CasesRead:
        past = self._past()
        runs = (*self._workbench.runs(), *(past.runs() if past else ()))
        return self.CasesRead(tuple(sorted(runs, key=lambda run: run.updated, reverse=True)))

    @on(CasesRead)
    def _cases_read(self, message: CasesRead) -> None:
        self.query_one(Failure).error = message.error
        self.query_one(Table).explain_emptiness("" if message.error else _NOTHING)
        self.query_one("#home-main").set_class(not message.cases and not message.error, "-first")
        before, self.cases = self.cases, message.cases
        if self._back and _moved(before, message.cases):  # whoever comes back from a run stands on it
            self.query_one(Table).cursor = 0
        self._back = False
        self._describe()

    def watch_cases(self, cases: tuple[RunState | Unreadable, ...]) -> None:
        now, marks = datetime.now(UTC), glyphs.of(self)
        self.query_one(Table).border_title = counted(len(cases), "run") if cases else "runs"
        self.query_one(Table).show(tuple(case_row(case, now, marks) for case in cases))
        self._describe()

    @on(Table.Moved)
    def _describe(self) -> None:
        case = self._selected
        first = self.query_one("#home-main").has_class("-first")
        nothing = welcome(self._who) if first else ()
        pane = self.query_one(ScrollPane)
        pane.display = case is not None or first
        pane.entitle("this run" if case else "what this is")
        self.query_one(Remarks).remarks = _details(case) if case else nothing
        self.refresh_bindings()

    @property
    def _selected(self) -> RunState | Unreadable | None:
        key = self.query_one(Table).key
        return next((case for case in self.cases if case.id == key), None)

    @property
    def _case(self) -> RunState | None:
        """The one chosen, where anything can be done with it."""
        return None if isinstance(self._selected, Unreadable) else self._selected

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if not self.is_mounted:
            return True
        case = self._case
        if action == "resume":
            return case is not None and case.current is not None
        if action == "open_run":
            return self._selected is not None
        if action == "delete":
            return case is not None
        return bool(case and case.open_changes and not case.rehearsal) if action == "clean_up" else True

    @on(Table.Opened)
    def action_open_run(self) -> None:
        if self._case is not None:
            self.post_message(self.OpenCase(self._case))
        elif isinstance(self._selected, Unreadable):
            self.notify(
                "This run cannot be read. Below it stands why, and what can be done.", severity="warning"
            )

    action_resume = action_open_run

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
        self.post_message(self.OpenWorlds())

    def action_clean_up(self) -> None:
        from troubleshooter.tui.screens.clean_up import CleanUpScreen  # noqa: PLC0415 - keeps the first frame quick

        if self._case is not None:
            self.app.push_screen(CleanUpScreen(self._workbench, self._case))

    def action_delete(self) -> None:
        from troubleshooter.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415 - keeps the first frame quick

        case = self._case
        if case is None:
            return
        if case.open_changes and not case.rehearsal:
            self.notify("This run has left something in Azure. Clean it up first: x.", severity="warning")
            return

        def confirmed(result: Confirmed | None) -> None:
            if result is not None:
                in_background(self, partial(self._delete, case), partial(self.CasesRead, self.cases))

        removes = (
            f"the journal of run {case.id}",
            f"{counted(len(case.files), 'file')} of evidence",
            "its report",
        )
        text = f"Delete run {case.id} of {case.target.pool} from this machine"
        self.app.push_screen(ConfirmScreen(text, "delete", removes), confirmed)

    def _delete(self, case: RunState) -> CasesRead:
        bench = self._past() if case.rehearsal else self._workbench
        if bench is not None:
            bench.delete(case.id)
        return self._read()


def _moved(before: tuple[RunState | Unreadable, ...], now: tuple[RunState | Unreadable, ...]) -> bool:
    """Whether the newest run is another, or has gone on since."""
    return [(run.id, run.updated) for run in now[:1]] != [(run.id, run.updated) for run in before[:1]]


def _details(case: RunState | Unreadable) -> tuple[Remark, ...]:
    """What the table has no room for, first what the operator came for."""
    if isinstance(case, Unreadable):
        return tuple(_unread(case))
    target, cause = case.target, case.diagnosis.cause
    stands, style = standing(case)
    failed = case.current.error if case.current else None
    left = ", ".join(f"{change.kind} {change.id}" for change in case.open_changes) or "nothing"
    place = f"{target.account}, resource group {target.resource_group}, subscription {target.subscription}"
    if case.rehearsal:
        place, left = "a demo: its Azure has ended, and this is what its run kept", "nothing"
    remarks = [Remark(f"run {case.id:<11}", stands, style=style or "bold")]
    if failed is not None:
        remarks.append(Remark("to do          ", failed.do))
    if cause is not None and cause.title not in stands:
        remarks.append(Remark("cause          ", cause.title, style="bold"))
    remarks.append(Remark("left in Azure  ", left, style="" if left == "nothing" else "$warning"))
    return (*remarks, Remark("pool           ", target.pool), Remark("account        ", place))


def _unread(run: Unreadable) -> Iterator[Remark]:
    yield Remark(f"run {run.id:<11}", f"cannot be read: {run.why}", style="$error")
    yield Remark("left in Azure  ", run.left_told, style="$warning")
    for label, (text, command) in zip(
        ("to do          ", *[" " * 15] * len(run.ways)), run.ways, strict=False
    ):
        yield Remark(label, text)
        if command:
            yield Remark(" " * 15, command, verbatim=True)
    yield Remark("account        ", run.account_id or "not known")
