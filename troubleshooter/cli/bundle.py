"""A run as one archive that can be handed on: what was found and the files that prove it, redacted."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

from troubleshooter import __version__
from troubleshooter.engine.outcome import exit_code
from troubleshooter.report.html import run_html
from troubleshooter.report.json_report import run_json
from troubleshooter.report.markdown import run_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState
    from troubleshooter.wiring import Workbench


def bundle(bench: Workbench, run_id: str) -> bytes:
    """The archive. It never holds the saved pool definition, which is kept as Azure gave it."""
    state = bench.read(run_id)
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w") as archive,
    ):
        for name, data in _members(bench, state):
            member = tarfile.TarInfo(f"run-{state.id}/{name}")
            member.size = len(data)
            member.mode = 0o600
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def _members(bench: Workbench, state: RunState) -> Iterator[tuple[str, bytes]]:
    redactor = bench.redactor()
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
    yield "manifest.json", _json(redactor.json(manifest))
    yield "events.jsonl", b"".join(_json(redactor.json(event), indent=None) for event in events)
    yield "report.md", redactor.text(run_markdown(state)).encode()
    yield "report.html", redactor.text(run_html(state)).encode()
    yield "report.json", _json(redactor.json(run_json(state, exit_code(state))))
    for kept in state.files:
        data = redactor.data(bench.evidence(state.id, kept))
        yield f"evidence/{_safe(kept.node)}/{'/'.join(map(_safe, kept.name.strip('/').split('/')))}", data


def _json(value: Any, indent: int | None = 2) -> bytes:
    return (json.dumps(value, indent=indent) + "\n").encode()


def _safe(part: str) -> str:
    """One part of a path that cannot climb out of the archive."""
    cleaned = "".join(char if char.isprintable() and char not in '\\:*?"<>|' else "_" for char in part)
    return cleaned if cleaned.strip(". ") else "_"
