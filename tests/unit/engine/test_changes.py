"""What the journal says of a change: seen or not, away or not, and how often a step has led back."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.engine.conftest import GATES, run_to_rest, step
from troubleshooter.engine.outcome import exit_code
from troubleshooter.engine.runner import ROUNDS
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import GaveUp, Interrupted, NotFound, NotPermitted, Refused
from troubleshooter.model.change import DELETED, DELETING, FINAL, JOB, ORIGINAL, POOL, ChangeState
from troubleshooter.model.event import EventKind
from troubleshooter.model.playbook import Playbook
from troubleshooter.model.step import StepState
from troubleshooter.operations.closing import close_change
from troubleshooter.operations.undo import each_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.engine.conftest import Bench
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState

Event = tuple[EventKind, str, dict[str, Any]]
INTENDED, MADE, REMOVING, REMOVED = (
    EventKind.CHANGE_INTENDED,
    EventKind.CHANGE_MADE,
    EventKind.CHANGE_REMOVING,
    EventKind.CHANGE_REMOVED,
)
UNKNOWN, NEVER = EventKind.CHANGE_UNKNOWN, EventKind.CHANGE_NEVER_MADE


def told(bench: Bench, kind: str, *events: tuple[EventKind, dict[str, Any]]) -> RunState:
    """A run whose one step wrote these events about one thing."""

    def act(ctx: StepContext) -> StepOutcome:
        for event, detail in events:
            ctx.write_change(event, kind, "it", detail)
        return StepOutcome("done")

    return run_to_rest(bench.start(Playbook("p", "P", "", (step("clean-up"),)), {"clean-up": act}))


@pytest.mark.parametrize(
    ("events", "unknown", "open_"),
    [
        ([(INTENDED, {})], True, True),
        ([(INTENDED, {}), (UNKNOWN, {})], True, True),
        ([(INTENDED, {}), (REMOVING, {})], True, True),
        ([(INTENDED, {}), (MADE, {})], False, True),
        ([(INTENDED, {}), (MADE, {}), (REMOVING, {})], False, True),
        ([(INTENDED, {}), (MADE, {}), (REMOVED, {})], False, False),
        ([(INTENDED, {}), (NEVER, {})], False, False),
        ([(INTENDED, {}), (MADE, {}), (REMOVED, {}), (INTENDED, {})], True, True),
        ([(INTENDED, {}), (MADE, {}), (INTENDED, {})], False, True),
        ([(INTENDED, {}), (UNKNOWN, {}), (EventKind.CHANGE_CLOSED, {})], False, False),
    ],
)
def test_what_was_never_seen_is_unknown_until_something_tells(
    bench: Bench, events: list[tuple[EventKind, dict[str, Any]]], *, unknown: bool, open_: bool
) -> None:
    state = told(bench, POOL, *events)

    (change,) = state.changes
    assert (change.unknown, change.open) == (unknown, open_)
    assert int(exit_code(state)) == (8 if unknown else 0)


@pytest.mark.parametrize(
    ("events", "gone"),
    [
        ([(INTENDED, {"stage": "x", DELETING: True, DELETED: False})], False),
        ([(INTENDED, {DELETING: True, DELETED: False}), (INTENDED, {DELETED: True})], True),
        ([(INTENDED, {DELETED: True}), (MADE, {})], None),
        ([(INTENDED, {DELETED: True}), (MADE, {}), (INTENDED, {DELETING: True, DELETED: False})], False),
        ([(INTENDED, {DELETING: True}), (NEVER, {})], None),
        ([(INTENDED, {DELETED: True}), (REMOVING, {})], True),
        ([(INTENDED, {DELETED: True}), (EventKind.CHANGE_CLOSED, {})], None),
        ([(MADE, {}), (INTENDED, {"stage": FINAL})], None),
        ([(INTENDED, {"stage": "as the first journals said it"})], False),
        ([(INTENDED, {"stage": "old"}), (INTENDED, {"deleted": True})], True),
    ],
)
def test_the_original_is_away_from_the_intent_to_delete_it_until_something_stands(
    bench: Bench, events: list[tuple[EventKind, dict[str, Any]]], gone: bool | None
) -> None:
    state = told(bench, ORIGINAL, *events)

    assert (state.away.gone if state.away else None) is gone
    assert not state.changes[0].unknown


def test_an_outcome_leads_back_three_times_and_no_more(bench: Bench) -> None:
    times: list[int] = []

    def changed(_: StepContext) -> StepOutcome:
        times.append(1)
        assert len(times) <= ROUNDS + 1, "it goes round and round"
        return StepOutcome("it changed", outcome="changed")

    def quick(_: StepContext) -> StepOutcome:
        return StepOutcome("done")

    book = Playbook("p", "P", "", (step("a"), step("b", on={"changed": "a"})))
    run = bench.start(book, {"a": quick, "b": changed})

    state = run_to_rest(run)

    record = state.step("b")
    assert (record.state, record.rounds, record.exit_code) == (StepState.FAILED, ROUNDS, 9)
    assert record.error is not None
    assert "it changed" in record.error.why


def test_time_spent_is_not_forgotten_when_steps_are_reset(bench: Bench) -> None:
    rounds: list[int] = []

    def slow(ctx: StepContext) -> StepOutcome:
        rounds.append(1)
        ctx.cancel.wait(0.02)
        return StepOutcome(
            "again" if len(rounds) < 3 else "done", outcome="changed" if len(rounds) < 3 else ""
        )

    run = bench.start(Playbook("p", "P", "", (step("a", on={"changed": "a"}),)), {"a": slow})

    assert run_to_rest(run).step("a").seconds >= 0.055


def failing(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def acted(bench: Bench, acts: dict[str, Callable[[], None]]) -> RunState:
    def act(ctx: StepContext) -> StepOutcome:
        each_of(ctx, acts)
        return StepOutcome("done")

    return run_to_rest(bench.start(Playbook("p", "P", "", (step("a"),)), {"a": act}))


def test_an_act_that_fails_stops_none_of_the_others_and_the_gravest_is_told(bench: Bench) -> None:
    done: list[str] = []
    acts = {
        "first": failing(GaveUp("No answer.", "", "")),
        "second": failing(NotPermitted("Not allowed.", "", "")),
        "third": lambda: done.append("third"),
    }

    state = acted(bench, acts)

    assert done == ["third"]
    assert state.step("a").exit_code == 6
    assert [note.text.split(" could")[0] for note in state.notes] == ["first", "second"]


def test_a_question_waits_until_the_other_acts_are_done(bench: Bench) -> None:
    done: list[str] = []

    def act(ctx: StepContext) -> StepOutcome:
        each_of(ctx, {"asks": lambda: _ask(ctx), "does": lambda: done.append("it")})
        return StepOutcome("done")

    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": act})

    state = run_to_rest(run)

    assert done == ["it"]
    assert state.question is not None


def _ask(ctx: StepContext) -> None:
    ctx.ask(GATES["waive"], "Go on?", {})


def test_a_cancel_stops_the_rest(bench: Bench) -> None:
    done: list[str] = []
    acted(bench, {"a": failing(Interrupted("Stopped.", "", "")), "b": lambda: done.append("b")})
    assert done == []


def closed(bench: Bench, kind: str, events: list[EventKind], later: timedelta) -> RunState:
    state = told(bench, kind, *[(event, {}) for event in events])
    run = bench.runs[-1]
    now = datetime.fromisoformat(state.changes[0].tried) + later

    def act(ctx: StepContext) -> StepOutcome:
        return close_change(ctx, "it", now)

    run.clean_up(act, lambda _: None, threading.Event())
    return run.state


def test_what_is_not_seen_is_closed_an_hour_after_the_last_try_and_not_before(bench: Bench) -> None:
    with pytest.raises(Refused):
        closed(bench, POOL, [INTENDED, UNKNOWN], timedelta(minutes=59))
    state = closed(bench, POOL, [INTENDED, UNKNOWN], timedelta(minutes=61))
    assert state.changes[0].state is ChangeState.CLOSED


def test_what_is_known_to_be_there_is_not_closed_but_an_original_may_be(bench: Bench) -> None:
    with pytest.raises(Refused):
        closed(bench, JOB, [INTENDED, MADE], timedelta(days=1))
    assert not closed(bench, ORIGINAL, [INTENDED, MADE], timedelta()).open_changes


def test_only_what_is_open_is_closed(bench: Bench) -> None:
    with pytest.raises(NotFound):
        closed(bench, POOL, [INTENDED, NEVER], timedelta(days=1))


@pytest.mark.parametrize("event", [kind for kind in EventKind if kind.value.startswith("change-")])
@pytest.mark.parametrize("wording", ["nothing", " Nothing "])
def test_a_step_that_declares_no_change_can_write_none(bench: Bench, event: EventKind, wording: str) -> None:
    def act(ctx: StepContext) -> StepOutcome:
        ctx.write_change(event, POOL, "it")
        return StepOutcome("done")

    run = bench.start(Playbook("p", "P", "", (step("look", changes=wording),)), {"look": act})
    state = run_to_rest(run)
    assert state.changes == ()
    assert exit_code(state) == 9
    kinds = [moved.kind for moved in bench.journal.events(run.id)]
    assert event not in kinds


def test_what_is_taken_back_on_the_way_may_be_written_by_any_step(bench: Bench) -> None:
    def act(ctx: StepContext) -> StepOutcome:
        with ctx.taking_back():
            ctx.write_change(REMOVED, POOL, "it")
        ctx.write_change(MADE, POOL, "it")
        return StepOutcome("done")

    run = bench.start(Playbook("p", "P", "", (step("look", changes="nothing"),)), {"look": act})
    assert exit_code(run_to_rest(run)) == 9
    assert [event.kind for event in bench.journal.events(run.id)].count(REMOVED) == 1
