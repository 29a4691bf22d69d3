"""From what an experimenter asks for to a fault."""

from __future__ import annotations

import re
from typing import Any

from troubleshooter.simulator.around.refusal import invalid
from troubleshooter.simulator.wire.faults import LONGEST_DELAY, Fault

_OTHER_KINDS = ("reset", "delay", "trickle", "stale", "hold", "headers", "drop", "repeat")


def planted(body: Any) -> Fault:
    """A fault from `{"match": "METHOD path-regex", "status", "times", "after_effect"}`.

    - Instead of the answer: `status` (200 to 599; 503 unless another kind is asked for), `code` of the error,
      `body` (raw text, with status 200 unless said), or `reset` (the connection breaks).
    - The true answer, spoilt: `drop` (fields and headers that it lacks), `repeat` (the field with the way to
      the next page, which leads back), `stale` (reads only).
    - Either: `headers`, `retry_after` (one of them, in seconds), `delay`, `trickle` (seconds between bytes).
    - `hold`: the caller meets a "reset" or waits in vain ("silent"); `POST /release` carries the call out.

    The first `skip` calls pass. Faults for one operation meet its calls in the order they were planted.
    """
    asked = body if isinstance(body, dict) else {}
    method, path = _match(asked)
    text = _kind(asked, "body", None, str, "Text is expected")
    return Fault(
        method,
        path,
        _status(asked, text),
        code=asked.get("code"),
        text=text,
        headers=_headers(asked),
        times=_kind(asked, "times", 1, int, "A whole number is expected"),
        after_effect=bool(asked.get("after_effect")),
        reset=bool(asked.get("reset")),
        delay=_seconds(asked, "delay"),
        trickle=_seconds(asked, "trickle"),
        drop=_names(asked),
        repeat=_kind(asked, "repeat", "", str, "The name of a field is expected"),
        stale=bool(asked.get("stale")),
        hold=_hold(asked),
        skip=_kind(asked, "skip", 0, int, "A whole number is expected"),
    )


def _match(asked: dict[str, Any]) -> tuple[str, re.Pattern[str]]:
    method, _, pattern = str(asked.get("match", "")).partition(" ")
    if not method or not pattern:
        raise invalid("match", "METHOD and a regular expression for the path are expected")
    try:
        return method.upper(), re.compile(pattern)
    except re.error as error:
        raise invalid("match", str(error), pattern) from error


def _status(asked: dict[str, Any], text: str | None) -> Any:
    if text is not None:
        unless_said: int | None = 200
    else:
        unless_said = None if any(asked.get(kind) for kind in _OTHER_KINDS) else 503
    status: Any = asked.get("status", unless_said)
    if status is not None and (not isinstance(status, int) or not 200 <= status <= 599):
        raise invalid("status", "A status from 200 to 599 is expected", status)
    return status


def _kind(asked: dict[str, Any], name: str, unless_said: Any, kind: type, reason: str) -> Any:
    value = asked.get(name, unless_said)
    if value is not unless_said and not isinstance(value, kind):
        raise invalid(name, reason, value)
    return value


def _seconds(asked: dict[str, Any], name: str) -> float:
    value = asked.get(name, 0)
    if not isinstance(value, int | float) or not 0 <= value <= LONGEST_DELAY:
        raise invalid(name, f"Seconds from 0 to {LONGEST_DELAY:g} are expected", value)
    return float(value)


def _headers(asked: dict[str, Any]) -> dict[str, str]:
    headers = _kind(asked, "headers", {}, dict, "An object with names and texts is expected")
    seconds = _kind(asked, "retry_after", None, int, "A whole number is expected")
    wait = {} if seconds is None else {"Retry-After": str(seconds)}
    return {**wait, **{str(name): str(value) for name, value in headers.items()}}


def _names(asked: dict[str, Any]) -> frozenset[str]:
    names = _kind(asked, "drop", [], list, "A list of names is expected")
    return frozenset(str(name).lower() for name in names)


def _hold(asked: dict[str, Any]) -> Any:
    value = asked.get("hold") or ""
    if value not in {"", "reset", "silent"}:
        raise invalid("hold", "reset or silent is expected", value)
    return value
