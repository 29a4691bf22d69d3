"""What programs have in common: objects as they make them, and what they assign to members later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.lint.source.build import with_its_frame
from troubleshooter.lint.source.held import Held, Kind

if TYPE_CHECKING:
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
    """Put what is assigned to members (`a.b = …`) into what they are members of."""
    waiting = [whole]
    while waiting:
        held = waiting.pop()
        waiting += held.items
        waiting += [one for _, one in held.entries]
        of: dict[str, Held] = {}
        for one in held.items:
            if one.labels == ("changed",):
                changed = next((had for name, had in held.entries if name == one.items[0].value), one)
                changed.cut = True
        for key, one in tuple(held.entries):
            owner, _, member = key.rpartition(".")
            if owner and "." not in owner:
                into = of.get(owner) or next((had for name, had in held.entries if name == owner), None)
                if into is None:
                    into = Held(Kind.OBJECT, one.line)
                    held.entries.append((owner, into))
                of[owner] = into
                if into.kind in {Kind.OBJECT, Kind.CALL}:
                    into.cut = True
                    into.entries.append((member, one))
