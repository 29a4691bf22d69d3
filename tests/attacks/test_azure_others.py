"""Somebody else works on the same pool: another operator, another run, the same one without its journal."""

from __future__ import annotations

import re
import shutil
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.attacks.away import assert_whole, bring_back
from tests.attacks.wire import ALWAYS, JOB, JSON, POOL, finished, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.wire import Wire

OWNERS = [{"name": "owner", "value": "ops"}]


def stopped_in_the_debug_stage(wire: Wire, **environ: str) -> str:
    """A run whose own pool stands under the original's id: its id."""
    ended = wire.asked(*wire.in_place("--until", "recreate"), **environ)
    assert wire.jobs()[JOB] == "disabled"
    run: str = ended.document["run"]
    return run


def test_another_runs_pool_is_not_taken_for_the_original(wire: Wire, tmp_path: Path) -> None:
    before = wire.definition()
    first = stopped_in_the_debug_stage(wire)
    etag = wire.pools()[POOL]["definition"]["etag"]

    second = wire.asked(
        *wire.in_place("--answer", "outside-fix=done"), TROUBLESHOOTER_HOME=str(tmp_path / "second")
    )
    assert wire.pools()[POOL]["definition"]["etag"] == etag
    assert second.code == 9
    assert first in second.out
    assert bring_back(wire, first, "cleanup").code == 0
    assert_whole(wire, before)


@pytest.mark.slow
def test_work_that_was_proven_is_not_removed_by_another_run(wire: Wire, tmp_path: Path) -> None:
    before = wire.definition()
    first = stopped_in_the_debug_stage(wire)
    home = str(tmp_path / "second")
    second = wire.asked(*wire.in_place("--answer", "outside-fix=done"), TROUBLESHOOTER_HOME=home)
    proven = wire.pools()[POOL]["definition"]["etag"] if second.document["verified"] else None

    bring_back(wire, first, "cleanup")
    if proven is not None:
        assert wire.pools()[POOL]["definition"]["etag"] == proven
    assert_whole(wire, before, fixed=True)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0, 1, 3])
def test_of_two_operators_at_once_the_original_is_not_lost(wire: Wire, tmp_path: Path, seconds: int) -> None:
    before = wire.definition()
    limits = ("--limit", "20s", "--total-limit", "30s")
    running = []
    for home in ("one", "two"):
        environ = {"TROUBLESHOOTER_HOME": str(tmp_path / home)}
        running.append(wire.start(*wire.in_place(*limits), *JSON, **environ))
        if home == "one":
            until(lambda: len(wire.calls("GET")) >= 4 * seconds, "the first operator's start")
    for each in running:
        try:
            finished(each, 60)
        except AssertionError:
            continue  # killed: they drive each other round (F3); what they leave is looked at below
    _assert_saved_somewhere(wire, tmp_path, before)


def _assert_saved_somewhere(wire: Wire, tmp_path: Path, before: Any) -> None:
    """One of the two can put back what stood in the beginning."""
    stood = []
    for home in ("one", "two"):
        environ = {"TROUBLESHOOTER_HOME": str(tmp_path / home)}
        run = wire.asked("runs", "list", **environ).document["runs"][0]["id"]
        wire.asked("runs", "restore", run, "--confirm", POOL, **environ)
        stood.append(wire.definition())
    assert before in stood


def test_a_pool_mended_by_hand_is_left_alone_and_its_jobs_work(wire: Wire) -> None:
    run = stopped_in_the_debug_stage(wire)
    mended = _mended_by_hand(wire)

    bring_back(wire, run, "cleanup")
    assert wire.jobs()[JOB] == "active"
    assert wire.definition() == mended


@pytest.mark.slow
def test_a_run_on_a_pool_mended_by_hand_can_be_closed(wire: Wire) -> None:
    run = stopped_in_the_debug_stage(wire)
    mended = _mended_by_hand(wire)

    for _ in range(3):  # each step is what the one before says is to be done
        told = bring_back(wire, run, "cleanup").out
        for offered in re.findall(rf"troubleshooter (runs cleanup {run}[^\"\\\n.;]*)", told):
            wire.asked(*offered.split())
    shown = wire.asked("runs", "show", run).document
    assert shown["changes"]["left"] == []
    assert wire.asked("runs", "delete", run, "--yes").code == 0
    assert wire.definition() == mended


def test_a_job_that_cannot_be_enabled_holds_no_run_open(wire: Wire) -> None:
    """What was taken back is told beside it, and it can be closed as it stands, with why."""
    before = wire.definition()
    run = stopped_in_the_debug_stage(wire)
    wire.plant(f"POST ^/jobs/{JOB}/enable$", status=403, code="AuthorizationFailure", times=ALWAYS)

    failed = bring_back(wire, run, "cleanup")
    assert failed.code != 0
    assert wire.definition() == before, "one obstacle keeps nothing else from being put back"
    assert wire.asked("runs", "delete", run, "--yes").code != 0
    closed = wire.asked("runs", "cleanup", run, "--close", JOB)
    assert (closed.code, closed.document["left"]) == (0, [])
    shown = wire.asked("runs", "show", run).document
    assert shown["changes"]["left"] == []
    assert wire.asked("runs", "delete", run, "--yes").code == 0


def test_nothing_is_closed_that_nobody_tried_to_take_back(wire: Wire) -> None:
    run = stopped_in_the_debug_stage(wire)
    assert wire.asked("runs", "cleanup", run, "--close", JOB).code == 9


def _mended_by_hand(wire: Wire) -> Any:
    """The operator's own metadata takes the place of the run's mark."""
    answered = wire.others.arm("PATCH", wire.connection["pool_id"], {"properties": {"metadata": OWNERS}})
    assert answered.status == 200
    return wire.definition()


def _recreated(wire: Wire, password: str) -> None:
    """Somebody deletes the pool and creates it again, with a password that no GET returns."""
    pool = wire.connection["pool_id"]
    read = wire.others.arm("GET", pool).body
    body = {key: read[key] for key in ("properties", "identity") if key in read}
    body["properties"]["userAccounts"] = [{"name": "ops", "elevationLevel": "Admin", "password": password}]
    assert wire.others.arm("DELETE", pool).status == 202
    until(lambda: wire.others.arm("GET", pool).status == 404, "the end of the pool")
    assert wire.others.arm("PUT", pool, body).status == 200


def test_a_password_rotated_after_the_plan_is_not_rolled_back(wire: Wire) -> None:
    old = {"TROUBLESHOOTER_SECRET_USERACCOUNTS_0_PASSWORD": "Made-up-1"}
    _recreated(wire, "Made-up-1")
    run = wire.asked(*wire.in_place("--until", "plan"), **old).document["run"]
    _recreated(wire, "Made-up-2")

    wire.asked("runs", "resume", run, "--yes", "--confirm", POOL, "--until", "recreate", **old)
    assert wire.definition()["properties"]["userAccounts"][0]["password"] == "Made-up-2"


def _account(wire: Wire) -> str:
    account: str = wire.connection["pool_id"].partition("/pools/")[0]
    return account


def test_without_its_journal_a_run_in_place_does_not_delete_the_original(wire: Wire) -> None:
    run = stopped_in_the_debug_stage(wire)
    shutil.rmtree(wire.home)
    stood = wire.definition()["properties"]

    cleaned = wire.asked("runs", "cleanup", run, "--in", _account(wire), "--confirm", POOL)
    now = wire.definition()["properties"]
    assert [each for each in now.pop("metadata") if each["name"].startswith("troubleshooter")] == []
    stood.pop("metadata")
    assert now == stood
    assert wire.jobs()[JOB] == "active"
    assert cleaned.code == 8
    assert {"kind": "job", "id": JOB} in cleaned.document["removed"]
    (left,) = cleaned.document["left"]
    assert (left["kind"], left["id"]) == ("original-pool", POOL)
    for trace in ("requireInitialSync is off", "SSH (port 22) is open from 127.0.0.1/32", "1 node"):
        assert trace in left["why"]


def test_without_its_name_typed_an_original_keeps_its_mark_and_is_shown(wire: Wire) -> None:
    run = stopped_in_the_debug_stage(wire)
    shutil.rmtree(wire.home)
    before = wire.definition()

    cleaned = wire.asked("runs", "cleanup", run, "--in", _account(wire))
    assert (cleaned.code, wire.definition(), wire.jobs()[JOB]) == (8, before, "disabled")
    for told in ("works in place", "requireInitialSync is off", f"enables what that run disabled: {JOB}"):
        assert told in cleaned.err


@pytest.mark.parametrize(
    "mark",
    [
        {},  # as versions before this one wrote it
        {"troubleshooter-kind": "debug", "troubleshooter-stage": "debug"},  # copied from a debug pool
        {"troubleshooter-kind": "proof"},
        {"troubleshooter-kind": "something that another version means"},
    ],
)
def test_by_a_mark_alone_no_pool_is_deleted_that_has_a_name_of_its_own(
    mark: dict[str, str], wire: Wire
) -> None:
    run = "0badcafe"
    items = [{"name": name, "value": value} for name, value in ({"troubleshooter-run": run} | mark).items()]
    wire.others.arm("PATCH", wire.connection["pool_id"], {"properties": {"metadata": [*OWNERS, *items]}})

    cleaned = wire.asked("runs", "cleanup", run, "--in", _account(wire), "--confirm", POOL)
    assert wire.definition()["properties"]["metadata"] == OWNERS
    assert cleaned.code == 8
    assert wire.calls("DELETE") == []


def test_a_mark_enables_no_job_of_another_pool_and_none_that_is_not_disabled(wire: Wire) -> None:
    """Whoever may write a pool's metadata could otherwise have anybody's jobs enabled."""
    wire.others.batch("POST", "/jobs", {"id": "elsewhere", "poolInfo": {"poolId": "another-pool"}})
    wire.others.batch("POST", "/jobs/elsewhere/disable", {"disableTasks": "requeue"})
    until(lambda: wire.others.batch("GET", "/jobs/elsewhere").body["state"] == "disabled", "it disabled")
    items = {
        "troubleshooter-run": "0badcafe",
        "troubleshooter-kind": "original",
        "troubleshooter-jobs": f"elsewhere {JOB} nowhere schedule/never",
    }
    metadata = [{"name": name, "value": value} for name, value in items.items()]
    wire.others.arm("PATCH", wire.connection["pool_id"], {"properties": {"metadata": metadata}})

    cleaned = wire.asked("runs", "cleanup", "0badcafe", "--in", _account(wire), "--confirm", POOL)
    assert wire.jobs()["elsewhere"] == "disabled"
    assert [call["path"] for call in wire.calls("POST") if call["path"].endswith("/enable")] == []
    assert cleaned.document["removed"] == []


@pytest.mark.slow(every_change=True)
def test_a_mark_stays_until_the_jobs_that_it_lists_are_enabled(wire: Wire) -> None:
    """It is all that tells of them where the journal is lost."""
    run = stopped_in_the_debug_stage(wire)
    shutil.rmtree(wire.home)
    before = wire.definition()
    wire.plant(f"POST ^/jobs/{JOB}/enable$", status=409, code="JobBusy")

    first = wire.asked("runs", "cleanup", run, "--in", _account(wire), "--confirm", POOL)
    assert (first.code, wire.definition(), wire.jobs()[JOB]) == (8, before, "disabled")
    assert sorted(each["kind"] for each in first.document["left"]) == ["job", "original-pool"]
    again = wire.asked("runs", "cleanup", run, "--in", _account(wire), "--confirm", POOL)
    assert wire.jobs()[JOB] == "active"
    assert {"kind": "job", "id": JOB} in again.document["removed"]


def test_a_debug_pool_is_still_found_and_removed_without_the_journal(wire: Wire) -> None:
    before = wire.definition()
    run = wire.asked(*wire.running("--until", "recreate")).document["run"]
    (debug,) = (name for name in wire.pools() if name != POOL)
    shutil.rmtree(wire.home)

    cleaned = wire.asked("runs", "cleanup", run, "--in", _account(wire), "--confirm", debug)
    assert (cleaned.code, list(wire.pools()), wire.definition()) == (0, [POOL], before)
    assert cleaned.document["removed"] == [{"kind": "pool", "id": debug}]


@pytest.mark.slow
def test_a_stop_while_jobs_are_disabled_is_undone_by_clean_up(wire: Wire) -> None:
    before = wire.definition()
    wire.plant(f"POST ^/jobs/{JOB}/disable$", delay=2, after_effect=True)
    running = wire.start(*wire.in_place(), *JSON)
    until(lambda: wire.jobs()[JOB] in {"disabling", "disabled"}, "the disabling")
    running.send_signal(signal.SIGTERM)
    assert finished(running).code == 130
    assert bring_back(wire, wire.latest(), "cleanup").code == 0
    assert_whole(wire, before)


@pytest.mark.slow
def test_a_job_that_somebody_else_changed_meanwhile_is_read_and_disabled_again(wire: Wire) -> None:
    before = wire.definition()
    wire.plant(f"POST ^/jobs/{JOB}/disable$", delay=3)
    running = wire.start(*wire.in_place(), *JSON)
    until(lambda: not wire.state()["faults"], "the job's disabling")
    assert wire.others.batch("POST", f"/jobs/{JOB}/disable", {"disableTasks": "wait"}).status == 202
    assert wire.others.batch("POST", f"/jobs/{JOB}/enable").status == 202
    until(lambda: wire.others.batch("GET", f"/jobs/{JOB}").body["state"] == "active", "the job's enabling")

    assert finished(running).code == 0
    asked = [(call["if_match"], call["status"]) for call in wire.calls("POST", f"/jobs/{JOB}/disable")]
    (met,) = [etag for etag, status in asked if status == 412]
    assert (met, 202) not in asked
    assert bring_back(wire, wire.latest(), "restore").code == 0
    assert_whole(wire, before)
