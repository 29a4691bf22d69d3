"""Known secrets, in every form in which a text may hold them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORTEST_LINE = 16
_SHORTEST_PIECE = 8
"""Of base64: a shorter piece would also be found where no secret is."""


def forms(secret: str) -> set[bytes]:
    """As it is; quoted for a URL, once or twice; escaped in JSON or HTML; in base64, alone or inside more.

    What an escape means is read elsewhere: these are what a whole text of escapes would not be read as.
    """
    import html  # noqa: PLC0415 - who was told no secret does not wait for its table of entities

    raw = secret.encode("utf-8", "surrogatepass")
    escaped = json.dumps(secret)[1:-1]
    texts = {
        escaped,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(escaped)[1:-1],
        html.escape(secret),
    }
    quoted = {quote(raw, safe=""), quote_plus(raw), quote(raw), quote(quote(raw, safe=""), safe="")}
    texts |= quoted | {_lower_escapes(each) for each in quoted}
    wide = secret.encode("utf-16-le", "surrogatepass")  # as PowerShell takes its commands
    encoded = {*_in_base64(raw), *_in_base64(wide), raw.hex().encode(), raw.hex().upper().encode()}
    return {raw, *(each.encode("utf-8", "surrogatepass") for each in texts), *encoded}


def parts(secret: str) -> Iterator[str]:
    """What is a secret in it by itself: texts of a JSON object, lines of a key."""
    if secret.lstrip().startswith(("{", "[")):
        try:
            yield from (each for each in _texts(json.loads(secret)) if len(each) >= _SHORTEST_PIECE)
        except (ValueError, RecursionError):  # it only looks like JSON
            return
    lines = secret.split("\n")
    yield from (
        line for line in lines if len(lines) > 1 and len(line) >= _SHORTEST_LINE and line[:5] != "-----"
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    elif isinstance(value, str) and not (value.startswith("https://") and "?" not in value):
        yield value  # an address without a query is no secret


def _in_base64(raw: bytes) -> set[bytes]:
    """The secret's own characters at each of the three places at which it may begin in a longer text."""
    found = {base64.b64encode(raw), base64.urlsafe_b64encode(raw)}
    for before in range(3):
        first, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            piece = encode(bytes(before) + raw)[first:end]
            if len(piece) >= _SHORTEST_PIECE:
                found.add(piece)
    return found


def _lower_escapes(quoted: str) -> str:
    """With %2b for %2B, as some write it."""
    first, *rest = quoted.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in rest)])
