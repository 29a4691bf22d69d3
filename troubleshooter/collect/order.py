"""A script that a node is to run, as a road that has to hand it over beforehand is told of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    name: str
    """Of the file into which goes what it sends."""
    line: str
    """What a shell is given that reads the text; empty where no shell does."""
    feed: bytes
    """The text: by it the order is known again."""
    seconds: int = 0
    """In which it is over; 0 where it sees to that itself."""
    given: tuple[tuple[str, str], ...] = ()
    """Names and values of its environment; nothing of them is secret."""
