from __future__ import annotations

import pytest

from troubleshooter.model.change import Act, Change, ChangeState, Verb
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.finding import (
    Check,
    Confidence,
    Diagnosis,
    Finding,
    Fix,
    Outside,
    Severity,
    Verdict,
)
from troubleshooter.model.run import KeptFile, RunState
from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.model.target import Target

HOSTILE = "`` ``` <script>alert(1)</script> | [x](javascript:y) **b** \x1b[2J\u202e\nsecond line"


@pytest.fixture
def diagnosis() -> Diagnosis:
    finding = Finding(
        "kv-403-rbac",
        Severity.ERROR,
        Confidence.LIKELY,
        "The identity may not read secrets in the vault",
        (Evidence("/var/log/azure/akvvm_service.log", 41, HOSTILE, "tvm-1"), Evidence("settings", 0, "x")),
        "Key Vault answered 403 ForbiddenByRbac.",
        ("tvm-1",),
        (
            Fix(
                "Give it the role",
                outside=Outside("assign-role", {"role": "r"}),
                commands={"az": "az x\naz y"},
            ),
            Fix("Use another identity", patch=({"op": "remove", "path": "/identity"},), needs=("identity",)),
        ),
        ("https://learn.microsoft.com/azure/key-vault", "javascript:alert(1)"),
        ("kv-status-transitioning",),
        extension="key-vault",
    )
    return Diagnosis(
        (finding,),
        (Check("kv-403-rbac", Verdict.FAIL), Check("clock-skew", Verdict.UNKNOWN, "no probe ran")),
        (Evidence("akvvm_service.log", 7, HOSTILE, None),),
    )


@pytest.fixture
def state(diagnosis: Diagnosis) -> RunState:
    return RunState(
        "7f3a",
        Target("0" * 8 + "-0000-0000-0000-" + "0" * 12, "rg", "contosobatch", "render-pool"),
        "kv-extension",
        "2026-11-22T20:00:00Z",
        "2026-11-22T20:05:00Z",
        (
            StepRecord("survey", StepState.DONE, 0.44, HOSTILE),
            StepRecord("collect", StepState.DONE, 1.0, attention=True),
            StepRecord("verify", StepState.SKIPPED, why="the fix lies outside"),
            StepRecord("clean-up", StepState.ASKING),
            StepRecord("report"),
        ),
        changes=(
            Change("pool", "render-pool-dbg-7f3a", ChangeState.REMOVED, seen=True),
            Change("node-user", "render-pool-dbg-7f3a/tvm-1/u", ChangeState.INTENDED),
            Change("pool", "never", ChangeState.NEVER_MADE),
        ),
        acts=(
            Act("pool", "render-pool-dbg-7f3a", Verb.CREATED, "2026-11-22T20:01:00Z", "1 node"),
            Act("pool", "render-pool-dbg-7f3a", Verb.REMOVED, "2026-11-22T20:09:00Z"),
        ),
        files=(KeptFile("tvm-1", "/var/log/x", "a" * 64, "b" * 64, 10, ""),),
        diagnosis=diagnosis,
        diagnosed=True,
        not_verified_because="the fix lies outside the pool",
    )
