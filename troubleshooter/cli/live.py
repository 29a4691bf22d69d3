"""The questions about Azure that no source settles, asked of a real account: `doctor TARGET --live`."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.cli.questions import lines, recording, rows
from troubleshooter.errors import ExitCode, Interrupted, TroubleshooterError, UsageProblem, first_of
from troubleshooter.model.step import ErrorText, StepState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.handover import OpenAnswer
    from troubleshooter.model.run import RunState
    from troubleshooter.model.target import Target
    from troubleshooter.printer import Printer
    from troubleshooter.settings import CloudSettings, Endpoints
    from troubleshooter.workbench import Workbench

PLAYBOOK = "live"
TOTAL = 20 * 60.0
"""Seconds of work after which the run with a pool takes it back, whatever was asked by then."""


def check(target: str | None, given: dict[str, Any]) -> None:
    """Refuse options that say nothing without the one before them."""
    if given["with_pool"] and not given["live"]:
        raise UsageProblem(
            "--with-pool says nothing without --live.",
            "It makes a pool to ask what reading cannot answer.",
            "Add --live, or leave --with-pool out.",
        )
    if given["live"] and not target:
        raise UsageProblem(
            "--live wants to know which pool.",
            "The questions are asked of an account by one of its pools.",
            "Name it: troubleshooter doctor POOL_ID --live",
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of the questions, in each form of output."""

    document: dict[str, Any]
    lines: list[str]
    code: ExitCode = ExitCode.DONE
    error: ErrorText | None = None


def asked(printer: Printer, target: Target, endpoints: Endpoints, given: dict[str, Any]) -> Asked:
    """By reading alone, or with a pool of one's own."""
    if not given["with_pool"]:
        answers = by_reading(printer, target, endpoints)
        told = rows(answers)
        return Asked(_document(told, answers), lines(told))
    from troubleshooter.engine.outcome import exit_code

    state, answers = with_pool(printer, target, endpoints, given)
    no_node = "" if answers else _no_node(state)
    if no_node:
        answers = by_reading(printer, target, endpoints)
    told = rows(answers, no_node) if answers else []
    left = [change.id for change in state.open_changes]
    agreed = {"run": state.id} if state.question is None else {}
    document = _document(told, answers) | agreed | {"left": left}
    shown = [*(lines(told) if told else []), *plan_lines(state)]
    if told:
        shown += [
            "",
            "To publish, without names, ids and addresses; this program sends and writes it nowhere:",
        ]
        shown += [f"  {json.dumps(each)}" for each in recording(answers)]
    shown += [f"▲ {name} is left: troubleshooter runs cleanup {state.id}" for name in left]
    codes = {exit_code(state)} | ({ExitCode.INCOMPLETE} if no_node else set())
    return Asked(document, shown, first_of(codes), error_of(state))


def _no_node(state: RunState) -> str:
    """Why there was no idle node to ask, where the small pool was made and that is how it ended."""
    waited = next((each for each in state.steps if each.id == "wait-for-idle"), None)
    asks = next((each for each in state.steps if each.id == "ask"), None)
    if waited is None or asks is None or asks.state is not StepState.SKIPPED or not state.changes:
        return ""
    return f"the small pool gave no idle node: {waited.why}"


def _document(told: list[dict[str, Any]], answers: Iterable[OpenAnswer]) -> dict[str, Any]:
    return {"questions": told, "recording": recording(answers)}


def by_reading(printer: Printer, target: Target, endpoints: Endpoints) -> tuple[OpenAnswer, ...]:
    """What the pool that is there answers; nothing is changed."""
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.operations.asking.open_questions import by_reading
    from troubleshooter.operations.entry import entering

    settings, cancel = endpoints.settings(target.subscription), threading.Event()
    with interrupts(printer, cancel, "Ask again."), _azure(printer, settings, cancel) as azure:
        account = azure.arm.account(target)
        with entering(account):
            azure.batch.progress(account.endpoint, target.pool)
        return tuple(by_reading(azure, target, account.endpoint))


def _azure(printer: Printer, settings: CloudSettings, cancel: threading.Event) -> Azure:
    from troubleshooter.cloud.azure import Azure

    return Azure(settings, cancel, lambda _: None, on_prompt=printer.say)


def with_pool(
    printer: Printer, target: Target, endpoints: Endpoints, given: dict[str, Any]
) -> tuple[RunState, tuple[OpenAnswer, ...]]:
    """The same and what one idle node answers: a run like any other, that takes back what it makes."""
    from troubleshooter.actions.live import confirmed_as
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.cli.opened import alarm
    from troubleshooter.cli.run import network
    from troubleshooter.engine.driver import AnswerPolicy, drive
    from troubleshooter.model.handover import OpenAnswers
    from troubleshooter.settings import home
    from troubleshooter.workbench import RunOptions, Workbench, gates

    agreed = given["confirm"] == confirmed_as(target.pool)  # another name is no answer: the plan is shown
    answers = {"live": "make"} if agreed else {}
    if given["allow_from"]:
        answers["allow-from"] = network(given["allow_from"])
    policy = AnswerPolicy(gates(), answers, yes=True, confirm=given["confirm"])
    cancel, bench = threading.Event(), Workbench(home(), endpoints)
    try:
        alarm(bench)
        run = bench.start(target, RunOptions(PLAYBOOK, limit_seconds=TOTAL, total_seconds=TOTAL), cancel)
        printer.begin(run.state)
        with interrupts(printer, cancel, f"Resume it with: troubleshooter runs resume {run.id}"):
            try:
                state = drive(run, policy, printer.follow, cancel)
            finally:
                run.close()
            if failed(state) and state.open_changes:
                state = taken_back(printer, bench, run.id, cancel)
        printer.over(state)
        if state.question is not None and not state.changes:
            bench.delete(run.id)  # a plan that nobody agreed to; whoever agrees begins anew
    finally:
        bench.close()
    found = state.of(OpenAnswers)
    return state, found.answers if found else ()


def taken_back(printer: Printer, bench: Workbench, run: str, cancel: threading.Event) -> RunState:
    """The run once its pool is removed; where it cannot be, what is left is told with how it ended."""
    try:
        bench.cleanup(run, printer.follow, cancel)
    except Interrupted:
        raise
    except TroubleshooterError as error:
        printer.say(f"{error.what} {error.why}")
    return bench.read(run)


def failed(state: RunState) -> bool:
    """Whether a step before the clean-up failed by itself.

    Who asked to stop decides what becomes of the pool, and a clean-up that failed has tried.
    """
    failures = (each for each in state.steps if each.state is StepState.FAILED and each.id != "clean-up")
    return any(each.exit_code != ExitCode.INTERRUPTED for each in failures)


def plan_lines(state: RunState) -> list[str]:
    """What would be made, where nobody agreed to it yet."""
    if state.question is None or state.question.gate != "live":
        return []
    return ["", "Nothing was made. With a pool it", *(f"  · {note}" for note in state.question.plan["notes"])]


def error_of(state: RunState) -> ErrorText | None:
    """What ended the run before its time: a step that failed, or that nobody agreed."""
    if question := state.question:
        if question.confirm:
            how = f"Look at what it would make, then add --confirm {question.confirm}"
            return ErrorText("Nobody agreed to the small pool.", question.text, how, int(ExitCode.REFUSED))
        how = f"Add --allow-from with {question.hint}"
        return ErrorText("The small pool needs a way in.", question.text, how, int(ExitCode.REFUSED))
    error = next((each.error for each in state.steps if each.error), None)
    if error is None or error.exit_code != ExitCode.INTERRUPTED:
        return error
    go_on = f"Go on with: troubleshooter runs resume {state.id}."
    back = f" Take back what it made with: troubleshooter runs cleanup {state.id}" * bool(state.open_changes)
    return ErrorText(error.what, error.why, go_on + back, int(ExitCode.INTERRUPTED))
