"""Secrets out of any text, at the point where it is kept.

A secret becomes `<redacted KIND 3f2a>`; the four digits are a keyed hash: equal secrets have equal stand-ins,
and nothing can be guessed back. Hosts, names and GUIDs stay, since a diagnosis needs them. Matching is
linear in the length of the text (re2), whatever a log holds.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable

_STAND_IN = re.compile(rb"(<redacted [a-z-]+ [0-9a-f]{4}>)")
_SHORTEST = 6
"""A shorter secret would also be found where it is none."""
_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False

_TELLING_NAME = (
    r"(?:[a-z0-9_.-]*(?:password|passwd|pwd|secret|token|assertion|passphrase|saskey"
    r"|(?:account|access|private|primary|secondary|shared|storage|api|subscription|function|master)[_-]?key))"
)
"""Of a field or parameter: what it ends with tells (secretName, SharedAccessKeyName are no secrets)."""
_KEY_LINE = "[A-Z0-9 ]*PRIVATE KEY-----"
_HEADER = r"""authorization\\?["']?\s*[:=]\s*\\?["']?"""
_SCHEME = r"(?:(?:bearer|basic|sharedkey|sharedkeylite|sharedaccesssignature|token|digest|negotiate)[ \t]+)?"


@dataclass(frozen=True, slots=True)
class _Mask:
    kind: bytes
    hints: tuple[bytes, ...]
    """One of these, in lower case, is in every text that matches."""
    pattern: Any
    """The secret is its group 1. No anchors, no look-around: so a replacement makes nothing else match."""


def _mask(kind: bytes, hints: str, pattern: str) -> _Mask:
    return _Mask(kind, tuple(hints.encode().split()), re2.compile(pattern.encode(), _OPTIONS))


_NAME_HINTS = "password passwd pwd secret token assertion passphrase key"
_MASKS = (
    _mask(b"key", "private", rf"(-----BEGIN {_KEY_LINE}(?:[^-]|-[^-])*(?:-----END {_KEY_LINE})?)"),
    _mask(b"token", "authorization", _HEADER + _SCHEME + r"""([^\s"'\\{\[,;]{8,})"""),
    _mask(b"token", "bearer", r"bearer[ \t]+([a-z0-9._~+/=-]{16,})"),
    _mask(b"jwt", "eyj", r"(eyJ[a-z0-9_-]{8,}\.[a-z0-9_-]{8,}(?:\.[a-z0-9_-]*)?)"),
    _mask(b"sas", "sig", r"sig(?:=|%3d|%253d)([a-z0-9%+/_=-]{8,})"),
    _mask(b"secret", _NAME_HINTS, r'"' + _TELLING_NAME + r'"\s*:\s*"((?:[^"\\]|\\[^\r\n])+)'),
    _mask(b"secret", _NAME_HINTS, r'\\"' + _TELLING_NAME + r'\\"\s*:\s*\\"([^"\\]+)'),
    _mask(b"secret", _NAME_HINTS, _TELLING_NAME + r"""(?:=|%3d|[ \t]=[ \t])["']?([^\s;&"'<>\\,]+)"""),
    _mask(b"secret", _NAME_HINTS, r"--" + _TELLING_NAME + r"""[ \t]+["']?([^\s"'\\-][^\s"'\\]*)"""),
)
_JWT = re.compile(rb"eyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?", re.ASCII)
_NAMED_SECRET = re2.compile((r"\A" + _TELLING_NAME + r"\z").encode(), _OPTIONS)


class Redactor:
    """A pure function of the text, the secrets learned and the salt; redacting twice changes nothing more."""

    def __init__(self, secrets: Iterable[str] = (), salt: bytes = b"") -> None:
        self._salt = salt[:64]
        self._learned: dict[bytes, bytes] = {}
        self._pattern: re.Pattern[bytes] | None = None
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Redact this from now on, also where it is quoted for a URL, escaped in JSON or in base64."""
        raw = secret.encode("utf-8", "surrogatepass")
        if len(raw) < _SHORTEST:
            return
        stand_in = self._stand_in(b"secret", raw)
        forms = {raw, quote(raw, safe="").encode(), quote_plus(raw).encode(), quote(raw).encode()}
        forms |= {json.dumps(secret)[1:-1].encode(), base64.b64encode(raw)}
        learned = self._learned | dict.fromkeys(forms, stand_in) | {raw: stand_in}
        longest_first = sorted(learned, key=lambda form: (-len(form), form))
        self._learned, self._pattern = learned, re.compile(b"|".join(map(re.escape, longest_first)))

    def text(self, text: str) -> str:
        raw = text.encode("utf-8", "surrogatepass")
        return self.data(raw).decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        pieces = _STAND_IN.split(data)  # what is to be looked at and stand-ins, by turns
        if self._pattern is not None:
            pieces = self._replace(pieces, self._pattern, b"secret", 0)
        lower = data.lower()
        for mask in _MASKS:
            if any(hint in lower for hint in mask.hints):
                pieces = self._replace(pieces, mask.pattern, mask.kind, 1)
        return b"".join(pieces)

    def json(self, value: Any) -> Any:
        """Redact every text in a JSON value; what a field's name calls a secret goes whole."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            named = isinstance(value.get("name"), str) and _is_secret(value["name"])
            return {
                self.text(str(key)): self._whole(each)
                if isinstance(each, str) and (_is_secret(str(key)) or (named and key == "value"))
                else self.json(each)
                for key, each in value.items()
            }
        return [self.json(each) for each in value] if isinstance(value, list | tuple) else value

    def _whole(self, value: str) -> str:
        raw = value.encode("utf-8", "surrogatepass")
        if not raw or _STAND_IN.fullmatch(raw):
            return value
        return self._learned.get(raw, self._stand_in(b"secret", raw)).decode()

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
                result += (piece[start:first], self._learned.get(secret) or self._stand_in(kind, secret))
                start = end
            result.append(piece[start:])
        return result

    def _stand_in(self, kind: bytes, secret: bytes) -> bytes:
        kind = b"jwt" if _JWT.fullmatch(secret) else kind
        digest = blake2b(secret, digest_size=2, key=self._salt).hexdigest()
        return b"<redacted %s %s>" % (kind, digest.encode())


def _is_secret(name: str) -> bool:
    return bool(_NAMED_SECRET.search(name.encode("utf-8", "surrogatepass")))
