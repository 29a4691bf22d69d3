"""How far a collection from many nodes has come, as it is told; and what ends it."""

from __future__ import annotations

import threading

import pytest

from troubleshooter.collect.fanout import AT_ONCE, _Crew
from troubleshooter.collect.nodes import NodeCollection
from troubleshooter.errors import Interrupted
from troubleshooter.model.step import ErrorText

BROKEN = ErrorText("broke off", "", "", 7)


def told_by(nodes: list[str], *bad: str) -> tuple[list[tuple[int, int, int, str]], list[str]]:
    """What is told on the way, and the nodes in the order of the results."""
    told: list[tuple[int, int, int, str]] = []
    crew = _Crew(nodes, 8, lambda node: NodeCollection(node, problem=BROKEN if node in bad else None))
    found = crew.work(threading.Event(), lambda *progress: told.append(progress))
    return told, [each.node for each in found]


def test_nodes_are_counted_one_after_the_other_and_their_order_is_kept() -> None:
    nodes = [f"tvm-{number}" for number in range(3 * AT_ONCE)]
    told, found = told_by(nodes, "tvm-2")
    assert [done + failed for done, failed, _, _ in told] == list(range(1, len(nodes) + 1))
    assert told[-1][:3] == (len(nodes) - 1, 1, len(nodes))
    assert sorted(node for *_, node in told) == sorted(nodes)
    assert found == nodes


def test_no_node_is_no_work() -> None:
    assert told_by([]) == ([], [])


def test_what_a_thread_raised_ends_the_work_and_nobody_else_is_visited() -> None:
    visited: list[str] = []
    go = threading.Event()

    def visit(node: str) -> NodeCollection:
        visited.append(node)
        if node == "tvm-0":
            raise KeyError(node)
        go.wait()
        return NodeCollection(node)

    nodes = [f"tvm-{number}" for number in range(100 * AT_ONCE)]
    with pytest.raises(KeyError):
        _Crew(nodes, 8, visit).work(threading.Event(), lambda *_: None)
    go.set()
    for each in threading.enumerate():
        if each.name.startswith("collect_"):
            each.join()
    assert len(visited) <= AT_ONCE + 1


def test_a_cancel_waits_for_no_thread() -> None:
    cancel, never = threading.Event(), threading.Event()

    def visit(node: str) -> NodeCollection:
        cancel.set()
        never.wait()
        return NodeCollection(node)

    with pytest.raises(Interrupted, match="Cancelled with 2 of 2 nodes still outstanding"):
        _Crew(["tvm-1", "tvm-2"], 8, visit).work(cancel, lambda *_: None)
    assert all(each.daemon for each in threading.enumerate() if each.name.startswith("collect_"))
    never.set()
