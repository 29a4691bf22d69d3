"""All rules as one: a pattern that finds lines worth a look, and a set that says who wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import re2

from troubleshooter.analyse.needle import needle
from troubleshooter.analyse.rules import ANY, NONE, Rule, options, pattern, read_rules
from troubleshooter.analyse.signs import Signs, signs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from troubleshooter.model.extension import Extension  # noqa: TC004 - annotations only: nothing reads them at run time

_LOOKS_WRONG = (
    r"<(?:error|warning|critical|fatal)>",
    r"(?i)\b(?:error|failed|failure|exception|fatal|denied|unauthorized|forbidden)\b",
    r"[a-z]{2}(?:Error|Exception|Failure) ?[:(]",  # HttpResponseError: (Code), java.net.ConnectException: …
    r"\bx509: |\bcurl: \([0-9]{1,3}\) |\bHTTP/[0-9.]{1,3} [45][0-9]{2}\b|\bErrorCode[:=] ?[A-Z]",
    r"\bAADSTS[0-9]{5,7}\b",  # Entra ID's own codes: it writes them of refusals alone
    r"(?i)\b(?:timed out|deadline exceeded|connection refused|no such host|could not resolve)\b",
)


_DOWN = (
    r"(?i)\bunusable\b",
    r"\bOSProvisioning(?:TimedOut|ClientError|InternalError)\b",
    r"(?i)\bprovisioning (?:of )?(?:the )?(?:machine|virtual machine|vm|node)\b.{0,80}\bfailed\b",
)


@dataclass(frozen=True, slots=True)
class RuleBook:
    rules: tuple[Rule, ...]
    known: tuple[Extension, ...]
    """The extensions that files and definitions are searched for."""
    signs: Signs
    """How what they write is recognised."""
    patterns: tuple[str, ...]
    """Everything that is looked for, in the order of `wanted`."""
    finder: Any
    """All patterns in one, or of some a part: it stops at every line worth a look."""
    wrong: Any
    """What makes a line look like an error."""
    down: Any
    """What says that a node, or its machine, does not come up."""
    wanted: Wanted
    fallbacks: tuple[Rule, ...]
    """Those that tell of what no other does."""

    @property
    def ways(self) -> tuple[Rule, ...]:
        """Every way to see every failure: what is looked for."""
        return _ways(self.rules)

    def rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == rule_id)


class Wanted:
    """Who wants a line: asked once, not once a rule."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._set = re2.Set.SearchSet(options())
        self._owners: list[Rule | str] = []
        self._whole: dict[int, Any] = {}
        """The patterns of which the set knows a part alone, by their place in it."""
        ways = _ways(rules)
        for rule in ways:
            for text in rule.text.match.any or rule.text.match.all[:1]:
                self._add(text, rule)
        beside = [rule.text.beside for rule in ways]
        for text in dict.fromkeys(one for match in beside for one in (*match.any, *match.all, *match.none)):
            self._add(text, text)
        if self._owners:
            self._set.Compile()

    def _add(self, text: str, owner: Rule | str) -> None:
        part = needle(text)
        if part != text:
            self._whole[len(self._owners)] = pattern(text)
        self._set.Add(part.encode("ascii"))
        self._owners.append(owner)

    def by(self, line: bytes) -> tuple[list[Rule], list[str]]:
        """The rules that may match, and the `beside` patterns that do."""
        found = self._set.Match(line) if self._owners else None
        if not found:
            return [], []
        owners = dict.fromkeys(self._owners[index] for index in sorted(found) if self._holds(index, line))
        rules = [owner for owner in owners if isinstance(owner, Rule)]
        return rules, [owner for owner in owners if isinstance(owner, str)]

    def _holds(self, index: int, line: bytes) -> bool:
        whole = self._whole.get(index)
        return whole is None or whole.search(line) is not None


def load_rules(*places: Path, known: tuple[Extension, ...]) -> RuleBook:
    """Read files, or every *.yaml below folders; a mistake is a UsageProblem that names the file."""
    return book(read_all(places, known), known)


def read_all(places: Iterable[Path], known: tuple[Extension, ...]) -> tuple[Rule, ...]:
    """The same rules one by one, each with a known extension, any or none: not yet made one pattern."""
    return read_rules(places, [ANY, NONE, *(one.id for one in known)])


def book(rules: tuple[Rule, ...], known: tuple[Extension, ...]) -> RuleBook:
    ways = _ways(rules)
    texts = [text for rule in ways for text in (rule.text.match.any or rule.text.match.all[:1])]
    beside = [rule.text.beside for rule in ways]
    texts += [text for match in beside for text in (*match.any, *match.all, *match.none)]
    patterns = tuple(dict.fromkeys([*texts, *_LOOKS_WRONG, *_DOWN]))
    finder = "|".join(f"(?:{text})" for text in dict.fromkeys(map(needle, patterns)))
    wrong = "|".join(f"(?:{text})" for text in _LOOKS_WRONG)
    # lines are searched in large pieces: ^ and $ must mean a line's ends there
    finds, complains = pattern(f"(?m:{finder})"), pattern(wrong)
    fallbacks = tuple(rule for rule in rules if rule.text.fallback)
    down = pattern("|".join(f"(?:{text})" for text in _DOWN))
    return RuleBook(rules, known, signs(known), patterns, finds, complains, down, Wanted(rules), fallbacks)


def _ways(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(way for rule in rules for way in rule.ways)
