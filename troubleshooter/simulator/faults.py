"""Service faults that an experimenter plants for the next calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.refusal import Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.exchange import Call


@dataclass(slots=True)
class Fault:
    method: str
    """Or * for any."""
    path: re.Pattern[str]
    """Searched for in the path, without the query."""
    status: int
    code: str | None
    """Of the error; without one the plane that is met says it in its own words."""
    retry_after: int | None
    times: int
    after_effect: bool
    """The call does its work and only its answer is lost."""

    def refusal(self, words: Mapping[int, tuple[str, str]]) -> Refusal:
        """What the caller gets, in the words of the plane it called: code and message by status."""
        code, message = words.get(self.status, ("InternalError", "The server encountered an internal error."))
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return Refusal(self.status, self.code or code, message, headers=headers)

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
    times, retry_after = body.get("times", 1), body.get("retry_after")
    if not isinstance(times, int) or not isinstance(retry_after, int | None):
        raise invalid("times", "Whole numbers are expected for times and retry_after")
    after_effect = bool(body.get("after_effect"))
    return Fault(method.upper(), path, status, body.get("code"), retry_after, times, after_effect)


def next_for(faults: list[Fault], call: Call) -> Fault | None:
    """The first fault that meets the call, counted down; used-up ones are dropped."""
    for fault in faults:
        if fault.meets(call):
            fault.times -= 1
            if not fault.times:
                faults.remove(fault)
            return fault
    return None
