"""Each world through `check`: held against what was written down before any of it was run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.eyes.blockers import BLOCKERS
from tests.flows.eyes.causes import CAUSES
from troubleshooter.engine.outcome import exit_code
from troubleshooter.report.json_report import run_json
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around import clock
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.flows.eyes.world import Cause, Fact, World
    from tests.flows.inside import Inside

CAUSE: dict[Cause, frozenset[str]] = {
    "no role": frozenset({"kv-403-rbac"}),
    "no access policy": frozenset({"kv-403-access-policy"}),
    "denied": frozenset({"kv-403-rbac"}),
    "not on the pool": frozenset({"imds-identity-not-found"}),
    "another tenant": frozenset({"kv-401-invalid-issuer"}),
    "firewall": frozenset({"kv-403-firewall"}),
    "way out": frozenset({"net-connect", "batch-way-shut"}),
    "private": frozenset({"kv-403-public-access-disabled", "net-dns"}),
    "disabled": frozenset({"kv-403-secret-disabled"}),
    "deleted": frozenset({"kv-409-soft-deleted", "kv-404-secret-not-found"}),
    "quota": frozenset({"batch-debug-pool-quota", "batch-resize-quota"}),
}
FACT: dict[Fact, tuple[str, ...]] = {
    "policies": ("batch-policy-denies",),
    "locks": ("batch-account-locked",),
    "cores": ("batch-debug-pool-quota",),
    "pools": ("batch-debug-pool-quota",),
    "sign-in": ("batch-account-entry",),
    "account's vault": ("batch-account-vault",),
    "role or policy": ("kv-403-rbac", "kv-403-access-policy"),
    "firewall": ("kv-403-firewall",),
    "private way": ("kv-403-public-access-disabled",),
    "way out": ("net-connect",),
    "secret": ("kv-404-secret-not-found", "kv-403-secret-disabled", "kv-409-soft-deleted"),
    "identity named": ("imds-identity-not-found",),
    "tenant": ("kv-401-invalid-issuer",),
}
"""The ids of what the worlds name in words. A fact of several is as bad as its worst check."""
_WORST = ("fail", "cannot tell", "pass")
_GENERIC = ("the log of a refresh", "one of: ")
"""How a rule begins that only wants a log: of what Azure's side was asked it tells nothing."""


def _said(world: World, inside: Callable[[Simulator], Inside]) -> Any:
    scene = scenarios.staged(world.scenario, 2, clock.FAST)
    with Simulator((scene,)) as simulated:
        opened = inside(simulated)
        state = opened.drive(opened.start(playbook="check"), {}, yes=False)
        opened.bench.close()
        return run_json(state, exit_code(state))["diagnosis"]


def _told(said: Any, fact: Fact) -> str:
    """What its checks say of it, in the words of the worlds; empty where they say nothing."""
    told = {
        "cannot tell" if check["verdict"] == "unknown" else check["verdict"]
        for check in said["checked"]
        if check["id"] in FACT[fact] and not check["missing"].startswith(_GENERIC)
    }
    return next((one for one in _WORST if one in told), "")


def _wrong(world: World, said: Any) -> Iterator[str]:
    root, sure = said["root_cause"], {one["id"]: one["confidence"] for one in said["findings"]}
    wanted = frozenset().union(*(CAUSE[one] for one in world.cause if one))
    if root not in wanted and not (root is None and "" in world.cause):
        yield f"the cause is {root}"
    if root is not None and world.sure == "likely" and sure[root] == "confirmed":
        yield f"{root} is confirmed"
    if root is not None and world.sure == "confirmed" and sure[root] != "confirmed":
        yield f"{root} is only {sure[root]}"
    errors = {one["id"] for one in said["findings"] if one["severity"] == "error"}
    for claim in world.never:
        yield from (f"it claims {one}" for one in sorted(CAUSE[claim] & errors))
    if not said["checked"] and root is None:
        return  # no node is ill: nothing was looked for, and nothing claimed
    for fact, allowed in world.told.items():
        if (told := _told(said, fact)) not in allowed:
            yield f"of {fact} it says {told or 'nothing'}"


@pytest.mark.slow
@pytest.mark.parametrize("world", [*BLOCKERS, *CAUSES], ids=lambda world: world.scenario.name)
def test_what_was_expected_is_said(world: World, inside: Callable[[Simulator], Inside]) -> None:
    assert [*_wrong(world, _said(world, inside))] == []


def test_what_hangs_on_a_vault_that_is_not_seen_names_the_right_to_see_it(
    inside: Callable[[Simulator], Inside],
) -> None:
    world = next(one for one in CAUSES if one.scenario.name == "eyes-account-only-wrong-client")
    missing = {one["id"]: one["missing"] for one in _said(world, inside)["checked"]}
    for check in (*FACT["secret"], *FACT["role or policy"], *FACT["firewall"], "cert-non-exportable"):
        assert "it needs Microsoft.KeyVault/vaults/read, which the role Reader has" in missing[check]
