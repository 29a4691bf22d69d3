"""What is asked of the data plane, and requests for which the SDK has only a poller that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from azure.core.rest import HttpRequest

from troubleshooter.model.target import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.batch import BatchClient

    from troubleshooter.model.facts import JobFacts

PROGRESS = [
    "state",
    "allocationState",
    "targetDedicatedNodes",
    "targetLowPriorityNodes",
    "currentDedicatedNodes",
    "currentLowPriorityNodes",
    "resizeErrors",
    "allocationStateTransitionTime",
]
NODE = [
    "id",
    "state",
    "stateTransitionTime",
    "errors",
    "startTaskInfo",
    "allocationTime",
    "lastBootTime",
    "totalTasksRun",
    "runningTaskSlotsCount",
]
ENDPOINTS = ["endpointConfiguration"]
JOB = ["id", "eTag", "state", "poolInfo", "executionInfo"]
SCHEDULE = ["id", "eTag", "state", "jobSpecification"]
"""What is asked for of each: all that is read, and no more."""

_CONTENT = "application/json; odata=minimalmetadata"


def delete_pool(client: BatchClient, endpoint: str, pool: str, etag: str) -> None:
    """Delete the pool if it is still the one that was read: ARM's delete has no such condition."""
    if not etag:
        raise ValueError("a guarded delete without its guard")
    send(client, "DELETE", f"{endpoint}/pools/{quote(pool)}", headers={"If-Match": etag})


def enable(client: BatchClient, endpoint: str, job: JobFacts) -> None:
    send(client, "POST", f"{endpoint}/{_path(job)}/enable")


def disable(client: BatchClient, endpoint: str, job: JobFacts, tasks: str) -> None:
    """Only the job that was read: a try that arrives late must not meet it when it was enabled again."""
    if not job.etag:
        raise ValueError("a guarded change without its guard")
    body = None if job.schedule else {"disableTasks": tasks}
    send(client, "POST", f"{endpoint}/{_path(job)}/disable", body, headers={"If-Match": job.etag})


def _path(job: JobFacts) -> str:
    return f"{'jobschedules' if job.schedule else 'jobs'}/{quote(job.id, safe='')}"


def send(
    client: BatchClient, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> None:
    request = HttpRequest(
        method,
        url,
        params={"api-version": API_VERSION},
        json=body,
        headers={
            "Accept": "application/json",
            **({"Content-Type": _CONTENT} if body else {}),
            **(headers or {}),
        },
    )
    # Today it raises by itself; its documentation says that it handles no errors.
    client.send_request(request).raise_for_status()
