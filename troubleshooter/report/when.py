"""When it happened and how far the tries are, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.incident import Outlook
from troubleshooter.report.counted import counted
from troubleshooter.text import one_line, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.incident import Incident, Tries

_LOGS_TOLD = 3
_DOCUMENTED = "documented are up to 25 with growing pauses, then Error; the log shows neither count nor total"
_OUTLOOKS = {
    Outlook.STILL_TRYING: "Still trying",
    Outlook.GIVEN_UP: "Given up",
    Outlook.CAME: "Over",
    Outlook.CANNOT_TELL: "Whether it still tries cannot be told",
}


def when(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """Label and sentence: the incident, what is apart from it, the tries of some logs, and the clocks."""
    if diagnosis.incident is not None:
        yield "incident", incident_told(diagnosis.incident)
    if apart := [finding for finding in diagnosis.findings if finding.apart]:
        yield (
            "apart",
            f"{counted(len(apart), 'finding')} not of this incident: {', '.join(f.id for f in apart)}",
        )
    for tries in diagnosis.tries[:_LOGS_TOLD]:
        yield "tries", tries_told(tries)
    if (more := len(diagnosis.tries) - _LOGS_TOLD) > 0:
        yield "tries", f"{counted(more, 'more log')} with failed tries"
    for sentence in diagnosis.clocks:
        yield "clocks", sentence


def incident_told(incident: Incident) -> str:
    if incident.given:
        return f"what was asked for: {_ends(incident)}"
    if incident.first == incident.last:
        return f"{moment(incident.first)}, the one time of an error that was read"
    return f"{_ends(incident)}, the newest errors without a gap of 24 hours"


def _ends(incident: Incident) -> str:
    first = moment(incident.first) if incident.first else "the beginning"
    return f"{first} to {moment(incident.last) if incident.last else 'the end'}"


def tries_told(tries: Tries) -> str:
    """At least 9 failed since 08:12, …; what becomes of it, why, and when the next may be."""
    where = f"{one_line(tries.node)}: " if tries.node else ""
    since = (
        f"at least {tries.failed} failed since {moment(tries.since)}"
        if tries.failed > 1
        else (f"at least 1 failed, at {moment(tries.since)}")
    )
    pause = f", the longest pause {span(tries.longest_pause)}" if tries.longest_pause else ""
    told = f"{where}{since}{pause} ({_DOCUMENTED}). {_OUTLOOKS[tries.outlook]}: {tries.because}."
    if tries.next_from:
        span_told = f"{moment(tries.next_from)} and {moment(tries.next_to)}"
        told += f" Inferred from this log's own pauses, the next try is between {span_told}."
    return told


def moment(at: str) -> str:
    """2026-11-25 08:12:00 UTC."""
    return f"{at[:10]} {at[11:19]} UTC"
