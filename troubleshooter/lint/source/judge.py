"""The checks over what a source holds; places are those of the settings, lines those of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.places import places
from troubleshooter.lint.source.embedded import Broken, json_in
from troubleshooter.lint.source.held import Kind
from troubleshooter.lint.unknown import is_unknown, known_part
from troubleshooter.model.finding import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.problem import Problem
    from troubleshooter.lint.source.build import Builder, Document
    from troubleshooter.lint.source.held import Held
    from troubleshooter.model.extension import Extension

_PARTS = {Kind.OBJECT, Kind.LIST, Kind.CALL, Kind.COMPUTED}
MOST = 300
"""Parts of one source that are looked at by themselves."""


class Judged:
    """One extension, or its settings, in a document of a source."""

    def __init__(self, place: Place, document: Document) -> None:
        self.place = place
        self.document = document

    @property
    def line(self) -> int:
        return self.document.line(self.place.settings_at)

    @property
    def unread(self) -> bool:
        """Whether nothing literal is left of the settings."""
        settings = self.place.settings
        if settings is None:
            return self.place.at in self.document.cut
        return not any(map(_literal, _leaves(settings)))

    def shown(self, problem: Problem) -> bool:
        """Whether what a problem says can be said of what is only a part."""
        return problem.lacks is None or problem.lacks not in self.document.cut

    def within(self, at: str) -> str:
        """A pointer from the settings on; from the extension's object on, where it is beside them."""
        for start in (self.place.settings_at, self.place.at):
            if at == start or at.startswith(f"{start}/"):
                return at[len(start) :]
        return at

    def fix(self, fix: Fix | None) -> Fix | None:
        """The same, for the settings alone; without its patch where that reaches beyond them."""
        if fix is None or not fix.patch:
            return fix
        start = self.place.settings_at
        ends = [str(step[key]) for step in fix.patch for key in ("path", "from") if key in step]
        if not all(end == start or end.startswith(f"{start}/") for end in ends):
            return Fix(fix.summary, needs=fix.needs)
        moved = tuple(
            {key: one[len(start) :] if key in {"path", "from"} else one for key, one in step.items()}
            for step in fix.patch
        )
        return Fix(fix.summary, moved, needs=fix.needs)


def judged(
    parts: Iterable[tuple[Builder, Document]], file: str, known: tuple[Extension, ...]
) -> Iterator[Judged]:
    """Every extension in the documents, and in what is computed or is text in them."""
    found: list[Judged] = []
    for document in _all(parts, known):
        for place in places(document.value, file, known, loose=True):
            seen = replace(place, generated=False)
            if place.settings_at in document.encoded and _wants_object(place):
                seen = replace(seen, in_text=True, text_is_right=False)
            one = Judged(seen, document)
            if not any(_same(one, other) for other in found):
                found.append(one)
    whole = [one for one in found if not one.place.bare]
    yield from (one for one in found if not one.place.bare or not any(_same(one, each) for each in whole))


def _wants_object(place: Place) -> bool:
    """Not where an extension is named as in Terraform, where settings are text."""
    return "type_handler_version" not in place.names.values() or place.names.get("type") != "type"


def _same(one: Judged, other: Judged) -> bool:
    bare = one.place.bare or other.place.bare
    return (
        (one.line == other.line or not one.line)
        and (bare or one.place.fields == other.place.fields)
        and one.place.settings == other.place.settings
    )


def _all(parts: Iterable[tuple[Builder, Document]], known: tuple[Extension, ...]) -> Iterator[Document]:
    """The documents, and those that are made of what was left aside in them."""
    signs = [sign for one in known for sign in one.settings.signs]
    for builder, document in parts:
        yield document
        waiting, seen = [document], 0
        while waiting and seen < MOST:
            one = waiting.pop()
            for held in (*one.aside, *_texts(one, signs)):
                if held.kind in _PARTS and seen < MOST:
                    seen += 1
                    part = builder.document(held)
                    waiting.append(part)
                    yield part


def _texts(document: Document, signs: Sequence[str]) -> Iterator[Held]:
    """Texts that are settings, or hold them."""
    for held in (*document.texts, *(one for one in document.aside if one.kind is Kind.TEXT)):
        said = str(held.value).lstrip()
        if said[:1] in {"{", "["} and any(sign in said for sign in signs):
            found = json_in(str(held.value), held.line)
            if not isinstance(found, Broken):
                yield found


def _leaves(settings: Any) -> Iterator[Any]:
    waiting = [settings]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        else:
            yield value


def _literal(value: Any) -> bool:
    return not is_unknown(value) or (isinstance(value, str) and known_part(value).strip("x") != "")
