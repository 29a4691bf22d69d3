"""The shapes by which a secret is known that nobody told us of.

Matching is linear in the length of the text (re2), whatever a log holds. Nothing is found across a zero byte,
which stands where something is hidden already.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import re2

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False

_KEY_NAME = (
    r"(?:account|access|private|primary|secondary|shared|storage|api|subscription|functions?|master)[_-]?key"
)
_PASSWORD_NAME = rf"(?:password|passwd|pwd|passphrase|saskey|{_KEY_NAME})"
_END = rf"(?:{_PASSWORD_NAME}|secret|token|assertion)"
"""Of a name: what it ends with tells (secretName, SharedAccessKeyName are no secrets)."""
_NAME = rf"(?:[a-z0-9_.-]*{_END})"
_SURE_END = (
    rf"(?:{_PASSWORD_NAME}|(?:client|app|shared)[_-]?secret"
    r"|(?:access|refresh|sas|api|auth|bearer|session|id)[_-]?token)"
)
"""Before a colon in prose "secret" and "token" alone tell nothing: Failed to get secret: Forbidden."""
_FIELD = rf"(?:{_NAME}|(?:proxy-)?authorization|(?:set-)?cookie|sig|sas|sshprivatekey)"

_KEY_LINE = r"[A-Z0-9 +]*PRIVATE[ +]KEY-----"
_HEADER = r"""authorization\\*["']?\s*[:=]\s*\\*["']?"""
SCHEMES = frozenset(
    b"bearer basic sharedkey sharedkeylite sharedaccesssignature token digest negotiate".split()
)
"""Of an Authorization header: never a secret, also where the one behind it is gone already."""
_SCHEME = rf"(?:(?:{b'|'.join(sorted(SCHEMES)).decode()})[ \t]+)?"
_ACCOUNT_KEY = r"[a-z0-9+/]{86}=="
"""64 bytes in base64: Storage and Batch account keys."""
_BARE = r"""(?:[^\s;&"'<>\\\x00]|\\[a-z0-9])+"""
"""A value that nothing quotes."""
_WORD = r"""(?:[^\s"'\\\x00]|\\[a-z0-9])+"""
"""An argument of a command."""
_HELD = r"""(?:[^"\\\x00]|\\[^\r\n\x00])+"""
"""What double quotes hold."""
_SINGLE = r"""(?:[^'\\\x00]|\\[^\r\n\x00])+"""
_Q = r'(?:\\{1,3}|")"'
"""A quote of JSON inside a JSON text, or inside a table of commas."""
_VALUE = r'"\s*:\s*(?:\{\s*"(?:value|defaultvalue)"\s*:\s*)?"'
"""Between a name and its value, which ARM parameters wrap once more."""

NAMING = frozenset(
    {"name", "key", "field", "variable", "parameter", "setting", "variablename", "settingname"}
)
"""Fields that hold another field's name, whose value stands beside it."""
VALUES = frozenset({"value", "defaultvalue", "securevalue"})
_NAMING, _VALUES = ("(?:" + "|".join(sorted(each)) + ")" for each in (NAMING, VALUES))
_BETWEEN = r'(?:"[a-z]*"\s*:\s*(?:"[^"\\\x00]*"|[a-z0-9.]+)\s*,\s*){0,2}'
_SWITCH = r"""[\s"',]"""
_GAP = r"""[ \t"',=]{1,4}"""
"""Between a switch and its value, also in a list of arguments."""
_HOST = r"""(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?:[/:?#\s"'<>,;)\\\x00\]]|\z)"""
_ARGUMENTS = r"[^\r\n;&|\x00]*?"
"""Of one command."""


class Mask(NamedTuple):
    kind: bytes
    hints: frozenset[bytes]
    """One of these, in lower case, is in every text that matches."""
    expression: str
    """The secret is the group that is there. No look-around: what is hidden makes nothing else match."""
    is_one: Callable[[bytes], bool] | None
    """What an expression cannot say."""

    @property
    def pattern(self) -> Any:
        return _compiled(self.expression)


@cache
def _compiled(expression: str) -> Any:
    """When a text needs it: a command that shows ten lines is done before all were compiled."""
    return re2.compile(expression.encode(), _OPTIONS)


def _mask(kind: bytes, hints: str, expression: str, is_one: Callable[[bytes], bool] | None = None) -> Mask:
    return Mask(kind, frozenset(hints.encode().split()), expression, is_one)


def _encoded_key_begins() -> str:
    """How the base64 of a PEM private key begins, whatever follows."""
    kinds = ("", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ")
    whole = (f"-----BEGIN {kind}PRIVATE KEY".encode() for kind in kinds)
    begins = (base64.b64encode(line[: len(line) // 3 * 3]).decode() for line in whole)
    return "|".join(each.replace("+", r"\+") for each in begins)


_PORT = re.compile(rb"\d{1,5}(?:[/?#:].*)?", re.DOTALL)
_JWT = re.compile(rb"eyJ[\w-]{8,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?")


def _no_port(value: bytes) -> bool:
    return _PORT.fullmatch(value) is None


def _no_address(value: bytes) -> bool:
    """A challenge names under authorization where to sign in; what an address holds has masks of its own."""
    return not value.lower().startswith((b"https://", b"http://"))


def _token_of_two_lines(value: bytes) -> bool:
    return _JWT.fullmatch(b"".join(value.split())) is not None


_NAMES = "password passwd pwd secret token assertion passphrase key"
_FIELDS = f"{_NAMES} authorization cookie sig sas"
_NEWLINE = r"(?:\r?\n|\\r|\\n)"
MASKS = (
    _mask(b"key", "private", rf"(-----BEGIN {_KEY_LINE}(?:[^-\x00]|-[^-\x00])*(?:-----END {_KEY_LINE})?)"),
    _mask(
        b"key",
        "private",
        rf"([a-z0-9+/=]{{16,}}(?:{_NEWLINE}+[ \t]*[a-z0-9+/=]+)*{_NEWLINE}+)-----END {_KEY_LINE}",
    ),
    _mask(b"key", "ls0tls1crudjti", rf"((?:{_encoded_key_begins()})[a-z0-9+/=_-]*)"),
    _mask(b"token", "authorization", _HEADER + r"""digest[ \t]+([^\r\n\x00]{8,})"""),
    _mask(b"token", "authorization", _HEADER + _SCHEME + r"""([^\s"'\\{\[,;\x00]{8,})""", _no_address),
    _mask(b"token", "sharedkey", r"sharedkey(?:lite)?[ \t]+[a-z0-9]{3,24}:([a-z0-9+/=]{20,})"),
    _mask(b"token", "cookie", r"""cookie\\*["']?:\s*\\*["']?([^\r\n"'\\\x00]{8,})"""),
    _mask(b"token", "bearer", r"bearer[ \t]+([a-z0-9._~+/=-]{16,})"),
    _mask(b"jwt", "eyj", r"(eyJ[a-z0-9_-]{8,}\.[a-z0-9_-]{8,}(?:\.[a-z0-9_-]*)?)"),
    _mask(
        b"jwt",
        "eyj",
        r"(eyJ[a-z0-9_-]+(?:\.[a-z0-9_-]*)?\r?\n[ \t]*[a-z0-9_-]*\.[a-z0-9_-]+(?:\.[a-z0-9_-]*)?)",
        _token_of_two_lines,
    ),
    _mask(b"sas", "sig", r"sig=([a-z0-9%+/_=-]{8,})"),
    _mask(b"account-key", "==", rf"({_ACCOUNT_KEY})"),
    _mask(b"secret", "q~", r"([a-z0-9_~.-]{3}[0-9]Q~[a-z0-9_~.-]{30,})"),
    _mask(
        b"token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"((?:gh[pousr]|github_pat)_[a-z0-9_]{20,})",
    ),
    _mask(b"secret", "://", r"""://[^\s/:@"'<>\\?#\x00]*:([^\s/@"'<>\\?#\x00]+)@"""),
    _mask(b"secret", "://", rf"""://[^\s/:@"'<>\\?#\x00]*:([^\s"'<>\\\x00]+?)@{_HOST}""", _no_port),
    _mask(
        b"secret",
        "_proxy",
        r"""_proxy["']?[ \t]*[=:][ \t]*["']?[^\s:@/"'<>\\\x00]*:([^\s"'<>\\\x00]+)@""",
        _no_port,
    ),
    _mask(
        b"secret",
        "curl wget",
        rf"(?:curl|wget)[^\r\n\x00]*?{_SWITCH}(?:-u|--user|--proxy-user){_GAP}"
        rf"""[^\s:"',\x00]+:["']?({_WORD})""",
    ),
    _mask(
        b"secret",
        "login sshpass certutil",
        rf"(?:login|sshpass|certutil){_ARGUMENTS}{_SWITCH}-p{_GAP}({_WORD})",
        _no_port,
    ),
    _mask(b"secret", "pass:", rf"-pass(?:in|out|word)?{_GAP}pass:({_WORD})"),
    _mask(
        b"secret",
        "securestring",
        r"""convertto-securestring[ \t]+(?:-string[ \t]+)?["']([^"'\r\n\x00]+)""",
    ),
    _mask(
        b"secret",
        "machine",
        r"machine\s+[^\s\x00]+\s+login\s+[^\s\x00]+\s+password\s+([^\s\x00]+)",
    ),
    _mask(
        b"secret",
        _NAMES,
        rf""";[ \t]*{_NAME}[ \t]*=[ \t]*(\{{[^}}\r\n\x00]+\}}|(?:[^;"'\s\\\x00]|\\[a-z0-9])+)"""
        rf"""|{_END}(?:=|[ \t]=[ \t])["']?({_BARE})"""
        rf"""|--{_NAME}[ \t]+["']?([^\s"'\\\x00-][^\s"'\\\x00]*)"""
        rf"""|{_SURE_END}[ \t]{{0,4}}:[ \t]*["']?([^\s"'<>\\{{\[,;\x00]{{6,}})"""
        rf"|<(?:[a-z0-9]+:)?{_NAME}>([^<\s\x00][^<\x00]*)",
    ),
    _mask(
        b"secret",
        _NAMES,
        rf'(?:"{_NAME}{_VALUE}|{_END}[ \t]*=[ \t]*"|--{_NAME}[ \t]+")({_HELD})'
        rf'|{_Q}{_NAME}{_Q}\s*:\s*{_Q}([^"\\\x00]+)',
    ),
    _mask(
        b"secret",
        _NAMES,
        rf"'{_NAME}'\s*:\s*'({_SINGLE})|(?:{_END}[ \t]*=[ \t]*'|--{_NAME}[ \t]+')([^'\r\n\x00]+)",
    ),
    _mask(
        b"secret",
        _FIELDS,
        rf'"{_NAMING}"\s*:\s*"{_FIELD}"\s*,\s*{_BETWEEN}"{_VALUES}"\s*:\s*"({_HELD})'
        rf"|'{_NAMING}'\s*:\s*'{_FIELD}'\s*,\s*'{_VALUES}'\s*:\s*'({_SINGLE})"
        rf"""|(?:key|name|id)\s*=\s*["']{_FIELD}["']\s+value\s*=\s*(?:"([^"<>\x00]+)|'([^'<>\x00]+))"""
        rf"|<{_NAMING}>\s*{_FIELD}\s*</{_NAMING}>\s*<(?:value|string)>([^<\x00]+)"
        rf"""|{_NAMING}[ \t]*:[ \t]*["']?{_FIELD}["']?[ \t]*{_NEWLINE}+[ \t-]*{_VALUES}[ \t]*:[ \t]*"""
        r"""["']?([^\s"'\x00][^\r\n"'\x00]*)""",
    ),
    _mask(
        b"secret",
        _FIELDS,
        rf'"{_VALUES}"\s*:\s*"({_HELD})"\s*,\s*{_BETWEEN}"{_NAMING}"\s*:\s*"{_FIELD}"'
        rf"|'{_VALUES}'\s*:\s*'({_SINGLE})'\s*,\s*'{_NAMING}'\s*:\s*'{_FIELD}'"
        rf"""|value\s*=\s*(?:"([^"<>\x00]+)"|'([^'<>\x00]+)')\s+(?:key|name|id)\s*=\s*["']{_FIELD}["']""",
    ),
)
_HINTS = sorted(frozenset[bytes]().union(*(mask.hints for mask in MASKS)))
_WHOLE = rf"\A{_FIELD}\z"
_SHAPES = (
    (b"jwt", r"\AeyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?\z"),
    (b"account-key", rf"\A{_ACCOUNT_KEY}\z"),
    (b"key", r"\A-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"),
)


@cache
def _any_hint() -> Any:
    present = re2.Set.SearchSet(_OPTIONS)
    for hint in _HINTS:
        present.Add(re2.escape(hint))
    present.Compile()
    return present


def hinted(text: bytes) -> list[Mask]:
    """The masks that may be found in a text."""
    present = {_HINTS[number] for number in _any_hint().Match(text) or ()}
    return [mask for mask in MASKS if not mask.hints.isdisjoint(present)] if present else []


def names_secret(name: str) -> bool:
    """Whether a field of that name holds a secret and nothing else."""
    return bool(_compiled(_WHOLE).search(name.encode("utf-8", "surrogatepass")))


def kind_of(secret: bytes, otherwise: bytes) -> bytes:
    """A secret whose shape tells what it is has that kind wherever it stands."""
    return next((kind for kind, shape in _SHAPES if _compiled(shape).search(secret)), otherwise)
