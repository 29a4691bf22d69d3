"""What was done in Azure, act by act, in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from troubleshooter.model.change import JOB, JOB_SCHEDULE, NODE_USER, ORIGINAL, POOL, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.model.change import Act

KINDS = {
    POOL: "pool",
    NODE_USER: "node user",
    ORIGINAL: "original pool",
    JOB: "job",
    JOB_SCHEDULE: "job schedule",
}
_OF_THE_ORIGINAL = {Verb.CREATED: "created again", Verb.REMOVED: "deleted", Verb.SETTLED: "left to itself"}


def acts_told(acts: Iterable[Act]) -> Iterator[tuple[str, str]]:
    """When, and what was done; the same with many node users is one line, at the time of the last."""
    for _, same in groupby(acts, lambda act: (act.kind, act.verb) if act.kind == NODE_USER else act):
        together = list(same)
        last = together[-1]
        yield last.at, told(last) if len(together) == 1 else f"{len(together)} node users {last.verb}"


def told(act: Act) -> str:
    """One act: original pool render-pool deleted."""
    verb = _OF_THE_ORIGINAL.get(act.verb, act.verb.value) if act.kind == ORIGINAL else act.verb.value
    pool, _, rest = act.id.partition("/")
    node, _, user = rest.partition("/")
    name = f"{user} on {node} of {pool}" if act.kind == NODE_USER and user else act.id
    return f"{KINDS.get(act.kind, act.kind)} {name} {verb}" + (f" ({act.how})" if act.how else "")
