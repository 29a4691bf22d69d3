"""Jobs that a run makes, the tasks in them, and what these leave: on the data plane of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.cloud import translate
from troubleshooter.cloud.batch import PAGE
from troubleshooter.cloud.explain import Asked
from troubleshooter.cloud.names import check
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.cloud.work import wire
from troubleshooter.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from azure.batch import BatchClient

    from troubleshooter.cloud.caller import Caller
    from troubleshooter.cloud.work.new import NewJob, NewTask
    from troubleshooter.model.facts import TaskFacts, WorkFacts


class Work:
    def __init__(self, caller: Caller) -> None:
        self._ask = caller

    def create_job(self, endpoint: str, job: NewJob, on_unanswered: Callable[[], object]) -> None:
        """One of its name that is there is met as a conflict. `on_unanswered` hears of each lost answer."""
        check("pool", job.pool)
        asked = self._asked(f"creating job {check('job', job.id)}", endpoint, job.id, Call.JOB_CREATE)
        asked = Asked(asked.doing, asked.missing, asked.service, asked.call, on_unanswered)
        body = {
            "id": job.id,
            "poolInfo": {"poolId": job.pool},
            "constraints": {"maxWallClockTime": f"PT{job.minutes}M", "maxTaskRetryCount": 0},
            "onAllTasksComplete": "noaction",
            "commonEnvironmentSettings": _pairs(job.environment),
            "metadata": _pairs(job.metadata),
        }
        self._ask.call(lambda: wire.make(self._client(endpoint), endpoint, "jobs", body), asked)

    def job(self, endpoint: str, job: str) -> WorkFacts | None:
        """None where there is none of that name."""
        asked = self._asked(f"reading job {check('job', job)}", endpoint, job, Call.JOB_READ)
        client = self._client(endpoint)
        try:
            body, _ = self._ask.read(lambda cls: client.get_job(job, select=wire.JOB, cls=cls), asked)
        except NotFound:
            return None
        return translate.work(body)

    def add_task(self, endpoint: str, job: str, task: NewTask) -> None:
        """One of its name that is there is met as a conflict."""
        check("task", task.id)
        check("node", task.node)
        asked = self._asked(
            f"adding task {task.id} to job {check('job', job)}", endpoint, job, Call.TASK_CREATE
        )
        body = {
            "id": task.id,
            "commandLine": task.line,
            "affinityInfo": {"affinityId": f"TVM:{task.node}"},
            "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "admin"}},
            "constraints": {
                "maxWallClockTime": f"PT{task.minutes}M",
                "retentionTime": f"PT{task.kept_minutes}M",
                "maxTaskRetryCount": 0,
            },
        }
        self._ask.call(lambda: wire.make(self._client(endpoint), endpoint, f"jobs/{job}/tasks", body), asked)

    def end_with_tasks(self, endpoint: str, job: str) -> None:
        """Let a job that has its tasks end once they have."""
        asked = self._asked(f"changing job {check('job', job)}", endpoint, job, Call.JOB_CHANGE)
        self._ask.call(lambda: wire.end_with_tasks(self._client(endpoint), endpoint, job), asked)

    def tasks(self, endpoint: str, job: str) -> tuple[TaskFacts, ...]:
        asked = self._asked(f"listing the tasks of job {check('job', job)}", endpoint, job, Call.TASK_READ)
        items = self._ask.all_of(
            lambda hook: self._client(endpoint).list_tasks(
                job, max_results=PAGE, select=wire.TASK, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.task(item) for item in items)

    def delete_job(self, endpoint: str, job: str) -> None:
        """Start deleting it with its tasks and their files. One that is gone is no failure."""
        asked = self._asked(f"deleting job {check('job', job)}", endpoint, job, Call.JOB_DELETE)
        try:
            self._ask.call(lambda: wire.delete_job(self._client(endpoint), endpoint, job), asked)
        except NotFound:
            return

    def file_size(self, endpoint: str, job: str, task: str, name: str) -> int:
        """Bytes of a file that a task left. NotFound where it left none."""
        asked = self._file(f"looking for {name}", endpoint, job, task)
        client = self._client(endpoint)
        return self._ask.call(lambda: wire.file_size(client, endpoint, job, task, name), asked)

    def file_part(self, endpoint: str, job: str, task: str, name: str, first: int, last: int) -> bytes:
        """Bytes `first` to `last` of it, and never more."""
        asked = self._file(f"reading {name}", endpoint, job, task)
        client = self._client(endpoint)
        return self._ask.call(lambda: wire.file_part(client, endpoint, job, task, name, first, last), asked)

    def _file(self, doing: str, endpoint: str, job: str, task: str) -> Asked:
        whose = f"task {check('task', task)} of job {check('job', job)}"
        return Asked(f"{doing} of {whose}", f"that file of {whose} at {endpoint}", "Batch", Call.TASK_READ)

    def _asked(self, doing: str, endpoint: str, job: str, call: Call) -> Asked:
        return Asked(doing, f"job {job} at {endpoint}", "Batch", call)

    def _client(self, endpoint: str) -> BatchClient:
        return self._ask.session.batch(endpoint)


def _pairs(values: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]
