"""Where every cross-check passes and nodes fail all the same, a node has to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.cross_checks.world import passes
from tests.flows.test_check import checked
from troubleshooter.model.finding import Verdict
from troubleshooter.model.handover import CrossChecked
from troubleshooter.report.decided import decision_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

ALL_SEEN = "secret-seen"
"""With a name that the nodes cannot resolve, which no answer of Azure shows."""


def verdicts(state: RunState) -> set[Verdict]:
    crossed = state.of(CrossChecked)
    return {check.verdict for check in crossed.checks} if crossed else set()


def test_check_names_no_cause_and_says_what_would_decide(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    state = checked(inside(simulator((passes(ALL_SEEN).scene(),))))
    decision = decision_of(state)

    assert verdicts(state) == {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert state.diagnosis.root_cause is None
    assert decision is not None
    assert "the extension's log on it" in decision.would_decide[0]


@pytest.mark.slow
def test_a_run_goes_on_to_a_debug_pool_and_its_node_tells(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator((passes(ALL_SEEN).scene(),)))
    asked = world.drive(world.start(), {}, yes=False)
    state = world.drive(world.start(), {})

    assert verdicts(asked) == {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert asked.question is not None
    assert asked.question.gate == "plan"
    assert state.diagnosis.root_cause == "net-dns"
    assert state.acts[0].kind == "pool"
