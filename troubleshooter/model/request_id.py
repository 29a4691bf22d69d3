"""The ids by which a service finds what it did: of a request, of an operation, of what belongs together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_GUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_NAMES = (
    r"(?:x-ms-)?(?:client-|arm-service-|correlation-)?request[-_ ]?id|correlation[-_ ]?id|activity[-_ ]?id"
    r"|trace[-_ ]?id|tracking[-_ ]?id|operation[-_ ]?id"
)
_NAMED = re.compile(
    rf"(?<![\w-])({_NAMES})(?: is)?[\\\"' ]{{0,4}}[:= ][\\\"' ]{{0,4}}({_GUID})(?![\w-])", re.IGNORECASE
)
"""A name, at most some quotes, and the id: linear, since nothing in it repeats without bound."""


@dataclass(frozen=True, slots=True)
class RequestId:
    name: str
    """As it stands: x-ms-request-id, RequestId, Correlation ID."""
    id: str

    @classmethod
    def in_text(cls, text: str) -> Iterator[RequestId]:
        """Each of them with its place left out, in order, each id once."""
        seen: set[str] = set()
        for found in _NAMED.finditer(text):
            if found[2].lower() not in seen:
                seen.add(found[2].lower())
                yield cls(found[1], found[2])
