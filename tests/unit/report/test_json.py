from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.report.json_report import diagnosis_json, progress_word, run_json, runs_json

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.run import RunState


def test_a_run_has_the_shape_of_the_contract(state: RunState) -> None:
    written = run_json(state, 3)

    assert list(written) == [
        "version", "run", "target", "playbook", "exit", "steps",
        "diagnosis", "verified", "not_verified_because", "changes",
    ]  # fmt: skip
    assert [step["state"] for step in written["steps"]] == ["done", "done", "skipped", "pending", "pending"]
    assert written["steps"][0]["seconds"] == 0.4
    assert json.loads(json.dumps(written)) == written


def test_an_intent_without_an_outcome_is_unknown(state: RunState) -> None:
    assert run_json(state, 3)["changes"] == {
        "created": [
            {"kind": "pool", "id": "render-pool-dbg-7f3a", "at": "2026-11-22T20:01:00Z", "how": "1 node"}
        ],
        "changed": [],
        "removed": [{"kind": "pool", "id": "render-pool-dbg-7f3a", "at": "2026-11-22T20:09:00Z"}],
        "left": [],
        "unknown": [{"kind": "node-user", "id": "render-pool-dbg-7f3a/tvm-1/u"}],
    }


def test_a_verified_run_gives_no_reason_against_it(state: RunState) -> None:
    assert run_json(replace(state, verified=True), 0)["not_verified_because"] == ""


def test_a_diagnosis_has_the_shape_of_the_contract(diagnosis: Diagnosis) -> None:
    written = diagnosis_json(diagnosis)

    promised = ["version", "findings", "root_cause", "checked", "unexplained"]
    assert list(written) == [*promised, "incident", "tries", "clocks"]
    assert written["root_cause"] == "kv-403-rbac"
    assert written["findings"][0]["evidence"][0]["node"] == "tvm-1"
    assert written["findings"][0]["extension"] == "key-vault"
    assert written["findings"][0]["fixes"][1]["patch"] == [{"op": "remove", "path": "/identity"}]
    assert written["checked"][1] == {
        "id": "clock-skew",
        "verdict": "unknown",
        "because": "",
        "missing": "no probe ran",
        "title": "",
    }


def test_a_list_of_runs_says_what_is_left(state: RunState) -> None:
    assert runs_json([state])["runs"] == [
        {
            "id": "7f3a",
            "target": state.target.resource_id,
            "playbook": "kv-extension",
            "state": "asking at clean-up",
            "created": "2026-11-22T20:00:00Z",
            "updated": "2026-11-22T20:05:00Z",
            "open_changes": 1,
        }
    ]


def test_a_run_without_open_steps_is_done(state: RunState) -> None:
    assert progress_word(replace(state, steps=(StepRecord("survey", StepState.DONE),))) == "done"
    assert progress_word(replace(state, steps=(StepRecord("survey", StepState.RUNNING),))) == "at survey"
