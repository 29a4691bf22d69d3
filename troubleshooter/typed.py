"""Plain values and JSON as typed ones. One thread at a time has msgspec look at a class.

Where two look at one for the first time at the same moment, the second is given what the first has not
finished, and the process ends with a crash (seen of msgspec 0.22). What was looked at is free for all. All
that has msgspec look is here: converting, decoding, describing (which makes a decoder, too) and schemas.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    from msgspec import inspect

T = TypeVar("T")

_MADE: dict[Any, msgspec.json.Decoder[Any]] = {}
_DESCRIBED: dict[Any, inspect.Type] = {}
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


def described(kind: Any) -> inspect.Type:
    """What a type is made of, kept: it is asked for each rule of a file, the same again."""
    from msgspec import inspect  # noqa: PLC0415 - nobody waits for it who reads no data file

    if kind not in _DESCRIBED:
        with _LOOKING:
            _DESCRIBED.setdefault(kind, inspect.type_info(kind))
    return _DESCRIBED[kind]


def schema(kind: Any) -> dict[str, Any]:
    """JSON Schema (2020-12) of a type."""
    with _LOOKING:
        return msgspec.json.schema(kind)
