"""What a support request has to say, on one sheet of plain text: of a run, or of files alone.

Facts that come one by one cost days, so all of them stand here at once: what, where, when, versions, ids of
requests, what was found, ruled out, tried, and what is needed from whom. What is not known is said as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.change import NODE_USER
from troubleshooter.model.handover import Collected, Planned, Surveyed
from troubleshooter.model.particular import About
from troubleshooter.report.acts import KINDS, acts_told
from troubleshooter.report.away import told as told_away
from troubleshooter.report.counted import counted
from troubleshooter.report.spread import what_was_read
from troubleshooter.report.summary import Stage, before, certainty, end, failure, known_so_far
from troubleshooter.report.text import still_open
from troubleshooter.report.ticket_paper import BESIDE, entry, sheet
from troubleshooter.report.ticket_parts import (
    PROGRAM,
    THING,
    UNTOLD,
    asked_of_support,
    cause_told,
    clock,
    found,
    missing,
    nodes,
    not_the_cause,
    requests,
    times,
    values,
    versions,
)
from troubleshooter.report.way_free import way_free
from troubleshooter.text import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.run import RunState
    from troubleshooter.report.summary import End
    from troubleshooter.report.ticket_paper import Entry

_LEFT, _THINGS = 4, 3
_ACT = ("act", "acts")
_LEFT_BEHIND = ("thing left in Azure", "things left in Azure")


def run_ticket(state: RunState) -> str:
    """At most 40 lines of at most 120 characters, of a run however far it has come."""
    ending, told = end(state), known_so_far(state)
    title = f"{PROGRAM}, run {state.id}{', a demo: nothing real was touched' * state.rehearsal}, times in UTC"
    entries = (
        *_what(state, ending),
        *_where(state, told),
        *_when(state, told),
        *versions(told, _versions(state)),
        *requests(told, _texts(state)),
        *found(told, lambda finding: certainty(state, finding).lower()),
        *not_the_cause(told),
        *_not_told(state, told),
        *_tried(state, ending),
        *_needed(state, ending),
    )
    return sheet(title, entries, f"troubleshooter report {state.id}")


def _what(state: RunState, ending: End) -> Iterator[Entry]:
    answer = ending.found
    if state.away:
        yield entry("What", told_away(state.away))
    if (finding := answer.finding) is not None:
        early = ", before any log was read" * (answer.stage is Stage.LIKELY)
        lead = "What stopped the debug pool: " * (answer.stage is Stage.BLOCKED)
        yield entry("What", f"{lead}{cause_told(finding, answer.sure.lower())}{early}.")
        if answer.why_not_surer:
            yield entry("What", f"Not certain: {within(answer.why_not_surer)}", 2)
    elif answer.stage is Stage.NOT_YET:
        yield entry("What", f"The cause is not known yet: {within(answer.what)}")
    elif not state.away and failure(state) is None:
        yield entry("What", ending.headline)
        if answer.stage is Stage.FREE:
            yield entry("What", answer.what, 2)
    if (error := failure(state)) is not None:
        yield entry("What", f"Ended by a failure: {error.what} {error.why}")
    yield entry("What", f"{state.target.pool} {_standing(state)}")
    if answer.on:
        yield entry("What", f"On {answer.on}.", 2)


def _where(state: RunState, told: Diagnosis) -> Iterator[Entry]:
    target, surveyed = state.target, state.of(Surveyed)
    yield entry("Where", f"subscription {target.subscription}, resource group {target.resource_group}")
    size = surveyed.pool.vm_size if surveyed else ""
    region = (surveyed.location if surveyed else "") or "not known"
    yield entry(
        "Where",
        f"Batch account {target.account}, pool {target.pool}, region {region}{f', size {size}' * bool(size)}",
    )
    yield from nodes((*(surveyed.statuses if surveyed else ()), *told.nodes, *values(told, About.NODE)))


def _standing(state: RunState) -> str:
    surveyed = next((step for step in state.steps if isinstance(step.output, Surveyed)), None)
    at = f"at {clock(surveyed.started)}" if surveyed and surveyed.started else "when first looked at"
    return f"{at}: {before(state).told}" if surveyed else "was not looked at: its nodes are not known"


def _when(state: RunState, told: Diagnosis) -> Iterator[Entry]:
    yield from times(told)
    yield entry("When", f"this run: {clock(state.created)} to {clock(state.updated)}", 1)


def _versions(state: RunState) -> dict[str, str]:
    """What the survey says of them."""
    surveyed = state.of(Surveyed)
    if surveyed is None:
        return {}
    extension, support = surveyed.extension, surveyed.support
    asked = f"{extension.type} {extension.version}, as the pool asks for it"
    asked = "none of Key Vault's in the pool" if surveyed.without else asked if extension.type else ""
    known = {"extension": asked, "image": support.image, "node agent": support.agent} if support else {}
    return {name: value for name, value in (known | {"extension": asked}).items() if value}


def _texts(state: RunState) -> Iterator[tuple[str, str, str]]:
    """What may name a request: when it was written down, where it stands, and the text itself."""
    surveyed = state.of(Surveyed)
    for node, status in (surveyed.statuses if surveyed else {}).items():
        yield "", f"the extension's status on {node}", status
    for note in state.notes:
        yield note.at, f"step {note.step}", note.text
    for step in state.steps:
        if step.error is not None:
            yield step.started, f"step {step.id}", f"{step.error.what} {step.error.why}"


def _not_told(state: RunState, told: Diagnosis) -> Iterator[Entry]:
    surveyed, collected = state.of(Surveyed), state.of(Collected)
    if surveyed is not None and (barred := surveyed.no_way_in):
        yield entry("Not told", f"no log was read: {barred.what} {barred.why}", 3, UNTOLD, most=2)
    elif read := what_was_read(state):
        yield entry("Not told", f"read were {read}", 5, UNTOLD, most=2)
    for line in collected.left_out if collected else ():
        yield entry("Not told", f"not read: {line}", 9, UNTOLD, most=1)
    yield from missing(told)
    if state.healthy:
        yield entry("Not told", "no log was read: there was nothing to repair", 1)
    elif not told.checked:
        yield entry("Not told", "the cause: nothing was compared with the known failures", 1)


def _tried(state: RunState, ending: End) -> Iterator[Entry]:
    if planned := state.of(Planned):
        how = "on the pool itself" if planned.route else "on a pool of its own beside it"
        if planned.chosen:
            how = f"by tasks on {counted(len(planned.chosen), 'node')} of the pool itself"
        yield entry("Tried", f"the run worked {how}", 6, _ACT)
    for at, act in acts_told(state.acts):
        rank = 6 if KINDS[NODE_USER] in act else 4
        yield entry("Tried", f"{clock(at)}  {act}", rank, _ACT, most=2)
    if proof := ending.proven:
        word = "proven" if proof.holds else "not proven"
        yield entry("Tried", f"fix {word}: {proof.fix or 'none was needed'}", 2, _ACT, most=2)
        after = f"; after, {proof.after.pool}: {proof.after.told}" if proof.after else ""
        yield entry("Tried", f"before, {proof.before.pool}: {proof.before.told}{after}", 2, _ACT)
    elif way_free(state):
        yield entry("Tried", ending.headline, 3, _ACT, most=2)
    elif ending.not_proven:
        yield entry("Tried", f"no fix is proven: {ending.not_proven}", 3, _ACT, most=2)
    for sentence in ending.changed:
        yield entry(
            "Tried", sentence, 6 if ending.proven and sentence.startswith("Outside") else 3, _ACT, most=2
        )
    left = [line.removeprefix("▲ ") for line in still_open(state) if line.startswith("▲")]
    for number, line in enumerate(left):
        yield entry(
            "Tried", line, 1 if number < _LEFT else 5, ("thing left in Azure", "things left in Azure"), most=2
        )


def _needed(state: RunState, ending: End) -> Iterator[Entry]:
    for number, thing in enumerate(ending.to_do):
        yield entry(
            "Needed",
            f"from {thing.whose}: {thing.text}",
            number + 1 if number < _THINGS else BESIDE,
            THING,
            most=3,
        )
    if ending.found.finding is None and not state.healthy:
        yield asked_of_support()
    elif not ending.to_do:
        yield entry("Needed", "nothing", 1)
