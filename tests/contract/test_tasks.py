"""Where simulated tasks run, what they leave, and how their jobs end: as documented of the service."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator
    from troubleshooter.simulator.world.machine import Machine

POOL = scenarios.POOL


class Jobs:
    """One job on the pool of a world, and what is asked of it."""

    def __init__(
        self, simulator: Callable[..., Simulator], scenario: str = "healthy", nodes: int = 2
    ) -> None:
        self.scene = scenarios.build(scenario, nodes, FAST)
        self.client = Client(simulator((self.scene,)).connection)
        self.add("POST", "/jobs", {"id": "looks", "poolInfo": {"poolId": POOL}})

    @property
    def machines(self) -> list[Machine]:
        return [machine for _, machine in self.scene.world.pools[POOL].machines.values()]

    def add(self, method: str, path: str, body: Any = None) -> int:
        return self.client.batch(method, path, body).status

    def task(self, name: str, command: str = "true", near: str = "", **more: Any) -> int:
        wish = {"affinityInfo": {"affinityId": f"TVM:{near}"}} if near else {}
        body = {"id": name, "commandLine": f"/bin/sh -c '{command}'", **wish, **more}
        return self.add("POST", "/jobs/looks/tasks", body)

    def look(self, name: str) -> dict[str, Any]:
        for _ in range(20):
            body: dict[str, Any] = self.client.batch("GET", f"/jobs/looks/tasks/{name}").body
            if body["state"] == "completed":
                break
        return body

    def at(self, name: str) -> str:
        return str(
            (self.client.batch("GET", f"/jobs/looks/tasks/{name}").body.get("nodeInfo") or {}).get("nodeId")
        )

    def file(self, task: str, name: str, **headers: str) -> bytes:
        path = f"/jobs/looks/tasks/{task}/files/{name.replace('/', '%2F')}"
        return self.client.batch("GET", path, headers=headers).data


def test_a_task_runs_on_its_node_and_leaves_its_files(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)
    second = jobs.machines[1].id
    jobs.task("a", "echo $AZ_BATCH_NODE_ID; echo ill >&2; printf 0123456789 > kept", near=second)
    ended = jobs.look("a")
    assert (ended["nodeInfo"]["nodeId"], ended["executionInfo"]["exitCode"]) == (second, 0)
    assert jobs.file("a", "stdout.txt") == f"{second}\n".encode()
    assert jobs.file("a", "stderr.txt") == b"ill\n"
    assert jobs.file("a", "wd/kept", **{"ocp-range": "bytes=2-4"}) == b"234"
    assert jobs.file("a", "wd/kept", **{"ocp-range": "bytes=8-"}) == b"89"
    head = jobs.client.batch("HEAD", "/jobs/looks/tasks/a/files/wd%2Fkept")
    assert (head.status, head.headers["Content-Length"], head.data) == (200, "10", b"")


@pytest.mark.parametrize("level", ["admin", "nonadmin"])
def test_only_an_elevated_task_may_use_sudo(simulator: Callable[..., Simulator], level: str) -> None:
    jobs = Jobs(simulator)
    user = {"autoUser": {"scope": "pool", "elevationLevel": level}}
    jobs.task("a", "sudo -n true", userIdentity=user)
    assert jobs.look("a")["executionInfo"]["exitCode"] == (0 if level == "admin" else 1)


def test_affinity_is_a_wish_and_slots_are_a_limit(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)  # each of its nodes has two slots
    first, second = (machine.id for machine in jobs.machines)
    for number in range(5):
        jobs.task(f"t{number}", "sleep 30", near=first)
    assert [jobs.at(f"t{number}") for number in range(5)] == [first, first, second, second, "None"]
    states = {one["id"]: one for one in jobs.client.batch("GET", f"/pools/{POOL}/nodes").body["value"]}
    assert (states[first]["state"], states[first]["runningTaskSlotsCount"]) == ("running", 2)
    jobs.add("POST", "/jobs/looks/tasks/t2/terminate")
    assert jobs.at("t4") == second
    assert jobs.look("t2")["executionInfo"]["failureInfo"]["code"] == "TaskEnded"


def test_busy_and_offline_nodes_take_no_task(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)
    busy, offline = jobs.machines
    busy.held, offline.offline = 2, True
    jobs.task("a", near=busy.id)
    jobs.task("b", near=offline.id)
    assert (jobs.at("a"), jobs.at("b")) == ("None", "None")
    nodes = {
        one["id"]: one["state"] for one in jobs.client.batch("GET", f"/pools/{POOL}/nodes").body["value"]
    }
    assert nodes == {busy.id: "running", offline.id: "offline"}
    busy.held = 1
    assert jobs.at("a") == busy.id


def test_an_unusable_node_takes_no_task(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator, "vault-rbac-denied")
    jobs.task("a", near=jobs.machines[0].id)
    assert jobs.look("a")["state"] == "active"
    refused = jobs.client.batch("GET", "/jobs/looks/tasks/a/files/stdout.txt")
    assert (refused.status, refused.body["code"]) == (409, "TaskFilesUnavailable")


def test_what_it_cannot_run_and_what_takes_too_long_fails(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)
    jobs.add("POST", "/jobs/looks/tasks", {"id": "none", "commandLine": "powershell -Command Get-Date"})
    jobs.task("slow", "sleep 60", constraints={"maxWallClockTime": "PT1S"})
    assert jobs.look("none")["executionInfo"]["failureInfo"]["code"] == "CommandProgramNotFound"
    assert jobs.look("slow")["executionInfo"]["result"] == "failure"


def test_no_program_of_this_host_runs_on_a_windows_node(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator, "windows-healthy")
    jobs.task("a")
    assert jobs.look("a")["executionInfo"]["failureInfo"]["code"] == "CommandProgramNotFound"


def test_a_job_ends_with_its_tasks_once_that_is_asked(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)
    jobs.task("a")
    jobs.look("a")
    assert jobs.client.batch("GET", "/jobs/looks").body["state"] == "active"
    jobs.add("PATCH", "/jobs/looks", {"onAllTasksComplete": "terminatejob"})
    ended = jobs.client.batch("GET", "/jobs/looks").body
    assert (ended["state"], ended["executionInfo"]["terminateReason"]) == ("completed", "AllTasksComplete")
    assert jobs.task("b") == 409
    empty = {"id": "empty", "poolInfo": {"poolId": POOL}, "onAllTasksComplete": "terminatejob"}
    jobs.add("POST", "/jobs", empty)  # without a task all of them are complete (documented)
    assert jobs.client.batch("GET", "/jobs/empty").body["state"] == "completed"


def test_a_job_ends_when_its_time_is_over(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)
    short = {"id": "short", "poolInfo": {"poolId": POOL}, "constraints": {"maxWallClockTime": "PT1S"}}
    jobs.add("POST", "/jobs", short)
    jobs.add("POST", "/jobs/short/tasks", {"id": "a", "commandLine": "/bin/sh -c 'sleep 60'"})
    assert jobs.client.batch("GET", "/jobs/short").body["state"] == "active"
    time.sleep(1.1)
    ended = jobs.client.batch("GET", "/jobs/short").body
    assert ended["executionInfo"]["terminateReason"] == "MaxWallClockTimeExpiry"
    assert jobs.client.batch("GET", "/jobs/short/tasks/a").body["state"] == "completed"


def test_files_go_with_their_time_their_task_and_their_job(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)
    for name, kept in (("brief", "PT0S"), ("long", "PT1H")):
        jobs.task(name, "echo said", constraints={"retentionTime": kept})
        jobs.look(name)
    gone = jobs.client.batch("GET", "/jobs/looks/tasks/brief/files/stdout.txt")
    assert (gone.status, gone.body["code"]) == (404, "TaskFilesCleanedup")
    folder = jobs.scene.world.jobs["looks"].tasks["long"].process
    assert folder is not None
    assert (folder.folder / "stdout.txt").read_bytes() == b"said\n"
    assert jobs.add("DELETE", "/jobs/looks") == 202
    assert not folder.folder.exists()
    assert jobs.add("POST", "/jobs/looks/tasks", {"id": "c", "commandLine": "x"}) == 409
    for _ in range(3):
        state = jobs.client.batch("GET", "/jobs/looks").status
    assert state == 404


def test_a_job_beyond_the_quota_is_refused(simulator: Callable[..., Simulator]) -> None:
    jobs = Jobs(simulator)
    jobs.scene.world.account = replace(jobs.scene.world.account, job_quota=2)
    again = {"id": "again", "poolInfo": {"poolId": POOL}}
    refused = jobs.client.batch("POST", "/jobs", again)
    assert (refused.status, refused.body["code"]) == (409, "ActiveJobAndScheduleQuotaReached")
