"""One file against every rule: what matched where, and which error lines nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.analyse.chronicle import Chronicle
from troubleshooter.analyse.error_line import is_error_line
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.hit import Hit
from troubleshooter.analyse.kinds import JSON_LIMIT, kind_of_json, kind_of_lines, weight
from troubleshooter.analyse.line import BLOCK_LIMIT, Line, newest_url
from troubleshooter.analyse.lines import Rewound
from troubleshooter.analyse.printed import denied
from troubleshooter.analyse.printed.documents import documents
from troubleshooter.analyse.printed.page import LINES_READ, PASTED, TEXT_READ, page, was_changed
from troubleshooter.analyse.probe import PROBE_READ, untried
from troubleshooter.analyse.proof import TEXT_LIMIT, evidence, readable
from troubleshooter.analyse.rules import ANY, NONE
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.statements import answers, gave_up, newest_time, said_in_text, statements
from troubleshooter.analyse.telling import (
    SAYS_HOW_IT_ENDED,
    applies,
    look_around,
    shown,
    told_by,
    whose_line,
)
from troubleshooter.analyse.whose import Whose
from troubleshooter.analyse.wrapped import broken
from troubleshooter.archives.budget import Budget
from troubleshooter.fence import LeftOut, Spent
from troubleshooter.model.evidence import Evidence, SourceFile
from troubleshooter.model.finding import Severity
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from troubleshooter.analyse.printed.page import Page
    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.analyse.signs import LogSign, Signs  # noqa: TC004 - annotations only
    from troubleshooter.analyse.statements import Statement

HITS_KEPT = 3
"""Places kept of one rule in one file: the first ones; the others are counted."""
_LOOKED_AT = 200
"""Places of one rule in one file that are looked at for one that is no other extension's."""
SHAPES_KEPT = 200
"""Shapes of unexplained lines kept of one file."""

_VARYING = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|0x[0-9a-fA-F]+|\d+|'[^'\s]*'|https?://\S+")
PAST = "batch-resize-error-past"
"""Of a resize that is over: its code in the lines themselves would be read as one of now."""
_MAY_BE_ANY = PASTED | {FileKind.CRP}
"""Kinds of JSON that may be anything: where no record is known in what has an `error`, it is a text."""
_SILENT = {FileKind.SETTINGS, FileKind.OS_RELEASE, FileKind.HANDLER_STATE, FileKind.AGENT_CONF}


class Shape(NamedTuple):
    """What error lines have in common that only differ in numbers, names and addresses."""

    text: str
    claimed: tuple[Rule, ...] = ()
    """Rules that tell of it if other lines of the node say what they want beside it: known at the end."""


@dataclass(slots=True)
class Scan:
    """What one file said."""

    file: SourceFile
    clean: Callable[[str], str] = str
    """Takes the secrets out of a whole line: of a part of it they might not be known as such."""
    budget: Budget = field(default_factory=lambda: Budget(endless=True))
    kind: FileKind = FileKind.TEXT
    log: LogSign | None = None
    """Whose log it is, where it is one."""
    kept: dict[str, list[Hit]] = field(default_factory=dict)
    """Rule to the places that are kept of it."""
    counts: dict[str, int] = field(default_factory=dict)
    """Rule to the number of lines that it matched."""
    beside: set[str] = field(default_factory=set)
    unexplained: dict[Shape, Evidence] = field(default_factory=dict)
    """By the line's shape, so that a repeated error is listed once, with its count."""
    seen_again: dict[Shape, int] = field(default_factory=dict)
    """How often a shape came after its first line."""
    unreadable: str = ""
    """Why it was not read, or not to its end."""
    succeeded: bool | None = None
    """What the extension's status says; None where this file holds none."""
    os: str = ""
    major: int | None = None
    seen_url: tuple[str, str] | None = None
    """Host and secret of the newest secret URL, for lines that name none."""
    when: Chronicle = field(default_factory=Chronicle)
    ended: list[bool | None] = field(default_factory=list)
    """Of each status of the extension's in it, whether that is not well."""
    went_well: bool = False
    """A record in it says that something went well."""
    given_up: str = ""
    """Where it is a status that says error: what it says."""
    untried: bool = False
    """It is what a script says that has been run on no live node yet."""
    before: bytes = b""
    """The end of what was read: a line's entry may begin there."""
    down: bool = False
    """It says of a node, or of a machine, that it does not come up."""
    instances: Mapping[str, Whose] = field(default_factory=dict)
    """What the pool's definition says of the names of its extensions, in small letters."""

    @property
    def tells(self) -> bool:
        """Whether a rule may pass on this file: a log that ends before the first refresh proves nothing."""
        return not self.unreadable and (not self.ends or self.when.ended > 0)

    @property
    def ends(self) -> tuple[bytes, ...]:
        """What ends a refresh in it."""
        return self.log.ends if self.log else ()

    def says_it_ended(self, text: bytes) -> bool:
        """Whether a log's line says that a refresh went well: names in it may be of any words."""
        return any(mark in text for mark in self.ends)

    def for_rule(self, rule: Rule) -> bool:
        """Whether a rule reads this: the log of one extension is nothing to the rules of another."""
        own = self.log.extension if self.log and self.kind is FileKind.EXTENSION_LOG else rule.text.extension
        return rule.text.extension in {ANY, NONE, own}

    def time_of(self, line: Line) -> datetime | None:
        """When a line was written; asked of few lines only, and of each once."""
        if line.said is not None:
            return self.when.stamped
        if not line.asked:
            line.at, line.asked = self.when.clock.read(line.text, line.number), True
        return line.at

    def may_keep(self, rule_id: str, at: datetime | None) -> bool:
        """Whether a hit is of the newest run, and of those asked for where there are any."""
        gives_way, may_be = self.when.wants(rule_id, at, len(self.kept.get(rule_id, ())))
        if gives_way:
            self.kept[rule_id] = []
        return may_be

    @property
    def hits(self) -> list[Hit]:
        return [hit for kept in self.kept.values() for hit in kept]

    def see(self, piece: bytes, last: int) -> None:
        """Look in what was read, up to the line `last`, for what stands for the whole file."""
        self.when.see(piece, last, self.ends, self.seen_url)
        self.seen_url = newest_url(piece, len(piece)) or self.seen_url
        self.before = (self.before + piece[-BLOCK_LIMIT:])[-BLOCK_LIMIT:]


def scan(
    file: SourceFile,
    book: RuleBook,
    clean: Callable[[str], str] = str,
    found: Sources | None = None,
    instances: Mapping[str, Whose] | None = None,
) -> Scan:
    """Read a file once. A file that cannot be read is a result too, and is told where files are `found`."""
    found = found or Sources(budget=Budget(endless=True))
    result = Scan(file, clean, found.budget_of(file.node), when=Chronicle(found.window))
    result.instances, before = instances or {}, len(found.left_out)
    try:
        with found.fence(file.name), file.open() as stream:
            _read(Rewound(stream), book, result)
    except Spent as limit:
        found.left_out.append(LeftOut(file.name, f"{limit}; its beginning was read, and the rest was not"))
    result.before = b""  # of thousands of files nobody has room for what only reading needed
    for shape, again in result.seen_again.items():
        result.unexplained[shape] = replace(result.unexplained[shape], count=1 + again)
    if len(found.left_out) > before:
        result.unreadable = found.left_out[-1].why
    return result


def _read(content: Rewound, book: RuleBook, result: Scan) -> None:
    result.os, result.major = book.signs.system_in(content.head)
    if content.head.lstrip()[:1] in {b"{", b"["}:
        data = content.whole(JSON_LIMIT)
        if data is not None:
            result.budget.look(weight(data))
            result.kind, value = kind_of_json(data, book.signs.holds)
            said = statements(result.kind, value, data, result.budget.look) if value is not None else ()
            if _read_statements(said, book, result) or result.kind not in _MAY_BE_ANY:
                _read_how_it_ended(value, book, result)
                return
    result.kind, result.log = kind_of_lines(content.head, book.signs)
    if result.kind is FileKind.PROBE:
        data = content.whole(PROBE_READ) or content.head
        result.untried = untried(data)
        _read_statements(answers(data), book, result)
        return
    data = content.whole(TEXT_READ) if was_changed(content.head, result.kind) else None
    if data is not None and data.count(b"\n") <= LINES_READ:
        result.budget.look(data.count(b"\n"))
        _read_page(page(data.decode("utf-8", "surrogateescape")), book, result)
        return
    for line in _candidates(content, book, result):
        _judge(line, book, result, wrong=None)
    result.when.close(result.ends)


def _read_page(told: Page, book: RuleBook, result: Scan) -> None:
    """Judge a text by what it says in its forms, then by its sentences, then by the lines that are left."""
    first = told.text[:JSON_LIMIT].encode("utf-8", "surrogateescape")
    result.kind, result.log = (FileKind.TEXT, None) if told.quoted else kind_of_lines(first, book.signs)
    as_text, known = result.kind in PASTED, result.kind
    left = [denied.said(line) for line in told.lines]
    known_of = dict[int, set[str]]()
    for document in documents(told, result.budget.look) if as_text else ():
        lines = range(document.first, document.last + 1)
        data = "\n".join(told.lines[lines.start : lines.stop]).encode("utf-8", "surrogateescape")
        said = said_in_text(document.value, data, result.budget.look, told.numbers[lines.start : lines.stop])
        before = dict(result.counts)
        if not known_of.keys() & lines and _read_statements(said, book, result):
            found = {rule for rule, count in result.counts.items() if count != before.get(rule)}
            known_of.update(dict.fromkeys(lines, found))
            if document.whole or (len(lines) > 1 and PAST in found):
                left[lines.start : lines.stop] = [""] * len(lines)
    of_records, result.kind = result.kind, known
    for at, rules in _read_sentences(left, told, book, result):
        known_of[at] = known_of.get(at, set()) | rules
    data = "\n".join(left).encode("utf-8", "surrogateescape")
    for line in _candidates([data], book, result):
        at, line.number = line.number - 1, told.number(line.number - 1)
        _judge(line, book, result, wrong=False if at in known_of else None, known=known_of.get(at, ()))
    result.kind = of_records if as_text else known
    result.went_well = result.went_well or (result.kind is FileKind.JOURNAL and b" Started " in data)
    result.when.close(result.ends)


def _read_sentences(
    left: list[str], told: Page, book: RuleBook, result: Scan
) -> Iterator[tuple[int, set[str]]]:
    """Count what matches only where lines are read as one; each of these lines, with what it belongs to."""
    result.budget.look(len(left) >> 3)

    def matching(text: bytes) -> dict[Rule, tuple[tuple[int, int], ...]]:
        result.budget.look()
        rules, _ = book.wanted.by(text)
        return {rule: rule.spans(text) for rule in rules if applies(rule, (result.kind,), text, result)}

    for first, many, text, rules in broken(left, lambda text: bool(book.finder.search(text)), matching):
        line = Line(told.number(first), text, text, len(text))
        result.beside.update(book.wanted.by(text)[1])
        for rule in rules:
            _found(rule, line, book, result)
        yield from ((at, {rule.id for rule in rules}) for at in range(first, first + many))


def _read_statements(said: Iterable[Statement], book: RuleBook, result: Scan) -> bool:
    """Judge what the records of a document say; False where nobody knows one of them."""
    told = False
    for one in said:
        text = one.text.encode("utf-8", "replace")  # JSON may hold half a character
        told, result.went_well = True, result.went_well or one.wrong is False
        if result.kind in PASTED:
            result.kind = one.kind
        _judge(Line(0, text, text, len(text), one), book, result, wrong=one.wrong)
        result.seen_url = newest_url(text, len(text)) or result.seen_url
        record = book.signs.whose.on(b"", result.instances, one.whose) if one.whose else None
        if one.kind in SAYS_HOW_IT_ENDED and book.signs.whose.ours(record):
            result.ended.append(one.wrong)
    return told


def _read_how_it_ended(value: object, book: RuleBook, result: Scan) -> None:
    """What a status file or a view says as a whole."""
    result.when.stamped = newest_time(result.kind, value)
    names = book.signs.whose  # all of them name their status alike: the file's place tells whose it is
    if result.ended and names.ours(names.of_file(result.file.name)):
        result.succeeded = not any(result.ended)
        if gave_up(result.kind, value):
            result.given_up = f"its status says error ({one_line(result.file.name)})"


def _candidates(content: Iterable[bytes], book: RuleBook, result: Scan) -> Iterator[Line]:
    """Every line that the book's finder stops at."""
    number = 1
    for piece in content:
        at, counted = 0, 0
        while at < len(piece) and (found := book.finder.search(piece, at)) is not None:
            start = piece.rfind(b"\n", 0, found.start()) + 1
            end = piece.find(b"\n", found.start())
            end = len(piece) if end < 0 else end
            number += piece.count(b"\n", counted, start)
            counted = start
            yield Line(number, piece[start:end], piece, end)
            at = end + 1
        number += piece.count(b"\n", counted)
        result.see(piece, number)


def _judge(
    line: Line, book: RuleBook, result: Scan, *, wrong: bool | None, known: Collection[str] = ()
) -> None:
    """Keep what a line says. Whether it is an error is known of a statement, and judged of a line: None.

    `known` are rules that were met already in what the line is a part of.
    """
    result.budget.look(1 + (len(line.text) >> 10))
    rules, beside = book.wanted.by(line.text)
    if beside:
        result.beside.update(beside)
    result.down = result.down or book.down.search(line.text) is not None
    told = told_by(rules, line, book, result, wrong=wrong)
    for rule in told:
        if rule.id not in known and not (wrong is False and rule.text.fallback):
            _found(rule, line, book, result)
    sure = any(rule.has_beside(()) for rule in told)
    if sure or result.kind in _SILENT or wrong is False:
        return
    if wrong or (is_error_line(line.text, result.kind, book.wrong) and not result.says_it_ended(line.text)):
        _keep_unexplained(line, tuple(told), book, result)


def _found(rule: Rule, line: Line, book: RuleBook, result: Scan) -> None:
    """Count what a rule matched, and keep the first of it."""
    result.counts[rule.id] = result.counts.get(rule.id, 0) + 1
    _keep_hit(rule, line, result, book.signs)
    if rule.text.severity is Severity.ERROR and result.kind is FileKind.EXTENSION_LOG:
        kind_of_error = (rule.id, newest_url(line.text, len(line.text)))
        result.when.fail(kind_of_error, result.time_of(line), line.number)


def _keep_hit(rule: Rule, line: Line, result: Scan, signs: Signs) -> None:
    """The first ones; and where all of those are another extension's, the first that is not."""
    if not result.may_keep(rule.id, result.time_of(line)):
        return
    kept = result.kept.setdefault(rule.id, [])
    full = len(kept) >= HITS_KEPT
    if full and (result.counts[rule.id] > _LOOKED_AT or not all(hit.foreign for hit in kept)):
        return
    hit = _hit(rule, line, result, signs)
    if not full or not hit.foreign:
        kept.append(hit)


def _keep_unexplained(line: Line, claimed: tuple[Rule, ...], book: RuleBook, result: Scan) -> None:
    shape = Shape(_VARYING.sub("#", readable(line.text[: TEXT_LIMIT * 4])[:TEXT_LIMIT]), claimed)
    if shape in result.unexplained:
        result.seen_again[shape] = result.seen_again.get(shape, 0) + 1
    elif len(result.unexplained) < SHAPES_KEPT:
        result.unexplained[shape] = evidence(line, result, lambda text: _first(book.wrong, text))


def _first(pattern: Any, text: bytes) -> tuple[tuple[int, int], ...]:
    found = pattern.search(text)
    return (found.span(),) if found else ()


def _hit(rule: Rule, line: Line, result: Scan, signs: Signs) -> Hit:
    values = rule.captured(look_around(line, result))
    if url := line.url:
        values = {"host": url[0], "vault": url[0].split(".", 1)[0], "secret": url[1], **values}
    whose = whose_line(line, result, signs)
    foreign = whose is not None and signs.foreign(whose.id, rule.text)
    proof = evidence(line, result, rule.spans)
    whose = shown(whose, line, result) if whose and foreign else whose
    return Hit(rule, proof, values, foreign, rule.raised_by(line.text), whose)
