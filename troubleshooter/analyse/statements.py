"""JSON files as statements: each message in them, unescaped, with the line where it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse import probe
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.kinds import kind_of_json
from troubleshooter.analyse.records.walk import walked
from troubleshooter.analyse.stamp import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from troubleshooter.analyse.records.said import Said

_SETTINGS_DEPTH = 20
_FEW = 40
"""Characters by which a message is found of which the rest is broken over lines."""


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    data: bytes
    """The file that it stands in."""
    wrong: bool | None
    """Whether whoever wrote it says that something is not well; None where only the wording tells."""
    kind: FileKind
    """What it is read as: the file's kind, but for what is over."""
    whose: str = ""
    """The extension that the record names: `publisher.type` and its name after a blank, or a name alone.

    Empty where it names none.
    """
    near: str = ""
    """A text of the record as it stands in the file: where what is told of it is put in other words."""
    also: FileKind | None = None
    """What it is read as besides: an error of Azure's may hold what an extension reported."""
    failed: bool = False
    """An extension's own record says that it has failed, and not that it is still at work."""
    numbers: tuple[int, ...] = ()
    """Where the lines of `data` begin in the file; empty where it is the file."""

    @property
    def line(self) -> int:
        setting = self.kind is FileKind.SETTINGS
        line = (
            _line_of_setting(self.text, self.data) if setting else _line_of(self.near, self.text, self.data)
        )
        return self.numbers[min(line, len(self.numbers)) - 1] if self.numbers else line

    @property
    def kinds(self) -> tuple[FileKind, ...]:
        """What it is read as."""
        return (self.kind, self.also) if self.also else (self.kind,)

    @property
    def cost(self) -> int:
        """How many looks it takes to find its line."""
        return len(self.data) >> 11


def statements(
    kind: FileKind, value: Any, data: bytes, look: Callable[[int], object] = int
) -> Iterator[Statement]:
    """Every message of a parsed file. `data` is its text, for the line numbers.

    `look` counts what reading JSON that stands in texts takes.
    """
    if kind is FileKind.SETTINGS:
        yield from (Statement(text, data, wrong=False, kind=kind) for text in _leaves(value, "", 0))
        return
    known = FileKind.CRP if kind is FileKind.TEXT else kind
    yield from (_statement(said, data) for said in walked(value, known, look))


def answers(data: bytes) -> Iterator[Statement]:
    """Every answer of a probe; what did not fail there is nothing wrong."""
    for answer in probe.answers(data):
        yield Statement(
            answer.text, data, wrong=answer.status == probe.FAIL, kind=FileKind.PROBE, near=answer.near
        )


def said_in_text(
    value: Any, data: bytes, look: Callable[[int], object], numbers: tuple[int, ...]
) -> Iterator[Statement]:
    """The same of a document in a text, in which every rule may match; what is over stays over."""
    for said in walked(value, FileKind.TEXT, look):
        over = said.kind is FileKind.PAST_RESIZE_ERRORS
        yield _statement(said if over else said._replace(also=FileKind.TEXT), data, numbers)


def _statement(said: Said, data: bytes, numbers: tuple[int, ...] = ()) -> Statement:
    text = " ".join(said.text.split())
    return Statement(
        text, data, said.wrong, said.kind, said.whose, said.near, said.also, said.failed, numbers
    )


def statements_of(kind: FileKind, data: bytes, holds: tuple[str, ...]) -> tuple[Statement, ...] | None:
    """The messages of a text that may be a JSON file of the kind; None when it is none."""
    found, value = kind_of_json(data, holds)
    if value is None or found not in {kind, FileKind.TEXT}:
        return None
    said = tuple(statements(found, value, data))
    return said if said or found is kind is not FileKind.TEXT else None


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


def newest_time(kind: FileKind, value: Any) -> datetime | None:
    """Of those that it states; None where it states none."""
    times = (stamp(text.encode("utf-8", "replace")) for text, _ in stamped(kind, value))
    return max((known[0] for known in times if known), default=None)


def gave_up(kind: FileKind, value: Any) -> bool:
    """Whether an extension's status says error, which it does once it tries no more."""
    if kind is FileKind.STATUS:
        said = [entry.get("status") for entry in _objects(value)]
        return any(isinstance(one, dict) and one.get("status") == "error" for one in said)
    told = (one.text for one in walked(value, kind, int) if one.wrong)
    return any("/failed" in text.partition(":")[0].lower() for text in told)


def _leaves(value: Any, at: str, depth: int) -> Iterator[str]:
    """Each setting on a line of its own, after the place where it stands: rules need not know the layout."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs if depth < _SETTINGS_DEPTH else ():
        if isinstance(inner, dict | list) and inner:
            yield from _leaves(inner, f"{at}/{key}", depth + 1)
        else:
            yield f'{at or "/"} "{key}": {json.dumps(inner)}'


def _message(status: dict[str, Any]) -> str:
    formatted = status.get("formattedMessage")
    return _text(formatted.get("message")) if isinstance(formatted, dict) else _text(formatted)


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


def _line_of(near: str, text: str, data: bytes) -> int:
    """The line of what stands there, or of the message's first words; 1 where escaping hides them."""
    words = (text, text.split(": ", 1)[-1], text.split(" (", 1)[0], text.split(": ", 1)[0], text[:_FEW])
    for wanted in (near, near[:_FEW], *words):
        for encoded in dict.fromkeys((_escaped(wanted), _escaped(wanted, plain=True), wanted)):
            place = data.find(encoded.encode("utf-8", "replace")) if encoded else -1
            if place >= 0:
                return data.count(b"\n", 0, place) + 1
    return 1


def _escaped(text: str, *, plain: bool = False) -> str:
    return json.dumps(text, ensure_ascii=not plain)[1:-1]


def _line_of_setting(text: str, data: bytes) -> int:
    """The line of a setting: of key and value together, else of either; 1 where it is written oddly."""
    key, _, value = text[text.index(' "') + 1 :].partition(": ")
    for wanted in (f"{key}: {value}", f"{key}:{value}", value, key):
        if (place := data.find(wanted.encode("utf-8", "replace"))) >= 0:
            return data.count(b"\n", 0, place) + 1
    return 1
