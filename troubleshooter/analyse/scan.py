"""One file against every rule: what matched where, and which error lines nobody knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.kinds import JSON_LIMIT, FileKind, kind_of_json, kind_of_lines
from troubleshooter.analyse.lines import Rewound
from troubleshooter.analyse.rules import Rule, pattern
from troubleshooter.analyse.statements import statements
from troubleshooter.model.evidence import Evidence, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.analyse.rules import RuleBook

HITS_KEPT = 3
"""Places kept of one rule in one file: the first ones."""
UNEXPLAINED_KEPT = 50
TEXT_LIMIT = 500

_SECRET_URL = pattern(r"https://([A-Za-z0-9.-]{3,200})/secrets/([0-9A-Za-z-]{1,127})")
_HANDLER = pattern(r"\bMicrosoft(?:\.[A-Za-z]+){2,6}")
_OURS = pattern(r"\bMicrosoft\.Azure\.KeyVault\b")
_VARYING = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|0x[0-9a-fA-F]+|\d+|'[^']*'|https?://\S+")
_LEVELS = {
    FileKind.WAAGENT: pattern(r"\bERROR\b"),
    FileKind.WAAPPAGENT: pattern(r"\[ERROR\]"),
    FileKind.COMMAND_EXECUTION: pattern(r"(?i)\b(?:failed|exception|fatal)\b|^error\b"),
}
"""Where lines carry a level it decides what is an error line; elsewhere the wording does."""
_SILENT = {FileKind.SETTINGS, FileKind.OS_RELEASE, FileKind.HANDLER_STATE}


@dataclass(frozen=True, slots=True)
class Hit:
    rule: Rule
    evidence: Evidence
    values: Mapping[str, str]
    foreign: bool
    """The line names another extension."""


@dataclass(slots=True)
class Scan:
    """What one file said."""

    file: SourceFile
    kind: FileKind = FileKind.TEXT
    hits: list[Hit] = field(default_factory=list)
    unexplained: dict[str, Evidence] = field(default_factory=dict)
    """By the line's shape, so that a repeated error is listed once."""
    unreadable: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    seen_url: tuple[str, str] | None = None
    """Host and secret of the newest secret URL, for lines that name none."""


def scan(file: SourceFile, book: RuleBook) -> Scan:
    """Read a file once. A file that cannot be read is a result too."""
    result = Scan(file)
    try:
        with file.open() as stream:
            _read(Rewound(stream), book, result)
    except OSError as error:
        result.unreadable = str(error.strerror or error)
    return result


def _read(content: Rewound, book: RuleBook, result: Scan) -> None:
    if content.head.lstrip()[:1] in {b"{", b"["}:
        data = content.whole(JSON_LIMIT)
        if data is not None:
            result.kind, value = kind_of_json(data)
            if value is not None:
                _read_statements(value, data, book, result)
                if (
                    result.kind is not FileKind.SETTINGS
                ):  # settings say nothing; their wording betrays some mistakes
                    return
            else:
                result.kind = kind_of_lines(content.head)
    else:
        result.kind = kind_of_lines(content.head)
    for number, line in _candidates(content, book):
        _judge(line, number, book, result, wrong=_looks_wrong(line, result.kind, book))


def _read_statements(value: Any, data: bytes, book: RuleBook, result: Scan) -> None:
    for statement in statements(result.kind, value, data):
        _judge(statement.text.encode(), statement.line, book, result, wrong=statement.wrong)


def _candidates(content: Rewound, book: RuleBook) -> Iterator[tuple[int, bytes]]:
    """Every line that the book's finder stops at, with its number."""
    before = 1
    for piece in content:
        at, counted, number = 0, 0, before
        while (found := book.finder.search(piece, at)) is not None:
            start = piece.rfind(b"\n", 0, found.start()) + 1
            end = piece.find(b"\n", found.start())
            end = len(piece) if end < 0 else end
            number += piece.count(b"\n", counted, start)
            counted = start
            yield number, piece[start:end]
            at = end + 1
            if at >= len(piece):
                break
        before += piece.count(b"\n")


def _judge(line: bytes, number: int, book: RuleBook, result: Scan, *, wrong: bool) -> None:
    if found := _SECRET_URL.search(line):
        result.seen_url = (found[1].decode(), found[2].decode())
    explained = False
    for rule in book.rules:
        if rule.reads(result.kind) and rule.matches(line):
            explained = True
            _keep_hit(rule, line, number, result)
    if wrong and not explained and result.kind not in _SILENT:
        evidence = _evidence(line, number, result.file)
        if len(result.unexplained) < UNEXPLAINED_KEPT:
            result.unexplained.setdefault(_VARYING.sub("#", evidence.text), evidence)


def _keep_hit(rule: Rule, line: bytes, number: int, result: Scan) -> None:
    count = result.counts[rule.id] = result.counts.get(rule.id, 0) + 1
    if count > HITS_KEPT:
        return
    values = rule.captured(line)
    if result.seen_url:
        host, secret = result.seen_url
        values = {"host": host, "vault": host.split(".", 1)[0], "secret": secret, **values}
    foreign = bool(_HANDLER.search(line)) and not _OURS.search(line) and result.kind is not FileKind.AKVVM
    result.hits.append(Hit(rule, _evidence(line, number, result.file), values, foreign))


def _looks_wrong(line: bytes, kind: FileKind, book: RuleBook) -> bool:
    if level := _LEVELS.get(kind):
        return bool(level.search(line))
    return bool(book.wrong.search(line)) and not line.rstrip().endswith(b"Error:")


def _evidence(line: bytes, number: int, file: SourceFile) -> Evidence:
    text = "".join(c if c.isprintable() else " " for c in line[: TEXT_LIMIT * 4].decode("utf-8", "replace"))
    return Evidence(file.name, number, text.strip()[:TEXT_LIMIT], file.node)
