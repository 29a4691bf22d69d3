from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import connection, everywhere

if TYPE_CHECKING:
    from troubleshooter.printer import Printer

PLAYBOOK = "check"


@click.command()
@click.argument("target")
@connection
@everywhere()
@click.pass_obj
def command(printer: Printer, /, target: str, **given: Any) -> int:
    """Look at a pool from Azure's side, and change nothing.

    Survey, cross-checks and diagnosis, by reads alone.
    TARGET is the pool's ARM resource id, a portal URL that contains one, or ACCOUNT/POOL with --subscription
    and --resource-group. What a right was missing for is told as not known, with the role that has it.
    """
    from troubleshooter.cli.headless import conduct
    from troubleshooter.cli.opened import alarm
    from troubleshooter.cli.run import endpoints
    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.model.target import Target
    from troubleshooter.settings import home
    from troubleshooter.workbench import RunOptions, Workbench, gates

    pool = Target.parse(target, given["subscription"], given["resource_group"])
    cancel = threading.Event()
    bench = Workbench(home(), endpoints(given))
    try:
        alarm(bench)
        run = bench.start(pool, RunOptions(PLAYBOOK), cancel)
        printer.say(f"Run {run.id}: {pool.account}/{pool.pool}")
        return conduct(printer, run, AnswerPolicy(gates(), {}, yes=False, confirm=""), cancel)
    finally:
        bench.close()
