"""The ticket of files alone, which somebody brought: no run looked at Azure, and nothing was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Confidence
from troubleshooter.model.particular import About
from troubleshooter.report.administrator import OWNER, party
from troubleshooter.report.counted import counted
from troubleshooter.report.text import files_verdict
from troubleshooter.report.ticket_paper import entry, sheet
from troubleshooter.report.ticket_parts import (
    PROGRAM,
    THING,
    UNTOLD,
    asked_of_support,
    cause_told,
    found,
    missing,
    nodes,
    not_the_cause,
    requests,
    times,
    values,
    versions,
)
from troubleshooter.text import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.report.ticket_paper import Entry

_SEVERAL = 3


def files_ticket(told: Diagnosis, files: int, left_out: Sequence[str] = ()) -> str:
    """At most 40 lines of at most 120 characters. `left_out` are lines about what could not be read."""
    entries = (
        *_what(told),
        *_where(told),
        *nodes((*told.nodes, *values(told, About.NODE))),
        *times(told),
        *versions(told, {}),
        *requests(told),
        *found(told, lambda finding: finding.confidence.value),
        *not_the_cause(told),
        *_not_told(told, left_out),
        entry("Tried", "nothing: files were read, and nothing was asked of Azure or changed there"),
        *_needed(told),
    )
    title = f"{PROGRAM}, {counted(files, 'file')} read, times in UTC"
    return sheet(title, entries, "the same command without --output ticket")


def _what(told: Diagnosis) -> Iterator[Entry]:
    if (cause := told.cause) is None:
        yield entry("What", files_verdict(told).partition(" ")[2])
        return
    yield entry("What", f"{cause_told(cause, cause.confidence.value)}.")
    if cause.why_not_surer:
        yield entry("What", f"Not certain: {within(cause.why_not_surer)}", 2)
    if cause.nodes:
        yield entry("What", f"On {counted(len(cause.nodes), 'node')} of {len(told.nodes)} that were read.", 2)


def _where(told: Diagnosis) -> Iterator[Entry]:
    """Files may be of several pools: then all of those are named, and none is chosen."""
    places = (About.SUBSCRIPTION, About.GROUP, About.ACCOUNT, About.POOL, About.REGION, About.SIZE)
    known = {place.value: values(told, place) for place in places}
    if said := [f"{name} {_few(found)}" for name, found in known.items() if found]:
        yield entry("Where", ", ".join(said))
    if missed := [name for name, found in known.items() if not found]:
        yield entry("Where", f"not known from the files: {', '.join(missed)}", 1)


def _few(found: Sequence[str]) -> str:
    more = f" and {len(found) - _SEVERAL} more" if len(found) > _SEVERAL else ""
    return " or ".join(found[:_SEVERAL]) + more


def _not_told(told: Diagnosis, left_out: Sequence[str]) -> Iterator[Entry]:
    for number, line in enumerate(left_out):
        yield entry("Not told", f"not read: {line}", 3 if number == 0 else 7, UNTOLD, most=1)
    some = tuple(missing(told))
    yield from some
    if not some and not left_out:
        yield entry("Not told", "nothing: each known failure was found, or is ruled out", 1)


def _needed(told: Diagnosis) -> Iterator[Entry]:
    cause = told.cause
    if cause is None and not (told.findings or told.unexplained):
        yield entry("Needed", "nothing by what was read", 1)
    elif cause is None or not cause.fixes:
        yield asked_of_support()
    for number, fix in enumerate(cause.fixes if cause else ()):
        whose = party(fix.outside.kind) if fix.outside else OWNER
        sure = cause is not None and cause.confidence is Confidence.CONFIRMED
        unsure = "" if sure else ", if this cause is the right one"
        yield entry("Needed", f"{'or ' * (number > 0)}from {whose}{unsure}: {fix.summary}", 1 + number, THING)
