"""What the times of a diagnosis say: the incident, what was before it, the tries, and the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.rounds import tries
from troubleshooter.analyse.spans import ALWAYS, newest
from troubleshooter.analyse.stamp import ASSUMED, written
from troubleshooter.model.finding import Severity
from troubleshooter.model.incident import Incident
from troubleshooter.text import one_line, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from troubleshooter.analyse.rules import Rule
    from troubleshooter.analyse.scan import Scan
    from troubleshooter.analyse.spans import Span, Window
    from troubleshooter.model.finding import Finding
    from troubleshooter.model.incident import Tries

_LOGS = frozenset({FileKind.EXTENSION_LOG, FileKind.WAAGENT, FileKind.WAAPPAGENT, FileKind.COMMAND_EXECUTION})
_CLOCKS_TOLD = 5


class Times:
    """Of the files of one diagnosis."""

    def __init__(self, scans: Sequence[Scan], window: Window = ALWAYS) -> None:
        self._scans, self._window = scans, window

    def incident(self, errors: Iterable[Rule]) -> Incident | None:
        """The span that was asked for, else the newest run of errors."""
        if self._window != ALWAYS:
            ends = (self._window.since, self._window.until)
            first, last = (written(end) if end else "" for end in ends)
            return Incident(first, last, given=True)
        run = newest(self._spans(rule for rule in errors if not self._over(rule)))
        return Incident(written(run.first), written(run.last)) if run else None

    def told(self, finding: Finding, rule: Rule, incident: Incident | None) -> Finding:
        """The finding with its times; what is not of the incident is told as that, and is no error now."""
        spans = list(self._spans([rule]))
        over = self._over(rule)
        if not spans and not over:
            return finding
        if spans:
            first, last = written(min(one.first for one in spans)), written(max(one.last for one in spans))
            finding = replace(finding, first=first, last=last)
        apart = over or self._apart(spans, incident)
        if not apart:
            return finding
        severity = Severity.WARNING if finding.severity is Severity.ERROR else finding.severity
        return replace(finding, apart=apart, severity=severity, explains=())

    def _over(self, rule: Rule) -> str:
        """Where every log that tells of it says later that the same certificate came; else nothing."""
        places = [
            (one.file.name, one.when.came_after(rule.id)) for one in self._scans if rule.id in one.counts
        ]
        if not places or not all(line for _, line in places):
            return ""
        file, line = places[-1]
        return f"the certificate that it kept away came after it ({one_line(file)}:{line})"

    def _apart(self, spans: Sequence[Span], incident: Incident | None) -> str:
        last = max(one.last for one in spans)
        if incident is None:
            return ""
        if not incident.given:
            older = written(last) < incident.first
            return f"it was last said at {written(last)}, before the incident began" if older else ""
        if any(_meets(one, self._window) for one in spans):
            return ""
        return f"it was said outside the time that was asked for, last at {written(last)}"

    def _spans(self, rules: Iterable[Rule]) -> Iterator[Span]:
        ids = {rule.id for rule in rules}
        for one in self._scans:
            for rule_id, runs in one.when.runs.items():
                if rule_id in ids:
                    yield from runs.spans

    def tries(self, now: datetime | None = None) -> tuple[Tries, ...]:
        """How far each log's extension is, the most failed rounds first."""
        said = {one.file.node: one.given_up for one in self._scans if one.given_up}
        now = now or datetime.now(UTC)
        found = (_tries(one, now, said) for one in self._scans)
        return tuple(sorted(filter(None, found), key=lambda each: -each.failed))

    def clocks(self) -> tuple[str, ...]:
        """What keeps the times of these files from being compared, each as a sentence."""
        logs = [one for one in self._scans if one.kind in _LOGS]
        said = [*_zones(self._scans), *_set_back(logs)]
        more = len(said) - _CLOCKS_TOLD
        return (*said[:_CLOCKS_TOLD], f"{more} more files are like that.") if more > 0 else tuple(said)


def _tries(one: Scan, now: datetime, said: Mapping[str | None, str]) -> Tries | None:
    place, log = (one.file.name, one.file.node), one.when
    return tries(log.errors, place, now, said, went_on=log.went_on, came=log.came_after())


def _meets(run: Span, window: Window) -> bool:
    return (window.since is None or run.last >= window.since) and (
        window.until is None or run.first <= window.until
    )


def _zones(scans: Sequence[Scan]) -> Iterator[str]:
    """Files that state a zone other than UTC beside files that state none, or another one."""
    by_zone: dict[str, str] = {}
    for one in scans:
        for zone in one.when.clock.zones:
            by_zone.setdefault(zone, one.file.name)
    stated = {zone: file for zone, file in by_zone.items() if zone not in {ASSUMED, "Z", "+00:00", "+0000"}}
    others = [zone for zone in by_zone if zone not in stated]
    if not stated or len(by_zone) < 2:
        return
    told = ", ".join(f"{one_line(file)} states {zone}" for zone, file in sorted(stated.items()))
    rest = f"; {one_line(by_zone[others[0]])} {_SAYS.get(others[0], 'states UTC')}" if others else ""
    yield f"The clocks of the files do not agree about the zone: {told}{rest}."


_SAYS = {ASSUMED: "states none, and is taken for UTC"}


def _set_back(logs: Sequence[Scan]) -> Iterator[str]:
    for one in logs:
        if one.when.clock.back is not None:
            line, by = one.when.clock.back
            yield (
                f"In {one_line(one.file.name)} the time goes back by {span(int(by.total_seconds()))}"
                f" at line {line}: its clock was set, or two logs were put together."
            )
