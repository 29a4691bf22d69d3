"""What is told, and left, where something cannot be taken back, or comes to stand otherwise than asked."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from tests.flows.lost.front import desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.flows.lost.front import Desk

POOL = "render-pool"
BESIDE = (
    "--allow-from",
    "127.0.0.1/32",
    "--yes",
    "--answer",
    "next=look",
    "--poll-interval",
    "0.05",
    "--limit",
    "6s",
)
IN_PLACE = (*BESIDE, "--mode", "in-place", "--confirm", POOL, "--answer", "jobs=requeue")
CONSENT = ("--yes", "--confirm", POOL, "--answer", "jobs=requeue", "--answer", "apply=pool")
ON_ORIGINAL = (*BESIDE, *CONSENT[1:])


class Keyboard(io.StringIO):
    """A terminal at which somebody types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("wrong-client-id") as here:
        yield here


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda *lines: monkeypatch.setattr(sys, "stdin", Keyboard("".join(f"{line}\n" for line in lines)))


def run(here: Desk, *arguments: str) -> Any:
    return here.json("run", here.connection["pool_id"], *arguments)


def account(here: Desk) -> str:
    return str(here.connection["pool_id"]).rpartition("/pools/")[0]


def pools(here: Desk) -> set[str]:
    return {pool["name"] for pool in here.control("GET", "state")["pools"]}


def jobs(here: Desk) -> dict[str, str]:
    return {job["id"]: job["state"] for job in here.control("GET", "state")["jobs"]}


def fault(here: Desk, match: str, **kind: Any) -> None:
    here.control("POST", "fault", {"match": match, **kind})


# By the mark alone


@pytest.fixture
def left(here: Desk) -> tuple[str, str]:
    """A run that stopped with its debug pool in Azure."""
    run_id = run(here, *BESIDE, "--until", "recreate")["run"]
    return run_id, f"{POOL}-dbg-{run_id}"


def by_mark(here: Desk, run_id: str, *more: str) -> tuple[int, Any]:
    said = here("runs", "cleanup", run_id, "--in", account(here), *more, "--output", "json")
    return said.code, said.document


@pytest.mark.parametrize(("status", "code"), [(409, 8), (400, 8), (403, 6)])
def test_a_marked_pool_that_azure_will_not_delete_is_left_or_ends_it(
    here: Desk, left: tuple[str, str], status: int, code: int
) -> None:
    run_id, name = left
    fault(here, f"DELETE /pools/{name}$", status=status, code="NotNow", times=20)
    ended, told = by_mark(here, run_id, "--confirm", name)

    assert ended == code
    assert name in pools(here)
    if code == 8:
        (only,) = told["left"]
        assert (only["id"], "NotNow" in only["why"]) == (name, True)


@pytest.mark.parametrize(("typed", "removed"), [("{name}", True), ("", False), ("render-pool", False)])
def test_a_marked_pool_goes_when_its_name_is_typed(
    here: Desk, left: tuple[str, str], types: Any, typed: str, removed: bool
) -> None:
    run_id, name = left
    types(typed.format(name=name))
    code, told = by_mark(here, run_id)

    assert code == (0 if removed else 8)
    assert (name in pools(here)) is not removed
    assert [each["id"] for each in told["removed" if removed else "left"]] == [name]


def test_a_deletion_that_ends_as_failed_leaves_the_pool_with_what_azure_said(
    here: Desk, left: tuple[str, str]
) -> None:
    run_id, name = left
    answer = '{"status": "Failed", "error": {"code": "Locked", "message": "somebody locked it"}}'
    fault(here, "GET .*/poolOperationResults/", body=answer, times=20)
    told = here.json("runs", "cleanup", run_id, "--yes")

    assert "Locked" in str(told)
    assert [each["id"] for each in told["left"]] == [name]


# At the keyboard


@pytest.mark.parametrize(("typed", "code"), [("y", 0), ("n", 9)])
def test_what_is_left_goes_when_somebody_agrees(
    here: Desk, left: tuple[str, str], types: Any, typed: str, code: int
) -> None:
    run_id, name = left
    types(typed)

    assert here("runs", "cleanup", run_id, "--output", "json").code == code
    assert (name in pools(here)) is (code != 0)


@pytest.mark.parametrize(("typed", "code"), [(POOL, 0), ("render", 9)])
def test_the_original_is_restored_when_its_name_is_typed(
    here: Desk, types: Any, typed: str, code: int
) -> None:
    run_id = run(here, *IN_PLACE)["run"]
    types(typed)

    assert here("runs", "restore", run_id, "--output", "json").code == code


# Otherwise than asked


def spoilt(here: Desk, of: str, skip: int = 0) -> None:
    """Azure answers each look at the pool without what was asked for."""
    fault(here, f"GET .*batchAccounts/[^/]+/pools/{of}$", drop=["taskSlotsPerNode"], times=3, skip=skip)


def test_a_pool_that_is_put_back_otherwise_says_in_what(here: Desk) -> None:
    run_id = run(here, *IN_PLACE)["run"]
    here.control("DELETE", "calls")
    undisturbed = here.json("runs", "restore", run_id, "--confirm", POOL)
    calls = [call for call in here.control("GET", "calls")["calls"] if call["method"] == "GET"]
    reads = [call for call in calls if call["path"].endswith(f"batchAccounts/contosobatch/pools/{POOL}")]
    run_id = run(here, *IN_PLACE)["run"]
    spoilt(here, POOL, skip=len(reads) - 1)
    said = here("runs", "restore", run_id, "--confirm", POOL, "--output", "json")

    assert undisturbed["differences"] == []
    assert (said.code, "taskSlotsPerNode" in str(said.document["differences"])) == (4, True)


def test_a_debug_pool_that_comes_out_otherwise_is_a_finding(here: Desk) -> None:
    spoilt(here, f"{POOL}-dbg-[0-9a-f]+")
    told = run(here, *BESIDE)

    assert any("taskSlotsPerNode" in str(finding) for finding in told["diagnosis"]["findings"])


# The original meanwhile


def test_an_original_that_goes_while_the_fix_is_proven_beside_it_is_told_what_to_change(here: Desk) -> None:
    client = Client(here.connection)
    run_id = run(here, *ON_ORIGINAL, "--until", "verify-all")["run"]
    assert client.arm("DELETE", here.connection["pool_id"]).status in {200, 202, 204}
    while POOL in pools(here):
        client.arm("GET", here.connection["pool_id"])
    told = here.json("runs", "resume", run_id, *CONSENT)

    assert told["changes"]["left"] == []
    assert [each["state"] for each in told["steps"] if each["id"] == "apply"] == ["done"]
    assert POOL not in pools(here)


def test_an_original_changed_while_the_fix_is_proven_beside_it_is_left_alone(here: Desk) -> None:
    client = Client(here.connection)
    run_id = run(here, *ON_ORIGINAL, "--until", "verify-all")["run"]
    read = client.arm("GET", here.connection["pool_id"]).body
    body = {key: read[key] for key in ("properties", "identity")}
    extension = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0]
    extension["settings"]["secretsManagementSettings"]["pollingIntervalInS"] = "7200"
    client.arm("DELETE", here.connection["pool_id"])
    while POOL in pools(here):
        client.arm("GET", here.connection["pool_id"])
    assert client.arm("PUT", here.connection["pool_id"], body).status == 200
    told = here.json("runs", "resume", run_id, *CONSENT)
    now = client.arm("GET", here.connection["pool_id"]).body

    assert told["changes"]["left"] == []
    assert "7200" in str(now)
    assert jobs(here)["nightly-frames"] == "active"


def stopped_at(here: Desk, route: tuple[str, ...], *answers: str) -> Any:
    """A run whose operator says no at one of the last questions; the jobs go on, and the original stands."""
    given = [part for answer in answers for part in ("--answer", answer)]
    told = run(here, *BESIDE, *route, "--confirm", POOL, *given)

    assert told["changes"]["left"] == []
    assert not any(each["kind"] == "original-pool" for each in told["changes"]["created"])
    assert jobs(here)["nightly-frames"] == "active"
    assert POOL in pools(here)
    return told


@pytest.mark.parametrize("answers", [("jobs=stop",), ("jobs=requeue", "route=stop")], ids=" ".join)
def test_who_stops_before_the_original_is_deleted_changes_nothing(
    here: Desk, answers: tuple[str, ...]
) -> None:
    told = stopped_at(here, ("--mode", "in-place"), *answers)

    assert (told["exit"], told["changes"]["created"]) == (9, [])


def test_who_would_rather_work_beside_it_does(here: Desk) -> None:
    told = stopped_at(here, ("--mode", "in-place"), "jobs=requeue", "route=debug-pool")

    assert [each["kind"] for each in told["changes"]["created"]] == ["pool", "node-user", "pool"]


def test_who_stops_at_the_jobs_once_the_fix_is_proven_keeps_the_original(here: Desk) -> None:
    told = stopped_at(here, (), "apply=pool", "jobs=stop")

    assert told["verified"]


# A fix that holds on one node only


def test_a_fix_that_fails_at_full_size_is_not_called_proven() -> None:
    with desk("mixed") as here:
        told = run(here, *BESIDE, "--debug-nodes", "2", "--answer", "outside-fix=done")

    assert told["verified"] is False
    assert told["changes"]["left"] == []
    assert "full size" in str([each for each in told["steps"] if each["id"] == "verify-all"])


# A way back that was stopped


def refused_to_create(here: Desk, *command: str) -> None:
    """The command fails where the pool is to be created: the original is away, and it says so."""
    fault(here, f"PUT .*/pools/{POOL}$", status=500, times=40)
    said = here(*command)
    here.control("DELETE", "fault")

    assert said.code == 7
    assert POOL not in pools(here)
    assert "troubleshooter runs " in said.err


def as_saved(here: Desk) -> bool:
    definition = Client(here.connection).arm("GET", here.connection["pool_id"]).body
    return "9e3d2f60" in str(definition) and jobs(here)["nightly-frames"] == "active"


@pytest.mark.parametrize("way", [("cleanup", "--yes"), ("restore", "--confirm", POOL)], ids=" ".join)
def test_resuming_goes_a_way_back_that_was_stopped_to_its_end(here: Desk, way: tuple[str, ...]) -> None:
    run_id = run(here, *IN_PLACE, "--until", "wait-for-idle")["run"]
    refused_to_create(here, "runs", way[0], run_id, *way[1:])
    told = here.json("runs", "resume", run_id, "--yes", "--confirm", POOL)

    assert as_saved(here)
    assert told["changes"]["left"] == []
    assert "put back first" in str(told["steps"])


def test_resuming_behind_the_clean_up_goes_a_restore_that_was_stopped_to_its_end(here: Desk) -> None:
    run_id = run(here, *IN_PLACE, "--until", "clean-up")["run"]
    refused_to_create(here, "runs", "restore", run_id, "--confirm", POOL)
    told = here.json("runs", "resume", run_id, "--yes", "--confirm", POOL)

    assert as_saved(here)
    assert told["changes"]["left"] == []


def test_resuming_a_run_that_is_over_goes_its_restore_to_its_end(here: Desk) -> None:
    run_id = run(here, *IN_PLACE)["run"]
    refused_to_create(here, "runs", "restore", run_id, "--confirm", POOL)
    told = here.json("runs", "resume", run_id, "--yes")

    assert as_saved(here)
    assert told["changes"]["left"] == []


def test_a_pool_that_somebody_else_holds_on_to_is_given_up(here: Desk) -> None:
    run_id = run(here, *IN_PLACE)["run"]
    fault(here, f"DELETE /pools/{POOL}$", status=412, times=40)
    said = here("runs", "restore", run_id, "--confirm", POOL, "--output", "json")

    assert said.code == 9
    assert "stood there after each of 3 tries" in said.document["error"]["why"]
    assert POOL in pools(here)
    assert jobs(here)["nightly-frames"] == "active"


def test_a_name_that_is_still_being_deleted_is_waited_for(here: Desk) -> None:
    fault(here, f"PUT .*/pools/{POOL}$", status=409, code="PoolBeingDeleted", times=2)
    told = run(here, *IN_PLACE)

    assert (told["exit"], told["verified"]) == (0, True)


# Whose pool it is


def planned(here: Desk) -> tuple[str, str]:
    run_id = run(here, *BESIDE, "--until", "plan")["run"]
    return run_id, f"{POOL}-dbg-{run_id}"


def test_a_strangers_pool_under_the_debug_pools_name_is_left_alone(here: Desk) -> None:
    client = Client(here.connection)
    run_id, name = planned(here)
    read = client.arm("GET", here.connection["pool_id"]).body
    strangers = f"{client.account_path}/pools/{name}"
    assert client.arm("PUT", strangers, {key: read[key] for key in ("properties", "identity")}).status == 200
    told = here.json("runs", "resume", run_id, "--yes")

    assert told["exit"] == 9
    assert name in told["error"]["what"]
    assert told["changes"]["left"] == []
    assert name in pools(here)


def test_a_pool_that_one_plane_does_not_show_yet_is_not_called_gone(
    here: Desk, left: tuple[str, str]
) -> None:
    run_id, name = left
    fault(here, f"GET .*batchAccounts/[^/]+/pools/{name}$", status=404, code="PoolNotFound", times=2)
    told = here.json("runs", "cleanup", run_id, "--yes")

    assert [each["id"] for each in told["removed"]] == [name]
    assert name not in pools(here)


# Jobs and node users


@pytest.fixture
def away(here: Desk) -> str:
    """A run in place that stopped before it was proven: the job is disabled."""
    run_id: str = run(here, *IN_PLACE, "--until", "recreate")["run"]
    assert jobs(here)["nightly-frames"] == "disabled"
    return run_id


def test_a_job_that_is_not_there_any_more_is_over(here: Desk, away: str) -> None:
    fault(here, "GET /jobs/nightly-frames$", status=404, code="JobNotFound", times=40)
    told = here.json("runs", "cleanup", away, "--yes")

    assert told["left"] == []
    assert POOL in pools(here)


@pytest.mark.parametrize("status", [400, 409])
def test_a_job_that_azure_will_not_enable_is_left_and_the_pool_is_put_back(
    here: Desk, away: str, status: int
) -> None:
    fault(here, "POST /jobs/nightly-frames/enable", status=status, code="NotNow", times=40)
    told = here.json("runs", "cleanup", away, "--yes")
    here.control("DELETE", "fault")

    ((kind, name, why),) = [(each["kind"], each["id"], each["why"]) for each in told["left"]]
    assert (kind, name) == ("job", "nightly-frames")
    assert "NotNow" in why
    assert {each["kind"] for each in told["removed"] if each["id"] == POOL} == {"original-pool"}
    assert jobs(here)["nightly-frames"] == "disabled"
    assert here.json("runs", "cleanup", away, "--yes")["left"] == []
    assert as_saved(here)


def test_a_job_that_moves_on_while_it_is_read_is_read_again(here: Desk) -> None:
    fault(here, "POST /jobs/nightly-frames/disable", status=412, times=1)
    client = Client(here.connection)
    run_id = run(here, *IN_PLACE, "--until", "plan")["run"]
    client.batch("PATCH", "/jobs/nightly-frames", {"priority": 7})
    told = here.json("runs", "resume", run_id, "--yes", "--confirm", POOL)

    assert told["changes"]["left"] == []
    assert jobs(here)["nightly-frames"] == "active"


@pytest.mark.parametrize("status", [403, 400])
def test_a_user_that_azure_will_not_make_leaves_nothing(here: Desk, status: int) -> None:
    """A task reads the node then."""
    fault(here, r"POST .*/nodes/[^/]+/users$", status=status, code="NotNow", times=40)
    told = run(here, *BESIDE)
    here.control("DELETE", "fault")

    assert not [each for each in told["changes"]["created"] if each["kind"] == "node-user"]
    assert pools(here) == {POOL}


def test_a_proof_on_a_pool_that_comes_out_otherwise_is_a_finding(here: Desk) -> None:
    spoilt(here, f"{POOL}-fix-[0-9a-f]+")
    told = run(here, *BESIDE)

    assert any("taskSlotsPerNode" in str(finding) for finding in told["diagnosis"]["findings"])


# A DELETE that nobody answered


def touch(here: Desk) -> None:
    """Somebody writes to the original: its ETag moves, and what is bound to the old one can never be done."""
    changed = {"properties": {"metadata": [{"name": "touched", "value": "meanwhile"}]}}
    assert Client(here.connection).arm("PATCH", here.connection["pool_id"], changed).status == 200


@pytest.fixture
def unanswered(here: Desk) -> str:
    """A run whose DELETE of the original nobody answered; it may still be carried out."""
    fault(here, f"DELETE /pools/{POOL}$", hold="reset", times=6)
    told = run(here, *IN_PLACE)
    here.control("DELETE", "fault")
    assert POOL in pools(here)
    assert told["changes"]["left"]
    return str(told["run"])


def released(here: Desk) -> None:
    """The late requests are carried out, and harm nothing any more."""
    here.control("POST", "release")
    for _ in range(5):
        Client(here.connection).arm("GET", here.connection["pool_id"])
    assert POOL in pools(here)


def test_a_deletion_that_may_still_come_is_made_harmless(here: Desk, unanswered: str) -> None:
    assert here.json("runs", "cleanup", unanswered, "--yes")["left"] == []
    released(here)


def test_a_deletion_that_met_another_etag_needs_nothing_more(here: Desk, unanswered: str) -> None:
    touch(here)
    here.json("runs", "cleanup", unanswered, "--yes")
    released(here)

    assert "meanwhile" in str(Client(here.connection).arm("GET", here.connection["pool_id"]).body)


def test_a_deletion_that_cannot_be_made_harmless_stays_said(here: Desk, unanswered: str) -> None:
    unmoved = json.dumps(Client(here.connection).arm("GET", here.connection["pool_id"]).body)
    fault(here, f"PATCH .*/pools/{POOL}$", body=unmoved, times=40)
    said = here("runs", "cleanup", unanswered, "--yes", "--output", "json")
    here.control("DELETE", "fault")

    assert said.code != 0
    assert "may still be deleted" in str(said.document)
    assert here.json("runs", "cleanup", unanswered, "--yes")["left"] == []
    released(here)


def test_an_original_changed_while_its_deletion_gets_no_answer_is_left_alone(here: Desk) -> None:
    fault(here, f"DELETE /pools/{POOL}$", reset=True, delay=0.3, times=6)
    planted = here.control("GET", "state")["faults"]

    def watch() -> None:
        while here.control("GET", "state")["faults"] == planted:
            time.sleep(0.02)
        touch(here)

    somebody = threading.Thread(target=watch)
    somebody.start()
    told = run(here, *IN_PLACE)
    somebody.join()
    here.control("DELETE", "fault")
    here.json("runs", "cleanup", told["run"], "--yes")
    now = Client(here.connection).arm("GET", here.connection["pool_id"]).body

    assert "meanwhile" in str(now)
    assert jobs(here)["nightly-frames"] == "active"


def test_a_run_that_worked_as_long_as_it_may_proves_nothing_more(here: Desk) -> None:
    told = run(here, *BESIDE, "--total-limit", "0.1s")

    assert told["verified"] is False
    assert told["changes"]["left"] == []
    assert pools(here) == {POOL}
