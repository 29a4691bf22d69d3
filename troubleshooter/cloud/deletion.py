"""Deleting a pool without the SDK's poller, which cannot be interrupted."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import DeserializationError
from azure.core.rest import HttpRequest

from troubleshooter.errors import ServiceRefusal

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineResponse
    from azure.mgmt.batch import BatchManagementClient

    from troubleshooter.model.target import Target


def start(client: BatchManagementClient, target: Target, pool: str) -> str:
    """Send the DELETE; gives its operation's address, empty when it was over at once."""
    accepted: list[str] = []

    def note(response: PipelineResponse[Any, Any]) -> None:
        answer = response.http_response
        if answer.status_code < 300:
            accepted.append(
                answer.headers.get("Azure-AsyncOperation") or answer.headers.get("Location") or ""
            )

    with suppress(DeserializationError):  # the SDK reads Retry-After as a whole number; a date is as good
        client.pool.begin_delete(
            target.resource_group, target.account, pool, polling=False, raw_response_hook=note
        )
    return accepted[0] if accepted else ""


def look(client: BatchManagementClient, operation: str) -> tuple[int, dict[str, Any]]:
    """Ask the operation once: status and body of the answer."""
    answer = client.send_request(HttpRequest("GET", operation))
    answer.raise_for_status()
    return answer.status_code, answer.json() if answer.content else {}


def is_over(pool: str, status: int, body: dict[str, Any]) -> bool:
    """Whether the operation ended; ServiceRefusal where it ended badly."""
    state = str(body.get("status", "")).lower()
    if state in {"failed", "canceled"}:
        error = body.get("error")
        reason = error if isinstance(error, dict) else {}
        raise ServiceRefusal(
            f"Azure did not finish deleting pool {pool}.",
            f"The operation ended as {state}. Azure said {reason.get('code')}: {reason.get('message')}",
            "Mend what Azure names, then remove the pool again.",
            status=status,
            code=str(reason.get("code", "")),
        )
    return state == "succeeded" if state else status != 202
