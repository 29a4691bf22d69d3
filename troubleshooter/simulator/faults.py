"""Service faults that an experimenter plants for the next calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.refusal import Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.exchange import Call

_LONGEST_DELAY = 300.0


class Severed(Exception):
    """The connection is to be reset instead of an answer."""


@dataclass(slots=True)
class Fault:
    method: str
    """Or * for any."""
    path: re.Pattern[str]
    """Searched for in the path, without the query."""
    status: int | None
    """Of the answer; None where the fault is another than a status."""
    code: str | None
    """Of the error; without one the plane that is met says it in its own words."""
    retry_after: int | None
    times: int
    after_effect: bool
    """The call does its work and only its answer is lost, or late."""
    reset: bool = False
    delay: float = 0.0
    """Seconds that the answer is late."""
    stale: bool = False
    """A read is answered by a replica that has not heard of the newest changes."""
    skip: int = 0
    """So many calls that it would meet pass first."""

    def strike(self, words: Mapping[int, tuple[str, str]]) -> None:
        """Raise what the caller gets instead of an answer; nothing for one that is only late or stale."""
        if self.reset:
            raise Severed
        if self.status is None:
            return
        unknown = ("InternalError", "The server encountered an internal error.")
        code, message = words.get(self.status, unknown)
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        raise Refusal(self.status, self.code or code, message, headers=headers)

    def meets(self, call: Call) -> bool:
        return self.times > 0 and self.method in {"*", call.method} and bool(self.path.search(call.path))


def planted(body: Any) -> Fault:
    """A fault from `{"match": "METHOD path-regex", "status", "times", "after_effect"}`.

    Beside these, `code` and `retry_after` (seconds) may be given; and instead of a status (503 unless said)
    `reset` (the connection breaks), `delay` (seconds) or `stale` (reads only). The first `skip` calls pass.
    """
    method, _, pattern = str(body.get("match", "")).partition(" ") if isinstance(body, dict) else ("", "", "")
    if not method or not pattern:
        raise invalid("match", "METHOD and a regular expression for the path are expected")
    try:
        path = re.compile(pattern)
    except re.error as error:
        raise invalid("match", str(error), pattern) from error
    delay, stale, reset = body.get("delay", 0), bool(body.get("stale")), bool(body.get("reset"))
    if not isinstance(delay, int | float) or not 0 <= delay <= _LONGEST_DELAY:
        raise invalid("delay", f"Seconds from 0 to {_LONGEST_DELAY:g} are expected", delay)
    status = body.get("status", None if delay or stale or reset else 503)
    if status is not None and (not isinstance(status, int) or not 400 <= status <= 599):
        raise invalid("status", "A status from 400 to 599 is expected", status)
    times, skip, retry_after = body.get("times", 1), body.get("skip", 0), body.get("retry_after")
    if not (isinstance(times, int) and isinstance(skip, int) and isinstance(retry_after, int | None)):
        raise invalid("times", "Whole numbers are expected for times, skip and retry_after")
    return Fault(
        method.upper(),
        path,
        status,
        body.get("code"),
        retry_after,
        times,
        bool(body.get("after_effect")),
        reset,
        float(delay),
        stale,
        skip,
    )


def next_for(faults: list[Fault], call: Call) -> Fault | None:
    """The first fault that meets the call, counted down; used-up ones are dropped."""
    for fault in faults:
        if fault.meets(call):
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if not fault.times:
                faults.remove(fault)
            return fault
    return None
