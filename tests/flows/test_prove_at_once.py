"""A cause that Azure's own records confirm: its fix is proven with one pool, once its plan was agreed to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from troubleshooter.actions import GATES
from troubleshooter.engine.driver import AnswerPolicy, drive
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.change import Verb
from troubleshooter.model.step import StepState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.engine.runner import Run
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

PROVE = {"next": "prove"}
LEFT_OUT = ("recreate", "wait-for-idle", "collect")


def made(state: RunState) -> list[str]:
    return [act.kind for act in state.acts if act.verb is Verb.CREATED]


def unanswered(run: Run) -> RunState:
    """To the first gate, which nobody answers."""
    try:
        return drive(run, AnswerPolicy(GATES), lambda _: None, threading.Event())
    finally:
        run.close()


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Callable[[str], Inside]:
    return lambda scenario: inside(simulator(scenario))


@pytest.mark.parametrize("scenario", ["wrong-client-id", "vault-rbac-denied", "windows-polling-number"])
def test_one_pool_proves_it_and_nobody_signs_in(scenario: str, world: Callable[[str], Inside]) -> None:
    here = world(scenario)
    state = here.drive(here.start(), {**PROVE, "outside-fix": "done", "identity": "none"})

    assert (state.verified, exit_code(state)) == (True, 0)
    assert made(state) == ["pool"]
    assert {state.step(step).state for step in LEFT_OUT} == {StepState.SKIPPED}
    asked = [(each["method"], each["path"]) for each in here.client.control("GET", "/requests")]
    assert [path for method, path in asked if method == "POST" and "/users" in path] == []
    assert here.pools() == [here.target.pool]


def test_without_an_answer_nothing_is_made(world: Callable[[str], Inside]) -> None:
    here = world("wrong-client-id")
    state = unanswered(here.start())

    assert state.question is not None
    assert state.question.gate == "next"
    assert made(state) == []


def test_its_plan_is_asked_about_before_it_is_made(world: Callable[[str], Inside]) -> None:
    here = world("wrong-client-id")
    run = here.start()
    state = here.drive(run, {**PROVE, "fix": "1"}, yes=False)

    assert state.question is not None
    assert (state.question.gate, state.question.step) == ("plan", "verify")
    after = state.question.plan["after"]
    extension = after["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0]
    assert extension["settings"]["secretsManagementSettings"]["requireInitialSync"] is True
    assert "inboundNatPools" not in str(after), "no way in is opened"
    assert (made(state), here.pools()) == ([], [here.target.pool])


def test_stopped_at_its_plan_nothing_is_made_and_the_change_is_printed(
    world: Callable[[str], Inside],
) -> None:
    here = world("wrong-client-id")
    state = here.drive(here.start(), {**PROVE, "plan": "stop"})

    assert (made(state), state.verified, exit_code(state)) == ([], False, 9)
    assert "stopped by the operator" in state.not_verified_because
    assert state.step("verify").state is StepState.SKIPPED


@pytest.mark.parametrize("scenario", ["vault-firewall", "vault-unresolved"])
def test_what_is_only_likely_is_looked_at_on_a_node(scenario: str, world: Callable[[str], Inside]) -> None:
    here = world(scenario)
    state = unanswered(here.start())

    assert state.question is not None
    assert state.question.gate == "allow-from", "a node is looked at first, unasked"


def test_in_place_it_is_not_asked(world: Callable[[str], Inside]) -> None:
    here = world("wrong-client-id")
    state = unanswered(here.start(mode="in-place"))

    assert state.question is not None
    assert state.question.gate != "next"
