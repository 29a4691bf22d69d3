"""Log rules: what their YAML may say, and what becomes of it in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import re2

from troubleshooter import datafiles
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.errors import UsageProblem
from troubleshooter.folders import yaml_below
from troubleshooter.model.excerpt import merged
from troubleshooter.model.finding import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path


class Label(StrEnum):
    """Where a rule's text has been seen; it limits how sure the rule may be."""

    KV = "KV"
    """In this extension's own log, status file or a report about it."""
    AGENT = "AGENT"
    """In the guest agent's log or source."""
    SVC = "SVC"
    """In a service's answer to some client, never inside this extension's log."""
    LIB = "LIB"
    """In the source of a library the extension seems to use."""
    DOC = "DOC"
    """In documentation only."""
    ASKED = "ASKED"
    """Asked on the node: in an answer of the probe, whose words are this program's own."""


class RuleSystem(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    ANY = "any"


NONE = "none"
"""In place of an extension's id: whoever's, and nobody's."""


class Applies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    files: tuple[FileKind, ...]
    os: RuleSystem = RuleSystem.ANY
    versions: str = "any"
    """Majors of the extension, e.g. "1.x - 3.x"."""


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns (RE2): one of `any`, each of `all`, none of `none`."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One more way to see the same failure, judged apart from the others."""

    match: Match
    beside: Match = Match()
    severity: Severity | None = None
    """Where it is another than the rule's: a text may show the failure that others let expect."""


class OutsideText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    values: Mapping[str, str] = {}


class FixText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    summary: str
    patch: tuple[Mapping[str, Any], ...] = ()
    outside: OutsideText | None = None
    needs: tuple[str, ...] = ()


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule as its author writes it; playbooks/README.md explains each key."""

    id: str
    title: str
    """The problem, as a finding says it."""
    good: str
    """The good state, as a check says it that found no such problem."""
    severity: Severity
    confidence: Confidence
    label: Label
    applies: Applies
    match: Match
    explanation: str
    matches: tuple[str, ...]
    ignores: tuple[str, ...]
    sources: tuple[str, ...]
    extension: str = "key-vault"
    """The id of the one whose failure it is; any: of whichever the lines name; none: it is no extension's."""
    beside: Match = Match()
    """What other lines of the same node must say, or must not: joins facts that one line never holds."""
    also: tuple[Way, ...] = ()
    """Further ways to see it, where what has to stand beside one does not have to beside the other."""
    capture: Mapping[str, str] = {}
    raises: tuple[str, ...] = ()
    """Codes that only the service itself writes: on a line that matches, one of them makes it confirmed."""
    record: str = ""
    """What makes `match` confirmed without a code: whose own record it is, and why that excludes success."""
    doubt: str = ""
    """Why it, or what is seen by `also`, is not confirmed, where the label does not say it well enough."""
    address: bool = False
    """Whether it tells of the address that a node leaves by, and of nothing else about its pool."""
    fallback: bool = False
    """It tells of what no other rule does: an extension's own record that it failed, and in a text an error
    line that names another extension."""
    general: tuple[str, ...] = ()
    """Of a fallback: ids of rules that say no more than that something failed, and may tell of it as well."""
    explains: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    """What cannot have been so on a node whose own log holds a line of this rule with a service's code."""
    confirm: tuple[str, ...] = ()
    """How an operator makes sure."""
    fixes: tuple[FixText, ...] = ()


ANY = "any"

_OWN_FILES = {
    Label.AGENT: {
        FileKind.WAAGENT,
        FileKind.WAAPPAGENT,
        FileKind.HANDLER_STATUS,
        FileKind.COMMAND_EXECUTION,
        FileKind.EXTENSION_VIEW,  # where Azure shows what the agent reported of a handler, word for word
    },
    Label.SVC: {FileKind.RESIZE_ERRORS, FileKind.NODE_ERRORS},
}
"""Files in which a text with this label stands where it has been seen."""

_PASTED = frozenset({FileKind.TEXT, FileKind.JOURNAL, FileKind.DIAGNOSTIC_LOG})
"""What may hold anybody's words: every rule may match."""
_ABOUT = frozenset({"address", "secret", "vault"})
"""Captured values that a proof shows however short it is cut: without them nobody could check it."""
_MAY_RAISE = frozenset({Label.KV, Label.SVC})
"""Labels of texts whose writer is known for certain by a code in them."""
_TITLE = 100
"""Characters of a good state: it stands in lists, one a line."""
_SURE = (Confidence.CONFIRMED, Confidence.LIKELY, Confidence.POSSIBLE)


@dataclass(frozen=True, slots=True)
class Patterns:
    """A `Match`, compiled."""

    any: tuple[Any, ...]
    all: tuple[Any, ...]
    none: tuple[Any, ...]

    def match(self, line: bytes) -> bool:
        return (not self.any or any(pattern.search(line) for pattern in self.any)) and self.allow(line)

    def allow(self, line: bytes) -> bool:
        """For a line of which it is known that one of `any` matches."""
        if not self.all and not self.none:
            return True
        return all(pattern.search(line) for pattern in self.all) and not any(
            pattern.search(line) for pattern in self.none
        )


@dataclass(frozen=True, slots=True, eq=False)  # a rule is itself: its id is given once
class Rule:
    text: RuleText
    line: Patterns
    capture: Mapping[str, Any]
    raises: Mapping[str, Any]
    number: int = 0
    """Which of its further ways it is; 0 for the first, which stands for all of them."""
    others: tuple[Rule, ...] = ()
    """Its further ways, each with this one's text but for what it matches."""

    @property
    def id(self) -> str:
        """One for each way: what one sees is not counted for another. The finding's is that of the text."""
        return f"{self.text.id}~{self.number}" if self.number else self.text.id

    @property
    def ways(self) -> tuple[Rule, ...]:
        return (self, *self.others)

    def reads(self, kind: FileKind) -> bool:
        return kind in _PASTED or kind in self.text.applies.files

    def matches(self, line: bytes) -> bool:
        return self.line.match(line)

    def raised_by(self, line: bytes) -> tuple[str, ...]:
        """The codes on a matching line that make its finding confirmed."""
        return tuple(code for code, pattern in self.raises.items() if pattern.search(line))

    def spans(self, line: bytes) -> tuple[tuple[int, int], ...]:
        """Where the line says what the rule looks for and whom it is about: what the finding rests on."""
        about = (one for name, one in self.capture.items() if name in _ABOUT)
        ones = (*self.line.any, *self.line.all, *self.raises.values(), *about)
        return merged(hit.span() for one in ones if (hit := one.search(line)))

    def stands(self, seen: Collection[str]) -> bool:
        """Whether the other lines allow it; `seen` holds the `beside` patterns that matched on the node."""
        return self.has_beside(seen) and not any(one in seen for one in self.text.beside.none)

    def has_beside(self, seen: Collection[str]) -> bool:
        """Whether what it wants on other lines is there: without it, its line is nothing that it knows."""
        beside = self.text.beside
        return (not beside.any or any(one in seen for one in beside.any)) and all(
            one in seen for one in beside.all
        )

    def captured(self, text: bytes) -> dict[str, str]:
        """The named values that a line, and what belongs to it, hold."""
        found = ((name, pattern.search(text)) for name, pattern in self.capture.items())
        return {name: hit.group(1).decode("utf-8", "replace") for name, hit in found if hit and hit.group(1)}


def read_rules(places: Iterable[Path], extensions: Collection[str]) -> tuple[Rule, ...]:
    """Read files, or every *.yaml below folders; a mistake is a UsageProblem that names the file."""
    rules: dict[str, Rule] = {}
    for place in places:
        for path in yaml_below(place) if place.is_dir() else [place]:
            for text in datafiles.read_many(path, RuleText):
                if text.id in rules:
                    raise _mistake(
                        path, text, "Its id is taken by another rule.", "Give it an id of its own."
                    )
                if text.extension not in extensions:
                    known = ", ".join(extensions)
                    raise _mistake(
                        path, text, f"There is no extension {text.extension!r}.", f"Known are: {known}."
                    )
                rules[text.id] = _rule(path, text)
    return tuple(rules.values())


@lru_cache(maxsize=4096)  # rules share their codes, and what they look for beside
def pattern(text: str) -> Any:
    """A pattern that is matched in linear time: what a node writes must not be able to hang us."""
    return re2.compile(text.encode("ascii"), options=options())


@cache
def options() -> Any:
    """How every pattern is compiled."""
    wanted = re2.Options()
    wanted.encoding = re2.Options.Encoding.LATIN1  # lines are bytes of any encoding
    wanted.log_errors = False
    wanted.max_mem = 64 * 1024 * 1024
    return wanted


def _rule(path: Path, text: RuleText) -> Rule:
    _check_good(path, text)
    cap = _cap(text)
    if _SURE.index(text.confidence) < _SURE.index(cap):
        raise _mistake(
            path,
            text,
            f"Its confidence is {text.confidence}, but a text labelled {text.label} is at most {cap} there.",
            f"Lower the confidence to {cap}.",
        )
    if not re.fullmatch(r"any|\d\.x - \d\.x", text.applies.versions):
        raise _mistake(
            path, text, "Its `versions` cannot be read.", 'Write "any", or majors such as "1.x - 3.x".'
        )
    named = {name: _pattern(path, text, one) for name, one in text.capture.items()}
    if wrong := [name for name, compiled in named.items() if compiled.groups != 1]:
        raise _mistake(
            path, text, f"Its capture {wrong[0]!r} has no group.", "Put the value in one (…) group."
        )
    _check_certainty(path, text)
    codes = {code: _pattern(path, text, rf"\b{code}\b") for code in text.raises}
    first = Way(text.match, text.beside)
    lines = [_patterns(path, text, way) for way in (first, *text.also)]
    others = (
        Rule(_seen_by(way, text), line, named, codes, number)
        for number, (way, line) in enumerate(zip(text.also, lines[1:], strict=True), 1)
    )
    return Rule(text, lines[0], named, codes, others=tuple(others))


def _seen_by(way: Way, text: RuleText) -> RuleText:
    severity = way.severity or text.severity
    return msgspec.structs.replace(text, match=way.match, beside=way.beside, severity=severity)


def _patterns(path: Path, text: RuleText, way: Way) -> Patterns:
    if not way.match.any and not way.match.all:
        raise _mistake(path, text, "It matches nothing.", "Give `match` an `any` or an `all`.")
    for one in (*way.beside.any, *way.beside.all, *way.beside.none):
        _pattern(path, text, one)
    match = way.match
    ones = (tuple(_pattern(path, text, one) for one in some) for some in (match.any, match.all, match.none))
    return Patterns(*ones)


def _check_good(path: Path, text: RuleText) -> None:
    good = text.good
    if good.strip() and len(good) <= _TITLE and good.splitlines() == [good] and not good.endswith("."):
        if good != text.title:
            return
        why = "Its `good` says the same as its title, which is the problem."
    else:
        why = f"Its `good` is not one line of at most {_TITLE} characters without a full stop."
    raise _mistake(path, text, why, "Say in one line how it is where nothing is wrong.")


def _check_certainty(path: Path, text: RuleText) -> None:
    """Who says confirmed says by what: playbooks/README.md has the one rule for it."""
    confirmed = text.confidence is Confidence.CONFIRMED
    if confirmed is not bool(text.record):
        raise _mistake(
            path,
            text,
            "Its confidence is confirmed, but it has no `record`."
            if confirmed
            else f"It has a `record`, but its confidence is {text.confidence}.",
            "Give whose own record the text is and why that excludes success, or lower the confidence.",
        )
    if confirmed and text.severity is not Severity.ERROR:
        raise _mistake(
            path,
            text,
            f"It is confirmed by a record, but of severity {text.severity}: what does not exclude success"
            " proves no failure.",
            "Lower the confidence to likely, and say in `doubt` what is left open.",
        )
    if confirmed and text.doubt and not text.also:
        raise _mistake(
            path, text, "It is confirmed, and says why it is not.", "Leave `doubt` or the confidence out."
        )
    _check_codes(path, text)


def _check_codes(path: Path, text: RuleText) -> None:
    if text.raises and text.label not in _MAY_RAISE:
        raise _mistake(
            path,
            text,
            f"It has `raises`, but nothing makes a text labelled {text.label} confirmed.",
            "Leave `raises` out, or label the rule SVC where a service's own answer is meant.",
        )
    if wrong := [code for code in text.raises if not re.fullmatch(r"\w{4,60}", code, re.ASCII)]:
        raise _mistake(
            path, text, f"{wrong[0]!r} in `raises` is no code.", "Write the code's letters and digits alone."
        )


def _cap(text: RuleText) -> Confidence:
    own = _OWN_FILES.get(text.label, set())
    if text.label is Label.KV or (own and set(text.applies.files) <= own):
        return Confidence.CONFIRMED
    return Confidence.LIKELY


def _pattern(path: Path, rule: RuleText, text: str) -> Any:
    try:
        return pattern(text)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise _mistake(
            path,
            rule,
            f"The pattern {text!r} is not RE2: {reason}.",
            "RE2 has no look-around and no back references.",
        ) from error
    except UnicodeEncodeError as error:
        raise _mistake(
            path, rule, f"The pattern {text!r} is not ASCII.", "Write other bytes as \\xNN."
        ) from error


def _mistake(path: Path, text: RuleText, why: str, do: str) -> UsageProblem:
    return UsageProblem(f"{path}: the rule {text.id!r} cannot be used.", why, do)
