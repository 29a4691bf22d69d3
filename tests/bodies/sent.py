"""What this process sends: the bytes of each request, as they are handed on to be encrypted."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

_POOL = re.compile(rb"(PUT|PATCH) \S*/pools/([^/?\s]+)\?\S* HTTP/1\.1\r\n")


@dataclass(frozen=True, slots=True)
class Sent:
    method: str
    pool: str
    body: Any


class Wire:
    """Listens from the moment it is made. The standard library's connection is below every SDK."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._said: dict[http.client.HTTPConnection, bytearray] = {}
        self._parts: list[tuple[http.client.HTTPConnection, int]] = []
        """In the order of sending, by which connection and from which byte of it on."""
        sends = http.client.HTTPConnection.send

        def heard(connection: http.client.HTTPConnection, data: Any) -> None:
            said = self._said.setdefault(connection, bytearray())
            self._parts.append((connection, len(said)))
            said.extend(data)
            sends(connection, data)

        patch.setattr(http.client.HTTPConnection, "send", heard)

    def pools(self) -> list[Sent]:
        """The requests so far that make a pool or change one, in their order."""
        found: list[tuple[int, Sent]] = []
        for connection, said in self._said.items():
            for start in _POOL.finditer(said):
                method, pool = (part.decode() for part in start.groups())
                head, _, rest = bytes(said[start.end() :]).partition(b"\r\n\r\n")
                length = re.search(rb"(?im)^content-length: *(\d+)", head)
                assert length, "a body is sent in one piece"
                sent = Sent(method, pool, json.loads(rest[: int(length[1])]))
                found.append((self._parts.index((connection, start.start())), sent))
        return [sent for _, sent in sorted(found, key=lambda each: each[0])]
