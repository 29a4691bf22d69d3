"""From a row of the journal to an event in its typed form, or to why it cannot be read."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from troubleshooter.model.event import FORMS, SCHEMA, Event, EventKind
from troubleshooter.model.unreadable import Unread
from troubleshooter.typed import decoder

_NO_SUCH = "this version knows no such event; a newer version of this program may have written it"
_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")


class _Written(msgspec.Struct):
    """By whom a run was begun, whatever else the event says by then."""

    schema: int = 1
    version: str = ""


def event(run: str, seq: int, at: str, kind: str, data: bytes) -> Event | Unread:
    when = _time(at)
    try:
        known = EventKind(kind)
        if known is EventKind.RUN_CREATED and (newer := _newer(data)):
            problem = newer
        elif not when:
            problem = f"it is damaged: {at!r} is no time in UTC"
        else:
            return Event(run, seq, at, known, decoder(FORMS[known]).decode(data), data)
    except msgspec.ValidationError as error:
        problem = _in_words(str(error))
    except (ValueError, RecursionError) as error:  # what is no JSON is a ValueError of msgspec's
        problem = f"it is damaged: {error}" if kind in list(EventKind) else _NO_SUCH
    return Unread(seq, kind, problem, when, data)


def _newer(data: bytes) -> str:
    written = decoder(_Written).decode(data)
    if written.schema <= SCHEMA:
        return ""
    by = f" ({written.version})" if written.version else ""
    return (
        f"a newer version of this program{by} wrote it; its schema is {written.schema},"
        f" and this version reads up to {SCHEMA}"
    )


def _time(at: str) -> str:
    """The same where it is a time with its zone, else nothing."""
    try:
        return at if datetime.fromisoformat(at).tzinfo is not None else ""
    except ValueError:
        return ""


def _in_words(complaint: str) -> str:
    """What msgspec says, with the field it is about."""
    place = _PLACE.search(complaint)
    inside = f"{place[1]}." if place else ""
    if unknown := _UNKNOWN.match(complaint):
        return (
            f"this version does not know its field {inside}{unknown[1]};"
            " a newer version of this program may have written it"
        )
    if missing := _MISSING.match(complaint):
        return f"its field {inside}{missing[1]} is missing"
    said = _PLACE.sub("", complaint).replace("`", "")
    return f"its field {place[1]} does not fit: {said}" if place and place[1] else f"it does not fit: {said}"


def raw(data: bytes) -> Any:
    """What can be had of an event that fits no form; None where it is no JSON."""
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return None
