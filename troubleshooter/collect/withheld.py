"""What is never kept, wherever it lies: private keys, PKCS #12, protected settings."""

from __future__ import annotations

import base64
import codecs
import json
import re
from typing import Any

from troubleshooter.redact import wide

STAND_IN = b"<left out>"
_NAME = re.compile(r"\.(prv|pem|key|keyid|pfx|p12)(\.|$)", re.IGNORECASE)
_SPACE = rb"(?: |\+|%20|\\{1,4}u0020)"
_PEM = re.compile(
    rb"-----(BEGIN|END)(?:[A-Z0-9]|%s){0,40}%sPRIVATE%sKEY|PuTTY-User-Key-File-" % (_SPACE, _SPACE, _SPACE)
)
_PKCS7 = bytes.fromhex("2a864886f70d0107")
_DER_SEQUENCE = re.compile(rb"\x30[\x80-\x84]")
_ARCHIVES = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"\xfe\xed\xfe\xed",
)
_BASE64_SEQUENCE = re.compile(rb"MI[A-Za-z0-9+/]{54}")
_PROTECTED = (
    (re.compile(rb'("protectedSettings"\s*:\s*)"(?:[^"\\]++|\\.)*+"?', re.DOTALL), rb'\1"%s"' % STAND_IN),
    (re.compile(rb'(\\"protectedSettings\\"\s*:\s*)\\"[^"\\]*+(?:\\")?'), rb'\1\\"%s\\"' % STAND_IN),
)
"""As a JSON member, and as one inside a JSON string."""
_PROTECTED_OBJECT = re.compile(rb'"protectedSettings\\?"\s*:\s*[\[{]')


def reason_by_name(name: str) -> str:
    return "its name is that of a certificate or key" if _NAME.search(name.rsplit("/", 1)[-1]) else ""


def reason_by_content(data: bytes) -> str:
    """Say why this may not be kept; empty when it may."""
    text = data.replace(b"\0", b"") if b"\0" in data else data  # UTF-16 hides the lines of a PEM file
    if _PEM.search(text):
        return "it holds a private key"
    if _DER_SEQUENCE.match(data) or _PKCS7 in data or _holds_base64_pkcs12(text):
        return "it holds PKCS #12 or another binary key or certificate"
    if data.startswith(_ARCHIVES):
        return "it is compressed or a key store, so what it holds cannot be checked"
    return ""


def _holds_base64_pkcs12(data: bytes) -> bool:
    """Look at the start of each base64 text that could be DER: version 3, then PKCS #7 data (RFC 7292)."""
    for found in _BASE64_SEQUENCE.finditer(data):
        start = base64.b64decode(found[0])
        if b"\x02\x01\x03" in start[:10] and _PKCS7 in start:
            return True
    return False


def without_protected_settings(data: bytes) -> bytes | None:
    """Replace the values of protected settings, in any encoding; None when they cannot be told apart."""
    try:
        return wide.changed(_without(data), _without)
    except (ValueError, RecursionError):
        return None


def _without(data: bytes) -> bytes:
    for pattern, stand_in in _PROTECTED:
        data = pattern.sub(stand_in, data)
    if not _PROTECTED_OBJECT.search(data):
        return data
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark + json.dumps(_replaced(json.loads(data)), indent=2).encode()


def _replaced(value: Any) -> Any:
    if isinstance(value, dict):
        stand_in = STAND_IN.decode()
        return {k: stand_in if k == "protectedSettings" else _replaced(v) for k, v in value.items()}
    return [_replaced(each) for each in value] if isinstance(value, list) else value
