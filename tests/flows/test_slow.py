"""Slow or broken, over the wire: worlds with a history, without one, and with clocks that lie."""

from __future__ import annotations

import copy
import io
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inside import DOCUMENTED
from troubleshooter.actions import GATES
from troubleshooter.engine.driver import AnswerPolicy, drive
from troubleshooter.model.finding import Confidence
from troubleshooter.model.progress import Waiting
from troubleshooter.printer import Form, Printer
from troubleshooter.report.json_report import run_json
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.text import run_text
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.scenarios.scene import Scene
    from troubleshooter.simulator.server import Simulator
    from troubleshooter.simulator.world.pool import Pool

    Check = Callable[[Scene], tuple[Inside, RunState]]

UNSEEN = "vault-unresolved"
"""Where all that Azure tells is well, so that nothing but time speaks."""
Said = dict[str, Any]


def ago(minutes: float) -> str:
    return f"{datetime.now(UTC) - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S.%f}Z"


def came(took: float, before: float = 3000) -> Said:
    """A node that is idle, and has been since so many minutes before now; it took that many."""
    return {
        "state": "idle",
        "allocationTime": ago(before),
        "lastBootTime": ago(before - took / 2),
        "stateTransitionTime": ago(before - took),
        "totalTasksRun": 0,
    }


def coming(since: float) -> Said:
    return {
        "state": "starting",
        "allocationTime": ago(since),
        "stateTransitionTime": ago(since),
    } | dict.fromkeys(("lastBootTime", "nodeAgentInfo", "errors"))


HISTORY = (came(3.2), came(4), came(4.4), came(4.9))


def world(*nodes: Said, scenario: str = UNSEEN) -> Scene:
    scene = scenarios.build(scenario, len(nodes), FAST)
    (pool,) = scene.world.pools.values()
    dress(pool, nodes)
    return scene


def dress(pool: Pool, nodes: tuple[Said, ...]) -> None:
    for (_, machine), said in zip(pool.visible(), nodes, strict=True):
        machine.said = said


def beside(scene: Scene, name: str, nodes: tuple[Said, ...], **changed: Any) -> None:
    """Another pool of the account; like the first one but for what is changed."""
    first = next(iter(scene.world.pools.values()))
    body = copy.deepcopy(first.body)
    properties = body["properties"]
    properties["scaleSettings"]["fixedScale"]["targetDedicatedNodes"] = len(nodes)
    image = properties["deploymentConfiguration"]["virtualMachineConfiguration"]["imageReference"]
    image.update(changed.pop("image", {}))
    properties.update(changed)
    dress(scene.world.found_pool(name, body, scenarios.SINCE), nodes)


@pytest.fixture
def check(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Check:
    def go(scene: Scene) -> tuple[Inside, RunState]:
        there = inside(simulator((scene,)))
        return there, there.drive(there.start(playbook="check"), {}, yes=False)

    return go


def told(state: RunState) -> Mapping[str, Any]:
    found: Mapping[str, Any] = run_json(state, 0)["starting"]
    return found


def test_nodes_that_came_through_say_what_is_usual(check: Check) -> None:
    _, state = check(world(*HISTORY, coming(9)))
    found = told(state)

    assert (found["pace"], found["under_way"]) == ("slow", 1)
    assert found["waited_seconds"] == pytest.approx(540, abs=60)
    assert found["usual"]["counts"] == {"pool": 4}
    for text in (run_text(state, width=500), run_markdown(state)):
        assert "Usual here 3 to 5 min (4 nodes)." in text
        assert "1 node is under way for 9 min, longer than starts take here." in text
        assert "After 30 min waiting is pointless" in text


def test_a_node_that_has_not_waited_long_is_as_usual(check: Check) -> None:
    _, state = check(world(*HISTORY, coming(4)))
    assert told(state)["pace"] == "usual"


def test_a_confirmed_cause_makes_waiting_pointless_at_once(check: Check) -> None:
    _, state = check(world(*HISTORY, coming(1), scenario="vault-rbac-denied"))
    found = told(state)

    assert found["pace"] == "pointless"
    assert found["pointless_after"][0]["seconds"] == 0
    assert state.diagnosis.cause is not None
    assert state.diagnosis.cause.title in found["pointless_after"][0]["says"]


def test_a_cause_that_is_only_likely_ends_no_waiting(check: Check) -> None:
    _, state = check(world(*HISTORY, coming(1), scenario="vault-firewall"))
    assert state.diagnosis.cause is not None
    assert state.diagnosis.cause.confidence is Confidence.LIKELY
    assert told(state)["pace"] == "usual"


def test_two_that_came_through_are_no_history(check: Check) -> None:
    _, state = check(world(*HISTORY[:2], coming(9)))
    found = told(state)

    assert (found["pace"], found["usual"]) == ("unknown", None)
    assert found["no_history"].startswith("no history here: only 2 starts came through")
    assert {one["label"] for one in found["elsewhere"]} == {"documented", "reported"}
    assert "No history here" in run_text(state)


def test_other_pools_count_where_image_and_size_are_the_same(check: Check) -> None:
    scene = world(came(4), coming(9))
    beside(scene, "same", (came(3), came(5), came(6)))
    beside(scene, "another-image", (came(20), came(20)), image={"sku": "20_04-lts"})
    beside(scene, "another-size", (came(30), came(30)), vmSize="STANDARD_D8S_V3")
    beside(scene, "of-a-run", (came(40),), metadata=[{"name": "troubleshooter-run", "value": "0123abcd"}])
    beside(scene, "another-version", (came(5),), image={"version": "22.04.202601010"})
    there, state = check(scene)
    found = told(state)

    assert found["usual"]["counts"] == {"pool": 1, "other-pools": 4}
    assert set(found["other_pools"]) == {"same", "another-version"}
    assert found["usual"]["longest_seconds"] < 7 * 60
    asked = {call["path"] for call in there.client.control("GET", "/calls")["calls"]}
    assert not [path for path in asked if "/pools/another-image/" in path or "/pools/of-a-run/" in path]


def test_only_three_other_pools_are_asked_and_that_is_said(check: Check) -> None:
    scene = world(coming(9))
    for number in range(6):
        beside(scene, f"more-{number}", (came(4),) * (number + 1))
    there, state = check(scene)
    found = told(state)

    assert sorted(found["other_pools"]) == ["more-3", "more-4", "more-5"]
    assert found["other_pools_not_read"] == 3
    assert any(said.startswith("3 more pools have the same image and size") for said in found["says"])
    asked = [call["path"] for call in there.client.control("GET", "/calls")["calls"]]
    assert sum("/pools/more-" in path for path in asked) == 3


LYING: dict[str, Said] = {
    "ready before its allocation": {"stateTransitionTime": ago(3100)},
    "ready in the future": {"stateTransitionTime": ago(-60)},
    "no time of its allocation": {"allocationTime": None},
    "times that are none": {"allocationTime": "yesterday", "stateTransitionTime": 7},
    "a time never set": {"stateTransitionTime": "0001-01-01T00:00:00Z"},
    "rebooted a day later": {"lastBootTime": ago(1500), "stateTransitionTime": ago(1499)},
    "moved to another machine, idle as before": {"lastBootTime": ago(1500)},
    "used": {"totalTasksRun": 3, "stateTransitionTime": ago(2)},
    "a start task tried again": {
        "startTaskInfo": {"state": "completed", "startTime": ago(2990), "retryCount": 2}
    },
}


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("case", LYING)
def test_nodes_whose_times_tell_nothing_are_no_history(case: str, check: Check) -> None:
    _, state = check(world(came(4), came(4), came(4) | LYING[case], coming(9)))
    found = told(state)

    assert found["usual"] is None, found["started"]
    assert len(found["started"]) == 2
    assert [one["nodes"] for one in found["not_counted"]] == [1]


def test_a_start_task_tells_of_nodes_that_worked_since(check: Check) -> None:
    worked = {"state": "running", "totalTasksRun": 40, "stateTransitionTime": ago(1)}
    nodes = [
        came(4) | worked | {"startTaskInfo": {"state": "completed", "startTime": ago(2996), "retryCount": 0}}
        for _ in range(3)
    ]
    _, state = check(world(*nodes, coming(9)))
    assert told(state)["usual"]["counts"] == {"pool": 3}
    assert {one["by"] for one in told(state)["started"]} == {"startTaskInfo.startTime"}


@pytest.mark.parametrize("since", [None, "soon", ago(-600)], ids=["none", "a word", "to come"])
def test_where_a_beginning_is_not_told_no_time_is_claimed(since: object, check: Check) -> None:
    lost = coming(9) | {"allocationTime": since, "stateTransitionTime": since}
    _, state = check(world(*HISTORY, lost))
    assert (told(state)["pace"], told(state)["waited_seconds"]) == ("unknown", None)


def test_a_right_that_is_missing_for_other_pools_is_said(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    there = inside(simulator((world(*HISTORY, coming(9)),)))
    there.client.control(
        "POST", "/fault", {"match": "GET .*/batchAccounts/[^/]*/pools$", "status": 403, "times": 9}
    )
    state = there.drive(there.start(playbook="check"), {}, yes=False)

    assert told(state)["usual"]["counts"] == {"pool": 4}
    assert told(state)["other_pools_unknown"]
    assert "Other pools of the account were not looked at" in run_text(state, width=500)


def test_where_all_is_well_nothing_is_said_and_no_other_pool_is_asked(check: Check) -> None:
    scene = world(came(4), came(4), scenario="healthy")
    beside(scene, "same", (came(3),))
    there, state = check(scene)

    assert "starting" not in run_json(state, 0)
    asked = [call["path"] for call in there.client.control("GET", "/calls")["calls"]]
    assert not [path for path in asked if "/pools/same/" in path]


@pytest.mark.parametrize(
    ("nodes", "usual"),
    [
        (HISTORY, "usual here 3 to 5 min (4 nodes)"),
        ((), "no history here (0 starts seen, 3 are needed); documented: nodes are allocated within 15 min"),
    ],
    ids=["history", "none"],
)
def test_a_wait_says_so_from_its_first_moment(
    nodes: tuple[Said, ...],
    usual: str,
    simulator: Callable[..., Simulator],
    inside: Callable[..., Inside],
) -> None:
    there = inside(simulator((world(*nodes, coming(9)),)))
    seen = waits_of(there)

    first = seen[0].outlook
    assert first is not None
    assert first.usual.startswith(usual)
    assert first.pointless.startswith("after 15 min waiting is pointless: Batch gives a resize up")
    assert seen[-1].outlook is None  # all are ready

    err = io.StringIO()
    printer = Printer(Form.TEXT, io.StringIO(), err, {})
    for one in seen:
        printer.follow(one)
    assert " ".join(err.getvalue().split()).count(usual) == 1


def waits_of(there: Inside) -> list[Waiting]:
    """What a run shows while it waits for its debug pool."""
    seen: list[Waiting] = []
    run = there.start(poll_interval=0.1)
    policy = AnswerPolicy.for_run(GATES, run.state, DOCUMENTED, yes=True, confirm="")
    try:
        drive(
            run,
            policy,
            lambda event: seen.append(event) if isinstance(event, Waiting) else None,
            threading.Event(),
            "wait-for-idle",
        )
    finally:
        run.close()
    assert seen
    return seen


def test_what_an_earlier_run_waited_counts_and_that_of_another_pool_does_not(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    scene = world(coming(9))
    beside(scene, "another-size", (coming(9),), vmSize="STANDARD_D8S_V3")
    there = inside(simulator((scene,)))
    waits_of(there)

    state = there.drive(there.start(playbook="check"), {}, yes=False)
    (one,) = told(state)["started"]
    assert (one["origin"], one["pool"]) == ("own-waits", there.target.pool)
    assert 0 < one["seconds"] < 60
    other = replace(there.target, pool="another-size")
    assert told(there.drive(there.start(other, playbook="check"), {}, yes=False))["started"] == []
