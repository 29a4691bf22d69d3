"""What a support request has to say, on one sheet of plain text: of a run, or of files alone.

Facts that come one by one cost days, so all of them stand here at once: what, where, when, versions, ids of
requests, what was found, ruled out, tried, and what is needed from whom. What is not known is said as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter import __version__
from troubleshooter.model.change import NODE_USER
from troubleshooter.model.finding import Severity
from troubleshooter.model.handover import Collected, Planned, Surveyed
from troubleshooter.model.request_id import RequestId
from troubleshooter.report.acts import KINDS, acts_told
from troubleshooter.report.administrator import SUPPORT
from troubleshooter.report.away import told as told_away
from troubleshooter.report.counted import counted
from troubleshooter.report.outline import moment
from troubleshooter.report.ruled_out import ruled_out
from troubleshooter.report.spread import what_was_read
from troubleshooter.report.summary import Stage, before, certainty, end, failure, known_so_far
from troubleshooter.report.text import still_open
from troubleshooter.report.ticket_paper import BESIDE, entry, sheet
from troubleshooter.report.untold import untold
from troubleshooter.text import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.model.finding import Diagnosis, Finding
    from troubleshooter.model.run import RunState
    from troubleshooter.report.summary import End
    from troubleshooter.report.ticket_paper import Entry

_PROGRAM = f"batch-kv-troubleshooter {__version__}"
_NODES, _REQUESTS, _IDS, _FACTS, _LEFT = 2, 3, 3, 3, 4
"""So many are told first; those behind them are among the first to be left out."""
_KEY_VAULT = "key-vault"

_NODE = ("node", "nodes")
_REQUEST = ("request id", "request ids")
_FINDING = ("finding", "findings")
_FACT = ("fact that rules something out", "facts that rule something out")
_UNTOLD = ("thing that could not be told", "things that could not be told")
_ACT = ("act", "acts")
_THING = ("thing to do", "things to do")


def run_ticket(state: RunState) -> str:
    """At most 40 lines of at most 120 characters, of a run however far it has come."""
    ending, told = end(state), known_so_far(state)
    title = (
        f"{_PROGRAM}, run {state.id}{', a demo: nothing real was touched' * state.rehearsal}, times in UTC"
    )
    entries = (
        *_what(state, ending),
        *_where(state, told),
        *_when(state),
        *_versions(state),
        *_requests(_texts(state, told)),
        *_found(told, lambda finding: certainty(state, finding).lower()),
        *_ruled_out(told),
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
        yield entry("What", f"{lead}{_cause(finding, answer.sure.lower())}{early}.")
        if answer.why_not_surer:
            yield entry("What", f"Not certain: {within(answer.why_not_surer)}", 2)
    elif answer.stage is Stage.NOT_YET:
        yield entry("What", f"The cause is not known yet: {within(answer.what)}")
    elif not state.away and failure(state) is None:
        yield entry("What", ending.headline)
    if (error := failure(state)) is not None:
        yield entry("What", f"Ended by a failure: {error.what} {error.why}")
    yield entry("What", f"{state.target.pool} {_standing(state)}")
    if answer.on:
        yield entry("What", f"On {answer.on}.", 2)


def _cause(finding: Finding, sure: str) -> str:
    """The cause in one sentence, with whose failure it is where that is not our extension's."""
    other = finding.extension if finding.extension not in {None, _KEY_VAULT} else ""
    whose = f"not the Key Vault extension but {other}: " * bool(other)
    return f"{whose}{finding.title} ({sure}; {finding.id})"


def _where(state: RunState, told: Diagnosis) -> Iterator[Entry]:
    target, surveyed = state.target, state.of(Surveyed)
    yield entry("Where", f"subscription {target.subscription}, resource group {target.resource_group}")
    size = surveyed.pool.vm_size if surveyed else ""
    region = (surveyed.location if surveyed else "") or "not known"
    yield entry(
        "Where",
        f"Batch account {target.account}, pool {target.pool}, region {region}{f', size {size}' * bool(size)}",
    )
    names = list(dict.fromkeys([*(surveyed.statuses if surveyed else ()), *told.nodes]))
    for number, name in enumerate(names):
        yield entry("Where", f"node {name}", 2 if number < _NODES else 7, _NODE)
    if not names:
        yield entry("Where", "node ids: not known, no node was seen", 1)


def _standing(state: RunState) -> str:
    surveyed = next((step for step in state.steps if isinstance(step.output, Surveyed)), None)
    at = f"at {_clock(surveyed.started)}" if surveyed and surveyed.started else "when first looked at"
    return f"{at}: {before(state).told}" if surveyed else "was not looked at: its nodes are not known"


def _when(state: RunState) -> Iterator[Entry]:
    yield entry("When", f"this run: {_clock(state.created)} to {_clock(state.updated)}", 1)


def _versions(state: RunState) -> Iterator[Entry]:
    surveyed = state.of(Surveyed)
    support = surveyed.support if surveyed else None
    extension = surveyed.extension if surveyed else None
    known = {
        "extension": f"{extension.type} {extension.version}, as the pool asks for it" if extension else "",
        "image": support.image if support else "",
        "node agent": support.agent if support else "",
        "guest agent": "",
    }
    yield from _known("Versions", known)


def _known(label: str, values: dict[str, str]) -> Iterator[Entry]:
    """What is known of it, and in one sentence what is not."""
    said = [f"{name} {value}" for name, value in values.items() if value]
    missing = [name for name, value in values.items() if not value]
    if said:
        yield entry(label, "; ".join(said), 1)
    if missing:
        yield entry(label, f"not known: {', '.join(missing)}", 1)


def _texts(state: RunState, told: Diagnosis) -> Iterator[tuple[str, str, str]]:
    """What may name a request: when it was written down, where it stands, and the text itself."""
    yield from _proofs(told)
    surveyed = state.of(Surveyed)
    for node, status in (surveyed.statuses if surveyed else {}).items():
        yield "", f"the extension's status on {node}", status
    for note in state.notes:
        yield _clock(note.at), f"step {note.step}", note.text
    for step in state.steps:
        if step.error is not None:
            yield _clock(step.started), f"step {step.id}", f"{step.error.what} {step.error.why}"


def _proofs(told: Diagnosis) -> Iterator[tuple[str, str, str]]:
    places = [place for finding in told.findings for place in finding.evidence]
    for place in (*places, *told.unexplained):
        yield "", f"{place.file.rpartition('/')[2]}:{place.line}", place.text


def _requests(texts: Iterator[tuple[str, str, str]]) -> Iterator[Entry]:
    """Each id once, with its time where that is known."""
    seen: set[str] = set()
    for at, where, text in texts:
        for request in RequestId.in_text(text):
            if request.id.lower() in seen:
                continue
            rank = 2 if len(seen) < _REQUESTS else 7
            seen.add(request.id.lower())
            when = f"{at}  " * bool(at)
            yield entry("Requests", f"{when}{request.name} {request.id} ({where})", rank, _REQUEST, most=1)
    if not seen:
        yield entry("Requests", "no id of a request stands in what was read", 1)


def _found(told: Diagnosis, sure: Callable[[Finding], str]) -> Iterator[Entry]:
    ranks = {Severity.ERROR: 3, Severity.WARNING: 6, Severity.INFO: 9}
    for number, finding in enumerate(told.findings):
        text = f"{finding.severity} {finding.id} ({sure(finding)}): {finding.title}"
        proof = next(iter(finding.evidence), None)
        rank = 1 if number == 0 else ranks[finding.severity]
        yield entry("Found", text, rank, _FINDING, most=2, proof=proof)
    if not told.findings:
        yield entry("Found", "nothing that is known as a failure", 1)
    for number, place in enumerate(told.unexplained):
        text = f"error line that fits no known failure, {counted(place.count, 'time')}"
        rank = (5 if told.cause else 1) if number == 0 else 7
        yield entry("Found", text, rank, ("unknown error line", "unknown error lines"), proof=place)


def _ruled_out(told: Diagnosis) -> Iterator[Entry]:
    facts = tuple(ruled_out(told))
    for number, (because, ids) in enumerate(facts):
        rank = 4 if number < _FACTS else BESIDE
        yield entry("Ruled out", f"{_few(ids)}: {because}", rank, _FACT, most=2)
    if not facts:
        yield entry("Ruled out", "nothing", 1)


def _few(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
    return f"{', '.join(ids[:_IDS])}{more}"


def _not_told(state: RunState, told: Diagnosis) -> Iterator[Entry]:
    surveyed, collected = state.of(Surveyed), state.of(Collected)
    if surveyed is not None and (barred := surveyed.no_way_in):
        yield entry("Not told", f"no log was read: {barred.what} {barred.why}", 3, _UNTOLD, most=2)
    elif read := what_was_read(state):
        yield entry("Not told", f"read were {read}", 5, _UNTOLD, most=2)
    for line in collected.left_out if collected else ():
        yield entry("Not told", f"not read: {line}", 9, _UNTOLD, most=1)
    yield from _missing(told)
    if state.healthy:
        yield entry("Not told", "no log was read: there was nothing to repair", 1)
    elif not told.checked:
        yield entry("Not told", "the cause: nothing was compared with the known failures", 1)


def _missing(told: Diagnosis) -> Iterator[Entry]:
    for number, (missing, ids) in enumerate(untold(told)):
        text = f"{counted(len(ids), 'known failure')}; what would tell: {missing}"
        yield entry("Not told", text, 4 if number < _FACTS else BESIDE, _UNTOLD, most=2)


def _tried(state: RunState, ending: End) -> Iterator[Entry]:
    if planned := state.of(Planned):
        how = "on the pool itself" if planned.route else "on a pool of its own beside it"
        yield entry("Tried", f"the run worked {how}", 6, _ACT)
    for at, act in acts_told(state.acts):
        rank = 7 if KINDS[NODE_USER] in act else 6
        yield entry("Tried", f"{_clock(at)}  {act}", rank, _ACT, most=2)
    if proof := ending.proven:
        word = "proven" if proof.holds else "not proven"
        yield entry("Tried", f"fix {word}: {proof.fix or 'none was needed'}", 2, _ACT, most=2)
        after = f"; after, {proof.after.pool}: {proof.after.told}" if proof.after else ""
        yield entry("Tried", f"before, {proof.before.pool}: {proof.before.told}{after}", 2, _ACT)
    elif ending.not_proven:
        yield entry("Tried", f"no fix is proven: {ending.not_proven}", 3, _ACT, most=2)
    for sentence in ending.changed:
        yield entry("Tried", sentence, 3, _ACT, most=2)
    left = [line.removeprefix("▲ ") for line in still_open(state) if line.startswith("▲")]
    for number, line in enumerate(left):
        yield entry(
            "Tried", line, 1 if number < _LEFT else 5, ("thing left in Azure", "things left in Azure"), most=2
        )


def _needed(state: RunState, ending: End) -> Iterator[Entry]:
    for number, thing in enumerate(ending.to_do):
        yield entry("Needed", f"from {thing.whose}: {thing.text}", min(number + 1, 6), _THING, most=3)
    if ending.found.finding is None and not state.healthy:
        yield _asked_of_support()
    elif not ending.to_do:
        yield entry("Needed", "nothing", 1)


def _asked_of_support() -> Entry:
    text = "what stopped these nodes, by the service's own records of the ids and times above"
    return entry("Needed", f"from {SUPPORT}: {text}", 1, _THING)


def _clock(at: str) -> str:
    """A time of the journal; the title says that it is UTC."""
    return moment(at).removesuffix(" UTC") if at else "not known"
