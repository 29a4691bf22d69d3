"""What could not be told is grouped by what is missing, in words that name something a reader can fetch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.model.finding import Check, Diagnosis, Verdict
from troubleshooter.model.handover import CrossChecked
from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.report.to_do import to_do
from troubleshooter.report.untold import hangs_on, untold

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState


def unknown(*missing: str) -> Diagnosis:
    checks = [Check(f"check-{number}", Verdict.UNKNOWN, one) for number, one in enumerate(missing)]
    return Diagnosis(checked=(*checks, Check("seen", Verdict.PASS), Check("found", Verdict.FAIL)))


def test_what_most_is_missing_for_comes_first() -> None:
    told = untold(unknown("one of: resize-errors", "one of: akvvm, status", "one of: akvvm, status"))

    assert [(missing, ids) for missing, ids in told] == [
        ("the extension's status file", ("check-1", "check-2")),
        ("resize errors of the pool", ("check-0",)),
    ]


def test_what_passed_or_failed_is_not_told_as_missing() -> None:
    assert list(untold(unknown())) == []


@pytest.mark.parametrize("kind", [each for each in FileKind if each is not FileKind.TEXT])
def test_every_kind_of_file_has_words(kind: FileKind) -> None:
    ((missing, _),) = untold(unknown(f"one of: {kind}"))

    assert missing != kind.value


def test_other_words_stay_as_they_are() -> None:
    ((missing, _),) = untold(unknown("the log of a refresh that came to its end"))

    assert missing == "the log of a refresh that came to its end"


def test_what_one_source_would_decide_is_told_once_though_others_would_do() -> None:
    told = untold(
        unknown("one of: akvvm, status", "one of: status, waagent", "one of: waagent", "one of: status")
    )

    assert list(told) == [
        ("the extension's status file", ("check-0", "check-1", "check-3")),
        ("the guest agent's log", ("check-2",)),
    ]


VAULT = "GET resources: there is no vault kv that may be read here; it needs vaults/read, which Reader has"


def test_the_one_answer_that_several_checks_hang_on_is_told_once_with_their_ids() -> None:
    told = hangs_on(unknown("GET locks: refused", VAULT, VAULT, VAULT).checked)

    assert told == (
        f"See to it that this can be told: {VAULT}. 3 of 6 checks hang on it: check-1, check-2, check-3."
        " Then look again:"
    )
    assert hangs_on(unknown(VAULT, VAULT, "GET locks: refused").checked) == ""
    assert hangs_on(()) == ""


def test_where_no_cause_shows_that_answer_is_what_to_see_to(state: RunState) -> None:
    crossed = CrossChecked(unknown(VAULT, VAULT, VAULT).checked)
    step = StepRecord("cross-check", StepState.DONE, output=crossed)
    looked = replace(
        state,
        steps=(step,),
        changes=(),
        verified=False,
        diagnosed=True,
        diagnosis=Diagnosis(checked=crossed.checks),
    )
    (first,) = to_do(looked)

    assert first.text == hangs_on(crossed.checks)
    assert first.commands == {"shell": f"troubleshooter check {state.target.resource_id}"}
