"""The data plane's words for jobs, schedules, tasks and their files, after BatchService 2025-06-01."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.timestamp import iso

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.simulator.world.job import Job, JobSchedule, Task

ENDLESS = "P10675199DT2H48M5.4775807S"
_JOB: dict[str, Any] = {
    "priority": 0,
    "maxParallelTasks": -1,
    "allowTaskPreemption": False,
    "usesTaskDependencies": False,
    "constraints": {"maxWallClockTime": ENDLESS, "maxTaskRetryCount": 0},
    "onAllTasksComplete": "noaction",
    "onTaskFailure": "noaction",
}
"""What a job, or one that a schedule makes, has where nothing is asked for."""


def job(job: Job, base: str) -> dict[str, Any]:
    done = {"endTime": iso(job.ended or job.created), "terminateReason": job.reason}
    return {
        "id": job.id,
        "url": f"{base}/jobs/{job.id}",
        "eTag": job.etag,
        "lastModified": iso(job.created),
        "creationTime": iso(job.created),
        "state": job.state,
        "stateTransitionTime": iso(job.ended or job.created),
        **_JOB,
        **job.body,
        "constraints": {**_JOB["constraints"], **(job.body.get("constraints") or {})},
        "poolInfo": {"poolId": job.pool},
        "executionInfo": {
            "startTime": iso(job.created),
            "poolId": job.pool,
            **(done if job.state == "completed" else {}),
        },
    }


def schedule(schedule: JobSchedule, base: str) -> dict[str, Any]:
    recent = {"id": schedule.recent_job, "url": f"{base}/jobs/{schedule.recent_job}"}
    return {
        "id": schedule.id,
        "url": f"{base}/jobschedules/{schedule.id}",
        "eTag": schedule.etag,
        "lastModified": iso(schedule.created),
        "creationTime": iso(schedule.created),
        "state": schedule.state,
        "stateTransitionTime": iso(schedule.created),
        "schedule": {"recurrenceInterval": "PT1H"},
        "jobSpecification": {**_JOB, "poolInfo": {"poolId": schedule.pool}},
        "executionInfo": {"nextRunTime": iso(schedule.created + timedelta(hours=1)), "recentJob": recent},
    }


def task(job: Job, task: Task, base: str) -> dict[str, Any]:
    where = f"{base}/jobs/{job.id}/tasks/{task.id}"
    constraints = {"maxWallClockTime": ENDLESS, "retentionTime": "P7D", "maxTaskRetryCount": 0}
    return {
        "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"}},
        "requiredSlots": 1,
        **task.body,
        "url": where,
        "eTag": task.etag,
        "creationTime": iso(task.created),
        "lastModified": iso(task.created),
        "state": task.state,
        "stateTransitionTime": iso(_moved(task)),
        "constraints": {**constraints, **(task.body.get("constraints") or {})},
        "executionInfo": _execution(task),
        **({"nodeInfo": _node(job, task, base)} if task.node else {}),
    }


def _moved(task: Task) -> datetime:
    process = task.process
    return task.created if process is None else process.ended or process.started


def _node(job: Job, task: Task, base: str) -> dict[str, Any]:
    node = f"{base}/pools/{job.pool}/nodes/{task.node}"
    root = f"workitems/{job.id}/job-1/{task.id}"
    return {
        "affinityId": f"TVM:{task.node}",
        "nodeUrl": node,
        "poolId": job.pool,
        "nodeId": task.node,
        "taskRootDirectory": root,
        "taskRootDirectoryUrl": f"{node}/files/{root}",
    }


def _execution(task: Task) -> dict[str, Any]:
    told: dict[str, Any] = {"retryCount": 0, "requeueCount": task.requeued}
    if task.process is not None:
        told["startTime"] = iso(task.process.started)
    if task.state != "completed":
        return told
    failure = task.failure
    told["endTime"] = iso(_moved(task))
    told["result"] = "failure" if failure else "success"
    if task.process is not None and task.process.exit_code is not None:
        told["exitCode"] = task.process.exit_code
    if failure:
        told["failureInfo"] = {
            "category": failure.category,
            "code": failure.code,
            "message": failure.message,
        }
    return told


def file(job: Job, task: Task, base: str, name: str, path: Path) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": name,
        "url": f"{base}/jobs/{job.id}/tasks/{task.id}/files/{name}",
        "isDirectory": path.is_dir(),
    }
    if shown["isDirectory"]:
        return shown
    state = path.stat()
    properties = {
        "lastModified": iso(datetime.fromtimestamp(state.st_mtime, UTC)),
        "contentLength": str(state.st_size),  # int64 is text on the wire
        "contentType": "application/octet-stream",
        "fileMode": f"0o{state.st_mode:o}",
    }
    return {**shown, "properties": properties}
