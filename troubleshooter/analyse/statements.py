"""JSON files as statements: each message in them, unescaped, with the line where it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.kinds import kind_of_json
from troubleshooter.analyse.resize import of_before

if TYPE_CHECKING:
    from collections.abc import Iterator

_WELL = ("success", "succeeded", "ready")
_DEPTH = 8
_SETTINGS_DEPTH = 20
_TEXTS = ("code", "error", "message", "error_description")


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    data: bytes
    """The file that it stands in."""
    wrong: bool
    """Whether whoever wrote it says that something is not well."""
    kind: FileKind
    """What it is read as: the file's kind, but for what is over."""
    whose: str = ""
    """The extension that the record names: `publisher.type`, or the name alone; empty where it names none."""

    @property
    def line(self) -> int:
        return _line_of(self.text, self.data)

    @property
    def cost(self) -> int:
        """How many looks it takes to find its line."""
        return len(self.data) >> 12


def statements(kind: FileKind, value: Any, data: bytes) -> Iterator[Statement]:
    """Every message of a parsed file. `data` is its text, for the line numbers."""
    if kind is FileKind.RESIZE_ERRORS:
        yield from _resizes(value, data)
        return
    for text, wrong in _messages(kind, value):
        yield Statement(text, data, wrong, kind)


def statements_of(kind: FileKind, data: bytes, holds: tuple[str, ...]) -> tuple[Statement, ...] | None:
    """The messages of a text that may be a JSON file of the kind; None when it is none."""
    found, value = kind_of_json(data, holds)
    return tuple(statements(kind, value, data)) if value is not None and found is kind else None


def stamped(kind: FileKind, value: Any) -> Iterator[tuple[str, str]]:
    """Times that a JSON file states, each in UTC by agreement, with what was so then."""
    if kind is FileKind.STATUS:
        for entry in _objects(value):
            status = entry.get("status")
            if isinstance(entry.get("timestampUTC"), str) and isinstance(status, dict):
                said = f"status {_text(status.get('status'))}: {_message(status)}"
                yield entry["timestampUTC"], said
    elif kind is FileKind.NODE_ERRORS:
        for node in _listed(value):
            if isinstance(node.get("stateTransitionTime"), str):
                yield (
                    node["stateTransitionTime"],
                    f"node {_text(node.get('id'))} is {_text(node.get('state'))}",
                )


def gave_up(kind: FileKind, value: Any) -> bool:
    """Whether an extension's status says error, which it does once it tries no more."""
    if kind is FileKind.STATUS:
        said = [entry.get("status") for entry in _objects(value)]
        return any(isinstance(one, dict) and one.get("status") == "error" for one in said)
    return any(
        wrong and "/failed" in text.partition(":")[0].lower() for text, wrong in _messages(kind, value)
    )


def _messages(kind: FileKind, value: Any) -> Iterator[tuple[str, bool]]:
    match kind:
        case FileKind.STATUS:
            yield from _status(value)
        case FileKind.SETTINGS:
            yield from ((text, False) for text in _leaves(value, "", 0))
        case FileKind.HANDLER_STATUS:
            for entry in _objects(value):
                yield _text(entry.get("message")), not _well(entry.get("status"))
        case FileKind.EXTENSION_VIEW:
            for entry in _objects(value):
                yield from _view(entry, 0)
        case FileKind.NODE_ERRORS:
            yield from _nodes(value)
            yield from _errors(value, 0)
        case FileKind.CRP:
            yield from _errors(value, 0)


def _resizes(value: Any, data: bytes) -> Iterator[Statement]:
    """Of each pool what its last resize says; what is over is said to be so."""
    for pool in _listed(value):
        over = of_before(pool)
        kind = FileKind.PAST_RESIZE_ERRORS if over else FileKind.RESIZE_ERRORS
        for text, _ in _errors(pool, 0):
            yield Statement(f"{text}; happened, not current: {over}" if over else text, data, not over, kind)


def _leaves(value: Any, at: str, depth: int) -> Iterator[str]:
    """Each setting on a line of its own, after the place where it stands: rules need not know the layout."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs if depth < _SETTINGS_DEPTH else ():
        if isinstance(inner, dict | list) and inner:
            yield from _leaves(inner, f"{at}/{key}", depth + 1)
        else:
            yield f'{at or "/"} "{key}": {json.dumps(inner)}'


def _status(value: Any) -> Iterator[tuple[str, bool]]:
    for entry in _objects(value):
        status = entry.get("status")
        if not isinstance(status, dict):
            continue
        yield _message(status), not _well(status.get("status"))
        for part in _objects(status.get("substatus")):
            yield _message(part), not _well(part.get("status"))


def _message(status: dict[str, Any]) -> str:
    formatted = status.get("formattedMessage")
    return _text(formatted.get("message")) if isinstance(formatted, dict) else _text(formatted)


def _view(entry: dict[str, Any], depth: int) -> Iterator[tuple[str, bool]]:
    """Of a node extension; the answer's fields may be missing, renamed in case, or of another type."""
    if isinstance(entry.get("value"), list):
        for inner in _objects(entry["value"]) if depth < _DEPTH else ():
            yield from _view(inner, depth + 1)
        return
    view = entry.get("instanceView") if isinstance(entry.get("instanceView"), dict) else entry
    for name, statuses in (view or {}).items():
        if name.lower() in {"statuses", "substatuses"}:
            for status in _objects(statuses):
                code, message = status.get("code"), _text(status.get("message"))
                yield message if _well(code) else f"{_text(code)}: {message}", not _well(code)


def _nodes(value: Any) -> Iterator[tuple[str, bool]]:
    """Each node's state in words; an unusable one without an error says something too."""
    for node in _listed(value):
        if isinstance(node.get("state"), str):
            errors = len(_objects(node.get("errors"))) if node.get("errors") else "none"
            yield f"state: {node['state'].lower()}; errors: {errors}; node: {_text(node.get('id'))}", False


def _errors(value: Any, depth: int) -> Iterator[tuple[str, bool]]:
    """Errors as Azure nests them: code and message, with values, details or an inner error."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for entry in value:
            yield from _errors(entry, depth + 1)
        return
    if not isinstance(value, dict):
        return
    parts = [_text(value[key]) for key in _TEXTS if isinstance(value.get(key), str)]
    parts += [_text(value["message"])] if isinstance(value.get("message"), dict) else []
    pairs = [
        f"{pair.get('name')}={_text(pair.get('value'))}"
        for key in ("values", "errorDetails", "details")
        for pair in _objects(value.get(key))
        if "name" in pair
    ]
    inner = value.get("innererror") or value.get("innerError")
    if isinstance(inner, dict) and isinstance(inner.get("code"), str):
        pairs.append(f"innererror={inner['code']}")
    if parts:
        yield ": ".join(parts) + (f" ({'; '.join(pairs)})" if pairs else ""), True
    for key in ("error", "errors", "resizeErrors", "resizeOperationStatus", "details", "properties", "value"):
        yield from _errors(value.get(key), depth + 1)


def _listed(value: Any) -> list[dict[str, Any]]:
    """The objects of an answer that may be a page of a list."""
    inner = value.get("value") if isinstance(value, dict) else None
    return _objects(inner if isinstance(inner, list) else value)


def _objects(value: Any) -> list[dict[str, Any]]:
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, dict)]


def _text(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("value"), str):  # the older {"lang", "value"} form
        return str(value["value"])
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _well(value: Any) -> bool:
    return isinstance(value, str) and any(part in _WELL for part in value.lower().split("/"))


def _line_of(text: str, data: bytes) -> int:
    """The line of the message's first words; 1 where escaping hides them."""
    if text.startswith("/"):
        return _line_of_setting(text, data)
    for wanted in (text, text.split(": ", 1)[-1], text.split(" (", 1)[0], text.split(": ", 1)[0]):
        for encoded in (json.dumps(wanted)[1:-1], json.dumps(wanted, ensure_ascii=False)[1:-1]):
            place = data.find(encoded.encode("utf-8", "replace")) if encoded else -1
            if place >= 0:
                return data.count(b"\n", 0, place) + 1
    return 1


def _line_of_setting(text: str, data: bytes) -> int:
    """The line of a setting: of key and value together, else of either; 1 where it is written oddly."""
    key, _, value = text[text.index(' "') + 1 :].partition(": ")
    for wanted in (f"{key}: {value}", f"{key}:{value}", value, key):
        if (place := data.find(wanted.encode("utf-8", "replace"))) >= 0:
            return data.count(b"\n", 0, place) + 1
    return 1
