"""What is asked of the data plane, and requests for which the SDK has only a poller that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from azure.core.rest import HttpRequest

from troubleshooter.model.target import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.batch import BatchClient

PROGRESS = [
    "state",
    "allocationState",
    "targetDedicatedNodes",
    "targetLowPriorityNodes",
    "currentDedicatedNodes",
    "currentLowPriorityNodes",
    "resizeErrors",
]
NODE = ["id", "state", "stateTransitionTime", "errors"]
JOB = ["id", "state", "poolInfo", "executionInfo"]
SCHEDULE = ["id", "state", "jobSpecification"]
"""What is asked for of each: all that is read, and no more."""

_CONTENT = "application/json; odata=minimalmetadata"


def delete_pool(client: BatchClient, endpoint: str, pool: str, etag: str) -> None:
    """Delete the pool if it is still the one that was read: ARM's delete has no such condition."""
    if not etag:
        raise ValueError("a guarded delete without its guard")
    _send(client, "DELETE", f"{endpoint}/pools/{quote(pool)}", headers={"If-Match": etag})


def change_job(client: BatchClient, endpoint: str, job: str, verb: str, tasks: str = "") -> None:
    """Ask for a job to be disabled or enabled; `tasks` says what its running ones do."""
    body = {"disableTasks": tasks} if tasks else None
    _send(client, "POST", f"{endpoint}/jobs/{quote(job, safe='')}/{verb}", body)


def change_schedule(client: BatchClient, endpoint: str, schedule: str, verb: str) -> None:
    _send(client, "POST", f"{endpoint}/jobschedules/{quote(schedule, safe='')}/{verb}")


def _send(
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
    client.send_request(request).raise_for_status()
