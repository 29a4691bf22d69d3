"""The shapes by which a secret is known that nobody told us of.

Matching is linear in the length of the text (re2), whatever a log holds.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import re2

_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False

_KEY_NAME = (
    r"(?:account|access|private|primary|secondary|shared|storage|api|subscription|functions?|master)[_-]?key"
)
_PASSWORD_NAME = rf"(?:password|passwd|pwd|passphrase|saskey|{_KEY_NAME})"
_NAME = rf"(?:[a-z0-9_.-]*(?:{_PASSWORD_NAME}|secret|token|assertion))"
"""Of a field or parameter: what it ends with tells (secretName, SharedAccessKeyName are no secrets)."""
_SURE_NAME = (
    rf"(?:[a-z0-9_.-]*(?:{_PASSWORD_NAME}|(?:client|app|shared)[_-]?secret"
    r"|(?:access|refresh|sas|api|auth|bearer|session|id)[_-]?token))"
)
"""Before a colon in prose "secret" and "token" alone tell nothing: Failed to get secret: Forbidden."""
_FIELD = rf"(?:{_NAME}|(?:proxy-)?authorization|(?:set-)?cookie|sig|sas|sshprivatekey)"

_KEY_LINE = "[A-Z0-9 ]*PRIVATE KEY-----"
_HEADER = r"""authorization\\*["']?\s*[:=]\s*\\*["']?"""
SCHEMES = frozenset(
    b"bearer basic sharedkey sharedkeylite sharedaccesssignature token digest negotiate".split()
)
"""Of an Authorization header: never a secret, also where the one behind it is gone already."""
_SCHEME = rf"(?:(?:{b'|'.join(sorted(SCHEMES)).decode()})[ \t]+)?"
_ACCOUNT_KEY = r"[a-z0-9+/]{86}=="
"""64 bytes in base64: Storage and Batch account keys."""
_BARE = r"""(?:[^\s;&"'<>\\]|\\[a-z0-9])+"""
"""A value that nothing quotes."""
_HELD = r"""(?:[^"\\]|\\[^\r\n])+"""
"""What double quotes hold."""
_Q = r'\\{1,3}"'
"""A quote of JSON inside a JSON text."""
_VALUE = r'"\s*:\s*(?:\{\s*"(?:value|defaultvalue)"\s*:\s*)?"'
"""Between a name and its value, which ARM parameters wrap once more."""


@dataclass(frozen=True, slots=True)
class Mask:
    kind: bytes
    hints: tuple[bytes, ...]
    """One of these, in lower case, is in every text that matches."""
    pattern: Any
    """The secret is its group 1. No anchors, no look-around: so a replacement makes nothing else match."""


def _mask(kind: bytes, hints: str, pattern: str) -> Mask:
    return Mask(kind, tuple(hints.encode().split()), re2.compile(pattern.encode(), _OPTIONS))


def _encoded_key_begins() -> str:
    """How the base64 of a PEM private key begins, whatever follows."""
    kinds = ("", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ")
    whole = (f"-----BEGIN {kind}PRIVATE KEY".encode() for kind in kinds)
    begins = (base64.b64encode(line[: len(line) // 3 * 3]).decode() for line in whole)
    return "|".join(each.replace("+", r"\+") for each in begins)


_NAMES = "password passwd pwd secret token assertion passphrase key"
MASKS = (
    _mask(b"key", "private", rf"(-----BEGIN {_KEY_LINE}(?:[^-]|-[^-])*(?:-----END {_KEY_LINE})?)"),
    _mask(b"key", "ls0tls1crudjti", rf"((?:{_encoded_key_begins()})[a-z0-9+/=_-]*)"),
    _mask(b"token", "authorization", _HEADER + r"""digest[ \t]+([^\r\n]{8,})"""),
    _mask(b"token", "authorization", _HEADER + _SCHEME + r"""([^\s"'\\{\[,;]{8,})"""),
    _mask(b"token", "cookie", r"""cookie\\*["']?:\s*\\*["']?([^\r\n"'\\]{8,})"""),
    _mask(b"token", "bearer", r"bearer[ \t]+([a-z0-9._~+/=-]{16,})"),
    _mask(b"jwt", "eyj", r"(eyJ[a-z0-9_-]{8,}\.[a-z0-9_-]{8,}(?:\.[a-z0-9_-]*)?)"),
    _mask(b"sas", "sig", r"sig(?:=|%3d|%253d)([a-z0-9%+/_=-]{8,})"),
    _mask(b"account-key", "==", rf"({_ACCOUNT_KEY})"),
    _mask(b"secret", "://", r"""://[^\s/:@"'<>\\?#]*:([^\s/@"'<>\\?#]+)@"""),
    _mask(b"secret", _NAMES, rf""";[ \t]*{_NAME}[ \t]*=[ \t]*((?:[^;"'\s\\]|\\[a-z0-9])+)"""),
    _mask(b"secret", _NAMES, rf'"{_NAME}{_VALUE}({_HELD})'),
    _mask(b"secret", _NAMES, rf'"name"\s*:\s*"{_NAME}"\s*,\s*"value"\s*:\s*"({_HELD})'),
    _mask(b"secret", _NAMES, rf'{_Q}{_NAME}{_Q}\s*:\s*{_Q}([^"\\]+)'),
    _mask(b"secret", _NAMES, rf"'{_NAME}'\s*:\s*'((?:[^'\\]|\\[^\r\n])+)"),
    _mask(b"secret", _NAMES, rf'{_NAME}[ \t]*(?:=|%3d)[ \t]*"({_HELD})'),
    _mask(b"secret", _NAMES, rf"{_NAME}[ \t]*(?:=|%3d)[ \t]*'([^'\r\n]+)"),
    _mask(b"secret", _NAMES, rf"""{_NAME}(?:=|%3d|[ \t]=[ \t])["']?({_BARE})"""),
    _mask(b"secret", _NAMES, rf'--{_NAME}[ \t]+"({_HELD})'),
    _mask(b"secret", _NAMES, rf"--{_NAME}[ \t]+'([^'\r\n]+)"),
    _mask(b"secret", _NAMES, rf"""--{_NAME}[ \t]+["']?([^\s"'\\-][^\s"'\\]*)"""),
    _mask(b"secret", _NAMES, rf"""{_SURE_NAME}:[ \t]*["']?([^\s"'<>\\{{\[,;]{{6,}})"""),
    _mask(b"secret", _NAMES, rf"<(?:[a-z0-9]+:)?{_NAME}>([^<\s][^<]*)"),
)
_WHOLE = re2.compile(rf"\A{_FIELD}\z".encode(), _OPTIONS)
_SHAPES = (
    (b"jwt", re2.compile(rb"\AeyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?\z", _OPTIONS)),
    (b"account-key", re2.compile(rf"\A{_ACCOUNT_KEY}\z".encode(), _OPTIONS)),
    (b"key", re2.compile(rb"\A-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----", _OPTIONS)),
)


def names_secret(name: str) -> bool:
    """Whether a field of that name holds a secret and nothing else."""
    return bool(_WHOLE.search(name.encode("utf-8", "surrogatepass")))


def kind_of(secret: bytes, otherwise: bytes) -> bytes:
    """A secret whose shape tells what it is has that kind wherever it stands."""
    return next((kind for kind, shape in _SHAPES if shape.search(secret)), otherwise)
