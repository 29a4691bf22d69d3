"""Collects from many nodes at once: a bounded number of threads, one result for each node, order kept."""

from __future__ import annotations

from collections import deque
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

from troubleshooter.apart import Outcome, begin
from troubleshooter.collect.node import collect_node
from troubleshooter.collect.room import Room
from troubleshooter.errors import Interrupted
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from troubleshooter.collect.nodes import Keep, NodeCollection
    from troubleshooter.collect.roads.road import Way
    from troubleshooter.collect.wanted import Wanted

    Progress = Callable[[int, int, int, str], None]

AT_ONCE = 8
"""Threads. More of them hold the interpreter so long that the screen stands still (0.7 s with 32)."""
_LOOK = 0.1


def collect_nodes(
    road: Way,
    nodes: Sequence[str],
    keep: Keep,
    cancel: Event,
    on_progress: Progress,
    wanted: Wanted,
    at_once: int = AT_ONCE,
) -> tuple[NodeCollection, ...]:
    """Collect from every node; a node that fails is a result with its problem.

    `keep` is called in the threads, several at a time; what it raises ends the collection.
    `on_progress(done, failed, total, latest node)` is called in the caller's thread.
    """
    ended, room = Event(), Room()
    crew = _Crew(nodes, at_once, lambda node: collect_node(road, node, keep, ended, wanted, room))
    try:
        return crew.work(cancel, on_progress)
    finally:
        ended.set()  # whoever is still at it hears this within a tenth of a second, or at the end of a file


class _Crew:
    """Takes one node after the other. Its threads do not keep the process alive: none is waited for."""

    def __init__(self, nodes: Sequence[str], at_once: int, visit: Callable[[str], NodeCollection]) -> None:
        self._nodes = tuple(nodes)
        self._at_once = at_once
        self._visit = visit
        self._waiting = deque(nodes)
        self._over: SimpleQueue[tuple[str, Outcome[NodeCollection]]] = SimpleQueue()

    def work(self, cancel: Event, on_progress: Progress) -> tuple[NodeCollection, ...]:
        """Report progress until every node is done; raise what a thread raised, and Interrupted on cancel."""
        for number in range(min(self._at_once, len(self._nodes))):
            begin(self._run, f"collect_{number}")
        found: dict[str, NodeCollection] = {}
        failed, total = 0, len(self._nodes)
        try:
            while len(found) < total:
                if cancel.is_set():
                    raise _cancelled(tuple(found.values()), total)
                try:
                    node, outcome = self._over.get(timeout=_LOOK)
                except Empty:
                    continue
                found[node] = outcome.result()
                failed += found[node].problem is not None
                on_progress(len(found) - failed, failed, total, node)
        finally:
            self._waiting.clear()
        return tuple(found[node] for node in self._nodes)

    def _run(self) -> None:
        while True:
            try:
                node = self._waiting.popleft()
            except IndexError:
                return
            self._over.put((node, Outcome(partial(self._visit, node))))


def _cancelled(found: tuple[NodeCollection, ...], total: int) -> Halted:
    return Halted(
        f"Cancelled with {total - len(found)} of {counted(total, 'node')} still outstanding.",
        "The operator asked to stop.",
        "Resume the run to collect again.",
        found,
    )


class Halted(Interrupted):
    """The operator asked to stop; what had come by then is not lost."""

    def __init__(self, what: str, why: str, do: str, found: tuple[NodeCollection, ...]) -> None:
        super().__init__(what, why, do)
        self.found = found
        """Of the nodes that were done."""
