"""Eventual consistency: what a read gets that meets a replica which has not heard of the newest changes.

That reads of Azure Batch may be stale is inferred (azure.md); a lag of exactly one answer is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.simulator.around.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.wire.exchange import Answer, Call
    from troubleshooter.simulator.world.world import World

_MOST = 4096


class Replica:
    """Remembers the newest answer to each read."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, tuple[tuple[str, str], ...]], Answer] = {}

    def remember(self, call: Call, answer: Answer) -> None:
        if call.method == "GET":
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[_key(call)] = answer

    def stale(
        self, call: Call, parts: Mapping[str, str], world: World, words: Mapping[int, tuple[str, str]]
    ) -> Answer | None:
        """The answer before the newest; None where it would be no other. A new pool is not known yet."""
        if (known := self._answers.get(_key(call))) is not None:
            return known
        pool = world.pools.get(parts.get("pool", ""))
        if call.method == "GET" and pool is not None and not pool.found:
            raise Refusal(404, *words[404])
        return None


def _key(call: Call) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return call.base, call.path, tuple(sorted(call.query.items()))
