"""What programs have in common: objects as they make them, and what they assign to members later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.lint.source.build import with_its_frame
from troubleshooter.lint.source.held import Held, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Builder, Document

_PROMPTS = re.compile(
    r"^[ \t]*(?:PS(?:[ \t]+[A-Za-z]:\\[^>\n]*|[ \t]+/[^>\n]*)?>[ \t]?|>>>?[ \t]|\.\.\. |In \[\d+\]:[ \t]?)",
    re.MULTILINE,
)


def without_prompts(text: str) -> str:
    return _PROMPTS.sub(lambda found: " " * len(found[0]), text)


def document_of(whole: Held, builder: Builder) -> Document:
    whole.cut = True
    _gather(whole)
    builder.learn(whole)
    return builder.document(with_its_frame(whole))


def _gather(whole: Held) -> None:
    """Put what is assigned to members (`a.b = …`, `a["b"] = …`) into what they are members of."""
    waiting = [whole]
    while waiting:
        held = waiting.pop()
        waiting += held.items
        waiting += [one for _, one in held.entries]
        made: dict[str, Held] = {}
        for path, value in [*_members(held)]:
            owner = made.get(path[0]) or next((had for name, had in held.entries if name == path[0]), None)
            if owner is None:
                owner = made[path[0]] = Held(Kind.OBJECT, value.line)
                held.entries.append((path[0], owner))
            _put(owner, path[1:], value)


def _members(held: Held) -> Iterator[tuple[list[str], Held]]:
    for key, one in held.entries:
        if "." in key.strip("."):
            yield key.split("."), one
    for one in held.items:
        if one.labels == ("changed",):
            path = str(one.items[0].value).split(".")
            yield [*path, *([str(one.value)] if one.value is not None else [])], one.items[1]


def _put(owner: Held, path: list[str], value: Held) -> None:
    """Where an object is known on the way, its part; where it is not, nothing can be said of it."""
    for step in path[:-1]:
        owner.cut = True
        inner = owner.get(step)
        if inner is None:
            return
        owner = inner
    owner.cut = True
    if path and owner.kind in {Kind.OBJECT, Kind.CALL}:
        owner.entries = [entry for entry in owner.entries if entry[0] != path[-1]]
        owner.entries.append((path[-1], value))
