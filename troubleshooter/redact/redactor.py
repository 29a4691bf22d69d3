from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import re2

from troubleshooter.redact.learned import forms, parts
from troubleshooter.redact.masks import MASKS, SCHEMES, kind_of, names_secret
from troubleshooter.redact.stand_ins import STAND_IN

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST = 6
"""A shorter secret would also be found where it is none."""
_ROUNDS = 4
"""Looks at one text, at most: until nothing more is found, so that redacting again changes nothing."""
_ALL = frozenset({"protectedsettings", "protectedsettingsfromkeyvault"})
"""Fields of which nothing is shown, whatever they hold."""
_ALL_VALUES = frozenset({"environmentsettings"})
"""Lists of names and values whose values may be secrets under any name; no diagnosis reads them."""
_WRAPPED = ("value", "defaultValue")
_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False


class Redactor:
    """A pure function of the text, the secrets learned and the salt; redacting twice changes nothing more."""

    def __init__(self, secrets: Iterable[str] = (), salt: bytes = b"") -> None:
        self._salt = salt[:64]
        self._secrets: set[str] = set()
        self._learned: dict[bytes, bytes] = {}
        self._pattern: Any = None
        self._learn(secrets)

    def learn(self, secret: str) -> None:
        """Redact this from now on, also where it is quoted for a URL, escaped in JSON or in base64."""
        self._learn([secret])

    def text(self, text: str) -> str:
        """Half a character, which JSON from Azure may hold, becomes an escape: no file could hold it."""
        raw = text.encode("utf-8", "surrogatepass")
        return self.data(raw).decode("utf-8", "backslashreplace")

    def data(self, data: bytes) -> bytes:
        pieces = STAND_IN.split(data)  # what is to be looked at and stand-ins, by turns
        lower = data.lower()
        masks = [mask for mask in MASKS if any(hint in lower for hint in mask.hints)]
        for _ in range(_ROUNDS):
            before = len(pieces)
            if self._pattern is not None:
                pieces = self._replace(pieces, self._pattern, b"secret", 0)
            for mask in masks:
                pieces = self._replace(pieces, mask.pattern, mask.kind, 1)
            if len(pieces) == before:
                break
        return b"".join(pieces)

    def json(self, value: Any) -> Any:
        """Redact every text in a JSON value; what a field's name calls a secret goes whole."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self._field(str(key), each, value) for key, each in value.items()}
        return [self.json(each) for each in value] if isinstance(value, list | tuple) else value

    def _field(self, key: str, value: Any, beside: dict[Any, Any]) -> Any:
        if key.lower() in _ALL and value is not None:
            return self._whole(value if isinstance(value, str) else json.dumps(value, default=str))
        if key.lower() in _ALL_VALUES and isinstance(value, list):
            return [self._with_values_hidden(each) for each in value]
        if key == "secret" and "vault" in beside:  # a secret's name in its vault
            return self.json(value)
        named = beside.get("name") if key in _WRAPPED else key
        return self._named(value) if isinstance(named, str) and names_secret(named) else self.json(value)

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
        wrapped = {key: self._whole(value[key]) for key in _WRAPPED if isinstance(value.get(key), str)}
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
        longest_first = sorted(learned, key=lambda form: (-len(form), form))
        self._learned = learned
        self._pattern = re2.compile(b"|".join(map(re2.escape, longest_first)), _OPTIONS)

    def _whole(self, value: str) -> str:
        raw = value.encode("utf-8", "surrogatepass")
        if not raw or STAND_IN.fullmatch(raw):
            return value
        return (self._learned.get(raw) or self._stand_in(b"secret", raw)).decode()

    def _replace(self, pieces: list[bytes], pattern: Any, kind: bytes, group: int) -> list[bytes]:
        """Look at every second piece; what matches splits it in two around a stand-in."""
        result: list[bytes] = []
        for number, piece in enumerate(pieces):
            if number % 2:
                result.append(piece)
                continue
            start = 0
            for match in pattern.finditer(piece):
                first, end = match.span(group)
                secret = piece[first:end]
                if secret.lower() in SCHEMES:
                    continue
                result += (piece[start:first], self._learned.get(secret) or self._stand_in(kind, secret))
                start = end
            result.append(piece[start:])
        return result

    def _stand_in(self, kind: bytes, secret: bytes) -> bytes:
        plain = _plain(secret)
        digest = blake2b(plain, digest_size=2, key=self._salt).hexdigest()
        return b"<redacted %s %s>" % (kind_of(plain, kind), digest.encode())


def _plain(secret: bytes) -> bytes:
    """Without the escapes of JSON and of URLs, so that a secret has the same digits in each of them."""
    if b"\\" in secret:
        try:
            text = json.loads(b'"%s"' % secret)
            secret = text.encode("utf-8", "surrogatepass")
        except ValueError:  # its backslashes are its own
            pass
    for _ in range(2):
        secret = unquote_to_bytes(secret)
    return secret
