from __future__ import annotations

from typing import TYPE_CHECKING

import click

from troubleshooter.analyse.sources import sources
from troubleshooter.cli.options import everywhere
from troubleshooter.errors import ExitCode, first_of
from troubleshooter.model.finding import Severity, Verdict
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.text import diagnosis_text
from troubleshooter.wiring import analyse_files

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.printer import Printer


@click.command(add_help_option=False)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@everywhere()
@click.pass_obj
def command(printer: Printer, /, paths: tuple[str, ...]) -> int:
    """Find causes in logs, status files, folders or archives, offline.

    PATH is a file, a folder, a .tar, .tar.gz or .zip, or - for standard input. Nothing is sent anywhere.
    """
    with sources(paths) as found:
        diagnosis = analyse_files(found.files)
    document = {**diagnosis_json(diagnosis), "files": len(found.files), "left_out": found.left_out}
    for line in found.left_out:
        printer.say(f"▲ left out {line}")
    if not found.files:
        printer.say("▲ there was no file to read")
    printer.result(document, diagnosis_text(diagnosis))
    return _exit_code(diagnosis, complete=not found.left_out)


def _exit_code(diagnosis: Diagnosis, *, complete: bool) -> ExitCode:
    codes = set()
    severities = {finding.severity for finding in diagnosis.findings}
    if Severity.ERROR in severities:
        codes.add(ExitCode.ERRORS_FOUND)
    if Severity.WARNING in severities or diagnosis.unexplained:
        codes.add(ExitCode.WARNINGS_FOUND)
    read = any(check.verdict in {Verdict.FAIL, Verdict.PASS} for check in diagnosis.checked)
    if not complete or not (read or diagnosis.findings or diagnosis.unexplained):
        codes.add(ExitCode.INCOMPLETE)
    return first_of(codes)
