"""Service faults that an experimenter plants for the next calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.wire.exchange import Answer

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call


LONGEST_DELAY = 300.0


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
    code: str | None = None
    """Of the error; without one the plane that is met says it in its own words."""
    text: str | None = None
    """Sent as it is instead of a body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Added to the answer, whichever it is."""
    times: int = 1
    after_effect: bool = False
    """The call does its work and only its answer is lost, late or another."""
    reset: bool = False
    delay: float = 0.0
    """Seconds that the answer is late."""
    trickle: float = 0.0
    """Seconds between two bytes of the answer."""
    drop: frozenset[str] = frozenset()
    """Fields, at any depth, and headers that the answer lacks; in lower case."""
    repeat: str = ""
    """The field of a listing that holds the way to the next page: it leads to the same page again."""
    stale: bool = False
    """A read is answered by a replica that has not heard of the newest changes."""
    hold: Literal["", "reset", "silent"] = ""
    """What the caller gets, while its call is kept until the experimenter lets it through."""
    skip: int = 0
    """So many calls that it would meet pass first."""

    def strike(self, words: Mapping[int, tuple[str, str]]) -> Answer | None:
        """What the caller gets instead of an answer; None where it gets the answer after all."""
        if self.reset:
            raise Severed
        if self.status is None:
            return None
        if self.text is not None or self.status < 400:
            return Answer(self.status, headers=self.headers, text=self.text, trickle=self.trickle)
        unknown = ("InternalError", "The server encountered an internal error.")
        code, message = words.get(self.status, unknown)
        raise Refusal(self.status, self.code or code, message, headers=self.headers)

    def spoil(self, call: Call, answer: Answer) -> Answer:
        """The true answer, as it reaches the caller."""
        body = _without(answer.body, self.drop)
        if self.repeat and isinstance(body, dict):
            body[self.repeat] = f"{call.base}{call.path}?{urlencode(call.query)}"
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in self.drop}
        return replace(answer, body=body, headers={**kept, **self.headers}, trickle=self.trickle)

    def meets(self, call: Call) -> bool:
        return self.times > 0 and self.method in {"*", call.method} and bool(self.path.search(call.path))


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, names) for key, inner in value.items() if key.lower() not in names}
    return [_without(inner, names) for inner in value] if isinstance(value, list) else value


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
