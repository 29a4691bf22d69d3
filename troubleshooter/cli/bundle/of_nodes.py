"""What was collected from machines as a bundle: a folder for each node, what was found, where all is from."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from troubleshooter.analyse.sources import sources as opened
from troubleshooter.cli.bundle.layout import Layout
from troubleshooter.cli.bundle.manifest import EVIDENCE, as_json, manifest, row
from troubleshooter.cli.bundle.packed import Growing, Part, top_folder
from troubleshooter.cli.log import noted
from troubleshooter.collect.nodes import INTERRUPTED
from troubleshooter.diagnosis import analyse_files
from troubleshooter.errors import UsageProblem
from troubleshooter.model.finding import Diagnosis
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.text import diagnosis_text
from troubleshooter.typed import convert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from troubleshooter.cli.bundle.shelf import Shelf
    from troubleshooter.collect.nodes import NodeCollection
    from troubleshooter.model.run import KeptFile
    from troubleshooter.redact import Redactor

_LIMIT = re.compile("did not fit|larger than|more than")
"""What the intake says where a limit was met."""


def evidence(
    found: Sequence[NodeCollection], content: Callable[[KeptFile], BinaryIO]
) -> tuple[list[Part], list[dict[str, Any]]]:
    """The files, and their rows for the manifest."""
    layout = Layout()
    parts: list[Part] = []
    rows: list[dict[str, Any]] = []
    for node in found:
        for kept in node.files:
            path = f"{EVIDENCE}/{layout.place(kept.node, kept.name)}"
            parts.append(Part(path, kept.size, partial(content, kept)))
            rows.append(row(kept, path))
    return parts, rows


def node_row(node: NodeCollection, source: str) -> dict[str, Any]:
    """How far one node came."""
    problem = node.problem
    return {
        "node": node.node,
        "source": source,
        "rung": "ssh",
        "state": _state(node),
        "reason": node.reason,
        "what": problem.what if problem else "",
        "why": problem.why if problem else "",
        "do": problem.do if problem else "",
        "host_key": node.host_key,
        "files": len(node.files),
        "bytes": sum(kept.size for kept in node.files),
        "limits_hit": limits_hit(node),
        "partial": list(node.partial),
        "left_out": list(node.left_out),
    }


def _state(node: NodeCollection) -> str:
    if node.problem is INTERRUPTED:
        return "interrupted"
    return "failed" if node.problem else "partial" if node.partial else "complete"


def limits_hit(node: NodeCollection) -> list[str]:
    cut = [f"{kept.name}: {kept.cut}" for kept in node.files if "were left out" in kept.cut]
    return [*cut, *(told for told in node.partial if _LIMIT.search(told))]


def findings(diagnosis: Diagnosis, left_out: Sequence[str]) -> list[Part]:
    """What was found, as `analyze` prints it."""
    document = diagnosis_json(diagnosis) | {"left_out": list(left_out)}
    text = diagnosis_text(diagnosis).encode("utf-8", "backslashreplace")
    return [Part.of("findings.json", as_json(document)), Part.of("findings.txt", text + b"\n")]


@dataclass(frozen=True, slots=True)
class Packed:
    out: Path
    sha256: str
    nodes: list[dict[str, Any]]
    diagnosis: Diagnosis | None
    """None where the operator did not wait for it."""
    left_out: list[str]
    files: int


def pack(
    shelf: Shelf, found: Sequence[NodeCollection], sources: Mapping[str, str], out: Path, redactor: Redactor
) -> Packed:
    """`sources` is where each node was reached."""
    at, run = datetime.now(UTC), secrets.token_hex(4)
    top = top_folder("collect", run, at)
    nodes = [node_row(each, sources[each.node]) for each in found]
    parts, rows = evidence(found, shelf.content)
    document = redactor.json(manifest(top, "collect", run, at, nodes, rows))
    growing = Growing(shelf.folder, top, at)
    growing.add([Part.of("manifest.json", as_json(document)), *parts])
    diagnosis: Diagnosis | None = None
    left_out: list[str] = []
    with _not_waited_for():
        diagnosis, left_out = _diagnosed(growing.path, redactor)
    if diagnosis is not None:
        growing.add(findings(diagnosis, left_out))
    return Packed(out, _sealed(growing, out), nodes, diagnosis, left_out, len(rows))


def _sealed(growing: Growing, out: Path) -> str:
    """Give its SHA-256. Where it was wanted there may be no room any more: no machine is asked for all again.

    Raises UsageProblem, which says where it lies instead.
    """
    try:
        return growing.seal(out)
    except UsageProblem as no_place:
        instead = Path(tempfile.mkdtemp(prefix="troubleshooter-kept-")) / out.name
        try:
            growing.seal(instead)
        except UsageProblem:
            shutil.rmtree(instead.parent, ignore_errors=True)
            raise no_place from None
        do = f"What was collected is in {instead}: move it to where there is room."
        raise UsageProblem(no_place.what, no_place.why, do) from no_place


@contextmanager
def _not_waited_for() -> Iterator[None]:
    """Being asked to stop ends this alone: what was collected is not lost by it."""
    try:
        yield
    except KeyboardInterrupt:
        return


def _diagnosed(bundle: Path, redactor: Redactor) -> tuple[Diagnosis, list[str]]:
    """As `analyze` finds it in the bundle, by the same steps; and what of it was not read."""
    with opened([str(bundle)]) as found:
        diagnosis = analyse_files(found.files, None, redactor.text, found=found)
    clean = convert(redactor.json(msgspec.to_builtins(diagnosis)), Diagnosis)
    return clean, [noted(left, redactor) for left in found.left_out]
