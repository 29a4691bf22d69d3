"""What support asks first, gathered from the files: ids of where it is, versions, and ids of requests."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.lines import Rewound, ends
from troubleshooter.analyse.rules import pattern
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.stamp import stamp, written
from troubleshooter.archives.budget import Budget
from troubleshooter.fence import LeftOut, Spent, Unreadable
from troubleshooter.model.particular import About, Particular
from troubleshooter.model.request_id import RequestId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.model.evidence import SourceFile

READ = 4 * 1024 * 1024
"""Of a larger file so much of its beginning is read, and of its end."""
KEPT = 12
"""Different values of one kind; the newest of the requests."""
_OF_A_BLOCK = 1000
"""Places of one kind that are looked at in one block."""
_BLOCK = 1024 * 1024
_HELD = 1000
"""Requests at most that are held while files are read."""

_Q = r'[\\"]{1,6}'
"""A quote, escaped as often as JSON in JSON is."""
_IS = rf"{_Q}\s{{0,4}}:\s{{0,4}}{_Q}"
_OBJECT = rf"{_Q}\s{{0,4}}:\s{{0,4}}\{{[^{{}}]{{0,300}}?"
_NAME, _VERSION = r"[A-Za-z][\w.]{2,90}", r"\d{1,12}(?:\.\d{1,12}){1,3}"
_HANDLER = r"[A-Z][A-Za-z]{1,40}(?:\.\w{1,60}){1,5}"
_RESOURCE = pattern(
    r"(?i)/subscriptions/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/resourceGroups/([\w.()-]{1,90})/providers/"
    r"Microsoft\.(?:Compute/|Batch/batchAccounts/([a-z0-9]{3,24})(?:/pools/([\w-]{1,64}))?)"
)
_IMAGE_PARTS = ("publisher", "offer", "sku", "version", "id", "virtualmachineimageid")
_PLACES = (About.SUBSCRIPTION, About.GROUP, About.ACCOUNT, About.POOL)
"""Of what nodes are: a vault may lie in another subscription."""
_ENDPOINT = pattern(
    r"(?i)\b([a-z0-9]{3,24})\.([a-z0-9]{4,40})\.batch\.(?:azure\.(?:com|us|cn)|chinacloudapi\.cn)"
)
_IMAGE = pattern(rf"(?i)imageReference{_Q}\s{{0,4}}:\s{{0,4}}\{{([^{{}}]{{1,900}})\}}")
_OF_AN_IMAGE = pattern(
    rf"(?i)(publisher|offer|sku|version|id|virtualMachineImageId){_IS}([\w ./-]{{1,300}}){_Q}"
)
_SIMPLE: tuple[tuple[About, Any], ...] = (
    (About.NODE, pattern(r"\b(tvm(?:ps)?[-_]\w[\w-]{4,90})")),
    (About.SIZE, pattern(rf"(?i)vmSize{_IS}([A-Za-z]\w{{2,40}}){_Q}")),
    (About.SYSTEM, pattern(r'(?m)^PRETTY_NAME="?([\w .()/-]{2,80})')),
    (About.NODE_AGENT, pattern(r"\b(batch\.node\.[a-z]+ [\w.]{1,20})")),
    (
        About.NODE_AGENT,
        pattern(rf"(?i)nodeAgentInfo{_OBJECT}version{_IS}({_VERSION})"),
    ),
    (About.GUEST_AGENT, pattern(rf"\bGoal State Agent version ({_VERSION})")),
    (About.GUEST_AGENT, pattern(rf"\bWALinuxAgent-({_VERSION})")),
    (About.GUEST_AGENT, pattern(rf"(?i)\b(?:Azure Linux|Guest) ?Agent ?Version ?[:=]? ?({_VERSION})")),
    (About.GUEST_AGENT, pattern(rf"(?i)vmAgentVersion{_IS}({_VERSION})")),
    (
        About.GUEST_AGENT,
        pattern(rf"(?i)guestAgentStatus{_OBJECT}version{_IS}({_VERSION})"),
    ),
)
_HANDLERS = (
    pattern(rf"\b({_HANDLER})[-/\\]({_VERSION})\b"),
    pattern(rf"(?i)\bPlugin:? \(?(?:name: )?({_NAME}),? version:? ({_VERSION})"),
    pattern(
        rf"(?:handlerName|{_Q}name){_IS}({_HANDLER}){_Q}[^{{}}]{{0,120}}?(?:handlerVersion|version){_IS}({_VERSION})"
    ),
    pattern(rf"(?i){_Q}type{_IS}(\w{{4,60}}){_Q}[^{{}}]{{0,160}}?typeHandlerVersion{_IS}({_VERSION})"),
)
_REQUEST = pattern(r"(?i)(?:request|correlation|activity|trace|tracking|operation)[-_ ]?id")
_TROUBLE = pattern(
    r"(?i)error|fail|denied|forbidden|refus|unauthor|not authori|throttl|timed? ?out|exception|conflict"
    r"|not found|(?:http|status|code|\()[\w :=/.]{0,12}\b[45]\d\d\b"
)
_TIME_AFTER = re.compile(rb"Time(?:stamp)?\W{1,3}(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?)")
_BEFORE, _BEHIND = 1500, 400
"""Bytes around the id of a request in which its error and its time are looked for."""
_LINES = 2
"""Lines before and behind in which they are looked for."""
_PREFIX, _ID = 24, 80
"""Bytes before and behind what every name of an id has in common."""


def particulars(files: Iterable[SourceFile], found: Sources | None = None) -> tuple[Particular, ...]:
    """Each value once, where it stands first. A file that cannot be read has none: the diagnosis says so."""
    found = found or Sources(budget=Budget(endless=True))
    gathered = _Gathered()
    try:
        for file in files:
            with found.fence(file.name), suppress(OSError, Unreadable):
                _in_file(file, gathered, found.budget)
    except Spent as limit:
        found.left_out.append(LeftOut("the ticket's particulars", f"{limit}; not every file was looked at"))
    return (*gathered.values.values(), *gathered.newest(KEPT))


@dataclass(slots=True)
class _Gathered:
    """Of each kind the first values; of the requests those beside an error, and the newest."""

    values: dict[tuple[About, str], Particular] = field(default_factory=dict)
    counts: Counter[About] = field(default_factory=Counter)
    requests: dict[str, Particular] = field(default_factory=dict)

    def wants(self, about: About, value: str) -> bool:
        return self.counts[about] < KEPT and (about, value.lower()) not in self.values

    def add(self, one: Particular) -> None:
        if self.wants(one.about, one.value):
            self.values[one.about, one.value.lower()] = one
            self.counts[one.about] += 1

    def ask(self, one: Particular) -> None:
        known = self.requests.get(one.value.lower())
        if known is None or (one.wrong, bool(one.at)) > (known.wrong, bool(known.at)):
            self.requests[one.value.lower()] = one
        if len(self.requests) > _HELD:
            self.requests = {each.value.lower(): each for each in self.newest(_HELD // 2)}

    def newest(self, most: int) -> list[Particular]:
        return sorted(self.requests.values(), key=lambda one: (one.wrong, one.at), reverse=True)[:most]


def _in_file(file: SourceFile, gathered: _Gathered, budget: Budget) -> None:
    for about, value, _ in _told(file.name.replace("\\", "/").encode("utf-8", "replace")):
        gathered.add(Particular(about, value, file.name))
    if file.node:
        gathered.add(Particular(About.NODE, file.node, file.name))
    with file.open() as stream:
        for number, block in _blocks(ends(Rewound(stream), READ)):
            budget.look(1 + (len(block) >> 12))
            for about, value, at in _told(block):
                if gathered.wants(about, value):
                    line = number + block.count(b"\n", 0, at)
                    gathered.add(Particular(about, value, file.name, line))
            line, counted = number, 0
            for at, request in _requests(block):
                budget.look()
                line, counted = line + block.count(b"\n", counted, at), at
                gathered.ask(_asked(request, block, at, file.name, line))


def _blocks(pieces: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Pieces that follow each other as one, so that what belongs together is seldom parted."""
    held, first, following, size = list[bytes](), 1, 1, 0
    for number, piece in pieces:
        if held and (number != following or size > _BLOCK):
            yield first, b"".join(held)
            held, size = [], 0
        first = first if held else number
        held.append(piece)
        following, size = number + piece.count(b"\n"), size + len(piece)
    if held:
        yield first, b"".join(held)


def _told(piece: bytes) -> Iterator[tuple[About, str, int]]:
    """Kind, value and place of what a piece states, but for requests."""
    yield from _where(piece)
    for about, simple in _SIMPLE:
        for hit in _each(simple, piece):
            yield about, hit[1].decode("latin-1").strip(), hit.start()
    for handler in _HANDLERS:
        for hit in _each(handler, piece):
            name = hit[1].decode().rpartition(".")[2]
            yield About.EXTENSION, f"{name} {hit[2].decode()}", hit.start()
    for hit in _each(_IMAGE, piece):
        parts = {key.lower().decode(): value.decode("latin-1") for key, value in _OF_AN_IMAGE.findall(hit[1])}
        if named := " ".join(parts[key] for key in _IMAGE_PARTS if key in parts):
            yield About.IMAGE, named, hit.start()


def _where(piece: bytes) -> Iterator[tuple[About, str, int]]:
    for hit in _each(_RESOURCE, piece):
        for about, value in zip(_PLACES, hit.groups(), strict=True):
            if value and value.strip(b"0-"):
                yield about, value.decode(), hit.start()
    for hit in _each(_ENDPOINT, piece):
        yield About.ACCOUNT, hit[1].decode(), hit.start()
        yield About.REGION, hit[2].decode().lower(), hit.start()


def _each(pattern: Any, piece: bytes) -> Iterator[Any]:
    return islice(pattern.finditer(piece), _OF_A_BLOCK)


def _requests(piece: bytes) -> Iterator[tuple[int, RequestId]]:
    for hit in _REQUEST.finditer(piece):
        near = piece[max(0, hit.start() - _PREFIX) : hit.end() + _ID].decode("latin-1")
        for request in RequestId.in_text(near):
            if request.id.strip("0-"):
                yield hit.start(), request


def _asked(request: RequestId, piece: bytes, at: int, file: str, line: int) -> Particular:
    """With its time, and whether the entry that it stands in tells of an error."""
    start = piece.rfind(b"\n", max(0, at - _BEFORE), at) + 1 or max(0, at - _BEFORE)
    own, *behind = piece[start : at + _BEHIND].splitlines()
    before = piece[max(0, start - _BEFORE) : start].splitlines()[: -_LINES - 1 : -1]
    known = stamp(own)
    entry = [own, *takewhile(lambda each: stamp(each) is None, behind[:_LINES])]
    if known is None:  # it goes on an entry that began above
        known = next(filter(None, map(stamp, before)), None)
        entry += before
        if after := _TIME_AFTER.search(piece, at, at + _BEHIND):
            known = stamp(after[1]) or known
    when = written(known[0]) if known else ""
    wrong = any(_TROUBLE.search(each) for each in entry)
    return Particular(About.REQUEST, request.id, file, line, when, wrong, request.name)
