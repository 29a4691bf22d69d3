"""What signing in leaves in memory: of one connection, or of the process where a person had to do it."""

from __future__ import annotations

import atexit
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from troubleshooter.cloud.signing.ways import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(slots=True)
class Kept:
    wire: Wire
    line: Any
    """The transport, which remembers what went wrong."""
    credential: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    told: bool = False
    """Whether it was said that something opens."""
    lasting: requests.Session | None = None
    """Its own connections, where it holds for the process."""

    def close(self) -> None:
        if self.lock.acquire(blocking=False):  # else somebody still signs in, and nobody waits for it
            try:
                self.credential.close()
                if self.lasting is not None:
                    self.lasting.close()
            finally:
                self.lock.release()


_BY_HAND: dict[tuple[str, ...], Kept] = {}
_GUARD = threading.Lock()
_PROMPT: ContextVar[Callable[[str], None]] = ContextVar("prompt")


def by_hand(key: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
    """The sign-in of that key, made where there is none: whoever typed a code is not asked for another."""
    with _GUARD:
        if key not in _BY_HAND:
            _BY_HAND[key] = make()
        return _BY_HAND[key]


def forget_by_hand(key: tuple[str, ...]) -> None:
    """Whoever asks next has to sign in again."""
    with _GUARD:
        kept = _BY_HAND.pop(key, None)
    if kept is not None:
        kept.close()


@atexit.register
def _forget_all() -> None:
    for key in tuple(_BY_HAND):
        forget_by_hand(key)


@contextmanager
def asks(prompt: Callable[[str], None]) -> Iterator[None]:
    """Who is shown what to do meanwhile, by whatever this thread asks for."""
    before = _PROMPT.set(prompt)
    try:
        yield
    finally:
        _PROMPT.reset(before)


def prompt_whoever_asks(text: str) -> None:
    _PROMPT.get()(text)
