"""What a step hands over is written under its form's name, and read back as the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.engine.conftest import run_to_rest, step
from troubleshooter.engine.replay import Replay
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model import handover
from troubleshooter.model.decision import Decision
from troubleshooter.model.finding import Check, Confidence, Finding, Severity, Verdict
from troubleshooter.model.need import Need, Needs, Right, Standing
from troubleshooter.model.playbook import Playbook
from troubleshooter.model.starting import Figure, Label, Origin, Pace, Started, Starting, Starts, Usual
from troubleshooter.model.support import Support
from troubleshooter.model.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.unit.engine.conftest import Bench

FINDING = Finding("f", Severity.ERROR, Confidence.CONFIRMED, "F", (), "because")
MEND = handover.Mend("assign-role", "no role", "az")
START = Started(240.0, Origin.OTHERS, "n", "q", "stateTransitionTime")
FIGURE = Figure(900.0, "a resize ends", Label.DOCUMENTED, "https://a.example")
STARTING = Starting(
    Pace.SLOW,
    ("slow",),
    1,
    2,
    540.0,
    Usual(180.0, 300.0, 400.0, {Origin.OTHERS: 3}, "usual here"),
    "no history",
    (FIGURE,),
    (FIGURE,),
)
NEED = Need(
    Right("a/read", "/b", "it reads", True, ("c",), "where"),
    Standing.MISSING,
    "so",
    True,
    "Reader",
    "https://d",
)
NEEDS = Needs((NEED,), "0", "User", "ada", "/x/rights.txt")
FULL: tuple[object, ...] = (
    handover.Surveyed(
        "https://a.example",
        "westus2",
        "ada",
        handover.PoolInShort("standard_d2s_v3", 2, True, 2, 1, True, "Terminate", "canonical:o:s", True),
        handover.ExtensionInShort("kv", "KeyVaultForLinux", "3.0"),
        {"idle": 2},
        {"n": "success  "},
        handover.Capacity(2, (handover.Quota("cores", 4, None),)),
        handover.NoWayIn("w", "y", "d", "az", (MEND,)),
        Support(
            "2026-11-25", "canonical o s", "a", ("a", "b"), "2027-06-30", "standard_d2s_v3", "2028-05-01"
        ),
        ("n",),
        True,
        Starts((START,), {"why": 2}, ("q",), 1, "no right"),
        STARTING,
        True,
    ),
    handover.CrossChecked(
        (Check("f", Verdict.FAIL, because="it is so"),), (FINDING,), Decision(firm=True), STARTING
    ),
    handover.Planned("debug", "203.0.113.7/32", 1, "p-dbg", "in-place", "requeue", NEEDS, True, ("n",)),
    NEEDS,
    handover.Stopped("az", "few", (MEND,)),
    handover.Made("p-dbg", (FINDING,)),
    handover.Ready(("a", "b")),
    handover.NoNodes("AccountCoreQuotaReached", "az", (MEND,)),
    handover.Collected(
        {"n": "key"}, {"m": "why"}, ("p",), ("l",), 3, (handover.Rung("task", ("n",), {"m": "why"}, "none"),)
    ),
    handover.Diagnosed("f", 2, ("n-1",), "3.x", 2, True),
    handover.Chosen(1, "f", ({"op": "replace", "path": "/x", "value": 1},), "id"),
    handover.Proved(True, "p-fix", 2, {"idle": 2}, {"success": 2}, {"patch": []}, "az", (MEND,)),
    handover.Printed({"patch": []}, ({"op": "test"},), {"a": 1}),
    handover.PutBack(("a differs",)),
    handover.Reported("/x/report.md"),
    handover.OpenAnswers(
        (handover.OpenAnswer("etag-form", "bare"), handover.OpenAnswer("rsa", "no", settled=False))
    ),
)
OLD: Mapping[str, dict[str, Any]] = {
    "Surveyed": {"endpoint": "https://a.example", "counts": {"idle": 1}, "statuses": {}},
    "Planned": {"debug_pool": "d", "variant": "debug", "allow_from": "203.0.113.7/32", "nodes": 1},
    "Stopped": {"looks": "az", "too_few": ""},
    "Made": {"pool": "d", "differences": []},
    "Ready": {"ready": ["a"]},
    "NoNodes": {"no_nodes": "AccountCoreQuotaReached", "looks": "az"},
    "Collected": {"host_keys": {}, "failed": {}, "partial": [], "left_out": [], "files": 0},
    "Diagnosed": {"root_cause": "f", "findings": 1},
    "Chosen": {"number": 1, "finding": "f", "patch": [], "identity": ""},
    "Proved": {"proven": False, "pool": "p", "full": 1, "nodes": {}, "extension": {}},
    "Printed": {"patch": [], "properties": {}, "change": {"patch": []}},
    "Reported": {"path": "/x"},
}
"""As they were written before their form was named."""


def test_every_form_is_tried_with_every_field() -> None:
    assert [type(each).__name__ for each in FULL] == [*handover.KINDS]
    assert all(set(handover.written(each)) == {f.name for f in fields(each)} for each in FULL)  # type: ignore[arg-type]  # all are dataclasses


@pytest.mark.parametrize("given", FULL, ids=lambda given: type(given).__name__)
def test_a_form_is_read_back_as_the_same(given: object) -> None:
    assert handover.read(type(given), handover.written(given)) == given


@pytest.mark.parametrize("kind", OLD)
def test_what_was_written_before_forms_were_named_is_known_by_its_fields(kind: str) -> None:
    assert handover.kind_of_old(OLD[kind]) == kind
    assert handover.read(handover.KINDS[kind], OLD[kind])


def test_what_is_no_output_has_no_form() -> None:
    assert handover.kind_of_old({}) == ""
    assert handover.kind_of_old({"of": "x"}) == ""


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("'$.gives', 'Teleported'", "left a Teleported, which this version does not know"),
        ("'$.output.path', 7", "does not fit"),
        ("'$.output', json('{}')", "missing required field"),
    ],
)
def test_an_output_that_is_not_understood_makes_the_run_unreadable(
    bench: Bench, tmp_path: Path, damage: str, told: str
) -> None:
    done = StepOutcome("done", output=handover.Reported("/x"))
    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": lambda _: done})
    run_to_rest(run)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3", isolation_level=None)) as db:
        changed = db.execute(
            f"UPDATE events SET data = json_set(data, {damage}) WHERE kind = 'step-finished'"
        )
        assert changed.rowcount == 1

    found = Replay(bench.journal).look(run.id)
    assert isinstance(found, Unreadable)
    assert told in found.unread[0].problem
