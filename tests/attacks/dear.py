"""Texts that take far longer to read than others of their size: made to hit what each reader is slow at."""

from __future__ import annotations

import json
import random
from itertools import product
from string import ascii_lowercase

from tests.attacks.child import MIB

SECRET = '\\"pwd\\":\\"a\\",'
"""The shortest secret that costs the most: in JSON that is a text in JSON."""
_BEGINNINGS = ("Unable to find version x", "Sequence number [", "akvvm_service", "Client address")
"""What patterns with gaps of many widths begin with."""


def beginnings(size: int) -> bytes:
    """Of patterns, never their ends: no two places are alike to who looks for all of them at once."""
    chosen = random.Random(2)
    parts: list[str] = []
    length = line = 0
    while length < size:
        more = "".join(chosen.choices("abxyz 0123", k=chosen.randrange(7)))
        parts.append(chosen.choice(_BEGINNINGS) + more)
        length, line = length + len(parts[-1]), line + len(parts[-1])
        if line > 16_000:
            parts.append("\n")
            line = 0
    return "".join(parts)[:size].encode()


def neighbours() -> bytes:
    """Two hundred short errors, no two alike, each between long lines of secrets that nobody asked for."""
    words = ("".join(word) for word in product(ascii_lowercase, repeat=3))
    long = (SECRET * 1300)[:15_500]
    return "".join(f"it failed {next(words)}\n{long}\n" for _ in range(200)).encode()


def messages(lines: list[str]) -> bytes:
    """Statuses of an extension: long messages that every rule wants, and full of secrets."""
    message = " ".join(lines) + '"pwd":"a",' * 3000
    status = {"status": "error", "formattedMessage": {"lang": "en", "message": message}}
    return json.dumps([{"timestampUTC": "2026-01-01T00:00:00Z", "status": status}] * 40).encode()


def halves() -> bytes:
    """UTF-16 of nothing but first halves of characters."""
    return b"\xff\xfe" + b"\x00\xd8" * (50 * MIB)


def certificates(each: bytes, times: int) -> bytes:
    """Settings with so many entries where certificates are observed."""
    settings = {"secretsManagementSettings": {"pollingIntervalInS": "3600", "observedCertificates": "@"}}
    extension = {"publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux"}
    whole = {"properties": {**extension, "typeHandlerVersion": "3.0", "settings": settings}}
    return json.dumps(whole).encode().replace(b'"@"', b"[" + b",".join([each] * times) + b"]")
