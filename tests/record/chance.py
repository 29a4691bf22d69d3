"""Chance, held: the ids that the standard library would draw are drawn in order."""

from __future__ import annotations

import secrets
import uuid
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def held() -> Iterator[None]:
    """Runs are 7f3a0001, 7f3a0002 ...; a redactor's salt and request ids are the same each time."""
    runs, requests = count(0x7F3A0001), count(1)

    def token_hex(nbytes: int | None = None) -> str:
        return f"{next(runs):0{2 * (nbytes or 32)}x}"

    def token_bytes(nbytes: int | None = None) -> bytes:
        return bytes(range(nbytes or 32))

    def uuid4() -> uuid.UUID:
        return uuid.UUID(int=next(requests), version=4)

    with (
        patch.object(secrets, "token_hex", token_hex),
        patch.object(secrets, "token_bytes", token_bytes),
        patch.object(uuid, "uuid4", uuid4),
    ):
        yield
