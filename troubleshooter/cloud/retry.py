"""The one retry loop. The SDKs' own is off: it repeats POSTs, and it cannot hear a cancel."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from json import JSONDecodeError
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

from troubleshooter.cloud.allowance import Allowance, Cut, CutOff, allowed
from troubleshooter.cloud.explain import (
    cut_off,
    explain,
    gave_up,
    known,
    lasting,
    service_of,
    status_of,
    trouble,
)
from troubleshooter.cloud.wait import SHORTEST, stop_if_cancelled
from troubleshooter.errors import Interrupted, TroubleshooterError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from troubleshooter.cloud.explain import Asked, Failure

T = TypeVar("T")

TRIES = 6
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds after the first, second, … failed try; the last for all after it."""
_APART = 30.0
"""Seconds, the least between two tries where Azure takes changes of one pool no faster (documented)."""
_FOR_GOOD = {501, 505}
"""Of the statuses from 500 on those that no other try mends: not implemented, version not supported."""
_LONGEST_PAUSE = 300.0
"""Seconds. A service that asks for more is given up: the operator should know, not wait."""
_MOST_SLOW = 2
"""Answers that began and did not end in time, of one call: such a thing hardly mends itself."""


def call(
    operation: Callable[[], T],
    asked: Asked,
    *,
    cancel: threading.Event,
    on_trouble: Callable[[str], None],
    renew: Callable[[], None] | None,
    now: Callable[[], datetime],
    limit: int = TRIES,
) -> T:
    """Run the operation until it succeeds, is refused, was tried limit times, or took more than a call may.

    A 401 gets one fresh token (`renew`). A change whose answer was lost is sent again too. What it then meets
    may be its own first try, so the error that ends it, a cancel among them, is marked as unsure.
    """
    allowance = Allowance(cancel, changes=asked.changes)
    tries = _Tries(asked, limit, now, allowance)
    renewed = False
    while True:
        try:
            stop_if_cancelled(cancel, asked.doing)
            allowance.cut = None
            with allowed(allowance):
                return _read(operation)
        except (AzureError, DeserializationError) as error:
            if status_of(error) == 401 and renew is not None and not renewed:
                renewed = True
                renew()
                continue
            pause, message = tries.failed(error)
        except CutOff as error:  # not met in the middle of a library, which would have taken it for its own
            met = ServiceResponseError(str(error), error=error)
            pause, message = tries.failed(met, sent=allowance.sent)
        except TroubleshooterError as error:  # cancelled, or not signed in, which a cancel may look like
            if cancel.is_set() and not isinstance(error, Interrupted):
                continue
            raise tries.marked(error) from error.__cause__
        if not cancel.is_set():
            on_trouble(message)
            cancel.wait(pause)


def _read(operation: Callable[[], T]) -> T:
    """Some answers may be empty; one that is read may not, and what reads it does not say so itself."""
    try:
        return operation()
    except JSONDecodeError as error:
        raise DecodeError("The answer is empty") from error


class _Tries:
    """The failures of one request, and whether one of them may have been carried out."""

    def __init__(self, asked: Asked, limit: int, now: Callable[[], datetime], allowance: Allowance) -> None:
        self._asked = asked
        self._limit = limit
        self._now = now
        self._allowance = allowance
        self._count = 0
        self._slow = 0
        self._lost = False

    def failed(self, error: Failure, *, sent: bool = True) -> tuple[float, str]:
        """The pause before the next try and what is said of it; raises when there is none.

        What was not sent has lost no answer.
        """
        self._count += 1
        earlier = self._lost and self._asked.changes
        self._lost = self._lost or (sent and _answer_lost(error))
        if self._asked.unanswered and sent and status_of(error) is None and _answer_lost(error):
            self._asked.unanswered()
        cut = self._allowance.cut if status_of(error) is None else None
        if cut is Cut.CANCELLED:
            return 0.0, cut.value
        self._slow += cut is Cut.SLOW
        if cut is not None and (cut is not Cut.SLOW or self._slow >= _MOST_SLOW):
            raise self.marked(cut_off(error, cut, self._asked, self._count)) from error
        if cut is None and not _passing(error, self._asked):
            raise self.marked(explain(error, self._asked, again=earlier)) from error
        pause = _pause(error, self._asked, self._count, self._now)
        longest = min(_LONGEST_PAUSE, self._allowance.left)
        if self._count >= self._limit or pause > longest:
            long = pause if pause > longest else None
            raise self.marked(gave_up(error, self._asked, self._count, long)) from error
        service = service_of(error, self._asked)
        what = f"{service}: {cut.value}" if cut else trouble(error, service)
        return pause, f"{what}; trying again in {pause:g} s ({self._count} of {self._limit})"

    def marked(self, error: TroubleshooterError) -> TroubleshooterError:
        error.unsure = self._lost and self._asked.changes
        return error


def _answer_lost(error: Failure) -> bool:
    """Whether the request may have been carried out, or may still be."""
    if lasting(error):
        return (
            False  # nothing is sent to a server whose certificate was not accepted, or to which no way opens
        )
    status = status_of(error)
    return status is None or status < 400 or status == 408 or status >= 500


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
    except (ValueError, TypeError, OverflowError):  # no date; one without a zone; one of no calendar
        return None


def _passing(error: Failure, asked: Asked) -> bool:
    """Whether it may be gone at the next try."""
    if lasting(error):
        return False
    if isinstance(error, IncompleteReadError | ServiceRequestError | ServiceResponseError):
        return True
    if isinstance(error, HttpResponseError) and not isinstance(error, DecodeError):
        status = error.status_code or 0
        told = known(error, asked) if status == 409 else None
        again = told is not None and told.again in {"itself", "apart"}
        return again or status in {408, 429} or (status >= 500 and status not in _FOR_GOOD)
    return False


def _pause(error: Failure, asked: Asked, failures: int, now: Callable[[], datetime]) -> float:
    own = _PAUSES[min(failures, len(_PAUSES)) - 1]
    response = error.response if isinstance(error, HttpResponseError) else None
    asked_for = retry_after(getattr(response, "headers", {}), now)
    if asked_for is not None:
        return max(asked_for, SHORTEST)
    told = known(error, asked) if asked.changes else None
    return max(own, _APART) if told is not None and told.again == "apart" else own


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
