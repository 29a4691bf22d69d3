from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import everywhere, option, own_extensions
from troubleshooter.cli.textfile import Folder, read_text
from troubleshooter.errors import ExitCode, NotFound, TroubleshooterError, UsageProblem, first_of
from troubleshooter.extensions import own, shipped
from troubleshooter.fence import LeftOut, fence
from troubleshooter.lint import lint_text
from troubleshooter.lint.ignores import Ignores
from troubleshooter.lint.ignores import told as told_of
from troubleshooter.model.finding import Severity
from troubleshooter.model.step import ErrorText
from troubleshooter.printer import Form
from troubleshooter.report.counted import counted
from troubleshooter.report.gaps import few
from troubleshooter.report.look_up import look_up
from troubleshooter.report.symbols import SEVERITY_SYMBOLS
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from troubleshooter.lint.finding import LintFinding, LintResult
    from troubleshooter.model.extension import Extension
    from troubleshooter.printer import Printer

SIZE_LIMIT = 32 * 1024 * 1024
_CODES = {
    Severity.ERROR: ExitCode.ERRORS_FOUND,
    Severity.WARNING: ExitCode.WARNINGS_FOUND,
    Severity.INFO: ExitCode.DONE,
}


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@option("--fix", is_flag=True, help="Write what can be repaired to FILE.fixed.json; FILE stays as it is.")
@option(
    "--ignore",
    multiple=True,
    metavar="ID",
    help="Leave findings of this id out of the result; they are counted. Repeatable.",
)
@own_extensions
@everywhere(Form.TEXT, Form.JSON, Form.SARIF)
@click.pass_obj
def command(
    printer: Printer, /, files: tuple[str, ...], fix: bool, ignore: tuple[str, ...], extensions: str | None
) -> int:
    """Check Key Vault extension settings in files.

    FILE is a pool body, an ARM template, a Terraform plan (terraform show -json), an extension object, a
    .settings file, or what the CLI and PowerShell print; or a source with literal settings: HCL, Bicep,
    PowerShell, shell lines, YAML, C#, Python, a page or a mail. - is standard input. Of a FOLDER every .json,
    .settings and source file is checked, but for those in .git, .terraform, node_modules and the like.

    What is to be ignored of which file, and why, may stand in a .troubleshooter.yaml in its folder or above.
    """
    ignores = Ignores(ignore)
    known = (*shipped(), *(own(Path(extensions)).extensions if extensions else ()))
    folder = Folder()
    results, failures = _read(files, folder, known, printer, ignores if fix else None)
    sifted = (_sifted(each, ignores) for each in results)
    results = [each for each in sifted if _says_something(each) or each.file not in folder.files]
    _warn_of(folder.left_out, ignores.doubts(known), printer)
    code = _exit_code(results, failures, complete=not folder.left_out)
    if printer.form is Form.SARIF:
        _say_sarif(printer, results, failures, known)
    else:
        repaired = _repaired(results, ignores) if fix else {}
        said = "\n".join((*_blocks(repaired), _text(results, known)))
        document = _document(results, repaired) if printer.form is Form.JSON else {}
        printer.result(document, said, _told(failures, code))
    return code


def _read(
    files: Sequence[str],
    folder: Folder,
    known: tuple[Extension, ...],
    printer: Printer,
    to_fix: Ignores | None,
) -> tuple[list[LintResult], list[TroubleshooterError]]:
    """What is said of each file, and of those that somebody named which cannot be read."""
    results: list[LintResult] = []
    failures: list[TroubleshooterError] = []
    for file in folder.opened(files):
        with fence(file, folder.left_out.append):
            try:
                if (
                    not file
                ):  # `"$FILE"` of a shell; a path of Python's would be the folder that one stands in
                    raise NotFound(
                        "'' cannot be read.", "No file or folder has an empty name.", "Give a path."
                    )
                text = read_text(file, SIZE_LIMIT)
                if not folder.passes_over(file, text, known):
                    results.append(_linted(text, file, known))
                    folder.left_out += _left_out(results[-1])
                    if to_fix and not results[-1].form:
                        printer.say(_repair(file, text, known, to_fix))
            except TroubleshooterError as error:
                if file in folder.files:
                    folder.left_out.append(LeftOut(file, f"{error.what} {error.why}"))
                else:
                    failures.append(error)
    return results, failures


def _left_out(result: LintResult) -> list[LeftOut]:
    return [LeftOut(result.file, why) for why in (result.left_out, result.not_shown) if why]


def _repair(file: str, text: str, known: tuple[Extension, ...], ignores: Ignores) -> str:
    from troubleshooter.cli.repair import repair

    return repair(file, text, known, ignores.ids(file))


_Repaired = dict[str, list[tuple[int, str]]]
"""Of each source: the lines of settings, and what these have to be."""


def _repaired(results: Sequence[LintResult], ignores: Ignores) -> _Repaired:
    found: _Repaired = {}
    for result in results:
        spared = ignores.ids(result.file)
        texts = ((one.line, one.text(spared)) for one in result.corrections)
        if result.form:
            found[result.file] = [(line, text) for line, text in texts if text]
    return found


def _blocks(repaired: _Repaired) -> Iterator[str]:
    """Each block as it is to be: a source is left alone."""
    for file, blocks in repaired.items():
        if not blocks:
            yield f"{one_line(file)}: nothing that can be repaired without knowing more"
        for line, text in blocks:
            yield f"{one_line(file)}:{line}  the settings as they have to be (the file stays as it is):"
            yield visible(text, keep_newlines=True)
            yield ""


def _says_something(result: LintResult) -> bool:
    return bool(result.extensions or result.findings or result.ignored)


def _sifted(result: LintResult, ignores: Ignores) -> LintResult:
    kept, ignored = ignores.sift(result.file, result.findings)
    return replace(result, findings=kept, ignored=ignored)


def _warn_of(left_out: Sequence[LeftOut], doubts: Iterable[str], printer: Printer) -> None:
    for doubt in doubts:
        printer.warn(f"▲ {one_line(doubt)}")
    if not left_out:
        return
    from troubleshooter.cli.log import noted

    lines = [f"left out: {one_line(noted(left, printer.redactor))}" for left in left_out]
    for line in few(lines, whole=printer.verbose):
        printer.warn(f"▲ {line}")


def _say_sarif(
    printer: Printer,
    results: Sequence[LintResult],
    failures: Sequence[TroubleshooterError],
    known: tuple[Extension, ...],
) -> None:
    """SARIF has its own place for failures, and takes no key that it does not know.

    Its escapes come after the redaction, which would not know a secret again behind them.
    """
    from troubleshooter.cli.sarif import sarif

    hidden = printer.redactor.text
    findings = [(_redacted(finding, hidden), None) for result in results for finding in result.findings]
    ignored = [(_redacted(one.finding, hidden), one) for result in results for one in result.ignored]
    printer.result(sarif([*findings, *ignored], [hidden(str(failure)) for failure in failures], known), "")
    for failure in failures:
        printer.failed(failure.what, failure.why, failure.do)


def _redacted(finding: LintFinding, hidden: Callable[[str], str]) -> LintFinding:
    fix = replace(finding.fix, summary=hidden(finding.fix.summary)) if finding.fix else None
    return replace(finding, message=hidden(finding.message), why=hidden(finding.why), fix=fix)


def _linted(text: str, file: str, known: tuple[Extension, ...]) -> LintResult:
    result = lint_text(text, file, known)
    if unread := next((finding for finding in result.findings if finding.id == "not-json"), None):
        fix = unread.fix.summary if unread.fix else ""
        do = f"{fix}." if fix.startswith("Give") else "Correct that place, or export it again."
        raise UsageProblem(f"{file} cannot be read: {unread.message}.", unread.why, do)
    return result


def _exit_code(
    results: Sequence[LintResult], failures: Sequence[TroubleshooterError], *, complete: bool
) -> ExitCode:
    codes = {ExitCode(failure.exit_code) for failure in failures}
    codes |= {_CODES[finding.severity] for result in results for finding in result.findings}
    if not complete or not any(map(_says_something, results)):
        codes.add(ExitCode.INCOMPLETE)
    return first_of(codes)


def _told(failures: Sequence[TroubleshooterError], code: ExitCode) -> ErrorText | None:
    """Tell all failures as one: the first in full, the others by what they are."""
    if not failures:
        return None
    first = next(failure for failure in failures if failure.exit_code == code)
    others = "".join(f" Also: {failure.what}" for failure in failures if failure is not first)
    return ErrorText(first.what, first.why + others, first.do, code)


def _document(results: Sequence[LintResult], repaired: _Repaired) -> dict[str, Any]:
    return {
        "version": 1,
        "files": [_file(result, repaired) for result in results],
        "findings": [finding.json() for result in results for finding in result.findings],
        "checked": [check for result in results for check in _checked(result)],
        "ignored": [one.json() for result in results for one in result.ignored],
    }


def _checked(result: LintResult) -> list[dict[str, str]]:
    """How each check ended whose fields stand in the file, and by what."""
    if not result.looked_at:
        return []
    from troubleshooter.lint.catalogue import checks
    from troubleshooter.lint.looked_at import checked

    found = {finding.id for finding in (*result.findings, *(one.finding for one in result.ignored))}
    told = checked(result.looked_at, found, checks(), result.file)
    return [
        {
            "file": result.file,
            "id": check.id,
            "verdict": check.verdict.value,
            "because": check.because,
            "missing": check.missing,
        }
        for check in told
    ]


def _file(result: LintResult, repaired: _Repaired) -> dict[str, Any]:
    shown: dict[str, Any] = {"file": result.file, "extensions": result.extensions}
    if result.form:
        shown["form"] = result.form
    if blocks := repaired.get(result.file):
        shown["corrected"] = [{"line": line, "settings": text} for line, text in blocks]
    return shown if result.repaired is None else {**shown, "repaired": result.repaired}


def _text(results: Sequence[LintResult], known: tuple[Extension, ...]) -> str:
    titles = {title for result in results for title in result.titles} or {
        one.title for one in known if one.sought
    }
    named = f"{titles.pop() if len(titles) == 1 else 'known'} extension"
    lines = [line for result in results for finding in result.findings for line in _finding(finding)]
    nothing = [result for result in results if not result.findings and not result.extensions]
    lines += [
        f"{one_line(result.file)}: no {one_line(named)} in it" + (f"; {result.hint}" if result.hint else "")
        for result in nothing
    ]
    for result in results:
        if result.repaired is not None and result.file == "-":
            lines += ["Repaired:", "", visible(result.repaired.expandtabs(), keep_newlines=True), ""]
        elif result.repaired is not None:
            lines.append(f"{one_line(result.file)}: --fix writes it as JSON to a file beside it")
    found = sum(result.extensions for result in results)
    mistakes = sum(len(result.findings) for result in results)
    told = (
        counted(len(results), "file"),
        counted(found, named),
        counted(mistakes, "finding"),
    )
    lines.append(visible(", ".join(told)))
    lines += map(one_line, told_of(one for result in results for one in result.ignored))
    return "\n".join(lines)


def _finding(finding: LintFinding) -> Iterator[str]:
    symbol = SEVERITY_SYMBOLS[finding.severity]
    line = f":{finding.line}" if finding.line else ""
    yield f"{symbol} {one_line(finding.file)}{line}  {one_line(finding.message)}  [{visible(finding.id)}]"
    yield f"    at   {one_line(finding.path)}"
    yield f"    why  {one_line(finding.why)}"
    if finding.fix is not None:
        yield f"    fix  {one_line(finding.fix.summary)}"
    yield f"    more {look_up(finding.id)}"
    yield ""
