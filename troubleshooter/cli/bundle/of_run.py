"""A run as one archive that can be handed on: what was found and the files that prove it, redacted."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from troubleshooter.cli.bundle.layout import Layout
from troubleshooter.cli.bundle.manifest import EVIDENCE, as_json, manifest, row
from troubleshooter.cli.bundle.packed import Growing, Part, check_place, top_folder
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model import handover
from troubleshooter.model.handover import Collected
from troubleshooter.model.road import VIEW
from troubleshooter.model.run import RunState
from troubleshooter.redact import stand_ins
from troubleshooter.report.html import run_html
from troubleshooter.report.json_report import diagnosis_json, run_json
from troubleshooter.report.markdown import run_markdown
from troubleshooter.text import visible
from troubleshooter.typed import convert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.step import StepRecord
    from troubleshooter.redact import Redactor
    from troubleshooter.workbench import Workbench

_NEVER = "pool.json, the pool's definition as Azure gave it, is never exported"
_KINDS = {
    "sas": "signature of a shared access signature",
    "jwt": "sign-in token",
    "token": "token of a header",
    "key": "private key",
    "account-key": "account key",
    "secret": "password or other secret",
}


def export(bench: Workbench, run_id: str, out: Path) -> str:
    """Write the archive; give its SHA-256. The pool definition, kept as Azure gave it, is never in it."""
    check_place(out)
    at, run = datetime.now(UTC), bench.read(run_id).id
    with tempfile.TemporaryDirectory(prefix="troubleshooter-") as folder:
        growing = Growing(Path(folder), top_folder("run", run, at), at)
        growing.add(Part.of(name, data) for name, data in _members(bench, run, at))
        return growing.seal(out)


def preview(bench: Workbench, run_id: str) -> tuple[dict[str, Any], str]:
    """What an export hides and leaves out, as JSON and as text; no secret is in it."""
    hidden = [
        {"file": name, "line": each.line, "kind": each.kind, "stand_in": each.digits, "count": each.count}
        for name, data in _members(bench, run_id, datetime.now(UTC))
        for each in stand_ins(data)
    ]
    state = bench.read(run_id)
    left_out = [_NEVER, *(f"{kept.node} {kept.name}: {kept.cut}" for kept in state.files if kept.cut)]
    document = {"version": 1, "run": run_id, "hidden": hidden, "left_out": left_out}
    secrets = {(each["kind"], each["stand_in"]) for each in hidden}
    lines = [
        f"{each['file']}:{each['line']}  {_KINDS.get(str(each['kind']), each['kind'])} {each['stand_in']}"
        + (f"  {each['count']} times" if each["count"] != 1 else "")
        for each in hidden
    ]
    counted = f"{len(secrets)} secrets are hidden, in {len(hidden)} lines; equal digits are equal secrets."
    more = "To hide one more text, put it in a variable TROUBLESHOOTER_SECRET_<ANY NAME>."
    return document, "\n".join([*lines, counted, *(visible(f"Left out: {each}") for each in left_out), more])


def _members(bench: Workbench, run_id: str, at: datetime) -> Iterator[tuple[str, bytes]]:
    redactor = bench.redactor()
    state = _redacted(bench.read(run_id), redactor)
    layout = Layout()
    placed = [(kept, f"{EVIDENCE}/{layout.place(kept.node, kept.name)}") for kept in state.files]
    events = [
        {"seq": event.seq, "at": event.at, "kind": event.kind.value, "data": event.data}
        for event in bench.events(state.id)
    ]
    yield "manifest.json", as_json(_manifest(state, at, [row(kept, path) for kept, path in placed]))
    yield "events.jsonl", b"".join(as_json(redactor.json(event), indent=None) for event in events)
    yield "findings.json", as_json(diagnosis_json(state.diagnosis))
    yield "report.md", run_markdown(state).encode("utf-8", "backslashreplace")
    yield "report.html", run_html(state).encode("utf-8", "backslashreplace")
    yield "report.json", as_json(run_json(state, exit_code(state)))
    for kept, path in placed:
        yield path, redactor.data(bench.evidence(state.id, kept))


def _manifest(state: RunState, at: datetime, rows: list[dict[str, Any]]) -> dict[str, Any]:
    collected = state.of(Collected) or Collected()
    names = dict.fromkeys([*(row["node"] for row in rows), *collected.failed])
    nodes = [
        _node(name, collected, [row for row in rows if row["node"] == name])
        | {"source": state.target.resource_id}
        for name in names
    ]
    document = manifest(top_folder("run", state.id, at), "run", state.id, at, nodes, rows)
    return document | {"created": state.created}


def _node(name: str, collected: Collected, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """By which road it answered, and why the ones that were tried before did not lead there."""
    rung = next((each.road for each in collected.rungs if name in each.answered), VIEW)
    partial = [line for line in collected.partial if line.startswith(f"{name}: ")]
    cut = [f"{row['name']}: {row['cut']}" for row in rows if "were left out" in row["cut"]]
    failed = collected.failed.get(name, "")
    return {
        "node": name,
        "rung": rung,
        "not_by": {each.road: each.why_not[name] for each in collected.rungs if name in each.why_not},
        "state": "failed" if failed else "partial" if partial else "complete",
        "why": failed,
        "files": len(rows),
        "bytes": sum(row["size"] for row in rows),
        "limits_hit": cut,
        "partial": partial,
    }


def _redacted(state: RunState, redactor: Redactor) -> RunState:
    """Once more: what became known since it was written down is hidden too."""
    clean = convert(redactor.json(msgspec.to_builtins(state)), RunState)
    steps = (_typed(was, now) for was, now in zip(state.steps, clean.steps, strict=True))
    return replace(clean, steps=tuple(steps))


def _typed(was: StepRecord, now: StepRecord) -> StepRecord:
    """What a step handed over, in its form again."""
    if was.output is None:
        return now
    return replace(now, output=handover.read(type(was.output), cast("dict[str, Any]", now.output)))
