"""When it happened and how far the tries are, as people read it."""

from __future__ import annotations

from troubleshooter.model.finding import Confidence, Diagnosis, Finding, Severity
from troubleshooter.model.incident import Incident, Outlook, Tries
from troubleshooter.report.text import diagnosis_text
from troubleshooter.report.when import incident_told, tries_told, when

NINE = Tries(
    "akvvm_service.log",
    "tvm-1",
    9,
    "2026-11-25T08:12:00Z",
    "2026-11-25T08:55:00Z",
    1200.0,
    Outlook.STILL_TRYING,
    "the last is 3 min old, less than twice the longest pause (20 min)",
    "2026-11-25T08:56:00Z",
    "2026-11-25T09:35:00Z",
)
OLD = Finding(
    "net-dns",
    Severity.WARNING,
    Confidence.LIKELY,
    "No name",
    (),
    "It is so.",
    apart="it was last said before",
)


def test_tries_are_a_lower_bound_and_the_next_is_called_inferred() -> None:
    assert tries_told(NINE) == (
        "tvm-1: at least 9 failed since 2026-11-25 08:12:00 UTC, the longest pause 20 min (documented are"
        " up to 25 with growing pauses, then Error; the log shows neither count nor total). Still trying:"
        " the last is 3 min old, less than twice the longest pause (20 min). Inferred from this log's own"
        " pauses, the next try is between 2026-11-25 08:56:00 UTC and 2026-11-25 09:35:00 UTC."
    )


def test_an_incident_says_whose_span_it_is() -> None:
    found = Incident("2026-11-25T08:12:00Z", "2026-11-25T09:12:00Z")
    assert incident_told(found).endswith("09:12:00 UTC, the newest errors without a gap of 24 hours")
    assert incident_told(Incident("", "2026-11-25T09:12:00Z", given=True)) == (
        "what was asked for: the beginning to 2026-11-25 09:12:00 UTC"
    )


def test_few_logs_are_told_and_the_others_counted() -> None:
    told = list(when(Diagnosis(findings=(OLD,), tries=(NINE,) * 5, clocks=("They differ.",))))

    assert [label for label, _ in told] == ["apart", "tries", "tries", "tries", "tries", "clocks"]
    assert told[0][1] == "1 finding not of this incident: net-dns"
    assert told[4][1] == "2 more logs with failed tries"


def test_text_says_when_above_the_findings() -> None:
    text = diagnosis_text(
        Diagnosis(incident=Incident("2026-11-25T08:12:00Z", "2026-11-25T08:12:00Z")), width=120
    )

    assert "  incident     2026-11-25 08:12:00 UTC, the one time of an error that was read\n" in text
