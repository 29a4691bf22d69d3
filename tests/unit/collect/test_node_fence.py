"""What nobody foresaw in one node's answers ends that node, and no other."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KEY_VAULT
from troubleshooter.collect.fanout import collect_nodes
from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.wanted import wanted
from troubleshooter.errors import ExitCode, GaveUp
from troubleshooter.fence import SWITCH
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from troubleshooter.collect.nodes import NodeCollection
    from troubleshooter.collect.patience import Patience
    from troubleshooter.collect.roads.road import Reading


class Broken:
    """A road on which every node ends in its own way."""

    def __init__(self, ends: Mapping[str, Exception]) -> None:
        self._ends = ends

    def prepare(self, body: dict[str, Any], nodes: int) -> list[str]:
        del body, nodes
        return []

    def open(self, node: str, patience: Patience) -> AbstractContextManager[Reading]:
        patience.check("being opened")
        raise self._ends[node]


def collected(ends: Mapping[str, Exception]) -> tuple[NodeCollection, ...]:
    def keep(*_: object) -> Any:
        raise AssertionError("nothing arrived")

    return collect_nodes(
        Broken(ends), tuple(ends), keep, threading.Event(), lambda *_: None, wanted(KEY_VAULT)
    )


@pytest.mark.parametrize(
    ("bug", "name"),
    [(KeyError("x"), "KeyError"), (RecursionError(), "RecursionError"), (UnicodeError(), "UnicodeError")],
)
def test_what_nobody_foresaw_is_the_problem_of_that_node(
    bug: Exception, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    foreseen = ErrorText("n2 is not there.", "", "", int(ExitCode.GAVE_UP))
    found = collected({"n1": bug, "n2": NodeProblem(foreseen)})

    assert [each.node for each in found] == ["n1", "n2"]
    assert found[1].problem == foreseen
    problem = found[0].problem
    assert problem is not None
    assert problem.what == "Collecting from n1 ended."
    assert problem.why.startswith(f"A bug of ours: {name} was not foreseen (test_node_fence.py, line ")
    assert problem.exit_code == ExitCode.INCOMPLETE


@pytest.mark.parametrize("end", [GaveUp("the disk is full", "", ""), MemoryError(), OSError(28, "no room")])
def test_what_the_next_node_would_meet_too_ends_the_collection(end: Exception) -> None:
    with pytest.raises(type(end)):
        collected({"n1": end})
