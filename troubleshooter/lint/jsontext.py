"""JSON with the line of every value, and with the mistakes that people paste repaired on the way.

Some mistakes are read over and noted, because people paste them: a trailing comma, a URL without its "url"
key, dots where something was left out, the inside of an object without its braces, and comments. Anything
else that is not JSON is a BrokenJson.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any, NoReturn

DEPTH_LIMIT = 100

_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_BARE_MEMBER = re.compile(r'[ \t\r\n]*"[^"\\\n]*"[ \t\r\n]*:')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_COMMENTED = ("a comment stands here, which JSON does not have", "Take the comment out")
_DOTTED = ("something was left out here", "Take the dots out, or put in what they stand for")
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
    lines: dict[str, int]
    """JSON pointer to line."""
    slips: tuple[Slip, ...]
    repaired: str | None
    """The text without the slips; None when there are none."""

    def line(self, at: str) -> int:
        """Line of a pointer, or of the nearest that is there above it."""
        while at and at not in self.lines:
            at = at.rpartition("/")[0]
        return self.lines.get(at, 1)


def parse(text: str) -> JsonText:
    reader = _Reader(text.removeprefix("\ufeff"))
    value = reader.document()
    return JsonText(value, reader.lines, tuple(reader.slips), reader.repaired())


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
    lines: dict[str, int] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    """Offset, characters to take out, text to put in."""
    _counted: tuple[int, int] = (0, 1)
    _over: set[int] = field(default_factory=set)
    """Offsets of what was read over as if it were space."""
    _given: int | None = None
    """How long the text is by itself, where something was put behind it."""

    def document(self) -> Any:
        if _BARE_MEMBER.match(self.text):
            return self._without_braces()
        value, end = self._value(0, "", 0)
        end = self._space(end)
        if end != len(self.text):
            self._fail("there is more text after the end of the JSON", end)
        return value

    def _without_braces(self) -> Any:
        """Read members cut out of an object as if the braces were there."""
        whole = self.text
        self._given = len(whole)
        self.text = whole + "\n}"  # on a line of its own: the last line may end in a comment
        self.lines[""] = 1
        value, end = self._object(0, "", 0)
        self.text = whole
        if end != len(whole) + 2:
            self._fail("this closes what was never opened", end - 1)
        self.edits += [(0, 0, "{"), (len(whole), 0, "\n}")]
        self.slips.append(Slip("the braces around the whole are missing", 1, "", "Put braces around it"))
        return value

    def repaired(self) -> str | None:
        if not self.edits:
            return None
        pieces, done = [], 0
        for offset, out, put in sorted(self.edits, key=lambda edit: edit[0]):
            pieces += [self.text[done:offset], put]
            done = offset + out
        return "".join((*pieces, self.text[done:]))

    def _value(self, at: int, where: str, depth: int) -> tuple[Any, int]:
        at = self._space(at)
        if depth > DEPTH_LIMIT:
            self._fail("it is nested too deeply", at)
        self.lines[where] = self._line(at)
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at + 1, where, depth)
        if first == "[":
            return self._array(at + 1, where, depth)
        if first == '"':
            return self._string(at)
        if number := _NUMBER.match(self.text, at):
            shown = number[0]
            return (float(shown) if number[1] or number[2] else int(shown[:400])), number.end()
        word = next((word for word in _WORDS if self.text.startswith(word, at)), None)
        if word is None:
            self._fail(_no_value(first, at_start=not where and not depth), at)
        return _WORDS[word], at + len(word)

    def _object(self, at: int, where: str, depth: int) -> tuple[dict[str, Any], int]:
        result: dict[str, Any] = {}
        comma = -1
        while True:
            at = self._space(at)
            first = self.text[at : at + 1]
            if first == "}":
                if comma >= 0:
                    self._take_out_comma(comma, where)
                return result, at + 1
            if result and comma < 0:
                self._fail('"," or "}" is missing here', at)
            if first != '"':
                self._fail("a key in double quotes is missing here", at)
            start = at
            key, at = self._string(at)
            at = self._space(at)
            if self.text[at : at + 1] == ":":
                result[key], at = self._value(at + 1, pointer(where, key), depth + 1)
                at, comma = self._comma(at)
                continue
            if not key.startswith("https://") or "url" in result:
                self._fail('":" is missing after the key', at)
            result["url"] = key
            at, comma = self._put_url_key(start, at, where)

    def _array(self, at: int, where: str, depth: int) -> tuple[list[Any], int]:
        result: list[Any] = []
        comma = -1
        while True:
            at = self._space(at)
            if self.text[at : at + 1] == "]":
                if comma >= 0:
                    self._take_out_comma(comma, where)
                return result, at + 1
            if result and comma < 0:
                self._fail('"," or "]" is missing here', at)
            value, at = self._value(at, pointer(where, len(result)), depth + 1)
            result.append(value)
            at, comma = self._comma(at)

    def _comma(self, at: int) -> tuple[int, int]:
        """After the comma that may stand here, and its offset; -1 without one."""
        after = self._space(at)
        return (after + 1, after) if self.text[after : after + 1] == "," else (at, -1)

    def _take_out_comma(self, comma: int, where: str) -> None:
        self.edits.append((comma, 1, ""))
        line = self._line_anywhere(comma)
        self.slips.append(Slip("a comma stands behind the last entry", line, where, "Take the comma out"))

    def _put_url_key(self, start: int, at: int, where: str) -> tuple[int, int]:
        self.edits.append((start, 0, '"url": '))
        self.lines[pointer(where, "url")] = self._line_anywhere(start)
        line, cure = self._line_anywhere(start), f'Write "url": {self.text[start:at].strip()},'
        self.slips.append(Slip('a URL stands without its key "url"', line, where, cure))
        after, comma = self._comma(at)
        if comma < 0 and self.text[at : at + 1] == '"':
            end = len(self.text[:at].rstrip())
            self.edits.append((end, 0, ","))
            return at, at
        return after, comma

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
        self.slips.append(Slip(what, self._line_anywhere(at), "", cure, comment))

    def _line(self, at: int) -> int:
        """Line of an offset; offsets come in rising order here, so each newline is counted once."""
        offset, line = self._counted
        line += self.text.count("\n", offset, at)
        self._counted = (at, line)
        return line

    def _line_anywhere(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _fail(self, what: str, at: int) -> NoReturn:
        at = at if self._given is None else min(at, self._given)
        raise BrokenJson(what, self._line_anywhere(at), at - self.text.rfind("\n", 0, at))
