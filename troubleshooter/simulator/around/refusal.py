"""A request the service refuses, in no plane's words; each plane gives it its own error body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Refusal(Exception):
    status: int
    code: str
    message: str
    details: Mapping[str, str] = field(default_factory=dict)
    """ARM's `details`, the data plane's `values`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    shape: Literal["", "bare", "empty details"] = ""
    """Of an error of ARM: without its envelope, or with an empty list, as some providers have it."""


def not_found(code: str, message: str) -> Refusal:
    return Refusal(404, code, message)


def invalid(path: str, reason: str, value: object = None) -> Refusal:
    """A property of a body that is not allowed."""
    details = {"PropertyName": path.rsplit(".", 1)[-1], "PropertyPath": path, "Reason": reason}
    if value is not None:
        details["PropertyValue"] = str(value)
    return Refusal(
        400,
        "InvalidPropertyValue",
        "The value provided for one of the properties in the request body is invalid.",
        details,
    )


def missing(path: str) -> Refusal:
    return Refusal(
        400,
        "MissingRequiredProperty",
        "A required property was not specified in the request body.",
        {"PropertyName": path.rsplit(".", 1)[-1], "PropertyPath": path},
    )
