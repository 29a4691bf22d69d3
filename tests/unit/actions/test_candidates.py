from __future__ import annotations

from troubleshooter.actions.candidates import advice, candidates
from troubleshooter.model.finding import Confidence, Diagnosis, Finding, Fix, Outside, Severity


def finding(severity: Severity, *fixes: Fix) -> Finding:
    return Finding("some-id", severity, Confidence.LIKELY, "Some title", (), "", fixes=fixes)


PATCH = Fix("patch it", patch=({"op": "remove", "path": "/identity"},))
OUTSIDE = Fix("have it granted", outside=Outside("assign-role"))
ADVICE = Fix("write the settings as an object")


def test_only_fixes_that_a_run_can_prove_are_offered_and_numbered_without_gaps() -> None:
    diagnosis = Diagnosis((finding(Severity.ERROR, ADVICE, PATCH), finding(Severity.ERROR, PATCH, OUTSIDE)))

    assert [(each.number, each.fix) for each in candidates(diagnosis)] == [(1, PATCH), (2, OUTSIDE)]


def test_a_warning_offers_no_fix() -> None:
    assert candidates(Diagnosis((finding(Severity.WARNING, PATCH),))) == ()


def test_advice_is_told_where_nothing_can_be_proven() -> None:
    diagnosis = Diagnosis((finding(Severity.ERROR, ADVICE),))

    assert candidates(diagnosis) == ()
    assert advice(diagnosis) == "write the settings as an object"
    assert advice(Diagnosis((finding(Severity.ERROR, PATCH),))) == ""
