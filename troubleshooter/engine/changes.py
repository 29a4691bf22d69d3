"""What a run made or changed, taken from its change events one by one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troubleshooter.model.change import (
    DELETED,
    DELETING,
    FINAL,
    JOB,
    JOB_SCHEDULE,
    NODES,
    ORIGINAL,
    STAGE,
    TASKS,
    Act,
    Change,
    ChangeState,
    Verb,
)
from troubleshooter.model.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.event import Changed

_STATES: Mapping[EventKind, ChangeState] = MappingProxyType(
    {
        EventKind.CHANGE_INTENDED: ChangeState.INTENDED,
        EventKind.CHANGE_MADE: ChangeState.MADE,
        EventKind.CHANGE_REMOVING: ChangeState.REMOVING,
        EventKind.CHANGE_REMOVED: ChangeState.REMOVED,
        EventKind.CHANGE_NEVER_MADE: ChangeState.NEVER_MADE,
        EventKind.CHANGE_UNKNOWN: ChangeState.UNKNOWN,
        EventKind.CHANGE_CLOSED: ChangeState.CLOSED,
    }
)


class Changes:
    """By kind and id, in the order in which they were begun. An event costs the same, however many came."""

    def __init__(self) -> None:
        self._changes: dict[tuple[str, str], Change] = {}
        self._acts: list[Act] = []
        self._told: tuple[tuple[Change, ...], tuple[Act, ...]] | None = None
        """Put together when it is asked for."""

    def add(self, kind: EventKind, body: Changed, at: str) -> Act | None:
        """Take in one more event; what it tells to have been done."""
        to = _STATES[kind]
        key = (body.kind, body.id)
        known = self._changes.get(key)
        intended = to is ChangeState.INTENDED
        begins = known is None or not known.open
        comes_again = to is ChangeState.UNKNOWN and known is not None and known.state is ChangeState.REMOVED
        first_unknown = to is ChangeState.UNKNOWN and known is not None and known.state is not to
        change = Change(
            *key,
            to,
            _detail({} if known is None else known.detail, body, to),
            seen=to is ChangeState.MADE
            or (known is not None and known.seen and not ((intended and begins) or comes_again)),
            tried=known.tried
            if known is not None and not (intended or (first_unknown and not comes_again))
            else at,
            moved=at,
        )
        verb = _verb(known, change)
        act = Act(*key, verb, at, _how(verb, change)) if verb else None
        if act is not None:
            self._acts.append(act)
        self._changes[key] = change
        self._told = None
        return act

    @property
    def all(self) -> tuple[Change, ...]:
        return self._tell()[0]

    @property
    def acts(self) -> tuple[Act, ...]:
        return self._tell()[1]

    def _tell(self) -> tuple[tuple[Change, ...], tuple[Act, ...]]:
        if self._told is None:
            self._told = tuple(self._changes.values()), tuple(self._acts)
        return self._told


def _verb(before: Change | None, now: Change) -> Verb | None:
    """What was done, if this event tells that something was: an intent alone is no act."""
    was_gone = before is not None and bool(before.detail.get(DELETED))
    if now.kind == ORIGINAL and now.state is ChangeState.INTENDED:
        return Verb.REMOVED if now.detail.get(DELETED) and not was_gone else None
    if now.state is ChangeState.MADE:
        if before is not None and before.state is ChangeState.MADE:
            grown = before.detail.get(NODES) != now.detail.get(NODES)
            return Verb.RESIZED if grown else None
        if now.kind == ORIGINAL:
            return Verb.CREATED if was_gone else None
        return Verb.DISABLED if now.kind in {JOB, JOB_SCHEDULE} else Verb.CREATED
    return _ended(before, now)


def _ended(before: Change | None, now: Change) -> Verb | None:
    if now.state is ChangeState.CLOSED:
        return Verb.CLOSED
    if now.state is not ChangeState.REMOVED or before is None or not before.open:
        return None
    if now.kind == ORIGINAL:
        return Verb.SETTLED
    if not now.seen:
        return None
    return Verb.ENABLED if now.kind in {JOB, JOB_SCHEDULE} else Verb.REMOVED


def _how(verb: Verb | None, change: Change) -> str:
    nodes = change.detail.get(NODES)
    size = f"{nodes} node{'s' * (nodes != 1)}" if nodes else ""
    words = {
        Verb.CREATED: (change.detail.get(STAGE), size),
        Verb.RESIZED: (size,),
        Verb.SETTLED: (change.detail.get(STAGE),),
        Verb.DISABLED: (change.detail.get(TASKS),),
    }
    return ", ".join(str(word) for word in words.get(verb, ()) if word) if verb else ""


def _detail(before: Mapping[str, Any], body: Changed, to: ChangeState) -> Mapping[str, Any]:
    """What is known of a change. That the original is away ends with whatever stands under its id again."""
    if to is ChangeState.INTENDED:
        return {**before, **_told_of_old(body.kind, body.detail)}
    gone = {DELETING, DELETED} if to is not ChangeState.REMOVING else set()
    return {**{key: value for key, value in before.items() if key not in gone}, **body.detail}


def _told_of_old(kind: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first journals did not say that the original was going to be deleted: their intent meant it."""
    if kind != ORIGINAL or DELETING in said or DELETED in said or said.get("stage") == FINAL:
        return said
    return {**said, DELETING: True}
