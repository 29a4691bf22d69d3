"""One file against every rule: what matched where, and which error lines nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from sys import getsizeof
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.chronicle import Chronicle
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.hit import Hit
from troubleshooter.analyse.kinds import JSON_LIMIT, kind_of_json, kind_of_lines, weight
from troubleshooter.analyse.line import BLOCK_LIMIT, Line, block, head, newest_url
from troubleshooter.analyse.lines import LINE_LIMIT, Rewound
from troubleshooter.analyse.rules import ANY, NONE, pattern
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.stamp import stamp, written
from troubleshooter.analyse.statements import gave_up, stamped, statements
from troubleshooter.analyse.whose import Whose
from troubleshooter.archives.budget import Budget
from troubleshooter.fence import LeftOut, Spent
from troubleshooter.model.evidence import Evidence, SourceFile
from troubleshooter.model.excerpt import LEFT_OUT, Excerpt, excerpt, merged
from troubleshooter.model.finding import Severity
from troubleshooter.text import flat, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.analyse.signs import LogSign, Signs  # noqa: TC004 - annotations only

HITS_KEPT = 3
"""Places kept of one rule in one file: the first ones; the others are counted."""
_LOOKED_AT = 200
"""Places of one rule in one file that are looked at for one that is no other extension's."""
SHAPES_KEPT = 200
"""Shapes of unexplained lines kept of one file."""
TEXT_LIMIT = 500
"""Characters kept of a line that proves something, around what matched."""
_LEAD = 56
"""Characters of its beginning that are kept beside: when, and by which part of the program."""
_LOOKS_OF_A_PROOF, _BYTES_OF_A_PROOF = 5, 600
"""What keeping one costs: it is searched for what it proves, and stays in memory with its text."""
_LOOKS_OF_A_SECRET, _BYTES_CLEANED = 2, 24
"""What taking secrets out of a line costs: for each that is found; and how many bytes come to one look."""
_STAND_IN = "<redacted "
_LINES_OF_A_LOOK = 8
"""Lines that follow one, and are asked whether they belong to it."""

_VARYING = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|0x[0-9a-fA-F]+|\d+|'[^'\s]*'|https?://\S+")
_LEVELS = {
    FileKind.WAAGENT: pattern(r"\bERROR\b"),
    FileKind.WAAPPAGENT: pattern(r"\[ERROR\]"),
    FileKind.COMMAND_EXECUTION: pattern(r"(?i)\b(?:failed|exception|fatal)\b|^error\b"),
}
"""Where lines carry a level it decides what is an error line; elsewhere the wording does."""
_SILENT = {FileKind.SETTINGS, FileKind.OS_RELEASE, FileKind.HANDLER_STATE, FileKind.AGENT_CONF}
_IN_BLOCKS = {FileKind.WAAGENT, FileKind.COMMAND_EXECUTION}
_SAYS_HOW_IT_ENDED = {FileKind.STATUS, FileKind.EXTENSION_VIEW}


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
    unexplained: dict[str, Evidence] = field(default_factory=dict)
    """By the line's shape, so that a repeated error is listed once, with its count."""
    seen_again: dict[str, int] = field(default_factory=dict)
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
    given_up: str = ""
    """Where it is a status that says error: what it says."""
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
        self.seen_url = newest_url(piece, len(piece)) or self.seen_url
        self.when.see(piece, last, self.ends)
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
            if value is not None and _read_statements(value, data, book, result):
                return
            result.kind, result.log = kind_of_lines(content.head, book.signs)
    else:
        result.kind, result.log = kind_of_lines(content.head, book.signs)
    for line in _candidates(content, book, result):
        _judge(line, book, result, wrong=None)
    result.when.close(result.ends)


def _read_statements(value: object, data: bytes, book: RuleBook, result: Scan) -> bool:
    """Judge what the records of a document say; False where nobody knows one of them."""
    told, ends, names = False, [], book.signs.whose
    result.when.stamped = _newest_time(result.kind, value)
    for said in statements(result.kind, value, data, result.budget.look):
        text = said.text.encode("utf-8", "replace")  # JSON may hold half a character
        told = True
        if result.kind is FileKind.TEXT:
            result.kind = said.kind
        _judge(Line(0, text, text, len(text), said), book, result, wrong=said.wrong)
        result.seen_url = newest_url(text, len(text)) or result.seen_url
        record = names.on(b"", result.instances, said.whose) if said.whose else None
        if said.kind in _SAYS_HOW_IT_ENDED and _is_ours(record, book.signs):
            ends.append(said.wrong)
    # all of them name their status alike: the file's place tells whose it is
    if ends and _is_ours(names.of_file(result.file.name), book.signs):
        result.succeeded = not any(ends)
        if gave_up(result.kind, value):
            result.given_up = f"its status says error ({one_line(result.file.name)})"
    return told or result.kind is not FileKind.TEXT


def _is_ours(whose: Whose | None, signs: Signs) -> bool:
    return whose is None or whose.id in signs.whose.sought


def _newest_time(kind: FileKind, value: object) -> datetime | None:
    times = (stamp(text.encode("utf-8", "replace")) for text, _ in stamped(kind, value))
    return max((known[0] for known in times if known), default=None)


def _candidates(content: Rewound, book: RuleBook, result: Scan) -> Iterator[Line]:
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


def _look_around(line: Line, result: Scan) -> bytes:
    """The line with its block; also finds the URL that stands before it."""
    if line.block is None:
        lines = block(line) if result.kind in _IN_BLOCKS else []
        result.budget.look((line.end >> 14) + len(lines) // _LINES_OF_A_LOOK)
        line.block = b"\n".join([line.text, *lines])
        line.url = newest_url(line.piece, line.end) or result.seen_url
    return line.block


def _judge(line: Line, book: RuleBook, result: Scan, *, wrong: bool | None) -> None:
    """Keep what a line says. Whether it is an error is known of a statement, and judged of a line: None."""
    result.budget.look(1 + (len(line.text) >> 10))
    rules, beside = book.wanted.by(line.text)
    if beside:
        result.beside.update(beside)
    result.down = result.down or book.down.search(line.text) is not None
    told = _told_by(rules, line, book, result, wrong=wrong)
    for rule in told:
        result.counts[rule.id] = result.counts.get(rule.id, 0) + 1
        _keep_hit(rule, line, result, book.signs)
        if rule.text.severity is Severity.ERROR and result.kind is FileKind.EXTENSION_LOG:
            kind_of_error = (rule.id, newest_url(line.text, len(line.text)))
            result.when.fail(kind_of_error, result.time_of(line), line.number)
    if told or result.kind in _SILENT or wrong is False:
        return
    if wrong or _looks_wrong(line.text, result.kind, book):
        _keep_unexplained(line, book, result)


def _told_by(
    rules: list[Rule], line: Line, book: RuleBook, result: Scan, *, wrong: bool | None
) -> list[Rule]:
    """Those of the rules that tell of a line; of those that tell of the rest only where no other does."""
    kinds = line.said.kinds if line.said else (result.kind,)
    # who reports success may tell of what was before
    well = wrong is False and result.kind in _SAYS_HOW_IT_ENDED
    matching = [
        rule
        for rule in rules
        if not (well and rule.text.severity is Severity.ERROR)
        and any(map(rule.reads, kinds))
        and result.for_rule(rule)
        and rule.line.allow(line.text)
    ]
    told = [rule for rule in matching if not rule.text.fallback]
    failed = line.said is not None and line.said.failed
    rest = [rule for rule in book.fallbacks if failed or rule in matching]
    return told + [rule for rule in rest if _is_untold(line, rule, told, result, book)]


def _is_untold(line: Line, rule: Rule, told: list[Rule], result: Scan, book: RuleBook) -> bool:
    """Whether an extension's own record says that it failed, or an error line of a text that another did.

    Of another's record what only says so in general is `told` beside it.
    """
    names = book.signs.whose
    if line.said is None:
        text = result.kind is FileKind.TEXT and not told and _looks_wrong(line.text, result.kind, book)
        found = names.surely_on(line.text) if text else None
        return found is not None and found.id not in names.sought
    whose = _whose(line, result, book.signs) if line.said.failed else None
    if whose is None or not {one.id for one in told} <= {*rule.text.general}:
        return False
    return not told or whose.id not in names.sought


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


def _keep_unexplained(line: Line, book: RuleBook, result: Scan) -> None:
    shape = _VARYING.sub("#", _readable(line.text[: TEXT_LIMIT * 4])[:TEXT_LIMIT])
    if shape in result.unexplained:
        result.seen_again[shape] = result.seen_again.get(shape, 0) + 1
    elif len(result.unexplained) < SHAPES_KEPT:
        result.unexplained[shape] = _evidence(line, result, lambda text: _first(book.wrong, text))


def _first(pattern: Any, text: bytes) -> tuple[tuple[int, int], ...]:
    found = pattern.search(text)
    return (found.span(),) if found else ()


def _hit(rule: Rule, line: Line, result: Scan, signs: Signs) -> Hit:
    values = rule.captured(_look_around(line, result))
    if url := line.url:
        values = {"host": url[0], "vault": url[0].split(".", 1)[0], "secret": url[1], **values}
    whose = _whose(line, result, signs)
    foreign = whose is not None and signs.foreign(whose.id, rule.text)
    return Hit(rule, _evidence(line, result, rule.spans), values, foreign, rule.raised_by(line.text), whose)


def _whose(line: Line, result: Scan, signs: Signs) -> Whose | None:
    """The extension that a line is about: what stands nearest is asked first."""
    if result.log and result.kind is FileKind.EXTENSION_LOG:
        return Whose(result.log.extension, result.log.extension)
    names, record = signs.whose, line.said.whose if line.said else ""
    for text in (line.text, _entry(line, result), _look_around(line, result)):
        if found := names.on(text, result.instances, record):
            return found
    return names.of_file(result.file.name)


def _entry(line: Line, result: Scan) -> bytes:
    if line.said is not None:
        return b""
    before = head(line, result.before)
    result.budget.look(len(before) >> 9)
    return before


def _looks_wrong(line: bytes, kind: FileKind, book: RuleBook) -> bool:
    if level := _LEVELS.get(kind):
        return bool(level.search(line))
    return bool(book.wrong.search(line)) and not line.rstrip().endswith(b"Error:")


def _evidence(line: Line, result: Scan, spans: Callable[[bytes], Iterable[tuple[int, int]]]) -> Evidence:
    """What a line proves. Where it matched is looked for anew: cleaning may have moved it."""
    result.budget.look(_LOOKS_OF_A_PROOF + (len(line.text) >> 8) + (line.said.cost if line.said else 0))
    text = _cleaned(line, result)
    data = text.encode("utf-8", "replace")
    marks = merged((_characters(data[:start]), _characters(data[:end])) for start, end in spans(data))
    told = excerpt(Excerpt(text, marks), TEXT_LIMIT, lead=_LEAD)
    more = LEFT_OUT if len(line.text) == LINE_LIMIT and not told.text.endswith(LEFT_OUT) else ""
    result.budget.keep(_BYTES_OF_A_PROOF + getsizeof(told.text))
    at = result.time_of(line)
    return Evidence(
        result.file.name,
        line.stands,
        told.text + more,
        result.file.node,
        marks=told.marks,
        at=written(at) if at else "",
    )


def _cleaned(line: Line, result: Scan) -> str:
    """The line without its secrets; with its neighbours where a secret goes on from one to the other."""
    if line.shown is None:
        start, after = line.end - len(line.text), line.piece.find(b"\n", line.end + 1)
        before = line.piece[line.piece.rfind(b"\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
        behind = line.piece[line.end + 1 : after if after >= 0 else len(line.piece)]
        result.budget.look((len(before) + len(line.text) + len(behind)) // _BYTES_CLEANED)
        whole = result.clean("\n".join(_readable(each) for each in (before, line.text, behind)))
        result.budget.look(_LOOKS_OF_A_SECRET * whole.count(_STAND_IN))
        three = whole.split("\n")
        line.shown = three[1] if len(three) == 3 else " ".join(filter(None, three))
    return line.shown


def _characters(data: bytes) -> int:
    return len(data.decode("utf-8", "replace"))


def _readable(line: bytes) -> str:
    return flat(line.decode("utf-8", "replace"))
