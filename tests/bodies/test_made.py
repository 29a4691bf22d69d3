"""Bodies that the product makes of pools as they are, Windows too, where no run can go: by its own functions.

The definition is what ARM answers: with every field that is marked read-only, and none that is a secret.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from tests.bodies import originals, recorded
from tests.bodies.answered import answered
from tests.bodies.checker import problems
from tests.bodies.definition import addresses, is_windows
from tests.bodies.pools import IDENTITY
from tests.ground_truth import needs_samples
from tests.known import KEY_VAULT
from troubleshooter.collect.roads.ssh import Ssh
from troubleshooter.forms.arm import puttable
from troubleshooter.forms.change import DefinitionChange
from troubleshooter.model.run import RunState
from troubleshooter.model.target import Target
from troubleshooter.operations import carry
from troubleshooter.pooldef import bodies, pool_body
from troubleshooter.pooldef.deliverable import deliverable
from troubleshooter.pooldef.small_pool import small_pool
from troubleshooter.pooldef.write_only import write_only_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = "p" * 64
KINDS = [*originals.MADE_UP, *(pytest.param(name, marks=needs_samples) for name in recorded.NAMES)]


def original(kind: str) -> dict[str, Any]:
    body = originals.pool(kind)
    system = "Windows" if is_windows(body) else "Linux"
    extension = {
        "name": "kv",
        "publisher": "Microsoft.Azure.KeyVault",
        "type": f"KeyVaultFor{system}",
        "typeHandlerVersion": "3.0",
        "settings": {"secretsManagementSettings": {"requireInitialSync": True, "observedCertificates": []}},
    }
    machine = {"virtualMachineConfiguration": {"extensions": [extension]}}
    simulated = {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
        "properties": {"deploymentConfiguration": machine},
    }
    return originals.with_extension(body, simulated)


def settled(definition: Any, supplied: str | None) -> dict[str, Any]:
    """With each secret supplied, or waived."""
    fields = write_only_fields(definition, KEY_VAULT)
    values = {field.path: '{"k": "v"}' if field.json_object else supplied for field in fields}
    return carry.complete(definition, values if supplied else dict.fromkeys(values), KEY_VAULT)


def run(nodes: int) -> RunState:
    target = Target("s", "g", "account", LONGEST)
    return RunState("0a1b2c3d", target, "kv", "2026-03-01T12:00:00Z", "", (), {"debug_nodes": nodes})


def has_addresses(whole: dict[str, Any]) -> bool:
    """Without any, no way in is made (documented), and so no pool to debug."""
    provision = addresses(whole).get("provision")
    return provision != "NoPublicIPAddresses"


def made(whole: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What it is, under which name, and the body."""
    yield "as it was", LONGEST, pool_body.creatable(whole)
    ways = itertools.product(
        (1, 100),
        (bodies.DEBUG, bodies.BARE, bodies.OLDER),
        (True, False),
        ("203.0.113.7/32", "2001:db8::/64"),
    )
    for nodes, variant, beside, allow_from in ways:
        state = run(nodes)
        name = bodies.pool_name(state, "dbg") if beside else LONGEST
        if has_addresses(whole):
            body, _ = bodies.debug_body(whole, state, variant, (Ssh(allow_from),), KEY_VAULT, beside=beside)
            yield f"{variant}, {nodes} nodes, beside: {beside}", name, body
    for beside in (True, False):
        name = bodies.pool_name(run(1), "fix") if beside else LONGEST
        body = bodies.verification_body(whole, [], run(1), KEY_VAULT, beside=beside)
        yield f"proof, beside: {beside}", name, body


@pytest.mark.parametrize("kind", KINDS)
def test_the_body_that_is_printed_is_one_too_with_its_gaps_filled(kind: str) -> None:
    change = deliverable(answered(original(kind)), [], KEY_VAULT)
    assert problems(LONGEST, puttable(DefinitionChange.read(run(1).target, change))) == []


@pytest.mark.parametrize("allow_from", ["203.0.113.7/32", "2001:db8::/64"])
@pytest.mark.parametrize("kind", KINDS)
def test_so_is_that_of_the_small_pool_for_questions(kind: str, allow_from: str) -> None:
    body = small_pool(answered(original(kind)), run(1), allow_from, "STANDARD_D2S_V3")
    assert problems(bodies.pool_name(run(1), "live"), body) == []


@pytest.mark.parametrize("supplied", ["a secret", None], ids=["supplied", "waived"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_body_is_one_that_the_specification_allows(kind: str, supplied: str | None) -> None:
    whole = settled(answered(original(kind)), supplied)
    found = [(what, problem) for what, name, body in made(whole) for problem in problems(name, body)]
    assert found == []


def test_what_arm_answers_has_every_field_that_a_body_must_not_have() -> None:
    shown = problems("p", answered(original("everything")))
    assert sorted({each.place.rpartition("/")[2] for each in shown if each.rule == "read-only"}) == [
        "allocationState", "allocationStateTransitionTime", "autoScaleRun", "clientId", "creationTime",
        "currentDedicatedNodes", "currentLowPriorityNodes", "etag", "id", "lastModified", "name",
        "principalId", "provisioningState", "provisioningStateTransitionTime", "resizeOperationStatus",
        "systemData", "type",
    ]  # fmt: skip
