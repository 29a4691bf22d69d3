"""Asking nodes by tasks: who gave which answer, who was asked again, who runs no tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.collect.order import Order
from troubleshooter.collect.roads.task import Left
from troubleshooter.collect.roads.task_script import SAID, TaskScript, for_system
from troubleshooter.errors import NotFound, NotPermitted, Refused, ServiceRefusal
from troubleshooter.model.change import OWN_JOB
from troubleshooter.model.extension import System
from troubleshooter.operations.reading.by_task import ROUNDS, Asking
from troubleshooter.operations.reading.own_jobs import remove_jobs

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.simulator.world.machine import Machine

SCRIPT = TaskScript(
    {"SAID": "x"}, "/bin/sh -c 'echo node $AZ_BATCH_NODE_ID; echo $SAID > left; echo ended 0'"
)


@pytest.fixture
def usable(bench: Bench) -> str:
    """A pool of two idle nodes, each of two slots."""
    return bench.account.make_pool(nodes=2, idle=True)


def machines(bench: Bench, pool: str) -> list[Machine]:
    return [machine for _, machine in bench.account._world.pools[pool].machines.values()]


def ask(bench: Bench, pool: str, script: TaskScript = SCRIPT, nodes: list[str] | None = None) -> Asking:
    asking = Asking(bench.tools, bench.ctx("collect"), pool, 2, script)
    asking.ask(nodes or bench.account.nodes(pool))
    return asking


def jobs_made(bench: Bench) -> list[str]:
    return [name for event, kind, name in bench.journal() if (event, kind) == ("made", OWN_JOB)]


def test_each_node_answers_for_itself(bench: Bench, usable: str) -> None:
    asking = ask(bench, usable)
    assert sorted(asking.answers) == bench.account.nodes(usable)
    assert asking.failed == {}
    for left in asking.answers.values():
        assert asking.fetch.text(left, "wd/left") == "x\n"
    assert jobs_made(bench) == [f"kvts-{bench.id}-1"]


def test_what_they_are_asked_is_bounded_and_ends_by_itself(bench: Bench, usable: str) -> None:
    ask(bench, usable)
    job = bench.account.client.batch("GET", f"/jobs/kvts-{bench.id}-1").body
    assert (job["state"], job["executionInfo"]["terminateReason"]) == ("completed", "AllTasksComplete")
    (task, _) = bench.account.client.batch("GET", f"/jobs/{job['id']}/tasks").body["value"]
    assert task["constraints"] == {
        "maxWallClockTime": "PT5M",
        "retentionTime": "PT60M",
        "maxTaskRetryCount": 0,
    }
    assert task["userIdentity"] == {"autoUser": {"scope": "pool", "elevationLevel": "admin"}}
    assert task["requiredSlots"] == 1


def test_an_answer_is_filed_under_the_node_that_gave_it(bench: Bench, usable: str) -> None:
    """The first is busy when it is to run: its task runs on the other, which is asked for once."""
    first, second = machines(bench, usable)
    first.held = 1
    asking = Asking(bench.tools, bench.ctx("collect"), usable, 3, SCRIPT)  # more slots than there are
    first.held = 2
    asking.ask([first.id, second.id])
    assert set(asking.answers) == {second.id}
    assert asking.failed == {first.id: f"It was busy: its task ran on {second.id} instead."}
    assert len(jobs_made(bench)) == ROUNDS


def test_a_node_that_was_not_chosen_reads_nothing(bench: Bench, usable: str) -> None:
    """The chosen one is busy when its task is to run, which comes to the other: there it ends at once."""
    first, second = machines(bench, usable)
    first.held = 2
    orders = (Order("left", "cat > taken; echo read", b"x"),)
    for only, files in (((first.id,), []), ((first.id, second.id), ["left", "taken"])):
        script = for_system(System.LINUX, orders, only)
        asking = Asking(bench.tools, bench.ctx("collect"), usable, 3, script)  # more slots than there are
        asking.ask([first.id])
        assert asking.answers == {}
        assert asking.failed == {first.id: f"It was busy: its task ran on {second.id} instead."}
        job = jobs_made(bench)[-1]
        assert [
            name for name in ("left", "taken") if is_there(bench, asking, Left(job, "node-1"), name)
        ] == files


def is_there(bench: Bench, asking: Asking, left: Left, name: str) -> bool:
    assert asking.fetch.text(left, SAID).startswith("node tvmps_")
    try:
        return bench.tools.azure.work.file_size(bench.endpoint, left.job, left.task, f"wd/{name}") >= 0
    except NotFound:
        return False


def test_as_many_nodes_as_a_task_takes_may_be_chosen() -> None:
    ids = tuple(f"tvmps_{number:0>66}" for number in range(200))
    assert for_system(System.LINUX, (), ids[:100]).environment["TROUBLESHOOTER_NODES"].count(",") == 99
    with pytest.raises(Refused, match="200 nodes are too many"):
        for_system(System.LINUX, (), ids)


class Freed(Asking):
    """A node is free once the first round is over."""

    busy: Machine

    def _round(self, able: list[str], wanted: tuple[str, ...]) -> None:
        super()._round(able, wanted)
        self.busy.held = 0


def test_a_node_that_becomes_free_is_asked_again(bench: Bench, usable: str) -> None:
    first, second = machines(bench, usable)
    first.held = 2
    asking = Freed(bench.tools, bench.ctx("collect"), usable, 3, SCRIPT)
    asking.busy = first
    asking.ask([first.id, second.id])
    assert set(asking.answers) == {first.id, second.id}
    assert asking.failed == {}


@pytest.mark.parametrize(
    ("put", "why"),
    [
        ({"held": 2}, "It has no free task slot: all of its 2 are taken."),
        ({"offline": True}, "It is offline, and only idle and running nodes run tasks."),
    ],
)
def test_a_node_that_runs_no_task_is_told_by_name(
    bench: Bench, usable: str, put: dict[str, Any], why: str
) -> None:
    first, second = machines(bench, usable)
    for name, value in put.items():
        setattr(first, name, value)
    asking = ask(bench, usable)
    assert (set(asking.answers), asking.failed) == ({second.id}, {first.id: why})


def test_of_unusable_nodes_none_is_asked_and_no_job_is_made(bench: Bench) -> None:
    pool = bench.account.make_pool(nodes=2)
    asking = ask(bench, pool)
    assert set(asking.failed.values()) == {"It is unusable, and only idle and running nodes run tasks."}
    assert (asking.answers, jobs_made(bench)) == ({}, [])


def test_a_node_that_is_gone_is_told_so(bench: Bench, usable: str) -> None:
    asking = ask(bench, usable, nodes=["tvm-gone"])
    assert asking.failed == {"tvm-gone": "It is no node of the pool any more, so no task runs there."}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("powershell -c x", "Its task failed: CommandProgramNotFound"),
        ("/bin/sh -c 'echo node tvm-another'", "It says of itself that it is tvm-another."),
        ("/bin/sh -c 'echo hello'", "Its task left no answer."),
        ("/bin/sh -c 'exit 3'", "Its task failed: FailureExitCode"),
    ],
)
def test_what_is_no_answer_is_told(bench: Bench, usable: str, line: str, why: str) -> None:
    asking = ask(bench, usable, TaskScript({}, line))
    assert asking.answers == {}
    assert [told.startswith(why) for told in asking.failed.values()] == [True, True], asking.failed
    assert len(jobs_made(bench)) == ROUNDS


def test_a_task_that_does_not_end_is_given_up(bench: Bench, usable: str) -> None:
    asking = ask(bench, usable, TaskScript({}, "/bin/sh -c 'sleep 60'"))
    assert asking.answers == {}
    assert set(asking.failed.values()) == {"Its task was not over after 5 min."}


def test_without_the_right_on_jobs_nothing_is_asked(bench: Bench, usable: str) -> None:
    bench.account.fault("POST /jobs$", status=403)
    with pytest.raises(NotPermitted):
        ask(bench, usable)


def test_a_job_of_an_earlier_try_is_removed_first(bench: Bench, usable: str) -> None:
    ask(bench, usable)
    ask(bench, usable)
    jobs = [job["id"] for job in bench.account.state()["jobs"] if job["id"].startswith("kvts-")]
    assert jobs == [f"kvts-{bench.id}-2"]


ADDING = "POST /jobs/[^/]+/tasks$"


def test_a_task_whose_adding_got_no_answer_is_gone_on_with(bench: Bench, usable: str) -> None:
    """Sent again it meets itself: the service says that it exists."""
    bench.account.fault(ADDING, after_effect=True, reset=True)
    asking = ask(bench, usable)
    assert [status for call, status in bench.account.calls() if call.endswith("/tasks")].count(409) == 1
    assert (sorted(asking.answers), asking.failed) == (bench.account.nodes(usable), {})
    assert jobs_made(bench) == [f"kvts-{bench.id}-1"]


def test_a_task_that_something_on_the_way_sent_twice_is_gone_on_with(bench: Bench, usable: str) -> None:
    """Here no answer was lost: the first is of the second try."""
    bench.account.fault(ADDING, after_effect=True, status=409, code="TaskExists")
    asking = ask(bench, usable)
    assert (sorted(asking.answers), asking.failed) == (bench.account.nodes(usable), {})


def test_one_that_got_no_answer_at_all_is_looked_for(bench: Bench, usable: str) -> None:
    """The first is there; of the second nothing came, whose loss is not the first one's."""
    first, second = bench.account.nodes(usable)
    with bench.lost(ADDING):
        asking = ask(bench, usable)
    assert set(asking.answers) == {first}
    assert set(asking.failed) == {second}
    assert asking.failed[second].startswith("Gave up adding task node-1 to job kvts-")


def test_without_any_task_the_road_is_closed(bench: Bench, usable: str) -> None:
    bench.account.fault(ADDING, status=409, code="JobDisabled", times=9)
    with pytest.raises(ServiceRefusal, match="refused adding task node-1"):
        ask(bench, usable)


def test_a_task_in_a_job_that_somebody_else_put_there_is_not_taken_for_ours(
    bench: Bench, usable: str
) -> None:
    name = f"kvts-{bench.id}-1"

    def swapped() -> None:
        bench.account.end_job(name)
        bench.account.make_job(usable, name=name)
        bench.account.client.batch("POST", f"/jobs/{name}/tasks", {"id": "node-1", "commandLine": "x"})

    bench.account.fault(ADDING, after_effect=True, reset=True)
    bench.patience.meanwhile(swapped)
    with pytest.raises(Refused, match=f"Job {name} was not created by this run"):
        ask(bench, usable)
    remove_jobs(bench.tools, bench.ctx("collect"))
    assert bench.account.job(name) == "active"
