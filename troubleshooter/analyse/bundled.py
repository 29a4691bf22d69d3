"""Of a bundle of ours the evidence alone is analysed: its report and its findings speak of errors, too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from troubleshooter.fence import LeftOut

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from troubleshooter.model.evidence import SourceFile

_MANIFEST, _EVIDENCE, _FINDINGS = "manifest.json", "evidence", "findings.json"
_ANSWERS = "answers"
"""Of a node: what the script asked there, which has no place of its own on the node."""
_PAPERS = frozenset(
    {_MANIFEST, _FINDINGS, "findings.txt", "events.jsonl", "report.md", "report.html", "report.json"}
)
"""Directly in its top folder; whatever else lies there somebody has added."""
_LARGEST = 16 << 20
_LONGEST_NAME = 1024
_CHANGED = (
    "it was changed after it was packed, for its SHA-256 is not the manifest's; it is read as it stands now"
)
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Bundle:
    places: Mapping[str, tuple[int, str, str]]
    """By path below its top folder: the row of its manifest, node, and name on the node."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """By path: SHA-256, where the manifest tells that of what was packed."""
    listed: bool = True
    """Whether a manifest says what is in it."""

    def source(self, file: SourceFile, path: str) -> tuple[int, SourceFile] | None:
        folder, _, rest = path.partition("/")
        node, _, name = rest.partition("/")
        if folder != _EVIDENCE or not name:
            return None
        own = name if name.startswith(f"{_ANSWERS}/") else f"/{name}"
        row, node, name = self.places.get(path) or (len(self.places), node, own)
        return row, replace(file, name=name, node=node)


def without_paperwork(
    files: list[SourceFile],
    tell: Callable[[LeftOut], None] = lambda _: None,
    others: Collection[str] = (),
) -> list[SourceFile]:
    """The files, those of a bundle under the name that they had on their node, which its manifest tells.

    They come in the manifest's order, so that the same is found whether or not somebody has unpacked it. What
    of a bundle is not as its manifest says is told; `others` are no text, or are told already.
    """
    bundles = dict(_bundles(files))
    if not bundles:
        return files
    kept = []
    of_bundles: dict[str, list[tuple[int, SourceFile]]] = {root: [] for root in bundles}
    there: dict[str, dict[str, SourceFile]] = {root: {} for root in bundles}
    for file in files:
        root = _root(file.name, bundles)
        if root is None:
            kept.append(file)
            continue
        path = file.name[len(root) + 1 :]
        there[root][path] = file
        if found := bundles[root].source(file, path):
            of_bundles[root].append(found)
        elif path not in _PAPERS:
            kept.append(file)
    for root, found_in in of_bundles.items():
        kept += [file for _, file in sorted(found_in, key=lambda one: one[0])]
        for gap in _gaps(root, bundles[root], there[root], others):
            tell(gap)
    return kept


def _gaps(
    root: str, bundle: _Bundle, there: Mapping[str, SourceFile], others: Collection[str]
) -> Iterator[LeftOut]:
    """What is not as it was packed."""
    if not bundle.listed and there:
        why = "it is missing or damaged: nodes are named by their folders, and what else is gone is not known"
        yield LeftOut(f"{root}/{_MANIFEST}", why)
    missing = {path for path in bundle.places if path not in there and path.startswith(f"{_EVIDENCE}/")}
    if any(f"{root}/".startswith(f"{name}/") for name in others):
        missing = set()  # of the whole archive it is told that not all was read
    if missing:
        missing -= {name[len(root) + 1 :] for name in others if name.startswith(f"{root}/")}
        missing -= set(_unpacked(there, missing))
    if missing:
        first = next(path for path in bundle.places if path in missing)
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        yield LeftOut(f"{root}/{first}{more}", "its manifest names it, and it is not here")
    for path, digest in bundle.digests.items():
        if path in there and _digest(there[path]) not in {digest, ""}:
            yield LeftOut(f"{root}/{path}", _CHANGED)


def _unpacked(there: Iterable[str], missing: Collection[str]) -> Iterator[str]:
    """Those whose content is there: what is packed was opened, and stands below its name or without .gz."""
    for path in there:
        yield f"{path}.gz"
        yield from (path[:at] for at, letter in enumerate(path) if letter == "/" and path[:at] in missing)


def _digest(file: SourceFile) -> str:
    """Nothing where it cannot be read, which whoever reads it next will tell."""
    digest = hashlib.sha256()
    try:
        with file.open() as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def _bundles(files: Iterable[SourceFile]) -> Iterator[tuple[str, _Bundle]]:
    """Each by its top folder: one whose manifest names what is in it, or an older one with its events.

    One that has lost its manifest is known by its findings.
    """
    by_name = {file.name: file for file in files}
    found: dict[str, _Bundle] = {}
    for name, file in by_name.items():
        root, slash, last = name.rpartition("/")
        if not slash or last != _MANIFEST:
            continue
        manifest = _read(file)
        if isinstance(manifest.get("bundle"), str) or f"{root}/events.jsonl" in by_name:
            found[root] = _Bundle(dict(_places(manifest)), dict(_digests(manifest)))
    for name, file in by_name.items():
        root, slash, last = name.rpartition("/")
        if slash and last == _FINDINGS and root not in found and _is_ours(_read(file)):
            evidence = f"{root}/{_EVIDENCE}/"
            if any(other.startswith(evidence) for other in by_name):
                found[root] = _Bundle({}, listed=False)
    yield from found.items()


def _is_ours(findings: Mapping[str, Any]) -> bool:
    return (
        isinstance(findings.get("findings"), list) and {"version", "root_cause", "checked"} <= findings.keys()
    )


def _read(manifest: SourceFile) -> dict[str, Any]:
    """Nothing where it is no manifest of ours."""
    try:
        with manifest.open() as stream:
            read = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _places(manifest: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, str, str]]]:
    files = manifest.get("files")
    for number, row in enumerate(files if isinstance(files, list) else ()):
        told = [row.get(key) for key in ("path", "node", "name")] if isinstance(row, dict) else []
        if told and all(isinstance(each, str) and 0 < len(each) <= _LONGEST_NAME for each in told):
            yield str(told[0]), (number, str(told[1]), str(told[2]))


def _digests(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Of machines alone: what a run exports is redacted once more, after its files were kept."""
    files = manifest.get("files") if manifest.get("kind") == "collect" else None
    for row in files if isinstance(files, list) else ():
        path, digest = (row.get("path"), row.get("sha256")) if isinstance(row, dict) else (None, None)
        if isinstance(path, str) and isinstance(digest, str) and path.startswith(f"{_EVIDENCE}/"):
            yield path, digest


def _root(name: str, roots: Mapping[str, _Bundle]) -> str | None:
    """The outermost folder of it that is one of these."""
    ends = (at for at, letter in enumerate(name) if letter == "/")
    return next((name[:at] for at in ends if name[:at] in roots), None)
