"""Slow or broken, of facts alone: what a node tells, what is usual, when waiting is pointless."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from troubleshooter.checks.starts import Pool, Subject, judged, measured, shortly, usual
from troubleshooter.checks.starts.judged import lasting
from troubleshooter.checks.starts.measured import AGAIN, CONTRADICT, NOT_SAID, RETRIED, WORKED
from troubleshooter.model.facts import NodeFacts, NodeState, ServiceProblem
from troubleshooter.model.starting import Label, Origin, Pace, Started, Starts
from troubleshooter.tui.text.clock import lasting as in_list

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    """So many minutes before now, as the service writes it."""
    return f"{NOW - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}.4454836Z"


READY = NodeFacts("tvm-1", NodeState.IDLE, at(56), allocated=at(60), booted=at(58), tasks_run=0)
"""It took 4 minutes, an hour ago."""
TASKED = replace(READY, start_task={"startTime": at(57), "state": "completed", "retryCount": 0})
"""It took 3 until its start task began."""


def told(node: NodeFacts) -> Started | str | None:
    return measured(node, NOW, Origin.POOL, "p")


def test_a_node_that_came_through_says_how_long_it_took() -> None:
    one = told(READY)
    assert isinstance(one, Started)
    assert (one.seconds, one.field, one.of) == (240.0, "stateTransitionTime", "tvm-1")


@pytest.mark.parametrize("state", [NodeState.IDLE, NodeState.RUNNING])
def test_its_start_task_tells_where_it_has_one(state: NodeState) -> None:
    worked = replace(TASKED, state=state, tasks_run=7, since=at(2))
    one = told(worked)
    assert isinstance(one, Started)
    assert (one.seconds, one.field) == (180.0, "startTaskInfo.startTime")


@pytest.mark.parametrize("state", sorted(set(NodeState) - {NodeState.IDLE, NodeState.RUNNING}))
def test_one_that_is_not_ready_is_no_sample(state: NodeState) -> None:
    assert told(replace(TASKED, state=state)) is None


NOTHING: dict[str, tuple[NodeFacts, str]] = {
    "no allocation": (replace(READY, allocated=""), NOT_SAID),
    "no time of its state": (replace(READY, since=""), NOT_SAID),
    "an allocation that is no time": (replace(READY, allocated="soon"), NOT_SAID),
    "an allocation never set": (replace(READY, allocated="0001-01-01T00:00:00Z"), NOT_SAID),
    "a last day of all": (replace(READY, since="9999-12-31T23:59:59-23:59"), NOT_SAID),
    "a start task without its time": (replace(READY, start_task={"state": "running"}), NOT_SAID),
    "a time that is a number": (replace(READY, start_task={"startTime": 5}), NOT_SAID),
    "ready before it was allocated": (replace(READY, since=at(61)), CONTRADICT),
    "ready when it was allocated": (replace(READY, since=READY.allocated), CONTRADICT),
    "ready in the future": (replace(READY, since=at(-10)), CONTRADICT),
    "a start task after its state": (replace(TASKED, since=at(59)), CONTRADICT),
    "booted before its allocation": (replace(READY, booted=at(90)), CONTRADICT),
    "booted in the future": (replace(READY, booted=at(-10)), CONTRADICT),
    "booted after it was ready": (replace(READY, booted=at(40)), CONTRADICT),
    "rebooted after a day": (replace(READY, allocated=at(1500)), AGAIN),
    "booted late, so perhaps once more": (
        replace(READY, allocated=at(100), booted=at(50), since=at(48)),
        AGAIN,
    ),
    "ready after a day, boot not said": (replace(READY, allocated=at(1500), booted=""), AGAIN),
    "idle anew after three hours": (replace(READY, allocated=at(300), booted=at(298)), AGAIN),
    "its start task tried again": (
        replace(TASKED, start_task={**TASKED.start_task, "retryCount": 1}),
        RETRIED,
    ),
    "it worked": (replace(READY, tasks_run=3), WORKED),
    "whether it worked is not said": (replace(READY, tasks_run=None), WORKED),
    "it works": (replace(READY, state=NodeState.RUNNING), WORKED),
}


@pytest.mark.parametrize("case", NOTHING)
def test_a_node_whose_times_tell_nothing_is_left_out_with_why(case: str) -> None:
    node, why = NOTHING[case]
    assert told(node) == why


@pytest.mark.parametrize(("seconds", "told"), [(86400 * 1.6, "38 h"), (86400 * 436.6, "436 days")])
def test_days_are_whole_ones_as_in_the_list_of_pools(seconds: float, told: str) -> None:
    assert lasting(seconds) == told
    since = NOW - timedelta(seconds=seconds)
    assert in_list(since.isoformat(), NOW).split()[0] == told.split(maxsplit=1)[0]


def test_an_idle_node_as_it_was_recorded_tells_nothing() -> None:
    """Its state's time lies before its allocation by microseconds, its boot twelve days later."""
    recorded = NodeFacts(
        "tvm-1",
        NodeState.IDLE,
        "2026-01-21T19:31:31.4454836Z",
        allocated="2026-01-21T19:31:31.4454869Z",
        booted="2026-02-03T00:03:07.219794Z",
        tasks_run=0,
    )
    assert told(recorded) == CONTRADICT


def starts(*minutes: float, origin: Origin = Origin.POOL) -> tuple[Started, ...]:
    return tuple(Started(m * 60, origin, f"n{i}", "p", "stateTransitionTime") for i, m in enumerate(minutes))


def test_usual_is_said_with_how_many_and_of_what() -> None:
    found = usual(
        Starts(
            (
                *starts(3.2, 4, 4.5, 5),
                *starts(4, 4, origin=Origin.OTHERS),
                *starts(6.4, origin=Origin.WAITS),
            )
        )
    )
    assert found is not None
    assert found.says == (
        "usual here 3 to 7 min (6 nodes, 2 of them of other pools with the same image and size,"
        " 1 wait of earlier runs)"
    )
    assert dict(found.counts) == {Origin.POOL: 4, Origin.OTHERS: 2, Origin.WAITS: 1}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_fewer_than_three_are_no_history(number: int) -> None:
    assert usual(Starts(starts(*[4.0] * number))) is None
    said = verdict(under_way(5), starts(*[4.0] * number))
    assert said.usual is None
    assert "no history here" in " ".join(said.says)
    assert said.pace is Pace.UNKNOWN
    assert {one.label for one in said.figures} == {Label.DOCUMENTED, Label.REPORTED}
    assert all(one.source.startswith("https://") for one in said.figures)
    assert all(one.source in " ".join(said.says) for one in said.figures)


def test_one_of_many_that_took_very_long_does_not_make_that_usual() -> None:
    found = usual(Starts(starts(*[4.0] * 10, 90)))
    assert found is not None
    assert (found.longest, found.ever) == (240.0, 5400.0)


KV = Pool(waits="the Key Vault extension")


def under_way(minutes: float, state: NodeState = NodeState.STARTING) -> NodeFacts:
    return NodeFacts("tvm-9", state, at(minutes), allocated=at(minutes), tasks_run=0)


def verdict(node: NodeFacts, seen: tuple[Started, ...] = (), pool: Pool = KV, **more: Any) -> Any:
    return judged(Subject((node,), NOW, Starts(seen), pool, **more))


FOUR = starts(3, 4, 5, 5)


@pytest.mark.parametrize(
    ("minutes", "pace"), [(4, Pace.USUAL), (9, Pace.SLOW), (29, Pace.SLOW), (31, Pace.POINTLESS)]
)
def test_slow_or_broken(minutes: float, pace: Pace) -> None:
    said = verdict(under_way(minutes), FOUR)
    assert said.pace is pace
    assert said.waited == pytest.approx(minutes * 60, abs=1)
    assert "usual here 3 to 5 min (4 nodes)" in said.says


def test_every_limit_says_how_it_is_known_and_where_it_stands() -> None:
    said = verdict(under_way(9), FOUR)
    timed, untimed = said.limits
    assert (timed.seconds, timed.label) == (1800.0, Label.INFERRED)
    assert "20 min" in timed.says
    assert (untimed.seconds, untimed.label) == (None, Label.DOCUMENTED)
    assert "25 times" in untimed.says
    told_ = " ".join(said.says)
    assert all(f"{one.label}: {one.source}" in told_ for one in said.limits)
    assert "after 30 min waiting is pointless" in told_


def test_a_pool_that_waits_for_nothing_of_ours_has_the_time_of_batchs_own_extension() -> None:
    said = verdict(under_way(31), FOUR, Pool())
    assert said.pace is Pace.SLOW
    assert [one.seconds for one in said.limits] == [6000.0]
    assert verdict(under_way(31), FOUR, replace(KV, scripts=True)).limits[0].seconds == 6000.0


@pytest.mark.parametrize(
    "pool", [replace(KV, sure="no role on the vault"), replace(KV, failed="Failed to download")]
)
def test_what_is_certain_needs_no_time(pool: Pool) -> None:
    said = verdict(under_way(1), FOUR, pool)
    assert said.pace is Pace.POINTLESS
    assert (pool.sure or pool.failed) in " ".join(said.says)
    assert verdict(under_way(1), FOUR, replace(pool, waits="")).pace is Pace.USUAL


def test_nodes_that_are_not_there_end_with_the_resize() -> None:
    def missing(minutes: float, pool: Pool = KV) -> Any:
        return judged(Subject((READY,), NOW, Starts(FOUR), pool, 2, at(minutes)))

    assert (missing(4).pace, missing(9).pace, missing(16).pace) == (Pace.USUAL, Pace.UNKNOWN, Pace.POINTLESS)
    assert missing(16, replace(KV, resize_timeout=1800.0)).pace is Pace.UNKNOWN
    quota = missing(1, replace(KV, resize_error="AccountCoreQuotaReached"))
    assert (quota.pace, quota.limits[0].label) == (Pace.POINTLESS, Label.SEEN)
    assert "AccountCoreQuotaReached" in " ".join(quota.says)


def test_a_start_task_has_no_limit_and_is_not_compared() -> None:
    said = verdict(under_way(300, NodeState.WAITING_FOR_START_TASK), FOUR)
    assert (said.pace, said.limits[0].seconds) == (Pace.UNKNOWN, None)


def test_a_node_that_batch_gave_up_on_is_waited_for_only_without_an_error() -> None:
    mute = under_way(20, NodeState.UNUSABLE)
    assert (verdict(mute, FOUR).pace, verdict(under_way(50, NodeState.UNUSABLE), FOUR).pace) == (
        Pace.SLOW,
        Pace.POINTLESS,
    )
    for node in (
        replace(mute, problems=(ServiceProblem("DiskFull", "full"),)),
        replace(mute, state=NodeState.START_TASK_FAILED),
    ):
        assert verdict(node, FOUR).pace is Pace.POINTLESS


def test_nodes_that_are_down_are_no_reason_to_give_up_those_under_way() -> None:
    down = replace(under_way(500, NodeState.UNUSABLE), problems=(ServiceProblem("DiskFull", "full"),))
    said = judged(Subject((down, under_way(4)), NOW, Starts(FOUR), KV))
    assert said is not None
    assert (said.pace, said.under_way, said.down) == (Pace.USUAL, 1, 1)
    assert "beside them 1 node is given up by Batch" in said.says


@pytest.mark.parametrize(("allocated", "since"), [("", ""), (at(-30), at(-30)), ("soon", "later")])
def test_where_the_beginning_is_not_known_no_pace_is_claimed(allocated: str, since: str) -> None:
    said = verdict(replace(under_way(1), allocated=allocated, since=since), FOUR)
    assert (said.pace, said.waited) == (Pace.UNKNOWN, None)
    assert "for how long is not said" in said.says[0]


def test_a_node_that_was_rebooted_is_measured_from_its_boot() -> None:
    node = replace(under_way(5), allocated=at(9000), booted=at(4.9))
    assert verdict(node, FOUR).pace is Pace.USUAL


def test_where_all_are_ready_nothing_is_judged() -> None:
    assert judged(Subject((READY,), NOW, Starts(FOUR), KV)) is None


def test_what_was_left_out_and_what_was_not_read_is_said() -> None:
    seen = Starts(FOUR, {CONTRADICT: 5}, ("other",), 4)
    said = judged(Subject((under_way(4),), NOW, seen, KV))
    assert said is not None
    assert f"not counted of those that are ready: 5 ({CONTRADICT})" in said.says
    assert any(one.startswith("4 more pools") for one in said.says)
    refused = judged(Subject((under_way(4),), NOW, Starts(unknown="no right to list pools"), KV))
    assert refused is not None
    assert any("no right to list pools" in one for one in refused.says)


USUALLY, NONE = (
    "usual here 3 to 5 min (4 nodes)",
    "no history here (0 starts seen, 3 are needed); documented: ",
)
TASKED_NOW = under_way(9, NodeState.WAITING_FOR_START_TASK)


@pytest.mark.parametrize(
    ("node", "seen", "pool", "usually", "limit", "late"),
    [
        (under_way(4), FOUR, Pool(), USUALLY, "after 100 min waiting is pointless", False),
        (under_way(9), FOUR, KV, USUALLY, "after 30 min waiting is pointless", True),
        (under_way(9), (), KV, NONE, "after 30 min waiting is pointless", False),
        (under_way(9), FOUR, replace(KV, sure="no role"), USUALLY, "waiting is pointless: nodes", True),
        (TASKED_NOW, FOUR, KV, USUALLY, "a start task runs as long", False),
    ],
)
def test_whoever_watches_is_told_shortly(
    node: NodeFacts,
    seen: tuple[Started, ...],
    pool: Pool,
    usually: str,
    limit: str,
    late: bool,
) -> None:
    said = shortly(verdict(node, seen, pool), Starts(seen))
    assert said.usual.startswith(usually)
    assert said.pointless.startswith(limit)
    assert said.late is late
    assert "https://" not in f"{said.usual}{said.pointless}"
