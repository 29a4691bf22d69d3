"""Trying rules: on their own examples, and one rule on a file, with the reason for what it does there."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.analyse.diagnose import analyse
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.kinds import JSON_LIMIT
from troubleshooter.analyse.lines import Rewound
from troubleshooter.analyse.rule_book import book
from troubleshooter.analyse.rules import pattern
from troubleshooter.analyse.scan import scan
from troubleshooter.analyse.statements import statements_of
from troubleshooter.model.evidence import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.model.extension import Extension

_HITS = 100


@dataclass(frozen=True, slots=True)
class WrongExample:
    rule: str
    text: str
    expected: bool


@dataclass(frozen=True, slots=True)
class PatternSeen:
    """What became of one of a rule's patterns."""

    role: str
    """any, all or none, of the line or beside it."""
    pattern: str
    lines: int
    first: int
    """The first line that it matches; 0 for none."""


@dataclass(frozen=True, slots=True)
class LineHit:
    line: int
    text: str
    captured: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    kind: FileKind
    hits: tuple[LineHit, ...]
    patterns: tuple[PatternSeen, ...]
    stands: bool
    """Whether `analyze` would give the finding."""
    why: str


def wrong_examples(rules: RuleBook) -> tuple[WrongExample, ...]:
    """Every example that does not do what it is there for."""
    return tuple(
        WrongExample(rule.id, text, expected)
        for rule in rules.rules
        for texts, expected in ((rule.text.matches, True), (rule.text.ignores, False))
        for text in texts
        if _finds(rule, text, rules.known) is not expected
    )


def try_rule(rule: Rule, file: SourceFile, known: tuple[Extension, ...]) -> Trial:
    """One rule on one file."""
    single = book((rule,), known)
    kind = scan(file, single).kind
    lines = list(_worth_a_look(rule, file, kind, single.signs.holds))
    hits = tuple(
        LineHit(number, _shown(text), rule.captured(text))
        for number, text in lines
        if any(way.matches(text) for way in rule.ways)
    )
    patterns = tuple(_patterns(rule, lines))
    stands = bool(analyse([file], single).findings)
    return Trial(kind, hits[:_HITS], patterns, stands, _why(rule, kind, hits, patterns, stands=stands))


def _finds(rule: Rule, text: str, known: tuple[Extension, ...]) -> bool:
    example = SourceFile("example", lambda: io.BytesIO(text.encode()))
    return bool(analyse([example], book((rule,), known)).findings)


def _worth_a_look(
    rule: Rule, file: SourceFile, kind: FileKind, holds: tuple[str, ...]
) -> Iterator[tuple[int, bytes]]:
    """The lines, or a JSON file's messages, on which at least one of the rule's patterns matches."""
    known = [pattern(text) for _, text in _roles(rule)]
    for number, text in _lines(file, kind, holds):
        if any(one.search(text) for one in known):
            yield number, text


def _lines(file: SourceFile, kind: FileKind, holds: tuple[str, ...]) -> Iterator[tuple[int, bytes]]:
    with file.open() as stream:
        content = Rewound(stream)
        data = content.whole(JSON_LIMIT) if content.head.lstrip()[:1] in {b"{", b"["} else None
        if data is not None and (said := statements_of(kind, data, holds)) is not None:
            yield from ((statement.line, statement.text.encode("utf-8", "replace")) for statement in said)
            return
        number = 1
        for piece in content:
            lines = piece.split(b"\n")
            yield from enumerate(lines, number)
            number += len(lines) - 1


def _roles(rule: Rule) -> list[tuple[str, str]]:
    pairs = [
        (match, f"{'also ' * (way is not rule)}{where}")
        for way in rule.ways
        for match, where in ((way.text.match, ""), (way.text.beside, "beside "))
    ]
    return [
        (f"{where}{role}", one)
        for match, where in pairs
        for role, ones in (("any", match.any), ("all", match.all), ("none", match.none))
        for one in ones
    ]


def _patterns(rule: Rule, lines: list[tuple[int, bytes]]) -> Iterator[PatternSeen]:
    for role, text in _roles(rule):
        compiled = pattern(text)
        found = [number for number, line in lines if compiled.search(line)]
        yield PatternSeen(role, text, len(found), found[0] if found else 0)


def _why(
    rule: Rule, kind: FileKind, hits: tuple[LineHit, ...], patterns: tuple[PatternSeen, ...], *, stands: bool
) -> str:
    if stands:
        return f"The rule matches {len(hits)} of its lines."
    if not rule.reads(kind):
        kinds = ", ".join(rule.text.applies.files)
        return f"This is a file of kind {kind}; the rule reads: {kinds}."
    if hits:
        return "A line matches, but what `beside` asks of the other lines does not hold."
    seen = {role: any(one.lines for one in patterns if one.role == role) for role in ("any", "all", "none")}
    if rule.text.match.any and not seen["any"]:
        return "No line matches one of `any`."
    missing = [one.pattern for one in patterns if one.role == "all" and not one.lines]
    if missing:
        return f"No line matches {missing[0]!r} of `all`."
    return (
        "No line matches everything at once: a pattern of `none` is on it, or `all` are on different lines."
    )


def _shown(text: bytes) -> str:
    return text[:2000].decode("utf-8", "replace")
