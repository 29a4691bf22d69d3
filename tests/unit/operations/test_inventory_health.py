"""How a pool is: one word of six by what was read, and unknown is none of the good ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.extensions import shipped
from troubleshooter.model.facts import ExtensionStatus, NodeFacts, NodeState
from troubleshooter.model.inventory import ExtensionSeen, Health
from troubleshooter.model.target import Target
from troubleshooter.operations.inventory.health import PoolRead, judged, looked_at

if TYPE_CHECKING:
    from troubleshooter.model.inventory import PoolHealth

TARGET = Target("3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10", "rg", "acct", "pool")
ERRORS = {"targetDedicatedNodes": 4, "errors": [{"code": "AccountCoreQuotaReached", "message": "…"}]}


def definition(wanted: Any = 4, **properties: Any) -> dict[str, Any]:
    scale = (
        {"autoScale": {"formula": "…"}}
        if wanted is None
        else {"fixedScale": {"targetDedicatedNodes": wanted}}
    )
    return {"properties": {"scaleSettings": scale, "allocationState": "Steady", **properties}}


def read(counts: dict[str, int] | None, wanted: Any = 4, **properties: Any) -> PoolHealth:
    states = None if counts is None else {NodeState(state): number for state, number in counts.items()}
    return judged(PoolRead(TARGET, definition(wanted, **properties), states), shipped()[0])


@pytest.mark.parametrize(
    ("pool", "health", "why"),
    [
        (read({"unusable": 3, "idle": 1}), Health.ILL, "3 of 4 unusable"),
        (read({"starttaskfailed": 1, "running": 3}), Health.ILL, "1 of 4 start task failed"),
        (
            read({"unusable": 1, "starttaskfailed": 1}),
            Health.ILL,
            "1 of 2 unusable and 1 of 2 start task failed",
        ),
        (
            read({}, resizeOperationStatus=ERRORS),
            Health.ILL,
            "it got 0 of 4 nodes: AccountCoreQuotaReached",
        ),
        (
            read({"idle": 2}, resizeOperationStatus=ERRORS),
            Health.ATTENTION,
            "it got 2 of 4 nodes: AccountCoreQuotaReached",
        ),
        (read({"idle": 4}, resizeOperationStatus=ERRORS), Health.WELL, "4 nodes idle or running"),
        (read({"offline": 1, "idle": 3}), Health.ATTENTION, "1 of 4 offline or unknown"),
        (read({"unknown": 2, "idle": 2}), Health.ATTENTION, "2 of 4 offline or unknown"),
        (read({"preempted": 4}), Health.ATTENTION, "Azure took 4 of 4 away"),
        (read({"preempted": 1, "running": 3}), Health.WELL, "3 nodes idle or running"),
        (read(None), Health.UNKNOWN, "its nodes are being read"),
        (read({"starting": 2, "idle": 2}), Health.MOVING, "2 starting"),
        (read({"idle": 4}, allocationState="Resizing"), Health.MOVING, "it is being resized"),
        (read({"idle": 4}, provisioningState="Deleting"), Health.MOVING, "it is being deleted"),
        (read({}), Health.MOVING, "no node has come yet"),
        (read({}, 0), Health.EMPTY, "no nodes"),
        (read({}, None), Health.EMPTY, "no nodes"),
        (read({"deallocated": 4}), Health.EMPTY, "its nodes are deallocated"),
        (read({"idle": 1}, "four"), Health.WELL, "1 node idle or running"),
    ],
    ids=lambda value: getattr(value, "why", None) if not isinstance(value, str) else None,
)
def test_how_a_pool_is(pool: PoolHealth, health: Health, why: str) -> None:
    assert (pool.health, pool.why) == (health, why)


def test_what_could_not_be_read_is_unknown_and_says_so() -> None:
    pool = PoolRead(TARGET, definition(), unread=["The nodes of its account could not be read."])
    told = judged(pool, shipped()[0])

    assert (told.health, told.why, told.nodes) == (Health.UNKNOWN, "its nodes could not be read", {})
    assert told.unread == "The nodes of its account could not be read."


def test_a_list_of_nodes_goes_before_counts_which_lag() -> None:
    nodes = (
        NodeFacts("b", NodeState.UNUSABLE, "2026-11-25T08:00:00Z"),
        NodeFacts("a", NodeState.UNUSABLE, "2026-11-25T07:00:00Z"),
        NodeFacts("c", NodeState.IDLE, "2026-11-20T07:00:00Z"),
    )
    told = judged(PoolRead(TARGET, definition(), {NodeState.IDLE: 3}, nodes), shipped()[0])

    assert (told.health, dict(told.nodes)) == (Health.ILL, {"unusable": 2, "idle": 1})
    assert told.since == "2026-11-25T07:00:00Z", "by the first of those that are down"
    assert list(told.nodes) == ["unusable", "idle"], "the worst first"


def test_an_error_of_the_extension_counts_although_the_nodes_work() -> None:
    nodes = (NodeFacts("a", NodeState.IDLE, "2026-11-25T07:00:00Z"),)
    seen = ExtensionSeen("kv", "a", ExtensionStatus.ERROR)
    told = judged(PoolRead(TARGET, definition(1), None, nodes, seen), shipped()[0])

    assert (told.health, told.why) == (Health.ATTENTION, "its extension reports an error")


def node(name: str, state: NodeState, since: str = "") -> NodeFacts:
    return NodeFacts(name, state, since)


@pytest.mark.parametrize(
    ("nodes", "chosen"),
    [
        ([node("a", NodeState.IDLE), node("b", NodeState.UNUSABLE), node("c", NodeState.STARTING)], "b"),
        ([node("a", NodeState.UNUSABLE, "2"), node("b", NodeState.UNUSABLE, "1")], "b"),
        ([node("a", NodeState.IDLE), node("c", NodeState.STARTING)], "c"),
        ([node("a", NodeState.CREATING), node("b", NodeState.PREEMPTED)], None),
        ([], None),
    ],
)
def test_the_worst_node_is_asked_for_its_extension(nodes: list[NodeFacts], chosen: str | None) -> None:
    found = looked_at(nodes)
    assert (found.id if found else None) == chosen
