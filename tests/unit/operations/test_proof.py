"""When looking at nodes that wait for their extension comes to an end."""

from __future__ import annotations

import pytest

from troubleshooter.model.facts import ExtensionFacts, ExtensionStatus, NodeFacts, NodeState, PoolProgress
from troubleshooter.operations.node_watch import Snapshot
from troubleshooter.operations.proof import _PATIENCE, _Judge

UNUSABLE, IDLE, STARTING = NodeState.UNUSABLE, NodeState.IDLE, NodeState.STARTING


def seen(
    state: NodeState, status: ExtensionStatus = ExtensionStatus.TRANSITIONING, allocation: str = "steady"
) -> Snapshot:
    view = ExtensionFacts("kv", "KeyVaultForLinux", "Microsoft.Azure.KeyVault", "3.0", status, "")
    return Snapshot(PoolProgress("active", allocation, 1, 1), (NodeFacts("n", state),), {"n": view})


def looks(judge: _Judge, found: Snapshot, most: int = 3 * _PATIENCE) -> int:
    """After how many looks it is content; `most` where it is not."""
    return next((at for at in range(1, most) if judge(found) is found), most)


def test_nodes_that_stay_as_they_are_are_given_up_after_a_while() -> None:
    assert looks(_Judge(1), seen(UNUSABLE)) == _PATIENCE


def test_whatever_moves_begins_the_patience_anew() -> None:
    judge = _Judge(1)
    assert [judge(seen(UNUSABLE)) for _ in range(_PATIENCE - 1)] == [None] * (_PATIENCE - 1)
    assert judge(seen(STARTING)) is None
    assert looks(judge, seen(UNUSABLE)) == _PATIENCE


@pytest.mark.parametrize(
    "found",
    [seen(UNUSABLE, ExtensionStatus.ERROR), seen(IDLE, ExtensionStatus.SUCCESS)],
    ids=["failed for good", "well"],
)
def test_what_is_certain_is_taken_at_once(found: Snapshot) -> None:
    assert looks(_Judge(1), found) == 1


@pytest.mark.parametrize(
    "found",
    [seen(STARTING), seen(IDLE), seen(UNUSABLE, allocation="resizing")],
    ids=["starting", "idle without a report", "the pool still moves"],
)
def test_what_may_still_move_is_not_given_up(found: Snapshot) -> None:
    assert looks(_Judge(2), found) > _PATIENCE or found.settled


@pytest.mark.parametrize(
    ("states", "settled"),
    [
        (["idle", "preempted"], True),  # goes on with the others
        (["unusable", "preempted"], True),
        (["starting", "preempted"], False),
        (["preempted"], False),  # another is waited for
        (["preempted", "preempted"], False),
    ],
)
def test_what_was_taken_away_is_waited_for_only_where_nothing_else_is_left(
    states: list[str], settled: bool
) -> None:
    nodes = tuple(NodeFacts(f"n{number}", NodeState(state)) for number, state in enumerate(states))
    assert Snapshot(PoolProgress("active", "steady", 2, 2), nodes, {}).settled is settled
