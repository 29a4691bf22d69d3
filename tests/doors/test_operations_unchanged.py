"""Whether the original is the pool that was consented to: what may have changed unseen is asked about."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.bench import asked
from troubleshooter.engine.gates import GateOpen
from troubleshooter.errors import Refused
from troubleshooter.operations import unchanged
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.pooldef.mark import Mark, put_mark

if TYPE_CHECKING:
    from tests.doors.bench import Bench

PASSWORD = "TROUBLESHOOTER_SECRET_USERACCOUNTS_0_PASSWORD"
STAMP = "2026-03-01T12:00:00Z"


def check(bench: Bench, now: Any, before: Any, step: str = "recreate") -> None:
    unchanged.check(bench.tools, bench.ctx(step), now, before)


@pytest.fixture
def before(bench: Bench) -> Any:
    return bench.save()


def changed(before: Any, **properties: Any) -> Any:
    now = copy.deepcopy(before)
    now["properties"] |= properties
    return now


def moved(before: Any, **properties: Any) -> Any:
    """Its stamps move, and what is given."""
    return {**changed(before, lastModified=STAMP, **properties), "etag": 'W/"0x1"'}


def with_account(before: Any) -> Any:
    """It has a user account, whose password Azure does not show."""
    return changed(before, userAccounts=[{"name": "ops"}])


def test_what_reads_the_same_is_the_same(bench: Bench, before: Any) -> None:
    check(bench, copy.deepcopy(before), before)
    check(bench, copy.deepcopy(before), before, "clean-up")

    assert bench.notes() == []


def test_so_is_one_with_the_same_mark(bench: Bench, before: Any) -> None:
    put_mark(before, Mark("0a0b0c0d", "original"))
    check(bench, copy.deepcopy(before), before)


@pytest.mark.parametrize("whose", ["now", "before"])
def test_what_carries_a_mark_is_another(bench: Bench, before: Any, whose: str) -> None:
    one, other = copy.deepcopy(before), before
    put_mark(one if whose == "now" else other, Mark("0a0b0c0d", "original"))
    with pytest.raises(PoolChanged) as found:
        check(bench, one, other)

    assert found.value.why == "Deleting it now would lose what was changed."
    assert found.value.do.startswith("Nothing was deleted.")


def test_what_differs_is_another(bench: Bench, before: Any) -> None:
    with pytest.raises(PoolChanged):
        check(bench, changed(before, vmSize="STANDARD_D4S_V3"), before)
    with pytest.raises(PoolChanged):
        check(bench, changed(before, extra="field"), before)
    with pytest.raises(PoolChanged):
        check(bench, before, changed(before, extra="field"))


def test_one_that_was_created_anew_is_another_on_either_way(bench: Bench, before: Any) -> None:
    anew = changed(before, creationTime=STAMP)
    for step in ("recreate", "clean-up"):
        with pytest.raises(PoolChanged, match="Deleting it now"):
            check(bench, anew, before, step)


def test_on_the_way_back_stamps_alone_say_nothing(bench: Bench, before: Any) -> None:
    check(bench, moved(before), before, "clean-up")

    assert bench.notes() == []


def test_what_nodes_or_a_formula_explain_is_noted(bench: Bench, before: Any) -> None:
    now = {**changed(before, allocationState="Resizing"), "etag": 'W/"0x1"'}
    check(bench, now, before)

    (note,) = bench.notes()
    assert note.startswith(f"{bench.pool}: ETag moved since the plan; its nodes came or went")


def test_without_a_secret_what_moved_unseen_is_shown_anew(bench: Bench, before: Any) -> None:
    with pytest.raises(PoolChanged):
        check(bench, moved(before), before)


def test_neither_is_one_asked_about_that_was_waived(bench: Bench, before: Any) -> None:
    rich = with_account(before)
    question = asked(lambda: check(bench, moved(rich), rich))
    assert question.gate == "waive"
    bench.answer(question, "userAccounts[0].password")

    with pytest.raises(PoolChanged):
        check(bench, moved(rich), rich)


# Where a secret was supplied


@pytest.fixture
def rich(before: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv(PASSWORD, "Made-up-1")
    return with_account(before)


def test_it_is_asked_whether_what_was_supplied_still_holds(bench: Bench, rich: Any) -> None:
    now = moved(rich)
    question = asked(lambda: check(bench, now, rich))

    assert question.gate == "moved"
    assert question.text.startswith(
        f"{bench.pool}: modification time and ETag moved since the plan, in nothing"
    )
    assert "It does not show userAccounts[0].password, so" in question.text
    assert question.plan == {
        "pool": bench.pool,
        "since": f'W/"0x1" {STAMP}',
        "notes": ["supplied for this run: userAccounts[0].password"],
    }
    assert [each.value for each in question.choices] == ["stop", "again", "go-on"]


def test_of_several_only_what_was_supplied_is_named(bench: Bench, rich: Any) -> None:
    two = changed(rich, userAccounts=[{"name": "ops"}, {"name": "dev"}])
    waive = asked(lambda: check(bench, moved(two), two))
    bench.answer(waive, "userAccounts[1].password")
    question = asked(lambda: check(bench, moved(two), two))

    assert question.plan["notes"] == ["supplied for this run: userAccounts[0].password"]


def test_going_on_it_goes_on(bench: Bench, rich: Any) -> None:
    now = moved(rich)
    bench.answer(asked(lambda: check(bench, now, rich)), "go-on")
    check(bench, now, rich)


def test_stopping_nothing_is_done(bench: Bench, rich: Any) -> None:
    now = moved(rich)
    bench.answer(asked(lambda: check(bench, now, rich)), "stop")
    with pytest.raises(Refused) as stopped:
        check(bench, now, rich)

    assert stopped.value.what == f"Pool {bench.pool} was left alone."
    assert stopped.value.do.endswith(f"troubleshooter runs resume {bench.id}")


def test_supplied_again_it_is_asked_for_and_then_goes_on(bench: Bench, rich: Any) -> None:
    now = moved(rich)
    bench.answer(asked(lambda: check(bench, now, rich)), "again")
    secret = asked(lambda: check(bench, now, rich))
    assert (secret.gate, secret.kept_as) == ("secret", "USERACCOUNTS_0_PASSWORD")

    bench.answer(secret, "Made-up-2")
    check(bench, now, rich)
    assert bench.ctx().secrets.get("USERACCOUNTS_0_PASSWORD") == "Made-up-2"


@pytest.mark.parametrize("what", ["etag", "lastModified"])
def test_an_answer_holds_for_what_was_seen(bench: Bench, rich: Any, what: str) -> None:
    now = moved(rich)
    bench.answer(asked(lambda: check(bench, now, rich)), "go-on")
    later = copy.deepcopy(now)
    (later if what == "etag" else later["properties"])[what] = "2026-03-02T12:00:00Z"
    with pytest.raises(GateOpen, match="moved"):
        check(bench, later, rich)


# On the way back


def closing(bench: Bench, now: Any, before: Any) -> PoolChanged:
    with pytest.raises(PoolChanged) as found:
        check(bench, now, before, "clean-up")
    return found.value


def test_on_the_way_back_the_operator_is_told_both_ways(bench: Bench, before: Any) -> None:
    found = closing(bench, changed(before, vmSize="STANDARD_D4S_V3", extra=1), before)

    assert found.why == (
        "It carries this run's mark no more, so somebody else made it what it is."
        " From what was saved it differs in /properties/vmSize, /properties/extra."
    )
    assert f"troubleshooter runs cleanup {bench.id} --close {bench.pool}" in found.do
    assert found.do.endswith(f"troubleshooter runs restore {bench.id} --confirm {bench.pool}")


def test_whose_mark_it_carries_is_told(bench: Bench, before: Any) -> None:
    now = copy.deepcopy(before)
    put_mark(now, Mark("0a0b0c0d", "debug"))

    assert closing(bench, now, before).why.endswith(
        " It is a debug pool of run 0a0b0c0d. From what was saved it differs in nothing but its mark."
    )


@pytest.mark.parametrize(
    ("number", "last"), [(1, "f0."), (6, "f5."), (7, "f5, 1 more."), (13, "f5, 7 more.")]
)
def test_six_places_are_named(bench: Bench, before: Any, number: int, last: str) -> None:
    found = closing(bench, changed(before, **{f"f{each}": 1 for each in range(number)}), before)

    assert found.why.endswith(f"/properties/{last}")
    assert found.why.count("/properties/f") == min(number, 6)
