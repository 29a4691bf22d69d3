"""The one retry loop. The SDKs' own is off: it repeats POSTs, and it cannot hear a cancel."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from azure.core.exceptions import (
    AzureError,
    DecodeError,
    DeserializationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)

from troubleshooter.cloud.explain import explain, gave_up, status_of, trouble, untrusted
from troubleshooter.cloud.wait import SHORTEST, stop_if_cancelled

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from troubleshooter.cloud.explain import Asked, Failure

T = TypeVar("T")

TRIES = 6
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds after the first, second, … failed try; the last for all after it."""
_LONGEST_PAUSE = 300.0
"""Seconds. A service that asks for more is given up: the operator should know, not wait."""


def call(
    operation: Callable[[], T],
    asked: Asked,
    *,
    cancel: threading.Event,
    on_trouble: Callable[[str], None],
    renew: Callable[[], None],
    now: Callable[[], datetime],
    limit: int = TRIES,
) -> T:
    """Run the operation until it succeeds, is refused, or was tried limit times.

    A 401 gets one fresh token. A create whose answer was lost is sent again too: if it then meets something,
    that comes as PerhapsOurs and the caller checks.
    """
    failures = 0
    renewed = answer_lost = False
    while True:
        stop_if_cancelled(cancel, asked.doing)
        try:
            return operation()
        except (AzureError, DeserializationError) as error:
            if status_of(error) == 401 and not renewed:
                renewed = True
                renew()
                continue
            failures += 1
            if not _passing(error):
                raise explain(error, asked, again=asked.creates and answer_lost) from error
            pause = _pause(error, failures, now)
            if failures >= limit or pause > _LONGEST_PAUSE:
                raise gave_up(error, asked, failures, pause if pause > _LONGEST_PAUSE else None) from error
            answer_lost = answer_lost or status_of(error) != 429  # a throttled request was not carried out
            message = f"{trouble(error, asked.service)}; trying again in {pause:g} s ({failures} of {limit})"
        on_trouble(message)
        cancel.wait(pause)


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime]) -> float | None:
    """Seconds the service asks to wait: a number, a date, or one of Azure's millisecond headers."""
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        if (value := _number(headers.get(name))) is not None:
            return value / 1000
    text = headers.get("Retry-After", "")
    if (value := _number(text)) is not None:
        return value
    try:
        return max(0.0, (parsedate_to_datetime(text) - now()).total_seconds())
    except (ValueError, TypeError):  # no date; or a date without a zone
        return None


def _passing(error: Failure) -> bool:
    """Whether it may be gone at the next try."""
    if untrusted(error):
        return False
    if isinstance(error, IncompleteReadError | ServiceRequestError | ServiceResponseError):
        return True
    if isinstance(error, HttpResponseError) and not isinstance(error, DecodeError):
        status = error.status_code
        return status is not None and (status in {408, 429} or status >= 500)
    return False


def _pause(error: Failure, failures: int, now: Callable[[], datetime]) -> float:
    own = _PAUSES[min(failures, len(_PAUSES)) - 1]
    response = error.response if isinstance(error, HttpResponseError) else None
    asked_for = retry_after(getattr(response, "headers", {}), now)
    return own if asked_for is None else max(asked_for, SHORTEST)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
