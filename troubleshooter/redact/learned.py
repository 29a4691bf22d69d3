"""Known secrets, in every form in which a text may hold them."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

_SHORTEST_PIECE = 8
"""Of base64: a shorter piece would also be found where no secret is."""


def forms(secret: str) -> set[bytes]:
    """As it is; quoted for a URL, once or twice; escaped in JSON or HTML; in base64, alone or inside more."""
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
    return {raw, *(each.encode("utf-8", "surrogatepass") for each in texts), *_in_base64(raw)}


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
