"""From what a source holds to what the checks read: plain values, with the line of each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshooter.fence import Unreadable
from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.key_vault.spelling import SECRETS, TOP
from troubleshooter.lint.source.embedded import Broken, json_in
from troubleshooter.lint.source.held import Held, Kind
from troubleshooter.lint.unknown import NOT_SHOWN, QuotedText

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 50_000
"""Values of one source, with what names stand for put in."""
DEPTH = 90
_SAME = {
    "jsonencode", "dumps", "serialize", "serializeobject", "serializetonode", "fromobject",
    "fromobjectasjson",
    "tojson", "tojsonstring", "binarydata", "tomap", "tolist", "toset", "list", "array", "any",
    "serializetoelement", "convertto-json", "out-string", "jsonstringify",
}  # fmt: skip
"""Functions that give what they are given, as far as settings go; by their last name, in small letters."""
_PARSES = {
    "fromstring",
    "parse",
    "json",
    "loads",
    "deserialize",
    "deserializeobject",
    "jsondecode",
    "convertfrom-json",
}
_MERGES = {"merge", "union"}
_TEXTS = {"format", "string", "tostring", "str", "concat", "uri"}


@dataclass(slots=True)
class Document:
    """What `places` is given of a source."""

    value: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    """Of each pointer."""
    cut: set[str] = field(default_factory=set)
    """Pointers of what may hold more than is shown."""
    broken: list[tuple[Held, Broken]] = field(default_factory=list)
    """Texts that should be JSON and are not."""
    texts: list[Held] = field(default_factory=list)
    """Texts that may be JSON by themselves."""
    encoded: set[str] = field(default_factory=set)
    """Pointers of objects that are made text there, where an object belongs."""
    aside: list[Held] = field(default_factory=list)
    """What is in something computed."""

    def line(self, at: str) -> int:
        """Line of a pointer, or of the nearest that is there above it."""
        while at and at not in self.lines:
            at = at.rpartition("/")[0]
        return self.lines.get(at, 1)


_FRAME = TOP[0]
_INNER = {key.lower() for key in SECRETS if key not in TOP}


def with_its_frame(whole: Held) -> Held:
    """A source that begins inside of the settings' first part, with that around what is of it."""
    inner = [entry for entry in whole.entries if entry[0].lower() in _INNER]
    if not inner:
        return whole
    rest = [entry for entry in whole.entries if entry[0].lower() not in _INNER]
    frame = Held(Kind.OBJECT, inner[0][1].line, entries=inner, cut=True)
    return Held(Kind.OBJECT, whole.line, entries=[(_FRAME, frame), *rest], items=whole.items, cut=True)


@dataclass(slots=True)
class Builder:
    names: dict[str, Held | None] = field(default_factory=dict)
    """What each name stands for; None for one that may stand for several."""
    opens: Callable[[str], bool] = lambda _: False
    """Whether a text under this key is JSON, and right to be text."""
    encodes: frozenset[str] = frozenset()
    """Functions that make text of what they are given, in small letters."""
    folds: bool = False
    """Whether names are the same in capitals."""
    puts_in: bool = False
    """Whether the language itself puts in what `${…}` names: elsewhere somebody else does, who knows how."""
    made: int = 0
    within: set[int] = field(default_factory=set)
    """What is being made plain: a name may stand for what it stands in."""

    def document(self, held: Held) -> Document:
        document = Document()
        document.value = self._plain(held, "", document, 0)
        return document

    def learn(self, whole: Held) -> None:
        """Take down what names stand for: entries of everything but calls."""
        for name, held in _assigned(whole):
            key = name.lower() if self.folds else name
            if held.kind is not Kind.NAME:
                self.names[key] = held if key not in self.names else None

    def meant(self, held: Held) -> Held:
        """What a name stands for, and what a call gives, as far as both can be told."""
        for _ in range(8):
            if held.kind is Kind.NAME:
                name = str(held.value).removeprefix("self.").removeprefix("this.").removeprefix("local.")
                found = self.names.get(name.lower() if self.folds else name)
                if found is None:
                    return Held(Kind.COMPUTED, held.line, str(held.value)[:200])
                held = found
            elif held.kind is Kind.CALL:
                given = self._given(held)
                if given is held:
                    return held
                held = given
            else:
                return held
        return Held(Kind.COMPUTED, held.line)

    def _given(self, call: Held) -> Held:
        name = re.split(r"[.:<]", str(call.value).lower())
        last = (
            name[-1]
            if "<" not in str(call.value)
            else re.split(r"[.:]", str(call.value).split("<")[0].lower())[-1]
        )
        first = call.items[0] if call.items else None
        if last in _MERGES:
            return self._merged(call)
        if last in _TEXTS and first is not None and first.kind is not Kind.OBJECT:
            said = str(first.value) if first.kind is Kind.TEXT else "${}"
            return Held(
                Kind.TEXT, call.line, re.sub(r"%[sdv]|\{\d+\}", "${}", said) if last == "format" else "${}"
            )
        if first is not None and not call.entries and last in _SAME | _TEXTS:
            return first
        if first is not None and last in _PARSES:
            return self._parsed(first)
        if last == "dict" or call.entries:
            return Held(Kind.OBJECT, call.line, entries=call.entries, items=call.items, cut=call.cut)
        return Held(Kind.COMPUTED, call.line, items=call.items)

    def _merged(self, call: Held) -> Held:
        parts = [self.meant(one) for one in call.items[:20]]
        objects = [one for one in parts if one.kind is Kind.OBJECT]
        if not objects:
            return Held(Kind.COMPUTED, call.line, items=call.items)
        entries = dict(entry for one in objects for entry in one.entries)
        return Held(Kind.OBJECT, call.line, entries=list(entries.items()), cut=True)

    def _parsed(self, held: Held) -> Held:
        held = self.meant(held)
        if held.kind is not Kind.TEXT or str(held.value).lstrip()[:1] not in {"{", "["}:
            return held
        found = json_in(str(held.value), held.line)
        return Held(Kind.COMPUTED, held.line, items=[held]) if isinstance(found, Broken) else found

    def _plain(self, given: Held, at: str, document: Document, depth: int) -> Any:
        self.made += 1
        if self.made > MOST:
            raise Unreadable(f"it holds more than {MOST} values")
        held = self.meant(given)
        document.lines[at] = held.line
        document.aside += held.items if held.kind in {Kind.COMPUTED, Kind.OBJECT} else []
        if depth > DEPTH or held.kind in {Kind.COMPUTED, Kind.NAME, Kind.CALL} or id(held) in self.within:
            return f"${{{held.value}}}" if isinstance(held.value, str) else NOT_SHOWN
        if held.cut:
            document.cut.add(at)
        if held.kind in {Kind.TEXT, Kind.PLAIN}:
            document.texts += [held] if held.kind is Kind.TEXT else []
            return QuotedText(str(held.value)) if self.puts_in and held.put_in else held.value
        self.within.add(id(held))
        made: Any = (self._object if held.kind is Kind.OBJECT else self._list)(held, at, document, depth)
        self.within.discard(id(held))
        return made

    def _list(self, held: Held, at: str, document: Document, depth: int) -> list[Any]:
        return [
            self._plain(one, pointer(at, index), document, depth + 1) for index, one in enumerate(held.items)
        ]

    def _object(self, held: Held, at: str, document: Document, depth: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key, one in held.entries:
            name = key if key not in value else f"{key}#{len(value)}"
            here = pointer(at, name)
            opened = self._opened(one, document) if self.opens(key) else one
            if self.encodes and self._is_encoded(opened):
                document.encoded.add(here)
            value[name] = self._plain(opened, here, document, depth + 1)
        return value

    def _is_encoded(self, one: Held) -> bool:
        known = self.names.get(str(one.value)) if one.kind is Kind.NAME else one
        return known is not None and known.kind is Kind.CALL and str(known.value).lower() in self.encodes

    def _opened(self, one: Held, document: Document) -> Held:
        """A text that is right to be text as the object it holds."""
        held = self.meant(one)
        if held.kind is not Kind.TEXT or not str(held.value).strip():
            return held
        if str(held.value).lstrip()[:1] not in {"{", "["}:
            return held
        found = json_in(str(held.value), held.line)
        if isinstance(found, Broken):
            document.broken.append((held, found))
            return Held(Kind.COMPUTED, held.line)
        return found


def _assigned(whole: Held) -> Iterator[tuple[str, Held]]:
    waiting = [whole]
    while waiting:
        held = waiting.pop()
        if held.kind is not Kind.CALL:
            yield from held.entries
        waiting += held.items
        waiting += [one for _, one in held.entries]
