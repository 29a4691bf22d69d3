"""What each cross-check says where it fails, passes, nearly fails, or may not be seen: one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.client import Client
from tests.flows.asked import calls, outcomes
from tests.flows.test_check import checked
from troubleshooter.model.finding import Severity, Verdict
from troubleshooter.simulator.scenarios import SCENARIOS
from troubleshooter.simulator.scenarios.pairs import PAIRS
from troubleshooter.simulator.scenarios.scene import nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

FAIL, PASS, NONE, UNKNOWN = "fail", "pass", "not-applicable", "unknown"

SAID: dict[str, dict[str, str]] = {
    "secret-seen": {
        "kv-404-secret-not-found": PASS,
        "kv-409-soft-deleted": PASS,
        "kv-403-secret-disabled": PASS,
        "cert-content-type": PASS,
        "cert-non-exportable": PASS,
        "cert-expired": PASS,
        "kv-url-pinned": NONE,
    },
    "healthy": {  # ARM's secret alone
        "kv-404-secret-not-found": PASS,
        "kv-403-secret-disabled": PASS,
        "cert-content-type": PASS,
        "cert-non-exportable": UNKNOWN,
        "cert-expired": PASS,
    },
    "secret-deleted": {"kv-404-secret-not-found": FAIL, "kv-409-soft-deleted": FAIL},
    "secret-elsewhere": {"kv-404-secret-not-found": FAIL, "kv-409-soft-deleted": PASS},
    "secret-older-disabled": {"kv-403-secret-disabled": PASS, "kv-url-pinned": NONE},
    "secret-newest-disabled": {"kv-403-secret-disabled": FAIL},
    "secret-pinned-disabled": {"kv-403-secret-disabled": FAIL, "kv-url-pinned": FAIL},
    "secret-pinned-older": {"kv-403-secret-disabled": PASS, "kv-url-pinned": FAIL, "cert-expired": PASS},
    "secret-plain": {"cert-content-type": FAIL, "cert-non-exportable": NONE},
    "secret-not-exportable": {"cert-content-type": PASS, "cert-non-exportable": FAIL},
    "secret-expired": {"cert-expired": FAIL, "kv-403-secret-disabled": PASS},
    "operator-outside-firewall": {
        "kv-404-secret-not-found": PASS,
        "cert-non-exportable": UNKNOWN,
        "kv-403-firewall": PASS,
    },
    "vault-in-another-subscription": {
        "kv-404-secret-not-found": UNKNOWN,
        "kv-409-soft-deleted": UNKNOWN,
        "cert-expired": UNKNOWN,
    },
}
"""World to what these checks say there."""
WARNED = {
    "secret-pinned-older": {"kv-url-pinned"},
    "secret-pinned-disabled": {"kv-url-pinned"},
    "secret-expired": {"cert-expired"},
}
"""What is told as a warning, and where."""
CURED = [
    name for name, one in SCENARIOS.items() if one.remedy is not nothing and one.identity and one not in PAIRS
]
"""Where one cure outside the pool mends all that is wrong: a pool without an identity it does not mend."""
FEW = ("vault-rbac-denied", "vault-firewall")
STAYS = {
    "secret-version-gone": {"kv-url-pinned"},  # an older one was made again
    "private-account": {"batch-way-shut"},  # it takes private connections only, and the nodes have none
    "account-without-entra": {"batch-account-entry"},  # the role was given, and it takes keys alone still
    "resize-quota": {"batch-debug-pool-quota"},  # the role was given; the account has no cores more
}
NOT_EVIDENCE = {"operator-outside-firewall": "the vault does not let this machine in"}


@pytest.mark.parametrize("name", SAID)
def test_each_check_says_what_is_so(name: str, simulator: Callable[..., Simulator]) -> None:
    said = outcomes(simulator(name))
    for row in SAID[name]:
        print(f"{name:32} {row:26} {said[row].verdict:15} {said[row].because or said[row].missing}")

    assert {row: said[row].verdict.value for row in SAID[name]} == SAID[name]
    failed = {row: one.severity for row, one in said.items() if one.verdict is Verdict.FAIL}
    warned = {row for row, severity in failed.items() if severity is Severity.WARNING}
    assert warned == WARNED.get(name, set())
    if name in NOT_EVIDENCE:
        assert NOT_EVIDENCE[name] in said["cert-non-exportable"].missing


@pytest.mark.parametrize("name", WARNED)
def test_what_only_warns_is_no_cause(
    name: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    state = checked(inside(simulator(name)))

    assert state.diagnosis.root_cause not in WARNED[name]


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one in FEW else pytest.mark.slow) for one in CURED]
)
def test_where_all_was_mended_nothing_fails(name: str, simulator: Callable[..., Simulator]) -> None:
    world = simulator(name)
    Client(world.connection).control("POST", "/cure")
    said = outcomes(world)
    asked = calls(world)
    print(f"{name:32} {len(asked)} calls, {sum(one.verdict is Verdict.PASS for one in said.values())} passed")

    failed = {row: one.because for row, one in said.items() if one.verdict is Verdict.FAIL}
    assert failed.keys() == STAYS.get(name, set()), failed
    assert {call.partition(" ")[0] for call in asked} <= {"GET"}
