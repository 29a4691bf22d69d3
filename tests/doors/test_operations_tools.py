"""The saved definition: what the original is created of must be what was read of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from troubleshooter.errors import Refused

if TYPE_CHECKING:
    from tests.doors.bench import Bench


def digests(bench: Bench) -> Path:
    return bench.tools.folder / "pool.json.sha256"


def edited(bench: Bench) -> dict[str, object]:
    body = json.loads(bench.tools.saved_path.read_text())
    body["properties"]["vmSize"] = "STANDARD_D64S_V3"
    bench.tools.saved_path.write_text(json.dumps(body))
    return dict(body)


def test_it_is_read_as_it_was_saved(bench: Bench) -> None:
    assert bench.save() == bench.tools.definition()


def test_its_digest_is_told_as_sha256sum_tells_it(bench: Bench) -> None:
    bench.save()
    digest = hashlib.sha256(bench.tools.saved_path.read_bytes()).hexdigest()
    assert digests(bench).read_text() == f"{digest}  pool.json\n"
    assert digests(bench).stat().st_mode & 0o777 == 0o600


def test_nothing_is_created_of_what_somebody_changed(bench: Bench) -> None:
    bench.save()
    edited(bench)
    with pytest.raises(Refused) as refused:
        bench.tools.definition()
    assert refused.value.what == "The saved pool definition is not as this run saved it."
    assert str(bench.tools.saved_path) in refused.value.why
    assert f"delete {digests(bench)} and try again" in refused.value.do


def test_whoever_wants_the_change_has_it(bench: Bench) -> None:
    bench.save()
    body = edited(bench)
    digests(bench).unlink()
    assert bench.tools.definition() == body


def test_a_run_of_an_earlier_version_has_no_digest(bench: Bench) -> None:
    body = bench.save()
    digests(bench).write_bytes(b"\xff\xfe")  # nor one that can be read
    assert bench.tools.definition() == body


def test_saved_anew_it_is_what_counts_and_no_edit_in_between_does(bench: Bench) -> None:
    bench.save()
    edited(bench)
    body = bench.save()
    assert bench.tools.definition() == body
    assert len(digests(bench).read_text().splitlines()) == 1
    edited(bench)
    with pytest.raises(Refused):
        bench.tools.definition()


def test_a_crash_between_digest_and_definition_leaves_the_one_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = bench.save()
    changed = {**body, "tags": {"new": "1"}}
    replace = Path.replace

    def crash(path: Path, target: Path) -> Path:
        if target == bench.tools.saved_path:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        bench.tools.save_definition(changed)
    assert bench.tools.definition() == body
    monkeypatch.undo()
    bench.tools.save_definition(changed)
    assert bench.tools.definition() == changed
