from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import connection, everywhere, option
from troubleshooter.errors import UsageProblem
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from troubleshooter.printer import Printer

PLAYBOOK = "check"


def _one_check(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> str:
    """The exit code tells of one check: of two the first would be passed over in silence."""
    if len(set(values)) > 1:
        raise click.BadParameter(f"one check is made at a time, not {' and '.join(values[:2])}.")
    return values[0] if values else ""


@click.command()
@click.argument("target")
@option(
    "--only",
    multiple=True,
    callback=_one_check,
    metavar="ID",
    help="Make this one cross-check, e.g. once its fault was mended.",
)
@connection
@everywhere()
@click.pass_obj
def command(printer: Printer, /, target: str, **given: Any) -> int:
    """Look at a pool from Azure's side, and change nothing.

    Survey, cross-checks and diagnosis, by reads alone.
    TARGET is the pool's ARM resource id, a portal URL that contains one, ACCOUNT/POOL, or a pool's name: a
    name is looked for in all that can be read. What a right was missing for is told as not known, with the
    role that has it.
    With --only the exit code tells of that check alone: 0 passed or does not apply, 3 failed, 8 cannot
    be told.
    """
    from troubleshooter.cli.headless import conduct
    from troubleshooter.cli.opened import alarm
    from troubleshooter.cli.run import endpoints
    from troubleshooter.cli.target import meant
    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.settings import home
    from troubleshooter.workbench import RunOptions, Workbench, gates

    _known(given["only"])
    pool, _ = meant(printer, target, given, endpoints(given))
    cancel = threading.Event()
    bench = Workbench(home(), endpoints(given))
    try:
        alarm(bench)
        run = bench.start(pool, RunOptions(PLAYBOOK, only=given["only"]), cancel)
        printer.say(f"Run {run.id}: {pool.account}/{pool.pool}")
        return conduct(printer, run, AnswerPolicy(gates(), {}, yes=False, confirm=""), cancel)
    finally:
        bench.close()


def _known(check: str) -> None:
    from troubleshooter.checks import ROWS

    ids = [row.id for row in ROWS]
    if not check or check in ids:
        return
    from difflib import get_close_matches

    near = get_close_matches(check, ids, 3, 0.5)
    raise UsageProblem(
        f"There is no cross-check {one_line(check)}.",
        f"Did you mean {' or '.join(near)}?" if near else "No cross-check has an id like it.",
        f"All of them: {', '.join(ids)}",
    )
