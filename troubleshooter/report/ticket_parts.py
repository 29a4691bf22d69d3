"""What a ticket says of a diagnosis, whether it is of a run or of files alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter import __version__
from troubleshooter.model.finding import SILENCE, Severity
from troubleshooter.model.particular import About
from troubleshooter.model.request_id import RequestId
from troubleshooter.report.administrator import SUPPORT
from troubleshooter.report.counted import counted
from troubleshooter.report.outline import moment
from troubleshooter.report.ruled_out import ruled_out
from troubleshooter.report.ticket_paper import BESIDE, entry, place_told
from troubleshooter.report.untold import untold
from troubleshooter.report.when import when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from troubleshooter.model.finding import Diagnosis, Finding
    from troubleshooter.report.ticket_paper import Entry

PROGRAM = f"batch-kv-troubleshooter {__version__}"
NODES = 2
_REQUESTS, _IDS, _FACTS = 4, 3, 3
"""So many are told first; those behind them are among the first to be left out."""
_VALUES = 3
_KEY_VAULT, _NOT_OURS = "key-vault", "not the key vault extension"
_NOT_A_LETTER = re.compile(r"[\W_]")

NODE = ("node", "nodes")
UNTOLD = ("thing that could not be told", "things that could not be told")
THING = ("thing to do", "things to do")
_REQUEST = ("request id", "request ids")
_FINDING = ("finding", "findings")
_FACT = ("fact that rules something out", "facts that rule something out")
_TIME = ("more about times", "more about times")


def cause_told(finding: Finding, sure: str) -> str:
    """The cause in one sentence, with whose failure it is where that is not our extension's."""
    other = finding.extension if finding.extension not in {None, _KEY_VAULT} else ""
    if not other or _NOT_OURS in finding.title.lower():
        return f"{finding.title} ({sure}; {finding.id})"
    return f"Of {other}, {_NOT_OURS}: {finding.title} ({sure}; {finding.id})"


def nodes(names: Iterable[str]) -> Iterator[Entry]:
    seen = list(dict.fromkeys(names))
    for number, name in enumerate(seen):
        yield entry("Where", f"node {name}", 2 if number < NODES else 7, NODE, most=1, short=False)
    if not seen:
        yield entry("Where", "node ids: not known, none was seen", 1)


def times(told: Diagnosis) -> Iterator[Entry]:
    """When it happened, or that nothing says so; how far the tries are, and what is odd about the clocks."""
    if told.incident is None:
        yield entry("When", "the trouble: not known, no line of an error tells its time", 1)
    seen: set[str] = set()
    for label, sentence in when(told):
        rank = 1 if label == "incident" else 7 if label in seen else 5
        seen.add(label)
        yield entry("When", f"{label}: {sentence}", rank, _TIME, most=2)


def versions(told: Diagnosis, known: dict[str, str]) -> Iterator[Entry]:
    """Of the extension, the image and the agents: what is `known` already, and what the files state."""
    stated = {about.value: values(told, about) for about in (*_VERSIONED, About.EXTENSION)}
    stated["extension"] = _of_the_cause(told, stated["extension"])
    said = {}
    for name in ("extension", *(about.value for about in _VERSIONED)):
        first = known.get(name, "")
        more = [one for one in _apart([first, *stated[name]]) if name != "extension" or one != first]
        shown = ", ".join(more[:_VALUES]) + f" and {len(more) - _VALUES} more" * (len(more) > _VALUES)
        said[name] = f"{first}; seen: {shown}" if shown and name == "extension" and first else shown or first
    yield from known_or_not("Versions", said)


_VERSIONED = (About.IMAGE, About.SYSTEM, About.NODE_AGENT, About.GUEST_AGENT)


def _of_the_cause(told: Diagnosis, handlers: list[str]) -> list[str]:
    """Those of the extension that failed; all of them where that is none of these."""
    whose = told.cause.extension if told.cause else None
    sought = _plain(whose or _KEY_VAULT)
    return [one for one in handlers if sought in _plain(one)] or handlers


def _apart(values: list[str]) -> list[str]:
    """Without what another of them says and more."""
    low = [value.lower() for value in values]
    return [
        value
        for at, value in enumerate(values)
        if value and not any(low[at] in other for place, other in enumerate(low) if place != at)
    ]


def _plain(name: str) -> str:
    return _NOT_A_LETTER.sub("", name).lower()


def values(told: Diagnosis, about: About) -> list[str]:
    return [one.value for one in told.particulars if one.about is about]


def known_or_not(label: str, values: dict[str, str]) -> Iterator[Entry]:
    """What is known of it, and in one sentence what is not."""
    said = [f"{name} {value}" for name, value in values.items() if value]
    missing = [name for name, value in values.items() if not value]
    if said:
        yield entry(label, "; ".join(said), 1)
    if missing:
        yield entry(label, f"not known: {', '.join(missing)}", 1)


def requests(told: Diagnosis, others: Iterable[tuple[str, str, str]] = ()) -> Iterator[Entry]:
    """Each id once, with its time where that is known. `others` are time, place and text, of the journal."""
    lines: dict[str, str] = {}
    for at, where, name, one in (*_of_proofs(told), *_of_texts(others), *_of_files(told)):
        lines.setdefault(one.lower(), f"{at or 'time not known'}: {name} {one} ({where})")
    for number, line in enumerate(lines.values()):
        yield entry("Requests", line, 2 if number < _REQUESTS else 7, _REQUEST, most=1)
    if not lines:
        yield entry("Requests", "no id of a request stands in what was read", 1)


_Request = tuple[str, str, str, str]
"""Time, place, name and id."""


def _of_proofs(told: Diagnosis) -> Iterator[_Request]:
    places = [place for finding in told.findings for place in finding.evidence]
    known = {one.value.lower(): one.at for one in told.particulars}
    for place in (*places, *told.unexplained):
        for one in RequestId.in_text(place.text):
            at = place.at or known.get(one.id.lower(), "")
            yield clock(at), place_told(place), one.name, one.id


def _of_texts(texts: Iterable[tuple[str, str, str]]) -> Iterator[_Request]:
    for at, where, text in texts:
        for one in RequestId.in_text(text):
            yield clock(at), where, one.name, one.id


def _of_files(told: Diagnosis) -> Iterator[_Request]:
    """What stands in the files beside no finding: those beside an error, else those of any answer."""
    asked = [one for one in told.particulars if one.about is About.REQUEST]
    for one in [each for each in asked if each.wrong] or asked[:_REQUESTS]:
        beside = "" if one.wrong else ", no error beside it"
        yield clock(one.at), f"{_at(one.file, one.line)}{beside}", one.name, one.value


def _at(file: str, line: int) -> str:
    return f"{file.rpartition('/')[2] or file}:{line}"


def found(told: Diagnosis, sure: Callable[[Finding], str]) -> Iterator[Entry]:
    ranks = {Severity.ERROR: 3, Severity.WARNING: 6, Severity.INFO: 9}
    for number, finding in enumerate(sorted(told.findings, key=lambda one: one is not told.cause)):
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


def not_the_cause(told: Diagnosis) -> Iterator[Entry]:
    facts = sorted(ruled_out(told), key=lambda fact: SILENCE in fact[0])
    for number, (because, ids) in enumerate(facts):
        rank = (3, 5, 6)[number] if number < _FACTS else BESIDE
        yield entry("Ruled out", f"{_few(ids)}: {because}", rank, _FACT, most=2)
    if not facts:
        yield entry("Ruled out", "nothing", 1)


def _few(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
    return f"{', '.join(ids[:_IDS])}{more}"


def missing(told: Diagnosis) -> Iterator[Entry]:
    for number, (missing, ids) in enumerate(untold(told)):
        text = f"{counted(len(ids), 'known failure')}; what would tell: {missing}"
        yield entry("Not told", text, (3, 5, 6)[number] if number < _FACTS else BESIDE, UNTOLD, most=2)


def asked_of_support() -> Entry:
    text = "what stopped these nodes, by the service's own records of the ids and times above"
    return entry("Needed", f"from {SUPPORT}: {text}", 1, THING)


def clock(at: str) -> str:
    """A time of the journal or of a line, without its zone: the title says that it is UTC. Empty for none."""
    return moment(at).removesuffix(" UTC") if at else ""
