"""Putting the pool back at any later time: the name that it wants typed, and what its end says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.bench import Bench
from troubleshooter.model.change import DELETED, ENDPOINT, ORIGINAL, POOL, STAGE
from troubleshooter.model.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doors.account import Account
    from tests.doors.cli.shell import Ended, Shell

LARGER = "STANDARD_D4S_V3"


@pytest.fixture
def saved(bench: Bench) -> Any:
    """The run saved the pool; by now it is gone, and another stands under its name."""
    bench.surveyed()
    body = bench.save()
    bench.account.delete(bench.pool)
    other = bench.account.of_size(1)
    other["properties"]["vmSize"] = LARGER
    bench.account.put(bench.pool, other)
    return body


def restored(shell: Shell, bench: Bench, *arguments: str, **how: Any) -> Ended:
    bench.close()
    bench.account.forget_calls()
    return shell.json("runs", "restore", bench.id, *arguments, **how)


def size(bench: Bench) -> str:
    return str(bench.account.definition(bench.pool)["properties"]["vmSize"])


def test_what_was_saved_stands_again_after_its_name_was_given(shell: Shell, bench: Bench, saved: Any) -> None:
    ended = restored(shell, bench, "--confirm", bench.pool)
    document = ended.document
    assert (ended.code, size(bench)) == (0, saved["properties"]["vmSize"])
    assert {key: document[key] for key in document if key != "changes"} == {
        "version": 1,
        "run": bench.id,
        "pool": bench.pool,
        "restored": True,
        "differences": [],
    }
    assert [(each["kind"], each["what"]) for each in document["changes"]["changed"]] == [
        (ORIGINAL, "settled")
    ]


def test_it_says_so_in_one_line(shell: Shell, bench: Bench, saved: Any) -> None:
    bench.close()
    ended = shell.call("runs", "restore", bench.id, "--confirm", bench.pool)
    assert (ended.code, ended.out) == (0, f"pool {bench.pool} is put back as it was saved\n")


@pytest.mark.parametrize("typed", ["", "a", "zzz", "POOL", "{} "])
def test_without_its_name_nothing_is_asked_of_azure(
    shell: Shell, bench: Bench, saved: Any, typed: str
) -> None:
    arguments = ("--confirm", typed.format(bench.pool)) if typed else ()
    ended = restored(shell, bench, *arguments)
    assert (ended.code, bench.account.calls(), size(bench)) == (9, [], LARGER)
    error = ended.document["error"]
    assert error["what"] == f"Pool {bench.pool} was not restored."
    assert error["do"] == f"troubleshooter runs restore {bench.id} --confirm {bench.pool}"


@pytest.mark.parametrize(("typed", "code"), [("{}\n", 0), ("a\n", 9), ("zzz\n", 9), ("\n", 9)])
def test_its_name_may_be_typed(shell: Shell, bench: Bench, saved: Any, typed: str, code: int) -> None:
    ended = restored(shell, bench, typed=typed.format(bench.pool))
    assert (ended.code, size(bench) == LARGER) == (code, code == 9)
    assert f"Type {bench.pool} to delete what stands there and restore it" in ended.err
    assert "Type" not in ended.out


def test_who_gave_the_name_is_not_asked_for_it(shell: Shell, bench: Bench, saved: Any) -> None:
    ended = restored(shell, bench, "--confirm", bench.pool, typed="")
    assert (ended.code, "Type" in ended.err) == (0, False)
    other = shell.json("runs", "restore", bench.id, "--confirm", "another", typed=f"{bench.pool}\n")
    assert (other.code, "Type" in other.err) == (9, False)


def test_where_it_stands_as_saved_nothing_is_changed(shell: Shell, bench: Bench) -> None:
    bench.surveyed()
    bench.save()
    ended = restored(shell, bench, "--confirm", bench.pool)
    assert (ended.code, ended.document["restored"], ended.document["differences"]) == (0, False, [])
    assert bench.account.changes() == []


def test_what_stands_otherwise_than_it_was_saved_is_a_warning(shell: Shell, bench: Bench, saved: Any) -> None:
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["displayName"], times=90)
    ended = restored(shell, bench, "--confirm", bench.pool)
    assert (ended.code, ended.document["restored"]) == (4, True)
    name = saved["properties"]["displayName"]
    assert ended.document["differences"] == [f"/properties/displayName: asked {name!r}, got None"]


def test_what_the_run_left_besides_is_told(shell: Shell, bench: Bench, saved: Any) -> None:
    debug = f"{bench.pool}-dbg-{bench.id}"
    bench.wrote(EventKind.CHANGE_MADE, POOL, debug)
    ended = restored(shell, bench, "--confirm", bench.pool)
    assert (ended.code, size(bench)) == (8, saved["properties"]["vmSize"])
    assert ended.document["changes"]["left"] == [{"kind": POOL, "id": debug}]
    again = shell.call("runs", "restore", bench.id, "--confirm", bench.pool)
    assert again.code == 8
    assert again.out.splitlines()[0] == f"pool {bench.pool} stands as it was saved; nothing was changed"
    assert debug in again.out


def test_what_is_left_weighs_more_than_a_difference(shell: Shell, bench: Bench, saved: Any) -> None:
    bench.wrote(EventKind.CHANGE_MADE, POOL, f"{bench.pool}-dbg-{bench.id}")
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["displayName"], times=90)
    assert restored(shell, bench, "--confirm", bench.pool).code == 8


def test_its_jobs_are_enabled_although_it_cannot_be_put_back(shell: Shell, bench: Bench, saved: Any) -> None:
    job = bench.disable_job()
    bench.account.fault(f"DELETE .*/pools/{bench.pool}$", status=403, times=9)
    ended = restored(shell, bench, "--confirm", bench.pool)
    assert (ended.code, size(bench), bench.account.job(job)) == (6, LARGER, "active")
    assert ended.document["error"]["what"] == f"Azure refused deleting pool {bench.pool}."


def test_who_stops_it_is_told_how_it_goes_on(shell: Shell, bench: Bench, saved: Any) -> None:
    ended = restored(shell, bench, "--confirm", bench.pool, stop_at=f"pool {bench.pool} created again")
    assert (ended.code, ended.document["error"]["what"][:8]) == (130, "Stopped ")
    do = f"Resume it with: troubleshooter runs restore {bench.id} --confirm {bench.pool}"
    assert ended.document["error"]["do"] == do
    assert shell.json("runs", "restore", bench.id, "--confirm", bench.pool).code == 0


def test_a_pool_that_is_away_is_put_back_and_the_alarm_is_over(shell: Shell, bench: Bench) -> None:
    bench.surveyed()
    body = bench.save()
    away = {STAGE: "debug", DELETED: True, ENDPOINT: bench.endpoint}
    bench.wrote(EventKind.CHANGE_INTENDED, ORIGINAL, bench.pool, **away)
    bench.account.delete(bench.pool)
    ended = restored(shell, bench, "--confirm", bench.pool)
    assert (ended.code, size(bench)) == (0, body["properties"]["vmSize"])
    acts = [(each["kind"], each["id"]) for each in ended.document["changes"]["created"]]
    assert acts == [(ORIGINAL, bench.pool)]
    assert bench.account.changes() == [(f"PUT ARM/pools/{bench.pool}", 200)]


@pytest.fixture
def accounts(bench: Bench) -> list[str]:
    """The pool has users whose passwords Azure does not return."""
    users = [{"name": name, "password": "A-password-4711"} for name in ("ada", "bob")]
    bench.account.patch(bench.pool)
    body = bench.account.of_size(1)
    body["properties"]["userAccounts"] = users
    bench.account.delete(bench.pool)
    bench.account.put(bench.pool, body)
    bench.surveyed()
    bench.save()
    bench.account.delete(bench.pool)
    return [f"userAccounts[{number}].password" for number in range(len(users))]


def test_a_field_that_azure_does_not_return_is_asked_for_or_waived(
    shell: Shell, bench: Bench, accounts: list[str]
) -> None:
    ended = restored(shell, bench, "--confirm", bench.pool)
    assert (ended.code, bench.account.pool(bench.pool)) == (9, None)
    waived = [f"--answer=waive={field}" for field in accounts]
    assert shell.json("runs", "restore", bench.id, "--confirm", bench.pool, waived[0]).code == 9
    ended = shell.json("runs", "restore", bench.id, "--confirm", bench.pool, *waived)
    assert (ended.code, ended.document["restored"]) == (0, True)


def test_help_is_given_once(shell: Shell) -> None:
    ended = shell.call("runs", "restore", "--help")
    assert (ended.code, ended.out.count("--help")) == (0, 1)
    assert "runs restore [OPTIONS] RUN" in ended.out


class TestOfTheDemo:
    @pytest.fixture
    def bench(self, account: Account, pool: str, machine_shut_out: Path) -> Iterator[Bench]:
        home = machine_shut_out / "troubleshooter" / "demo"
        bench = Bench(account, home, pool, rehearsal="troubleshooter demo x")
        yield bench
        bench.close()

    def test_a_run_whose_azure_has_ended_is_not_restored(self, shell: Shell, bench: Bench) -> None:
        bench.save()
        ended = restored(shell, bench, "--confirm", bench.pool)
        assert (ended.code, bench.account.calls()) == (9, [])
        assert ended.document["error"]["what"] == f"Run {bench.id} can be read, not restored."
