from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from troubleshooter.analyse.sources import sources
from troubleshooter.analyse.spans import Window
from troubleshooter.analyse.timeline import moment_json, timeline
from troubleshooter.cli.log import noted
from troubleshooter.cli.moment_type import MomentType
from troubleshooter.cli.options import everywhere, option, own_extensions
from troubleshooter.diagnosis import NO_OWN, analyse_files
from troubleshooter.errors import ExitCode, UsageProblem, first_of
from troubleshooter.extensions import own
from troubleshooter.model.finding import Diagnosis, Severity, Verdict
from troubleshooter.printer import Form
from troubleshooter.report.counted import counted
from troubleshooter.report.gaps import by_reason, few
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.text import diagnosis_text
from troubleshooter.text import one_line
from troubleshooter.typed import convert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from troubleshooter.analyse.sources import Sources
    from troubleshooter.analyse.timeline import Moment
    from troubleshooter.model.evidence import SourceFile
    from troubleshooter.printer import Printer


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@option(
    "--rules", type=click.Path(exists=True), help="Own rules, a file or a folder, beside the shipped ones."
)
@own_extensions
@option(
    "--since",
    type=MomentType(),
    help="What was said before is told apart: 2026-11-25, 2026-11-25T08:12 (UTC), or 6h ago as 6h.",
)
@option("--until", type=MomentType(), help="What was said after is told apart.")
@option("--timeline", "with_times", is_flag=True, help="Show what happened when, all files on one clock.")
@everywhere(Form.TEXT, Form.JSON, Form.TICKET)
@click.pass_obj
def command(
    printer: Printer,
    /,
    paths: tuple[str, ...],
    rules: str | None,
    extensions: str | None,
    with_times: bool,
    since: datetime | None,
    until: datetime | None,
) -> int:
    """Find causes in logs, status files, folders or archives, offline.

    Settings in them are checked as well. PATH is a file, a folder, a .tar, .tar.gz or .zip, or - for standard
    input. Nothing is sent anywhere.
    """
    window = _window(since, until)
    with _opened(paths, printer) as found:
        found.window = window
        own_rules, own_ones = Path(rules) if rules else None, own(Path(extensions)) if extensions else NO_OWN
        diagnosis = analyse_files(found.files, own_rules, printer.redactor.text, own_ones, found)
        diagnosis = _for_a_ticket(diagnosis, found) if printer.form is Form.TICKET else diagnosis
        moments = timeline(found.files, found) if with_times or printer.form is Form.JSON else ()
        read = _read(found.files)
    # before it is put into lines: a secret that a line's end breaks is not known as such any more
    diagnosis = convert(printer.redactor.json(msgspec.to_builtins(diagnosis)), Diagnosis)
    left_out = [noted(left, printer.redactor) for left in found.left_out]
    for line in _not_read(found, left_out, whole=printer.verbose):
        printer.warn(f"▲ {line}")
    document = diagnosis_json(diagnosis) | {"timeline": [moment_json(moment) for moment in moments]}
    if printer.form is Form.TICKET:
        from troubleshooter.report.ticket_files import files_ticket

        text = files_ticket(diagnosis, len(found.files), left_out)
    else:
        text = _told(diagnosis, printer.width, read, moments)
    printer.result(document | _what_was_read(found, left_out), text)
    return exit_code(diagnosis, complete=not left_out)


def _for_a_ticket(diagnosis: Diagnosis, found: Sources) -> Diagnosis:
    from troubleshooter.analyse.particulars import particulars

    return replace(diagnosis, particulars=particulars(found.files, found))


def _told(diagnosis: Diagnosis, width: int, read: str, moments: Sequence[Moment]) -> str:
    lines = (diagnosis_text(diagnosis, width), read)
    return "\n".join((*lines, "", *map(_moment, moments)) if moments else lines)


def _opened(paths: tuple[str, ...], printer: Printer) -> AbstractContextManager[Sources]:
    if "-" in paths and sys.stdin.isatty():
        printer.warn("Paste the text, then press ctrl+D on a line of its own.")
    return sources(paths)


def _what_was_read(found: Sources, left_out: Sequence[str]) -> dict[str, Any]:
    return {"files": len(found.files), "left_out": left_out, "no_text": found.no_text}


def _window(since: datetime | None, until: datetime | None) -> Window:
    if since is not None and until is not None and since > until:
        raise UsageProblem(
            "There is no time between --since and --until.",
            f"{since:%Y-%m-%d %H:%M} UTC is after {until:%Y-%m-%d %H:%M} UTC.",
            "Give the earlier one as --since.",
        )
    return Window(since, until)


def _not_read(found: Sources, left_out: Sequence[str], *, whole: bool) -> Iterator[str]:
    told = [
        (left.name, line.removeprefix(f"{left.name}: "))
        for left, line in zip(found.left_out, left_out, strict=True)
    ]
    lines = left_out if whole else by_reason(told)
    yield from few([f"left out {one_line(line)}" for line in lines], whole=whole)
    yield from few([f"not read, it is no text: {one_line(name)}" for name in found.no_text], whole=whole)
    if not found.files:
        yield "there was no file to read"


def _begins(file: SourceFile) -> bytes:
    try:
        with file.open() as stream:
            return stream.read(1)
    except OSError:
        return b"?"  # not readable, which its own verdicts say; that is not empty


def _read(files: Sequence[SourceFile]) -> str:
    empty = sum(not _begins(file) for file in files)
    hollow = "" if not empty else ", which is empty" if len(files) == 1 else f", {empty} of them empty"
    return f"Read {counted(len(files), 'file')}{hollow}."


def _moment(moment: Moment) -> str:
    stamp = moment.at.strftime("%Y-%m-%d %H:%M:%S")
    zone = "stated" if moment.offset == "Z" else moment.offset
    node = f"{one_line(moment.node)}  " if moment.node else ""
    times = f"  ({moment.count} times)" if moment.count > 1 else ""
    return (
        f"{stamp} UTC, {zone:<12}{node}{one_line(moment.text)}{times}  {one_line(moment.file)}:{moment.line}"
    )


def exit_code(diagnosis: Diagnosis, *, complete: bool) -> ExitCode:
    codes = set()
    severities = {finding.severity for finding in diagnosis.findings}
    if Severity.ERROR in severities:
        codes.add(ExitCode.ERRORS_FOUND)
    if Severity.WARNING in severities or diagnosis.unexplained:
        codes.add(ExitCode.WARNINGS_FOUND)
    decided = any(check.verdict in {Verdict.FAIL, Verdict.PASS} for check in diagnosis.checked)
    read = decided or diagnosis.went_well > 0
    if not complete or not (read or diagnosis.findings or diagnosis.unexplained):
        codes.add(ExitCode.INCOMPLETE)
    return first_of(codes)
