"""Which extension a text names: by its handler, by publisher and type, or by the name it has in a pool.

The forms are those of the guest agents, the compute provider and Azure's resource ids, as reports quote them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.analyse.rules import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshooter.model.extension import Extension


class Whose(NamedTuple):
    id: str
    """Of a known extension; of another its type, or the name that it has, as written."""
    shown: str
    """As the text calls it."""


_QUOTE = r"(?:[\\'\"\x60]|\xe2\x80[\x98-\x9f])"
"""As a text is pasted: escaped, curly, or a command line's."""
_QUOTES = _QUOTE + "{0,6}"
_HANDLER = r"([A-Z][0-9A-Za-z]{0,60}(?:\.[0-9A-Za-z]{1,60}){1,7})"
_SURELY = pattern(rf"(?:(?:waagent|Plugins|log[/\\]+azure)[/\\]+|\[){_HANDLER}(?:-\d+\.\d|[/\\])")
"""A handler's folder, or the agent's prefix of a line about it."""
_CALLED = pattern(
    r"(?:\bname[=:] ?|\b[Hh]andler:? |\b[Pp]lugin:? (?:\(name: )?|\b[Ee]xtension type |\b[Ee]xtension:? )"
    rf"{_QUOTES}{_HANDLER}"
)
_PAIR = pattern(
    rf"(?i)publisher{_QUOTES}[ :=]{{1,3}}{_QUOTES}([\w.]{{2,120}}){_QUOTES},?\s+(?:and )?"
    rf"{_QUOTES}type{_QUOTES}[ :=]{{1,3}}{_QUOTES}([\w.-]{{2,80}})"
)
_NAME = r"([0-9A-Za-z][\w.-]{0,79}(?: [\w.-]{1,40}){0,3})"
_INSTANCES = (
    pattern(rf"(?i)extension(?: named| with name)? {_QUOTE}{{1,6}}{_NAME}{_QUOTE}"),
    pattern(rf"(?i)\bProvisioning of VM extension {_QUOTES}{_NAME} has (?:timed|failed)"),
    pattern(r"(?i)/extensions/([\w.-]{1,80})"),
    pattern(rf"(?i)\bextension_?name{_QUOTES} ?[:=] ?{_QUOTES}([\w.-]{{1,80}})"),
)
"""Where the name stands that an extension has on its machine, which whoever made it chose."""
_LINK = pattern(r"(?i)aka\.ms/VMExtension([A-Z]{3})(?:Linux|Windows)?Troubleshoot")
"""The page that the compute provider names to its message: CSE is the custom script's, DSC that one's."""
_PLAIN = r"\b\w{2,60}For(?:Linux|Windows)\b|\bAzureDiskEncryption\b"
_DOTTED = pattern(r"\b(Microsoft(?:\.[A-Za-z]{1,60}){2,6})")
"""It may be a handler of Microsoft's."""
_NO_HANDLER = re.compile(r"(?:Exception|Error)$|^System\.")
_FOR_A_SYSTEM = re.compile(r"For(?:Linux|Windows)$")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LONG = 8
"""Characters from which on a name may stand inside another: a shorter one would be met in too many."""


class Names:
    """Of all known extensions, compiled."""

    def __init__(self, known: Iterable[Extension]) -> None:
        ones = tuple(known)
        self._ids = frozenset(one.id for one in ones)
        self._sought = [one for one in ones if one.sought]
        self._own = [
            (one.id, pattern(rf"\b({_any(one.publishers)})\b")) for one in self._sought if one.publishers
        ]
        self._handlers = {
            f"{publisher}.{kind}".casefold(): one.id
            for one in ones
            for publisher in one.publishers
            for kind in one.types
        }
        types = {kind.casefold(): one.id for one in ones for kind in one.types}
        names = {name.casefold(): one.id for one in ones for name in one.names}
        self._exactly = {**types, **names}
        meant = {name.casefold(): one.id for one in ones for name in one.meant.types}
        self._parts = sorted({**meant, **self._exactly}.items(), key=lambda part: -len(part[0]))
        alone = [name for one in ones if not one.types for name in one.names]
        self._alone = pattern(rf"(?i)\b({_any(alone)})\b") if alone else None
        plain = [name for name in self._exactly if len(name) >= _LONG]
        self._plain = pattern(rf"(?i)({_PLAIN}|\b(?:{_any(plain)})\b)")
        self._fails = pattern(
            rf"(?i)(?:{_PLAIN}|\b(?:{_any(plain)})\b){_QUOTES}(?: extension)? (?:has |have )?failed\b"
        )
        self._logs = [
            (_slashed(place), one.id)
            for one in sorted(ones, key=lambda one: not one.types)
            if one.types or one.names  # the guest agent is no extension
            for place in (*one.linux.logs, *one.windows.logs)
        ]

    @property
    def sought(self) -> frozenset[str]:
        """The ids of those that are looked for: what they report is never another's."""
        return frozenset(one.id for one in self._sought)

    def ours(self, whose: Whose | None) -> bool:
        """Whether it is one that is looked for, or nobody's that is named."""
        return whose is None or whose.id in self.sought

    def on(self, text: bytes, pool: Mapping[str, Whose], record: str = "") -> Whose | None:
        """Whose a line is, the surest sign first. `pool` has what a definition says of its extensions' names.

        `record` is what the record says around it: `publisher.type` with its name on the machine or without,
        or a name.
        """
        around = record.encode("utf-8", "replace")
        if self._alone and (found := self._alone.search(text) or self._alone.search(around)):
            return self._named(_text(found[1]), pool)
        for one, publisher in self._own:
            if found := publisher.search(text) or publisher.search(around):
                return Whose(one, _text(found[1]))
        handler, _, name = record.partition(" ")
        record = handler if name and "." in handler else record
        return self._written(record, pool) if record else self._said(text, pool)

    def surely_on(self, text: bytes) -> Whose | None:
        """Of a line by its handler, its folder, or as a name that is called an extension's: no word alone."""
        if (self._alone and self._alone.search(text)) or any(
            form.search(text) for form in (_PAIR, _SURELY, *_INSTANCES, self._fails)
        ):
            return self.on(text, {})
        return self.on(text, {}) if _handler(_CALLED.search(text)) else None

    def of_file(self, name: str) -> Whose | None:
        """By the folder that a file lies in: a handler's own, or where a known extension logs."""
        place = _slashed(name)
        if found := _SURELY.search(name.encode("utf-8", "replace")):
            return self._handled(_text(found[1]))
        return next((Whose(one, one) for log, one in self._logs if log in place), None)

    def of(self, publisher: str, kind: str) -> Whose:
        """By both, as a definition or an answer has them."""
        return Whose(self._handlers.get(f"{publisher}.{kind}".casefold(), kind), kind)

    def _said(self, text: bytes, pool: Mapping[str, Whose]) -> Whose | None:
        """As a text calls it, the surest form first."""
        if found := _PAIR.search(text):
            return self.of(_text(found[1]), _text(found[2]))
        if found := _SURELY.search(text):
            return self._handled(_text(found[1]))
        if handler := _handler(_CALLED.search(text)):
            return self._handled(handler)
        if named := self._chosen(text, pool):
            return named
        handler = _handler(_DOTTED.search(text))
        return self._handled(handler) if handler else None

    def _chosen(self, text: bytes, pool: Mapping[str, Whose]) -> Whose | None:
        """By the name on its machine; one that tells nothing is of the extension whose page is named."""
        hits = (form.search(text) for form in (*_INSTANCES, self._plain))
        named = next((self._written(_text(hit[1]), pool) for hit in hits if hit), None)
        return self.with_page(named, text)

    def with_page(self, named: Whose | None, text: bytes) -> Whose | None:
        """Where a chosen name tells nothing, the page that is named to the message may."""
        link = _LINK.search(text) if named is None or named.id not in self._ids else None
        page = self._named(_text(link[1]), {}).id if link else ""
        return Whose(page, named.shown if named else page) if page in self._ids else named

    def _written(self, name: str, pool: Mapping[str, Whose]) -> Whose:
        """A name as somebody gave it, which may be that of a handler of Microsoft's."""
        known = name.casefold() in self._exactly or name.casefold() in pool
        return self._handled(name) if not known and _is_handler(name) else self._named(name, pool)

    def _handled(self, handler: str) -> Whose:
        """Where its publisher ends is known of Microsoft's; another's is called as it is written."""
        parts = handler.startswith("Microsoft.") or _FOR_A_SYSTEM.search(handler)
        kind = handler.rpartition(".")[2] if parts else handler
        return Whose(self._handlers.get(handler.casefold(), kind), kind)

    def _named(self, name: str, pool: Mapping[str, Whose]) -> Whose:
        """By what a pool's definition says of the name; else by the known name that it is or has in it."""
        if known := pool.get(name.casefold()):
            return Whose(known.id, name)
        low = name.casefold()
        if low in self._exactly:
            return Whose(self._exactly[low], name)
        words = {word.casefold() for word in _WORDS.findall(name)}
        inside = (one for part, one in self._parts if part in (low if len(part) >= _LONG else words))
        return Whose(next(inside, name), name)


def _handler(found: Any) -> str:
    """What a pattern found, where it is a handler; else nothing."""
    name = _text(found[1]) if found else ""
    return name if _is_handler(name) else ""


def _is_handler(name: str) -> bool:
    """Publisher and type in one have two dots at least."""
    return name.count(".") >= 2 and not _NO_HANDLER.search(name)


def _slashed(place: str) -> str:
    return place.replace("\\", "/").casefold()


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in names) or "(?:$.)"


def _text(found: bytes) -> str:
    return found.decode("utf-8", "replace")
