"""What a journal's change events come to: what is open, seen, tried and known of each, and what was done."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from troubleshooter.engine.changes import Changes
from troubleshooter.engine.journal import Journal
from troubleshooter.engine.replay import Replay
from troubleshooter.model.change import (
    DELETED,
    DELETING,
    FINAL,
    JOB,
    JOB_SCHEDULE,
    NODE_USER,
    NODES,
    ORIGINAL,
    POOL,
    STAGE,
    TASKS,
    Act,
    Change,
    ChangeState,
    Verb,
)
from troubleshooter.model.event import Changed, EventKind
from troubleshooter.model.run import RunState
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Event = tuple[EventKind, dict[str, Any]]
TARGET = Target("00000000-0000-0000-0000-000000000001", "group", "account", "pool")
KINDS = (POOL, NODE_USER, ORIGINAL, JOB, JOB_SCHEDULE)
INTENDED, MADE, REMOVING, REMOVED, NEVER, UNKNOWN, CLOSED = (
    EventKind(f"change-{state}")
    for state in ("intended", "made", "removing", "removed", "never-made", "unknown", "closed")
)
GOING, GONE = {DELETING: True, DELETED: False}, {DELETED: True}


def at(number: int) -> str:
    """When the event was written that came so many after the run's first."""
    return f"2026-01-01T00:00:{number:02d}Z"


class Told:
    """One run's journal, read again from the disk for each look."""

    def __init__(self, folder: Path) -> None:
        ticks = itertools.count()
        self.journal = Journal(folder, lambda: at(next(ticks)))
        self.run = self.journal.new_run()
        begun = {"target": msgspec.to_builtins(TARGET), "playbook": "p", "steps": ["a"]}
        self.journal.append(self.run, [(EventKind.RUN_CREATED, begun)])

    def write(self, kind: str, *events: EventKind | Event, name: str = "it") -> RunState:
        for event in events:
            told, detail = event if isinstance(event, tuple) else (event, {})
            last = len(self.journal.events(self.run))
            self.journal.append(self.run, [(told, {"kind": kind, "id": name, "detail": detail})], after=last)
        state = Replay(self.journal).look(self.run)
        assert isinstance(state, RunState)
        return state

    def acts(self, kind: str, *events: EventKind | Event) -> list[tuple[str, str]]:
        return [(act.verb.value, act.how) for act in self.write(kind, *events).acts]


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    made = Told(tmp_path)
    yield made
    made.journal.close()


# How a change stands


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("event", "state", "seen"),
    [
        (INTENDED, ChangeState.INTENDED, False),
        (MADE, ChangeState.MADE, True),
        (REMOVING, ChangeState.REMOVING, False),
        (REMOVED, ChangeState.REMOVED, False),
        (NEVER, ChangeState.NEVER_MADE, False),
        (UNKNOWN, ChangeState.UNKNOWN, False),
        (CLOSED, ChangeState.CLOSED, False),
    ],
)
def test_each_event_leads_to_its_state_also_as_the_first(
    told: Told, kind: str, event: EventKind, state: ChangeState, seen: bool
) -> None:
    (change,) = told.write(kind, (event, {"a": 1, DELETING: True})).changes
    assert change == Change(kind, "it", state, {"a": 1, DELETING: True}, seen=seen, tried=at(1))
    assert change.moved == at(1)


@pytest.mark.parametrize(
    ("events", "seen"),
    [
        ([MADE, INTENDED], True),  # tried again while it stands
        ([MADE, REMOVING, INTENDED], True),
        ([MADE, UNKNOWN, INTENDED], True),
        ([MADE, REMOVED, INTENDED], False),  # begun anew
        ([MADE, CLOSED, INTENDED], False),
        ([MADE, NEVER, INTENDED], False),
        ([MADE, REMOVED, INTENDED, MADE], True),
        ([INTENDED, INTENDED], False),
        ([INTENDED, REMOVING], False),
        ([INTENDED, CLOSED], False),
        ([INTENDED, UNKNOWN, NEVER], False),
        ([INTENDED, REMOVED], False),
        ([MADE, REMOVING], True),
        ([MADE, REMOVED], True),
        ([MADE, CLOSED], True),
        ([MADE, UNKNOWN], True),
        ([MADE, MADE], True),
        ([MADE, REMOVING, UNKNOWN], True),
    ],
)
def test_what_was_made_is_seen_until_it_is_begun_anew(
    told: Told, events: list[EventKind], seen: bool
) -> None:
    (change,) = told.write(POOL, *events).changes
    assert change.seen is seen
    assert change.moved == at(len(events))


@pytest.mark.parametrize(
    ("events", "tried"),
    [
        ([INTENDED, INTENDED], 2),
        ([INTENDED, MADE], 1),
        ([INTENDED, REMOVING], 1),
        ([INTENDED, REMOVING, REMOVED], 1),
        ([INTENDED, NEVER], 1),
        ([INTENDED, CLOSED], 1),
        ([INTENDED, UNKNOWN], 2),  # the try had not ended before
        ([INTENDED, UNKNOWN, UNKNOWN], 2),  # looked for again is not tried again
        ([INTENDED, UNKNOWN, UNKNOWN, UNKNOWN], 2),
        ([INTENDED, UNKNOWN, CLOSED], 2),
        ([INTENDED, UNKNOWN, REMOVING, UNKNOWN], 4),
        ([INTENDED, UNKNOWN, INTENDED], 3),
        ([INTENDED, MADE, REMOVED, INTENDED, MADE], 4),
        ([UNKNOWN, UNKNOWN], 1),
        ([INTENDED, MADE, UNKNOWN], 3),
        ([INTENDED, CLOSED, UNKNOWN], 3),
    ],
)
def test_it_was_tried_when_it_was_last_intended_or_first_unknown(
    told: Told, events: list[EventKind], tried: int
) -> None:
    (change,) = told.write(JOB, *events).changes
    assert change.tried == at(tried)


@pytest.mark.parametrize(
    ("events", "detail"),
    [
        ([(INTENDED, {"a": 1}), (MADE, {"b": 2})], {"a": 1, "b": 2}),
        ([(INTENDED, {"a": 1}), (MADE, {"a": 2}), (REMOVING, {"a": 3})], {"a": 3}),
        ([(INTENDED, GOING | {"a": 1}), REMOVED, (INTENDED, GOING)], GOING | {"a": 1}),
        ([(INTENDED, GOING), (INTENDED, GONE)], {DELETING: True, DELETED: True}),
        ([(INTENDED, GOING), (INTENDED, {STAGE: FINAL})], {DELETING: True, DELETED: False, STAGE: FINAL}),
        ([(INTENDED, GONE), (REMOVING, {"a": 1})], {DELETED: True, "a": 1}),
        ([(INTENDED, GONE | {"a": 1}), MADE], {"a": 1}),
        ([(INTENDED, GOING | {"a": 1}), MADE], {"a": 1}),
        ([(INTENDED, GONE | {"a": 1}), REMOVED], {"a": 1}),
        ([(INTENDED, GONE | {"a": 1}), NEVER], {"a": 1}),
        ([(INTENDED, GONE | {"a": 1}), UNKNOWN], {"a": 1}),
        ([(INTENDED, GONE | {"a": 1}), CLOSED], {"a": 1}),
        ([(INTENDED, GONE), (MADE, GOING)], GOING),
    ],
)
def test_what_is_known_grows_and_that_it_is_away_ends_when_something_stands(
    told: Told, events: list[EventKind | Event], detail: dict[str, Any]
) -> None:
    (change,) = told.write(ORIGINAL, *events).changes
    assert change.detail == detail


@pytest.mark.parametrize(
    ("kind", "said", "goes"),
    [
        (ORIGINAL, {}, True),
        (ORIGINAL, {STAGE: "as the first journals said it"}, True),  # after "as it should be" by its letters
        (ORIGINAL, {STAGE: "a debug pool"}, True),  # before it
        (ORIGINAL, {STAGE: FINAL}, None),
        (ORIGINAL, {DELETING: False}, False),
        (ORIGINAL, {DELETED: False}, None),
        (ORIGINAL, {DELETED: True, STAGE: "x"}, None),
        (ORIGINAL, {DELETING: False, DELETED: True}, False),
        (POOL, {}, None),
        (NODE_USER, {}, None),
        (JOB, {STAGE: "x"}, None),
        (JOB_SCHEDULE, {}, None),
    ],
)
def test_an_intent_of_the_first_journals_meant_that_the_original_is_deleted(
    told: Told, kind: str, said: dict[str, Any], goes: bool | None
) -> None:
    (change,) = told.write(kind, (INTENDED, said)).changes
    assert change.detail.get(DELETING) is goes


def test_changes_are_told_apart_by_kind_and_name_in_their_order(told: Told) -> None:
    told.write(POOL, INTENDED)
    told.write(JOB, INTENDED, MADE)
    told.write(POOL, INTENDED, MADE, name="other")
    state = told.write(POOL, MADE)
    assert [(each.kind, each.id, each.state.value) for each in state.changes] == [
        (POOL, "it", "made"),
        (JOB, "it", "made"),
        (POOL, "other", "made"),
    ]
    assert [(each.kind, each.id, each.at) for each in state.acts] == [
        (JOB, "it", at(3)),
        (POOL, "other", at(5)),
        (POOL, "it", at(6)),
    ]


# What was done


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("event", [INTENDED, REMOVING, REMOVED, NEVER, UNKNOWN])
def test_what_was_only_meant_looked_for_or_never_made_is_no_act(
    told: Told, kind: str, event: EventKind
) -> None:
    assert told.acts(kind, event) == []


@pytest.mark.parametrize(
    ("kind", "made", "removed"),
    [
        (POOL, ("created", ""), ("removed", "")),
        (NODE_USER, ("created", ""), ("removed", "")),
        (JOB, ("disabled", ""), ("enabled", "")),
        (JOB_SCHEDULE, ("disabled", ""), ("enabled", "")),
        (ORIGINAL, None, ("settled", "")),
    ],
)
def test_what_was_made_and_taken_back(
    told: Told, kind: str, made: tuple[str, str] | None, removed: tuple[str, str]
) -> None:
    wanted = [act for act in (made, removed) if act]
    assert told.acts(kind, INTENDED, MADE, REMOVING, REMOVED, REMOVED) == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_removed_without_having_been_seen_was_not_removed_by_us(told: Told, kind: str) -> None:
    settled = [("settled", "")] if kind == ORIGINAL else []
    assert told.acts(kind, INTENDED, UNKNOWN, REMOVING, REMOVED) == settled


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("before", [REMOVED, NEVER, CLOSED])
def test_what_is_over_is_not_removed_again(told: Told, kind: str, before: EventKind) -> None:
    already = told.acts(kind, MADE, before)
    assert told.acts(kind, REMOVED) == already


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("events", [[CLOSED], [INTENDED, CLOSED], [INTENDED, UNKNOWN, CLOSED]])
def test_what_the_operator_closed_is_an_act(told: Told, kind: str, events: list[EventKind]) -> None:
    assert told.acts(kind, *events) == [("closed", "")]


@pytest.mark.parametrize(
    ("events", "verbs"),
    [
        ([(INTENDED, GOING), (INTENDED, GONE)], ["removed"]),
        ([(INTENDED, GOING), (INTENDED, GONE), (INTENDED, GONE)], ["removed"]),
        ([(INTENDED, GONE)], ["removed"]),
        ([(INTENDED, GOING), (INTENDED, {DELETED: False})], []),
        ([(INTENDED, GONE), (MADE, {})], ["removed", "created"]),
        ([(INTENDED, GONE), (MADE, {}), (INTENDED, GONE), (MADE, {})], ["removed", "created"] * 2),
        ([(INTENDED, GONE), (REMOVING, {}), (INTENDED, {}), (MADE, {})], ["removed", "created"]),
        ([(INTENDED, GOING), (MADE, {})], []),  # it stood all the while
        ([(INTENDED, GONE), (MADE, {}), (MADE, {})], ["removed", "created"]),
        ([(INTENDED, GONE), (MADE, {}), (REMOVED, {})], ["removed", "created", "settled"]),
        ([(INTENDED, GONE), (REMOVED, {})], ["removed", "settled"]),
        ([(REMOVING, GONE)], []),
        ([(MADE, GONE), (INTENDED, {})], []),
    ],
)
def test_the_original_is_removed_when_it_was_seen_to_be_gone_and_created_when_it_stands_again(
    told: Told, events: list[Event], verbs: list[str]
) -> None:
    assert [verb for verb, _ in told.acts(ORIGINAL, *events)] == verbs


@pytest.mark.parametrize("kind", [POOL, NODE_USER, JOB, JOB_SCHEDULE])
def test_of_nothing_else_an_intent_tells_that_it_is_gone(told: Told, kind: str) -> None:
    assert told.acts(kind, (INTENDED, GONE)) == []


@pytest.mark.parametrize("kind", [POOL, ORIGINAL])
@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        (1, 2, "2 nodes"),
        (2, 1, "1 node"),
        (3, 0, ""),
        (2, 2, None),
        (None, 300, "300 nodes"),
        (300, 300, None),
    ],
)
def test_what_stands_with_another_number_of_nodes_was_resized(
    told: Told, kind: str, before: int | None, after: int, how: str | None
) -> None:
    first = {} if before is None else {NODES: before}
    acts = told.acts(kind, (MADE, first), (MADE, {NODES: after}))
    assert [act for act in acts if act[0] == "resized"] == ([] if how is None else [("resized", how)])


def test_what_was_made_anew_was_not_resized(told: Told) -> None:
    events = [(MADE, {NODES: 1}), (REMOVING, {}), (MADE, {NODES: 2}), (UNKNOWN, {}), (MADE, {NODES: 3})]
    assert [verb for verb, _ in told.acts(POOL, *events)] == ["created"] * 3


@pytest.mark.parametrize(
    ("kind", "events", "told_how"),
    [
        (POOL, [(MADE, {STAGE: "debug", NODES: 1, TASKS: "x"})], ["debug, 1 node"]),
        (POOL, [(MADE, {NODES: 2})], ["2 nodes"]),
        (POOL, [(MADE, {STAGE: "debug", NODES: 0})], ["debug"]),
        (POOL, [(MADE, {STAGE: "debug"}), (MADE, {NODES: 4})], ["debug", "4 nodes"]),
        (POOL, [(MADE, {STAGE: "debug", NODES: 1}), (REMOVED, {})], ["debug, 1 node", ""]),
        (JOB, [(MADE, {TASKS: "requeue", STAGE: "x", NODES: 3}), (REMOVED, {})], ["requeue", ""]),
        (ORIGINAL, [(INTENDED, GONE | {STAGE: "debug"}), (REMOVED, {STAGE: FINAL, NODES: 2})], ["", FINAL]),
        (POOL, [(MADE, {STAGE: "debug", NODES: 1}), (CLOSED, {})], ["debug, 1 node", ""]),
    ],
)
def test_an_act_says_how_in_a_few_words(
    told: Told, kind: str, events: list[Event], told_how: list[str]
) -> None:
    assert [how for _, how in told.acts(kind, *events)] == told_how


def test_an_event_tells_its_own_act_and_what_was_asked_for_stays_as_it_was() -> None:
    changes = Changes()
    assert (changes.all, changes.acts) == ((), ())
    assert changes.add(INTENDED, Changed(POOL, "it"), at(1)) is None
    before = changes.all
    act = changes.add(MADE, Changed(POOL, "it", {NODES: 1}), at(2))
    assert act == Act(POOL, "it", Verb.CREATED, at(2), "1 node")
    assert [change.state for change in before] == [ChangeState.INTENDED]
    assert ([change.state for change in changes.all], changes.acts) == ([ChangeState.MADE], (act,))
    assert (changes.all is changes.all, changes.acts is changes.acts) == (True, True)  # put together once
