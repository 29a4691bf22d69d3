"""Cleaning up by a run's journal or by its mark: what is asked first, what is done then, and the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.model.change import (
    DELETED,
    ENDPOINT,
    JOB,
    JOB_SCHEDULE,
    NODE_USER,
    NODES,
    ORIGINAL,
    POOL,
    STAGE,
)
from troubleshooter.model.event import EventKind
from troubleshooter.workbench import Workbench

if TYPE_CHECKING:
    from tests.doors.account import Account
    from tests.doors.bench import Bench
    from tests.doors.cli.shell import Ended, Shell

INTENDED, MADE, REMOVING, UNKNOWN = (
    EventKind.CHANGE_INTENDED,
    EventKind.CHANGE_MADE,
    EventKind.CHANGE_REMOVING,
    EventKind.CHANGE_UNKNOWN,
)
RUN = "0123abcd"
OTHERS = "89abcdef"


@pytest.fixture
def made(bench: Bench) -> str:
    """A debug pool that this run made."""
    bench.surveyed()
    return make(bench, "dbg")


def make(bench: Bench, word: str) -> str:
    name = f"{bench.pool}-{word}-{bench.id}"
    bench.account.put(name, bench.own_body())
    bench.wrote(MADE, POOL, name)
    return name


def locked(bench: Bench, name: str, status: int = 409) -> None:
    bench.account.fault(f"DELETE .*/pools/{name}$", status=status, code="ScopeLocked", message="No.", times=9)


def cleaned(shell: Shell, bench: Bench, *arguments: str, **how: Any) -> Ended:
    bench.close()
    bench.account.forget_calls()
    return shell.json("runs", "cleanup", bench.id, *arguments, **how)


def left(bench: Bench) -> list[tuple[str, str]]:
    """What the journal says of what is open still."""
    opened = Workbench(bench.workbench.home)
    try:
        return [(change.kind, change.state.value) for change in opened.read(bench.id).open_changes]
    finally:
        opened.close()


def receipt(document: Any) -> dict[str, list[tuple[str, str]]]:
    return {
        key: [(each["kind"], each["id"]) for each in document[key]]
        for key in ("created", "removed", "left", "unknown")
    }


def none(**but: list[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    return {"created": [], "removed": [], "left": [], "unknown": []} | but


def test_an_original_that_was_created_again_was_not_only_removed(shell: Shell, bench: Bench) -> None:
    for stage in ("with the fix", "as it should be"):
        bench.wrote(INTENDED, ORIGINAL, bench.pool, **{STAGE: stage, DELETED: True, ENDPOINT: bench.endpoint})
        bench.wrote(MADE, ORIGINAL, bench.pool, **{STAGE: stage})
    bench.wrote(EventKind.CHANGE_REMOVED, ORIGINAL, bench.pool)
    bench.close()
    ended = shell.call("runs", "cleanup", bench.id, "--yes")
    assert ended.out.splitlines() == [
        "Nothing was left to remove.",
        f"replaced {ORIGINAL} {bench.pool}: deleted, and created again (before this)",
    ]


def test_what_the_run_made_itself_was_removed_and_not_replaced(shell: Shell, bench: Bench, made: str) -> None:
    user = f"{made}/tvm-1/kvts"
    bench.wrote(MADE, NODE_USER, user)
    bench.wrote(EventKind.CHANGE_REMOVED, NODE_USER, user)
    bench.close()
    ended = shell.call("runs", "cleanup", bench.id, "--yes")
    assert ended.out.splitlines() == [
        f"removed  {POOL} {made}",
        f"removed  {NODE_USER} {user} (before this)",
    ]
    assert shell.call("runs", "cleanup", bench.id).out.splitlines() == [
        "Nothing was left to remove.",
        f"removed  {NODE_USER} {user} (before this)",
        f"removed  {POOL} {made} (before this)",
    ]


def test_what_was_resized_before_is_removed_just_now(shell: Shell, bench: Bench, made: str) -> None:
    bench.wrote(MADE, POOL, made, **{NODES: 2})
    bench.close()
    ended = shell.call("runs", "cleanup", bench.id, "--yes")
    assert ended.out == f"removed  {POOL} {made}\n"


# By its journal


@pytest.mark.parametrize("yes", [(), ("--yes",)])
def test_where_nothing_is_open_nobody_is_asked(shell: Shell, bench: Bench, yes: tuple[str, ...]) -> None:
    ended = cleaned(shell, bench, *yes)
    assert (ended.code, ended.document) == (0, {"version": 1, **none()})
    assert bench.account.calls() == []
    assert shell.call("runs", "cleanup", bench.id).out == "Nothing was left to remove.\n"


def test_nothing_is_removed_that_nobody_agreed_to(shell: Shell, bench: Bench, made: str) -> None:
    job = bench.disable_job()
    told = f"{POOL} {made}, {JOB} {job}"
    ended = cleaned(shell, bench)
    assert (ended.code, ended.document["error"]["what"]) == (9, f"Not removed: {told}.")
    assert ended.document["error"]["do"] == f"troubleshooter runs cleanup {bench.id} --yes"
    assert bench.account.calls() == []

    refused = shell.json("runs", "cleanup", bench.id, typed="n\n")
    assert (refused.code, bench.account.calls()) == (9, [])
    assert f"Remove {told}? [y/N]: " in refused.err
    assert left(bench) == [(POOL, "made"), (JOB, "made")]


def test_on_a_terminal_it_is_asked_on_standard_error(shell: Shell, bench: Bench, made: str) -> None:
    ended = cleaned(shell, bench, typed="y\n")
    assert f"Remove {POOL} {made}? [y/N]: " in ended.err
    assert "Remove" not in ended.out
    assert (ended.code, receipt(ended.document)["removed"]) == (0, [(POOL, made)])
    assert bench.account.pool(made) is None


def test_who_says_yes_beforehand_is_not_asked(shell: Shell, bench: Bench, made: str) -> None:
    ended = cleaned(shell, bench, "--yes", typed="")
    assert ended.code == 0
    assert receipt(ended.document) == none(created=[(POOL, made)], removed=[(POOL, made)])
    assert (bench.account.pool(made), left(bench)) == (None, [])
    assert "[y/N]" not in ended.err


def test_a_receipt_is_one_line_for_each_thing(shell: Shell, bench: Bench, made: str) -> None:
    other = f"{bench.pool}-late-{bench.id}"
    bench.wrote(INTENDED, POOL, other)
    kept = make(bench, "kept")
    locked(bench, kept)
    bench.close()
    ended = shell.call("runs", "cleanup", bench.id, "--yes")
    lines = ended.out.splitlines()
    assert lines[0] == f"removed  {POOL} {made}"
    assert lines[1].startswith(
        f"left     {POOL} {kept}: Azure refused deleting pool {kept}. Azure said ScopeL"
    )
    assert lines[2] == (
        f"unknown  {POOL} {other}: no answer told whether it was made, which was not seen, and may still come"
    )
    assert (ended.code, len(lines)) == (8, 3)


def test_one_that_could_not_be_removed_is_left_with_its_reason(shell: Shell, bench: Bench, made: str) -> None:
    other = make(bench, "other")
    locked(bench, made)
    ended = cleaned(shell, bench, "--yes")
    document = ended.document
    assert (ended.code, "error" in document) == (8, False)
    assert receipt(document) == none(
        created=[(POOL, made), (POOL, other)], removed=[(POOL, other)], left=[(POOL, made)]
    )
    assert document["left"][0]["why"].startswith(
        f"Azure refused deleting pool {made}. Azure said ScopeLocked"
    )
    assert f"Azure refused deleting pool {made}." in ended.err
    assert left(bench) == [(POOL, "removing")]


def test_what_is_not_permitted_ends_the_command_and_its_receipt_is_given(
    shell: Shell, bench: Bench, made: str
) -> None:
    other = make(bench, "other")
    locked(bench, made, 403)
    ended = cleaned(shell, bench, "--yes")
    assert ended.code == 6
    assert ended.document["error"]["what"] == f"Azure refused deleting pool {made}."
    assert receipt(ended.document)["left"] == [(POOL, made)]
    assert receipt(ended.document)["removed"] == [(POOL, other)]


def test_a_failure_whose_reason_is_not_beside_a_change_is_told(shell: Shell, bench: Bench) -> None:
    """The original has no reason of its own: what failed about it is the command's failure."""
    bench.save()
    bench.wrote(INTENDED, ORIGINAL, bench.pool, deleting=False, **{STAGE: "debug", ENDPOINT: bench.endpoint})
    bench.account.fault(f"GET .*/pools/{bench.pool}$", status=409, code="Busy", message="No.", times=9)
    ended = cleaned(shell, bench, "--yes")
    assert (ended.code, ended.document["error"]["what"]) == (7, f"Azure refused reading pool {bench.pool}.")
    assert receipt(ended.document)["left"] == [(ORIGINAL, bench.pool)]
    assert ended.document["left"][0]["why"] == "it was not looked for yet"


def test_while_the_original_is_away_no_reason_excuses_that(shell: Shell, bench: Bench, made: str) -> None:
    bench.wrote(INTENDED, ORIGINAL, bench.pool, **{STAGE: "debug", DELETED: True, ENDPOINT: bench.endpoint})
    bench.account.delete(bench.pool)
    locked(bench, made)
    ended = cleaned(shell, bench, "--yes")
    assert (ended.code, "error" in ended.document) == (5, True)  # no definition was saved
    assert receipt(ended.document)["left"] == [(POOL, made), (ORIGINAL, bench.pool)]
    assert ended.document["original_away"]["pool"] == bench.pool


def test_who_stops_it_is_told_how_it_goes_on(shell: Shell, bench: Bench, made: str) -> None:
    other = make(bench, "other")
    ended = cleaned(shell, bench, "--yes", stop_at=f"pool {made} removed")
    assert (ended.code, ended.document.keys()) == (130, {"version", "error"})
    assert ended.document["error"]["do"] == f"Resume it with: troubleshooter runs cleanup {bench.id}"
    assert (bench.account.pool(made), bench.account.pool(other) is None) == (None, False)
    assert left(bench) == [(POOL, "made")]


def test_what_nobody_knows_of_is_told_apart_from_what_is_left(shell: Shell, bench: Bench) -> None:
    name = f"{bench.pool}-late-{bench.id}"
    bench.wrote(INTENDED, POOL, name)
    ended = cleaned(shell, bench, "--yes")
    assert (ended.code, receipt(ended.document)) == (8, none(unknown=[(POOL, name)]))
    why = "no answer told whether it was made, which was not seen, and may still come"
    assert ended.document["unknown"][0]["why"] == why


# One change closed


def may_come_again(bench: Bench) -> str:
    """A debug pool that is removed, and that a request which nobody answered may make once more."""
    bench.surveyed()
    name = f"{bench.pool}-dbg-{bench.id}"
    bench.wrote(MADE, POOL, name, outstanding=1)
    bench.wrote(EventKind.CHANGE_REMOVED, POOL, name)
    return name


def test_one_that_may_come_again_is_looked_for_and_told(shell: Shell, bench: Bench) -> None:
    name = may_come_again(bench)
    ended = cleaned(shell, bench, "--yes")

    assert ended.code == 0
    assert ended.document["may_come_again"] == [{"kind": POOL, "id": name}]
    assert (f"GET ARM/pools/{name}", 404) in bench.account.calls()
    told = shell.call("runs", "cleanup", bench.id, "--yes").out.splitlines()
    assert told[-1] == f"▲ Removed, and may come again: pool {name}"


def test_one_that_came_again_is_removed_where_somebody_agrees(shell: Shell, bench: Bench) -> None:
    name = may_come_again(bench)
    bench.account.put(name, bench.own_body())

    assert cleaned(shell, bench).code == 9
    assert bench.account.pool(name) is not None
    ended = shell.json("runs", "cleanup", bench.id, "--yes")
    assert (ended.code, "may_come_again" in ended.document) == (0, False)
    assert bench.account.pool(name) is None


@pytest.mark.parametrize(
    ("events", "key", "why"),
    [
        ([INTENDED], "unknown", "it was not looked for yet"),
        ([MADE], "left", "it was not taken back yet"),
        ([MADE, REMOVING], "left", "its removal was not confirmed"),
        (
            [INTENDED, UNKNOWN],
            "unknown",
            "no answer told whether it was disabled, which was not seen, and may still come",
        ),
    ],
)
def test_the_receipt_of_a_closed_change_says_what_is_open_still_and_why(
    shell: Shell, bench: Bench, events: list[EventKind], key: str, why: str
) -> None:
    bench.wrote(INTENDED, ORIGINAL, bench.pool, **{STAGE: "debug"})
    for event in events:
        bench.wrote(event, JOB, "nightly")
    ended = cleaned(shell, bench, "--close", bench.pool)
    assert (ended.code, receipt(ended.document)[key]) == (8, [(JOB, "nightly")])
    assert ended.document[key][0]["why"] == why
    assert bench.account.calls() == []
    assert [kind for kind, _ in left(bench)] == [JOB]


def test_closing_the_last_that_is_open_is_the_end(shell: Shell, bench: Bench) -> None:
    bench.wrote(INTENDED, ORIGINAL, bench.pool, **{STAGE: "debug"})
    ended = cleaned(shell, bench, "--close", bench.pool)
    assert (ended.code, receipt(ended.document), left(bench)) == (0, none(), [])


# By its mark


def located(account: Account) -> list[str]:
    """In which account, and where its Azure is."""
    connection = account.client.connection
    return [
        "--in",
        connection["pool_id"].rpartition("/pools/")[0],
        f"--arm-endpoint={connection['arm_endpoint']}",
        f"--authority={connection['authority']}",
        f"--ca-file={connection['ca_file']}",
    ]


def by_mark(shell: Shell, account: Account, *arguments: str, run: str = RUN, **how: Any) -> Ended:
    account.forget_calls()
    return shell.json("runs", "cleanup", run, *located(account), *arguments, **how)


@pytest.fixture
def beside(account: Account) -> str:
    """A pool that by mark and name the run made beside an original."""
    return marked(account, f"p-dbg-{RUN}", kind="debug")


def marked(account: Account, name: str = "", **said: str) -> str:
    pool = account.make_pool(name)
    account.mark(pool, RUN, **said)
    return pool


@pytest.mark.parametrize("run", ["", "0123abc", "0123abcde", "0123ABCD", "0123abcg"])
def test_without_a_journal_a_run_is_named_in_full(shell: Shell, account: Account, run: str) -> None:
    ended = by_mark(shell, account, run=run)
    assert (ended.code, ended.document["error"]["what"]) == (2, f"{run!r} is not a run's whole id.")
    assert account.calls() == []


def test_what_is_no_account_is_told_as_it_was_given(shell: Shell) -> None:
    ended = shell.json("runs", "cleanup", RUN, "--in", "renders")
    assert (ended.code, ended.document["error"]["what"]) == (2, "'renders' is not a Batch account.")


def test_an_account_without_such_a_mark_holds_nothing(shell: Shell, account: Account) -> None:
    account.mark(account.make_pool(), OTHERS, kind="debug")
    ended = by_mark(shell, account, "--confirm", "any")
    assert (ended.code, ended.document) == (0, {"version": 1, **none()})
    assert account.changes() == []


def test_a_pool_whose_name_was_not_given_is_left(shell: Shell, account: Account, beside: str) -> None:
    ended = by_mark(shell, account, "--confirm", "another")
    assert (ended.code, account.changes()) == (8, [])
    assert receipt(ended.document) == none(created=[(POOL, beside)], left=[(POOL, beside)])
    assert ended.document["left"][0]["why"] == f"its name was not confirmed: --confirm {beside}"
    told = ended.err.splitlines()
    assert f"{beside} is a debug pool of run {RUN}, by the mark that it carries." in told
    assert any(line.startswith("  it has a fixed size of 1 node") for line in told)
    assert not any("It is not deleted." in line for line in told)


def test_a_pool_whose_name_was_given_is_removed_and_no_other(
    shell: Shell, account: Account, beside: str
) -> None:
    other, copied = marked(account, f"q-dbg-{RUN}"), marked(account, "worked-on")
    ended = by_mark(shell, account, "--confirm", beside, "--confirm", "another")
    assert (ended.code, account.changes()) == (8, [(f"DELETE ARM/pools/{beside}", 202)])
    assert receipt(ended.document) == none(
        created=[(POOL, beside), (POOL, other)],
        removed=[(POOL, beside)],
        left=[(POOL, other), (ORIGINAL, copied)],
    )
    assert account.pool(beside) is None


def test_what_is_removed_by_its_mark_is_removed_just_now(shell: Shell, account: Account, beside: str) -> None:
    both = [beside, marked(account, f"q-dbg-{RUN}", kind="debug")]
    confirmed = [word for name in both for word in ("--confirm", name)]
    ended = shell.call("runs", "cleanup", RUN, *located(account), *confirmed)
    assert ended.out.splitlines() == [f"removed  {POOL} {name}" for name in both]


@pytest.mark.parametrize(
    ("typed", "code"), [("{}\n", 0), ("  {} \n", 0), ("\n", 8), ("a\n", 8), ("z{}\n", 8)]
)
def test_its_name_may_be_typed(shell: Shell, account: Account, beside: str, typed: str, code: int) -> None:
    ended = by_mark(shell, account, typed=typed.format(beside))
    assert (ended.code, account.pool(beside) is None) == (code, code == 0)
    asked = f"Its name typed removes it. Type {beside}, or nothing to leave it: "
    assert asked in ended.err
    assert "Type" not in ended.out


def test_an_original_is_never_deleted_and_its_jobs_are_enabled(shell: Shell, account: Account) -> None:
    pool = account.make_pool("worked-on")
    job, weekly = account.make_job(pool, "disabled"), account.make_schedule(pool, "disabled")
    account.mark(pool, RUN, kind="original", stage="debug", jobs=f"schedule/{weekly} {job}")
    ended = by_mark(shell, account, "--confirm", pool)

    assert (ended.code, account.metadata(pool), account.pool(pool)["state"]) == (8, {}, "active")
    assert (account.job(job), account.schedule(weekly)) == ("active", "active")
    assert receipt(ended.document) == none(
        removed=[(JOB_SCHEDULE, weekly), (JOB, job)], left=[(ORIGINAL, pool)]
    )
    offer = f"Its name typed takes the mark off, and enables what that run disabled: {weekly}, {job}."
    assert f"  It is not deleted. {offer}" in ended.err.splitlines()
    why = ended.document["left"][0]["why"]
    assert "its mark is off, and it stands as it stood: " in why
    assert "it has a fixed size of 1 node" in why
    assert "no room for" not in why


def test_an_original_without_jobs_is_offered_without_them(shell: Shell, account: Account) -> None:
    pool = marked(account, "worked-on", kind="original")
    ended = by_mark(shell, account)
    assert (ended.code, account.changes()) == (8, [])
    assert receipt(ended.document) == none(left=[(ORIGINAL, pool)])
    assert "  It is not deleted. Its name typed takes the mark off." in ended.err.splitlines()


def test_jobs_that_the_mark_had_no_room_for_are_told(shell: Shell, account: Account) -> None:
    pool = account.make_pool("worked-on")
    job = account.make_job(pool)
    account.mark(pool, RUN, kind="original", jobs=f"{job} +3")
    ended = by_mark(shell, account, "--confirm", pool)
    assert f"disabled: {job} and 3 more, which it had no room for." in ended.err
    assert "3 jobs that the mark had no room for may be disabled still." in ended.document["left"][0]["why"]


def test_an_original_that_is_as_any_other_is_told_so(shell: Shell, account: Account) -> None:
    scale = {"autoScale": {"formula": "$TargetDedicatedNodes = 1;", "evaluationInterval": "PT5M"}}
    pool = account.make_pool("worked-on")
    account.patch(pool, scaleSettings=scale)
    account.mark(pool, RUN, kind="original")
    ended = by_mark(shell, account, "--confirm", pool)
    assert (
        "it stands as it stood: nothing about it is out of the ordinary."
        in (ended.document["left"][0]["why"])
    )


def test_one_that_could_not_be_removed_by_its_mark_keeps_none_of_the_others(
    shell: Shell, account: Account, beside: str
) -> None:
    other = marked(account, f"q-dbg-{RUN}")
    account.fault(f"DELETE .*/pools/{beside}$", status=409, code="ScopeLocked", message="No.", times=9)
    ended = by_mark(shell, account, "--confirm", beside, "--confirm", other)
    assert (ended.code, account.pool(other)) == (8, None)
    assert receipt(ended.document) == none(
        created=[(POOL, beside), (POOL, other)], removed=[(POOL, other)], left=[(POOL, beside)]
    )
    assert ended.document["left"][0]["why"].startswith(f"Azure refused deleting pool {beside}.")


@pytest.mark.parametrize("match", ["DELETE .*/pools/{}$", "GET /batchAccounts/.*/pools$"])
def test_what_is_not_permitted_ends_cleaning_up_by_mark(
    shell: Shell, account: Account, beside: str, match: str
) -> None:
    account.fault(match.format(beside), status=403, times=9)
    ended = by_mark(shell, account, "--confirm", beside)
    assert (ended.code, ended.document.keys()) == (6, {"version", "error"})
    assert account.pool(beside)["state"] == "active"


def test_who_stops_it_by_mark_is_told_how_it_goes_on(shell: Shell, account: Account, beside: str) -> None:
    ended = by_mark(shell, account, "--confirm", beside, stop_at="by the mark that it carries")
    account_id = account.client.connection["pool_id"].rpartition("/pools/")[0]
    assert (ended.code, account.changes()) == (130, [])
    do = f"Resume it with: troubleshooter runs cleanup {RUN} --in {account_id}"
    assert ended.document["error"]["do"] == do
