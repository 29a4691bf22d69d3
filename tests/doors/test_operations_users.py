"""Temporary administrators on nodes: made, told of as what they are, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.collect.key import SessionKeys
from troubleshooter.errors import Interrupted, NotPermitted
from troubleshooter.model.change import ENDPOINT, NODE_USER, POOL
from troubleshooter.model.event import EventKind
from troubleshooter.operations import users
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from tests.doors.bench import Bench

INTENDED, MADE, UNKNOWN = EventKind.CHANGE_INTENDED, EventKind.CHANGE_MADE, EventKind.CHANGE_UNKNOWN


@pytest.fixture
def key() -> SessionKeys:
    return SessionKeys()


@pytest.fixture
def usable(bench: Bench) -> str:
    """A pool of three idle nodes."""
    return bench.account.make_pool(nodes=3, idle=True)


def ids(bench: Bench, pool: str, number: int = 1) -> dict[str, str]:
    return {node: f"{pool}/{node}/kvts{bench.id}" for node in bench.account.nodes(pool)[:number]}


def make(bench: Bench, wanted: dict[str, str], key: SessionKeys) -> tuple[list[str], dict[str, str]]:
    made, failed = users.make_users(bench.tools, bench.ctx("collect"), wanted, key)
    return list(made), failed


def remove(bench: Bench, pool: str = "") -> None:
    users.remove_users(bench.tools, bench.ctx("clean-up"), pool)


def events(bench: Bench) -> list[tuple[str, str]]:
    return [(event, user) for event, kind, user in bench.journal() if kind == NODE_USER]


def fault(bench: Bench, method: str, node: str, **how: Any) -> None:
    bench.account.fault(f"{method} /nodes/{node}/users", **how)


@pytest.mark.parametrize(("cut", "expires"), [(True, "2026-03-03T00:00:00"), (False, "2026-03-03T12:00:00")])
def test_they_are_made_for_two_days(
    bench: Bench, usable: str, key: SessionKeys, cut: bool, expires: str
) -> None:
    bench.account.answers_with(Habits(expiry_cut=cut))
    wanted = ids(bench, usable, 2)
    made, failed = make(bench, wanted, key)
    first, second = wanted.values()

    assert (made, failed) == (list(wanted), {})
    assert events(bench) == [("intended", first), ("intended", second), ("made", first), ("made", second)]
    assert bench.details()[:2] == [{ENDPOINT: bench.endpoint}] * 2
    nodes = bench.account.pool(usable)["nodes"]
    (user,) = nodes[0]["users"]
    assert (user["name"], user["is_admin"]) == (f"kvts{bench.id}", True)
    assert user["expires"].startswith(expires)
    assert [len(node["users"]) for node in nodes] == [1, 1, 0]
    assert bench.notes() == [f"user kvts{bench.id} made on 2 nodes, until 2026-03-03 UTC"]


def test_before_the_first_call_every_intent_is_written(bench: Bench, usable: str, key: SessionKeys) -> None:
    wanted = ids(bench, usable, 2)
    fault(bench, "POST", next(iter(wanted)), status=403)
    with pytest.raises(NotPermitted):
        make(bench, wanted, key)

    assert [event for event, _ in events(bench)] == ["intended", "intended"]


def test_one_of_an_earlier_try_gets_the_new_key(bench: Bench, usable: str, key: SessionKeys) -> None:
    wanted = ids(bench, usable)
    make(bench, wanted, key)
    made, failed = make(bench, wanted, key)
    (node,) = wanted

    assert (made, failed) == ([node], {})
    user = f"/pools/{usable}/nodes/{node}/users"
    assert bench.account.changes() == [
        (f"POST {user}", 201),
        (f"POST {user}", 409),
        (f"PUT {user}/kvts{bench.id}", 200),
    ]


def test_a_conflict_that_is_no_user_of_that_name_is_told_as_it_is(
    bench: Bench, usable: str, key: SessionKeys
) -> None:
    wanted = ids(bench, usable)
    (node,) = wanted
    fault(bench, "POST", node, status=409, code="OperationInvalidForCurrentState")
    made, answers, (why,) = kinds(bench, wanted, key)

    assert (made, answers) == ([], [409])
    assert "OperationInvalidForCurrentState" in why


RSA, ED25519 = "ssh-rsa", "ssh-ed25519"


def kinds(bench: Bench, wanted: dict[str, str], key: SessionKeys) -> tuple[list[str], list[int], list[str]]:
    """With what users were made on these nodes, what Azure answered, and what failed."""
    made, failed = users.make_users(bench.tools, bench.ctx("collect"), wanted, key)
    answers = [status for _, status in bench.account.changes()]
    return [made[node].private.get_name() for node in made], answers, list(failed.values())


@pytest.mark.parametrize(
    ("refused", "kind", "answers"),
    [([], RSA, [201, 201]), ([ED25519], RSA, [201, 201]), ([RSA], ED25519, [400, 201, 201])],
)
def test_where_a_type_of_key_is_refused_the_other_is_taken(
    bench: Bench, usable: str, key: SessionKeys, refused: list[str], kind: str, answers: list[int]
) -> None:
    bench.account.answers_with(Habits(refused_keys=frozenset(refused)))
    wanted = ids(bench, usable, 2)

    assert kinds(bench, wanted, key) == ([kind, kind], answers, [])
    assert [event for event, _ in events(bench)][2:] == ["made", "made"]


def test_where_both_types_are_refused_the_first_refusal_is_told(
    bench: Bench, usable: str, key: SessionKeys
) -> None:
    wanted = ids(bench, usable)
    (node,) = wanted
    fault(bench, "POST", node, status=400, code="FirstRefusal")
    fault(bench, "POST", node, status=400, code="SecondRefusal")
    made, answers, (why,) = kinds(bench, wanted, key)

    assert (made, answers) == ([], [400, 400])
    assert "FirstRefusal" in why


def test_where_the_other_type_got_no_answer_the_user_may_be_there(
    bench: Bench, usable: str, key: SessionKeys
) -> None:
    wanted = ids(bench, usable)
    (node,) = wanted
    fault(bench, "POST", node, status=400)
    fault(bench, "POST", node, hold="reset", times=30)
    make(bench, wanted, key)

    assert [event for event, _ in events(bench)] == ["intended"]


@pytest.mark.parametrize("status", [400, 410, 413])
def test_what_azure_refused_was_never_made_and_the_others_are(
    bench: Bench, usable: str, key: SessionKeys, status: int
) -> None:
    wanted = ids(bench, usable, 3)
    first, second, third = wanted
    fault(bench, "POST", second, status=status, times=2)  # met again where the other type of key is tried
    made, failed = make(bench, wanted, key)

    assert made == [first, third]
    assert list(failed) == [second]
    assert failed[second].startswith("Azure")
    assert events(bench)[3:] == [
        ("made", wanted[first]),
        ("made", wanted[third]),
        ("never-made", wanted[second]),
    ]
    assert [call for call, _ in bench.account.changes() if call.startswith("PUT")] == []


def test_what_got_no_answer_may_still_come(bench: Bench, usable: str, key: SessionKeys) -> None:
    wanted = ids(bench, usable)
    (node,) = wanted
    fault(bench, "POST", node, hold="reset", times=30)
    made, failed = make(bench, wanted, key)

    assert (made, list(failed)) == ([], [node])
    assert [event for event, _ in events(bench)] == ["intended"]


@pytest.mark.parametrize("before", [INTENDED, UNKNOWN])
def test_a_refusal_leaves_open_what_became_of_an_earlier_try(
    bench: Bench, usable: str, key: SessionKeys, before: EventKind
) -> None:
    wanted = ids(bench, usable)
    ((node, user),) = wanted.items()
    bench.wrote(INTENDED, NODE_USER, user)
    bench.wrote(before, NODE_USER, user)
    fault(bench, "POST", node, status=400, times=2)  # with either type of key
    make(bench, wanted, key)

    assert [event for event, _ in events(bench)][2:] == ["intended"]


def test_of_one_that_was_seen_before_a_refusal_is_certain(
    bench: Bench, usable: str, key: SessionKeys
) -> None:
    wanted = ids(bench, usable)
    ((node, user),) = wanted.items()
    bench.wrote(MADE, NODE_USER, user)
    fault(bench, "POST", node, status=400, times=2)  # with either type of key
    make(bench, wanted, key)

    assert events(bench)[2:] == [("never-made", user)]


@pytest.mark.parametrize("status", [401, 403])
def test_what_fails_for_all_ends_the_step(bench: Bench, usable: str, key: SessionKeys, status: int) -> None:
    fault(bench, "POST", bench.account.nodes(usable)[0], status=status, times=2)
    with pytest.raises(NotPermitted):
        make(bench, ids(bench, usable, 2), key)

    assert len([call for call, _ in bench.account.changes() if call.startswith("POST")]) <= 2


def test_so_does_a_cancel(bench: Bench, usable: str, key: SessionKeys) -> None:
    fault(bench, "POST", bench.account.nodes(usable)[0], status=429, retry_after=1)
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted):
        make(bench, ids(bench, usable, 2), key)


# Taken back


def taken(bench: Bench) -> list[str]:
    """What is written of their being taken back."""
    return [event for event, _ in events(bench) if event not in {"intended", "made"}]


def test_they_are_taken_back_in_every_pool(bench: Bench, usable: str) -> None:
    other = bench.account.make_pool(nodes=1, idle=True)
    made = [bench.make_user(usable), bench.make_user(usable, 1), bench.make_user(other)]
    bench.account.make_user(usable, bench.account.nodes(usable)[0], "somebody")
    for kind in (POOL, "disk", "share"):
        bench.wrote(MADE, kind, f"{usable}/{bench.account.nodes(usable)[2]}/kvts{bench.id}")
    remove(bench)

    assert bench.account.users(usable) == [f"{bench.account.nodes(usable)[0]}/somebody"]
    assert bench.account.users(other) == []
    assert events(bench)[3:] == [
        *(("removing", user) for user in made),
        *(("removed", user) for user in made),
    ]
    assert bench.notes() == ["3 node users removed"]


def test_they_are_taken_back_in_one_pool(bench: Bench, usable: str) -> None:
    longer = bench.account.make_pool(f"{usable}-more", nodes=1, idle=True)
    kept, gone = bench.make_user(longer), bench.make_user(usable)
    remove(bench, usable)

    assert (bench.account.users(usable), len(bench.account.users(longer))) == ([], 1)
    assert events(bench)[2:] == [("removing", gone), ("removed", gone)]
    assert [change.id for change in bench.ctx().state.open_changes] == [kept]


def test_where_there_is_none_nothing_is_asked(bench: Bench) -> None:
    bench.wrote(EventKind.CHANGE_REMOVED, NODE_USER, "p/n/u")
    remove(bench)

    assert (bench.account.calls(), len(bench.journal()), bench.notes()) == ([], 1, [])


def test_before_the_first_call_it_is_written_that_all_are_being_removed(bench: Bench, usable: str) -> None:
    bench.make_user(usable), bench.make_user(usable, 1)
    bench.surveyed()
    bench.patience.set()
    remove(bench)

    assert taken(bench) == ["removing", "removing"]


def test_one_that_stays_behind_keeps_none_of_the_others(bench: Bench, usable: str) -> None:
    first, second = bench.make_user(usable), bench.make_user(usable, 1)
    node = first.split("/")[1]
    fault(bench, "DELETE", node, status=400)
    remove(bench)

    assert taken(bench) == ["removing", "removing", "removed"]
    assert events(bench)[-1] == ("removed", second)
    assert bench.notes()[0].startswith(f"user kvts{bench.id} on {node} could not be removed yet: ")
    assert bench.notes()[1:] == ["1 node user removed"]


@pytest.mark.parametrize("status", [400, 403])
def test_what_fails_is_no_reason_to_stop(bench: Bench, usable: str, status: int) -> None:
    bench.make_user(usable), bench.make_user(usable, 1)
    bench.account.fault("DELETE /users/", status=status, times=2)
    remove(bench)

    assert len([note for note in bench.notes() if "could not be removed yet" in note]) == 2


def test_a_cancel_is_one(bench: Bench, usable: str) -> None:
    """Every further call would only be refused by it; what was removed by then is written."""
    first, second, third = (bench.make_user(usable, node) for node in range(3))
    fault(bench, "DELETE", second.split("/")[1], status=429, retry_after=1)
    bench.patience.meanwhile(bench.patience.set)
    remove(bench)

    assert events(bench)[6:] == [("removed", first)]
    assert len([note for note in bench.notes() if "could not be removed yet" in note]) == 1
    assert bench.account.users(usable)[-1].startswith(third.split("/")[1])


def test_one_that_was_seen_and_is_gone_was_removed(bench: Bench, usable: str) -> None:
    node = bench.account.nodes(usable)[0]
    bench.wrote(MADE, NODE_USER, f"{usable}/{node}/kvts{bench.id}")
    remove(bench)

    assert taken(bench) == ["removing", "removed"]


def test_one_that_was_never_seen_and_is_not_there_may_still_come(bench: Bench, usable: str) -> None:
    node = bench.account.nodes(usable)[0]
    bench.wrote(INTENDED, NODE_USER, f"{usable}/{node}/kvts{bench.id}")
    remove(bench)

    assert taken(bench) == ["removing", "unknown"]
    assert bench.notes() == []


def test_one_that_has_come_after_all_is_removed(bench: Bench, usable: str) -> None:
    node = bench.account.nodes(usable)[0]
    bench.account.make_user(usable, node, f"kvts{bench.id}")
    bench.wrote(INTENDED, NODE_USER, f"{usable}/{node}/kvts{bench.id}")
    remove(bench)

    assert (taken(bench), bench.account.users(usable)) == (["removing", "removed"], [])
