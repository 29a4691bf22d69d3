"""Every scenario through `check` alone: the cause, or what cannot be told; never a wrong one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.flows.matrix.expected import EXPECTED
from tests.flows.test_check import checked
from troubleshooter.errors import TroubleshooterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

SAME = {
    # what check sees of it, and what a node meets
    "kv-403-rbac": {"role-too-weak"},
    "vault-name-wrong": set[str](),
}
_FOUND_AT_LEAST = 35


def verdict(scenario: str, told: str | None) -> str:
    wanted = EXPECTED[scenario].cause
    if told == wanted:
        return "found" if wanted else "nothing wrong"
    if told is None:
        return "cannot tell"
    return "found" if told in SAME.get(wanted or "", ()) else f"WRONG: {told}, not {wanted}"


@pytest.mark.slow
@pytest.mark.nightly
def test_check_alone_names_no_wrong_cause_in_any_scenario(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    table: dict[str, str] = {}
    for scenario in EXPECTED:
        world = inside(simulator(scenario))
        try:
            table[scenario] = verdict(scenario, checked(world).diagnosis.root_cause)
        except TroubleshooterError as error:
            table[scenario] = f"ended: {error.what}"
        finally:
            world.bench.close()
    for scenario, came in table.items():
        print(f"{scenario:28} {came}")
    counts = Counter(came.partition(":")[0] for came in table.values())
    print(dict(counts))
    assert [f"{name}: {came}" for name, came in table.items() if came.startswith("WRONG")] == []
    assert counts["found"] >= _FOUND_AT_LEAST
