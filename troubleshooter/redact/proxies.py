"""Passwords in the addresses of proxies, whole and in the pieces that libraries break them into."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NO_ADDRESS = "NO_PROXY"
_ENDS_AUTHORITY = re.compile(r"[/?#]")
_BREAKS = re.compile(r"[/?#@:\\]")
_SHORT = 6
"""Of a shorter piece only what stands around it makes sure that it is one."""


def proxy_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """Passwords of HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and their like, in any case."""
    for name, value in environ.items():
        if name.upper().endswith("_PROXY") and name.upper() != _NO_ADDRESS:
            yield from _passwords(value.strip())


def _passwords(address: str) -> Iterator[str]:
    user_info, at, host = address.rpartition("://")[2].rpartition("@")
    user, _, password = user_info.partition(":")
    if not at or not password:
        return
    for spelled in dict.fromkeys((password, unquote(password))):
        first, last = _ENDS_AUTHORITY.split(spelled)[0], spelled.rpartition("@")[2]
        yield spelled
        yield from _BREAKS.split(spelled)
        if len(first) < _SHORT:
            yield f"{user}:{first}"
        if len(last) < _SHORT:
            yield f"{last}@{host}"
