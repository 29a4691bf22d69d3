"""What support asks first, as the files state it: where it is, which versions, which requests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    SUBSCRIPTION = "subscription"
    GROUP = "resource group"
    ACCOUNT = "Batch account"
    POOL = "pool"
    REGION = "region"
    NODE = "node"
    SIZE = "size"
    IMAGE = "image"
    SYSTEM = "system"
    NODE_AGENT = "node agent"
    GUEST_AGENT = "guest agent"
    EXTENSION = "extension"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Particular:
    about: About
    value: str
    """Of a request its id; of an extension its handler's name and version, as `KeyVaultForLinux 3.5.1.2`."""
    file: str = ""
    line: int = 0
    """Counted from 1; 0 where the file's name says it."""
    at: str = ""
    """Of a request, when: UTC as 2026-11-25T08:12:00Z; empty where nothing near it says so."""
    wrong: bool = False
    """Of a request, whether an error stands beside it."""
    name: str = ""
    """Of a request, what its id is called there: x-ms-request-id, RequestId."""
