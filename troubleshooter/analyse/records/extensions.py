"""Records of extensions: their own status, the agent's of their handler, Azure's view, and the resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.records.said import Read, Said, flat, keys, objects, shown, text, well
from troubleshooter.analyse.records.whose import whose

if TYPE_CHECKING:
    from troubleshooter.analyse.records.said import At, Keys

_READY = ("ready", "notready", "not ready", "unresponsive", "installing")
_NO_MATTER = ("powerstate", "osstate", "healthstate")
"""Statuses of a machine that say nothing of how its extensions are."""
_HOLD_A_STATUS = frozenset({"statuses", "substatuses", "status", "statusessummary"})
_LEVELS = frozenset({"error", "warning", "info", "information"})
_FAILED = frozenset({"error", "failed"})
_ENDS = {"failed": True, "succeeded": False}
_OF_AN_EXTENSION = frozenset(
    {"typehandlerversion", "typepropertiestype", "extensiontype", "handlername", "vmextension"}
    | {"virtualmachineextensiontype"}
)
_OF_A_HANDLER = ("handlername", "handlerversion", "supportsmulticonfig", "supportsmulticonfiguration")


def status(record: Keys, at: At) -> Read | None:
    """What an extension says of itself: status/<seq>.status, and each entry of an aggregate status."""
    inner = record.get("status")
    if not isinstance(inner, Mapping):
        return None
    own = keys(inner)
    state = own.get("status")
    if not ("formattedmessage" in own or (isinstance(state, str) and "timestamputc" in record)):
        return None
    named = own.text("name")
    of = at.whose or (named if "." in named else "")
    parts = [own, *(keys(part) for part in objects(own.get("substatus")))]
    said = tuple(
        Said(
            _message(part) or f"status: {shown(part.get('status'))}",
            not well(part.get("status")),
            FileKind.STATUS,
            of,
            failed=shown(part.get("status")).lower() in _FAILED,
        )
        for part in parts
    )
    return Read(said, frozenset({"status"}))


def handler(record: Keys, at: At) -> Read | None:
    """What the agent says of a handler, or of itself; what the handler's settings came to stands in it."""
    state = record.get("status")
    if not isinstance(state, str) or state.lower() not in _READY:
        return None
    message = _message(record) or record.text("message")
    if not (message or any(key in record for key in _OF_A_HANDLER)):
        return None
    named = record.text("handlername", "name")
    of = named if "." in named or "handlername" in record else at.whose
    told = message or f"the handler is {state}"
    ended = bool(message) and state.lower() in {"notready", "not ready"}
    said = Said(told, state.lower() != "ready", FileKind.HANDLER_STATUS, of, failed=ended)
    done = frozenset({"status", "formattedmessage", "message", "code"})
    return Read((said,), done, at._replace(whose=of or at.whose))


def view(record: Keys, at: At) -> Read | None:
    """One status of Azure's view: code, level and message."""
    code, level = shown(record.get("code")), record.text("level").lower()
    if not code or not (at.under in _HOLD_A_STATUS or "displaystatus" in record or level in _LEVELS):
        return None
    if code.lower().split("/")[0] in _NO_MATTER:
        return Read((), whole=True)
    message = record.text("message", "displaystatus") or shown(record.get("count"))
    fine = level not in {"error", "warning"} if code.isdigit() else well(code)
    told = message if fine else f"{code}: {message}"
    ended = not fine and (level == "error" or not _FAILED.isdisjoint(code.lower().split("/")))
    said = Said(told, not fine, FileKind.EXTENSION_VIEW, at.whose, message, failed=ended)
    return Read((said,), whole=True)


def resource(record: Keys, at: At) -> Read | None:
    """An extension as a resource, a line of a list or a node's extension: whose what is in it is."""
    of = whose(record)
    listed = _publisher(record)
    if not (record.keys() & _OF_AN_EXTENSION or listed) or not (of or record.text("name")):
        return None
    of = of or (f"{listed}.{record.text('name')}" if listed else record.text("type", "name"))
    said = _state(record, of)
    return Read((said,) if said else (), frozenset({"vmextension"}), at._replace(whose=of))


def _publisher(record: Keys) -> str:
    """Of a row of the CLI's table, which has neither type nor the handler's version, but how it ended."""
    ended = record.text("provisioningstate", "state").lower() in _ENDS
    return record.text("publisher") if ended else ""


def _state(record: Keys, of: str) -> Said | None:
    """What its provisioning came to, where nothing in it says more."""
    said = record.text("provisioningstate", "provisioningstatus", "state")
    failed = _ENDS.get(said.lower().rpartition(" ")[2])
    inner = record.record("instanceview") or record
    if failed is None or any(
        isinstance(inner.get(key), Mapping | list) and inner[key] for key in _HOLD_A_STATUS
    ):
        return None
    line = f"provisioningState: {said}; extension: {of}"
    return Said(line, failed, FileKind.EXTENSION_VIEW, of, record.text("name"), failed=failed)


def _message(record: Keys) -> str:
    formatted = record.get("formattedmessage")
    return text(flat(formatted).get("message")) if isinstance(formatted, Mapping) else text(formatted)
