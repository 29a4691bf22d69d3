from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli import restore
from troubleshooter.cli.opened import bench, demand_a_world, of_demo, opened, rehearsed
from troubleshooter.cli.options import (
    Members,
    alone,
    answers,
    change_form,
    consent,
    everywhere,
    notifies,
    option,
    places,
)
from troubleshooter.text import visible

if TYPE_CHECKING:
    from troubleshooter.printer import Printer


@click.group(cls=Members, invoke_without_command=True)
@everywhere()
@click.pass_context
def command(ctx: click.Context) -> None:
    """List, show, resume, clean up, restore, export or delete runs.

    RUN is a run's id or the beginning of it.
    """
    alone(ctx)


@command.command("list")
@everywhere()
@click.pass_obj
def list_runs(printer: Printer) -> int:
    """List all runs, the newest first, those of the demo too."""
    from troubleshooter.report.json_report import runs_json
    from troubleshooter.report.runs_table import runs_text

    with bench() as workbench:
        runs = sorted((*workbench.runs(), *rehearsed()), key=lambda run: run.updated, reverse=True)
    printer.result(runs_json(runs), runs_text(runs, printer.columns))
    return 0


@command.command()
@click.argument("run")
@change_form
@everywhere()
@click.pass_obj
def show(printer: Printer, run: str, form: str) -> int:
    """Show how far a run has come, what it found, and the change for the original."""
    from troubleshooter.cli.questions import kept
    from troubleshooter.engine.outcome import exit_code
    from troubleshooter.model.unreadable import CannotBeRead
    from troubleshooter.report.json_report import run_json
    from troubleshooter.report.text import run_text
    from troubleshooter.report.unreadable import unreadable_json, unreadable_text

    try:
        with opened(run) as (workbench, run_id):
            state = workbench.read(run_id)
    except CannotBeRead as unreadable:
        printer.result(unreadable_json(unreadable.run), unreadable_text(unreadable.run, printer.width))
        return 0
    questions, lines = kept(state)
    text = "\n".join([run_text(state, form, printer.width), *lines])
    printer.result(run_json(state, exit_code(state)) | questions, text)
    return 0


@command.command()
@click.argument("run")
@answers
@option("--until", metavar="STEP", help="Stop after this step.")
@change_form
@notifies
@everywhere()
@click.pass_obj
def resume(printer: Printer, /, run: str, **given: Any) -> int:
    """Go on with a run from where it stopped, without a screen."""
    from troubleshooter.cli.headless import conduct, interrupts
    from troubleshooter.cli.run import check_step
    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.model.step import StepState
    from troubleshooter.workbench import gates

    cancel = threading.Event()
    with opened(run) as (workbench, run_id):
        demand_a_world(workbench, run_id, "resumed")
        state = workbench.read(run_id)
        check_step(given["until"], [record.id for record in state.steps])
        policy = AnswerPolicy.for_run(
            gates(), state, given["answer"], yes=given["yes"], confirm=given["confirm"]
        )
        with interrupts(printer, cancel, f"Go on with: troubleshooter runs resume {run_id}"):
            workbench.finish_way_back(run_id, printer.follow, cancel)
        going = workbench.resume(run_id, cancel)
        current = going.state.current
        if current is not None and current.state is StepState.FAILED:
            going.retry(current.id, printer.follow)
        return conduct(printer, going, policy, cancel, given["until"], form=given["form"])


@command.command()
@click.argument("run")
@consent("--yes", "-y", is_flag=True, help="Remove without asking what the journal says this run created.")
@option("--in", "account", metavar="ACCOUNT_ID", help="Do without the journal: look in this Batch account.")
@consent(
    "--confirm", "confirmed", metavar="NAME", multiple=True, help="With --in: the pool that is agreed to."
)
@consent("--close", "closed", metavar="NAME", help="Keep as it stands what nobody knows the outcome of.")
@places
@everywhere()
@click.pass_obj
def cleanup(printer: Printer, /, run: str, yes: bool, account: str | None, **given: Any) -> int:
    """Remove everything a run created in Azure and has not taken back.

    --in is for a journal that is lost: it offers the pools of a Batch account (its ARM resource id) that
    carry the mark of RUN, its whole id. Anyone can write a mark, so each pool wants its name: --confirm NAME.
    An original is never deleted by it: its mark is taken off, and the jobs that it lists are enabled.
    --close is for a change that no answer told the outcome of and that was not seen for an hour, and for an
    original that is to be kept as it stands.
    """
    from troubleshooter.cli.cleanup import by_journal, by_mark, close

    if account is not None:
        return by_mark(printer, run, account, given)
    with opened(run) as (workbench, run_id):
        if workbench.read(run_id).open_changes:
            demand_a_world(workbench, run_id, "cleaned up")
        if name := given["closed"]:
            return close(printer, workbench, run_id, name)
        return by_journal(printer, workbench, run_id, yes=yes)


command.add_command(restore.command)


@command.command()
@click.argument("run")
@option("--out", "-o", metavar="FILE.tar.gz", help="Where to write the bundle.")
@option("--preview", is_flag=True, help="List what would be hidden, kind by kind; write nothing.")
@everywhere()
@click.pass_obj
def export(printer: Printer, run: str, out: str | None, preview: bool) -> int:
    """Write a run as one redacted archive: events, evidence, report. `analyze` reads it."""
    from troubleshooter.cli.bundle import of_run as bundle

    if preview:
        with opened(run) as (workbench, run_id):
            printer.result(*bundle.preview(workbench, run_id))
        return 0
    if not out:
        raise click.UsageError("Missing option '--out' / '-o'.")
    with opened(run) as (workbench, run_id):
        digest = bundle.export(workbench, run_id, Path(out))
    size = Path(out).stat().st_size
    printer.result(
        {"version": 1, "run": run_id, "file": out, "bytes": size, "sha256": digest},
        f"Written to {visible(out)}",
    )
    return 0


@command.command()
@click.argument("run")
@consent("--yes", "-y", is_flag=True, help="Delete without asking.")
@everywhere()
@click.pass_obj
def delete(printer: Printer, run: str, yes: bool) -> int:
    """Forget a run and its files. A run that left something in Azure is kept."""
    from troubleshooter.cli.cleanup import agreed
    from troubleshooter.errors import Refused

    with opened(run) as (workbench, run_id):
        left = workbench.read(run_id).open_changes
        if left and not of_demo(workbench):
            names = ", ".join(f"{each.kind} {each.id}" for each in left if not each.unknown)
            may_come = ", ".join(f"{each.kind} {each.id}" for each in left if each.unknown)
            told = f"Left in Azure: {names}. " if names else ""
            told += f"May still come: {may_come}. " if may_come else ""
            raise Refused(
                f"Run {run_id} is kept.",
                f"{told}Only its journal knows of it.",
                f"Take it back first: troubleshooter runs cleanup {run_id}",
            )
        if not yes and not agreed(f"Delete run {run_id} and every file it kept?"):
            raise Refused(
                f"Run {run_id} is not deleted.",
                "It cannot be brought back, and nobody agreed to it.",
                f"troubleshooter runs delete {run_id} --yes",
            )
        workbench.delete(run_id)
    printer.result({"version": 1, "deleted": run_id}, f"Run {run_id} is deleted.")
    return 0
