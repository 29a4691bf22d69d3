"""Whose certificate it was that was not accepted: who opens connections shows one of his own."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from troubleshooter.apart import apart
from troubleshooter.cloud.between import proxy
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 5.0
_LONGEST = 120


def whose(url: str, check: Callable[[], None]) -> str:
    """Who issued the certificate that the server at `url` shows, and for whom; empty where it is not seen.

    Nothing is sent but the greeting, and nothing of what is read there is believed. `check` is asked ten
    times a second and may raise.
    """
    try:
        return apart(lambda: _read(url), check)
    except (OSError, ValueError, http.client.HTTPException):
        return ""


def _read(url: str) -> str:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is looked at, never trusted
    between = urlsplit(proxy.of(url))
    if between.hostname:
        line = http.client.HTTPSConnection(
            between.hostname, between.port or 8080, timeout=_SECONDS, context=context
        )
        line.set_tunnel(host, port)
    else:
        line = http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=context)
    try:
        line.connect()
        shown = line.sock.getpeercert(binary_form=True) if isinstance(line.sock, ssl.SSLSocket) else None
    finally:
        line.close()
    return _told(x509.load_der_x509_certificate(shown)) if shown else ""


def _told(certificate: x509.Certificate) -> str:
    issuer, subject = _name(certificate.issuer), _name(certificate.subject)
    if certificate.issuer == certificate.subject:
        return f"{subject} issued it to itself"
    return f"{issuer} issued it for {subject}"


def _name(name: x509.Name) -> str:
    """As people know it: its common name, and the organization where it names one."""
    found = [name.get_attributes_for_oid(oid) for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)]
    said = [one_line(str(each[0].value))[:_LONGEST] for each in found if each]
    return " of ".join(dict.fromkeys(said)) or "somebody without a name"
