"""Bicep: its resources as the template has them that it is compiled to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.lint.source.build import Builder, with_its_frame
from troubleshooter.lint.source.held import Held, Kind
from troubleshooter.lint.source.reader import read
from troubleshooter.lint.source.tokens import CONSTANTS, SLASHES, Language, Quoted, interpolated, up_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Document

_POINTS = {"parent", "name", "dependsOn", "scope"}
_DEEPEST = 8
"""Resources inside of resources."""


def _multi_line(text: str, found: re.Match[str]) -> Quoted:
    said = up_to(re.compile("'''"), text, found.end())
    return Quoted("\n" * found[0].count("\n") + said.says, said.ends)


_LANGUAGE = Language(
    "Bicep",
    SLASHES,
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*",
    ((r"'''\n?", _multi_line), (r"'", interpolated)),
    CONSTANTS,
    statements=True,
)


def documents(text: str) -> Iterator[tuple[Builder, Document]]:
    whole = read(text, _LANGUAGE)
    whole.cut = True
    builder = Builder(encodes=frozenset({"string"}))
    builder.names = {key: held for key, held in whole.entries if held.labels == ("var",)}
    whole.entries = [(key, _declared(key, held, "", 0)) for key, held in whole.entries]
    yield builder, builder.document(with_its_frame(whole))


def _declared(key: str, held: Held, within: str, depth: int) -> Held:
    """A resource in the template's shape; everything else stays what it is."""
    if held.labels[:1] != ("resource",) or len(held.labels) < 2 or depth > _DEEPEST:
        return held
    there = key == "existing"
    kind = within + (held.labels[-1] if there else key).partition("@")[0]
    body = _body(held)
    inner = [(name, _declared(name, one, f"{kind}/", depth + 1)) for name, one in body.entries]
    inside = [one for _, one in inner if one.labels[:1] == ("resource",)]
    entries = [
        ("type", _text(kind, held)),
        ("name", _text(_symbol(held.labels[1]), held)),
        ("scope", _text(_points(body, depth), held)),
        *((name, one) for name, one in inner if name not in {"name", "scope", "type"} and one not in inside),
    ]
    if (there or body.cut) and body.get("identity") is None:
        entries.append(("identity", Held(Kind.COMPUTED, held.line)))
    if inside:
        entries.append(("resources", Held(Kind.LIST, held.line, items=inside)))
    return Held(Kind.OBJECT, body.line, entries=entries, items=body.items, cut=body.cut, labels=held.labels)


def _body(held: Held) -> Held:
    """The object of a resource, behind the condition or inside the loop that it may be made in."""
    if held.kind in {Kind.LIST, Kind.COMPUTED}:
        return next((one for one in held.items if one.kind is Kind.OBJECT), held)
    return held


def _symbol(name: str) -> str:
    return f"({name})"


def _points(body: Held, depth: int) -> str:
    """The resources that this one names as those it belongs to."""
    if depth:
        return ""  # it stands in it
    named: list[str] = []
    for key, one in body.entries:
        if key in _POINTS:
            for part in (one, *one.items):
                said = str(part.value or "")
                names = (
                    re.findall(r"\$\{(\w+)", said) if part.kind is Kind.TEXT else re.findall(r"^\w+", said)
                )
                named += [_symbol(name) for name in names]
    return " ".join(named) or "${}"


def _text(value: str, held: Held) -> Held:
    return Held(Kind.TEXT, held.line, value)
