from __future__ import annotations

import json
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from troubleshooter.redact import spellings, wide
from troubleshooter.redact.any_of import AnyOf
from troubleshooter.redact.learned import forms, parts
from troubleshooter.redact.masks import NAMING, SCHEMES, VALUES, hinted, kind_of, names_secret
from troubleshooter.redact.spans import besides, joined, lengthened, neighbourhoods
from troubleshooter.redact.stand_ins import STAND_IN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from troubleshooter.redact.spans import Span

_SHORTEST = 6
"""A shorter secret would also be found where it is none."""
_ROUNDS = 4
"""Looks at one text, at most: until nothing more is found, so that redacting again changes nothing."""
_ALL = frozenset({"protectedsettings", "protectedsettingsfromkeyvault"})
"""Fields of which nothing is shown, whatever they hold."""
_ALL_VALUES = frozenset({"environmentsettings"})
"""Lists of names and values whose values may be secrets under any name; no diagnosis reads them."""
_KEPT, _SHORT = 10_000, 64
"""Texts of a JSON document that are remembered, and their characters at most: the same keys, names and paths
stand in it again and again."""
_FEW, _DENSE = 2000, 24
"""A text with more secrets than this, and one for so many bytes, is hidden whole: it is not for reading."""


class TooDense(Exception):
    """More of a text is secret than its reader is willing to pay for."""


class Redactor:
    """A pure function of the text, the secrets learned and the salt; redacting twice changes nothing more."""

    def __init__(self, secrets: Iterable[str] = (), salt: bytes = b"") -> None:
        self._salt = salt[:64]
        self._secrets: set[str] = set()
        self._learned: dict[bytes, bytes] = {}
        self._any: AnyOf | None = None
        self._any_squeezed: AnyOf | None = None
        self._told_before: dict[str, str] = {}
        """What became of short texts, by what is known as secret now."""
        self._learn(secrets)

    def learn(self, secret: str) -> None:
        """Redact this from now on, in whatever spelling."""
        self._learn([secret])

    def text(self, text: str) -> str:
        """Half a character, which JSON from Azure may hold, becomes an escape: no file could hold it."""
        raw = text.encode("utf-8", "surrogatepass")
        return self.data(raw).decode("utf-8", "backslashreplace")

    def data(self, data: bytes, most: int | None = None) -> bytes:
        """What of it is in UTF-16 or UTF-32 stays so. Raises TooDense beyond `most` secrets."""
        narrow = partial(self._narrow, most=most)
        return wide.changed(narrow(data), narrow)

    def json(self, value: Any) -> Any:
        """Redact every text in a JSON value; what a field's name calls a secret goes whole."""
        if isinstance(value, str):
            return self._short(value)
        if isinstance(value, dict):
            return {self._short(str(key)): self._field(str(key), each, value) for key, each in value.items()}
        return [self.json(each) for each in value] if isinstance(value, list | tuple) else value

    def _short(self, text: str) -> str:
        """The same as `text`, which is asked once for what stands in a document many times."""
        before = self._told_before  # whoever learns a secret meanwhile begins another one
        told = before.get(text)
        if told is None:
            told = self.text(text)
            if len(text) <= _SHORT and len(before) < _KEPT:
                before[text] = told
        return told

    def _field(self, key: str, value: Any, beside: dict[Any, Any]) -> Any:
        if key.lower() in _ALL and value is not None:
            return self._whole(value if isinstance(value, str) else json.dumps(value, default=str))
        if key.lower() in _ALL_VALUES and isinstance(value, list):
            return [self._with_values_hidden(each) for each in value]
        if key == "secret" and "vault" in beside:  # a secret's name in its vault
            return self.json(value)
        named = (key,) if key.lower() not in VALUES else _names_beside(beside)
        return self._named(value) if any(map(names_secret, named)) else self.json(value)

    def _named(self, value: Any) -> Any:
        """The value of a field whose name says that it is a secret; ARM parameters wrap it once more."""
        if isinstance(value, str):
            return self._whole(value)
        if isinstance(value, list | tuple):
            return [self._named(each) for each in value]
        return self._with_values_hidden(value) if isinstance(value, dict) else value

    def _with_values_hidden(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return self.json(value)
        wrapped = {
            key: self._whole(each)
            for key, each in value.items()
            if str(key).lower() in VALUES and isinstance(each, str)
        }
        return self.json({key: each for key, each in value.items() if key not in wrapped}) | wrapped

    def _learn(self, secrets: Iterable[str]) -> None:
        given = {each for secret in secrets for each in (secret, *parts(secret))}
        new = {each for each in given if len(each.encode("utf-8", "surrogatepass")) >= _SHORTEST}
        if new <= self._secrets:
            return
        self._secrets |= new
        known = sorted(self._secrets)
        learned: dict[bytes, bytes] = {}
        for secret in known:
            stand_in = self._stand_in(b"secret", secret.encode("utf-8", "surrogatepass"))
            for form in forms(secret):
                learned.setdefault(form, stand_in)
        for secret in known:  # a secret that is another one's form is itself first
            raw = secret.encode("utf-8", "surrogatepass")
            learned[raw] = self._stand_in(b"secret", raw)
        self._learned = learned
        self._any, self._any_squeezed = AnyOf(learned), AnyOf(map(spellings.squeezed, learned))
        self._told_before = {}  # last: what is remembered in it was told by all of the above

    def _whole(self, value: str) -> str:
        raw = value.encode("utf-8", "surrogatepass")
        if not raw or STAND_IN.fullmatch(raw):
            return value
        return (self._learned.get(raw) or self._stand_in(b"secret", raw)).decode()

    def _narrow(self, data: bytes, most: int | None = None) -> bytes:
        found = self._found(data, most)
        parts_: list[bytes] = []
        at = 0
        for first, end, spans in neighbourhoods(found, data):
            parts_ += (data[at:first], self._again(self._hidden(data[first:end], spans)))
            at = end
        return b"".join([*parts_, data[at:]]) if parts_ else data

    def _again(self, data: bytes) -> bytes:
        """Until nothing more is found: what is hidden may have covered the beginning of another secret."""
        for _ in range(_ROUNDS - 1):
            found = self._found(data, None)
            if not found:
                break
            data = self._hidden(data, found)
        return data

    def _found(self, data: bytes, most: int | None) -> list[Span]:
        """What is to be hidden, as it stands and as it is meant."""
        text = _blanked(data)
        told: list[Span] = []
        shaped: list[Span] = []
        dense = _FEW + len(text) // _DENSE
        for meant, source in spellings.readings(text):
            told += (_at(source, span) for span in _at_most(most, self._told(meant)))
            found = list(_at_most(most, islice(_shaped(meant), dense + 1)))
            shaped += found if meant is text else (_at(source, span) for span in found)
            if len(found) > dense or len(told) + len(shaped) > 2 * dense:
                return [(0, len(data), b"secret")]
        return besides(lengthened(joined(shaped), text), joined(told), text)

    def _told(self, text: bytes) -> Iterator[Span]:
        """Secrets that were told, also where a line was broken in them."""
        if self._any is None or self._any_squeezed is None:
            return
        seen = 0
        for first, end in self._any.spans(text):
            seen += 1
            yield first, end, self._learned[text[first:end]]
        if sum(1 for _ in self._any_squeezed.spans(spellings.squeezed(text))) <= seen:
            return
        unwrapped = spellings.unwrapped(text)
        for first, end in self._any.spans(unwrapped.text):
            if unwrapped.joins(first, end):
                yield (*unwrapped.source(first, end), self._learned[unwrapped.text[first:end]])

    def _hidden(self, data: bytes, spans: list[Span]) -> bytes:
        shown: list[bytes] = []
        at = 0
        stand_ins: dict[tuple[bytes, bytes], bytes] = {}
        for first, end, kind in spans:
            secret = data[first:end]
            stand_in = kind if kind.startswith(b"<") else stand_ins.get((kind, secret))
            if stand_in is None:
                stand_in = stand_ins[kind, secret] = self._learned.get(secret) or self._stand_in(kind, secret)
            shown += (data[at:first], stand_in)
            at = end
        return b"".join([*shown, data[at:]])

    def _stand_in(self, kind: bytes, secret: bytes) -> bytes:
        from hashlib import blake2b  # noqa: PLC0415 - a text that holds no secret does not wait for OpenSSL

        plain = spellings.plain(secret)
        digest = blake2b(plain, digest_size=2, key=self._salt).hexdigest()
        return b"<redacted %s %s>" % (kind_of(plain, kind), digest.encode())


def _names_beside(fields: dict[Any, Any]) -> Iterator[str]:
    return (each for key, each in fields.items() if str(key).lower() in NAMING and isinstance(each, str))


def _blanked(data: bytes) -> bytes:
    """As long as before; barriers where something is hidden already."""
    if spellings.BARRIER in data:
        data = data.replace(spellings.BARRIER, b"\x1a")
    if b"redacted " not in data and b"give " not in data:
        return data
    return STAND_IN.sub(lambda found: spellings.BARRIER * len(found[0]), data)


def _at(source: Callable[[int, int], tuple[int, int]], span: Span) -> Span:
    first, end, kind = span
    return (*source(first, end), kind)


def _at_most(most: int | None, spans: Iterable[Span]) -> Iterator[Span]:
    for number, span in enumerate(spans):
        if most is not None and number >= most:
            raise TooDense
        yield span


def _shaped(text: bytes) -> Iterator[Span]:
    """What looks like a secret."""
    for mask in hinted(text):
        for match in mask.pattern.finditer(text):
            first, end = match.span(1)
            if first < 0:
                first, end = match.span(match.lastindex)
            secret = text[first:end]
            if secret.lower() not in SCHEMES and (mask.is_one is None or mask.is_one(secret)):
                yield first, end, mask.kind
