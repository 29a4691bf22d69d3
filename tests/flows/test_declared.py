"""A playbook that does not say what one of its steps changes: that step cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.flows.inside import Inside
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.step import StepState
from troubleshooter.wiring import SHIPPED, Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.model.playbook import Playbook
    from troubleshooter.simulator.server import Simulator

BEFORE = {"recreate": "plan", "collect": "wait-for-idle", "verify": "choose-fix"}
"""A step that changes something, and the one before it."""


def silent(playbook_id: str, about: str) -> Playbook:
    """The shipped playbook, but this step says that it changes nothing."""
    whole = SHIPPED.playbook(playbook_id)
    steps = (replace(step, changes="nothing") if step.id == about else step for step in whole.steps)
    return replace(whole, steps=tuple(steps))


def changes_sent(world: Inside) -> list[str]:
    calls = world.client.control("GET", "/calls")["calls"]
    sent = [f"{call['method']} {call['path']}" for call in calls if call["method"] != "GET"]
    return [call for call in sent if "/oauth2/" not in call]  # signing in changes nothing


@pytest.mark.parametrize("about", BEFORE)
def test_a_step_that_says_it_changes_nothing_changes_nothing(
    about: str, simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    work = Work(lambda name: silent(name, about), SHIPPED.actions)
    world = Inside(simulator("vault-rbac-denied").connection, tmp_path / "runs", work=work)
    run = world.start()
    world.drive(run, {"outside-fix": "done"}, until=BEFORE[about])
    sent = changes_sent(world)
    state = world.resumed(run, {"outside-fix": "done"})
    world.bench.close()

    ended = state.step(about)
    assert (ended.state, exit_code(state)) == (StepState.FAILED, 9)
    assert ended.error is not None
    assert "changes nothing" in ended.error.why
    assert changes_sent(world) == sent
