"""`check` in worlds that are wrong, right, nearly right, or not to be seen: never a wrong cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.worlds.down import down
from tests.worlds.read import FILES, scene, told
from troubleshooter.model.handover import CrossChecked
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.scenarios import LOOKED_AT, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.scenarios import Scene
    from troubleshooter.simulator.server import Simulator

CAUSES = {
    "kv-403-rbac": (
        "role-at-another-vault",
        "role-at-another-secret",
        "role-too-weak",
        "role-of-management",
        "role-custom-without-values",
        "denied",
        "operator-may-more",
        "role-of-the-namesake",
        "policy-where-roles-count",
    ),
    "kv-403-access-policy": (
        "policy-of-client-id",
        "policy-lists-only",
        "role-where-policies-count",
        "windows-access-policy",
    ),
    "kv-403-policy-obo": ("windows-policy-obo",),
    "batch-pool-identity-gone": ("identity-deleted",),
    "batch-pool-identity-missing": ("windows-identity-missing",),
    "imds-identity-not-found": (
        "identity-made-anew",
        "client-id-of-the-namesake",
        "override-of-the-namesake",
    ),
    "kv-403-secret-disabled": (
        "secret-newest-disabled",
        "secret-pinned-disabled",
        "windows-secret-disabled",
    ),
    "kv-404-secret-not-found": ("secret-deleted", "secret-elsewhere", "windows-secret-not-found"),
    "cert-content-type": ("secret-plain",),
    "cert-non-exportable": ("secret-not-exportable",),
    "kv-vault-soft-deleted": ("vault-deleted",),
    "kv-403-firewall": (
        "firewall-lists-subnet-without-endpoint",
        "firewall-lists-the-next-subnet",
        "firewall-lists-operator-only",
    ),
    "kv-403-public-access-disabled": (
        "private-zone-not-linked",
        "private-endpoint-pending",
        "windows-private-only",
    ),
    "net-dns": ("private-zone-empty",),
    "kv-401-invalid-issuer": ("windows-other-tenant",),
    "batch-way-shut": ("subnet-denies-internet",),
    "agent-download-failed": ("subnet-without-way-out",),
    "agent-noexec-126": ("all-passes",),
}
"""Causes that may be named, and the worlds in which each is so. In all others none may be."""
WANTED = {name: cause for cause, names in CAUSES.items() for name in names}
ALSO = {
    "secret-deleted": "kv-409-soft-deleted",
    "13-soft-deleted": "kv-409-soft-deleted",
    "06-policy-for-the-client-id": "kv-403-policy-obo",
}
"""What is as good an answer."""
NAMED = {"02-custom-role-without-values": "kv-403-rbac"}
"""Where a file gives the fact's id, what the cause is called here."""
OPEN: tuple[str, ...] = ()
"""Worlds of which it may be that nothing can be told."""


def names() -> list[str]:
    return [*LOOKED_AT, *(file.stem for file in FILES)]


def world_of(name: str) -> Scene:
    if name in LOOKED_AT:
        return down(build(name, 2, FAST))
    (file,) = (each for each in FILES if each.stem == name)
    return down(scene(file))


def wanted(name: str) -> str | None:
    if name in LOOKED_AT:
        return WANTED.get(name)
    (file,) = (each for each in FILES if each.stem == name)
    cause: str | None = NAMED.get(name, told(file)["expected"]["root_cause"])
    return cause


FEW = ("role-at-another-vault", "role-under-condition", "firewall-lists-subnet", "09-newest-version-disabled")


def test_every_world_that_has_a_cause_is_there() -> None:
    assert WANTED.keys() <= LOOKED_AT.keys()
    assert {*ALSO, *NAMED, *OPEN, *FEW} <= set(names())


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each in FEW else pytest.mark.slow) for each in names()]
)
def test_the_cause_is_the_right_one_or_none(
    name: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator((world_of(name),)))
    state = world.drive(world.start(playbook="check"), {}, yes=False)
    allowed = {wanted(name), ALSO.get(name) or wanted(name)}

    assert state.of(CrossChecked) is not None
    assert state.diagnosis.root_cause in (allowed | {None} if name in OPEN else allowed)
    calls = world.client.control("GET", "/calls")["calls"]
    assert {call["method"] for call in calls if "/oauth2/" not in call["path"]} <= {"GET", "HEAD"}
    values = [
        call["path"] for call in calls if "/secrets/" in call["path"] and "/providers/" not in call["path"]
    ]
    assert [path for path in values if not path.endswith("/versions") and "deleted" not in path] == []
