"""Terraform's source: its resources in the shape that `terraform show -json` gives them."""

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

_JSON = {"settings", "settings_json", "protected_settings", "body"}
_LISTED = {"extension", "extensions", "identity", "source_image_reference", "storage_image_reference"}
"""Blocks that a plan shows as a list."""


def _heredoc(text: str, found: re.Match[str]) -> Quoted:
    """Read up to the word it begins with, which stands alone on a line (HCL)."""
    word = re.sub(r"\W", "", found[0])
    said = up_to(re.compile(rf"^[ \t]*{word}\b", re.MULTILINE), text, found.end())
    return Quoted("\n" + said.says, said.ends)


_LANGUAGE = Language(
    "Terraform (HCL)",
    rf"\#[^\n]*|{SLASHES}",
    r"[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_][\w-]*|\*|\d+))*",
    ((r"<<[-~]?[ \t]*\"?[A-Za-z_]\w*\"?[ \t]*\r?\n", _heredoc), (r'"', interpolated)),
    CONSTANTS,
    blocks=True,
)


def documents(text: str) -> Iterator[tuple[Builder, Document]]:
    whole = read(text, _LANGUAGE)
    builder = Builder(opens=_JSON.__contains__, puts_in=True)
    for key, held in whole.entries:
        if key == "locals":
            builder.learn(Held(Kind.OBJECT, held.line, entries=held.entries))
    resources = [held for key, held in whole.entries if key == "resource" and len(held.labels) == 3]
    rest = [(key, held) for key, held in whole.entries if key != "resource" or len(held.labels) != 3]
    if resources:
        yield builder, builder.document(_plan(resources))
    if rest or whole.items:
        left = Held(
            Kind.OBJECT, 1, entries=[(key, _blocks(held)) for key, held in rest], items=whole.items, cut=True
        )
        yield builder, builder.document(with_its_frame(left))


def _plan(resources: list[Held]) -> Held:
    planned = [_resource(held) for held in resources]
    uses = [_uses(held) for held in resources]
    root = _object(("root_module", _object(("resources", Held(Kind.LIST, 1, items=planned)))))
    used = _object(("root_module", _object(("resources", Held(Kind.LIST, 1, items=uses)))))
    return _object(("planned_values", root), ("configuration", used))


def _resource(held: Held) -> Held:
    _, kind, name = held.labels
    return _object(("type", _text(kind)), ("name", _text(name)), ("values", _blocks(held)), line=held.line)


def _blocks(held: Held) -> Held:
    """A block's inside, its own blocks as the lists that a plan has; what is dynamic is made in a loop."""
    if not held.labels:
        return held
    entries: list[tuple[str, Held]] = []
    lists: dict[str, Held] = {}
    for key, one in held.entries:
        inner = one.get("content") if key == "dynamic" and len(one.labels) == 2 else one
        name = one.labels[1] if inner is not one else key
        if inner is None or not one.labels:
            entries.append((key, one))
        elif name in lists:
            lists[name].items.append(_blocks(inner))
        else:
            made = _blocks(inner)
            lists[name] = Held(Kind.LIST, one.line, items=[made], cut=inner is not one)
            entries.append((name, lists[name]))
    return Held(Kind.OBJECT, held.line, entries=entries, items=held.items, cut=held.cut)


def _uses(held: Held) -> Held:
    _, kind, name = held.labels
    named = Held(Kind.LIST, held.line, items=[_text(one) for one in dict.fromkeys(_names(held))])
    return _object(("type", _text(kind)), ("name", _text(name)), ("expressions", named), line=held.line)


def _names(held: Held) -> Iterator[str]:
    waiting = [held]
    while waiting:
        one = waiting.pop()
        if one.kind is Kind.NAME:
            yield str(one.value)
        if one.kind is Kind.TEXT and "${" in str(one.value):
            yield from (part.partition("}")[0].strip() for part in str(one.value).split("${")[1:])
        waiting += one.items
        waiting += [value for _, value in one.entries]


def _object(*entries: tuple[str, Held], line: int = 1) -> Held:
    return Held(Kind.OBJECT, line, entries=list(entries))


def _text(value: str) -> Held:
    return Held(Kind.TEXT, 1, value)
