"""Records of Azure: an error as ARM and the services nest it, and an event of the activity log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.records.said import Read, Said, keys, objects, shown, text
from troubleshooter.analyse.records.whose import names_one, of_resource

if TYPE_CHECKING:
    from troubleshooter.analyse.records.said import At, Keys

_TEXTS = ("code", "errorcode", "error", "message", "errormessage", "errordescription")
_ERRORS = {"error", "errors", "details", "innererror", "innererrors", "resizeerrors", "odataerror"}
"""Keys under which an error stands, whatever it says of itself."""
_OF_AN_EVENT = {
    "eventtimestamp",
    "eventdataid",
    "activitystatusvalue",
    "activitystatus",
    "correlationid",
    "statusmessage",
}
_ENDED_WELL = {"succeeded", "success", "started", "start", "accepted", "accept", "active", "resolved"}
_INSIDE = "when processing extension"
"""An error of the compute provider's that holds what an extension reported, after these words."""


def error(record: Keys, at: At) -> Read | None:
    """One error; what it has inside is read after it."""
    if not _is_error(record, at):
        return None
    said = error_text(record)
    message = record.text("message", "errormessage", "errordescription")
    done = frozenset({*_TEXTS, "values", "errordetails", "target"} - {"error"})
    if not said:
        return Read((), done)
    inside = FileKind.EXTENSION_VIEW if _INSIDE in message or "VM extension" in message else None
    told = Said(said, True, at.kind, "" if names_one(message) else at.whose, message or said, inside)
    return Read((told,), done)


def _is_error(record: Keys, at: At) -> bool:
    code = record.get("code", record.get("errorcode"))
    message = record.text("message", "errormessage", "errordescription")
    if at.under in _ERRORS:
        return bool(message) or (isinstance(code, str) and bool(code) and "value" not in record)
    if isinstance(record.get("error"), str) and record["error"]:
        return bool(message) or "errordescription" in record
    if isinstance(code, str) and code and message:
        return True
    number = record.number("statuscode", "status", "code")
    return bool(message) and number is not None and 400 <= number < 600


def error_text(record: Keys) -> str:
    """Code and message, with the values beside them; empty where it says neither."""
    parts = [said for key in _TEXTS if (said := _part(record.get(key), key))]
    pairs = [
        f"{shown(pair.get('name', pair.get('key')))}={shown(pair.get('value'))}"
        for key in ("values", "errordetails", "details")
        for pair in map(keys, objects(record.get(key)))
        if pair.keys() & {"name", "key"}
    ]
    inner = record.record("innererror")
    if inner is not None and inner.text("code"):
        pairs.append(f"innererror={inner.text('code')}")
    return ": ".join(parts) + (f" ({'; '.join(pairs)})" if pairs and parts else "")


def _part(value: Any, key: str) -> str:
    if key in {"code", "errorcode"} and isinstance(value, int) and value:
        return str(value)
    if key == "error" and isinstance(value, Mapping):
        return ""
    return text(value).strip()


def event(record: Keys, at: At) -> Read | None:
    """An event of the activity log: what a failed operation says, which is text, or JSON in a text."""
    named = "operationname" in record or "operationnamevalue" in record
    if not (named and record.keys() & _OF_AN_EVENT) and "statusmessage" not in record:
        return None
    state = record.text("status", "activitystatusvalue", "activitystatus")
    operation = record.text("operationname", "operationnamevalue")
    of = of_resource(record.text("resourceid", "entity", "scope", "id")) or at.whose
    if state.lower() in _ENDED_WELL:
        return Read((Said(f"{operation}: {state}", False, FileKind.CRP, of),), whole=True)
    message = record.text("statusmessage", "message")
    done = frozenset({"status", "substatus", "operationname"})
    if message.strip()[:1] in {"{", "["}:
        return Read((), done, at._replace(whose=of))
    parts = [operation, state, record.text("substatus", "activitysubstatusvalue"), message]
    told = ": ".join(filter(None, parts))
    said = Said(told, True, FileKind.CRP, "" if names_one(message) else of, message or operation)
    return Read((said,), done | {"statusmessage", "message"}, at._replace(whose=of))
