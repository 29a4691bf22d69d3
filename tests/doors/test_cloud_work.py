"""A run's own jobs, their tasks and files, as they are asked for on the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.cloud.work.new import NewJob, NewTask
from troubleshooter.errors import NotFound, Refused, UsageProblem
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.cloud.work.jobs import Work

JOB, TASK = "reads", "node-1"


@pytest.fixture
def work(bench: Bench) -> Work:
    """With a job whose one task has left a file of ten bytes."""
    pool = bench.account.make_pool(nodes=1, idle=True)
    found = bench.tools.azure.work
    found.create_job(bench.endpoint, NewJob(JOB, pool, 9, {"A": "b"}, {"of": "x"}), lambda: None)
    line = "/bin/sh -c 'printf 0123456789 > kept'"
    node = bench.account.nodes(pool)[0]
    found.add_task(bench.endpoint, JOB, NewTask(TASK, line, node, 5, 60))
    while not all(task.over for task in found.tasks(bench.endpoint, JOB)):
        pass
    bench.account.forget_calls()
    return found


def part(bench: Bench, first: int, last: int) -> bytes:
    return bench.tools.azure.work.file_part(bench.endpoint, JOB, TASK, "wd/kept", first, last)


def test_a_job_is_told_with_what_it_is_marked_by(bench: Bench, work: Work) -> None:
    found = work.job(bench.endpoint, JOB)
    assert found is not None
    assert (found.id, found.state, found.metadata) == (JOB, "active", {"of": "x"})
    assert work.job(bench.endpoint, "absent") is None


def test_a_task_is_told_with_where_it_ran(bench: Bench, work: Work) -> None:
    (task,) = work.tasks(bench.endpoint, JOB)
    assert (task.id, task.state, task.exit_code, task.failure) == (TASK, "completed", 0, "")
    assert task.node.startswith("tvmps_")


def test_neither_a_job_nor_a_task_is_tried_again_by_the_service(bench: Bench, work: Work) -> None:
    """-1 would be without end, on a node that somebody else works with."""
    assert work is not None
    for path in (f"/jobs/{JOB}", f"/jobs/{JOB}/tasks/{TASK}"):
        assert bench.account.client.batch("GET", path).body["constraints"]["maxTaskRetryCount"] == 0


@pytest.mark.parametrize("status", [200, 206])
def test_a_part_of_a_file_is_read_whichever_status_it_comes_with(
    bench: Bench, work: Work, status: int
) -> None:
    bench.account.answers_with(Habits(part_of_file=status))  # type: ignore[arg-type]  # one of the two
    assert work.file_size(bench.endpoint, JOB, TASK, "wd/kept") == 10
    assert part(bench, 0, 3) == b"0123"
    assert part(bench, 4, 9) == b"456789"
    assert part(bench, 8, 99) == b"89"


def test_a_file_whose_length_is_not_told_is_empty(bench: Bench, work: Work) -> None:
    drop = {"match": "HEAD /files/|HEAD .*/files/", "drop": ["Content-Length"]}
    for told in (drop, drop | {"headers": {"Content-Length": ""}}):
        bench.account.client.control("POST", "/fault", told)
    assert work.file_size(bench.endpoint, JOB, TASK, "wd/kept") == 0


def test_of_a_service_without_ranges_no_more_is_taken(bench: Bench, work: Work) -> None:
    assert work is not None
    whole = {"match": "GET /files/", "status": 200, "body": "0123456789", "times": 2}
    bench.account.client.control("POST", "/fault", whole)
    assert part(bench, 2, 4) == b"234"
    assert part(bench, 0, 1) == b"01"


def test_a_file_that_is_not_there_is_told_so(bench: Bench, work: Work) -> None:
    with pytest.raises(NotFound, match="that file of task node-1 of job reads"):
        work.file_size(bench.endpoint, JOB, TASK, "wd/none")
    with pytest.raises(NotFound):
        work.file_part(bench.endpoint, JOB, TASK, "wd/none", 0, 9)


@pytest.mark.parametrize("name", ["a/b", "", "a?b", "x" * 65])
def test_nothing_that_could_lead_elsewhere_becomes_part_of_an_address(
    bench: Bench, work: Work, name: str
) -> None:
    for ask in (
        lambda: work.file_size(bench.endpoint, JOB, name, "x"),
        lambda: work.add_task(bench.endpoint, JOB, NewTask(name, "x", "n", 1, 1)),
        lambda: work.add_task(bench.endpoint, JOB, NewTask("a", "x", f"{name}/", 1, 1)),
    ):
        with pytest.raises(UsageProblem):
            ask()
    assert bench.account.calls() == []


def test_a_job_that_is_gone_is_deleted(bench: Bench, work: Work) -> None:
    work.delete_job(bench.endpoint, "absent")
    assert bench.account.changes() == [("DELETE /jobs/absent", 404)]


def test_where_no_change_is_declared_none_is_sent(bench: Bench, work: Work) -> None:
    with bench.undeclared():
        with pytest.raises(Refused, match="was not sent"):
            work.create_job(bench.endpoint, NewJob("more", bench.pool, 9, {}, {}), lambda: None)
        with pytest.raises(Refused, match="was not sent"):
            work.add_task(bench.endpoint, JOB, NewTask("b", "x", "n", 1, 1))
        with pytest.raises(Refused, match="was not sent"):
            work.end_with_tasks(bench.endpoint, JOB)
        with pytest.raises(Refused, match="was not sent"):
            work.delete_job(bench.endpoint, JOB)
    assert bench.account.changes() == []
