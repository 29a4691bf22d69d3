"""Files and rules in, a diagnosis out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse import another
from troubleshooter.analyse.certainty import also_untried, certainty, witness
from troubleshooter.analyse.facts import instances, pool_values
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.fill import fix, words
from troubleshooter.analyse.incident import Times
from troubleshooter.analyse.order import ordered, surest, worst
from troubleshooter.analyse.remarks import remarked
from troubleshooter.analyse.rules import ANY, NONE
from troubleshooter.analyse.scan import scan
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.steps import elsewhere, step
from troubleshooter.analyse.verdict import Verdicts
from troubleshooter.analyse.whose import Whose
from troubleshooter.archives.budget import Budget
from troubleshooter.fence import LeftOut
from troubleshooter.model.facts import NOTHING_MORE
from troubleshooter.model.finding import Confidence, Diagnosis, Finding, Severity
from troubleshooter.model.names import natural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from troubleshooter.analyse.facts import PoolValues
    from troubleshooter.analyse.hit import Hit
    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.analyse.rules import Rule, RuleText
    from troubleshooter.analyse.scan import Scan
    from troubleshooter.model.evidence import Evidence, SourceFile
    from troubleshooter.model.facts import KnownNodes
    from troubleshooter.model.finding import Fix

EVIDENCE_KEPT = 200
"""Places shown of one finding; every node keeps at least one while they last."""
_FIXES_KEPT = 100


def analyse(
    files: Iterable[SourceFile],
    rules: RuleBook,
    pool: Mapping[str, Any] | None = None,
    clean: Callable[[str], str] = str,
    found: Sources | None = None,
    nodes: KnownNodes = NOTHING_MORE,
) -> Diagnosis:
    """Conclude what is wrong. `pool` is its ARM definition; it fills in what a fix needs to know.

    `nodes` is what is known of them besides. What is said of those elsewhere is no cause of the pool's, what
    was answered to those of another pool is certain of them alone, and of those that are down it is known
    that they do not work, beside what the files say of it.
    What was said outside the window of what was `found` is told as that, and is no error.
    `clean` takes the secrets out of a line; files that a run keeps are clean already.
    """
    found = found or Sources(budget=Budget(endless=True))
    scans = _scanned(files, rules, clean, found, instances(pool, rules.signs.whose))
    beside = Beside(scans)
    facts = _facts(scans, pool_values(pool, rules.known))
    lies = _down(scans, nodes.down)
    seen = _seen(scans, rules, beside)
    times = Times(scans, found.window)
    incident = times.incident(rule for rule in seen if rule.text.severity is Severity.ERROR)
    findings = together(
        times.told(_of_own(rule, told, facts, rules, nodes, lies), rule, incident)
        for rule, told in seen.items()
    )
    findings = another.not_told_otherwise(findings, [rule.text for rule in rules.fallbacks])
    verdicts = Verdicts(scans, facts, {finding.id: finding for finding in findings})
    checked = tuple(verdicts.of(rule) for rule in rules.rules)
    all_nodes = tuple(sorted({one.file.node for one in scans if one.file.node}, key=natural))
    well = _succeeded(scans, [finding for finding in findings if finding.severity is Severity.ERROR])
    said = remarked(ordered(findings), all_nodes, well)
    read = (unexplained(scans, beside), all_nodes, well, incident, times.tries(), times.clocks())
    return Diagnosis(said, checked, *read, went_well=sum(one.went_well for one in scans))


def _seen(scans: list[Scan], rules: RuleBook, beside: Beside) -> dict[Rule, list[Scan]]:
    """The files in which each rule holds, with what stands beside its lines."""
    met: dict[str, list[Scan]] = {}
    for one in scans:
        for rule_id in one.counts:
            met.setdefault(rule_id, []).append(one)
    return {
        rule: told
        for rule in rules.ways
        if (told := [one for one in met.get(rule.id, ()) if rule.stands(beside.seen(one, rule))])
    }


def _down(scans: list[Scan], known: Iterable[str]) -> another.Down:
    said = {one.file.node for one in scans if one.down}
    return another.Down(frozenset({*known, *filter(None, said)}), anywhere=None in said)


def _scanned(
    files: Iterable[SourceFile],
    rules: RuleBook,
    clean: Callable[[str], str],
    found: Sources,
    named: Mapping[str, Whose],
) -> list[Scan]:
    scans: list[Scan] = []
    rest = Counter[str]()
    for file in files:
        if found.budget_of(file.node).spent:
            rest[f" of {file.node}" if file.node and found.by_node is not None else ""] += 1
        else:
            scans.append(scan(file, rules, clean, found, named))
    for of_node, number in rest.items():
        why = "nothing more is looked at in this call"
        found.left_out.append(LeftOut(f"{number} more files{of_node}", why))
    return scans


def merge(diagnosis: Diagnosis, findings: Iterable[Finding]) -> Diagnosis:
    """Add what was concluded independently of the files, e.g. by the linter.

    The same id on both sides is no proof: what two records suggest is still no service's answer.
    """
    joined = {finding.id: finding for finding in diagnosis.findings}
    for finding in together(findings):
        known = joined.get(finding.id)
        joined[finding.id] = _joined(known, finding) if known else finding
    said = remarked(ordered(joined.values()), diagnosis.nodes, diagnosis.succeeded)
    return replace(diagnosis, findings=said)


def together(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding per id of one witness, who may have looked at several files or nodes."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.id, []).append(finding)
    return tuple(_all_in_one(group) for group in groups.values())


def _all_in_one(group: list[Finding]) -> Finding:
    """Nodes and places are joined once: there may be as many as there are files."""
    told = replace(group[0], evidence=(), nodes=())
    for other in group[1:]:
        told = _joined(told, replace(other, evidence=(), nodes=()))
    shown = [place for one in group for place in one.evidence]
    places: dict[tuple[str | None, str, int, str], Evidence] = {}
    for place in shown:  # two ways may have seen one line
        places.setdefault((place.node, place.file, place.line, place.text), place)
    told = replace(told, count=told.count - len(shown) + len(places))
    nodes = sorted({node for one in group for node in one.nodes}, key=natural)
    return replace(told, evidence=tuple(places.values())[:EVIDENCE_KEPT], nodes=tuple(nodes))


def _joined(seen: Finding, other: Finding) -> Finding:
    """What the node says goes first; a fix that can be applied to the pool goes before one that cannot."""
    evidence = tuple(dict.fromkeys(seen.evidence + other.evidence))
    told, offered = _more_exact(seen, other)
    fixes = _told_once(offered)[:_FIXES_KEPT]
    return replace(
        told,
        severity=worst(seen.severity, other.severity),
        confidence=surest(seen.confidence, other.confidence),
        why_not_surer=_less_doubt(seen, other),
        evidence=evidence,
        nodes=tuple(sorted({*seen.nodes, *other.nodes}, key=natural)),
        fixes=tuple(sorted(fixes, key=lambda fix: not fix.patch)),
        sources=tuple(dict.fromkeys(seen.sources + other.sources)),
        explains=tuple(name for name in dict.fromkeys(seen.explains + other.explains) if name != seen.id),
        confirm=tuple(dict.fromkeys(seen.confirm + other.confirm)),
        count=seen.count + other.count,
        first=min(filter(None, (seen.first, other.first)), default=""),
        last=max(seen.last, other.last),
        apart=seen.apart if seen.apart and other.apart else "",
        extension=told.extension or seen.extension,
    )


def _told_once(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
    """Two that do the same are one, in the words of the first, whatever the second calls it."""
    told: dict[str, Fix] = {}
    for cure in {cure.summary: cure for cure in fixes}.values():
        told.setdefault(_does(cure), cure)
    return tuple(told.values())


def _does(fix: Fix) -> str:
    """What it changes, the same for two that change the same; Azure's ids are equal in any case."""
    if fix.outside is None:
        return repr(fix.patch) if fix.patch else fix.summary
    values = sorted(fix.outside.values.items())
    return repr((fix.patch, fix.outside.kind, values)).casefold()


def _more_exact(seen: Finding, other: Finding) -> tuple[Finding, tuple[Fix, ...]]:
    """Whose words stand for both, and whose cures: what is possible in general is untrue where one knows."""
    if not other.exact:
        return seen, (*seen.fixes, *other.fixes)
    cured = any(fix.patch for fix in other.fixes)
    return other, other.fixes if cured else (*seen.fixes, *other.fixes)


def _less_doubt(seen: Finding, other: Finding) -> str:
    """What is left to doubt of two findings that say the same: what the surer one leaves open."""
    sure = surest(seen.confidence, other.confidence)
    if sure is Confidence.CONFIRMED:
        return ""
    doubt = (seen if seen.confidence is sure else other).why_not_surer
    apart = {e.file for e in seen.evidence}.isdisjoint(e.file for e in other.evidence)
    return f"{doubt}{_BOTH}" if apart and seen.evidence and other.evidence else doubt


_BOTH = " Another file says the same; that makes two records, and still no answer of a service."


def _facts(scans: list[Scan], facts: PoolValues) -> PoolValues:
    """What no pool says, the files may: system and major version, where all of them agree."""
    systems = {one.os or _SYSTEMS.get(one.kind, "") for one in scans} - {""}
    majors = {one.major for one in scans if one.major is not None}
    return replace(
        facts,
        os=facts.os or (systems.pop() if len(systems) == 1 else ""),
        major=facts.major if facts.major is not None else majors.pop() if len(majors) == 1 else None,
    )


class Beside:
    """Which `beside` patterns matched near a file: in those of its node, or of none, as answers are."""

    def __init__(self, scans: list[Scan]) -> None:
        self._by_node: dict[str | None, set[str]] = {None: set()}
        for one in scans:
            self._by_node.setdefault(one.file.node, set()).update(one.beside)
        self._everywhere = set[str]().union(*self._by_node.values())

    def seen(self, at: Scan, rule: Rule) -> set[str]:
        if not rule.text.beside.any and not rule.text.beside.all and not rule.text.beside.none:
            return set()
        return self._everywhere if at.file.node is None else self._by_node[at.file.node] | self._by_node[None]


def _succeeded(scans: list[Scan], errors: list[Finding]) -> tuple[str, ...]:
    """The nodes that report success, with no file of theirs saying otherwise."""
    said = {(one.file.node, one.succeeded) for one in scans if one.file.node and one.succeeded is not None}
    ill = {node for node, well in said if not well} | {node for error in errors for node in error.nodes}
    return tuple(sorted((node for node, well in said if node and well and node not in ill), key=natural))


def _finding(rule: Rule, told: list[Scan], facts: PoolValues, rules: RuleBook, down: another.Down) -> Finding:
    hits = [hit for one in told for hit in one.hits if hit.rule is rule]
    seen: dict[str, str] = {}
    for hit in reversed(hits):
        seen |= hit.values  # the first place wins, and a log wins over the definition
    values = facts.with_log(seen)
    text = rule.text
    own = [hit for hit in hits if not hit.foreign]
    others = [] if own else [hit for hit in hits if hit.foreign]
    raised = tuple(dict.fromkeys(code for hit in hits if not hit.foreign for code in hit.raised))
    about_others = bool(others) and text.extension != ANY
    sure = certainty(
        text, foreign=about_others, raised=bool(raised), first=not rule.number, by=witness(rule, told)
    )
    fixes = (fix(entry, values) for entry in text.fixes)
    finding = Finding(
        id=text.id,
        severity=text.severity,
        confidence=sure.confidence,
        title=words(text.title, values),
        evidence=_evidence(hits),
        explanation=words(text.explanation, values) + also_untried(rule, told),
        nodes=tuple(sorted({hit.evidence.node for hit in hits if hit.evidence.node}, key=natural)),
        fixes=tuple(entry for entry in fixes if entry is not None),
        sources=text.sources,
        explains=text.explains,
        confirm=tuple(
            step(entry, values)
            for entry in text.confirm
            if not any(c in entry for c in raised) and not elsewhere(entry, facts.os)
        ),
        count=sum(one.counts[rule.id] for one in told),
        why_not_surer=sure.why_not_surer,
        extension=_extension(text, own),
    )
    if others and others[0].whose:
        lies = down.of(finding)
        return another.told(finding, text, others[0].whose, rules.known, facts.os, down=lies)
    return _of_around(finding, text, rules, facts)


def _of_around(finding: Finding, text: RuleText, rules: RuleBook, facts: PoolValues) -> Finding:
    """A rule of another extension's says itself how bad that is."""
    if finding.extension not in rules.signs.around:
        return finding
    whose = Whose(text.extension, text.extension)
    return another.told(finding, text, whose, rules.known, facts.os, down=True)


def _extension(rule: RuleText, own: list[Hit]) -> str | None:
    if rule.extension == ANY:
        return next((hit.whose.id for hit in own if hit.whose), None)
    return None if rule.extension == NONE else rule.extension


def _of_own(
    rule: Rule,
    told: list[Scan],
    facts: PoolValues,
    rules: RuleBook,
    nodes: KnownNodes,
    down: another.Down,
) -> Finding:
    """Of a rule about addresses only what nodes with the pool's own say; of others alone it is no cause."""
    own = [one for one in told if not rule.text.address or one.file.node not in nodes.elsewhere]
    finding = _finding(rule, own or told, facts, rules, down)
    if own:
        return _of_the_original(finding, rule, own, nodes)
    return replace(
        finding,
        severity=Severity.WARNING,
        confidence=Confidence.POSSIBLE,
        title=f"{finding.title}; that node has another address than the pool's own",
        explanation=finding.explanation + _ELSEWHERE,
        explains=(),
        fixes=(),
        why_not_surer="No node with the pool's own addresses said so.",
        elsewhere=True,
    )


def _of_the_original(finding: Finding, rule: Rule, told: list[Scan], nodes: KnownNodes) -> Finding:
    """What a service answered is certain of who asked; of others if they ask by the same way, as the same."""
    if finding.confidence is not Confidence.CONFIRMED or not finding.nodes or not rule.text.raises:
        return finding
    asked = {*finding.nodes}
    if asked <= nodes.strangers:
        return replace(finding, confidence=Confidence.LIKELY, why_not_surer=_AS_ANOTHER)
    inside = any(
        _PRIVATE.match(hit.values.get("address", "")) for one in told for hit in one.hits if hit.rule is rule
    )
    if rule.text.address and asked <= nodes.beside and not inside:
        return replace(finding, confidence=Confidence.LIKELY, why_not_surer=_BY_ANOTHER_WAY)
    return finding


_PRIVATE = re.compile(r"10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.")
"""Addresses of a network itself (RFC 1918): from the same subnet the original has one like it."""
_AS_ANOTHER = "Only nodes with another identity than the original's were answered so."
_BY_ANOTHER_WAY = (
    "Only nodes of the debug pool were answered so, and each pool has public addresses of its own: that the"
    " original's are refused as well is inferred."
)
_ELSEWHERE = (
    " Only nodes of the debug pool said so, and they leave by other public addresses than the pool itself: it"
    " is no sign that the pool's own nodes are refused, and it hides what they meet. Working in place"
    " (--mode in-place) keeps the addresses."
)

_SYSTEMS = {FileKind.WAAGENT: "linux", FileKind.OS_RELEASE: "linux", FileKind.WAAPPAGENT: "windows"}


def _evidence(hits: list[Hit]) -> tuple[Evidence, ...]:
    first: dict[tuple[str | None, str], Evidence] = {}
    hits = sorted(hits, key=lambda hit: (hit.foreign, not hit.raised))  # what makes it certain is shown first
    for hit in hits:
        first.setdefault((hit.evidence.node, hit.evidence.file), hit.evidence)
    more = dict.fromkeys([*first.values(), *(hit.evidence for hit in hits)])
    return tuple(more)[:EVIDENCE_KEPT]


def unexplained(scans: Iterable[Scan], beside: Beside) -> tuple[Evidence, ...]:
    """One line of each shape, with the number of its like in all files; the most frequent first.

    A rule explains a line only where it has beside it, on the same node, what it wants there.
    """
    shapes: dict[str, Evidence] = {}
    for one in scans:
        for (shape, claimed), evidence in one.unexplained.items():
            if any(rule.has_beside(beside.seen(one, rule)) for rule in claimed):
                continue
            known = shapes.get(shape)
            shapes[shape] = replace(known, count=known.count + evidence.count) if known else evidence
    return tuple(sorted(shapes.values(), key=lambda evidence: -evidence.count))
