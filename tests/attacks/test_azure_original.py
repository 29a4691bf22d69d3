"""Azure misbehaves while the original is away: it is said, and there is always a way back."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.attacks.away import (
    WAYS_BACK,
    assert_away,
    assert_said,
    assert_said_in_json,
    assert_whole,
    bring_back,
)
from tests.attacks.wire import ALWAYS, ARM_POOL, AT_ONCE, BATCH_POOL, JOB, JSON, POOL, finished, until

if TYPE_CHECKING:
    from tests.attacks.wire import Wire

DENIED = {"status": 403, "times": ALWAYS}
GARBAGE = {"body": '{"a":' + "[" * 100_000, "times": ALWAYS}
PUTS: dict[str, dict[str, Any]] = {
    "403": DENIED,
    "503": {"status": 503, **AT_ONCE, "times": ALWAYS},
    "429 for an hour": {"status": 429, "retry_after": 3600, "times": ALWAYS},
    "garbage, a bug": GARBAGE,
    "reset": {"reset": True, "times": ALWAYS},
}


def lose_the_delete(wire: Wire) -> None:
    """The DELETE is carried out and its answer lost; the next try meets a condition that no longer holds."""
    wire.plant(f"DELETE {BATCH_POOL}", reset=True, after_effect=True)
    wire.plant(f"DELETE {BATCH_POOL}", status=412)


def test_a_lost_delete_is_known_as_our_own(wire: Wire) -> None:
    before = wire.definition()
    lose_the_delete(wire)
    wire.plant(f"PUT {ARM_POOL}", **DENIED)
    ended = wire.told(*wire.in_place())
    assert_away(wire)

    run = wire.latest()
    assert_said(ended, run)
    assert_said(wire.told("runs", "show", run), run)
    wire.clear()
    assert bring_back(wire, run, "cleanup").code == 0
    assert_whole(wire, before)


def test_a_run_goes_on_after_a_lost_delete_or_says_what_is_away(wire: Wire) -> None:
    before = wire.definition()
    lose_the_delete(wire)
    ended = wire.asked(*wire.in_place())

    if wire.definition() is None:
        assert_said_in_json(ended, wire.latest())
    else:
        assert_whole(wire, before, fixed=True)
        assert ended.document["verified"]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS_BACK)
def test_every_way_back_works_after_a_lost_delete(wire: Wire, way: str) -> None:
    before = wire.definition()
    lose_the_delete(wire)
    wire.plant(f"PUT {ARM_POOL}", **DENIED)
    wire.asked(*wire.in_place())
    assert_away(wire)
    wire.clear()

    run = wire.latest()
    assert bring_back(wire, run, way).code == 0
    assert_whole(wire, before, fixed=way == "resume")
    assert wire.asked("runs", "show", run).document["changes"]["left"] == []


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("way", ["cleanup", "restore"])
def test_the_way_back_works_after_a_change_and_a_survey_that_fails(wire: Wire, way: str) -> None:
    before = wire.definition()
    wire.plant(f"POST ^/jobs/{JOB}/disable$", delay=3, after_effect=True)
    running = wire.start(*wire.in_place(), *JSON)
    until(lambda: not wire.state()["faults"], "the job's disabling")
    metadata = [{"name": "owner", "value": "ops"}]
    changed = {"properties": {"metadata": metadata}}
    assert wire.others.arm("PATCH", wire.connection["pool_id"], changed).status == 200
    wire.plant("GET /batchAccounts/[^/]+$", status=500, **AT_ONCE, times=ALWAYS)
    finished(running)
    wire.clear()

    ended = bring_back(wire, wire.latest(), way)
    assert wire.jobs()[JOB] == "active"
    assert ended.code == 0
    now = wire.definition()
    kept = metadata if way == "cleanup" else before["properties"].get("metadata")
    assert now["properties"].get("metadata") == kept


def deletes(wire: Wire) -> list[str | None]:
    return [call["if_match"] for call in wire.calls("DELETE", f"/pools/{POOL}")]


def assert_gives_up(wire: Wire, *codes: int, most: int = 4) -> None:
    """It ends within its limits and few tries, the pool untouched and its jobs put back."""
    before = wire.pools()[POOL]
    running = wire.start(*wire.in_place("--limit", "10s", "--total-limit", "20s"), *JSON)
    until(lambda: len(deletes(wire)) > most or running.poll() is not None, "an end of the DELETEs", 120)
    if running.poll() is None:
        running.kill()
    ended = finished(running)

    assert ended.code in codes
    assert len(deletes(wire)) <= most
    assert wire.pools()[POOL]["definition"]["etag"] == before["definition"]["etag"]
    wire.clear()
    bring_back(wire, wire.latest(), "cleanup")
    assert_whole(wire, before["written"])


@pytest.mark.slow(every_change=True)
def test_a_condition_that_never_holds_is_given_up(wire: Wire) -> None:
    wire.plant(f"DELETE {BATCH_POOL}", status=412, times=ALWAYS)
    # the third round, or the total limit before it; in each the ETag is tried bare and in quotes
    assert_gives_up(wire, 7, 9, most=8)


def test_without_an_etag_nothing_is_deleted(wire: Wire) -> None:
    wire.plant(f"GET {BATCH_POOL}", drop=["etag", "odata.etag"], times=ALWAYS)
    wire.plant(f"GET {ARM_POOL}", drop=["etag"], times=ALWAYS)
    assert_gives_up(wire, 9)
    assert deletes(wire) == []


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            fault, id=name, marks=[pytest.mark.slow] if name in {"reset", "503", "429 for an hour"} else []
        )
        for name, fault in PUTS.items()
    ],
)
def test_it_is_said_whatever_meets_the_creation(wire: Wire, fault: dict[str, Any], form: str) -> None:
    wire.plant(f"PUT {ARM_POOL}", **fault)
    if form == "text":
        ended = wire.told(*wire.in_place())
        assert_away(wire)
        assert_said(ended, wire.latest())
    else:
        ended = wire.asked(*wire.in_place())
        assert_away(wire)
        assert_said_in_json(ended, wire.latest())


@pytest.mark.slow
@pytest.mark.parametrize("status", [409, 400])
def test_a_creation_refused_for_good_can_be_restored(wire: Wire, status: int) -> None:
    before = wire.definition()
    wire.plant(f"PUT {ARM_POOL}", status=status, code="AccountPoolQuotaReached", times=ALWAYS)
    ended = wire.asked(*wire.in_place())
    assert_away(wire)
    run = wire.latest()
    assert_said_in_json(ended, run)
    wire.clear()
    assert bring_back(wire, run, "restore").code == 0
    assert_whole(wire, before)


def interrupted(wire: Wire, number: signal.Signals) -> Any:
    """The run, ended by a signal while the creation after the delete has no answer."""
    wire.plant(f"PUT {ARM_POOL}", hold="reset", times=ALWAYS)
    running = wire.start(*wire.in_place())
    until(lambda: wire.state()["held"], "the creation")
    running.send_signal(number)
    ended = finished(running)
    assert_away(wire)
    wire.clear()
    return ended


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_is_said_at_an_interruption(wire: Wire, number: signal.Signals) -> None:
    before = wire.definition()
    ended = interrupted(wire, number)
    run = wire.latest()
    assert ended.code == 130
    assert_said(ended, run)
    assert bring_back(wire, run, "cleanup").code == 0
    assert_whole(wire, before)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL], ids=lambda number: number.name)
def test_it_is_said_by_the_next_command(wire: Wire, number: signal.Signals) -> None:
    before = wire.definition()
    interrupted(wire, number)
    run = wire.latest()
    for command in (("runs", "list"), ("runs", "show", run)):
        assert_said(wire.told(*command), run)
        assert_said_in_json(wire.asked(*command), run)
    assert bring_back(wire, run, "restore").code == 0
    assert_whole(wire, before)
    assert "runs restore" not in wire.told("runs", "list").out


@pytest.mark.slow
def test_it_is_said_by_doctor(wire: Wire) -> None:
    interrupted(wire, signal.SIGKILL)
    first = wire.told("doctor").out.splitlines()[0]
    assert first.startswith(f"✖ Pool {POOL} is away: run {wire.latest()}")
    assert f"troubleshooter runs restore {wire.latest()} --confirm {POOL}" in first


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("way", ["restore", "cleanup"])
def test_a_run_resumed_after_a_way_back_that_was_stopped_goes_that_way_first(wire: Wire, way: str) -> None:
    """The steps that are next rest on a pool which the way back has taken away."""
    before = wire.definition()
    wire.asked(*wire.in_place("--until", "wait-for-idle"))
    wire.plant(f"PUT {ARM_POOL}", status=403, times=ALWAYS)
    assert bring_back(wire, wire.latest(), way).code == 6
    assert wire.definition() is None
    wire.clear()

    resumed = bring_back(wire, wire.latest(), "resume")
    steps = {each["id"]: each for each in resumed.document["steps"]}
    assert (steps["collect"]["state"], steps["clean-up"]["state"]) == ("skipped", "done")
    assert "put back" in steps["collect"]["why"]
    assert resumed.document["changes"]["left"] == []
    assert_whole(wire, before)


def over_in_place(wire: Wire) -> Any:
    """A run in place that came to its end, and the pool as it was before."""
    before = wire.definition()
    assert wire.asked(*wire.in_place()).code == 0
    return before


@pytest.mark.slow
def test_a_restore_of_a_run_that_is_over_is_gone_to_its_end_by_resuming(wire: Wire) -> None:
    """Stopped with the pool away: the run has no step left that could find it out."""
    before = over_in_place(wire)
    wire.plant(f"PUT {ARM_POOL}", status=403, times=ALWAYS)
    assert bring_back(wire, wire.latest(), "restore").code == 6
    assert wire.definition() is None
    wire.clear()

    resumed = bring_back(wire, wire.latest(), "resume")
    assert resumed.document["changes"]["left"] == []
    assert_whole(wire, before)


@pytest.mark.slow
def test_a_restore_of_a_run_that_is_over_and_stopped_at_its_jobs_leaves_none_disabled(wire: Wire) -> None:
    over_in_place(wire)
    fixed = wire.definition()
    wire.plant(f"POST ^/jobs/{JOB}/disable$", delay=2, after_effect=True)
    running = wire.start("runs", "restore", wire.latest(), "--confirm", POOL)
    until(lambda: wire.jobs()[JOB] in {"disabling", "disabled"}, "the disabling")
    running.send_signal(signal.SIGTERM)
    assert finished(running).code == 130
    wire.clear()

    resumed = bring_back(wire, wire.latest(), "resume")
    assert (resumed.code, wire.jobs()[JOB]) == (0, "active")
    assert resumed.document["changes"]["left"] == []
    assert wire.definition()["properties"] == fixed["properties"]


@pytest.mark.slow(every_change=True)
def test_an_original_that_was_kept_as_it_stands_is_left_so_by_resuming(wire: Wire) -> None:
    """That the run is over is no reason to put back what the operator chose to keep."""
    ended = wire.asked(*wire.in_place("--answer", "clean-up=keep", "--answer", "fix=none"))
    kept = wire.definition()
    assert [each["kind"] for each in ended.document["changes"]["left"]] != []
    puts = len(wire.calls("PUT", POOL))

    bring_back(wire, wire.latest(), "resume")
    assert wire.definition() == kept
    assert len(wire.calls("PUT", POOL)) == puts
