"""What the nodes meet in the worlds that are looked at from Azure's side."""

from __future__ import annotations

import pytest

from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.scenarios import LOOKED_AT, POOL, SCENARIOS, build

RBAC = "ForbiddenByRbac"
POLICY = "AccessDenied"
FIREWALL = "ForbiddenByFirewall"
CONNECTION = "ForbiddenByConnection"
UNRESOLVED = "Error resolving address"
DISABLED = "SecretDisabled"
NOT_FOUND = "SecretNotFound"
NOT_READ = ""
"""Nobody hears of it: the certificate is not installed, or nothing runs."""
MEETS: dict[str, str | None] = {
    "role-at-another-vault": RBAC,
    "role-at-group": None,
    "role-at-secret": None,
    "role-at-another-secret": RBAC,
    "role-too-weak": RBAC,
    "role-of-management": RBAC,
    "role-of-certificates": None,
    "role-custom": None,
    "role-custom-without-values": RBAC,
    "role-by-group": None,
    "role-by-group-unseen": None,
    "role-under-condition": RBAC,
    "denied": RBAC,
    "denied-to-all-but-it": None,
    "operator-may-more": RBAC,
    "role-of-the-namesake": RBAC,
    "policy-right": None,
    "policy-of-client-id": POLICY,
    "policy-lists-only": POLICY,
    "policy-by-group": None,
    "policy-where-roles-count": RBAC,
    "role-where-policies-count": POLICY,
    "identity-deleted": "Identity not found",
    "identity-made-anew": "Identity not found",
    "client-id-of-the-namesake": "Identity not found",
    "override-of-the-namesake": "Identity not found",
    "override-right": None,
    "secret-older-disabled": None,
    "secret-newest-disabled": DISABLED,
    "secret-pinned-disabled": DISABLED,
    "secret-pinned-older": None,
    "secret-deleted": NOT_FOUND,
    "secret-elsewhere": NOT_FOUND,
    "secret-expired": None,
    "secret-plain": NOT_READ,
    "secret-not-exportable": NOT_READ,
    "secret-seen": None,
    "vault-deleted": UNRESOLVED,
    "vault-in-another-subscription": None,
    "firewall-lists-subnet": None,
    "firewall-lists-subnet-without-endpoint": FIREWALL,
    "firewall-lists-the-next-subnet": FIREWALL,
    "firewall-lists-own-addresses": None,
    "firewall-lists-operator-only": FIREWALL,
    "operator-outside-firewall": None,
    "private-reached": None,
    "private-zone-not-linked": CONNECTION,
    "private-zone-empty": UNRESOLVED,
    "private-endpoint-pending": UNRESOLVED,
    "subnet-denies-internet": NOT_READ,
    "subnet-routes-to-appliance": "Failed to connect",
    "subnet-without-way-out": NOT_READ,
    "subnet-gone": None,
    "unseen-identities": "AKV10032",
    "unseen-vaults": RBAC,
    "unseen-deleted-vaults": UNRESOLVED,
    "unseen-secrets": DISABLED,
    "unseen-assignments": RBAC,
    "unseen-roles": None,
    "unseen-denials": None,
    "unseen-subnets": FIREWALL,
    "unseen-endpoints": None,
    "unseen-addresses": None,
    "unseen-all": RBAC,
    "all-passes": NOT_READ,
    "windows-secret-not-found": NOT_FOUND,
    "windows-identity-missing": "Identity not found",
    "windows-access-policy": POLICY,
    "windows-policy-obo": "ForbiddenByPolicy",
    "windows-private-only": CONNECTION,
    "windows-secret-disabled": DISABLED,
    "windows-other-tenant": "AKV10032",
}
"""What stands in the extension's log of each world; None where the certificates are there."""


def test_every_world_is_told_of_and_none_twice() -> None:
    assert sorted(MEETS) == sorted(LOOKED_AT)
    assert not set(LOOKED_AT) & set(SCENARIOS)


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_node_meets_what_the_world_says(name: str) -> None:
    world = build(name, 1, FAST).world
    ((cohort, machine),) = world.pool(POOL).machines.values()
    (fate,) = cohort.fates(machine, world.conditions)
    assert fate is not None
    log = "\n".join(text for _, _, text in fate.steps)
    wanted = MEETS[name]
    assert (fate.status == "success") is (wanted is None)
    assert (wanted or "") in log


def cured_outside(name: str) -> bool:
    done = LOOKED_AT[name].remedy(build(name, 1, FAST).world)
    return not done["done"].startswith("did nothing") and "identity" not in done


CURED = sorted(filter(cured_outside, LOOKED_AT))


@pytest.mark.parametrize("name", CURED)
def test_the_administrator_can_cure_it(name: str) -> None:
    scene = build(name, 1, FAST)
    assert scene.cure() == scene.cure()
    world = scene.world
    ((cohort, machine),) = world.pool(POOL).machines.values()
    for _ in range(8):
        world.look(world.pool(POOL))
    (fate,) = cohort.fates(machine, world.conditions)
    assert fate is not None
    assert fate.status == "success"


def test_most_that_are_wrong_outside_the_pool_can_be_cured() -> None:
    assert len(CURED) > 20
