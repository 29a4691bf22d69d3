"""JSON with the line of every value, and with the mistakes that people paste repaired on the way.

Some mistakes are read over and noted, because people paste them: a trailing comma, a URL without its "url"
key, dots where something was left out, the inside of an object without its braces, and comments. Anything
else that is not JSON is a BrokenJson, unless curly quotes or fixed blanks are what is wrong with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from json.decoder import (  # type: ignore[attr-defined]  # typeshed leaves one out
    JSONDecodeError,
    JSONDecoder,
    scanstring,
)
from typing import Any, NoReturn

from troubleshooter.lint.jsonlines import JsonLines

DEPTH_LIMIT = 100
REPAIR_LIMIT = 4 << 20
"""Characters of a text whose mistakes are read over."""
SLIPS_LIMIT = 1000
_DIGITS = 400
"""Digits of a number that count."""
_ALWAYS = 1 << 18
"""Characters that are read whatever they hold."""
_TIMES = 20
"""How many times its size a text may take in memory."""
_MEMORY = {"[": 64, "{": 232, ":": 150, ",": 60}
"""Bytes that come with each sign at most: a list, an object, a key, a value."""

_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_BARE_MEMBER = re.compile(r'[ \t\r\n]*"[^"\\\n]*"[ \t\r\n]*:')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_COMMENTED = ("a comment stands here, which JSON does not have", "Take the comment out")
_DOTTED = ("something was left out here", "Take the dots out, or put in what they stand for")
_CURLY = ("curly quotes stand here, which JSON does not have", "Write straight quotes")
_FIXED = (
    "a blank that JSON does not have stands here, as web pages and chats put them in",
    "Write plain blanks",
)
_TYPED = {
    **dict.fromkeys((0xA0, 0x2007, 0x202F, 0x200B, 0x2060, 0xFEFF), " "),
    **dict.fromkeys((0x201C, 0x201D, 0x201E, 0x201F), '"'),
}
_CLOSERS = {"", ",", "}", "]"}
_WORDS = {"true": True, "false": False, "null": None}


class BrokenJson(Exception):
    """What is wrong, and where, both counted from 1."""

    def __init__(self, what: str, line: int, column: int) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake that was read over."""

    what: str
    line: int
    at: str
    """Pointer of the value it stands in."""
    cure: str
    comment: bool = False


@dataclass(slots=True)
class JsonText:
    value: Any
    lines: JsonLines
    slips: tuple[Slip, ...]
    repaired: str | None
    """The text without the slips; None when there are none."""

    def line(self, at: str) -> int:
        """Line of a pointer, or of the nearest that is there above it."""
        return self.lines.line([key.replace("~1", "/").replace("~0", "~") for key in at.split("/")[1:]])


def parse(text: str) -> JsonText:
    text = text.removeprefix("\ufeff")
    _check_memory(text)
    try:
        value = _DECODER.decode(text)
        if not _deeper_than(value, DEPTH_LIMIT):
            return JsonText(value, JsonLines(text), (), None)
    except RecursionError:
        pass  # the reader says where it is too deep
    except ValueError as error:
        at = error.pos if isinstance(error, JSONDecodeError) else 0
        if len(text) > REPAIR_LIMIT:
            what = f"this is no JSON ({error.msg if isinstance(error, JSONDecodeError) else error})"
            raise BrokenJson(what, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)) from error
    reader = _Reader(text)
    try:
        value = reader.document()
    except BrokenJson:
        typed = text.translate(_TYPED)
        if typed == text:
            raise
        return _typeset(text, typed)
    repaired = reader.repaired()
    lines = JsonLines(text if repaired is None else repaired, text, reader.edits)
    return JsonText(value, lines, tuple(reader.slips), repaired)


def _typeset(text: str, typed: str) -> JsonText:
    """Read what a word processor or a chat has made of JSON; `typed` has plain characters for theirs."""
    reader = _Reader(typed)
    value = reader.document()
    first = next(at for at, (was, now) in enumerate(zip(text, typed, strict=True)) if was != now)
    what, cure = _CURLY if typed[first] in "\"'" else _FIXED
    slip = Slip(what, text.count("\n", 0, first) + 1, "", cure)
    repaired = reader.repaired() or typed
    return JsonText(value, JsonLines(repaired, typed, reader.edits), (slip, *reader.slips), repaired)


def _check_memory(text: str) -> None:
    """Refuse what is made to fill the memory, before anything is made of it."""
    if len(text) <= _ALWAYS:
        return
    needed = sum(text.count(sign) * size for sign, size in _MEMORY.items())
    if needed > _TIMES * len(text):
        raise BrokenJson(f"it holds so many values that they may take {needed >> 20} MiB of memory", 1, 1)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = JSONDecoder(parse_constant=_no_constant)


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        held = (each.values() if isinstance(each, dict) else each for each in level)
        level = [inner for values in held for inner in values if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _no_value(first: str, *, at_start: bool) -> str:
    if at_start and first in {"}", "]"}:
        return "this closes what was never opened: the text starts in the middle"
    return "a value is missing here" if first in _CLOSERS else "this is no JSON value"


def pointer(at: str, *keys: str | int) -> str:
    """The pointer of something below."""
    return at + "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


@dataclass
class _Reader:
    text: str
    slips: list[Slip] = field(default_factory=list)
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    """Offset, characters to take out, text to put in."""
    _path: list[str | int] = field(default_factory=list)
    """Where the value stands that is being read."""
    _over: set[int] = field(default_factory=set)
    """Offsets of what was read over as if it were space."""
    _given: int | None = None
    """How long the text is by itself, where something was put behind it."""

    def document(self) -> Any:
        if _BARE_MEMBER.match(self.text):
            return self._without_braces()
        value, end = self._value(0, 0)
        end = self._space(end)
        if end != len(self.text):
            self._fail("there is more text after the end of the JSON", end)
        return value

    def _without_braces(self) -> Any:
        """Read members cut out of an object as if the braces were there."""
        whole = self.text
        self._given = len(whole)
        self.text = whole + "\n}"  # on a line of its own: the last line may end in a comment
        value, end = self._object(0, 0)
        self.text = whole
        if end != len(whole) + 2:
            self._fail("this closes what was never opened", end - 1)
        self.edits += [(0, 0, "{"), (len(whole), 0, "\n}")]
        self._slipped(Slip("the braces around the whole are missing", 1, "", "Put braces around it"))
        return value

    def repaired(self) -> str | None:
        if not self.edits:
            return None
        pieces, done = [], 0
        for offset, out, put in sorted(self.edits, key=lambda edit: edit[0]):
            pieces += [self.text[done:offset], put]
            done = offset + out
        return "".join((*pieces, self.text[done:]))

    def _value(self, at: int, depth: int) -> tuple[Any, int]:
        at = self._space(at)
        if depth > DEPTH_LIMIT:
            self._fail("it is nested too deeply", at)
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at + 1, depth)
        if first == "[":
            return self._array(at + 1, depth)
        if first == '"':
            return self._string(at)
        if number := _NUMBER.match(self.text, at):
            shown = number[0]
            return (float(shown) if number[1] or number[2] else int(shown[:_DIGITS])), number.end()
        word = next((word for word in _WORDS if self.text.startswith(word, at)), None)
        if word is None:
            self._fail(_no_value(first, at_start=not self._path and not depth), at)
        return _WORDS[word], at + len(word)

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        result: dict[str, Any] = {}
        comma = -1
        while True:
            at = self._space(at)
            first = self.text[at : at + 1]
            if first == "}":
                if comma >= 0:
                    self._take_out_comma(comma)
                return result, at + 1
            if result and comma < 0:
                self._fail('"," or "}" is missing here', at)
            if first != '"':
                self._fail("a key in double quotes is missing here", at)
            start = at
            key, at = self._string(at)
            at = self._space(at)
            if self.text[at : at + 1] == ":":
                result[key], at = self._inner(key, at + 1, depth)
                at, comma = self._comma(at)
                continue
            if not key.startswith("https://") or "url" in result:
                self._fail('":" is missing after the key', at)
            result["url"] = key
            at, comma = self._put_url_key(start, at)

    def _inner(self, key: str | int, at: int, depth: int) -> tuple[Any, int]:
        self._path.append(key)
        value, at = self._value(at, depth + 1)
        self._path.pop()
        return value, at

    def _array(self, at: int, depth: int) -> tuple[list[Any], int]:
        result: list[Any] = []
        comma = -1
        while True:
            at = self._space(at)
            if self.text[at : at + 1] == "]":
                if comma >= 0:
                    self._take_out_comma(comma)
                return result, at + 1
            if result and comma < 0:
                self._fail('"," or "]" is missing here', at)
            value, at = self._inner(len(result), at, depth)
            result.append(value)
            at, comma = self._comma(at)

    def _comma(self, at: int) -> tuple[int, int]:
        """After the comma that may stand here, and its offset; -1 without one."""
        after = self._space(at)
        return (after + 1, after) if self.text[after : after + 1] == "," else (at, -1)

    def _take_out_comma(self, comma: int) -> None:
        self.edits.append((comma, 1, ""))
        line = self._line(comma)
        at = pointer("", *self._path)
        self._slipped(Slip("a comma stands behind the last entry", line, at, "Take the comma out"))

    def _put_url_key(self, start: int, at: int) -> tuple[int, int]:
        self.edits.append((start, 0, '"url": '))
        cure = f'Write "url": {self.text[start:at].strip()},'
        where = pointer("", *self._path)
        self._slipped(Slip('a URL stands without its key "url"', self._line(start), where, cure))
        after, comma = self._comma(at)
        if comma < 0 and self.text[at : at + 1] == '"':
            end = len(self.text[:at].rstrip())
            self.edits.append((end, 0, ","))
            return at, at
        return after, comma

    def _slipped(self, slip: Slip) -> None:
        if len(self.slips) >= SLIPS_LIMIT:
            raise BrokenJson(f"more than {SLIPS_LIMIT} mistakes stand before this place", slip.line, 1)
        self.slips.append(slip)

    def _string(self, at: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            self._fail(f"this text is not well-formed ({error.msg})", at)
        return text, end

    def _space(self, at: int) -> int:
        while True:
            found = _SPACE.match(self.text, at)
            at = found.end() if found else at
            if self.text.startswith("...", at):
                end = at + 3
            elif self.text.startswith(("//", "/*"), at) and (comment := _COMMENT.match(self.text, at)):
                end = comment.end()
            else:
                return at
            self._left_out(at, end)
            at = end

    def _left_out(self, at: int, end: int) -> None:
        if at in self._over:
            return  # looked at before
        self._over.add(at)
        comment = self.text[at] == "/"
        self.edits.append((at, end - at, ""))
        what, cure = _COMMENTED if comment else _DOTTED
        self._slipped(Slip(what, self._line(at), "", cure, comment))

    def _line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _fail(self, what: str, at: int) -> NoReturn:
        at = at if self._given is None else min(at, self._given)
        raise BrokenJson(what, self._line(at), at - self.text.rfind("\n", 0, at))
