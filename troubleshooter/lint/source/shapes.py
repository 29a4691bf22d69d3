"""What becomes of values that stand beside each other, or in brackets of one kind or another."""

from __future__ import annotations

import re

from troubleshooter.lint.source.held import Held, Kind

_TELLING = {Kind.TEXT, Kind.OBJECT, Kind.LIST, Kind.CALL, Kind.NAME}
_ARRAY = re.compile(r"\[\]$|\bList<|\bnew\[\]$")
"""Of C#: the type of what is a list, even where it is empty."""
_BETWEEN = {",", "{", "[", "]", "}", ":"}
"""Signs of JSON behind which a line may end."""


def number(text: str) -> float:
    return float(text) if "." in text else int(text[:400])


def joined(first: Held, second: Held) -> Held:
    """Two texts behind each other; with something computed, it is still a text if the first is one."""
    if first.kind is not Kind.TEXT and second.kind is not Kind.TEXT:
        return computed(first, second)
    said, more = (str(one.value) if one.kind is Kind.TEXT else "${}" for one in (first, second))
    missing = second.line - first.line - said.count("\n")
    between = "\n" * missing if said.rstrip()[-1:] in _BETWEEN else ""  # so that lines stay the file's
    return Held(Kind.TEXT, first.line, said + between + more)


def computed(held: Held, other: Held | None) -> Held:
    """Something computed, with what of its parts may be of interest by itself."""
    made = held if held.kind is Kind.COMPUTED else Held(Kind.COMPUTED, held.line, items=_telling(held))
    if other is not None:
        made.items += _telling(other)
    return made


def _telling(held: Held) -> list[Held]:
    if held.kind is Kind.COMPUTED:
        return held.items
    return [held] if held.kind in _TELLING else []


def loop(held: Held) -> Held:
    """A list made in a loop: how many there are is not known, what each looks like may be."""
    inside = [
        one for entry in (*held.items, *(value for _, value in held.entries)) for one in _objects(entry)
    ]
    return Held(Kind.LIST, held.line, items=inside or [Held(Kind.COMPUTED, held.line)], cut=True)


def _objects(held: Held) -> list[Held]:
    if held.kind is Kind.OBJECT or (held.kind is Kind.TEXT and "://" in str(held.value)):
        return [held]
    return [one for item in held.items for one in _objects(item)] if held.kind is Kind.COMPUTED else []


def shaped(held: Held, sign: str) -> Held:
    """Braces that hold values alone are a list, but for pairs, which are entries (C#)."""
    if sign == "{" and held.items and not held.entries:
        pairs = [_pair(one) for one in held.items]
        if all(pairs):
            held.entries, held.items = [one for one in pairs if one], []
        else:
            held.kind = Kind.LIST
    return held


def _pair(held: Held) -> tuple[str, Held] | None:
    if held.kind is Kind.LIST and len(held.items) == 2 and held.items[0].kind is Kind.TEXT:
        return str(held.items[0].value), held.items[1]
    return None


def initialised(held: Held, inside: Held) -> Held:
    made = shaped(inside, "{")
    held.entries += made.entries
    empty = not (held.entries or made.items) and _ARRAY.search(str(held.value))
    if (made.kind is Kind.LIST or empty) and not held.entries:
        return Held(Kind.LIST, held.line, items=made.items, cut=held.cut)
    if not held.value or "Dictionary" in str(held.value):
        return Held(Kind.OBJECT, held.line, entries=held.entries, cut=held.cut)
    return held
