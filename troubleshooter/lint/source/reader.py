"""One reader for what is nested, in any language whose signs were told apart.

A settings object looks much the same everywhere: names, values, brackets. This reads these and nothing more.
What it does not know is computed; what was left out, opened and not closed, or closed and not opened
makes cut what it stands in, and the reader goes on behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.lint.source.held import Held, Kind
from troubleshooter.lint.source.shapes import computed, initialised, joined, loop, number, shaped
from troubleshooter.lint.source.tokens import tokens

if TYPE_CHECKING:
    from troubleshooter.lint.source.tokens import Language, Token

DEPTH = 60
"""What is nested deeper is passed over."""
_CLOSES = {"(": ")", "{": "}", "[": "]"}
_ENDS = {"end", "close", "sep"}


def read(text: str, language: Language) -> Held:
    """All of a source, as the inside of one object that nobody opened."""
    return _Reader(tokens(text, language), language).all()


class _Reader:
    def __init__(self, found: list[Token], language: Language) -> None:
        self.tokens = found
        self.language = language
        self.at = 0
        self.open: list[str] = []
        """What closes each bracket that is open."""

    def all(self) -> Held:
        whole = Held(Kind.OBJECT, 1)
        while self.peek().kind != "end":
            self._inside(whole)
            if self.peek().kind == "close":  # of something that was cut off
                self.at += 1
        return whole

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def _inside(self, into: Held) -> None:
        """Read entries and items up to what closes them."""
        while (token := self.peek()).kind != "end":
            if token.kind == "close":
                if self.open and token.value == self.open[-1]:
                    return
                into.cut = True
                if token.value in self.open or not self.open:
                    return
                self.at += 1
            elif token.kind in {"sep", "assign"}:
                self.at += 1
            elif token.kind in {"dots", "op"}:
                into.cut = True
                self.at += 1
            elif not self._entry(into):
                into.items.append(self.value())

    def _entry(self, into: Held) -> bool:
        """Read one entry with its key, if it begins here."""
        while self._cast():
            pass
        first = self.peek()
        if first.kind == "open":
            return self._indexed(into, first)
        if first.kind not in {"word", "text", "number"}:
            return False
        words, key, steps = self._key()
        if steps:
            self.at += steps
            value = self.value()
            if words:
                value.labels = words
            into.entries.append((key, value))
            return True
        return self.language.blocks and first.kind == "word" and self._block(into)

    def _key(self) -> tuple[tuple[str, ...], str, int]:
        """The words of a declaration, the name before the next = or :, and how far on its value begins.

        That is 0 where there is none.
        """
        words: list[str] = []
        for step in range(6):
            token, after = self.peek(step), self.peek(step + 1)
            if token.kind not in {"word", "text", "number"} or (step and token.fresh):
                break
            if after.kind == "assign" and not after.fresh:
                return tuple(words), token.value, step + 2
            words.append(token.value)
        return (), "", 0

    def _indexed(self, into: Held, first: Token) -> bool:
        """Read `["key"] = value` and `(key) = value`."""
        key, closes, after = self.peek(1), self.peek(2), self.peek(3)
        if first.value in {"[", "("} and closes.kind == "close" and after.kind == "assign":
            self.at += 4
            value = self.value()
            if key.kind == "text":
                into.entries.append((key.value, value))
            else:
                into.cut = True
                into.items.append(value)
            return True
        return False

    def _block(self, into: Held) -> bool:
        """Read `word "label" … { … }`."""
        step = 1
        while self.peek(step).kind in {"word", "text"} and not self.peek(step).fresh:
            step += 1
        if self.peek(step).value != "{" or self.peek(step).fresh:
            return False
        labels = tuple(self.peek(one).value for one in range(1, step))
        name = self.peek().value
        self.at += step
        held = self._bracket()
        held.labels = (name, *labels)
        into.entries.append((name, held))
        return True

    def value(self) -> Held:
        """Read one value up to where it ends; what is no value by itself is computed."""
        held = self._operand()
        while not self._ends():
            held = self._more(held)
        return held

    def _ends(self) -> bool:
        token = self.peek()
        if token.kind in _ENDS:
            return True
        if not token.fresh:
            return False
        if token.kind in {"op", "assign"} and token.value not in {"@", "#", "&"}:
            return False
        if self.open[-1:] == [")"] or (self.open and not self.language.lines_end_entries):
            return bool(self._key()[2])  # a comma was forgotten
        return self.language.statements or self.language.lines_end_entries or bool(self._key()[2])

    def _more(self, held: Held) -> Held:
        """What follows an operand: joined to it, passed through, or making it something computed."""
        token = self.take()
        if token.value == "+" and token.kind == "op":
            return joined(held, self._operand())
        if token.kind == "assign":
            return self._assigned(held, token)
        if token.kind == "op" and token.value == "|" and (handed := self._passes(held)):
            return handed
        if token.kind == "dots" or (token.value.lower() == "for" and held.kind is Kind.OBJECT):
            held.cut = held.cut or token.kind == "dots"
            self._skip()
            return held
        if token.kind == "op" and token.value in {".", "?."}:
            return self._member(held)
        self.at -= 1
        return computed(held, self._operand())

    def _assigned(self, held: Held, token: Token) -> Held:
        """What stands behind a second = or :, as in `a: type = value`, `a["b"] = value` and `a ? b : c`."""
        if token.value == ":":
            return computed(held, self._operand())
        value = self.value()
        if (
            held.kind is Kind.COMPUTED
            and held.items[:1]
            and held.items[0].kind is Kind.NAME
            and not held.labels
        ):
            key = held.items[1].items[:1] if len(held.items) > 1 else []
            name = key[0].value if key and key[0].kind is Kind.TEXT else None
            return Held(Kind.COMPUTED, held.line, name, items=[held.items[0], value], labels=("changed",))
        return value

    def _passes(self, held: Held) -> Held | None:
        """A value that is handed through a command which leaves it what it is."""
        name = self.peek().value.lower()
        if name not in self.language.passes:
            return None
        self._skip()
        return Held(Kind.CALL, held.line, name, items=[held])

    def _skip(self) -> None:
        while not self._ends():
            if self.peek().kind == "open":
                self._bracket()
            else:
                self.at += 1

    def _member(self, held: Held) -> Held:
        """Read `.name` or `.name(…)` behind a value."""
        name = self.take().value.lower() if self.peek().kind == "word" else ""
        called = self._bracket() if self.peek().value == "(" else None
        if held.kind is Kind.TEXT and called is not None:
            if name in {"format", "replace"}:
                held.value = re.sub(r"\{[^{}]*\}", "${}", str(held.value))
            return held if name in {"format", "strip", "trim", "tostring"} else computed(held, called)
        kept = name in {"tostring", "torawjson", "tojsonstring", "build", "asreadonly"}
        return held if called is not None and kept else computed(held, called)

    def _cast(self) -> bool:
        """Pass over `[type]` before a value (PowerShell)."""
        here = self.language.commands and self.peek().value == "[" and self.peek().kind == "open"
        if here and self.peek(1).kind == "word" and self.peek(2).value == "]" and not self.peek(3).fresh:
            self.at += 3
            return True
        return False

    def _operand(self) -> Held:
        while self._cast():
            pass
        token = self.take()
        if token.kind == "text":
            held = Held(Kind.TEXT, token.line, token.value)
            while self.peek().kind == "text" and self._adjoins():
                held = joined(held, Held(Kind.TEXT, token.line, self.take().value))
            return held
        if token.kind == "number":
            return Held(Kind.PLAIN, token.line, number(token.value))
        if token.kind == "open":
            self.at -= 1
            return self._bracket()
        if token.kind == "word":
            return self._word(token)
        if token.kind in _ENDS:
            self.at -= 1
        return Held(Kind.COMPUTED, token.line)

    def _adjoins(self) -> bool:
        """Whether two strings beside each other are one: where lines do not end what they are in."""
        return not self.language.lines_end_entries and not (self.peek().fresh and not self.open)

    def _word(self, token: Token) -> Held:
        low = token.value.lower()
        if low in self.language.constants:
            return Held(Kind.PLAIN, token.line, self.language.constants[low])
        after = self.peek()
        if self.language.new and low in {"new", "new[]"}:
            return self._made(token)
        if after.value == "(" and not after.fresh:
            return self._called(token)
        if self.language.commands and self._is_command(token):
            return self._command(token)
        return Held(Kind.NAME, token.line, token.value)

    def _called(self, token: Token) -> Held:
        inside = self._bracket(keep=True)
        if inside.kind is Kind.COMPUTED:
            return inside
        return Held(Kind.CALL, token.line, token.value, inside.entries, inside.items, cut=inside.cut)

    def _made(self, token: Token) -> Held:
        """Read `new Type(…) { … }`, `new { … }` and `new[] { … }`."""
        name = "" if token.value == "new" else token.value
        if self.peek().kind == "word" and not self.peek().fresh:
            name = self.take().value
        held = Held(Kind.CALL, token.line, name)
        while self.peek().value in {"(", "[", "{"}:
            last, inside = self.peek().value == "{", self._bracket(keep=True)
            held.cut |= inside.cut
            if last:
                return initialised(held, inside)
            held.entries += inside.entries
            held.items += inside.items if inside.kind is not Kind.COMPUTED else [inside]
        return held

    def _is_command(self, token: Token) -> bool:
        """Whether a word is a command: Verb-Noun, and not the value of a parameter."""
        return bool(re.fullmatch(r"[A-Za-z]+-[A-Za-z]+\d*", token.value))

    def _command(self, token: Token) -> Held:
        """Read `Verb-Noun -Name value -Switch value …` up to the line's end."""
        held = Held(Kind.CALL, token.line, token.value)
        while not self._ends() and self.peek().value != "|":
            here = self.peek()
            if here.kind == "word" and here.value.startswith("-"):
                self.at += 1
                if self.peek().kind == "assign":
                    self.at += 1
                after = self.peek()
                switch = self._ends() or (after.kind == "word" and after.value.startswith("-"))
                given = Held(Kind.PLAIN, here.line, value=True) if switch else self._argument()
                held.entries.append((here.value[1:], given))
            else:
                held.cut |= here.kind == "dots" or here.value == "@"
                held.items.append(self._argument())
        return held

    def _argument(self) -> Held:
        held = self._operand()
        if held.kind is Kind.NAME and not str(held.value).startswith("$"):
            return Held(Kind.TEXT, held.line, held.value)  # a word needs no quotes there
        if held.kind is Kind.PLAIN and not isinstance(held.value, bool | None):
            held.kind, held.value = Kind.TEXT, str(held.value)
        return held

    def _bracket(self, *, keep: bool = False) -> Held:
        """Read what brackets hold. Deeper than any settings are, it is passed over.

        A pair of round ones around a single value is that value, unless they are to be `kept`.
        """
        token = self.take()
        sign = token.value[-1]
        if len(self.open) >= DEPTH:
            return self._passed_over(token)
        held = Held(Kind.OBJECT if sign == "{" else Kind.LIST, token.line)
        self.open.append(_CLOSES[sign])
        looped = sign == "[" and self.peek().value.lower() == "for"
        self._inside(held)
        self.open.pop()
        if self.peek().value == _CLOSES[sign] and self.peek().kind == "close":
            self.at += 1
        else:
            held.cut = True
        if looped:
            return loop(held)
        if keep:
            return held
        if token.value == "(":
            return held.items[0] if len(held.items) == 1 and not held.entries else computed(held, None)
        if token.value[0] == "$":
            return computed(held, None)
        return shaped(held, sign)

    def _passed_over(self, token: Token) -> Held:
        depth = 1
        while depth and self.peek().kind != "end":
            kind = self.take().kind
            depth += (kind == "open") - (kind == "close")
        return Held(Kind.COMPUTED, token.line)
