"""Moves a run without a screen, hears Ctrl-C, and tells how it ended."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from troubleshooter.cli.questions import kept
from troubleshooter.cli.signals import asked_to_stop
from troubleshooter.engine.driver import drive
from troubleshooter.engine.outcome import exit_code
from troubleshooter.errors import ExitCode, Interrupted, TroubleshooterError
from troubleshooter.model.step import ErrorText, StepState
from troubleshooter.redact.environment import SUPPLIED
from troubleshooter.report.json_report import run_json
from troubleshooter.report.text import run_text

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.engine.runner import Run
    from troubleshooter.model.run import Question, RunState
    from troubleshooter.printer import Printer


def conduct(
    printer: Printer,
    run: Run,
    policy: AnswerPolicy,
    cancel: threading.Event,
    until: str | None = None,
    before_answer: Callable[[Question, str], str | None] | None = None,
    form: str = "arm",
) -> ExitCode:
    """Run to the end or to where it stops, print the result, and give the exit code."""
    printer.begin(run.state)
    printer.watch()
    failure: TroubleshooterError | None = None
    with interrupts(printer, cancel, _going_on(run.state)):
        try:
            drive(run, policy, printer.follow, cancel, until, before_answer)
        except TroubleshooterError as error:
            failure = error
        finally:
            run.close()
    printer.over(run.state)
    return tell(printer, run.state, failure, form)


def tell(
    printer: Printer, state: RunState, failure: TroubleshooterError | None = None, form: str = "arm"
) -> ExitCode:
    """Print a run's result and what ended it before its time."""
    code = ExitCode(failure.exit_code) if failure else exit_code(state)
    questions, lines = kept(state)
    text = "\n".join([_text(printer, state, form), *lines])
    printer.result(run_json(state, code) | questions, text, _error(state, failure, code))
    return code


def _text(printer: Printer, state: RunState, form: str) -> str:
    live = printer.seen_live and not printer.quiet
    return run_text(state, form, printer.width, steps=not live)


def _error(state: RunState, failure: TroubleshooterError | None, code: ExitCode) -> ErrorText | None:
    if failure is not None:
        return ErrorText(failure.what, failure.why, f"{failure.do} {_going_on(state, then=True)}", code)
    if code is ExitCode.INTERRUPTED:
        return ErrorText("Interrupted.", "It was asked to stop.", _going_on(state), code)
    if question := state.question:
        choice = "|".join(each.value for each in question.choices) or question.hint or "VALUE"
        return ErrorText(
            f"Nobody answered the gate {question.gate}.",
            question.text,
            _how_to_answer(state, question, choice),
            code,
        )
    failed = next((record for record in state.steps if record.state is StepState.FAILED), None)
    return failed.error if failed else None


def _how_to_answer(state: RunState, question: Question, choice: str) -> str:
    """A secret is never an argument: it comes from the environment."""
    if question.kept_as:
        return f"Set {SUPPLIED}{question.kept_as}. {_going_on(state, then=True)}"
    if question.gate == "waive":
        choice = question.about
    return _going_on(state, f"--answer {question.gate}={choice}")


def _going_on(state: RunState, given: str = "", *, then: bool = False) -> str:
    """How a run goes on that has stopped; one whose Azure ends with this process does not."""
    if state.rehearsal:
        told = f"begin the same demo anew with: {state.anew} --headless" + f" {given}" * bool(given)
    else:
        told = f"resume it with: troubleshooter runs resume {state.id}" + f" {given}" * bool(given)
    return f"Then {told}" if then else told[0].upper() + told[1:]


@contextmanager
def interrupts(printer: Printer, cancel: threading.Event, going_on: str) -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or SIGHUP into a request to stop, and the second into an end at once.

    `going_on` is the sentence that says how it goes on afterwards.
    """

    def stop() -> None:
        # A handler may interrupt the printer in the middle of a line, so it writes past it.
        if not cancel.is_set():
            cancel.set()
            printer.cut_in("Stopping after the call in flight; once more ends at once.")
            return
        printer.end_at_once("Interrupted.", "It was asked twice.", going_on)
        os._exit(ExitCode.INTERRUPTED)

    try:
        with asked_to_stop(stop):
            yield
    except Interrupted as error:
        raise Interrupted(error.what, error.why, going_on) from error
