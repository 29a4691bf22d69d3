"""The exit code of a run, from its state alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.unit.engine.conftest import run_to_rest, step
from troubleshooter.engine.outcome import exit_code
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode, GaveUp
from troubleshooter.model.playbook import Playbook

if TYPE_CHECKING:
    from tests.unit.engine.conftest import Bench
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState

PLAYBOOK = Playbook("p", "P", "", (step("verify"), step("clean-up")))


def proves(ctx: StepContext) -> StepOutcome:
    ctx.verified(verified=True, because="")
    return StepOutcome("proven")


def fails(_: StepContext) -> StepOutcome:
    raise GaveUp("Pool p is still there.", "Its deletion did not end.", "Look again.")


def done(_: StepContext) -> StepOutcome:
    return StepOutcome("done")


@pytest.fixture
def failed(bench: Bench) -> RunState:
    return run_to_rest(bench.start(PLAYBOOK, {"verify": proves, "clean-up": fails}))


def test_a_proof_whose_clean_up_failed_is_not_done(failed: RunState) -> None:
    assert failed.verified
    assert exit_code(failed) is ExitCode.GAVE_UP


def test_a_proof_that_came_to_its_end_is_done(bench: Bench) -> None:
    state = run_to_rest(bench.start(PLAYBOOK, {"verify": proves, "clean-up": done}))
    assert (state.verified, exit_code(state)) == (True, ExitCode.DONE)


def test_a_proof_whose_run_is_not_over_is_not_done_by_that(bench: Bench) -> None:
    state = run_to_rest(bench.start(PLAYBOOK, {"verify": proves, "clean-up": fails}))
    refused = replace(state, question=None, steps=(state.steps[0], replace(state.steps[1], exit_code=9)))
    assert exit_code(refused) is ExitCode.REFUSED
