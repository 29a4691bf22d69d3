from __future__ import annotations

import gc
import os
import sys
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import PREFIX, connection, everywhere, notifies
from troubleshooter.errors import ExitCode, NotFound, TroubleshooterError, UsageProblem, first_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from troubleshooter.cli.log import LogFile
    from troubleshooter.cli.target import Meant
    from troubleshooter.model.inventory import Inventory
    from troubleshooter.printer import Printer
    from troubleshooter.settings import Endpoints
    from troubleshooter.tui.app import TroubleshooterApp
    from troubleshooter.tui.world import Offer, World, Worlds
    from troubleshooter.workbench import Workbench


@click.command("open")
@click.argument("target", metavar="TARGET|RUN")
@connection
@notifies
@everywhere()
@click.pass_obj
def command(printer: Printer, /, target: str, **given: Any) -> int:
    """Open the screens on one pool, or on a run to resume it.

    TARGET is the pool's ARM resource id, a portal URL that contains one, ACCOUNT/POOL, or a pool's name: a
    name is looked for in all that can be read, and the pool that is found is confirmed before anything is
    changed. RUN is a run's id or the beginning of it.
    """
    from troubleshooter.cli.run import endpoints
    from troubleshooter.cli.target import meant

    demand_terminal(f"troubleshooter run {target}")
    where = endpoints(given)
    if _is_run(target):
        return _show(printer, where, open_run=target)
    try:
        pool = meant(printer, target, given, where)
    except NotFound as error:
        what = error.what if "/" in target else f"{target} is neither a pool nor a run."
        raise NotFound(what, error.why, error.do) from error
    return _show(printer, where, open_target=pool)


def _is_run(target: str) -> bool:
    """Whether there is a run of that id, or of one that begins so."""
    from troubleshooter.settings import home as data_directory
    from troubleshooter.workbench import Workbench

    if "/" in target or not (data_directory() / "journal.sqlite3").exists():
        return False
    bench = Workbench(data_directory())
    try:
        bench.look(target)
    except NotFound:
        return False
    finally:
        bench.close()
    return True


def home(printer: Printer) -> int:
    """Show the runs."""
    demand_terminal("troubleshooter run TARGET, or troubleshooter demo --headless")
    return _show(printer, _from_environment())


def _from_environment() -> Endpoints:
    """Where Azure is by the variables of the options that this command has not."""
    from troubleshooter.cli.run import endpoints
    from troubleshooter.settings import Endpoints

    names = [each.name for each in fields(Endpoints)]
    where: Endpoints = endpoints({name: os.environ.get(f"{PREFIX}{name.upper()}") for name in names})
    return where


def demand_terminal(instead: str) -> None:
    """Refuse to draw where nobody can see it."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageProblem(
            "The screens need a terminal.",
            "Standard input, standard output or standard error is not one.",
            f"Without a screen: {instead}",
        )


def show_world(printer: Printer, begin: Callable[[], World]) -> int:
    """Show the run of a world that is practised on."""
    return _show(printer, _from_environment(), begin=begin)


def _show(
    printer: Printer,
    where: Any,
    open_target: Meant | None = None,
    open_run: str | None = None,
    begin: Callable[[], World] | None = None,
) -> int:
    with printer.meanwhile("Opening the screens."), quickly():
        from troubleshooter.cli.log import log_screens
        from troubleshooter.settings import home as data_directory
        from troubleshooter.tui.app import TroubleshooterApp
        from troubleshooter.tui.threads.messages import RunSignsIn
        from troubleshooter.workbench import Workbench

    def prompt(text: str) -> None:
        app.post_message(RunSignsIn(text))

    log = log_screens()
    bench = Workbench(data_directory(), where)
    with ExitStack() as stack:
        stack.callback(bench.close)
        begun = _Begun(stack)
        with printer.meanwhile("Starting the simulated Azure.") if begin else nullcontext():
            world = begun.kept(begin()) if begin else None
        app = TroubleshooterApp(
            _own_world(bench, where, prompt, by_name=open_target is not None and open_target.by_name),
            open_target=open_target.target if open_target else None,
            open_run=None if open_run is None else bench.read(open_run).id,
            open_world=world,
            worlds=begun.worlds(),
            calls=printer.notifies,
        )
        code = _watched(printer, app, bench)
        if app.return_code:
            _say_bug(printer, log)
    return code


def _own_world(bench: Workbench, where: Endpoints, prompt: Callable[[str], None], *, by_name: bool) -> World:
    """The real one: its runs, and the pools that can be read in it."""
    from troubleshooter.settings import BY_HAND
    from troubleshooter.tui.world import World
    from troubleshooter.workbench import RunOptions

    pools, unasked = partial(_pools_of, where, prompt), where.sign_in not in BY_HAND
    return World(bench, RunOptions(found_by_name=by_name), pools=pools, unasked=unasked)


def _pools_of(
    where: Endpoints,
    prompt: Callable[[str], None],
    show: Callable[[Callable[[], Inventory]], None],
    cancel: threading.Event,
) -> Inventory:
    from troubleshooter.model.scope import Scope
    from troubleshooter.workbench import Hears, list_pools

    return list_pools(where, Scope(), show, Hears(lambda _: None, prompt), cancel)


class _Begun:
    """The worlds that were begun for the screens: they end with them at the latest, however that is."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._past: Workbench | None = None

    def kept(self, world: World) -> World:
        self._stack.callback(world.end)
        self._stack.callback(world.sign_out)
        return world

    def worlds(self) -> Worlds:
        from troubleshooter.tui.world import Worlds

        return Worlds(_offers, lambda name: self.kept(_begun(name)), self._past_runs)

    def _past_runs(self) -> Workbench | None:
        """Opened when they are first asked for, and closed with the screens."""
        from troubleshooter.settings import rehearsals
        from troubleshooter.workbench import Workbench

        if self._past is None and (rehearsals() / "journal.sqlite3").exists():
            self._past = Workbench(rehearsals())
            self._stack.callback(self._past.close)
        return self._past


def _offers() -> tuple[Offer, ...]:
    from troubleshooter.cli import worlds

    return worlds.offers()


def _begun(name: str) -> World:
    from troubleshooter.cli import worlds

    return worlds.begin(name)


def _watched(printer: Printer, app: TroubleshooterApp, bench: Workbench) -> int:
    """Show the screens, and say at their end what goes on or stays behind."""
    try:
        unfinished = drawn(app, lambda: _say_what_is_away(printer, bench))
        code = _say_what_is_left(printer, bench)
    except TroubleshooterError:
        _say_what_is_away(printer, bench)
        raise
    if unfinished is not None and app.world.offer is not None:
        printer.say(f"The simulated Azure of run {unfinished} ended with the demo; what it did is kept.")
        printer.say(f"Read it: troubleshooter runs show {unfinished}")
        unfinished = None
    for run in sorted(_unfinished(bench) | ({unfinished} if unfinished else set())):
        printer.say(f"Run {run} is kept. On screen: troubleshooter open {run}")
        printer.say(f"Without: troubleshooter runs resume {run}")
    return first_of({code, how_it_ended(app)})


def _say_bug(printer: Printer, log: LogFile) -> None:
    printer.failed(
        "Something unexpected happened.",
        "The screens ended by a fault that was not foreseen: this is a bug.",
        f"Report it with the traceback in {log.written}."
        if log.written
        else "No log of it could be written.",
    )


def _unfinished(bench: Workbench) -> set[str]:
    """Runs that the screens moved and that go on: also those that were left for the list of runs before."""
    found = set()
    for run in bench.owned:
        with suppress(NotFound):  # deleted on the screens
            if bench.read(run).current is not None:
                found.add(run)
    return found


def drawn(app: TroubleshooterApp, last_words: Callable[[], None]) -> str | None:
    """Show the screens until they are left, or until a signal or a closed terminal ends them."""
    from troubleshooter.cli.signals import heard

    with heard(app.stop, app.stopped, last_words):
        return app.run()


def how_it_ended(app: TroubleshooterApp) -> ExitCode:
    if app.stopped.is_set():
        return ExitCode.INTERRUPTED
    return ExitCode.BUG if app.return_code else ExitCode.DONE


def _say_what_is_away(printer: Printer, bench: Workbench) -> None:
    from troubleshooter.report.away import alarm

    for away in bench.away():
        printer.warn(alarm(away))


def _say_what_is_left(printer: Printer, bench: Workbench) -> ExitCode:
    """Of the runs that the screens moved; that an original is away comes before, whoever took it away."""
    from troubleshooter.report.text import still_open

    _say_what_is_away(printer, bench)
    code = ExitCode.DONE
    for run in sorted(bench.owned):
        with suppress(NotFound):  # deleted on the screens, which ask for nothing left
            state = bench.read(run)
            lines = tuple(still_open(state))
            if lines:
                code = ExitCode.INCOMPLETE
                printer.warn(f"{state.target.account}/{state.target.pool}, run {run}", *lines)
    return code


@contextmanager
def quickly() -> Iterator[None]:
    """Import without collecting garbage: what is imported stays, and looking it over costs a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
