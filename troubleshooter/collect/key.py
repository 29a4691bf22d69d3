"""The keys of one collection: made in memory, never written anywhere.

RSA first: it is what the tools of Azure Batch make, and which other types the service and its nodes take is
not documented. Where RSA is refused ed25519 is tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_BITS = 3072
"""About as strong as ed25519: 128 bits."""


@dataclass(frozen=True, slots=True)
class SessionKey:
    public_line: str
    """As in an authorized_keys file."""
    private: paramiko.PKey = field(repr=False)


class SessionKeys:
    """One key of each type; the second is made when it is first asked for."""

    def __init__(self) -> None:
        self.first = make_key()
        """Of the type that was taken last."""
        self._second: SessionKey | None = None

    def second(self) -> SessionKey:
        self._second = self._second or make_other_key()
        return self._second

    def swap(self) -> None:
        """The second was taken where the first was not: it is tried first from now on."""
        self.first, self._second = self.second(), self.first


def make_key() -> SessionKey:
    return _session_key(paramiko.RSAKey.generate(_BITS))


def make_other_key() -> SessionKey:
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    return _session_key(paramiko.Ed25519Key(file_obj=StringIO(text.decode("ascii"))))


def _session_key(private: paramiko.PKey) -> SessionKey:
    return SessionKey(f"{private.get_name()} {private.get_base64()} troubleshooter", private)
