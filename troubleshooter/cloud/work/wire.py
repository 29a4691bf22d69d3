"""Requests about a run's own jobs, their tasks and files, as they go over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from azure.core.rest import HttpRequest

from troubleshooter.cloud.data_plane import send
from troubleshooter.model.target import API_VERSION

if TYPE_CHECKING:
    from azure.batch import BatchClient

JOB = ["id", "state", "metadata"]
TASK = ["id", "state", "executionInfo", "nodeInfo"]
"""What is asked for of each: all that is read, and no more."""


def make(client: BatchClient, endpoint: str, path: str, body: Any) -> None:
    """A job, or a task of one: the SDK's models know no more than the body that is sent."""
    send(client, "POST", f"{endpoint}/{path}", body)


def end_with_tasks(client: BatchClient, endpoint: str, job: str) -> None:
    """Let a job end by itself once all of its tasks have; one without tasks would at once (documented)."""
    send(client, "PATCH", f"{endpoint}/jobs/{quote(job, safe='')}", {"onAllTasksComplete": "terminatejob"})


def delete_job(client: BatchClient, endpoint: str, job: str) -> None:
    send(client, "DELETE", f"{endpoint}/jobs/{quote(job, safe='')}")


def file_size(client: BatchClient, endpoint: str, job: str, task: str, name: str) -> int:
    """Bytes of a file that a task left."""
    request = HttpRequest("HEAD", _file(endpoint, job, task, name), params={"api-version": API_VERSION})
    answer = client.send_request(request)
    answer.raise_for_status()
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


def file_part(
    client: BatchClient, endpoint: str, job: str, task: str, name: str, first: int, last: int
) -> bytes:
    """These bytes of it, counted from 0; of a service that knows no ranges the same out of the whole.

    Described is that a part comes with status 200; with 206 it does elsewhere.
    """
    request = HttpRequest(
        "GET",
        _file(endpoint, job, task, name),
        params={"api-version": API_VERSION},
        headers={"ocp-range": f"bytes={first}-{last}", "Accept": "application/octet-stream"},
    )
    answer = client.send_request(request, stream=True)  # else it would be taken for JSON
    try:
        answer.raise_for_status()
        data, wanted = b"".join(answer.iter_bytes()), last - first + 1
    finally:
        answer.close()
    skip = first if len(data) > wanted else 0
    return data[skip : skip + wanted]


def _file(endpoint: str, job: str, task: str, name: str) -> str:
    parts = (quote(part, safe="") for part in (job, task, name))
    return "{}/jobs/{}/tasks/{}/files/{}".format(endpoint, *parts)
