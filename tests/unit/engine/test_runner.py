from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.engine.conftest import GATES, run_to_rest, step
from troubleshooter.engine.fold import fold
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import GaveUp, Refused, UsageProblem
from troubleshooter.model.change import ChangeState
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Reported
from troubleshooter.model.playbook import Playbook
from troubleshooter.model.run import Choice
from troubleshooter.model.step import StepState

if TYPE_CHECKING:
    from tests.unit.engine.conftest import Bench
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.progress import Moved


IDENTITY = (
    "/subscriptions/3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10/resourceGroups/g"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
)


def done(ctx: StepContext) -> StepOutcome:
    return StepOutcome(f"{ctx.step.id} is done", output=Reported(ctx.step.id))


def playbook(*steps: Any) -> Playbook:
    return Playbook("small", "Small", "", tuple(steps))


def states(run: Any) -> list[str]:
    return [record.state.value for record in run.state.steps]


def test_steps_run_in_order_and_leave_their_output(bench: Bench) -> None:
    run = bench.start(playbook(step("a"), step("b")), {"a": done, "b": done})

    state = run_to_rest(run)

    assert states(run) == ["done", "done"]
    assert state.step("b").output == Reported("b")
    assert run.next_step() is None


def test_every_prefix_of_the_journal_folds_to_the_state_that_was_shown(bench: Bench) -> None:
    def busy(ctx: StepContext) -> StepOutcome:
        ctx.note("working")
        ctx.write_change(EventKind.CHANGE_INTENDED, "pool", "p")
        ctx.write_change(EventKind.CHANGE_MADE, "pool", "p")
        return StepOutcome("made")

    shown: list[Moved] = []
    run = bench.start(playbook(step("a"), step("b")), {"a": busy, "b": done})
    run_to_rest(run, shown.append)

    events = bench.journal.events(run.id)
    folded = [fold(events[: number + 1]) for number in range(1, len(events))]

    assert [moved.state for moved in shown] == folded


def test_an_outcome_leads_on_and_what_lies_between_is_skipped(bench: Bench) -> None:
    def hopeless(_: StepContext) -> StepOutcome:
        return StepOutcome("no use", outcome="hopeless")

    steps = (step("a", on={"hopeless": "c"}), step("b"), step("c"))
    run = bench.start(playbook(*steps), {"a": hopeless, "b": done, "c": done})

    run_to_rest(run)

    assert states(run) == ["done", "skipped", "done"]
    assert run.state.step("b").why == "no use"


def test_an_outcome_may_end_the_run(bench: Bench) -> None:
    def healthy(_: StepContext) -> StepOutcome:
        return StepOutcome("well", outcome="healthy")

    run = bench.start(playbook(step("a", on={"healthy": "end"}), step("b")), {"a": healthy, "b": done})

    run_to_rest(run)

    assert states(run) == ["done", "skipped"]


def test_an_outcome_may_lead_back(bench: Bench) -> None:
    tries: list[str] = []

    def undecided_once(_: StepContext) -> StepOutcome:
        tries.append("again")
        return StepOutcome("what?", outcome="undecided" if len(tries) == 1 else "done")

    run = bench.start(playbook(step("a"), step("b", on={"undecided": "a"})), {"a": done, "b": undecided_once})

    run_to_rest(run)

    assert len(tries) == 2
    assert states(run) == ["done", "done"]


def asking(ctx: StepContext) -> StepOutcome:
    plan = {"nodes": ctx.state.options.get("nodes", 1), "notes": list(ctx.state.notes)}
    choice = ctx.ask(GATES["plan"], "Go on?", plan, (Choice("approve", "yes"), Choice("stop", "no")))
    return StepOutcome(choice)


def test_a_gate_asks_and_goes_on_with_the_answer(bench: Bench) -> None:
    run = bench.start(playbook(step("a")), {"a": asking})

    state = run_to_rest(run)
    assert state.step("a").state is StepState.ASKING
    assert state.question is not None

    run.answer("plan", "approve", lambda _: None)
    state = run_to_rest(run)

    assert state.step("a").why == "approve"
    assert state.answers["plan"].by == "operator"


def test_an_answer_is_void_when_the_plan_changed(bench: Bench) -> None:
    run = bench.start(playbook(step("a")), {"a": asking})
    first = run_to_rest(run).question
    run.answer("plan", "approve", lambda _: None)

    run.note("the world moved")
    second = run_to_rest(run).question

    assert first is not None
    assert second is not None
    assert first.plan_hash != second.plan_hash
    assert run.state.step("a").state is StepState.ASKING


def test_a_choice_that_is_not_offered_is_refused(bench: Bench) -> None:
    run = bench.start(playbook(step("a")), {"a": asking})
    run_to_rest(run)

    with pytest.raises(UsageProblem, match="not a choice"):
        run.answer("plan", "perhaps", lambda _: None)
    with pytest.raises(Refused, match="Nobody asks"):
        run.answer("fix", "1", lambda _: None)


def test_a_destructive_choice_wants_the_name_typed(bench: Bench) -> None:
    def remove(ctx: StepContext) -> StepOutcome:
        choices = (Choice("remove", "remove", destructive=True), Choice("keep", "keep"))
        return StepOutcome(ctx.ask(GATES["clean-up"], "Remove?", {}, choices, confirm="pool-dbg"))

    run = bench.start(playbook(step("a")), {"a": remove})
    run_to_rest(run)

    with pytest.raises(Refused, match="not confirmed"):
        run.answer("clean-up", "remove", lambda _: None, typed="pool")
    run.answer("clean-up", "remove", lambda _: None, typed="pool-dbg")

    assert run_to_rest(run).step("a").why == "remove"


def test_a_failure_is_told_in_three_parts_and_can_be_tried_again(bench: Bench) -> None:
    tries: list[int] = []

    def flaky(_: StepContext) -> StepOutcome:
        tries.append(1)
        if len(tries) == 1:
            raise GaveUp("It took too long.", "The limit was 1 s.", "Try again.")
        return StepOutcome("at last")

    run = bench.start(playbook(step("a")), {"a": flaky})

    error = run_to_rest(run).step("a").error
    assert error is not None
    assert (error.what, error.why, error.do, error.exit_code) == (
        "It took too long.",
        "The limit was 1 s.",
        "Try again.",
        7,
    )

    run.retry("a", lambda _: None)
    assert run_to_rest(run).step("a").why == "at last"


def test_a_bug_is_not_swallowed_and_the_run_can_be_resumed(bench: Bench) -> None:
    def broken(_: StepContext) -> StepOutcome:
        raise ZeroDivisionError

    small = playbook(step("a"))
    run = bench.start(small, {"a": broken})
    with pytest.raises(ZeroDivisionError):
        run.run_step("a", lambda _: None, threading.Event())
    run.close()

    again = bench.open(run.id, small, {"a": done})
    run_to_rest(again)

    assert states(again) == ["done"]


def test_a_step_out_of_order_is_refused(bench: Bench) -> None:
    run = bench.start(playbook(step("a"), step("b")), {"a": done, "b": done})

    with pytest.raises(Refused, match="not now"):
        run.run_step("b", lambda _: None, threading.Event())


def test_changes_keep_their_detail_and_their_last_state(bench: Bench) -> None:
    def make(ctx: StepContext) -> StepOutcome:
        ctx.write_change(EventKind.CHANGE_INTENDED, "pool", "p", {"mark": "m"})
        assert ctx.state.open_changes[0].state is ChangeState.INTENDED
        ctx.write_change(EventKind.CHANGE_MADE, "pool", "p")
        ctx.write_change(EventKind.CHANGE_REMOVED, "pool", "p")
        return StepOutcome("made and removed")

    run = bench.start(playbook(step("a")), {"a": make})
    state = run_to_rest(run)

    assert state.open_changes == ()
    assert [(change.state, change.detail) for change in state.changes] == [
        (ChangeState.REMOVED, {"mark": "m"})
    ]


def test_what_calls_at_once_say_together_is_said_once(bench: Bench) -> None:
    run = bench.start(playbook(step("a")), {"a": done})
    for text in ("ARM answered 500", "ARM answered 500", "Batch answered 500", "ARM answered 500"):
        run.note(text)
    assert [note.text for note in run.state.notes] == ["ARM answered 500", "Batch answered 500"]


def test_a_hundred_notes_from_eight_threads_arrive_in_journal_order(bench: Bench) -> None:
    def chatty(ctx: StepContext) -> StepOutcome:
        def tell(number: int) -> None:
            for _ in range(13):
                ctx.note(f"{number}")

        threads = [threading.Thread(target=tell, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return StepOutcome("told")

    shown: list[Moved] = []
    run = bench.start(playbook(step("a")), {"a": chatty})
    run_to_rest(run, shown.append)

    told = [moved.state.notes[-1].text for moved in shown if moved.kind == "noted"]
    written = [e.data["text"] for e in bench.journal.events(run.id) if e.kind is EventKind.NOTED]
    assert len(told) == 104
    assert told == written


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("address-range", "203.0.113.7/32", "everyone"),
        ("address-range", "203.0.113.7/32", "0.0.0.0/0"),
        ("address-range", "2001:db8::/48", "::/0"),
        ("ipv4-range", "203.0.113.7/32", "2001:db8::/48"),
        ("ipv4-range", "203.0.113.7/32", "0.0.0.0/0"),
        (
            "identity",
            IDENTITY,
            "id-render",
        ),
    ],
)
def test_free_text_is_checked_before_it_is_written_down(bench: Bench, form: str, good: str, bad: str) -> None:
    run = bench.start(
        playbook(step("a")), {"a": lambda ctx: StepOutcome(ctx.ask(GATES["allow-from"], "?", {}, form=form))}
    )
    run_to_rest(run)

    with pytest.raises(UsageProblem, match="cannot be used"):
        run.answer("allow-from", bad, lambda _: None)
    assert run.state.answers == {}

    run.answer("allow-from", good, lambda _: None)
    assert run_to_rest(run).step("a").why == good
