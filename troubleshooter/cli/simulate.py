from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from troubleshooter.cli.options import everywhere, option
from troubleshooter.cli.signals import asked_to_stop
from troubleshooter.errors import UsageProblem
from troubleshooter.report.counted import counted
from troubleshooter.text import visible

if TYPE_CHECKING:
    from troubleshooter.printer import Printer


@click.command()
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
@option("--noise", is_flag=True, help="Nodes that have worked for long: full logs, clocks that disagree.")
@option(
    "--write",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Serve nothing: write the nodes' files into FOLDER, e.g. for analyze.",
)
@everywhere()
@click.pass_obj
def command(printer: Printer, /, scenario: str, nodes: int, write: str | None, **given: Any) -> int:
    """Serve the simulated Azure until interrupted.

    Prints one JSON line that says where it is and how to sign in, and nothing else on standard output.
    """
    from troubleshooter.cli.worlds import scenario as known

    known(scenario)
    if write is not None:
        return _write(printer, scenario, Path(write), nodes, noise=given["noise"])
    return _serve(printer, scenario, nodes, **given)


def _write(printer: Printer, scenario: str, folder: Path, nodes: int, *, noise: bool) -> int:
    from troubleshooter.simulator.files import write_files

    try:
        write_files(scenario, folder, nodes, noise=noise)
    except OSError as error:
        raise UsageProblem(
            f"{folder} cannot be written to.", f"{error.strerror}.", "Name a folder that is yours."
        ) from error
    files = sum(path.is_file() for path in folder.rglob("*"))
    document = {"version": 1, "scenario": scenario, "folder": str(folder), "files": files}
    printer.result(
        document,
        visible(f"{counted(files, 'file')} in {folder}; read them with: troubleshooter analyze {folder}"),
    )
    return 0


def _serve(
    printer: Printer, scenario: str, nodes: int, port: int, speed: Literal["fast", "real"], *, noise: bool
) -> int:
    from troubleshooter.cli.worlds import needs_shell
    from troubleshooter.simulator.server import Simulator

    needs_shell()
    over = threading.Event()
    try:
        with (
            asked_to_stop(over.set),
            Simulator(scenario, nodes, port, speed, noise=noise) as world,
        ):
            printer.announce(world.connection)
            over.wait()
    except OSError as error:
        raise UsageProblem(
            f"The simulated Azure cannot serve on port {port}.",
            f"{error.strerror}.",
            "Give --port another one.",
        ) from error
    return 0
