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
    from collections.abc import Callable, Mapping

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
_JOBS = frozenset({JOB, JOB_SCHEDULE})
_AWAY = frozenset({DELETING, DELETED})


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
        change = Change(
            *key,
            to,
            _detail({} if known is None else known.detail, body, to),
            seen=_seen(known, to),
            tried=_tried(known, to) or at,
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


def _seen(known: Change | None, to: ChangeState) -> bool:
    """Whether it was ever known to be made; what is begun anew was not."""
    match to:
        case ChangeState.MADE:
            return True
        case ChangeState.INTENDED:
            return known is not None and known.open and known.seen
        case _:
            return known is not None and known.seen


def _tried(known: Change | None, to: ChangeState) -> str:
    """When making it was tried before this; empty where nothing tells, or this is a try, or its end."""
    match to:
        case ChangeState.INTENDED:
            return ""
        case ChangeState.UNKNOWN:
            return known.tried if known is not None and known.state is to else ""
        case _:
            return "" if known is None else known.tried


def _detail(before: Mapping[str, Any], body: Changed, to: ChangeState) -> Mapping[str, Any]:
    """What is known of a change. That the original is away ends with whatever stands under its id again."""
    match to:
        case ChangeState.INTENDED:
            return {**before, **_told_of_old(body.kind, body.detail)}
        case ChangeState.REMOVING:
            return {**before, **body.detail}
        case _:
            return {**{key: value for key, value in before.items() if key not in _AWAY}, **body.detail}


def _told_of_old(kind: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first journals did not say that the original was going to be deleted: their intent meant it."""
    if kind != ORIGINAL or DELETING in said or DELETED in said or said.get(STAGE) == FINAL:
        return said
    return {**said, DELETING: True}


def _verb(before: Change | None, now: Change) -> Verb | None:
    """What was done, if this event tells that something was."""
    tell = _TELLS.get(now.state)
    return tell(before, now) if tell else None


def _intended(before: Change | None, now: Change) -> Verb | None:
    """An intent alone is no act; that of the original says when it was seen to be gone."""
    gone = now.kind == ORIGINAL and now.detail.get(DELETED) and not _was_gone(before)
    return Verb.REMOVED if gone else None


def _made(before: Change | None, now: Change) -> Verb | None:
    if before is not None and before.state is ChangeState.MADE:
        return Verb.RESIZED if before.detail.get(NODES) != now.detail.get(NODES) else None
    if now.kind == ORIGINAL:
        return Verb.CREATED if _was_gone(before) else None
    return Verb.DISABLED if now.kind in _JOBS else Verb.CREATED


def _removed(before: Change | None, now: Change) -> Verb | None:
    if before is None or not before.open:
        return None
    if now.kind == ORIGINAL:
        return Verb.SETTLED
    if not now.seen:
        return None
    return Verb.ENABLED if now.kind in _JOBS else Verb.REMOVED


def _closed(_: Change | None, __: Change) -> Verb:
    return Verb.CLOSED


def _was_gone(before: Change | None) -> bool:
    return before is not None and bool(before.detail.get(DELETED))


_TELLS: Mapping[ChangeState, Callable[[Change | None, Change], Verb | None]] = MappingProxyType(
    {
        ChangeState.INTENDED: _intended,
        ChangeState.MADE: _made,
        ChangeState.REMOVED: _removed,
        ChangeState.CLOSED: _closed,
    }
)


def _how(verb: Verb, change: Change) -> str:
    nodes = change.detail.get(NODES)
    size = f"{nodes} node{'' if nodes == 1 else 's'}" if nodes else ""
    words = {
        Verb.CREATED: (change.detail.get(STAGE), size),
        Verb.RESIZED: (size,),
        Verb.SETTLED: (change.detail.get(STAGE),),
        Verb.DISABLED: (change.detail.get(TASKS),),
    }
    return ", ".join(str(word) for word in words.get(verb, ()) if word)
