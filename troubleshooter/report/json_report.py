"""The JSON of the command line's contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.forms import change_of, forms
from troubleshooter.model.change import Verb
from troubleshooter.model.step import StepState
from troubleshooter.model.unreadable import Unreadable
from troubleshooter.report.away import away_json
from troubleshooter.report.decided import decision_json, decision_of
from troubleshooter.report.needed import needs_of, rights_json
from troubleshooter.report.roads import roads_json
from troubleshooter.report.starting import starting_json
from troubleshooter.report.unreadable import unreadable_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshooter.model.change import Act, Change
    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Check, Diagnosis, Finding, Fix
    from troubleshooter.model.incident import Incident, Tries
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import StepRecord

VERSION = 1
_BY_ITSELF = frozenset({Verb.CREATED, Verb.REMOVED})


def diagnosis_json(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "version": VERSION,
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "root_cause": diagnosis.root_cause,
        "checked": [_check(check) for check in diagnosis.checked],
        "unexplained": [_evidence(line) | {"count": line.count} for line in diagnosis.unexplained],
        "incident": _incident(diagnosis.incident),
        "tries": [_tries(tries) for tries in diagnosis.tries],
        "clocks": list(diagnosis.clocks),
    }


def _incident(incident: Incident | None) -> dict[str, Any] | None:
    if incident is None:
        return None
    return {"first": incident.first, "last": incident.last, "given": incident.given}


def _tries(tries: Tries) -> dict[str, Any]:
    return {
        "file": tries.file,
        "node": tries.node,
        "failed_at_least": tries.failed,
        "since": tries.since,
        "last": tries.last,
        "longest_pause_seconds": tries.longest_pause,
        "outlook": tries.outlook.value,
        "because": tries.because,
        "next_inferred": {"from": tries.next_from, "to": tries.next_to} if tries.next_from else None,
    }


def run_json(state: RunState, exit_code: int) -> dict[str, Any]:
    return {
        "version": VERSION,
        "run": state.id,
        "target": state.target.resource_id,
        "playbook": state.playbook,
        **({"demo": True} if state.rehearsal else {}),
        "exit": int(exit_code),
        "steps": [_step(record) for record in state.steps],
        "diagnosis": diagnosis_json(state.diagnosis),
        **({"decision": decision_json(decision)} if (decision := decision_of(state)) else {}),
        **starting_json(state),
        **roads_json(state),
        "verified": state.verified,
        "not_verified_because": "" if state.verified else state.not_verified_because,
        "changes": changes_json(state),
        **({"needs": rights_json(needs)} if (needs := needs_of(state)) else {}),
        **_change_for_original(state),
        **({"original_away": away_json(state.away)} if state.away else {}),
    }


def _change_for_original(state: RunState) -> dict[str, Any]:
    change = change_of(state)
    if change is None:
        return {}
    written = {form.name: form.text for form in forms(change)}
    return {"change": {"patch": [dict(operation) for operation in change.patch], "forms": written}}


def runs_json(runs: Iterable[RunState | Unreadable]) -> dict[str, Any]:
    listed = tuple(runs)
    away = [away_json(run.away) for run in listed if run.away]
    rows = [unreadable_row(run) if isinstance(run, Unreadable) else _row(run) for run in listed]
    return {"version": VERSION, "runs": rows, **({"originals_away": away} if away else {})}


def changes_json(state: RunState) -> dict[str, list[dict[str, str]]]:
    """Every act of this run with its time, what it left, and what nobody knows the outcome of.

    `may_come_again`, where there is such a thing: removed, and an earlier request to make it got no answer.
    """
    late = [_change(change) for change in state.changes if change.may_come_again]
    return {
        "created": [_act(act) for act in state.acts if act.verb is Verb.CREATED],
        "changed": [_act(act) | {"what": act.verb.value} for act in state.acts if act.verb not in _BY_ITSELF],
        "removed": [_act(act) for act in state.acts if act.verb is Verb.REMOVED],
        "left": [_change(change) for change in state.changes if change.open and not change.unknown],
        "unknown": [_change(change) for change in state.changes if change.unknown],
        **({"may_come_again": late} if late else {}),
    }


def _act(act: Act) -> dict[str, str]:
    return {"kind": act.kind, "id": act.id, "at": act.at} | ({"how": act.how} if act.how else {})


def progress_word(state: RunState) -> str:
    """Say in a word or two where a run stands, for a list of runs."""
    current = state.current
    if current is None:
        return "done"
    if current.state in {StepState.ASKING, StepState.FAILED}:
        return f"{current.state.value} at {current.id}"
    return f"at {current.id}"


def _row(state: RunState) -> dict[str, Any]:
    return {
        "id": state.id,
        "target": state.target.resource_id,
        "playbook": state.playbook,
        "state": progress_word(state),
        "created": state.created,
        "updated": state.updated,
        "open_changes": len(state.open_changes),
        **({"demo": True} if state.rehearsal else {}),
    }


def _step(record: StepRecord) -> dict[str, Any]:
    shown = record.state if record.state.over or record.state is StepState.FAILED else StepState.PENDING
    return {
        "id": record.id,
        "state": shown.value,
        "seconds": round(record.seconds, 1),
        "why": record.why,
        "attention": record.attention,
    }


def _change(change: Change) -> dict[str, str]:
    return {"kind": change.kind, "id": change.id}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "why_not_surer": finding.why_not_surer,
        "title": finding.title,
        "extension": finding.extension,
        "nodes": list(finding.nodes),
        "evidence": [_evidence(place) for place in finding.evidence],
        "explanation": finding.explanation,
        "fixes": [_fix(fix) for fix in finding.fixes],
        "sources": list(finding.sources),
        "explains": list(finding.explains),
        "confirm": list(finding.confirm),
        "count": finding.count or len(finding.evidence),
        "first": finding.first,
        "last": finding.last,
        "apart": finding.apart,
    }


def _evidence(place: Evidence) -> dict[str, Any]:
    if place.call:
        said = {"source": place.source, "call": place.call, "field": place.field}
        return {**said, "text": place.text, "node": place.node}
    marks = [list(mark) for mark in place.marks]
    whose = {"source": place.source} if place.source else {}
    return {
        **whose,
        "file": place.file,
        "line": place.line,
        "text": place.text,
        "node": place.node,
        "at": place.at,
        "marks": marks,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    written: dict[str, Any] = {
        "summary": fix.summary,
        "patch": [dict(operation) for operation in fix.patch],
        "commands": dict(fix.commands),
    }
    if fix.outside is not None:
        written["outside"] = {"kind": fix.outside.kind, "values": _strings(fix.outside.values)}
    if fix.needs:
        written["needs"] = list(fix.needs)
    return written


def _check(check: Check) -> dict[str, str]:
    return {
        "id": check.id,
        "verdict": check.verdict.value,
        "because": check.because,
        "missing": check.missing,
        "title": check.title,
    }


def _strings(values: Mapping[str, str]) -> dict[str, str]:
    return dict(values)
