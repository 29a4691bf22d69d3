"""YAML: Ansible's tasks, Pulumi's programs, templates and plain settings.

It is read by events, so that nothing recurses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from troubleshooter.fence import Unreadable
from troubleshooter.lint.source.build import Builder, with_its_frame
from troubleshooter.lint.source.held import Held, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Document

DEPTH = 60
MOST = 50_000
"""Events of one source."""
_TRIES = 12
"""Lines that are taken out because they keep the rest from being read."""
_DOTS = re.compile(
    r"^[ \t]*(?:-[ \t]+)?(?:\.\.\.+|…|\[\.\.\.\]|\[…\]|<(?:snip|\.\.\.|…)>)[ \t]*\r?$", re.MULTILINE
)
_TEMPLATE = re.compile(
    r"^([ \t]*(?:-[ \t]+)?(?:[\w.\-]+:[ \t]+)?)"
    r"(\{\{[^\n]*\}\}[^\n]*|\{%[^\n]*%\}|<[^<>\n]{1,80}>[^\n]*|%[^\n]*|@[^\n]*)$",
    re.MULTILINE,
)
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML takes in no place."""
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
    "null": None,
    "~": None,
    "": None,
}
_JSON = {"settings", "publicsettings", "protected_settings", "body"}


def documents(text: str) -> Iterator[tuple[Builder, Document]]:
    builder = Builder(opens=lambda key: key.lower() in _JSON)
    for held in _read(text):
        yield builder, builder.document(with_its_frame(held) if held.kind is Kind.OBJECT else held)


def _read(text: str) -> list[Held]:
    dotted = bool(_DOTS.search(text))
    text = _UNPRINTED.sub(" ", _DOTS.sub("", text).replace("\t", "  "))
    text = _TEMPLATE.sub(_quoted, text)
    lines = text.split("\n")
    cut = dotted
    for _ in range(_TRIES):
        reader = _Events(cut=cut)
        bad = reader.read("\n".join(lines))
        if bad is None:
            return reader.roots
        cut = True
        if bad >= len(lines) or not lines[bad].strip():
            bad = next((one for one in range(min(bad, len(lines) - 1), -1, -1) if lines[one].strip()), 0)
        lines[bad] = ""
    return reader.roots


def _quoted(found: re.Match[str]) -> str:
    """A template's expression as text: to YAML it is a mapping, or a mistake."""
    said = found[2]
    if said.startswith("{%"):
        return ""
    return f"{found[1]}'{said.strip().replace(chr(39), ' ')}'"


class _Events:
    """Events as values: each that is open knows where the next goes."""

    def __init__(self, *, cut: bool) -> None:
        self.cut = cut
        self.roots: list[Held] = []
        self.open: list[tuple[Held, list[str]]] = []
        self.anchors: dict[str, Held] = {}

    def read(self, text: str) -> int | None:
        """Read all; the line, counted from 0, that is no YAML."""
        loader = yaml.CSafeLoader(text)
        try:
            for _ in range(MOST):
                event = loader.get_event()
                if event is None:
                    return None
                self._event(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            return mark.line if mark else 0
        except yaml.YAMLError as error:
            raise Unreadable(f"it is no text that YAML takes ({str(error)[:80]})") from error
        finally:
            loader.dispose()
        raise Unreadable(f"it holds more than {MOST} values")

    def _event(self, event: Any) -> None:
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.open) >= DEPTH:
                raise Unreadable("it is nested too deeply")
            kind = Kind.OBJECT if isinstance(event, yaml.MappingStartEvent) else Kind.LIST
            held = Held(kind, _line(event), cut=self.cut)
            self._add(held, event)
            self.open.append((held, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._put(self.anchors.get(event.anchor or "") or Held(Kind.COMPUTED, _line(event)))

    def _add(self, held: Held, event: Any) -> None:
        self._put(held)
        if event.anchor:
            self.anchors[event.anchor] = held

    def _scalar(self, event: Any) -> None:
        line = _line(event)
        waits = self.open[-1][1] if self.open and self.open[-1][0].kind is Kind.OBJECT else None
        if waits == []:
            waits.append(event.value)
            return
        if event.tag and event.tag.startswith("!"):
            held = Held(Kind.COMPUTED, line)  # a function
        elif event.style in {"|", ">"}:
            held = Held(Kind.TEXT, line, "\n" + event.value)
        elif event.style or not event.implicit[0]:
            held = Held(Kind.TEXT, line, event.value)
        else:
            held = _plain(event.value, line)
        self._add(held, event)

    def _put(self, held: Held) -> None:
        if not self.open:
            self.roots.append(held)
            return
        into, key = self.open[-1]
        if into.kind is Kind.LIST:
            into.items.append(held)
        elif key:
            name = key.pop()
            if name == "<<":
                into.cut = True
                into.entries += held.entries
            else:
                into.entries.append((name, held))
        else:
            key.append("${}")  # a key that is no text


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def _plain(value: str, line: int) -> Held:
    low = value.lower()
    if low in _WORDS:
        return Held(Kind.PLAIN, line, _WORDS[low])
    if number := _NUMBER.fullmatch(value[:400]):
        return Held(Kind.PLAIN, line, float(value) if number[1] else int(value[:400]))
    return Held(Kind.TEXT, line, value)
