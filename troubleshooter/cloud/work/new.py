"""A job and its tasks as they are to be made; needs none of the SDKs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it is to be made. It ends by itself when its time is over, whatever becomes of its maker."""

    id: str
    pool: str
    minutes: int
    """After which the service ends it, and what runs in it."""
    environment: Mapping[str, str]
    """Of each of its tasks."""
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task of one slot, run once as an administrator of its node, near the node that is named."""

    id: str
    line: str
    """No shell reads it but one that it names."""
    node: str
    minutes: int
    """After which the service ends it."""
    kept_minutes: int
    """For how long at least its files stay on the node once it is over."""
