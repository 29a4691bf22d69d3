"""What a bundle's manifest may say of its files, whoever wrote it."""

from __future__ import annotations

import hashlib
import io
import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.analyse.bundled import without_paperwork
from troubleshooter.model.evidence import SourceFile

if TYPE_CHECKING:
    from troubleshooter.fence import LeftOut


def file(name: str, data: bytes = b"x\n") -> SourceFile:
    return SourceFile(name, partial(io.BytesIO, data))


def bundle(manifest: Any, *paths: str, top: str = "b.tar.gz/collect-1") -> list[SourceFile]:
    data = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    papers = [file(f"{top}/manifest.json", data), file(f"{top}/findings.json"), file(f"{top}/findings.txt")]
    return [*papers, *(file(f"{top}/{path}") for path in paths)]


def kept(files: list[SourceFile]) -> list[tuple[str | None, str]]:
    return [(one.node, one.name) for one in without_paperwork(files)]


def row(path: str, node: object = "vm:1", name: object = "/var/log/a:b.log") -> dict[str, object]:
    return {"path": path, "node": node, "name": name}


def test_files_have_the_names_that_they_had_on_their_nodes_in_the_manifests_order() -> None:
    files = bundle(
        {"bundle": "collect-1", "files": [row("evidence/z/b"), row("evidence/a/c", "a", "answers/x")]},
        "evidence/a/c", "evidence/z/b", "evidence/n/var/log/unlisted.log",
    )  # fmt: skip
    assert kept(files) == [
        ("vm:1", "/var/log/a:b.log"), ("a", "answers/x"), ("n", "/var/log/unlisted.log"),
    ]  # fmt: skip


def test_an_older_bundle_is_known_by_its_events() -> None:
    files = [*bundle({"version": 1}, "evidence/n1/var/log/a.log"), file("b.tar.gz/collect-1/events.jsonl")]
    assert kept(files) == [("n1", "/var/log/a.log")]


@pytest.mark.parametrize(
    "manifest",
    [b"", b"\xff\xfe", b"[]", b"null", b"{", b"[" * 100_000, {"bundle": 7}, {"files": []}, {"bundle": None}],
    ids=repr,
)
def test_what_is_no_manifest_of_ours_hides_no_file(manifest: Any) -> None:
    files = bundle(manifest, "evidence/n1/a.log")
    assert len(kept(files)) == len(files)


@pytest.mark.parametrize(
    "rows",
    [
        None, 7, "text", {}, [None, 7, "x", []], [row("evidence/n1/a.log", 7)],
        [row("evidence/n1/a.log", "n", "")],
        [row("evidence/n1/a.log", "n", "x" * 2000)], [{"path": "evidence/n1/a.log"}],
    ],
    ids=str,
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_passed_over(rows: Any) -> None:
    assert kept(bundle({"bundle": "b", "files": rows}, "evidence/n1/a.log")) == [("n1", "/a.log")]


def test_no_manifest_speaks_for_what_lies_outside_of_its_own_folder() -> None:
    listed = [row("../other.log", "liar"), row("manifest.json", "liar"), row("findings.txt", "liar")]
    files = [*bundle({"bundle": "b", "files": listed}, "evidence/n1/a.log"), file("b.tar.gz/other.log")]
    assert kept(files) == [(None, "b.tar.gz/other.log"), ("n1", "/a.log")]


def test_of_two_bundles_each_has_its_own() -> None:
    both = [
        *bundle({"bundle": "b", "files": [row("evidence/n/a", "one", "/a")]}, "evidence/n/a", top="x"),
        *bundle({"bundle": "b", "files": [row("evidence/n/a", "two", "/a")]}, "evidence/n/a", top="y"),
    ]
    assert kept(both) == [("one", "/a"), ("two", "/a")]


OURS = json.dumps({"version": 1, "findings": [], "root_cause": None, "checked": []}).encode()


def told(files: list[SourceFile]) -> tuple[list[tuple[str | None, str]], list[str]]:
    """What is kept, and what is said of it."""
    gaps: list[LeftOut] = []
    found = without_paperwork(files, gaps.append)
    return [(one.node, one.name) for one in found], [str(gap) for gap in gaps]


@pytest.mark.parametrize("manifest", [None, b"", b'{"version": 1, "bun', b"[]"], ids=repr)
def test_a_bundle_that_has_lost_its_manifest_is_known_by_its_findings(manifest: bytes | None) -> None:
    """Its own report is no log, and its nodes are still told apart."""
    files = [file("b/findings.json", OURS), file("b/findings.txt"), file("b/evidence/n1/var/log/a.log")]
    files.append(file("b/evidence/n1/answers/probe.txt"))
    files += [] if manifest is None else [file("b/manifest.json", manifest)]
    kept_of_it, gaps = told(files)
    assert kept_of_it == [("n1", "/var/log/a.log"), ("n1", "answers/probe.txt")]
    assert len(gaps) == 1
    assert gaps[0].startswith("b/manifest.json: it is missing or damaged")


def test_findings_beside_other_logs_make_no_bundle_of_them() -> None:
    files = [file("logs/findings.json", OURS), file("logs/a.log")]
    assert told(files) == ([(None, "logs/findings.json"), (None, "logs/a.log")], [])


def packed(path: str, data: bytes, kind: str = "collect") -> dict[str, object]:
    listed = [row(path) | {"sha256": hashlib.sha256(data).hexdigest()}]
    return {"bundle": "b", "kind": kind, "files": listed}


def test_what_was_changed_after_it_was_packed_is_told_and_read_all_the_same() -> None:
    path = "evidence/vm/a.log"
    assert told(bundle(packed(path, b"x\n"), path))[1] == []
    kept_of_it, gaps = told(bundle(packed(path, b"y\n"), path))
    assert kept_of_it == [("vm:1", "/var/log/a:b.log")]
    assert len(gaps) == 1
    assert gaps[0].startswith(f"b.tar.gz/collect-1/{path}: it was changed")
    assert told(bundle(packed(path, b"y\n", "run"), path))[1] == []  # redacted once more when it was packed


def test_what_its_manifest_names_and_is_not_there_is_told_once() -> None:
    listed = [row(f"evidence/n/{number}.log") for number in range(4)]
    _, gaps = told(bundle({"bundle": "b", "files": listed}, "evidence/n/0.log"))
    assert gaps == [
        "b.tar.gz/collect-1/evidence/n/1.log and 2 more: its manifest names it, and it is not here"
    ]


def test_what_is_no_text_is_told_already_or_was_opened_is_not_missing() -> None:
    names = ("evidence/n/wtmp", "evidence/n/old.zip", "evidence/n/a.log.gz", "evidence/n/damaged")
    files = bundle(
        {"bundle": "b", "files": [row(name) for name in names]},
        "evidence/n/old.zip/b.log",
        "evidence/n/a.log",
    )
    gaps: list[LeftOut] = []
    others = {f"b.tar.gz/collect-1/{name}" for name in ("evidence/n/wtmp", "evidence/n/damaged")}
    without_paperwork(files, gaps.append, others)
    assert gaps == []
    without_paperwork(files, gaps.append, {"b.tar.gz"})  # which was cut, as is told
    assert gaps == []
    without_paperwork(files, gaps.append)
    assert str(gaps[0]).startswith("b.tar.gz/collect-1/evidence/n/wtmp and 1 more: ")


def test_what_somebody_put_beside_its_papers_is_read() -> None:
    files = bundle({"bundle": "b", "files": []}, "evidence/n1/a.log", "more/b.log", "evidence/c.log")
    top = "b.tar.gz/collect-1"
    assert kept(files) == [(None, f"{top}/more/b.log"), (None, f"{top}/evidence/c.log"), ("n1", "/a.log")]
