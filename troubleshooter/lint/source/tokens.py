"""The words and signs of a source: what each language writes in its own way, before anything is nested.

All of it is one pass over the text, whatever the text is: what opens and never closes reaches to the end of
its line, or to the end of the text where such a thing may have many lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.fence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 200_000
"""Words and signs of one source."""


class Token(NamedTuple):
    kind: str
    """open, close, sep, assign, dots, text, number, word, placeholder, op or end."""
    value: str
    line: int
    fresh: bool
    """The first of its line."""
    begins: int
    """Where it begins, in characters; -1 for the end."""
    ends: int


class Quoted(NamedTuple):
    """What a string says, and where it ends; what is put in later stands in it as `${…}`."""

    says: str
    ends: int


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes what the reader wants to know."""

    name: str
    skips: str
    """A pattern of comments, beside blanks."""
    word: str
    strings: tuple[tuple[str, Callable[[str, re.Match[str]], Quoted]], ...]
    """What a string begins with, and what reads it from there."""
    constants: Mapping[str, bool | None]
    """Words for true, false and null, in small letters."""
    lines_end_entries: bool = True
    """Whether a line's end does what a comma does, inside braces and brackets."""
    openers: str = r"[@$]?[({]|\["
    passes: frozenset[str] = frozenset()
    """What a value may be handed through and stay what it is, in small letters."""
    new: bool = False
    """Whether `new` makes things."""
    statements: bool = False
    """Whether a line outside of all brackets ends a statement."""
    commands: bool = False
    """Whether a word may be followed by parameters that begin with a dash."""
    blocks: bool = False
    """Whether words and strings before a brace name what is in it."""
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        strings = "|".join(f"(?P<s{index}>{begins})" for index, (begins, _) in enumerate(self.strings))
        object.__setattr__(
            self,
            "pattern",
            re.compile(
                rf"(?P<blank>[ \t\r\f\v\u00a0\u200b\ufeff]+|{self.skips})|(?P<line>\n)|{strings}"
                r"|(?P<dots>\[?\.\.\.+\]?|\[?…\]?|<(?:snip|\.\.\.|…)>)"
                r"|(?P<placeholder><[^<>\n=(){};,]{1,80}>|\{\{[^{}\n]{1,80}\}\})"
                r"|(?P<number>-?\d+(?:\.\d+)?(?![\w-]))"
                rf"|(?P<open>{self.openers})|(?P<close>[)}}\]])"
                r"|(?P<op>=>|==|!=|<=|>=|\?\?|\?\.|&&|\|\||::|:=|\+=)"
                r"|(?P<sep>[,;])|(?P<assign>[=:])"
                rf"|(?P<word>{self.word})|(?P<other>.)"
            ),
        )


def tokens(text: str, language: Language) -> list[Token]:
    found = []
    for token in _tokens(text, language):
        found.append(token)
        if len(found) > MOST:
            raise Unreadable(f"it holds more than {MOST} words and signs")
    return found


def _tokens(text: str, language: Language) -> Iterator[Token]:
    at, line, fresh, size = 0, 1, True, len(text)
    match = language.pattern.match
    while at < size and (found := match(text, at)):
        kind, end, said = str(found.lastgroup), found.end(), found[0]
        if kind[0] == "s" and kind[1:].isdecimal():
            said, end = language.strings[int(kind[1:])][1](text, found)
            kind = "text"
        end = max(end, at + 1)
        if kind == "line":
            fresh = True
        elif kind == "blank" and not said.isspace() and ("..." in said or "…" in said):
            yield Token("dots", said, line, fresh, at, end)  # a comment in place of what was left out
        elif kind != "blank":
            yield Token("op" if kind == "other" else kind, said, line, fresh, at, end)
            fresh = False
        if kind in {"line", "blank", "text"}:
            line += text.count("\n", at, end)
        at = end
    yield Token("end", "", line, fresh=True, begins=-1, ends=-1)


_ESCAPES = {"n": " ", "t": " ", "r": " ", "0": " "}
"""All of them blanks: a line's end that is none of the file's would move lines."""


def quoted(
    text: str,
    begins: int,
    close: str,
    *,
    escape: str = "\\",
    doubled: bool = False,
    put_in: tuple[str, ...] = (),
    lines: bool = False,
) -> Quoted:
    """Read a string that begins here, behind its quote.

    `escape` takes the meaning of the next sign away, or gives it one; `doubled` quotes mean one; `put_in` are
    the beginnings of what is computed, each ending with its bracket or with `$`, for a bare name.
    """
    told: list[str] = []
    stops = re.compile("|".join(map(re.escape, (*put_in, close, *([escape] if escape else []), "\n"))))
    at, size = begins, len(text)
    while found := stops.search(text, at):
        told.append(text[at : found.start()])
        sign, at = found[0], found.end()
        if sign == "\n":
            if not lines:
                return Quoted("".join(told), at - 1)
            told.append(sign)
        elif sign == close:
            if not doubled or not text.startswith(close, at):
                return Quoted("".join(told), at)
            told.append(sign)
            at += len(close)
        elif sign == escape:
            told.append(_unescaped(text, at, escape))
            at += 5 if text[at : at + 1] == "u" and told[-1] != "u" else 1
        else:
            at = _computed(text, at, sign, told)
    return Quoted("".join((*told, text[at:])), size)


def _unescaped(text: str, at: int, escape: str) -> str:
    sign = text[at : at + 1]
    code = text[at + 1 : at + 5]
    if escape == "\\" and sign == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", code):
        return chr(int(code, 16))
    return _ESCAPES.get(sign, sign)


_NAME = re.compile(r"\w[\w:]*")
_INSIDE = re.compile(r"[({\[]|[)}\]]|\n")
_CLOSES = {"(": ")", "{": "}", "[": "]"}


def _computed(text: str, at: int, sign: str, told: list[str]) -> int:
    """Put `${…}` in for what is computed here; where it ends."""
    if sign == "$":
        found = _NAME.match(text, at)
        told.append(f"${{{found[0]}}}" if found else "$")
        return found.end() if found else at
    if sign == "{" and text.startswith("{", at):  # a brace in a format string
        told.append("{")
        return at + 1
    depth, begins = 1, at
    while found := _INSIDE.search(text, at, begins + 2000):
        at = found.end()
        if found[0] == "\n":
            break
        depth += 1 if found[0] in _CLOSES else -1
        if not depth:
            inner = text[begins : at - 1]
            told.append("${" + re.sub(r"[^\w.:-]+", " ", inner).strip()[:80] + "}")
            return at
    told.append("${}")
    return at if at > begins else min(begins + 1, len(text))


CONSTANTS = MappingProxyType({"true": True, "false": False, "null": None})
SLASHES = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?"
"""Comments as C has them."""


def plain(text: str, found: re.Match[str]) -> Quoted:
    return quoted(text, found.end(), found[0][-1])


def interpolated(text: str, found: re.Match[str]) -> Quoted:
    """Between ${ and } is computed (HCL, Bicep)."""
    return quoted(text, found.end(), found[0][-1], put_in=("${", "%{"))


def up_to(end: re.Pattern[str], text: str, begins: int) -> Quoted:
    closes = end.search(text, begins)
    return Quoted(text[begins : closes.start()], closes.end()) if closes else Quoted(text[begins:], len(text))
