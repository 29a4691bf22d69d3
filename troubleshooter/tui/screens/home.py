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
from troubleshooter.report.to_do import got_no_nodes
from troubleshooter.tui.rows.runs import COLUMNS, run_row, standing
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
from troubleshooter.tui.world import offer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult

    from troubleshooter.model.change import Away
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import ErrorText
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

    runs: reactive[tuple[RunState | Unreadable, ...]] = reactive((), init=False)

    class RunsRead(Message):
        """The journal was read in a thread."""

        def __init__(self, runs: tuple[RunState | Unreadable, ...], error: ErrorText | None = None) -> None:
            super().__init__()
            self.runs = runs
            self.error = error

    class SignedIn(Message):
        """Who is signed in, as far as this machine says so."""

        def __init__(self, who: str) -> None:
            super().__init__()
            self.who = who

    class OpenPool(Message):
        """A new run is to begin."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    class OpenWorlds(Message):
        """A world to practise on is to be chosen."""

    class OpenRun(Message):
        """A run is to be taken up again, or, where it has ended, to be read."""

        def __init__(self, run: RunState) -> None:
            super().__init__()
            self.run = run

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
            yield Table(*COLUMNS, id="runs", empty="Reading the runs.", title="runs")
            with ScrollPane("this run", id="run-pane", key="Tab"):
                yield Remarks(id="run")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(Table).focus()
        if offer_of(self) is None:
            self.look_who()

    def look_who(self) -> None:
        """Not while a world is practised on: until it is left, the process is signed in to that one."""
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
        failed = partial(self.RunsRead, self.runs)
        in_background(
            self, lambda: OriginalsAway(self._away()), failed
        )  # a run that cannot be read hides none
        in_background(self, self._read, failed)

    @on(OriginalsAway)
    def _away_read(self, message: OriginalsAway) -> None:
        self.query_one(AlarmLines).others = message.away

    def _read(self) -> RunsRead:
        past = self._past()
        runs = (*self._workbench.runs(), *(past.runs() if past else ()))
        return self.RunsRead(tuple(sorted(runs, key=lambda run: run.updated, reverse=True)))

    @on(RunsRead)
    def _runs_read(self, message: RunsRead) -> None:
        self.query_one(Failure).error = message.error
        self.query_one(Table).explain_emptiness("" if message.error else _NOTHING)
        self.query_one("#home-main").set_class(not message.runs and not message.error, "-first")
        before, self.runs = self.runs, message.runs
        if self._back and _moved(before, message.runs):  # whoever comes back from a run stands on it
            self.query_one(Table).cursor = 0
        self._back = False
        self._describe()

    def watch_runs(self, runs: tuple[RunState | Unreadable, ...]) -> None:
        now, marks = datetime.now(UTC), glyphs.of(self)
        self.query_one(Table).border_title = counted(len(runs), "run") if runs else "runs"
        self.query_one(Table).show(tuple(run_row(run, now, marks) for run in runs))
        self._describe()

    @on(Table.Moved)
    def _describe(self) -> None:
        run = self._selected
        first = self.query_one("#home-main").has_class("-first")
        nothing = welcome(self._who) if first else ()
        pane = self.query_one(ScrollPane)
        pane.display = run is not None or first
        pane.entitle("this run" if run else "what this is")
        self.query_one(Remarks).remarks = _details(run) if run else nothing
        self.refresh_bindings()

    @property
    def _selected(self) -> RunState | Unreadable | None:
        key = self.query_one(Table).key
        return next((run for run in self.runs if run.id == key), None)

    @property
    def _run(self) -> RunState | None:
        """The one chosen, where anything can be done with it."""
        return None if isinstance(self._selected, Unreadable) else self._selected

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if not self.is_mounted:
            return True
        run = self._run
        if action == "resume":
            return run is not None and run.current is not None
        if action == "open_run":
            return self._selected is not None
        if action == "delete":
            return run is not None
        return bool(run and run.open_changes and not run.rehearsal) if action == "clean_up" else True

    @on(Table.Opened)
    def action_open_run(self) -> None:
        if self._run is not None:
            self.post_message(self.OpenRun(self._run))
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

        if self._run is not None:
            self.app.push_screen(CleanUpScreen(self._workbench, self._run))

    def action_delete(self) -> None:
        from troubleshooter.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415 - keeps the first frame quick

        run = self._run
        if run is None:
            return
        if run.open_changes and not run.rehearsal:
            self.notify("This run has left something in Azure. Clean it up first: x.", severity="warning")
            return

        def confirmed(result: Confirmed | None) -> None:
            if result is not None:
                in_background(self, partial(self._delete, run), partial(self.RunsRead, self.runs))

        removes = (
            f"the journal of run {run.id}",
            f"{counted(len(run.files), 'file')} of evidence",
            "its report",
        )
        text = f"Delete run {run.id} of {run.target.pool} from this machine"
        self.app.push_screen(ConfirmScreen(text, "delete", removes), confirmed)

    def _delete(self, run: RunState) -> RunsRead:
        bench = self._past() if run.rehearsal else self._workbench
        if bench is not None:
            bench.delete(run.id)
        return self._read()


def _moved(before: tuple[RunState | Unreadable, ...], now: tuple[RunState | Unreadable, ...]) -> bool:
    """Whether the newest run is another, or has gone on since."""
    return [(run.id, run.updated) for run in now[:1]] != [(run.id, run.updated) for run in before[:1]]


def _details(run: RunState | Unreadable) -> tuple[Remark, ...]:
    """What the table has no room for, first what the operator came for."""
    if isinstance(run, Unreadable):
        return tuple(_unread(run))
    target, cause = run.target, run.diagnosis.cause
    stands, style = standing(run)
    failed = run.current.error if run.current else None
    left = ", ".join(f"{change.kind} {change.id}" for change in run.open_changes) or "nothing"
    place = f"{target.account}, resource group {target.resource_group}, subscription {target.subscription}"
    if run.rehearsal:
        place, left = "a demo: its Azure has ended, and this is what its run kept", "nothing"
    remarks = [Remark(f"run {run.id:<11}", stands, style=style or "bold")]
    if failed is not None:
        remarks.append(Remark("to do          ", failed.do))
    if cause is not None and cause.title not in stands:
        label = "stopped by     " if got_no_nodes(run) else "cause          "
        remarks.append(Remark(label, cause.title, style="bold"))
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
