"""The three moments of a run as data: what was found, whether a fix is proven, how it ended.

Screens, headless text and reports lay them out; no line breaks, symbols or colours are decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from troubleshooter.model.change import Change
from troubleshooter.model.finding import Confidence, Finding, Severity
from troubleshooter.model.handover import Chosen, Proved, Surveyed
from troubleshooter.model.run import NOT_THAT_FAR
from troubleshooter.model.step import StepState
from troubleshooter.report.addresses import by_address
from troubleshooter.report.changed import changed
from troubleshooter.report.coming import coming
from troubleshooter.report.counted import counted
from troubleshooter.report.healthy import healthy
from troubleshooter.report.spread import spread, what_was_read
from troubleshooter.report.to_do import ToDo, chosen_fix, got_no_nodes, no_way_in, stands_fixed, to_do
from troubleshooter.report.way_free import headline, way_free
from troubleshooter.report.way_free import told as told_free

if TYPE_CHECKING:
    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Fix
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import ErrorText


class Stage(StrEnum):
    """How far the answer has come."""

    NOT_YET = "not yet"
    LIKELY = "likely"
    """From Azure's answers and the settings alone: no log was read."""
    FOUND = "found"
    BLOCKED = "blocked"
    """What stopped the debug pool is known; it cannot be what ails nodes that exist."""
    NOTHING = "nothing"
    """Everything that could be read was looked at, and no known cause is in it."""
    FREE = "free"
    """Nodes were asked themselves and found nothing in the way, and the extension was not run: no proof."""
    HEALTHY = "healthy"
    ENDED = "ended"
    """The run ended before it could tell."""


class Mood(StrEnum):
    """What a reader should feel at a glance; it chooses the symbol and the colour."""

    GOOD = "good"
    CARE = "care"
    BAD = "bad"
    OPEN = "open"
    """Nothing is decided yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """The first moment: the cause, before anything is asked."""

    stage: Stage
    headline: str
    """Cause found, No cause found, …: a few words."""
    what: str
    """The cause in words, or the one sentence that is known instead."""
    finding: Finding | None = None
    sure: str = ""
    """Proven, Confirmed, Likely or Possible; empty without a cause."""
    why_not_surer: str = ""
    make_sure: tuple[str, ...] = ()
    """How an operator makes sure of it, where it is not certain."""
    explains: tuple[str, ...] = ()
    """Titles of the findings that are symptoms of it."""
    others: tuple[str, ...] = ()
    """Titles of further errors that it does not explain."""
    on: str = ""
    """How many of the nodes whose logs were read have it; empty while that is one node, or none."""
    known: str = ""
    """How the original stands, where no cause is known of that."""
    next: str = ""
    """What comes next in this run; empty when nothing does."""
    read: str = ""
    """Where no cause was found: what was read, and why no more."""

    @property
    def proof(self) -> tuple[Evidence, ...]:
        return self.finding.evidence if self.finding else ()


@dataclass(frozen=True, slots=True)
class NodesSeen:
    """The nodes of a pool at one moment."""

    pool: str
    states: Mapping[str, int] = field(default_factory=dict)
    extension: Mapping[str, int] = field(default_factory=dict)
    """What their Key Vault extension reports; empty where it was not readable."""

    @property
    def told(self) -> str:
        total = sum(self.states.values())
        if not total:
            return "no nodes"
        if len(self.states) == 1:
            nodes = f"{counted(total, 'node')} {next(iter(self.states))}"
        else:
            nodes = "nodes: " + ", ".join(f"{number} {state}" for state, number in self.states.items())
        return f"{nodes}, extension: {_extension(self.extension)}"


@dataclass(frozen=True, slots=True)
class Proven:
    """The second moment: whether the fix holds, and on what that was seen."""

    holds: bool
    headline: str
    why: str
    """What was seen, or why it is no proof."""
    fix: str
    on: str
    """The pool and how many nodes of it, in words."""
    before: NodesSeen
    """The original when the run first looked."""
    after: NodesSeen | None
    """None where it was not written down, as in runs of earlier versions."""


@dataclass(frozen=True, slots=True)
class End:
    """The last moment: everything above, what was changed, and what is to be done now."""

    mood: Mood
    headline: str
    found: Found
    proven: Proven | None
    not_proven: str
    """Why no fix is proven; empty when one is, or none was needed."""
    changed: tuple[str, ...]
    """What was changed in Azure and what became of it, in sentences; `RunState.acts` has the times."""
    left: tuple[Change, ...]
    """What is still there, or nobody knows."""
    to_do: tuple[ToDo, ...]
    """What the reader must do now; empty for nothing."""
    over: bool
    """Whether the run has come to its end; else it goes on from here."""


def found(state: RunState) -> Found:
    """What is known of the cause so far."""
    if state.healthy:
        return Found(Stage.HEALTHY, "Healthy", healthy(state))
    stage, told = (Stage.FOUND, state.diagnosis) if state.diagnosed else (Stage.LIKELY, state.likely)
    if free := way_free(state):
        known = f"{state.target.pool}: {_standing(state)}"
        return Found(
            Stage.FREE, headline(free), told_free(state, free), known=known, read=what_was_read(state)
        )
    if told.cause is not None:
        return _caused(state, told.cause, told, stage)
    if state.diagnosed:
        known, read = f"{state.target.pool}: {_standing(state)}", what_was_read(state)
        what = _nothing(state)
        return Found(Stage.NOTHING, "No cause found", what, known=known, read=read, next=coming(state, None))
    return _not_found(state)


def proven(state: RunState) -> Proven | None:
    """Whether the fix is proven; None where no proof was tried."""
    record = next((each for each in reversed(state.steps) if isinstance(each.output, Proved)), None)
    if record is None or not isinstance(proved := record.output, Proved):
        return None
    holds, pool = proved.proven, proved.pool
    after = NodesSeen(pool, proved.nodes, proved.extension) if proved.nodes else None
    size = sum(after.states.values()) if after else 1
    place = "in the original's place" if pool == state.target.pool else "beside the original"
    fix = chosen_fix(state)
    return Proven(
        holds,
        _proof_headline(state, size, holds=holds),
        record.why.removeprefix("proven: ")
        .removeprefix("not proven: ")
        .removeprefix("not proven at full size: "),
        _said_done(fix),
        f"{counted(size, 'node')} of {pool}, {place}{_of_what(state, pool)}",
        before(state),
        after,
    )


def _of_what(state: RunState, pool: str) -> str:
    """A proof by addresses holds for those of its own nodes."""
    others = pool != state.target.pool and by_address(chosen_fix(state))
    return f"; by which addresses the nodes of {state.target.pool} leave was not tried" if others else ""


def before(state: RunState) -> NodesSeen:
    """The original as the survey saw it."""
    surveyed = state.of(Surveyed)
    if surveyed is None:
        return NodesSeen(state.target.pool, {}, {})
    if surveyed.shut:
        return NodesSeen(state.target.pool, {"not shown": surveyed.pool.nodes})
    if surveyed.without:
        return NodesSeen(state.target.pool, surveyed.counts, {"none of Key Vault's in the pool": 1})
    statuses = [told.split("  ", 1)[0] for told in surveyed.statuses.values()]
    return NodesSeen(state.target.pool, surveyed.counts, {s: statuses.count(s) for s in statuses})


def end(state: RunState) -> End:
    """Everything a reader should know of the run as it stands now."""
    answer, proof = found(state), proven(state)
    mood, headline = _verdict(state, answer, proof)
    quiet = state.verified or state.healthy
    return End(
        mood,
        headline,
        answer,
        proof,
        "" if quiet else state.not_verified_because,
        tuple(changed(state)),
        state.open_changes,
        to_do(state),
        over=state.current is None,
    )


def known_so_far(state: RunState) -> Diagnosis:
    """What was concluded; before any log was read, what Azure's answers and the settings alone say."""
    return state.diagnosis if state.diagnosed else state.likely


def failure(state: RunState) -> ErrorText | None:
    """The error of the step that failed."""
    return next((each.error for each in state.steps if each.state is StepState.FAILED and each.error), None)


def certainty(state: RunState, finding: Finding) -> str:
    """How sure a finding is, in one word; the one whose fix is proven is proven."""
    if is_proven(state, finding):
        return "Proven"
    return finding.confidence.value.capitalize()


def is_proven(state: RunState, finding: Finding) -> bool:
    chosen = state.of(Chosen)
    return state.verified and chosen is not None and chosen.finding == finding.id


def titles(diagnosis: Diagnosis, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The titles of those findings that are there; an id means nothing to a reader."""
    return tuple(each.title for each in diagnosis.findings if each.id in ids)


# of what earlier versions wrote down, in which no finding says it by itself
_NOT_SURER = {
    Confidence.LIKELY: "What was read fits this cause, and a second witness of it was not seen.",
    Confidence.POSSIBLE: "What was read fits this cause, and other causes as well.",
}


def _caused(state: RunState, cause: Finding, diagnosis: Diagnosis, stage: Stage) -> Found:
    sure = certainty(state, cause)
    certain = sure == "Proven" or cause.confidence is Confidence.CONFIRMED
    early = "No log was read: this is what Azure's answers and the settings say. " * (
        stage is Stage.LIKELY or no_way_in(state) is not None
    )
    why_not = "" if certain else cause.why_not_surer or _NOT_SURER[cause.confidence]
    errors = tuple(each.id for each in diagnosis.findings[1:] if each.severity is Severity.ERROR)
    apart = tuple(each for each in errors if each not in {cause.id, *cause.explains})
    early_on = ", before any log was read" * (stage is Stage.LIKELY)
    headline = f"{'Cause found' if certain or not early_on else 'Likely cause'}{early_on}"
    known = ""
    if got_no_nodes(state):
        stage, headline = Stage.BLOCKED, "Cause not found: the debug pool got no nodes"
        known = f"{state.target.pool}: {_standing(state)}"
    return Found(
        stage,
        headline,
        cause.title,
        cause,
        sure,
        "" if certain else f"{early}{why_not}",
        () if certain else cause.confirm,
        titles(diagnosis, cause.explains),
        titles(diagnosis, apart),
        spread(state, cause),
        known,
        coming(state, cause),
    )


def _standing(state: RunState) -> str:
    """The original's nodes, and what the extension says on the first that says anything."""
    surveyed = state.of(Surveyed)
    statuses = surveyed.statuses.values() if surveyed else ()
    said = next((text for told in statuses if (text := told.partition("  ")[2])), "")
    return f"{before(state).told}{f' ({said})' * bool(said)}"


def _not_found(state: RunState) -> Found:
    """Ended before it could tell, or has not come to it yet."""
    if error := failure(state):
        return Found(Stage.ENDED, "No diagnosis", f"{error.what} {error.why}".strip())
    if state.current is None:
        known = f"{state.target.pool}: {_standing(state)}" if state.of(Surveyed) else ""
        return Found(Stage.ENDED, "No diagnosis", _ended_because(state), known=known)
    return Found(Stage.NOT_YET, "Not known yet", "Nothing has been compared with the known failures yet.")


def _verdict(state: RunState, answer: Found, proof: Proven | None) -> tuple[Mood, str]:
    if state.away:
        return Mood.BAD, f"{state.target.pool} is not as it was: this run has not put it back yet"
    if state.healthy:
        return Mood.GOOD, f"Healthy: {answer.what}"
    if state.verified:
        return Mood.GOOD, f"Proven. {proof.headline}." if proof else "Proven."
    if error := failure(state):
        return Mood.BAD, error.what
    return Mood.OPEN if answer.stage is Stage.NOT_YET else Mood.CARE, _unproven(state, answer)


def _unproven(state: RunState, answer: Found) -> str:
    waiting = state.current is not None and state.not_verified_because == NOT_THAT_FAR
    because = "not yet tried" if waiting else state.not_verified_because
    match answer.stage:
        case Stage.FOUND:
            looked = state.current is None and because == NOT_THAT_FAR  # the playbook makes nothing
            return f"Cause found ({answer.sure.lower()}){f', no fix proven: {because}' * (not looked)}"
        case Stage.BLOCKED | Stage.FREE:
            return answer.headline
        case Stage.NOTHING:
            barred = no_way_in(state)
            why = f"no log was read. {barred.what} {barred.why}" if barred else answer.what
            return f"No cause found: {why}"
        case Stage.LIKELY:
            return f"{answer.headline}: {answer.what}"
        case Stage.ENDED:
            return f"Ended without a diagnosis: {answer.what}"
        case _:
            return answer.what


def _said_done(fix: Fix | None) -> str:
    """What lies outside the pool nobody saw being made: what is proven is what was made then."""
    if fix is None:
        return ""
    return f"{fix.summary}; it was said to be done" if fix.outside and not fix.patch else fix.summary


def _proof_headline(state: RunState, size: int, *, holds: bool) -> str:
    if not holds:
        return "The fix is not proven"
    if stands_fixed(state):
        return f"{state.target.pool} itself runs with the fix, and every extension reports success"
    fresh = "a fresh node" if size == 1 else f"{size} fresh nodes"
    return f"With the fix {fresh} became idle, and every extension reports success"


def _nothing(state: RunState) -> str:
    diagnosis = state.diagnosis
    lines = sum(line.count for line in diagnosis.unexplained)
    if lines:
        are = "is" if lines == 1 else "are"
        return f"{counted(lines, 'error line')} that {are} there fit no known failure."
    if diagnosis.findings:
        return f"{diagnosis.findings[0].title}; nothing that was read tells why."
    return "Nothing that was read shows a known failure."


def _ended_because(state: RunState) -> str:
    """Where a step ended the run, the steps after it were left out for its reason."""
    because = next((each.why for each in state.steps if each.state is StepState.SKIPPED), "")
    because = because or state.not_verified_because
    return f"{because[:1].upper()}{because[1:]}."


def _extension(reports: Mapping[str, int]) -> str:
    if len(reports) == 1:
        return next(iter(reports))
    return ", ".join(f"{number} {status}" for status, number in reports.items()) or "not readable"
