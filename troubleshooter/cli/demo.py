from __future__ import annotations

import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import click

from troubleshooter.cli.options import change_form, everywhere, option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.printer import Printer
    from troubleshooter.wiring import Workbench

LOOPBACK = "127.0.0.1/32"


@click.command(add_help_option=False)
@click.argument("scenario", required=False, default="vault-rbac-denied")
@option("--headless", is_flag=True, help="Run without a screen; implies --yes.")
@option("--list", "listed", is_flag=True, help="Name the scenarios and leave.")
@option(
    "--nodes", type=click.IntRange(1, 2000), default=2, show_default=True, help="Nodes of the broken pool."
)
@option(
    "--debug-nodes",
    type=click.IntRange(1, 1000),
    help="Nodes of the debug pool; as many as the scenario needs unless said.",
)
@option("--noise", is_flag=True, help="Nodes that have worked for long: full logs, clocks that disagree.")
@option(
    "--speed",
    type=click.Choice(["fast", "real"]),
    help="Whether operations take as long as in Azure; by default fast without a screen, real on it.",
)
@change_form
@everywhere()
@click.pass_obj
def command(printer: Printer, /, scenario: str, headless: bool, listed: bool, **given: Any) -> int:
    """Walk through a broken pool of a simulated Azure; nothing real is touched.

    SCENARIO is one of --list. The demo plays the administrator too: where the fault lies outside the pool,
    it is cured before the fix is proven.
    """
    from troubleshooter.cli import worlds

    if listed:
        from troubleshooter.simulator.scenarios import SCENARIOS

        rows = [{"name": each.name, "summary": each.summary} for each in SCENARIOS.values()]
        text = "\n".join(f"{row['name']:<32}{row['summary']}" for row in rows)
        printer.result({"version": 1, "scenarios": rows}, text)
        return 0
    chosen = worlds.scenario(scenario)
    if not headless:
        from troubleshooter.cli.screen import demand_terminal

        demand_terminal(f"troubleshooter demo {scenario} --headless")
    needs_shell()
    from troubleshooter.simulator.server import Simulator

    speed: Literal["fast", "real"] = given["speed"] or ("fast" if headless else "real")
    with Simulator(scenario, nodes=given["nodes"], speed=speed, noise=given["noise"]) as world:
        worlds.sign_in_as(world.connection)
        debug_nodes = given["debug_nodes"] or chosen.debug_nodes
        if headless:
            return _headless(printer, world.connection, debug_nodes, given["form"])
        return _on_screen(printer, world.connection, debug_nodes)


def needs_shell() -> None:
    """Refuse where the simulated nodes cannot live: each runs the system's own sh."""
    from troubleshooter.errors import UsageProblem

    if sys.platform == "win32":
        raise UsageProblem(
            "The simulated Azure does not run on Windows.",
            "Its nodes run scripts with a POSIX shell.",
            "Use the Windows Subsystem for Linux; real pools can be worked on from here.",
        )


def _headless(printer: Printer, connection: Mapping[str, Any], debug_nodes: int, form: str) -> int:
    from troubleshooter.cli.headless import conduct
    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.model.target import Target
    from troubleshooter.wiring import RunOptions

    cancel = threading.Event()
    policy = AnswerPolicy(_answers(connection) | {"outside-fix": "done"}, yes=True)
    bench = _bench(connection)
    try:
        run = bench.start(Target.parse(connection["pool_id"]), RunOptions(debug_nodes=debug_nodes), cancel)
        administrator = partial(_administer, connection, printer.say)
        return conduct(printer, run, policy, cancel, before_answer=administrator, form=form)
    finally:
        bench.close()


def _on_screen(printer: Printer, connection: Mapping[str, Any], debug_nodes: int) -> int:
    from troubleshooter.cli.screen import drawn, how_it_ended, quickly

    with quickly():
        from troubleshooter.cli.log import log_screens
        from troubleshooter.model.target import Target
        from troubleshooter.tui.app import TroubleshooterApp
        from troubleshooter.wiring import RunOptions

    log_screens()
    bench = _bench(connection)
    try:
        app = TroubleshooterApp(
            bench,
            open_target=Target.parse(connection["pool_id"]),
            presets=_answers(connection),
            before_answer=partial(_administer, connection, lambda _: None),
            start_options=RunOptions(debug_nodes=debug_nodes),
            lasting=False,
        )
        unfinished = drawn(app, lambda: None)
    finally:
        bench.close()
    if unfinished is not None:
        printer.say(f"The simulated Azure of run {unfinished} ended with the demo; what it did is kept.")
        printer.say(f"Read it: troubleshooter runs show {unfinished}")
    return how_it_ended(app)


def _bench(connection: Mapping[str, Any]) -> Workbench:
    from troubleshooter.settings import home
    from troubleshooter.wiring import Endpoints, Workbench

    places = (connection[name] for name in ("arm_endpoint", "authority", "ca_file"))
    return Workbench(home() / "demo", Endpoints(*places))


def _answers(connection: Mapping[str, Any]) -> dict[str, str]:
    """What the person at the demo knows: where they sit, and which identity is meant."""
    from troubleshooter.cli.worlds import identity

    answers = {"allow-from": LOOPBACK, "identity": identity(connection)}
    return {gate: answer for gate, answer in answers.items() if answer}


def _administer(connection: Mapping[str, Any], say: Callable[[str], None], gate: str, choice: str) -> None:
    """Play the administrator, whose part lies outside the pool."""
    from troubleshooter.cli.worlds import cure

    if (gate, choice) == ("outside-fix", "done"):
        say(f"    the administrator: {cure(connection)}")
