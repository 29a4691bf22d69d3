"""An Azure that gives back as text the settings it was sent as an object: the same cause, the same end."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inside import Inside
from troubleshooter.engine.outcome import exit_code
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from troubleshooter.simulator.server import Simulator

POOL = "render-pool"
TEXT = Habits(arm_settings="text", view_settings="text")
IN_PLACE = {"route": "in-place", "jobs": "requeue"}


Opened = tuple[Inside, "Simulator"]


@pytest.fixture
def opened(
    simulator: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, Habits], Opened]]:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"):
        monkeypatch.setenv(name, "")
    made: list[Inside] = []

    def start(scenario: str, habits: Habits) -> Opened:
        simulated = simulator(scenario, habits=habits)
        made.append(Inside(simulated.connection, tmp_path / str(len(made))))
        return made[-1], simulated

    yield start
    for each in made:
        each.bench.close()


def sent(simulated: Simulator) -> Any:
    """The settings that the service has, whatever it gives back."""
    properties = simulated._scene.world.pools[POOL].properties
    machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
    return copy.deepcopy(machine["extensions"][0]["settings"])


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("mode", ["copy", "in-place"])
@pytest.mark.parametrize(
    ("scenario", "cause", "verified"),
    [
        ("auth-settings-misplaced", "kv-authconfig-nonexistent", True),
        ("settings-as-text", "kv-config-not-an-object", False),
    ],
)
def test_the_run_ends_the_same(
    opened: Callable[[str, Habits], Opened], scenario: str, cause: str, verified: bool, mode: str
) -> None:
    answers = IN_PLACE if mode == "in-place" else {"apply": "pool", "jobs": "requeue"}
    ends = []
    for habits in (Habits(), TEXT):
        world, simulated = opened(scenario, habits)
        state = world.drive(world.start(mode=mode), answers, confirm=POOL)
        findings = {(each.id, each.severity, each.confidence) for each in state.diagnosis.findings}
        ends.append(
            (state.verified, exit_code(state), findings, world.pools(), world.jobs(), sent(simulated))
        )
        assert (state.diagnosis.root_cause, state.open_changes) == (cause, ())
    assert ends[0] == ends[1]
    assert ends[0][0] is verified


def test_a_pool_without_nodes_is_judged_by_why_it_has_none(
    opened: Callable[[str, Habits], Opened],
) -> None:
    world, _ = opened("resize-quota", TEXT)
    state = world.drive(world.start(), {})
    assert state.diagnosis.root_cause == "batch-resize-quota"
    assert "kv-config-not-an-object" not in {each.id for each in state.diagnosis.findings}


def test_what_is_put_back_is_what_was_sent(opened: Callable[[str, Habits], Opened]) -> None:
    world, simulated = opened("auth-settings-misplaced", TEXT)
    before = sent(simulated)
    run = world.start(mode="in-place")
    state = world.drive(run, IN_PLACE, confirm=POOL)
    assert (state.verified, sent(simulated) != before) == (True, True)
    outcome = world.bench.restore(run.id, lambda _: None, threading.Event())
    assert (sent(simulated), outcome.attention) == (before, False)
    assert world.bench.restore(run.id, lambda _: None, threading.Event()).outcome == "unchanged"


@pytest.mark.parametrize("habits", [Habits(), TEXT], ids=["object", "text"])
def test_the_form_is_not_judged_anew_by_a_pool_that_has_no_nodes_by_then(
    opened: Callable[[str, Habits], Opened], habits: Habits
) -> None:
    """Text without nodes looks as if it had been sent so; what was seen of this Azure before still holds."""
    world, simulated = opened("auth-settings-misplaced", habits)
    before, run = sent(simulated), world.start()
    assert world.drive(run, {}, until="verify").verified
    none = {"scaleSettings": {"fixedScale": {"targetDedicatedNodes": 0, "targetLowPriorityNodes": 0}}}
    assert world.client.arm("PATCH", world.connection["pool_id"], {"properties": none}).status == 200
    state = world.resumed(run, {"apply": "pool", "jobs": "requeue"}, confirm=POOL)
    assert (state.verified, exit_code(state), state.open_changes) == (True, 0, ())
    fixed = sent(simulated)
    assert fixed != before
    assert isinstance(fixed, dict)
    world.bench.restore(run.id, lambda _: None, threading.Event())
    assert sent(simulated) == before
