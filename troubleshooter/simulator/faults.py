"""Service faults that an experimenter plants for the next calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.refusal import Refusal, invalid

if TYPE_CHECKING:
    from troubleshooter.simulator.exchange import Call

_CODES = {
    401: ("ExpiredAuthenticationToken", "The access token has expired."),
    403: (
        "AuthorizationFailed",
        "The client does not have authorization to perform this action over this scope.",
    ),
    404: ("ResourceNotFound", "The specified resource does not exist."),
    409: (
        "OperationInvalidForCurrentState",
        "The operation is invalid for the current state of the resource.",
    ),
    429: ("TooManyRequests", "The number of requests exceeds the limit."),
    500: ("InternalError", "The server encountered an internal error. Please retry the request."),
    503: ("ServerBusy", "The server is busy. Please retry the request."),
}


@dataclass(slots=True)
class Fault:
    method: str
    """Or * for any."""
    path: re.Pattern[str]
    """Searched for in the path, without the query."""
    refusal: Refusal
    times: int
    after_effect: bool
    """The call does its work and only its answer is lost."""

    def meets(self, call: Call) -> bool:
        return self.times > 0 and self.method in {"*", call.method} and bool(self.path.search(call.path))


def planted(body: Any) -> Fault:
    """A fault from `{"match": "METHOD path-regex", "status", "times", "after_effect"}`.

    Beside these, `code` and `retry_after` (seconds) may be given.
    """
    method, _, pattern = str(body.get("match", "")).partition(" ") if isinstance(body, dict) else ("", "", "")
    if not method or not pattern:
        raise invalid("match", "METHOD and a regular expression for the path are expected")
    try:
        path = re.compile(pattern)
    except re.error as error:
        raise invalid("match", str(error), pattern) from error
    status = body.get("status", 503)
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise invalid("status", "A status from 400 to 599 is expected", status)
    code, message = _CODES.get(status, ("InternalError", "A planted fault."))
    headers = {"Retry-After": str(body["retry_after"])} if "retry_after" in body else {}
    refusal = Refusal(status, body.get("code", code), body.get("message", message), headers=headers)
    return Fault(method.upper(), path, refusal, int(body.get("times", 1)), bool(body.get("after_effect")))


def next_for(faults: list[Fault], call: Call) -> Fault | None:
    """The first fault that meets the call, counted down; used-up ones are dropped."""
    for fault in faults:
        if fault.meets(call):
            fault.times -= 1
            if not fault.times:
                faults.remove(fault)
            return fault
    return None
