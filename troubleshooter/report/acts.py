"""What was done in Azure, act by act, in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from troubleshooter.model.change import (
    DELETED,
    DELETING,
    FINAL,
    JOB,
    JOB_SCHEDULE,
    NODE_USER,
    ORIGINAL,
    OWN_JOB,
    POOL,
    STAGE,
    ChangeState,
    Verb,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.model.change import Act, Change

KINDS = {
    POOL: "pool",
    NODE_USER: "node user",
    OWN_JOB: "job with tasks",
    ORIGINAL: "original pool",
    JOB: "job",
    JOB_SCHEDULE: "job schedule",
}
_OF_THE_ORIGINAL = {Verb.CREATED: "created again", Verb.REMOVED: "deleted", Verb.SETTLED: "stands"}


def acts_told(acts: Iterable[Act]) -> Iterator[tuple[str, str]]:
    """When, and what was done; the same with many node users is one line, at the time of the last."""
    for _, same in groupby(acts, lambda act: (act.kind, act.verb) if act.kind == NODE_USER else act):
        together = list(same)
        last = together[-1]
        yield last.at, told(last) if len(together) == 1 else f"{len(together)} node users {last.verb}"


def told(act: Act) -> str:
    """One act: original pool render-pool deleted."""
    verb = _OF_THE_ORIGINAL.get(act.verb, act.verb.value) if act.kind == ORIGINAL else act.verb.value
    name = _name(act.id) if act.kind == NODE_USER else act.id
    how = f" {act.how}" if act.verb is Verb.SETTLED else f" ({act.how})" if act.how else ""
    return f"{KINDS.get(act.kind, act.kind)} {name} {verb}{how}"


def doing(change: Change) -> str:
    """What is being done about it now: deleting original pool render-pool. Empty where nothing is."""
    named = (
        f"{KINDS.get(change.kind, change.kind)} {_name(change.id) if change.kind == NODE_USER else change.id}"
    )
    if change.kind == ORIGINAL:
        return _on_the_original(change).format(named)
    there_before = change.kind in {JOB, JOB_SCHEDULE}
    match change.state:
        case ChangeState.INTENDED:
            return f"{'disabling' if there_before else 'creating'} {named}"
        case ChangeState.REMOVING:
            return f"{'enabling' if there_before else 'removing'} {named}"
        case _:
            return ""


def _on_the_original(change: Change) -> str:
    if change.state is not ChangeState.INTENDED:
        return ""
    if change.detail.get(DELETED):
        return "creating {} again"
    if change.detail.get(DELETING):
        return "deleting {}"
    return "taking this run's marks off {}" if change.detail.get(STAGE) == FINAL else ""


def _name(user: str) -> str:
    """POOL/NODE/USER in words."""
    pool, _, rest = user.partition("/")
    node, _, name = rest.partition("/")
    return f"{name} on {node} of {pool}" if name else user
