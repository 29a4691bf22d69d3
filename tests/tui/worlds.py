"""Model objects as a run in the middle of its work would have them."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.tui.scripted import TARGET, done, fresh_state, step
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
from troubleshooter.model.run import (
    Change,
    ChangeState,
    Choice,
    Collecting,
    KeptFile,
    NodeRow,
    Note,
    Question,
    StepState,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tui.scripted import ScriptedRun
    from troubleshooter.model.run import (
        ErrorText,
        RunState,
    )

STEPS = (
    step("survey"),
    step("plan", "pool.plan"),
    step("recreate", "pool.create_debug", "creates the debug pool"),
    step("wait-for-idle", "nodes.wait_for_idle"),
    step("collect", "logs.collect", "a temporary user"),
    step("diagnose", "findings.diagnose"),
    step("choose-fix", "fixes.choose"),
    step("verify", "fixes.verify", "removes the debug pool"),
    step("apply", "fixes.apply"),
    step("clean-up", "pool.clean_up", "removes the pools"),
    step("report", "report.write"),
)

NODES = tuple(f"tvmps_{number:04x}9d1c88f0a3b2_d" for number in range(1, 5))

LOG = "/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service.log"


def before() -> dict[str, Any]:
    return {
        "id": TARGET.resource_id,
        "properties": {
            "vmSize": "STANDARD_D2S_V3",
            "deploymentConfiguration": {
                "virtualMachineConfiguration": {
                    "imageReference": {
                        "publisher": "canonical",
                        "offer": "ubuntu-22_04-lts",
                        "sku": "server",
                    },
                    "nodeAgentSkuId": "batch.node.ubuntu 22.04",
                    "extensions": [
                        {
                            "name": "KVExtension",
                            "publisher": "Microsoft.Azure.KeyVault",
                            "type": "KeyVaultForLinux",
                            "typeHandlerVersion": "3.0",
                            "settings": {
                                "secretsManagementSettings": {
                                    "pollingIntervalInS": "3600",
                                    "requireInitialSync": True,
                                    "observedCertificates": ["https://kv-render.vault.azure.net/secrets/tls"],
                                },
                                "authenticationSettings": {
                                    "msiClientId": "5c1e0000-1111-2222-3333-444444444444"
                                },
                            },
                        }
                    ],
                }
            },
            "scaleSettings": {"fixedScale": {"targetDedicatedNodes": 4}},
        },
    }


def after() -> dict[str, Any]:
    body = copy.deepcopy(before())
    machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"][0]["settings"]["secretsManagementSettings"]["requireInitialSync"] = False
    body["properties"]["scaleSettings"]["fixedScale"]["targetDedicatedNodes"] = 1
    body["properties"]["networkConfiguration"] = {
        "endpointConfiguration": {
            "inboundNatPools": [{"name": "ssh", "backendPort": 22, "source": "203.0.113.7/32"}]
        }
    }
    return body


PLAN = Question(
    gate="plan",
    step="plan",
    text="Create render-pool-dbg-7f3a beside render-pool?",
    choices=(
        Choice("approve", "create render-pool-dbg-7f3a", "the original pool is not touched"),
        Choice("stop", "stop here", "nothing is changed"),
    ),
    plan={
        "before": before(),
        "after": after(),
        "notes": [
            "requireInitialSync is off, so that nodes become idle without their certificates",
            "everything created is removed at the end",
        ],
    },
    plan_hash="plan-1",
)

ALLOW_FROM = Question(
    gate="allow-from",
    step="plan",
    text="From which address range may the debug pool's SSH port be reached?",
    hint="your public address as a range, e.g. 203.0.113.7/32",
    plan={"pool": TARGET.resource_id},
    plan_hash="from-1",
)

CLEAN_UP = Question(
    gate="clean-up",
    step="clean-up",
    text="Remove render-pool-dbg-7f3a?",
    choices=(
        Choice("remove", "remove", "pools cost money as long as they have nodes", destructive=True),
        Choice("keep", "keep", "remove them later"),
    ),
    plan={"removes": ["pool render-pool-dbg-7f3a and its nodes"]},
    plan_hash="clean-1",
    confirm="render-pool-dbg-7f3a",
)

OUTSIDE = Question(
    gate="outside-fix",
    step="choose-fix",
    text="This change lies outside the pool. Make it, or have it made; then go on.",
    choices=(
        Choice("done", "it is done: prove it"),
        Choice("skip", "not now", "goes on to clean up, without proof"),
    ),
    plan={
        "notes": ["Give id-render the role Key Vault Secrets User on kv-render"],
        "commands": {
            "az": "az role assignment create \\\n  --role 'Key Vault Secrets User' \\\n  --assignee 5c1e"
        },
    },
    plan_hash="outside-1",
)

DIAGNOSIS = Diagnosis(
    findings=(
        Finding(
            id="kv-403-rbac",
            severity=Severity.ERROR,
            confidence=Confidence.CONFIRMED,
            title="The pool's identity may not read secrets in vault kv-render",
            evidence=(
                Evidence(LOG, 3, "Caller is not authorized to perform action on resource.", NODES[0]),
                Evidence(LOG, 5, "[Red]not markup[/] \x1b[31mhostile\x1b[0m \u202eenil", NODES[0]),
                Evidence("instanceView", 0, "ForbiddenByRbac", NODES[1]),
            ),
            explanation="Key Vault answered 403 ForbiddenByRbac to the identity that the extension uses. It "
            "has no role on the vault that lets it read secrets, so no certificate can be downloaded.",
            nodes=NODES[:3],
            fixes=(
                Fix(
                    "Give id-render the role Key Vault Secrets User on kv-render",
                    outside=Outside("assign-role"),
                    commands={"az": "az role assignment create --role 'Key Vault Secrets User'"},
                ),
            ),
            explains=("kv-status-transitioning",),
        ),
        Finding(
            id="kv-url-pins-version",
            severity=Severity.WARNING,
            confidence=Confidence.LIKELY,
            title="The certificate URL pins a version, so it will never rotate",
            evidence=(
                Evidence("pool definition", 12, "https://kv-render.vault.azure.net/secrets/tls/0a1b", None),
            ),
            explanation="A URL without a version follows the newest certificate.",
        ),
    ),
    checked=(
        Check("kv-403-rbac", Verdict.FAIL),
        Check("kv-404", Verdict.PASS),
        Check("clock-skew", Verdict.UNKNOWN, "no time was read from the node"),
    ),
    unexplained=(Evidence("/var/log/waagent.log", 218, "ERROR something nobody knows", NODES[2]),),
)

FILES = (
    KeptFile(NODES[0], LOG, "a" * 64, "b" * 64, 48_213),
    KeptFile(NODES[0], "/var/log/waagent.log", "c" * 64, "c" * 64, 2_048_000, "the first 3.1 MB"),
)

LOG_TEXT = b"""2026-11-22 12:03:41: <info> [Global]\tStarting akvvm_service
2026-11-22 12:03:42: <info> [CertificateManager]\tBeginning refresh for: https://kv-render.vault.azure.net/secrets/tls
2026-11-22 12:03:43: <error> [CertificateManager]\tCaller is not authorized to perform action on resource.
2026-11-22 12:03:43: <info> [bold red]this is not markup[/bold red] \x1b[31mand this is not a colour\x1b[0m
2026-11-22 12:03:44: <error> \xe2\x80\xaeright to left\xe2\x80\xac and a bell \x07
""" + b"".join(b"2026-11-22 12:04:%02d: <info> [Global]\tloop %d\n" % (n % 60, n) for n in range(400))

NOTES = (
    Note("2026-11-22T12:03:41Z", "recreate", "pool render-pool-dbg-7f3a created"),
    Note("2026-11-22T12:06:12Z", "wait-for-idle", "1 starting, 1 idle"),
    Note("2026-11-22T12:06:15Z", "wait-for-idle", "2 idle"),
)

POOL = Change("pool", "render-pool-dbg-7f3a", ChangeState.MADE)


def waiting(nodes: int = 4, idle: int = 2, elapsed: float = 190.0) -> Waiting:
    states = ["idle" if n < idle else "unusable" if n % 17 == 16 else "starting" for n in range(nodes)]
    rows = tuple(
        NodeRow(
            f"tvmps_{n:04x}9d1c88f0a3b2_d",
            state,
            "2026-11-22T12:05:00Z",
            "transitioning  Failed to download https://kv-render…" if state == "idle" else "",
        )
        for n, state in enumerate(states)
    )
    return Waiting(
        step="wait-for-idle",
        subject="render-pool-dbg-7f3a",
        counts={state: states.count(state) for state in dict.fromkeys(states)},
        rows=rows,
        ready=idle,
        wanted=nodes,
        elapsed=elapsed,
        limit=1800.0,
        at_limit="goes on with what can be read, then removes the debug pool",
    )


def state_at(current: str, state: StepState = StepState.PENDING, **changes: Any) -> RunState:
    """A run whose steps before this one are done."""
    made = fresh_state(STEPS, notes=NOTES, **changes)
    ids = [record.id for record in made.steps]
    here = ids.index(current)
    records = []
    for index, record in enumerate(made.steps):
        if index < here:
            output = {"location": "westus2", "who": "ada@contoso.com"} if index == 0 else {}
            records.append(
                replace(
                    record, state=StepState.DONE, why=f"{record.id} went well", seconds=11.0, output=output
                )
            )
        else:
            records.append(replace(record, state=state) if index == here else record)
    return replace(made, steps=tuple(records))


def asks(question: Question) -> Callable[[ScriptedRun, str], None]:
    """An act that opens a gate once, and is done when it was answered."""

    def act(run: ScriptedRun, step_id: str) -> None:
        if question.gate in run.state.answers:
            done(run, step_id)
            return
        run.record(step_id, state=StepState.ASKING)
        run.move(replace(run.state, question=question))

    return act


def fails_once(error: ErrorText) -> Callable[[ScriptedRun, str], None]:
    tried: list[str] = []

    def act(run: ScriptedRun, step_id: str) -> None:
        if tried:
            done(run, step_id)
            return
        tried.append(step_id)
        run.record(step_id, state=StepState.FAILED, why=error.what, error=error)

    return act


def waits(*looks: Waiting, seconds: float = 30.0) -> Callable[[ScriptedRun, str], None]:
    """An act that shows these looks, then waits for cancel."""

    def act(run: ScriptedRun, step_id: str) -> None:
        for look in looks:
            run.emit(look)
        run.pause(seconds)
        done(run, step_id)

    return act


def collects(run: ScriptedRun, step_id: str) -> None:
    run.emit(Collecting(step_id, 1, 1, 4, "tvmps_0001: 5 files"))
    run.move(replace(run.state, files=FILES))
    done(run, step_id)


def diagnoses(run: ScriptedRun, step_id: str) -> None:
    run.move(replace(run.state, diagnosis=DIAGNOSIS, diagnosed=True))
    done(run, step_id)
