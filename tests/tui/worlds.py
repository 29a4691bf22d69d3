"""Model objects as a run in the middle of its work would have them."""

from __future__ import annotations

import copy
from typing import Any

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
from troubleshooter.model.playbook import Step
from troubleshooter.model.progress import NodeRow, Waiting
from troubleshooter.model.run import Choice, Question
from troubleshooter.model.target import Target

DEBUG_POOL = "render-pool-dbg-7f3a"

TARGET = Target("11111111-2222-3333-4444-555555555555", "rg-render", "contosobatch", "render-pool")


def step(step_id: str, action: str, changes: str = "nothing") -> Step:
    return Step(
        id=step_id,
        title=f"The step {step_id}",
        why=f"Why {step_id} is there, in one sentence.",
        action=action,
        changes=changes,
        undo="nothing to undo",
        source="https://learn.microsoft.com/azure/batch/",
        explain=f"More about {step_id}.",
    )


STEPS = (
    step("survey", "pool.survey"),
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
)

ALLOW_FROM = Question(
    gate="allow-from",
    step="plan",
    text="From which address range may the debug pool's SSH port be reached?",
    hint="your public address as a range, e.g. 203.0.113.7/32",
    form="address-range",
    plan={"pool": TARGET.resource_id},
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
    confirm=DEBUG_POOL,
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

LOG_TEXT = b"""2026-11-22 12:03:41: <info> [Global]\tStarting akvvm_service
2026-11-22 12:03:42: <info> [CertificateManager]\tBeginning refresh for: https://kv-render.vault.azure.net/secrets/tls
2026-11-22 12:03:43: <error> [CertificateManager]\tCaller is not authorized to perform action on resource.
2026-11-22 12:03:43: <info> [bold red]this is not markup[/bold red] \x1b[31mand this is not a colour\x1b[0m
2026-11-22 12:03:44: <error> \xe2\x80\xaeright to left\xe2\x80\xac and a bell \x07
""" + b"".join(b"2026-11-22 12:04:%02d: <info> [Global]\tloop %d\n" % (n % 60, n) for n in range(400))


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
