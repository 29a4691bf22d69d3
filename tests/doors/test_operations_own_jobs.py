"""Jobs of a run's own, whose tasks read nodes: made, told of as what they are, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.cloud.work.new import NewJob
from troubleshooter.errors import Interrupted, NotPermitted, Refused, ServiceRefusal, TroubleshooterError
from troubleshooter.model.change import ENDPOINT, JOB, NODE_USER, NODES, ORIGINAL, OUTSTANDING, OWN_JOB, POOL
from troubleshooter.model.event import EventKind
from troubleshooter.operations.reading import own_jobs
from troubleshooter.operations.removal import remove_all

if TYPE_CHECKING:
    from tests.doors.bench import Bench

MINE = "troubleshooter-run"


def order(bench: Bench, name: str = "", pool: str = "") -> NewJob:
    name = name or own_jobs.next_name(bench.ctx("collect"))
    return NewJob(name, pool or bench.pool, 15, {"TROUBLESHOOTER_0": "eA=="}, {MINE: bench.id})


def make(bench: Bench, job: NewJob | None = None) -> str:
    job = job or order(bench)
    own_jobs.make_job(bench.tools, bench.ctx("collect"), job, 2)
    return job.id


def remove(bench: Bench) -> None:
    own_jobs.remove_jobs(bench.tools, bench.ctx("collect"))


def told(bench: Bench) -> list[tuple[str, str]]:
    return [(event, name) for event, kind, name in bench.journal() if kind == OWN_JOB]


def there(bench: Bench) -> list[str]:
    return [job["id"] for job in bench.account.state()["jobs"] if job["id"].startswith("kvts-")]


def unknown(bench: Bench, outstanding: int) -> str:
    """The name of one that was asked for so often, without an answer, and that nobody sees."""
    name = own_jobs.next_name(bench.ctx("collect"))
    bench.wrote(EventKind.CHANGE_INTENDED, OWN_JOB, name)
    bench.wrote(EventKind.CHANGE_UNKNOWN, OWN_JOB, name, **{OUTSTANDING: outstanding})
    return name


def foreign(bench: Bench, name: str) -> None:
    """Somebody else's job of that name."""
    bench.account.make_job(bench.pool, name=name)


def test_the_intent_is_written_before_the_call(bench: Bench) -> None:
    name = make(bench)
    assert name == f"kvts-{bench.id}-1"
    assert told(bench) == [("intended", name), ("made", name)]
    assert bench.details() == [{ENDPOINT: bench.endpoint, NODES: 2}, {}]  # every try has its answer
    assert there(bench) == [name]
    job = bench.account.client.batch("GET", f"/jobs/{name}").body
    assert job["constraints"]["maxWallClockTime"] == "PT15M"
    assert job["metadata"] == [{"name": MINE, "value": bench.id}]
    assert job["commonEnvironmentSettings"] == [{"name": "TROUBLESHOOTER_0", "value": "eA=="}]


def test_no_two_of_a_run_have_one_name(bench: Bench) -> None:
    make(bench)
    assert own_jobs.next_name(bench.ctx("collect")) == f"kvts-{bench.id}-2"


def test_what_else_a_run_made_is_none_of_its_jobs(bench: Bench) -> None:
    """Neither in how many there are, nor in what is removed with a step."""
    for kind in (POOL, NODE_USER, ORIGINAL, JOB):
        bench.wrote(EventKind.CHANGE_MADE, kind, f"a-{kind}")
    assert make(bench) == f"kvts-{bench.id}-1"
    assert [change.id for change in own_jobs.left_jobs(bench.ctx("collect"))] == [f"kvts-{bench.id}-1"]


def test_it_is_removed_with_its_tasks(bench: Bench) -> None:
    name = make(bench)
    bench.account.client.batch("POST", f"/jobs/{name}/tasks", {"id": "a", "commandLine": "x"})
    remove(bench)
    assert told(bench)[2:] == [("removing", name), ("removed", name)]
    assert there(bench) == []


def test_a_refused_one_was_never_made(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", status=409, code="ActiveJobAndScheduleQuotaReached")
    with pytest.raises(ServiceRefusal, match="job kvts-"):
        make(bench)
    assert [event for event, _ in told(bench)] == ["intended", "never-made"]
    assert there(bench) == []


def test_without_the_right_it_was_never_made(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", status=403)
    with pytest.raises(NotPermitted):
        make(bench)
    assert [event for event, _ in told(bench)] == ["intended", "never-made"]


@pytest.mark.parametrize("status", [400, 412])
def test_what_was_refused_for_another_reason_than_its_name_is_not_looked_for(
    bench: Bench, status: int
) -> None:
    """That the name is somebody else's would hide why."""
    foreign(bench, f"kvts-{bench.id}-1")
    bench.account.fault("POST /jobs$", status=status, code="InvalidPropertyValue")
    with pytest.raises(ServiceRefusal) as refused:
        make(bench)
    assert refused.value.status == status
    assert [event for event, _ in told(bench)] == ["intended", "never-made"]


def test_one_whose_answer_was_lost_is_found_by_its_mark(bench: Bench) -> None:
    with bench.lost("POST /jobs$"):
        name = make(bench)
    assert told(bench) == [("intended", name), ("made", name)]
    remove(bench)
    assert there(bench) == []


def test_one_that_met_its_own_first_try_is_made(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", after_effect=True, reset=True)
    name = make(bench)
    assert ("POST /jobs", 409) in bench.account.calls()
    assert (told(bench), there(bench)) == ([("intended", name), ("made", name)], [name])


def test_one_that_was_made_although_the_answer_was_a_failure_has_none_to_come(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", after_effect=True, status=500)
    name = make(bench)
    change = bench.change(OWN_JOB, name)
    assert change is not None
    assert (told(bench)[-1], change.outstanding) == (("made", name), 0)


def test_a_first_try_that_nobody_answered_may_still_come_beside_the_second(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", reset=True)
    name = make(bench)
    change = bench.change(OWN_JOB, name)
    assert change is not None
    assert (told(bench)[-1], change.outstanding) == (("made", name), 1)


def test_one_that_nobody_answered_and_nobody_sees_may_still_come(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", reset=True, times=30)
    with pytest.raises(TroubleshooterError):
        make(bench)
    bench.account.unmet()
    change = bench.change(OWN_JOB, f"kvts-{bench.id}-1")
    assert change is not None
    assert (change.unknown, change.outstanding > 0) == (True, True)


def test_one_that_a_failing_service_may_have_made_is_one_that_may_still_come(bench: Bench) -> None:
    """It answered each time, and no answer says that nothing was done."""
    bench.account.fault("POST /jobs$", status=500, times=30)
    with pytest.raises(TroubleshooterError):
        make(bench)
    bench.account.unmet()
    change = bench.change(OWN_JOB, f"kvts-{bench.id}-1")
    assert change is not None
    assert (change.unknown, change.outstanding) == (True, 1)


def test_one_that_came_late_is_removed_at_the_end(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", hold="reset", times=30)
    with pytest.raises(TroubleshooterError):
        make(bench)
    remove(bench)
    name = f"kvts-{bench.id}-1"
    assert told(bench)[-1] == ("unknown", name)
    bench.account.unmet()
    bench.account.release()
    assert there(bench) == [name]
    before = bench.change(OWN_JOB, name)
    remove_all(bench.tools, bench.ctx("clean-up"))
    assert (there(bench), told(bench)[-1]) == ([], ("removed", name))
    after = bench.change(OWN_JOB, name)
    assert before is not None
    assert after is not None
    assert after.outstanding == before.outstanding - 1  # the one that came is none of those that may come yet


def test_somebody_elses_of_that_name_is_not_touched_by_making(bench: Bench) -> None:
    name = f"kvts-{bench.id}-1"
    foreign(bench, name)
    bench.account.forget_calls()
    with pytest.raises(Refused, match="was not created by this run"):
        make(bench)
    remove(bench)
    remove_all(bench.tools, bench.ctx("clean-up"))
    assert told(bench)[-1] == ("never-made", name)
    assert [call for call, _ in bench.account.changes()] == ["POST /jobs"]
    assert bench.account.job(name) == "active"


def test_somebody_elses_of_that_name_is_not_touched_by_removing(bench: Bench) -> None:
    name = make(bench)
    bench.account.end_job(name)
    foreign(bench, name)
    bench.account.forget_calls()
    remove(bench)
    assert bench.account.changes() == []
    assert bench.account.job(name) == "active"
    assert (
        bench.notes()[-1] == f"job {name} could not be removed yet: Job {name} was not created by this run."
    )
    with pytest.raises(Refused, match="was not created by this run"):
        remove_all(bench.tools, bench.ctx("clean-up"))


def test_one_that_went_already_is_removed(bench: Bench) -> None:
    name = make(bench)
    bench.account.end_job(name)
    remove(bench)
    assert told(bench)[-1] == ("removed", name)
    assert not any(call.startswith("DELETE") for call, _ in bench.account.changes())


@pytest.mark.parametrize("state", ["completed", "disabled"])
def test_it_is_deleted_whatever_its_state(bench: Bench, state: str) -> None:
    name = make(bench)
    bench.account.set_job(name, state)
    bench.account.forget_calls()
    remove(bench)
    assert bench.account.changes() == [(f"DELETE /jobs/{name}", 202)]
    assert (told(bench)[-1], there(bench)) == (("removed", name), [])


def test_one_that_is_being_deleted_is_waited_for(bench: Bench) -> None:
    name = make(bench)
    bench.account.client.batch("DELETE", f"/jobs/{name}")
    bench.account.forget_calls()
    remove(bench)
    assert bench.account.changes() == []
    assert (told(bench)[-1], there(bench)) == (("removed", name), [])


def test_what_cannot_be_removed_now_is_left_open_and_told(bench: Bench) -> None:
    name = make(bench)
    bench.account.fault("DELETE /jobs/", status=403, times=30)
    remove(bench)
    assert bench.notes()[-1].startswith(f"job {name} could not be removed yet:")
    change = bench.change(OWN_JOB, name)
    assert change is not None
    assert change.open
    bench.account.unmet()
    remove_all(bench.tools, bench.ctx("clean-up"))
    assert there(bench) == []


def test_a_cancel_ends_the_removing_at_once(bench: Bench) -> None:
    make(bench)
    second = make(bench)
    bench.account.forget_calls()
    bench.patience.set()
    remove(bench)
    bench.patience.clear()
    assert bench.account.changes() == []
    assert len(bench.notes()) == 1
    assert second in there(bench)


def test_one_that_was_stopped_before_it_was_sent_was_never_made(bench: Bench) -> None:
    bench.surveyed()
    job = order(bench)
    bench.patience.set()
    with pytest.raises(Interrupted):
        make(bench, job)
    bench.patience.clear()
    assert told(bench) == [("intended", job.id), ("never-made", job.id)]


def test_one_that_was_stopped_after_a_lost_answer_stays_intended(bench: Bench) -> None:
    """Nobody has looked: whoever goes on does so first."""
    bench.account.fault("POST /jobs$", after_effect=True, reset=True)
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted):
        make(bench)
    bench.patience.clear()
    assert [event for event, _ in told(bench)] == ["intended"]


def test_a_refused_one_was_never_made_although_nobody_may_look(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", status=409, code="JobExists")
    bench.account.fault("GET /jobs/kvts-", status=403)
    with pytest.raises(NotPermitted):
        make(bench)
    assert [event for event, _ in told(bench)] == ["intended", "never-made"]


def test_one_without_an_answer_stays_intended_although_nobody_may_look(bench: Bench) -> None:
    bench.account.fault("POST /jobs$", after_effect=True, reset=True, times=30)
    bench.account.fault("GET /jobs/kvts-", status=403)
    with pytest.raises(NotPermitted):
        make(bench)
    assert [event for event, _ in told(bench)] == ["intended"]


def test_one_that_nobody_knows_of_is_made_under_its_name_again(bench: Bench) -> None:
    """A process that died between the intent and the call leaves no more than that behind."""
    name = own_jobs.next_name(bench.ctx("collect"))
    bench.wrote(EventKind.CHANGE_INTENDED, OWN_JOB, name)
    remove(bench)
    assert told(bench)[-1] == ("unknown", name)
    assert make(bench) == name
    remove(bench)
    remove_all(bench.tools, bench.ctx("clean-up"))
    change = bench.change(OWN_JOB, name)
    assert change is not None
    assert (change.unknown, change.open, change.outstanding) == (False, False, 1)
    assert there(bench) == []


def test_one_that_a_dead_process_made_is_found_again(bench: Bench) -> None:
    order_ = order(bench)
    bench.tools.azure.work.create_job(bench.endpoint, order_, lambda: None)
    bench.wrote(EventKind.CHANGE_INTENDED, OWN_JOB, order_.id)
    assert make(bench) == order_.id
    remove(bench)
    change = bench.change(OWN_JOB, order_.id)
    assert change is not None
    assert (change.open, change.outstanding, there(bench)) == (False, 0, [])


@pytest.mark.parametrize("arrived", [True, False])
def test_a_try_without_an_answer_is_one_more_beside_those_of_before(bench: Bench, arrived: bool) -> None:
    """Of one that arrived nobody knows until it is met, and then it is the job that stands."""
    name = unknown(bench, 3)
    bench.account.fault("POST /jobs$", reset=True, after_effect=arrived)
    make(bench)
    change = bench.change(OWN_JOB, name)
    assert change is not None
    assert (change.unknown, change.outstanding) == (False, 3 if arrived else 4)


def test_one_that_may_still_come_may_after_a_refusal_of_the_next_try_too(bench: Bench) -> None:
    name = unknown(bench, 1)
    bench.account.fault("POST /jobs$", status=403)
    with pytest.raises(NotPermitted):
        make(bench)
    change = bench.change(OWN_JOB, name)
    assert change is not None
    assert (change.unknown, change.outstanding) == (True, 1)


@pytest.mark.parametrize("outstanding", [0, 1])
def test_of_one_that_came_no_more_may_come_than_was_asked_for(bench: Bench, outstanding: int) -> None:
    job = order(bench)
    bench.tools.azure.work.create_job(bench.endpoint, job, lambda: None)
    bench.wrote(EventKind.CHANGE_INTENDED, OWN_JOB, job.id, **{OUTSTANDING: outstanding})
    remove(bench)
    change = bench.change(OWN_JOB, job.id)
    assert change is not None
    assert (change.open, change.outstanding, there(bench)) == (False, 0, [])


def test_outstanding_tries_are_looked_for_once_more(bench: Bench) -> None:
    name = make(bench)
    remove(bench)
    bench.wrote(EventKind.CHANGE_REMOVED, OWN_JOB, name, **{OUTSTANDING: 1})
    make(bench, order(bench, name))
    bench.wrote(EventKind.CHANGE_REMOVED, OWN_JOB, name, **{OUTSTANDING: 1})
    assert [change.id for change in own_jobs.left_jobs(bench.ctx("collect"))] == [name]
    remove(bench)
    assert there(bench) == []


def test_one_that_was_removed_and_has_not_come_again_stays_as_it_is(bench: Bench) -> None:
    name = make(bench)
    remove(bench)
    bench.wrote(EventKind.CHANGE_REMOVED, OWN_JOB, name, **{OUTSTANDING: 1})
    before = told(bench)
    remove(bench)
    assert told(bench) == before
    assert bench.notes()[-1] == f"job {name} was looked for once more, and has not come"
