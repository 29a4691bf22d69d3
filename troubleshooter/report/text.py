"""For a terminal: the verdict first, then what is to be done, then what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Verdict
from troubleshooter.model.road import VIEW
from troubleshooter.report.acts import acts_told
from troubleshooter.report.away import alarm
from troubleshooter.report.change_text import change_text
from troubleshooter.report.counted import counted
from troubleshooter.report.json_report import changes_json
from troubleshooter.report.look_up import look_up
from troubleshooter.report.matched import matched
from troubleshooter.report.moods import MOOD_SYMBOLS
from troubleshooter.report.opening import opening
from troubleshooter.report.roads import roads_of, roads_told
from troubleshooter.report.ruled_out import ruled_out_told
from troubleshooter.report.steps_told import steps_told
from troubleshooter.report.summary import certainty, end, known_so_far
from troubleshooter.report.symbols import SEVERITY_SYMBOLS
from troubleshooter.report.untold import untold
from troubleshooter.report.when import when
from troubleshooter.report.wrapped import WIDTH, wrapped
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Finding, Fix
    from troubleshooter.model.run import RunState
    from troubleshooter.report.to_do import ToDo

_PROOFS = 3
_LABEL = 12


def run_text(state: RunState, form: str = "arm", width: int = WIDTH, *, steps: bool = True) -> str:
    """`form` is the one in which a change for the original is shown; `steps` is for whoever saw them live."""
    ending = end(state)
    lines = [
        *([alarm(state.away), ""] if state.away else []),
        *wrapped(one_line(f"{MOOD_SYMBOLS[ending.mood]} {ending.headline}"), width, rest="  "),
        *_rows(opening(state, ending), width),
        "",
        *_to_do(ending.to_do, width),
        *_times(known_so_far(state), width),
        *_findings(known_so_far(state), width, state),
        *_looked_for(known_so_far(state), width),
        *change_text(state, form),
        *(_steps(state, width) if steps else ()),
        *_changes(state, width),
    ]
    return "\n".join(lines)


def diagnosis_text(diagnosis: Diagnosis, width: int = WIDTH) -> str:
    """What files alone say, the verdict first."""
    head = files_verdict(diagnosis)
    lines = [
        *wrapped(head, width, rest="  "),
        *_when(diagnosis, width),
        "",
        *_findings(diagnosis, width, None),
    ]
    if diagnosis.unexplained:
        lines.append(f"Error lines that fit no known failure, by shape: {len(diagnosis.unexplained)}")
        for line in diagnosis.unexplained[:5]:
            lines.append(f"    {counted(line.count, 'time')}  {_place(line)}")
            lines += wrapped(matched(line), width, " " * 8, " " * 8, quoted=True)
        lines.append("")
    lines += _looked_for(diagnosis, width)
    counts = {verdict: sum(c.verdict is verdict for c in diagnosis.checked) for verdict in Verdict}
    lines.append(
        f"Looked for {counted(len(diagnosis.checked), 'known failure')}: {counts[Verdict.FAIL]} found,"
        f" {counts[Verdict.PASS]} ruled out, {counts[Verdict.UNKNOWN]} could not be told,"
        f" {counts[Verdict.NOT_APPLICABLE]} cannot occur here"
    )
    return "\n".join(lines)


def _times(diagnosis: Diagnosis, width: int) -> Iterator[str]:
    told = tuple(_when(diagnosis, width))
    if told:
        yield from ("When", *told, "")


def _when(diagnosis: Diagnosis, width: int) -> Iterator[str]:
    yield from _rows(when(diagnosis), width)


def _looked_for(diagnosis: Diagnosis, width: int) -> Iterator[str]:
    """What is ruled out, with the fact that does it; then what could not be told, with what would tell."""
    if known := tuple(ruled_out_told(diagnosis)):
        yield "Ruled out"
        for because, told in known:
            yield from wrapped(f"{one_line(because)}:", width, "  ", " " * 4)
            for line in told:
                yield from wrapped(one_line(line), width, " " * 6, " " * 6)
        yield ""
    if open_ones := tuple(untold(diagnosis)) if known else ():
        yield "Could not tell, for want of"
        for missing, ids in open_ones:
            yield from wrapped(
                f"{one_line(missing)}: {counted(len(ids), 'known failure')}", width, "  ", " " * 4
            )
        yield ""


def files_verdict(diagnosis: Diagnosis) -> str:
    """A symbol, and the verdict of files alone."""
    if cause := diagnosis.cause:
        return f"{SEVERITY_SYMBOLS[cause.severity]} Cause found ({cause.confidence}): {one_line(cause.title)}"
    if diagnosis.findings:
        return "▲ No known cause was found, only what may matter."
    if diagnosis.unexplained:
        return "▲ No known cause was found. There are error lines that fit no known failure."
    if any(check.verdict is Verdict.PASS for check in diagnosis.checked):
        return "✔ No known cause was found. What was read is clean: there is no error in it."
    return (
        "▲ No known cause was found. Nothing that was read is a log, a status or settings of the extension."
    )


def _rows(rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """A label that is the same as the one above it stands once."""
    above = ""
    for label, text in rows:
        shown = "" if label == above else label
        yield from wrapped(one_line(text), width, f"  {shown:<{_LABEL}} ", " " * (_LABEL + 3))
        above = label


def _to_do(things: Iterable[ToDo], width: int) -> Iterator[str]:
    known = tuple(things)
    if not known:
        yield from ("There is nothing you must do now.", "")
        return
    yield "What you must do now"
    for number, thing in enumerate(known, start=1):
        yield from wrapped(one_line(thing.text), width, f"  {number}. ", " " * 5)
        command = thing.commands.get("az") or thing.commands.get("shell", "")
        yield from (f"         {line}" for line in visible(command, keep_newlines=True).splitlines())
    yield ""


def _steps(state: RunState, width: int) -> Iterator[str]:
    yield "Steps"
    for step in steps_told(state):
        name = f"{step.name:<14}{step.seconds:7.1f} s" if step.seconds else f"{step.name:<23}"
        first = f"  {step.symbol} {name}  "
        yield from wrapped(one_line(step.why), width, first, " " * 29)
    yield ""
    if (rungs := roads_of(state)) and (len(rungs) > 1 or rungs[0].road == VIEW):
        yield "How the nodes were read"
        for line in roads_told(rungs):
            yield from wrapped(one_line(line), width, "  ", "      ")
        yield ""


def _findings(diagnosis: Diagnosis, width: int, state: RunState | None) -> Iterator[str]:
    if diagnosis.findings:
        yield "Findings"
    for finding in diagnosis.findings:
        sure = certainty(state, finding).lower() if state else finding.confidence.value
        yield from _finding(finding, sure, width)
        yield ""


def _finding(finding: Finding, sure: str, width: int) -> Iterator[str]:
    title = f"{SEVERITY_SYMBOLS[finding.severity]} {one_line(finding.title)}  [{finding.id}, {sure}]"
    yield from wrapped(title, width, rest="  ")
    yield from wrapped(one_line(finding.explanation), width, " " * 4, " " * 4)
    for place in finding.evidence[:_PROOFS]:
        yield from wrapped(_place(place), width, "    proof      ", " " * 15)
        yield from wrapped(matched(place), width, " " * 15, " " * 15, quoted=True)
    if (more := max(finding.count, len(finding.evidence)) - len(finding.evidence[:_PROOFS])) > 0:
        yield f"               and {more} more"
    if sure != "proven":
        if finding.why_not_surer:
            yield from wrapped(finding.why_not_surer, width, "    not surer  ", " " * 15)
        for step in finding.confirm:
            yield from wrapped(one_line(step), width, "    make sure  ", " " * 15)
    for fix in finding.fixes:
        yield from _fix(fix, width)
    yield f"    more       {look_up(finding.id)}"


def _fix(fix: Fix, width: int) -> Iterator[str]:
    yield from wrapped(one_line(fix.summary), width, "    fix        ", " " * 15)
    if command := fix.commands.get("az"):
        yield from (f"               {line}" for line in visible(command, keep_newlines=True).splitlines())


def _place(place: Evidence) -> str:
    line = f":{place.line}" if place.line else ""
    node = f"{one_line(place.node)}  " if place.node else ""
    return f"{node}{one_line(place.file)}{line}"


def _changes(state: RunState, width: int) -> Iterator[str]:
    changes = changes_json(state)
    if not any(changes.values()):
        return
    if state.acts:
        yield "Changed in Azure, times in UTC"
        for at, act in acts_told(state.acts):
            yield from wrapped(one_line(act), width, f"  {at[11:19]}  ", " " * 12)
    for line in still_open(state):
        yield from wrapped(line, width, rest="  ") if line.startswith("▲") else (line,)


def still_open(state: RunState) -> Iterator[str]:
    """What is left in Azure, and what nobody knows the outcome of, with the command that looks after it."""
    changes = changes_json(state)
    if state.rehearsal and state.open_changes:
        yield "What the demo left in its Azure ended with it."
        return
    for left in changes["left"]:
        yield f"▲ Left in Azure: {left['kind']} {one_line(left['id'])}"
    if changes["left"] and not state.rehearsal:
        yield f"  Remove it with: troubleshooter runs cleanup {state.id}"
    for unknown in changes["unknown"]:
        yield f"▲ Not known, and not seen: {unknown['kind']} {one_line(unknown['id'])}"
    if changes["unknown"] and not state.rehearsal:
        yield "  No answer told what came of it, and it may still come."
        yield f"  Look again with: troubleshooter runs cleanup {state.id}"
    for late in changes.get("may_come_again", []):
        yield f"▲ Removed, and may come again: {late['kind']} {one_line(late['id'])}"
        yield "  A request to make it got no answer. Another one made it, and it was removed."
        yield f"  Look for it later with: troubleshooter runs cleanup {state.id}"
    if state.rehearsal and (changes["left"] or changes["unknown"]):
        yield "  It ends with the demo, and is left nowhere."
