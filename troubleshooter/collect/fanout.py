"""Collects from many nodes at once: a bounded number of threads, one result for each node, order kept."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from troubleshooter.collect.node import collect_node
from troubleshooter.errors import Interrupted
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from troubleshooter.collect.nodes import Keep, NodeCollection
    from troubleshooter.collect.roads.road import Road
    from troubleshooter.collect.wanted import Wanted
    from troubleshooter.model.run import KeptFile

    Progress = Callable[[int, int, int, str], None]

_AT_ONCE = 8
"""Threads. More of them hold the interpreter so long that the screen stands still (0.7 s with 32)."""
_LOOK = 0.1


def collect_nodes(
    road: Road,
    nodes: Sequence[str],
    keep: Keep,
    cancel: threading.Event,
    on_progress: Progress,
    wanted: Wanted,
) -> tuple[NodeCollection, ...]:
    """Collect from every node; a node that fails is a result with its problem.

    `keep` is called in the threads, one call at a time; what it raises ends the collection.
    `on_progress(done, failed, total, latest node)` is called in the caller's thread.
    """
    one_at_a_time = threading.Lock()
    ended = threading.Event()

    def keep_in_turn(node: str, name: str, data: bytes, sha256_read: str, cut: str) -> KeptFile:
        with one_at_a_time:
            return keep(node, name, data, sha256_read, cut)

    pool = ThreadPoolExecutor(min(_AT_ONCE, max(1, len(nodes))), thread_name_prefix="collect")
    try:
        futures = {pool.submit(collect_node, road, node, keep_in_turn, ended, wanted): node for node in nodes}
        _follow(futures, cancel, on_progress)
        return tuple(future.result() for future in futures)
    finally:
        ended.set()  # whoever is still at it hears this within a tenth of a second
        pool.shutdown(wait=False, cancel_futures=True)


def _follow(
    futures: Mapping[Future[NodeCollection], str],
    cancel: threading.Event,
    on_progress: Progress,
) -> None:
    """Report progress until every node is done; raise what a thread raised, and Interrupted on cancel."""
    over, failed, pending = 0, 0, set(futures)
    while pending:
        if cancel.is_set():
            raise Interrupted(
                f"Cancelled with {len(pending)} of {counted(len(futures), 'node')} still outstanding.",
                "The operator asked to stop.",
                "Resume the run to collect again.",
            )
        done, pending = wait(pending, _LOOK, FIRST_COMPLETED)
        for future in (each for each in futures if each in done):  # some end at once: one after the other
            over += 1
            failed += future.result().problem is not None
            on_progress(over - failed, failed, len(futures), futures[future])
