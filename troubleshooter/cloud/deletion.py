"""Deleting a pool without the SDK's poller, which cannot be interrupted."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from azure.core.exceptions import DeserializationError
from azure.core.rest import HttpRequest

from troubleshooter.cloud.explain import reason_in
from troubleshooter.cloud.shapes import is_address
from troubleshooter.errors import ServiceRefusal

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineResponse
    from azure.mgmt.batch import BatchManagementClient

    from troubleshooter.model.target import Target


def start(client: BatchManagementClient, target: Target, pool: str) -> str:
    """Send the DELETE; gives its operation's address, empty when it was over at once or there is none."""
    answers: list[PipelineResponse[Any, Any]] = []
    with suppress(DeserializationError):  # the SDK reads Retry-After as a whole number; a date is as good
        client.pool.begin_delete(
            target.resource_group, target.account, pool, polling=False, raw_response_hook=answers.append
        )
    headers = answers.pop().http_response.headers  # of the last: before it, another token may be asked for
    return _address(headers.get("Azure-AsyncOperation") or headers.get("Location"))


class Seen(NamedTuple):
    """What one look at the operation told."""

    status: int
    body: dict[str, Any]
    next: str = ""
    """Where to look from now on: each answer may bring an address that is signed anew. Empty: as before."""


def look(client: BatchManagementClient, operation: str) -> Seen:
    """Ask the operation once."""
    answer = client.send_request(HttpRequest("GET", operation))
    answer.raise_for_status()
    body = answer.json() if answer.content else {}
    if "status" in body:  # beside that, Location leads to the result, not to where it is told next
        newest = answer.headers.get("Azure-AsyncOperation")
    else:
        newest = answer.headers.get("Location") if answer.status_code == 202 else None
    return Seen(answer.status_code, body, _address(newest))


def _address(told: str | None) -> str:
    return told if told and is_address(told) else ""


def is_over(pool: str, status: int, body: dict[str, Any]) -> bool:
    """Whether the operation ended; ServiceRefusal where it ended badly."""
    state = str(body.get("status", "")).lower()
    if state in {"failed", "canceled"}:
        code, said = reason_in(body)
        raise ServiceRefusal(
            f"Azure did not finish deleting pool {pool}.",
            f"The operation ended as {state}. {f'Azure said {said}' if said else 'Azure gave no reason'}.",
            "Mend what Azure names, then remove the pool again.",
            status=status,
            code=code,
        )
    return state == "succeeded" if state else status != 202
