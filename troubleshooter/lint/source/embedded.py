"""JSON inside of a text: a heredoc, a here-string, an argument of a command, a part of a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from troubleshooter.lint.jsontext import BrokenJson, JsonText, parse, pointer
from troubleshooter.lint.source.held import Held, Kind

_SIGNS = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*")
    | (?P<dots>(?:\[?\.\.\.+\]?|\[?…\]?|<(?:snip|\.\.\.|…)>)[ \t]*,?)
    | (?P<put>\$\{[^{}\n]*\} | \{\{[^{}\n]*\}\} | <[^<>\n]{1,80}> | %[A-Za-z_]\w*%
        | \$\w[\w.:]* | \#\{[^{}\n]*\}\#?)
    | (?P<open>[{\[]) | (?P<close>[}\]])""",
    re.VERBOSE,
)
_CLOSES = {"{": "}", "[": "]"}
_PUT_INSIDE = re.compile(r"\$\{[^{}\n]+\}")
"""A variable within quotes; of one without, `_made_whole` leaves the sign alone."""
_DEPTH = 100
LARGEST = 1 << 17
"""Characters of one such text."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a text is no JSON, and at which of its lines, counted from 1."""

    what: str
    line: int


def json_in(text: str, line: int) -> Held | Broken:
    """The object or list that a text holds, which begins at this line of the file.

    What is put in later is a text that says so, wherever it stands; what was left out makes cut what it
    stands in, and so does the end of the text where something is still open.
    """
    if len(text) > LARGEST:
        return Broken(f"it has more than {LARGEST} characters", 1)
    made, cut = _made_whole(text)
    try:
        document = parse(made)
    except BrokenJson as broken:
        return Broken(broken.what, broken.line)
    slips = [slip for slip in document.slips if not slip.comment]
    if slips:
        return Broken(slips[0].what, slips[0].line)
    return _Values(document, line - 1, cut).held(document.value, "")


def _made_whole(text: str) -> tuple[str, bool]:
    """The text as JSON, and whether something of it is not there."""
    pieces: list[str] = []
    opened: list[str] = []
    cut = False
    done = 0
    for found in _SIGNS.finditer(text):
        kind, here = found.lastgroup, found[0]
        if kind == "open" and len(opened) < _DEPTH:
            opened.append(_CLOSES[here])
        elif kind == "close" and opened and opened[-1] == here:
            opened.pop()
        elif kind == "put":
            pieces += [text[done : found.start()], '"${}"']
            done = found.end()
        elif kind == "dots":
            cut = True
            pieces.append(text[done : found.start()])
            done = found.end()
    rest = text[done:]
    if opened:
        cut = True
        rest = _cut_off(rest)
    whole = "".join((*pieces, rest))
    if cut:
        whole = re.sub(r",(\s*)(?=[}\]]|$)", r"\1", whole)
    return whole + "".join(reversed(opened)), cut


def _cut_off(rest: str) -> str:
    """Without the half of a string, or the key without its value, that a cut left at the end."""
    start = rest.rfind("\n") + 1
    line, quote = rest[start:], rest.rfind('"')
    if len(re.findall(r'(?<!\\)"', line)) % 2:
        rest = rest[:quote]
    tail = rest.rstrip()
    return tail[:-200] + re.sub(r'"[^"\n]*"\s*:$', "", tail[-200:]) if tail.endswith(":") else rest


@dataclass(frozen=True, slots=True)
class _Values:
    document: JsonText
    before: int
    """Lines of the file before the text."""
    cut: bool

    def held(self, value: Any, at: str) -> Held:
        line = self.before + self.document.line(at)
        if isinstance(value, dict):
            entries = [(key, self.held(one, pointer(at, key))) for key, one in value.items()]
            return Held(Kind.OBJECT, line, entries=entries, cut=self.cut)
        if isinstance(value, list):
            items = [self.held(one, pointer(at, index)) for index, one in enumerate(value)]
            return Held(Kind.LIST, line, items=items, cut=self.cut)
        if isinstance(value, str):
            return Held(Kind.TEXT, line, value, put_in=bool(_PUT_INSIDE.fullmatch(value)))
        return Held(Kind.PLAIN, line, value)
