"""What PowerShell prints of an object without being asked for JSON: `Name : value`, a line for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.lint.source.build import Builder
from troubleshooter.lint.source.held import Held, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Document

_LINE = re.compile(r"^(\w[\w.]{0,60}) *: ?(.*)$")
_OPENED = {"publicsettings", "settings"}


def documents(text: str) -> Iterator[tuple[Builder, Document]]:
    """Each object: they stand apart by an empty line, or by a name that comes again."""
    builder = Builder(opens=lambda key: key.lower() in _OPENED)
    objects: list[Held] = []
    open_now = False
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.match(line.rstrip())
        if found is None:
            if not line.strip():
                open_now = _in_json(objects) and open_now
            elif open_now:
                _goes_on(objects[-1], line, number)
            continue
        name, said = found[1], found[2]
        if not open_now or objects[-1].get(name) is not None:
            objects.append(Held(Kind.OBJECT, number, cut=True))
            open_now = True
        objects[-1].entries.append((name, Held(Kind.TEXT, number, said.strip())))
    for held in objects:
        held.entries = [(name, _shown(one)) for name, one in held.entries]
        yield builder, builder.document(held)


def _shown(held: Held) -> Held:
    """Nothing is printed of null, too."""
    return held if held.value else Held(Kind.COMPUTED, held.line)


def _in_json(objects: list[Held]) -> bool:
    last = str(objects[-1].entries[-1][1].value) if objects and objects[-1].entries else ""
    return last.count("{") > last.count("}")


def _goes_on(held: Held, line: str, number: int) -> None:
    """A value that goes on in the next line: PowerShell indents it, and may break it within a word."""
    last = held.entries[-1][1]
    said = str(last.value)
    inside_text = len(re.findall(r'(?<!\\)"', said)) % 2
    missing = number - last.line - said.count("\n")
    last.value = said + ("" if inside_text else "\n" * missing) + line.strip()
