"""How far a collection from many nodes has come, as it is told."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from troubleshooter.collect.fanout import _follow
from troubleshooter.collect.nodes import NodeCollection
from troubleshooter.model.step import ErrorText


def ended(node: str, problem: ErrorText | None = None) -> Future[NodeCollection]:
    future: Future[NodeCollection] = Future()
    future.set_result(NodeCollection(node, problem=problem))
    return future


def test_nodes_that_end_at_once_are_counted_one_after_the_other() -> None:
    nodes = ("tvm-1", "tvm-2", "tvm-3")
    broken = ErrorText("broke off", "", "", 7)
    futures = {ended(node, broken if node == "tvm-2" else None): node for node in nodes}
    told: list[tuple[int, int, int, str]] = []
    _follow(futures, threading.Event(), lambda *progress: told.append(progress))
    assert told == [(1, 0, 3, "tvm-1"), (1, 1, 3, "tvm-2"), (2, 1, 3, "tvm-3")]
