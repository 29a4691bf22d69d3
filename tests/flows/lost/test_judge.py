"""The judge itself: it must see what is hidden, and let pass what is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.lost.front import Said
from tests.flows.lost.judge import Account, Judge

if TYPE_CHECKING:
    from pathlib import Path

POOL = {"properties": {"vmSize": "STANDARD_D2S_V3"}}
FIXED = {"properties": {"vmSize": "STANDARD_D4S_V3"}}
BEFORE = Account({"render": POOL}, frozenset(), {"nightly": "active"}, frozenset())
JUDGE = Judge(BEFORE, replace(BEFORE, pools={"render": FIXED}), "render")
AWAY = replace(BEFORE, pools={})
OFF = replace(BEFORE, jobs={"nightly": "disabled"})
RUN = "0a1b2c3d"
TOLD = f"✖ Pool render is away. Put it back: troubleshooter runs restore {RUN} --confirm render\n"
SINCE = {"original_away": {"pool": "render"}}
ORIGINAL = {"kind": "original-pool", "id": "render"}
JOB = {"kind": "job", "id": "nightly"}


def said(code: int = 8, err: str = "", out: str | None = None, **changes: Any) -> Said:
    document = {"verified": False, "changes": {"left": [], "unknown": [], **changes}}
    document |= SINCE if ORIGINAL in changes.get("left", []) else {}
    return Said(("--output", "json"), code, json.dumps(document) if out is None else out, err)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / RUN
    folder.mkdir(parents=True)
    (folder / "pool.json").write_text(json.dumps(POOL))
    return tmp_path


@pytest.mark.parametrize(
    ("told", "now"),
    [
        (said(), BEFORE),
        (said(left=[JOB]), OFF),
        (said(unknown=[JOB]), OFF),
        (said(7, f"◐ recreate\n{TOLD}", left=[ORIGINAL]), AWAY),
        (said(7, f"◐ recreate\n{TOLD}✖ Gave up.\n  Why.\n", left=[ORIGINAL]), AWAY),
        (said(7, unknown=[{"kind": "pool", "id": "render-dbg"}]), replace(BEFORE, pools={"render": POOL})),
    ],
)
def test_what_is_told_passes(home: Path, told: Said, now: Account) -> None:
    assert JUDGE.ended(told, RUN, now, home) == []


@pytest.mark.parametrize(
    ("told", "now", "word"),
    [
        (said(7, left=[ORIGINAL]), AWAY, "the first line is"),
        (said(7, TOLD.replace(RUN, "another"), left=[ORIGINAL]), AWAY, "the first line is"),
        (said(7, f"{TOLD}✖ Gave up.\n  Why.\n✖ Then.\n", left=[ORIGINAL]), AWAY, "Then"),
        (said(7, TOLD, unknown=[ORIGINAL]), AWAY, "the document does not say so"),
        (said(7, TOLD), AWAY, "original-pool render"),
        (said(7, "✖ Nothing was deleted.\n", left=[ORIGINAL]), AWAY, "Nothing was deleted"),
        (said(7, "✖ Nothing was changed.\n", left=[JOB]), OFF, "Nothing was changed"),
        (said(), OFF, "job nightly"),
        (said(0), replace(BEFORE, users=frozenset({"render/node/user"})), "node-user render/node/user"),
        (said(0), replace(BEFORE, pools={"render": POOL, "render-dbg": POOL}), "pool render-dbg"),
        (said(0), replace(BEFORE, pools={"render": FIXED}), "original-pool render"),
        (said(0, unknown=[JOB]), BEFORE, "exit code 0"),
        (said(1), BEFORE, "a bug"),
        (said(7, out="half a docu"), BEFORE, "no document"),
    ],
)
def test_what_is_hidden_is_seen(home: Path, told: Said, now: Account, word: str) -> None:
    assert word in " ".join(JUDGE.ended(told, RUN, now, home))


def test_a_definition_that_is_not_kept_is_seen(tmp_path: Path) -> None:
    wrong = JUDGE.ended(said(7, TOLD, left=[ORIGINAL]), RUN, AWAY, tmp_path)
    assert wrong == ["the original is away and its definition is not kept"]


def test_a_receipt_that_closes_what_still_comes_is_seen() -> None:
    assert JUDGE.came(said(0), said(), OFF)
    assert JUDGE.came(said(8, unknown=[JOB]), said(), OFF) == []


def test_the_way_back_is_not_there_while_something_is_otherwise() -> None:
    assert JUDGE.recovered(said(0), said(), BEFORE, lost=False) == []
    assert JUDGE.recovered(said(0), said(), OFF, lost=True)
    assert JUDGE.recovered(said(8), said(left=[JOB]), BEFORE, lost=True)
    assert JUDGE.recovered(said(8), said(unknown=[JOB]), BEFORE, lost=False)
    assert JUDGE.recovered(said(8), said(unknown=[JOB]), BEFORE, lost=True) == []


def test_the_next_call_names_pool_run_and_command() -> None:
    assert JUDGE.next_call(said(0, TOLD), RUN) == []
    assert JUDGE.next_call(said(0, out=f"{RUN}  render  failed at recreate"), RUN)
