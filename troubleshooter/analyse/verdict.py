"""How each rule ended, and the fact that decided it.

What was not seen is ruled out only where it would have been seen, or where a service's answer excludes it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.model.finding import SILENCE, Check, Verdict
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshooter.analyse.facts import PoolValues
    from troubleshooter.analyse.hit import Hit
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.analyse.scan import Scan
    from troubleshooter.model.finding import Finding

_OWN = frozenset({FileKind.EXTENSION_LOG, FileKind.STATUS, FileKind.EXTENSION_VIEW, FileKind.PROBE})
"""Where an answer that is quoted was given to this node's extension, or to the node that was asked itself."""
_STATUSES = frozenset({FileKind.STATUS, FileKind.EXTENSION_VIEW, FileKind.HANDLER_STATUS})


class Verdicts:
    """Of every rule, over the files of one diagnosis."""

    def __init__(self, scans: Sequence[Scan], facts: PoolValues, found: Mapping[str, Finding]) -> None:
        self._facts, self._found = facts, found
        self._alike: dict[object, list[Scan]] = {}
        """Of files that a rule cannot tell apart the first one is asked: there may be thousands of them."""
        for one in scans:
            self._alike.setdefault(_asked_of(one), []).append(one)
        self._excluded = _exclusions(scans)

    def of(self, rule: Rule) -> Check:
        return replace(self._judged(rule), title=rule.text.good)

    def _judged(self, rule: Rule) -> Check:
        if finding := self._found.get(rule.id):
            shown = finding.evidence[0] if finding.evidence else None
            return Check(rule.id, Verdict.FAIL, because=_place(shown.file, shown.line) if shown else "")
        if reason := self._cannot_be(rule):
            return Check(rule.id, Verdict.NOT_APPLICABLE, because=reason)
        if rule.id in self._excluded:
            return Check(rule.id, Verdict.PASS, because=self._excluded[rule.id])
        read = [alike for alike in self._alike.values() if alike[0].for_rule(rule)]
        kinds_read = {*rule.text.applies.files} - {FileKind.TEXT}
        wanted = [alike for alike in read if alike[0].kind in kinds_read]
        if telling := [alike for alike in wanted if _tells(alike[0], rule)]:
            number = sum(map(len, telling))
            return Check(rule.id, Verdict.PASS, because=_silence([alike[0] for alike in telling], number))
        if any(not alike[0].unreadable for alike in wanted):
            return Check(rule.id, Verdict.UNKNOWN, "the log of a refresh that came to its end")
        kinds = ("other texts" if kind is FileKind.TEXT else kind.value for kind in rule.text.applies.files)
        return Check(rule.id, Verdict.UNKNOWN, "one of: " + ", ".join(kinds))

    def _cannot_be(self, rule: Rule) -> str:
        applies, facts = rule.text.applies, self._facts
        if applies.os != "any" and facts.os and applies.os != facts.os:
            return f"{applies.os}; this is {facts.os}"
        if facts.major is not None and not _covers(applies.versions, facts.major):
            return f"extension {applies.versions}; this is {facts.major}.x"
        return ""


def _asked_of(one: Scan) -> object:
    """All of a file that decides which rules it rules out, and how well."""
    extension = one.log.extension if one.log else ""
    return (one.kind, extension, one.tells, one.succeeded, bool(one.unreadable), one.when.ended > 0)


def _tells(one: Scan, rule: Rule) -> bool:
    """Whether it would be in the file, had it happened.

    Azure's error is of one failure, and tells of no other; what a node did not answer is not known. A status
    that is not success names no cause, and success may mean that polling started, no more: what stands in the
    log is ruled out by the log alone.
    """
    if one.kind in {FileKind.CRP, FileKind.PROBE} or not one.tells:
        return False
    if FileKind.EXTENSION_LOG in rule.text.applies.files:
        return one.kind is FileKind.EXTENSION_LOG
    return one.kind not in _STATUSES or one.succeeded is True


def _exclusions(scans: Sequence[Scan]) -> dict[str, str]:
    """Rule id to the service's answer that excludes it on every node that something was read of."""
    known: set[str | None] = {one.file.node for one in scans if one.file.node}
    answers: dict[str, dict[str | None, Hit]] = {}
    for one in scans:
        for hit in one.hits if one.kind in _OWN else ():
            if hit.raised and not hit.foreign:
                for excluded in hit.rule.text.excludes:
                    answers.setdefault(excluded, {}).setdefault(one.file.node, hit)
    return {
        excluded: f"{_answered(next(iter(by_node.values())))}{_more(len(by_node) - 1, 'node')}"
        for excluded, by_node in answers.items()
        if (known or {None}) <= {*by_node}
    }


def _answered(hit: Hit) -> str:
    where = _place(hit.evidence.file, hit.evidence.line, hit.evidence.node)
    return f"a service answered {hit.raised[0]} ({where}), so the call came that far"


def _silence(telling: Sequence[Scan], number: int) -> str:
    """Why not seeing it means that it did not happen: of the file that says most, and how many more agree.

    `telling` has the first of the files of each kind, and `number` is that of all files.
    """
    said = max(telling, key=lambda one: (one.succeeded is True, one.when.ended > 0))
    name = _place(said.file.name, 0, said.file.node)
    if said.succeeded:
        reason = f"{name} reports success"
    elif said.when.ended:
        reason = f"no line of {name} says so, and a refresh came to its end there (line {said.when.ended})"
    else:
        reason = f"{name} was read whole, and {SILENCE}"
    return reason + _more(number - 1, "file")


def _more(number: int, what: str) -> str:
    return f"; the same of {number} more {what}{'s' if number > 1 else ''}" if number > 0 else ""


def _place(file: str, line: int, node: str | None = None) -> str:
    of_node = f" of {one_line(node)}" if node else ""
    return f"{one_line(file)}{f':{line}' if line else ''}{of_node}"


def _covers(versions: str, major: int) -> bool:
    if versions == "any":
        return True
    low, _, high = versions.partition(" - ")
    return int(low[0]) <= major <= int(high[0])
