"""Entries of codes: of this program's ends, of services, and of commands on a node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.analyse.fill import words
from troubleshooter.cloud.refusals import table
from troubleshooter.errors import PRECEDENCE, ExitCode
from troubleshooter.glossary.entry import Entry, Kind, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.analyse.rules import RuleText
    from troubleshooter.cloud.refusals.table import Row

_CODE = re.compile(r"[A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+|[a-z]+(?:_[a-z0-9]+)*_[0-9]+", re.ASCII)
"""A pattern's part that is one of these and nothing else: a pattern that looks for a code alone."""
_NUMBERED = re.compile(r"AKV[0-9]{5}|AADSTS[0-9]{5,7}")
_ENDED = re.compile(r"(?:exit\s?(?:code|status)|status=)\W{0,4}([0-9]{1,5})(?![0-9-])", re.IGNORECASE)
_WHOSE = {
    "caller": "a right of yours is missing; which, the refusal's message or the call tells",
    "sign-in": "your sign-in",
    "account": "the Batch account",
    "subscription": "the subscription",
    "resource": "the resource that was asked for",
    "request": "the request",
    "service": "the service",
    "policy": "an Azure Policy",
    "lock": "a lock",
}
_AGAIN = {
    "never": "no use",
    "later": "of use once somebody, or time, has mended it",
    "itself": "made by the program itself",
    "apart": "made by the program itself, half a minute apart",
}


def of_ends() -> Iterator[Entry]:
    """What this program ends with."""
    for code in ExitCode:
        order = ", ".join(str(int(each)) for each in PRECEDENCE)
        about = f"One code per process: the first that holds of {order}."
        yield Entry(Kind.EXIT_CODE, f"exit code {code}", code.meaning, about=about, names=(str(int(code)),))


def of_codes(rules: Iterable[RuleText]) -> Iterator[Entry]:
    """Codes that rules look for, and those by which Azure refuses this program's own calls."""
    known: dict[str, list[RuleText]] = {}
    for rule in rules:
        for code in sorted(looked_for(rule)):
            known.setdefault(code, []).append(rule)
    refusals = table.rows()
    for code in sorted({*known, *refusals}, key=lambda code: (code.lower(), code)):
        yield _entry(code, known.get(code, []), refusals.get(code, ()))


def looked_for(rule: RuleText) -> set[str]:
    """The codes that a rule's patterns look for by themselves, and those that make it confirmed."""
    found = set(rule.raises)
    matches = (rule.match, *(way.match for way in rule.also))
    for pattern in (one for match in matches for one in (*match.any, *match.all)):
        found |= {*_NUMBERED.findall(pattern)}
        found |= {f"exit code {number}" for number in _ENDED.findall(pattern)}
        parts = pattern.replace("\\b", "").replace("(?:", "").replace(")", "").split("|")
        found |= {part for part in parts if _CODE.fullmatch(part)}
    return found


def _entry(code: str, rules: list[RuleText], refusals: tuple[Row, ...]) -> Entry:
    lines = tuple(f"{rule.id}: {rule.title}" for rule in rules)
    sections = [Section("Rules that look for it", lines)] if rules else []
    sections += [Section("As an answer of Azure", tuple(_refused(row))) for row in refusals[:1]]
    title = (
        rules[0].title
        if len(rules) == 1
        else f"{len(rules)} rules look for it"
        if rules
        else _title(refusals[0])
    )
    explained = words(rules[0].explanation, {}) if len(rules) == 1 else ""
    names = (code.rpartition(" ")[2],) if " " in code else ()
    return Entry(Kind.CODE, code, title, about=explained, sections=tuple(sections), names=names)


def _title(row: Row) -> str:
    return f"Azure refuses a call: {_WHOSE[row.whose]}"


def _refused(row: Row) -> Iterator[str]:
    yield f"whose: {_WHOSE[row.whose]}"
    yield f"another try: {_AGAIN[row.again]}"
    if row.do:
        yield f"what to do: {row.do}"
