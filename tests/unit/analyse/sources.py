"""Files in memory, and the shipped rules."""

from __future__ import annotations

import io

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import load_rules
from troubleshooter.model.evidence import SourceFile

BOOK = load_rules(settings.playbooks_folder() / "rules", known=KNOWN)


def source(data: bytes | str, name: str = "file", node: str | None = None) -> SourceFile:
    content = data.encode() if isinstance(data, str) else data
    return SourceFile(name, lambda: io.BytesIO(content), node)


def log(*messages: str) -> str:
    """An akvvm log of these messages."""
    return "".join(f"2026-01-02 03:04:05: <error> [CertificateManager]\t{text}\n" for text in messages)


def status(message: str, state: str = "transitioning") -> str:
    return (
        '[{"status":{"code":0,"formattedMessage":{"lang":"en","message":"'
        + message
        + '"},"operation":"Service start.","status":"'
        + state
        + '"},"timestampUTC":"2026-01-02T03:04:05Z","version":"1.0"}]'
    )
