from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from troubleshooter.cli.options import everywhere, option
from troubleshooter.text import visible

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState
    from troubleshooter.printer import Printer


@click.command()
@click.argument("run")
@option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "json", "ticket"]),
    help="Form of the report; unless said it is text on a terminal, else markdown.",
)
@option("--out", "-o", metavar="FILE", help="Write it to a file instead of standard output.")
@everywhere()
@click.pass_obj
def command(printer: Printer, /, run: str, form: str | None, out: str | None) -> int:
    """Write the report of a run. RUN is its id or the beginning of it."""
    from troubleshooter.cli.opened import opened
    from troubleshooter.engine.outcome import exit_code
    from troubleshooter.printer import Form
    from troubleshooter.report.json_report import run_json
    from troubleshooter.report.wrapped import WIDTH

    with opened(run) as (bench, run_id):
        state = bench.read(run_id)
    document = run_json(state, exit_code(state))
    shown = out is None and printer.columns > 0
    chosen = form or ("json" if printer.form is Form.JSON else "text" if shown else "markdown")
    width = printer.width if shown else WIDTH
    text = json.dumps(document, indent=2) + "\n" if chosen == "json" else _paper(state, chosen, width)
    if out is None:
        printer.result(document | ({"text": text} if chosen != "json" else {}), text)
        return 0
    write(Path(out), text.encode())
    printer.result({"version": 1, "run": state.id, "file": out}, f"Written to {visible(out)}")
    return 0


def _paper(state: RunState, form: str, width: int) -> str:
    from troubleshooter.report.html import run_html
    from troubleshooter.report.markdown import run_markdown
    from troubleshooter.report.paper_text import run_paper
    from troubleshooter.report.ticket import run_ticket

    if form == "ticket":
        return run_ticket(state)
    if form == "text":
        return run_paper(state, width)
    return run_html(state) if form == "html" else run_markdown(state)


def write(path: Path, data: bytes) -> None:
    """Write an operator's file, for its owner alone; what cannot be written is told in three parts."""
    from troubleshooter.engine.evidence import owner_only
    from troubleshooter.errors import UsageProblem

    try:
        with open(path, "wb", opener=owner_only) as file:
            file.write(data)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written.", f"{error.strerror}.", "Give -o another place."
        ) from error
