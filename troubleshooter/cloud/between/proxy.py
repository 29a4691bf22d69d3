"""A proxy that refuses the way to Azure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from troubleshooter.errors import GaveUp

if TYPE_CHECKING:
    from troubleshooter.errors import TroubleshooterError

_TUNNEL = re.compile(r"Tunnel connection failed: ([0-9]{3})")
_FOR_GOOD = frozenset({400, 401, 403, 404, 405, 407})
"""Answers to CONNECT that another try does not change."""


def refused(error: BaseException) -> int | None:
    """The status with which a proxy refused to open a way; None where none did, or where that may pass."""
    found = _TUNNEL.search(str(error))
    status = int(found[1]) if found else 0
    return status if status in _FOR_GOOD else None


def told(status: int, url: str) -> TroubleshooterError:
    """`url` is what was to be reached; empty where that is not known."""
    host = urlsplit(url).hostname or "Azure"
    what = f"The proxy {named(url)} opened no way to {host}."
    if status == 407:
        return GaveUp(
            what,
            "It answered CONNECT with 407: it wants a name and a password.",
            "Put them into HTTPS_PROXY, as http://NAME:PASSWORD@HOST:PORT, or have this machine let through.",
        )
    return GaveUp(
        what,
        f"It answered CONNECT with {status}: by its rules nobody, or not you, may go there.",
        f"Have {host} let through, or name it in NO_PROXY where there is a direct way; HTTPS_PROXY names the"
        " proxy.",
    )


def named(url: str) -> str:
    """The proxy for it, by host and port alone: its address may hold a password."""
    proxy = urlsplit(of(url))
    try:
        place = f"{proxy.hostname}:{proxy.port}" if proxy.port else proxy.hostname
    except ValueError:  # a port that is none
        place = proxy.hostname
    return place or "on the way"


def of(url: str) -> str:
    """The proxy's address, by the environment as requests reads it; empty where there is none."""
    return select_proxy(url, get_environ_proxies(url)) or "" if url else ""
