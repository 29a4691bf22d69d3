"""A run as one archive that can be handed on: what was found and the files that prove it, redacted."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import msgspec

from troubleshooter import __version__
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model import handover
from troubleshooter.model.run import RunState
from troubleshooter.redact import stand_ins
from troubleshooter.report.html import run_html
from troubleshooter.report.json_report import run_json
from troubleshooter.report.markdown import run_markdown
from troubleshooter.text import visible

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


def bundle(bench: Workbench, run_id: str) -> bytes:
    """The archive. It never holds the saved pool definition, which is kept as Azure gave it."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w") as archive,
    ):
        for name, data in _members(bench, run_id):
            member = tarfile.TarInfo(f"run-{run_id}/{name}")
            member.size = len(data)
            member.mode = 0o600
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def preview(bench: Workbench, run_id: str) -> tuple[dict[str, Any], str]:
    """What an export hides and leaves out, as JSON and as text; no secret is in it."""
    hidden = [
        {"file": name, "line": each.line, "kind": each.kind, "stand_in": each.digits, "count": each.count}
        for name, data in _members(bench, run_id)
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


def _members(bench: Workbench, run_id: str) -> Iterator[tuple[str, bytes]]:
    redactor = bench.redactor()
    state = _redacted(bench.read(run_id), redactor)
    files = [
        {"node": kept.node, "name": kept.name, "sha256": kept.sha256, "sha256_read": kept.sha256_read,
         "size": kept.size, "cut": kept.cut}
        for kept in state.files
    ]  # fmt: skip
    manifest = {"version": 1, "tool": __version__, "run": state.id, "created": state.created, "files": files}
    events = [
        {"seq": event.seq, "at": event.at, "kind": event.kind.value, "data": event.data}
        for event in bench.events(state.id)
    ]
    yield "manifest.json", _json(manifest)
    yield "events.jsonl", b"".join(_json(redactor.json(event), indent=None) for event in events)
    yield "report.md", run_markdown(state).encode("utf-8", "backslashreplace")
    yield "report.html", run_html(state).encode("utf-8", "backslashreplace")
    yield "report.json", _json(run_json(state, exit_code(state)))
    for kept in state.files:
        data = redactor.data(bench.evidence(state.id, kept))
        yield f"evidence/{_safe(kept.node)}/{'/'.join(map(_safe, kept.name.strip('/').split('/')))}", data


def _redacted(state: RunState, redactor: Redactor) -> RunState:
    """Once more: what became known since it was written down is hidden too."""
    clean = msgspec.convert(redactor.json(msgspec.to_builtins(state)), RunState)
    steps = (_typed(was, now) for was, now in zip(state.steps, clean.steps, strict=True))
    return replace(clean, steps=tuple(steps))


def _typed(was: StepRecord, now: StepRecord) -> StepRecord:
    """What a step handed over, in its form again."""
    if was.output is None:
        return now
    return replace(now, output=handover.read(type(was.output), cast("dict[str, Any]", now.output)))


def _json(value: Any, indent: int | None = 2) -> bytes:
    return (json.dumps(value, indent=indent) + "\n").encode()


def _safe(part: str) -> str:
    """One part of a path that cannot climb out of the archive."""
    cleaned = "".join(char if char.isprintable() and char not in '\\:*?"<>|' else "_" for char in part)
    return cleaned if cleaned.strip(". ") else "_"
