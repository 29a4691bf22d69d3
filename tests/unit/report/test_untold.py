"""What could not be told is grouped by what is missing, in words that name something a reader can fetch."""

from __future__ import annotations

import pytest

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.model.finding import Check, Diagnosis, Verdict
from troubleshooter.report.untold import untold


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
