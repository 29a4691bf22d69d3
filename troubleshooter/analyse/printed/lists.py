"""Lists of names and values: PowerShell's `Name : value`, simple YAML, an event's text, the portal's page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.analyse.printed.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEPTH = 16
_KEY = r"[A-Za-z_@][\w .()\[\]/@-]{0,80}?"
_ENTRY = re.compile(
    rf"^(?P<indent>[ \t]*)(?P<item>(?:- )*)(?:\"?(?P<key>{_KEY})\"?[ \t]*:(?:[ \t]+(?P<value>.*))?)$"
)
_COLUMNS = re.compile(rf"^(?P<indent>[ \t]*)(?P<item>)(?P<key>[A-Z]{_KEY})(?:\t+| {{2,}})(?P<value>\S.*)$")
_ITEM = re.compile(r"^(?P<indent>[ \t]*)-(?: (?P<value>.*))?$")
_NUMBERED = re.compile(r"\[\d*\]$")
_FOLDED = frozenset({"|", "|-", ">", ">-", "|+", ">+"})
_CUT = re.compile(r"\\\n\s*")
"""Where YAML broke a text in double quotes."""
_EMPTY: dict[str, Any] = {"null": None, "~": None, "[]": [], "{}": {}}
_TITLE = re.compile(r"^[A-Z][a-z]+(?: [a-z]+){0,3}$")
"""Of a part of a page."""
_GREEDY = re.compile(r"(?i)description|message")
_OF_AN_EVENT = re.compile(r"(?im)^\s*(?:event ?id|entry ?type|log ?name|source)\b")
_NEXT_EVENT = re.compile(r"(?i)^\s*(?:log ?name|event\[\d+\]|index|timecreated)\b[ \t]*:")


class _Entry(NamedTuple):
    indent: int
    key: str
    """Empty for a dash that begins an entry of a list."""
    value: str
    first: int
    last: int


def lists(lines: Sequence[str]) -> Iterator[Document]:
    """Each record as a mapping, what is indented below a name as a mapping in it."""
    at = 0
    while at < len(lines):
        begun = at
        block, at = _block(lines, at)
        if sum(bool(entry.key) for entry in block) > 1:
            above = lines[block[0].first - 1].strip() if block[0].first > begun else ""
            yield from _documents(block, above if _TITLE.match(above) else "")


def _block(lines: Sequence[str], at: int) -> tuple[list[_Entry], int]:
    """The entries up to an empty line; a line that begins none goes on with the value before it."""
    entries: list[_Entry] = []
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            return entries, at + 1
        found = _entries(line, at)
        if found and not (entries and _goes_on(entries[-1], found[0], line)):
            entries += found
        elif entries and _belongs(entries[-1], line):
            told = entries[-1]
            entries[-1] = told._replace(value=f"{told.value}\n{line.strip()}".strip("\n"), last=at)
        elif entries:
            return entries, at
        at += 1
        if entries and _swallows(entries):
            at = _swallow(lines, at, entries)
    return entries, at


def _entries(line: str, at: int) -> list[_Entry]:
    if found := _ENTRY.match(line) or _COLUMNS.match(line):
        indent = len(found["indent"].expandtabs())
        items = len(found["item"]) // 2
        dashes = [_Entry(indent + 2 * each, "", "", at, at) for each in range(items)]
        return [
            *dashes,
            _Entry(indent + 2 * items, found["key"].strip(), (found["value"] or "").strip(), at, at),
        ]
    if found := _ITEM.match(line):
        return [_Entry(len(found["indent"].expandtabs()), "", found["value"] or "", at, at)]
    return []


def _goes_on(before: _Entry, found: _Entry, line: str) -> bool:
    """Whether what looks like an entry stands in a value: far to the right, or in a text that was begun."""
    deep = found.indent > before.indent + 8 and bool(before.value)
    return (
        deep
        or (before.value in _FOLDED and found.indent > before.indent)
        or (
            before.value.startswith("{")
            and not before.value.endswith("}")
            and found.indent > before.indent
            and line.lstrip().startswith('"')
        )
    )


def _belongs(before: _Entry, line: str) -> bool:
    indent = len(line) - len(line.lstrip())
    return indent > before.indent or not before.value or before.value.startswith("{")


def _swallows(entries: Sequence[_Entry]) -> bool:
    """Whether what follows is the text of an event, whatever it looks like."""
    told = entries[-1]
    return bool(_GREEDY.fullmatch(told.key)) and any(_OF_AN_EVENT.match(entry.key) for entry in entries)


def _swallow(lines: Sequence[str], at: int, entries: list[_Entry]) -> int:
    told = entries[-1]
    parts: list[str] = []
    while at < len(lines) and not _NEXT_EVENT.match(lines[at]) and (lines[at].strip() or not parts):
        parts.append(lines[at].strip())
        at += 1
    entries[-1] = told._replace(
        value="\n".join(filter(None, [told.value, *parts])), last=max(told.last, at - 1)
    )
    return at


def _documents(block: list[_Entry], title: str) -> Iterator[Document]:
    reader = _Reader(block)
    while reader.at < len(block):
        first = reader.at
        value = reader.value(block[first].indent, 0)
        last = block[max(first, reader.at - 1)].last
        yield Document({title: value} if title else value, block[first].first, last, whole=False)
        reader.at = max(reader.at, first + 1)


class _Reader:
    """Goes through entries by their indentation."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._entries, self.at = entries, 0

    def value(self, indent: int, depth: int) -> Any:
        """One record; of a list its entry that begins here."""
        entry = self._entries[self.at]
        if entry.key or depth > DEPTH:
            return self._record(indent, depth)
        return self._item(depth)

    def _item(self, depth: int) -> Any:
        entry = self._entries[self.at]
        self.at += 1
        if entry.value:
            return _plain(entry.value)
        inner = self._entries[self.at] if self.at < len(self._entries) else None
        return self.value(inner.indent, depth + 1) if inner and inner.indent > entry.indent else None

    def _record(self, indent: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.at < len(self._entries):
            entry = self._entries[self.at]
            if entry.indent < indent or not entry.key or (entry.indent == indent and entry.key in found):
                break
            self.at += 1
            if entry.indent > indent:
                continue  # deeper than anything that was opened: a value's own text
            numbered = _NUMBERED.search(entry.key)
            value = _plain(entry.value) if entry.value else self._below(indent, depth)
            if numbered:
                found.setdefault(entry.key[: numbered.start()], []).append(value)
            else:
                found[entry.key] = value
        return found

    def _below(self, indent: int, depth: int) -> Any:
        """What is indented under a name without a value; YAML's dashes may stand at the name's own place."""
        inner = self._entries[self.at] if self.at < len(self._entries) else None
        if inner is None or depth >= DEPTH:
            return None
        if inner.key:
            return self._record(inner.indent, depth + 1) if inner.indent > indent else None
        found = []
        while self.at < len(self._entries) and not (entry := self._entries[self.at]).key:
            if entry.indent != inner.indent or entry.indent < indent:
                break
            found.append(self._item(depth + 1))
        return found


def _plain(value: str) -> Any:
    """A value without its quotes; of a text over several lines one line, but of JSON."""
    if value in _EMPTY:
        return _EMPTY[value]
    first, _, rest = value.partition("\n")
    told = rest if first in _FOLDED else value
    if told[:1] not in {"{", "["}:
        told = " ".join(_CUT.sub("", told).split())
    if len(told) < 2 or told[0] != told[-1] or told[0] not in "'\"":
        return told
    return told[1:-1].replace("''", "'") if told[0] == "'" else _unescaped(told)


def _unescaped(quoted: str) -> str:
    """A text in double quotes, of which YAML has escapes that JSON has not."""
    try:
        told = json.loads(quoted.replace("\\ ", " "), strict=False)
    except ValueError:
        return quoted[1:-1]
    return str(told)
