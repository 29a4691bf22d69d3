"""Plain values and JSON as typed ones. One thread at a time has msgspec look at a class.

Where two look at one for the first time at the same moment, the second is given what the first has not
finished, and the process ends with a crash (seen of msgspec 0.22). What was looked at is free for all.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_MADE: dict[Any, msgspec.json.Decoder[Any]] = {}
_LOOKING = threading.Lock()


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Made when first asked for, and kept: what is never read costs nothing."""
    if kind not in _MADE:
        with _LOOKING:
            _MADE.setdefault(kind, msgspec.json.Decoder(kind))
    return _MADE[kind]


def convert(value: Any, kind: type[T]) -> T:
    """Raises msgspec.ValidationError, with the place in it, where the value does not fit."""
    decoder(kind)
    return msgspec.convert(value, kind)
