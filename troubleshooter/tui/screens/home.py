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
from textual.widgets import Input

from troubleshooter import __version__
from troubleshooter.cloud.known import known
from troubleshooter.model.unreadable import Unreadable
from troubleshooter.report.counted import counted
from troubleshooter.tui.rows.runs import COLUMNS, run_details, run_row
from troubleshooter.tui.rows.welcome import welcome
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.threads.messages import OriginalsAway
from troubleshooter.tui.views.pools import PoolsView
from troubleshooter.tui.widgets.alarm_lines import AlarmLines
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.remarks import Remarks
from troubleshooter.tui.widgets.scroll_pane import ScrollPane
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.widgets.where_bar import WhereBar
from troubleshooter.tui.world import offer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import Resize

    from troubleshooter.model.change import Away
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import ErrorText
    from troubleshooter.model.target import Target
    from troubleshooter.tui.screens.confirm import Confirmed
    from troubleshooter.tui.widgets.remarks import Remark
    from troubleshooter.tui.world import World
    from troubleshooter.workbench import Workbench

_NOTHING = "No runs yet."
_FEW_LINES = 20
_LOOK = 5.0
"""Seconds between two looks whether the list of pools is to be read anew."""


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
        Binding(
            "slash", "filter", "filter", key_display="/", tooltip="Show the pools with a word", id="home.find"
        ),
        Binding("escape", "all", "all pools", tooltip="Show all pools again", id="home.all"),
        Binding(
            "f5",
            "reload",
            "read again",
            show=False,
            tooltip="Read runs and pools again",
            id="home.reload",
        ),
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
        world: World,
    ) -> None:
        """`past` is where the runs lie that were only practised: they are listed with the others."""
        super().__init__()
        self._workbench = workbench
        self._away = away
        self._past = past
        self._world = world
        self._who: str | None = None
        self._back = False
        """Whether somebody came back to it, perhaps from a run."""

    def compose(self) -> ComposeResult:
        yield AlarmLines()
        yield WhereBar(f"troubleshooter {__version__}", "runs")
        with Vertical(id="home-main"):
            yield Failure()
            yield Table(*COLUMNS, id="runs", empty="Reading the runs.", title="runs")
            if self._world.pools is not None:
                yield PoolsView(self._world.pools, unasked=self._world.unasked)
            with ScrollPane("this run", id="run-pane", key="Tab"):
                yield Remarks(id="run")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(Table).focus()
        self.query_one("#home-main").set_class(self._pools is not None, "-pools")
        if offer_of(self) is None:
            self.look_who()
        if self._pools is not None:
            self.set_interval(_LOOK, self._list_when_due)

    @property
    def _pools(self) -> PoolsView | None:
        return next(iter(self.query(PoolsView)), None)

    @property
    def _on_pools(self) -> PoolsView | None:
        """The list of pools, where the focus is in it."""
        pools, focused = self._pools, self.focused
        return pools if pools is not None and focused is not None and pools in focused.ancestors else None

    def _list_when_due(self) -> None:
        """Where it stands on the screen, and no world is practised on: the process is signed in to that."""
        if self._pools is not None and self.app.screen is self and offer_of(self) is None:
            self._pools.read_again_when_due()

    def stop_listing(self) -> None:
        if self._pools is not None:
            self._pools.stop()

    @on(PoolsView.Listed)
    def _listed(self, message: PoolsView.Listed) -> None:
        if self._pools is not None:
            self._pools.listed(message)
            self.query_one("#home-main").set_class(self._pools.failed, "-unlisted")

    @on(PoolsView.Described)
    def _pool_described(self) -> None:
        self._describe()

    def on_resize(self, event: Resize) -> None:
        """Where lines are few, a pool that is ill is worth more than all that is known of one run."""
        self.set_class(event.size.height < _FEW_LINES, "-few")

    def on_descendant_focus(self) -> None:
        self._describe()

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
        self._reload()
        self.call_after_refresh(self._list_when_due)

    def action_reload(self) -> None:
        self._reload()
        if self._pools is not None:
            self._pools.read()

    def _reload(self) -> None:
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
        if self._pools is not None and not self.runs and self.focused is self.query_one(Table):
            self._pools.query_one(Table).focus()
        self._describe()

    def watch_runs(self, runs: tuple[RunState | Unreadable, ...]) -> None:
        now, marks = datetime.now(UTC), glyphs.of(self)
        self.query_one(Table).border_title = counted(len(runs), "run") if runs else "runs"
        self.query_one(Table).show(tuple(run_row(run, now, marks) for run in runs))
        self._describe()

    @on(Table.Moved)
    def _describe(self) -> None:
        first = self.query_one("#home-main").has_class("-first")
        nothing = welcome(self._who) if first else ()
        if (pools := self._on_pools or (self._pools if first else None)) is not None:
            told = pools.details
            title = "this pool" if pools.target else "not read" if pools.chosen else "what this is"
            self._tell(title, told if pools.chosen else (*nothing, *told))
            return
        run = self._selected
        self._tell("this run" if run else "what this is", run_details(run) if run else nothing)

    def _tell(self, title: str, told: tuple[Remark, ...]) -> None:
        pane = self.query_one(ScrollPane)
        pane.display = bool(told)
        pane.entitle(title)
        self.query_one(Remarks).remarks = told
        self.refresh_bindings()

    @property
    def _selected(self) -> RunState | Unreadable | None:
        key = self.query_one(Table).key
        return next((run for run in self.runs if run.id == key), None)

    @property
    def _run(self) -> RunState | None:
        """The one chosen, where anything can be done with it."""
        if self._on_pools is not None or isinstance(self._selected, Unreadable):
            return None
        return self._selected

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if not self.is_mounted:
            return True
        run, pools = self._run, self._on_pools
        chosen = self._selected if pools is None else pools.target
        may = {
            "resume": run is not None and run.current is not None and not run.rehearsal,
            "open_run": chosen is not None,
            "delete": run is not None,
            "clean_up": bool(run and run.open_changes and not run.rehearsal),
            "filter": bool(self._pools and not self._pools.empty) and not isinstance(self.focused, Input),
            "all": self._pools is not None and self._pools.filters,
        }
        return may.get(action, True)

    @on(Table.Opened)
    def action_open_run(self) -> None:
        if (pools := self._on_pools) is not None:
            if pools.target is not None:
                self.post_message(self.OpenPool(pools.target))
        elif self._run is not None:
            self.post_message(self.OpenRun(self._run))
        elif isinstance(self._selected, Unreadable):
            self.notify(
                "This run cannot be read. Below it stands why, and what can be done.", severity="warning"
            )

    action_resume = action_open_run

    def action_filter(self) -> None:
        if self._pools is not None:
            self._pools.filter()

    def action_all(self) -> None:
        if self._pools is not None:
            self._pools.unfilter()

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
