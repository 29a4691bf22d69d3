"""The application: which screens there are, the keys that hold everywhere, the two themes. Nothing else."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import Console
from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.widgets import Input

from troubleshooter.report.symbols import ASCII
from troubleshooter.tui.device import clipboard, terminal
from troubleshooter.tui.device.caller import Caller
from troubleshooter.tui.device.plain_lines import PlainLines
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.themes import DARK, LIGHT
from troubleshooter.tui.threads.messages import (
    RunCrashed,
    RunMoved,
    RunOpened,
    RunRefused,
    RunSignsIn,
    RunWaiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.filter import LineFilter
    from textual.screen import Screen

    from troubleshooter.engine.runner import Run
    from troubleshooter.model.change import Away
    from troubleshooter.model.target import Target
    from troubleshooter.tui.world import World, Worlds
    from troubleshooter.workbench import Workbench

_log = logging.getLogger(__name__)


class TroubleshooterApp(App[str | None]):
    """Returns the id of the run that was under way when it was closed, if there was one."""

    TITLE = "troubleshooter"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared as a class variable by Textual
        (0, "-narrow"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - the same
        (0, "-low"),
        (30, "-tall"),
    ]
    BINDINGS: ClassVar = [
        Binding(
            "colon",
            "command_palette",
            "commands",
            key_display=":",
            tooltip="Find any command",
            id="app.commands",
        ),
        Binding(
            "ctrl+p", "command_palette", "commands", tooltip="Find any command", id="app.commands-anywhere"
        ),
        Binding(
            "question_mark", "keys", "keys", key_display="?", tooltip="Every key of this place", id="app.help"
        ),
        Binding("f1", "keys", "keys", tooltip="Every key of this place", id="app.help-anywhere"),
        Binding(
            "ctrl+t",
            "toggle_light",
            "light or dark",
            show=False,
            tooltip="Change between light and dark",
            id="app.theme",
        ),
        Binding(
            "ctrl+c,super+c",
            "copy_selected",
            "copy",
            show=False,
            tooltip="Copy what the mouse has selected",
            id="app.copy",
            priority=True,
        ),
        Binding(
            "ctrl+z",
            "suspend_process",
            "to the shell",
            show=False,
            tooltip="Back to the shell for a while; fg returns, and meanwhile nothing goes on",
            id="app.suspend",
            priority=True,
        ),
        Binding(
            "ctrl+q",
            "quit",
            "quit",
            show=False,
            tooltip="Close the program; every run is kept",
            id="app.quit",
            priority=True,
        ),
    ]

    def __init__(
        self,
        world: World,
        *,
        open_target: Target | None = None,
        open_run: str | None = None,
        open_world: World | None = None,
        worlds: Worlds | None = None,
        calls: bool = True,
    ) -> None:
        """Open on the runs of the world, on a pool or a run in it, or on a world to practise on.

        `worlds` are those that can be begun from here; whatever was begun is ended when it is left.
        `calls` is whether the operator is called back to the terminal when a run needs them.
        """
        super().__init__(driver_class=terminal.driver())
        self.error_console = Console(markup=False, highlight=False, stderr=True, color_system=None)
        """Without colours: what it writes is escaped on its way to the terminal."""
        self._plain_lines = PlainLines()
        self.stopped = threading.Event()
        """Set once it was asked to stop from outside."""
        self._asked = False
        self._loop_of_screens: asyncio.AbstractEventLoop | None = None
        self.glyphs = glyphs.of_terminal()
        self.world = open_world or world
        """Where whatever is on the screen happens."""
        self._own = world
        self._open_target = open_target
        self._open_run = open_run
        self._open_world = open_world
        self.caller = Caller() if calls else None
        """Used by the terminal's driver, too."""
        self.worlds = worlds
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        light = os.environ.get("TROUBLESHOOTER_THEME", "").lower() == "light"
        self.theme = LIGHT.name if light else DARK.name
        self.set_class(self.glyphs is ASCII, "-ascii")

    def get_default_screen(self) -> Screen[Any]:
        return HomeScreen(self._own.workbench, self._away, self._past, self._own)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own names for colours, known before a theme is."""
        return DARK.variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._plain_lines]

    def _fatal_error(self) -> None:
        """Keep a bug in the log: Textual would print it with the values of variables, whoever's they are."""
        self.bell()
        _log.error("The screens crashed", exc_info=self._exception)
        self._close_messages_no_wait()

    def on_mount(self) -> None:
        self._loop_of_screens = asyncio.get_running_loop()
        if self._open_world is not None:
            self.enter(self._open_world)
        elif self._open_target is not None:
            self._begin(self._open_target, self._away)
        elif self._open_run is not None:
            run_id = self._open_run
            self._show_run(("run", run_id), partial(self._own.workbench.resume, run_id), run_id, self._away)

    def _past(self) -> Workbench | None:
        return self.worlds.past() if self.worlds is not None else None

    def _away(self) -> tuple[Away, ...]:
        return self._own.workbench.away()

    def enter(self, world: World) -> None:
        """Go into a world to practise on: its run is shown, and with the run it is left."""
        for screen in self.screen_stack:
            if isinstance(screen, HomeScreen):
                screen.stop_listing()  # the process is signed in elsewhere from now on
        self.world = world
        if world.target is not None:
            self._begin(world.target)

    def _left(self, _: object) -> None:
        """Back in the real world, whatever was practised on."""
        left, self.world = self.world, self._own
        if self.caller is not None:
            self.caller.nothing()
        left.sign_out()
        for screen in self.screen_stack:
            if isinstance(screen, HomeScreen):
                screen.look_who()
        if left is not self._own:
            self.run_worker(left.end, thread=True, group="world", exit_on_error=False)

    @on(RunOpened)
    @on(RunMoved)
    def _run_stands(self, message: RunOpened | RunMoved) -> None:
        if self.caller is not None:
            self.caller.stands(message.state)

    @on(RunWaiting)
    def _run_waits(self, message: RunWaiting) -> None:
        if self.caller is not None:
            self.caller.waits(message.waiting)

    @on(RunSignsIn)
    def _run_signs_in(self, message: RunSignsIn) -> None:
        """As long as the code holds: it is not shown again."""
        self.notify(plain.one_line(message.text), title="Sign in", timeout=540, markup=False)

    @on(RunRefused)
    @on(RunCrashed)
    def _run_fails(self) -> None:
        if self.caller is not None:
            self.caller.fails()

    @on(HomeScreen.OpenPool)
    def _pool_chosen(self, message: HomeScreen.OpenPool) -> None:
        """By its whole id, however the pool was found that the screens were opened on."""
        self.world = replace(self.world, options=replace(self.world.options, found_by_name=False))
        self._begin(message.target)

    @on(HomeScreen.OpenWorlds)
    def _worlds_asked(self) -> None:
        from troubleshooter.tui.screens.worlds import WorldsScreen  # noqa: PLC0415 - keeps the first frame quick

        if self.worlds is None:
            self.notify("troubleshooter demo, in a shell, begins one.", markup=False)
        else:
            self.push_screen(WorldsScreen(self.worlds, self.enter))

    @on(HomeScreen.OpenRun)
    def _run_chosen(self, message: HomeScreen.OpenRun) -> None:
        run = message.run
        if run.rehearsal and (past := self._past()) is not None:
            self.world = replace(self._own, workbench=past)
            self._show_run((run.target.account, run.target.pool), None, run.id)
            return
        begin = partial(self._own.workbench.resume, run.id) if run.current is not None else None
        self._show_run((run.target.account, run.target.pool), begin, run.id)

    def _begin(self, target: Target, away: Callable[[], tuple[Away, ...]] | None = None) -> None:
        begin = partial(self.world.workbench.start, target, self.world.options)
        self._show_run((target.account, target.pool), begin, away=away)

    def _show_run(
        self,
        place: tuple[str, ...],
        begin: Callable[[threading.Event], Run] | None,
        run_id: str | None = None,
        away: Callable[[], tuple[Away, ...]] | None = None,
    ) -> None:
        from troubleshooter.tui.screens.run import RunScreen  # noqa: PLC0415 - keeps the first frame quick

        screen = RunScreen(self.world, place, begin=begin, run_id=run_id, away=away)
        self.push_screen(screen, self._left)

    def on_resize(self, event: events.Resize) -> None:
        from troubleshooter.tui.screens.too_small import HEIGHT, WIDTH, TooSmallScreen  # noqa: PLC0415 - keeps the first frame quick

        small = event.size.width < WIDTH or event.size.height < HEIGHT
        shown = isinstance(self.screen, TooSmallScreen)
        if small and not shown:
            self.push_screen(TooSmallScreen())
        elif shown and not small:
            self.pop_screen()

    def action_keys(self) -> None:
        from troubleshooter.tui.screens.help import HelpScreen  # noqa: PLC0415 - keeps the first frame quick

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    async def action_quit(self) -> None:
        """Close the program, having asked first where work on an original would be left."""
        from troubleshooter.tui.screens.confirm import if_meant  # noqa: PLC0415 - keeps the first frame quick

        held = next((each for each in self.screen_stack if getattr(each, "at_stake", ())), self.screen)
        if_meant(held, "Close the program as it stands?", "close", self._close)

    def stop(self) -> None:
        """Close the program without asking: by a signal, or since the terminal has gone. From any thread."""
        if self._loop_of_screens is None:
            raise KeyboardInterrupt  # there is nothing to close yet
        if not self._asked:  # a second signal may come in the middle of the first
            self._asked = True
            self.stopped.set()
            with suppress(RuntimeError):  # the screens have just ended
                self._loop_of_screens.call_soon_threadsafe(self._close)

    def _close(self) -> None:
        """Whoever started it can say how the run goes on."""
        runs = [getattr(screen, "unfinished", None) for screen in self.screen_stack]
        self.exit(next((run for run in runs if run), None))

    async def action_copy_selected(self) -> None:
        """Of a text field what is selected in it, else what the mouse went over; never nothing."""
        field = self.focused
        text = field.selected_text if isinstance(field, Input) and not field.password else ""
        text = text or self.screen.get_selected_text() or ""
        if not text.strip():
            self.notify("Nothing is selected: drag the mouse over a text first. ctrl+q closes the program.")
            return
        where = await clipboard.copy(self, text)
        lines = text.count("\n") + 1
        self.notify(f"Copied {lines} line{'s' * (lines != 1)} {where}.", markup=False)

    def action_suspend_process(self) -> None:
        """Back to the shell, where there is one to bring it to the front again; stopped without, it hangs."""
        if self._driver is None or not self._driver.can_suspend or not terminal.can_stop():
            self.notify("No shell waits behind this terminal. ctrl+q closes the program.")
            return
        super().action_suspend_process()

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing takes the place of what is on the clipboard only where there is something."""
        if text:
            super().copy_to_clipboard(text)

    def action_toggle_light(self) -> None:
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every key of this place by its name, and what needs no key."""
        seen = {"command_palette"}  # an action of the program may have a key of a screen as well
        for active in screen.active_bindings.values():
            binding = active.binding
            moves = not binding.show and active.node not in {screen, self}
            act = binding.action.removeprefix("app.")
            if binding.id is None or act in seen or moves or not active.enabled:
                continue
            seen.add(act)
            name = (binding.description or binding.tooltip).capitalize()
            yield SystemCommand(name, binding.tooltip, partial(self.run_action, binding.action, active.node))
        yield SystemCommand("Save a picture", "Save this screen as an SVG file", self._picture)

    def _picture(self) -> None:
        self.set_timer(0.1, self.deliver_screenshot)
