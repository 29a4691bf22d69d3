"""What we add to the SDKs' pipelines: stay on one host, read only JSON objects, listen for Retry-After."""

from __future__ import annotations

import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.exceptions import DecodeError, ResponseNotReadError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, SansIOHTTPPolicy

from troubleshooter.cloud.retry import retry_after
from troubleshooter.cloud.shapes import UNREADABLE, wrong_in
from troubleshooter.errors import Refused, Undeclared

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from azure.core.pipeline import PipelineRequest, PipelineResponse

_READS = frozenset({"GET", "HEAD"})
_HINT_HOLDS = 20.0
"""Seconds that a hint stays good: as long as the calls of one look may take, not until the next wait."""


class SameHost(SansIOHTTPPolicy[Any, Any]):
    """Refuses a request to another host before it gets a token.

    The SDKs follow nextLink, Location and Azure-AsyncOperation wherever they point, with the token.
    """

    def __init__(self, endpoint: str) -> None:
        super().__init__()
        self._host = _host(endpoint)

    def on_request(self, request: PipelineRequest[Any]) -> None:
        url = request.http_request.url
        if _host(url) != self._host:
            raise Refused(
                f"Azure's answer pointed to another host: {_host(url)[1]}.",
                f"Everything this run asks belongs to {self._host[1]}; a sign-in token goes nowhere else.",
                "Check --arm-endpoint, and whether a proxy rewrites Azure's answers.",
            )


class Bearer(BearerTokenCredentialPolicy[Any, Any]):
    """Puts the token in; a challenge that cannot be read leaves its 401 to be told."""

    def on_challenge(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> bool:
        try:
            return super().on_challenge(request, response)
        except ValueError:  # the claims that it asks for are no base64, or no text
            return False


class Declared(SansIOHTTPPolicy[Any, Any]):
    """Refuses what would change something while nobody declared a change; nothing leaves the machine."""

    def __init__(self, declared: Callable[[], bool]) -> None:
        super().__init__()
        self._declared = declared

    def on_request(self, request: PipelineRequest[Any]) -> None:
        method, url = request.http_request.method, urlsplit(request.http_request.url)
        if method in _READS or self._declared():
            return
        raise Undeclared(
            f"{method} {url.path} was not sent.",
            "What asked for it declares that it changes nothing in Azure, and this would change something.",
            "Nothing was changed. This is a fault of the playbook or of its action: please report it.",
        )


class JsonAnswers(SansIOHTTPPolicy[Any, Any]):
    """Makes a successful answer of the wrong shape an ordinary SDK error; else they, and we, fall over it."""

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        answer = response.http_response
        if answer.status_code >= 300:
            return
        url = urlsplit(request.http_request.url)
        try:
            if not answer.content:
                return
            wrong = wrong_in(answer.json(), "" if request.http_request.method == "DELETE" else url.path)
        except ResponseNotReadError:  # streamed; whoever reads it checks
            return
        except UNREADABLE:
            wrong = "something that is no JSON object"
        if wrong:
            raise DecodeError(f"{url.hostname} answered {answer.status_code} with {wrong}", response=answer)


class ServiceClock(SansIOHTTPPolicy[Any, Any]):
    """By how much the service's clock is ahead of ours: times that it gives are of its own."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._ahead = timedelta()

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:  # noqa: ARG002 - the SDK's signature
        try:
            said = parsedate_to_datetime(str(response.http_response.headers.get("Date")))
        except ValueError:
            return
        if said.tzinfo is not None:
            self._ahead = said - self._now()

    def now(self) -> datetime:
        """By the newest answer; our own where none has come."""
        return self._now() + self._ahead


class Hints(SansIOHTTPPolicy[Any, Any]):
    """Keeps the newest Retry-After of a successful answer; several threads may answer and ask at once."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._newest: tuple[float, float] | None = None
        """Seconds, and when they were given; replaced whole, so that no lock is needed."""

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:  # noqa: ARG002 - the SDK's signature
        answer = response.http_response
        if answer.status_code < 300 and (seconds := retry_after(answer.headers, self._now)) is not None:
            self._newest = (seconds, time.monotonic())

    @property
    def newest(self) -> float | None:
        if self._newest is None:
            return None
        seconds, given = self._newest
        return seconds if time.monotonic() - given <= seconds + _HINT_HOLDS else None


def _host(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        return (parts.scheme, (parts.hostname or "").lower(), parts.port or 443)
    except ValueError:  # no address at all, as with a port beyond the last
        return ("", url, 0)
