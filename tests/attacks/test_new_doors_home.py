"""A data directory that is damaged, or taken away while a run needs it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.attacks.wire import ALWAYS, BATCH_POOL, POOL, until

if TYPE_CHECKING:
    from tests.attacks.wire import Wire

DAMAGED = {
    "no object": "[]",
    "no number": "NaN",
    "deep": "[" * 100_000,
    "nothing to create": json.dumps({"name": POOL}),
    "another's": json.dumps({"name": "other", "properties": {"vmSize": "x"}}),
}


@pytest.mark.slow
def test_what_was_saved_and_is_damaged_replaces_nothing(wire: Wire) -> None:
    assert wire.asked(*wire.in_place("--answer", "clean-up=keep")).code == 0
    saved = wire.home / "runs" / wire.latest() / "pool.json"
    before = len(wire.calls("DELETE"))
    for what, text in DAMAGED.items():
        saved.write_text(text)
        ended = wire.asked("runs", "restore", wire.latest(), "--confirm", POOL)
        assert ended.code in {5, 9}, what
        assert "pool.json" in ended.document["error"]["why"], what
    assert len(wire.calls("DELETE")) == before
    assert wire.definition() is not None


@pytest.mark.slow
def test_what_was_saved_and_edited_replaces_nothing_unasked(wire: Wire) -> None:
    assert wire.asked(*wire.in_place("--answer", "clean-up=keep")).code == 0
    saved = wire.home / "runs" / wire.latest() / "pool.json"
    before = len(wire.calls("DELETE"))
    body = json.loads(saved.read_text())
    body["properties"]["displayName"] = "edited"
    saved.write_text(json.dumps(body))
    refused = wire.asked("runs", "restore", wire.latest(), "--confirm", POOL)
    assert refused.code == 9
    assert "not as this run saved it" in refused.document["error"]["what"]
    assert len(wire.calls("DELETE")) == before

    saved.with_name("pool.json.sha256").unlink()
    assert wire.asked("runs", "restore", wire.latest(), "--confirm", POOL).code == 0
    assert wire.definition()["properties"]["displayName"] == "edited"


@pytest.mark.slow
def test_without_its_journal_a_run_begins_no_change(wire: Wire) -> None:
    running = wire.start(*wire.in_place())
    until(lambda: wire.calls("POST", "/disable"), "a job being disabled")
    for file in wire.home.glob("journal.sqlite3*"):
        file.unlink()
    out, _ = running.communicate(timeout=200)
    assert running.returncode == 7
    assert "journal.sqlite3 is gone" in out
    assert wire.calls("DELETE") == []
    assert wire.definition() is not None


@pytest.mark.slow
def test_where_its_folder_goes_while_the_original_is_away_it_is_put_in_its_place(wire: Wire) -> None:
    wire.plant(f"GET {BATCH_POOL}", times=ALWAYS, delay=0.3)  # so that it is seen away
    running = wire.start(*wire.in_place())
    until(lambda: wire.calls("DELETE", f"/pools/{POOL}"), "the original being deleted")
    shutil.rmtree(wire.home)
    out, _ = running.communicate(timeout=200)
    assert running.returncode == 7
    assert "journal.sqlite3 is gone" in out
    assert wire.definition() is not None
