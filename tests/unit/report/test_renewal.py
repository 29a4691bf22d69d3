"""How nodes that stay unusable are made anew: with the pool's own size, and never those that are well."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.model.handover import Capacity, PoolInShort, Quota, Surveyed
from troubleshooter.model.run import RunState
from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.model.target import Target
from troubleshooter.report.renewal import renewal, smaller

TWO_CORES_EACH = Capacity(2, (Quota("cores", 4, 0),))


def surveyed(pool: PoolInShort, counts: dict[str, int], **fields: Any) -> RunState:
    output = Surveyed("https://a.example", pool=pool, counts=counts, **fields)
    steps = (StepRecord("survey", StepState.DONE, output=output),)
    return RunState("1", Target("s", "g", "acc", "my pool"), "kv", "", "", steps)


def test_where_all_are_unusable_the_pool_goes_to_nothing_and_back_to_its_size() -> None:
    found = renewal(surveyed(PoolInShort("", 2, True, 2), {"unusable": 2}))

    assert found.how == "resize the pool to 0 nodes and, once they are gone, back to 2"
    login, none, wait, back = found.commands.split(" &&\n")
    assert login == "az batch account login --name acc --resource-group g"
    assert none == "az batch pool resize --pool-id 'my pool' --target-dedicated-nodes 0"
    assert wait.startswith("until [")
    assert back == "az batch pool resize --pool-id 'my pool' --target-dedicated-nodes 2"


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"idle": 1, "unusable": 1}, "remove it alone"),
        ({"running": 3, "unusable": 2}, "remove them alone"),
    ],
)
def test_nodes_that_are_well_are_not_stopped_for_those_that_are_not(
    counts: dict[str, int], told: str
) -> None:
    size = sum(counts.values())
    found = renewal(surveyed(PoolInShort("", size, True, size), counts))

    assert found.how.startswith(told)
    assert found.how.count("with the tasks") == 1
    assert "-nodes 0" not in found.commands
    assert "eq 'unusable'" in found.commands.splitlines()[1]
    assert found.commands.endswith(f"--target-dedicated-nodes {size}")


def test_a_pool_of_spot_nodes_keeps_its_kind() -> None:
    found = renewal(surveyed(PoolInShort("", 3, True, 0, 3), {"unusable": 3}))
    assert "dedicated" not in found.commands
    assert found.commands.endswith("--target-low-priority-nodes 3")


def test_a_pool_of_both_kinds_comes_back_with_both() -> None:
    found = renewal(surveyed(PoolInShort("", 3, True, 1, 2), {"unusable": 3}))
    assert found.commands.endswith("--target-dedicated-nodes 1 --target-low-priority-nodes 2")


def test_a_formula_is_changed_by_who_wrote_it() -> None:
    found = renewal(surveyed(PoolInShort("", 2, True, 2, 0, True), {"unusable": 2}))
    assert "formula" in found.how
    assert found.commands == ""


def test_without_the_size_no_command_is_made_up() -> None:
    """Runs of earlier versions did not write it down."""
    found = renewal(surveyed(PoolInShort("", 2, True), {"unusable": 2}))
    assert found.how == "resize the pool to 0 nodes and back"
    assert found.commands == ""


@pytest.mark.parametrize(
    ("pool", "counts", "capacity", "left"),
    [
        (PoolInShort("", 2, True, 2), {"unusable": 2}, TWO_CORES_EACH, (1, 0)),
        (PoolInShort("", 2, True, 0, 2), {"unusable": 2}, TWO_CORES_EACH, (0, 1)),
        (PoolInShort("", 2, True, 2), {"unusable": 1, "idle": 1}, TWO_CORES_EACH, None),
        (PoolInShort("", 2, True, 2), {"unusable": 2}, None, None),
        (PoolInShort("", 2, True, 2), {"unusable": 2}, Capacity(unknown="not read"), None),
        (PoolInShort("", 2, True, 2), {"unusable": 2}, Capacity(2, (Quota("cores", 8, 4),)), None),
        (PoolInShort("", 2, True, 2, 0, True), {"unusable": 2}, TWO_CORES_EACH, None),
    ],
)
def test_it_makes_room_by_its_own_unusable_nodes_alone(
    pool: PoolInShort, counts: dict[str, int], capacity: Capacity | None, left: tuple[int, int] | None
) -> None:
    less = smaller(surveyed(pool, counts, capacity=capacity), 1)
    assert (less and (less.dedicated, less.spot)) == left
