from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import answers, consent, everywhere, option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.printer import Printer
    from troubleshooter.wiring import Workbench


@click.group(add_help_option=False)
@everywhere()
def command() -> None:
    """List, show, resume, clean up, export or delete runs.

    RUN is a run's id or the beginning of it.
    """


@contextmanager
def bench() -> Iterator[Workbench]:
    """Open the runs of the data directory."""
    from troubleshooter.settings import home
    from troubleshooter.wiring import Workbench

    opened = Workbench(home())
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def opened(run: str) -> Iterator[tuple[Workbench, str]]:
    """Open where a run is kept, and complete its id. The demo keeps its runs in a folder of its own."""
    from troubleshooter.errors import NotFound
    from troubleshooter.settings import home
    from troubleshooter.wiring import Workbench

    folders = [folder for folder in (home(), home() / "demo") if (folder / "journal.sqlite3").exists()]
    missing: NotFound | None = None
    for folder in folders or [home()]:
        workbench = Workbench(folder)
        try:
            run_id = workbench.read(run).id
        except NotFound as error:
            missing = missing or error
        else:
            yield workbench, run_id
            return
        finally:
            workbench.close()
    if missing is not None:
        raise missing


@command.command("list", add_help_option=False)
@everywhere()
@click.pass_obj
def list_runs(printer: Printer) -> int:
    """List all runs, the newest first."""
    from troubleshooter.report.json_report import runs_json
    from troubleshooter.report.text import runs_text

    with bench() as workbench:
        states = workbench.runs()
    printer.result(runs_json(states), runs_text(states))
    return 0


@command.command(add_help_option=False)
@click.argument("run")
@everywhere()
@click.pass_obj
def show(printer: Printer, run: str) -> int:
    """Show how far a run has come and what it found."""
    from troubleshooter.engine.outcome import exit_code
    from troubleshooter.report.json_report import run_json
    from troubleshooter.report.text import run_text

    with opened(run) as (workbench, run_id):
        state = workbench.read(run_id)
    printer.result(run_json(state, exit_code(state)), run_text(state))
    return 0


@command.command(add_help_option=False)
@click.argument("run")
@answers
@option("--until", metavar="STEP", help="Stop after this step.")
@everywhere()
@click.pass_obj
def resume(printer: Printer, /, run: str, **given: Any) -> int:
    """Go on with a run from where it stopped, without a screen."""
    from troubleshooter.cli.headless import conduct
    from troubleshooter.cli.run import check_step
    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.model.run import StepState

    cancel = threading.Event()
    with opened(run) as (workbench, run_id):
        _demand_a_world(workbench, run_id)
        state = workbench.read(run_id)
        check_step(given["until"], [record.id for record in state.steps])
        policy = AnswerPolicy.for_run(state, given["answer"], yes=given["yes"], confirm=given["confirm"])
        going = workbench.resume(run_id, cancel)
        current = going.state.current
        if current is not None and current.state is StepState.FAILED:
            going.retry(current.id, printer.follow)
        return conduct(printer, going, policy, cancel, given["until"])


@command.command(add_help_option=False)
@click.argument("run")
@consent("--yes", "-y", is_flag=True, help="Remove without asking.")
@everywhere()
@click.pass_obj
def cleanup(printer: Printer, run: str, yes: bool) -> int:
    """Remove everything a run created in Azure and has not taken back."""
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.errors import ExitCode, Refused
    from troubleshooter.report.json_report import changes_json

    cancel = threading.Event()
    with opened(run) as (workbench, run_id):
        state = workbench.read(run_id)
        left = changes_json(state.changes)["left"]
        names = ", ".join(f"{change['kind']} {change['id']}" for change in left)
        if left:
            _demand_a_world(workbench, run_id)
            if not yes and not _agreed(names):
                raise Refused(
                    f"Not removed: {names}.",
                    "Nobody agreed to it.",
                    f"troubleshooter runs cleanup {run_id} --yes",
                )
            with interrupts(printer, cancel, f"troubleshooter runs cleanup {run_id}"):
                state = workbench.cleanup(run_id, printer.follow, cancel)
    changes = changes_json(state.changes)
    document = {"version": 1, **{key: changes[key] for key in ("created", "removed", "left")}}
    printer.result(document, _receipt(changes))
    return ExitCode.INCOMPLETE if changes["left"] else ExitCode.DONE


@command.command(add_help_option=False)
@click.argument("run")
@option("--out", "-o", metavar="FILE.tar.gz", help="Where to write the bundle.")
@option("--preview", is_flag=True, help="List what would be hidden, kind by kind; write nothing.")
@everywhere()
@click.pass_obj
def export(printer: Printer, run: str, out: str | None, preview: bool) -> int:
    """Write a run as one redacted archive: events, evidence, report. `analyze` reads it."""
    from troubleshooter.cli import bundle
    from troubleshooter.cli.report import write

    if preview:
        with opened(run) as (workbench, run_id):
            printer.result(*bundle.preview(workbench, run_id))
        return 0
    if not out:
        raise click.UsageError("Missing option '--out' / '-o'.")
    with opened(run) as (workbench, run_id):
        data = bundle.bundle(workbench, run_id)
    write(Path(out), data)
    printer.result({"version": 1, "run": run_id, "file": out, "bytes": len(data)}, f"Written to {out}")
    return 0


@command.command(add_help_option=False)
@click.argument("run")
@everywhere()
@click.pass_obj
def delete(printer: Printer, run: str) -> int:
    """Forget a run and its files. A run that left something in Azure is kept."""
    from troubleshooter.errors import Refused

    with opened(run) as (workbench, run_id):
        left = workbench.read(run_id).open_changes
        if left and not _of_demo(workbench):
            raise Refused(
                f"Run {run_id} is kept.",
                f"It has left {len(left)} things in Azure, and only its journal knows them.",
                f"Remove them first: troubleshooter runs cleanup {run_id}",
            )
        workbench.delete(run_id)
    printer.result({"version": 1, "deleted": run_id}, f"Run {run_id} is deleted.")
    return 0


def _of_demo(workbench: Workbench) -> bool:
    from troubleshooter.settings import home

    return workbench.home == home() / "demo"


def _demand_a_world(workbench: Workbench, run_id: str) -> None:
    """Refuse to go on with a run of the demo: its Azure ended with the demo."""
    from troubleshooter.errors import Refused

    if _of_demo(workbench):
        raise Refused(
            f"Run {run_id} can be read, not resumed.",
            "It belongs to the demo, and its simulated Azure ended with it; nothing of it is left anywhere.",
            "Start a new one: troubleshooter demo",
        )


def _agreed(names: str) -> bool:
    return sys.stdin.isatty() and click.confirm(f"Remove {names}?", err=True)


def _receipt(changes: dict[str, list[dict[str, str]]]) -> str:
    lines = [
        f"{word:<8} {change['kind']} {change['id']}"
        for word in ("removed", "left")
        for change in changes[word]
    ]
    return "\n".join(lines) or "Nothing was left to remove."
