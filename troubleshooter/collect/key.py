"""The key of one run: made in memory, never written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class SessionKey:
    public_line: str
    """As in an authorized_keys file."""
    private: paramiko.PKey = field(repr=False)


def make_key() -> SessionKey:
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    private = paramiko.Ed25519Key(file_obj=StringIO(text.decode("ascii")))
    return SessionKey(f"{private.get_name()} {private.get_base64()} troubleshooter", private)
