from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Literal

import click

from troubleshooter.cli.options import everywhere, option
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from troubleshooter.printer import Printer


@click.command(add_help_option=False)
@option("--scenario", default="vault-rbac-denied", show_default=True, help="What is broken; see demo --list.")
@option("--nodes", type=click.IntRange(1, 2000), default=2, show_default=True, help="Nodes of the pool.")
@option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; a free one by default.")
@option(
    "--speed",
    type=click.Choice(["fast", "real"]),
    default="fast",
    show_default=True,
    help="Whether operations take as long as in Azure.",
)
@everywhere()
@click.pass_obj
def command(printer: Printer, /, scenario: str, nodes: int, port: int, speed: Literal["fast", "real"]) -> int:
    """Serve the simulated Azure until interrupted.

    Prints one JSON line that says where it is and how to sign in, and nothing else on standard output.
    """
    from troubleshooter.cli.demo import needs_shell
    from troubleshooter.cli.worlds import scenario as known
    from troubleshooter.simulator.server import Simulator

    known(scenario)
    needs_shell()
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        with Simulator(scenario, nodes=nodes, port=port, speed=speed) as world:
            printer.announce(world.connection)
            over.wait()
    except OSError as error:
        raise UsageProblem(
            f"The simulated Azure cannot serve on port {port}.",
            f"{error.strerror}.",
            "Give --port another one.",
        ) from error
    return 0
