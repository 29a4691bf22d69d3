"""Where runs are kept, opened for a command: what is away is said first, and a demo's run is only read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState
    from troubleshooter.model.unreadable import Unreadable
    from troubleshooter.printer import Printer
    from troubleshooter.workbench import Workbench


@contextmanager
def bench() -> Iterator[Workbench]:
    """Open the runs of the data directory."""
    from troubleshooter.settings import home
    from troubleshooter.workbench import Workbench

    opened = Workbench(home())
    try:
        alarm(opened)
        yield opened
    finally:
        opened.close()


def alarm(workbench: Workbench, but: str = "") -> None:
    """Say above everything else which originals are away; `but` is the run whose result says it itself."""
    from troubleshooter.report.away import alarm as line

    printer: Printer = click.get_current_context().obj
    for away in workbench.away():
        if away.run != but:
            printer.warn(line(away))


@contextmanager
def opened(run: str) -> Iterator[tuple[Workbench, str]]:
    """Open where a run is kept, and complete its id. The demo keeps its runs in a folder of its own."""
    from troubleshooter.errors import NotFound
    from troubleshooter.model.unreadable import Unreadable
    from troubleshooter.settings import home, rehearsals
    from troubleshooter.workbench import Workbench

    folders = [folder for folder in (home(), rehearsals()) if (folder / "journal.sqlite3").exists()]
    missing: list[NotFound] = []
    for folder in folders or [home()]:
        workbench = Workbench(folder)
        try:
            found = workbench.look(run)
        except NotFound as error:
            missing.append(error)
        else:
            if not of_demo(workbench):
                alarm(workbench, "" if isinstance(found, Unreadable) else found.id)
            state = workbench.read(found.id)
            if not of_demo(workbench):
                click.get_current_context().obj.begin(state)
            yield workbench, found.id
            return
        finally:
            workbench.close()
    first, *more = missing
    why = " ".join([first.why, *(each.why for each in more)])
    raise NotFound(first.what, why, first.do) from first


def rehearsed() -> tuple[RunState | Unreadable, ...]:
    """The runs that lie where the demo keeps its own."""
    from troubleshooter.settings import rehearsals
    from troubleshooter.workbench import Workbench

    if not (rehearsals() / "journal.sqlite3").exists():
        return ()
    workbench = Workbench(rehearsals())
    try:
        return workbench.runs()
    finally:
        workbench.close()


def of_demo(workbench: Workbench) -> bool:
    from troubleshooter.settings import rehearsals

    return workbench.home == rehearsals()


def demand_a_world(workbench: Workbench, run_id: str, done: str) -> None:
    """Refuse to go on with a run of the demo: its Azure ended, or ends, with the demo."""
    from troubleshooter.errors import Refused

    if of_demo(workbench):
        raise Refused(
            f"Run {run_id} can be read, not {done}.",
            "It is a demo's: what it made is in its own simulated Azure alone, and ends with that.",
            f"Begin the same demo anew: {workbench.read(run_id).anew}",
        )
