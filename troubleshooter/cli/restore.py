from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import answers, everywhere
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.printer import Printer


@click.command("restore")
@click.argument("run")
@answers
@everywhere()
@click.pass_obj
def command(printer: Printer, /, run: str, **given: Any) -> int:
    """Put the pool back as the run found it, at any later time.

    What stands under the name by then is deleted, so it must be typed: --confirm POOLNAME. Fields
    that Azure does not return are taken from TROUBLESHOOTER_SECRET_NAME, or waived: --answer waive=FIELD.
    """
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.cli.opened import demand_a_world, opened
    from troubleshooter.errors import ExitCode, Refused
    from troubleshooter.report.json_report import changes_json
    from troubleshooter.report.text import still_open

    cancel = threading.Event()
    with opened(run) as (workbench, run_id):
        demand_a_world(workbench, run_id, "restored")
        pool = workbench.read(run_id).target.pool
        if not _confirmed(pool, given["confirm"]):
            raise Refused(
                f"Pool {pool} was not restored.",
                f"What stands under that name is deleted for it, and {pool} was not typed.",
                f"troubleshooter runs restore {run_id} --confirm {pool}",
            )
        waived = given["answer"].get("waive", "").split("\n")
        with interrupts(
            printer, cancel, f"Resume it with: troubleshooter runs restore {run_id} --confirm {pool}"
        ):
            outcome = workbench.restore(run_id, printer.follow, cancel, waived)
        state = workbench.read(run_id)
    document = {"version": 1, "run": run_id, "pool": pool, **_became(outcome), "changes": changes_json(state)}
    printer.result(document, "\n".join([one_line(outcome.why), *still_open(state)]))
    if state.open_changes:
        return ExitCode.INCOMPLETE
    return ExitCode.WARNINGS_FOUND if outcome.attention else ExitCode.DONE


def _became(outcome: StepOutcome) -> dict[str, Any]:
    """Whether it was put back, and where it stands otherwise then."""
    from troubleshooter.model.handover import PutBack

    put_back = outcome.output if isinstance(outcome.output, PutBack) else None
    return {
        "restored": put_back is not None,
        "differences": list(put_back.differences) if put_back else [],
    }


def _confirmed(pool: str, typed: str) -> bool:
    if not typed and sys.stdin.isatty():
        typed = click.prompt(f"Type {pool} to delete what stands there and restore it", default="", err=True)
    return typed == pool
