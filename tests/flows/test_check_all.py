"""Every scenario through `check` alone: the cause, what it is narrowed to, or what lacks; none wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.flows.matrix.expected import EXPECTED
from tests.flows.test_check import checked
from troubleshooter.model.finding import Severity, Verdict
from troubleshooter.model.handover import CrossChecked
from troubleshooter.report.decided import decision_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

_NO_ROLE = "the pool's own nodes lack the role, and that is confirmed"
OTHERWISE = {
    "resize-quota": ("kv-403-rbac", f"{_NO_ROLE}; the quota lacks for a debug pool, which is not made here"),
    "spot-scarce": ("kv-403-rbac", f"{_NO_ROLE}; a run is told nothing by nodes that Azure takes away"),
    "network-hides-firewall": (
        "kv-403-firewall",
        "the firewall is closed as well; that the vault's name does not resolve a node alone shows",
    ),
}
"""Where the world holds more than a run comes to: what check names, and why that is right."""
_FOUND_AT_LEAST = 35
CAME = ("found", "narrowed to", "cannot tell", "nothing wrong", "WRONG")


def verdict(scenario: str, state: RunState) -> str:
    told, wanted = state.diagnosis.root_cause, OTHERWISE.get(scenario, (EXPECTED[scenario].cause,))[0]
    if told is not None:
        return f"found {told}" if told == wanted else f"WRONG: {told}, not {wanted}"
    if (error := state.step("survey").error) is not None:
        return f"WRONG: {error.what}"
    if state.of(CrossChecked) is None:
        said = state.step("survey").why
        return f"nothing wrong: {said}" if wanted is None else f"WRONG: {said}, not {wanted}"
    decision = decision_of(state)
    if decision is not None and decision.whose is not None:
        return f"narrowed to {decision.whose}: it lacks {missing(state) or 'nothing to be firm'}"
    return f"cannot tell: it lacks {missing(state)}"


def missing(state: RunState) -> str:
    """What would decide it: first of nodes, then of the checks that could not be told."""
    decision, crossed = decision_of(state), state.of(CrossChecked) or CrossChecked()
    open_ones = (check.missing for check in crossed.checks if check.verdict is Verdict.UNKNOWN)
    return "; ".join((*(decision.would_decide if decision else ()), *open_ones))


@pytest.mark.slow
@pytest.mark.nightly
def test_check_alone_names_no_wrong_cause_in_any_scenario(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    table: dict[str, str] = {}
    for scenario in EXPECTED:
        world = inside(simulator(scenario))
        table[scenario] = verdict(scenario, checked(world))
        world.bench.close()
    for scenario, came in table.items():
        print(f"{scenario:28} {came[:200]}")
    counts = Counter(next(word for word in CAME if came.startswith(word)) for came in table.values())
    print(dict(counts))
    assert [f"{name}: {came}" for name, came in table.items() if came.startswith("WRONG")] == []
    assert [name for name, came in table.items() if came.endswith("it lacks ")] == []
    assert counts["found"] >= _FOUND_AT_LEAST


FEW = ("network-hides-firewall", "agent-hides-permission", "settings-hide-permission", "log-folder-a-file")


@pytest.mark.parametrize("scenario", FEW)
def test_what_is_met_first_goes_first_and_what_it_hides_is_told_too(
    scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    state = checked(inside(simulator(scenario)))
    errors = [one for one in state.diagnosis.findings if one.severity is Severity.ERROR]
    behind = [one for one in errors if "Nodes come to it only once this is mended" in one.explanation]

    assert verdict(scenario, state).startswith("found")
    assert [one.id for one in behind] == (["kv-403-rbac"] if scenario.endswith("permission") else [])


def test_where_a_run_comes_to_something_else_there_is_a_reason() -> None:
    assert {*OTHERWISE, *FEW} <= EXPECTED.keys()
    assert [
        name for name, (cause, why) in OTHERWISE.items() if EXPECTED[name].cause == cause or not why
    ] == []
