"""Where the process begins and ends: one result or one error, one exit code."""

from __future__ import annotations

import itertools
import os
import shlex
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click
from click.core import ParameterSource

from troubleshooter.apart import settled
from troubleshooter.cli.root import root
from troubleshooter.cli.signals import asked_to_stop, keep_exit_code
from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.printer import Form, Printer
from troubleshooter.writer import taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshooter.redact import Redactor


_SECONDS_TO_SETTLE = 0.5
"""That a connection which was closed a moment ago takes at most to end its thread."""


def main() -> NoReturn:
    """Entry point of the `troubleshooter` command."""
    try:
        with asked_to_stop(_interrupt):
            code = run(sys.argv[1:], Printer(_form(sys.argv[1:], os.environ), *taken(), os.environ))
    except KeyboardInterrupt:  # asked once more during its last words
        code = ExitCode.INTERRUPTED
    if hasattr(signal, "SIGHUP"):  # not on Windows
        # All is said. While Python takes itself down it hears nobody, and a closed terminal would
        # turn the exit code of what was done into the signal's.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    keep_exit_code()
    if not settled(_SECONDS_TO_SETTLE):
        os._exit(code)  # what was written has been flushed
    sys.exit(code)


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def run(arguments: Sequence[str], printer: Printer) -> int:
    """Run one command line; whatever happens, it ends with a result or an error told, and its code."""
    try:
        code = root.main(list(arguments), "troubleshooter", standalone_mode=False, obj=printer)
    except click.UsageError as problem:
        printer.failed(*_usage(problem))
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        return _interrupted(printer, arguments)
    except TroubleshooterError as problem:
        printer.failed(problem.what, problem.why, problem.do, problem.document)
        return problem.exit_code
    except Exception as bug:  # noqa: BLE001 - the one place that turns a bug into an exit code and a log
        if isinstance(bug.__context__, KeyboardInterrupt):  # click's own farewell met a closed terminal
            return _interrupted(printer, arguments)
        printer.failed(*_bug(bug, printer.redactor))
        return ExitCode.BUG
    return int(code or 0)


def _interrupted(printer: Printer, arguments: Sequence[str]) -> int:
    again = shlex.join(["troubleshooter", *arguments])
    printer.failed("Interrupted.", "It was asked to stop.", f"Run the same command again: {again}")
    return ExitCode.INTERRUPTED


def _form(arguments: Sequence[str], environ: Mapping[str, str]) -> Form:
    """Guess the form before the command line is parsed, so that a usage error has it too."""
    words = list(arguments)
    asked = [value for flag, value in itertools.pairwise(words) if flag == "--output"]
    asked += [word.partition("=")[2] for word in words if word.startswith("--output=")]
    form = asked[-1] if asked else environ.get("TROUBLESHOOTER_OUTPUT", "")
    return Form(form) if form in list(Form) else Form.TEXT


def _usage(problem: click.UsageError) -> tuple[str, str, str]:
    if problem.ctx is None:
        return problem.format_message(), "", "See troubleshooter --help."
    usage = " ".join(problem.ctx.get_usage().split())
    return problem.format_message(), f"{_variable(problem)}{usage}", f"See {problem.ctx.command_path} --help."


def _variable(problem: click.UsageError) -> str:
    """From where a value came that nobody typed: whoever is told of it looks for it on the command line."""
    param = problem.param if isinstance(problem, click.BadParameter) else None
    if param is None or problem.ctx is None:
        return ""
    given = problem.ctx.get_parameter_source(param.name or "") is ParameterSource.ENVIRONMENT
    return f"It comes from the environment, from {param.envvar}. " if given else ""


def _bug(bug: Exception, redactor: Redactor) -> tuple[str, str, str]:
    import traceback

    from troubleshooter.cli.log import write_log

    text = redactor.text("".join(traceback.format_exception(bug)))
    why = f"{type(bug).__name__} was not foreseen: this is a bug."
    try:
        log = write_log(text)
    except OSError as error:
        return (
            "Something unexpected happened.",
            f"{why} No log could be written: {error.strerror}. {text}",
            "",
        )
    return "Something unexpected happened.", why, f"Report it with the traceback in {log}."
