"""One request and its answer, as handlers see them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from troubleshooter.simulator.around.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    """As sent, escapes and all."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Looked up without regard to case."""
    body: bytes
    base: str
    """Scheme, host and port the client used: links in answers start with it."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """What the route's pattern captured, unescaped."""

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            raise Refusal(
                400, "InvalidRequestBody", "The specified Request Body is not syntactically valid."
            ) from None


@dataclass(frozen=True, slots=True)
class Later:
    """The rest of an answer, where working it out would hold up the event loop."""

    work: Callable[[], Answer]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: Any = None
    """JSON, or None for an empty body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    """Sent as it is instead of the body."""
    data: bytes | None = None
    """Sent as it is, of a kind that the headers name."""
    trickle: float = 0.0
    """Seconds between two bytes."""


Handler = Callable[[Any, Call], Answer | Later]
"""Its first argument is the `Site`, which is made of what stands here."""


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler


def route(method: str, path: str, handler: Handler) -> Route:
    """For a path with names in braces: each stands for one segment, with `:any` for several or none.

    What else follows a colon is the one text that may stand there.
    """
    pattern = re.sub(r"\{(\w+)(?::(\w+))?\}", _part, path)
    return Route(method, re.compile(pattern, re.IGNORECASE), handler)


def _part(found: re.Match[str]) -> str:
    name, told = found.groups()
    meant = {"any": "(?:/[^/]+)*", None: "[^/]+"}.get(told, told)
    return f"(?P<{name}>{meant})"
