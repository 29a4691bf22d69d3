"""A private key of the operator's, from a file as ssh takes it. What opens it is asked for and never kept."""

from __future__ import annotations

import base64
import binascii
import re
from io import StringIO
from typing import TYPE_CHECKING

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from troubleshooter.errors import NotFound, NotPermitted, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    Ask = Callable[[str], str | None]
    """Asks for a passphrase on a terminal, with this question; None where there is no terminal."""

_LARGEST = 1 << 20
TRIES = 3
_LOCKED = re.compile(rb"Proc-Type: 4,ENCRYPTED|BEGIN ENCRYPTED PRIVATE KEY")
_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"
_OTHER_FORMS = (
    (
        re.compile(rb"PuTTY-User-Key-File-"),
        "It is a key of PuTTY's",
        "Turn it into one of OpenSSH's: puttygen {path} -O private-openssh -o NEW",
    ),
    (
        re.compile(rb"\s*(?:ssh-|ecdsa-|sk-)|-----BEGIN (?:RSA )?PUBLIC KEY|---- BEGIN SSH2 PUBLIC"),
        "It is the public half of a key",
        "Give the private one, which mostly has the same name without .pub.",
    ),
    (
        re.compile(rb"-----BEGIN CERTIFICATE-"),
        "It is a certificate",
        "Give the file of its private key.",
    ),
    (
        re.compile(rb"-----BEGIN DSA PRIVATE"),
        "It is a DSA key, which OpenSSH takes no more",
        "Make another: ssh-keygen -t ed25519",
    ),
)
"""How the file begins, what that is, and what to do."""


def read_key(path: Path, ask: Ask) -> paramiko.PKey:
    """Raises NotFound, NotPermitted and UsageProblem."""
    return opened(path, read(path), ask)


def read(path: Path) -> bytes:
    """What the file holds, once it is seen to hold a private key."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
    except FileNotFoundError as error:
        raise NotFound(f"There is no key {path}.", "No such file.", "Check the path given as -i.") from error
    except PermissionError as error:
        raise NotPermitted(
            f"The key {path} cannot be read.", f"{error.strerror}.", "Check the file's owner and mode."
        ) from error
    except OSError as error:
        raise _useless(path, f"{error.strerror}") from error
    if not data.strip():
        raise _useless(path, "It is empty")
    for form, why, do in _OTHER_FORMS:
        if form.match(data.lstrip()):
            raise _useless(path, why, do.format(path=path))
    if b"PRIVATE KEY-----" not in data:
        raise _useless(path, "It holds no private key in a form that ssh takes")
    return data


def opened(path: Path, data: bytes, ask: Ask) -> paramiko.PKey:
    if not is_locked(data):
        return _usable(path, _loaded(path, data, None))
    for _ in range(TRIES):
        passphrase = ask(f"Passphrase for {path}")
        if passphrase is None:
            raise UsageProblem(
                f"The key {path} wants a passphrase.",
                "It is asked for on a terminal, and there is none.",
                f"Let the agent hold it: ssh-add {path}; then leave -i out, or keep it.",
            )
        if passphrase and (key := _unlocked(path, data, passphrase)) is not None:
            return _usable(path, key)
    raise NotPermitted(
        f"The key {path} stays locked.",
        f"None of {TRIES} passphrases opens it.",
        "Try again, or give another key.",
    )


def is_locked(data: bytes) -> bool:
    if _LOCKED.search(data):
        return True
    return data.lstrip().startswith(_OPENSSH) and _field(_body(data), 0) not in {b"none", b""}


def public_part(data: bytes) -> bytes:
    """As it stands in the clear in a key of OpenSSH's own form, locked or not; nothing of other forms."""
    if not data.lstrip().startswith(_OPENSSH):
        return b""
    body = _body(data)
    return _field(body, 3, skip=4)


def _body(data: bytes) -> bytes:
    """What follows the magic: cipher, kdf, its options, the number of keys, public key, the locked rest."""
    text = b"".join(line for line in data.split(b"\n") if not line.startswith(b"-----"))
    try:
        body = base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return b""
    return body[len(_MAGIC) :] if body.startswith(_MAGIC) else b""


def _field(body: bytes, number: int, skip: int = 0) -> bytes:
    """The text of so many texts, each after its length in four bytes; `skip` more bytes stand before it."""
    at = 0
    for _ in range(number):
        at += 4 + int.from_bytes(body[at : at + 4], "big")
    at += skip
    return body[at + 4 : at + 4 + int.from_bytes(body[at : at + 4], "big")]


def _unlocked(path: Path, data: bytes, passphrase: str) -> PrivateKeyTypes | None:
    try:
        return _parsed(data, passphrase.encode())
    except UnsupportedAlgorithm as error:
        raise _useless(path, f"{error}") from error
    except (ValueError, TypeError):
        return None


def _loaded(path: Path, data: bytes, passphrase: bytes | None) -> PrivateKeyTypes:
    try:
        return _parsed(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _useless(path, "It is damaged, or of a kind that is not known here") from error


def _parsed(data: bytes, passphrase: bytes | None) -> PrivateKeyTypes:
    if data.lstrip().startswith(_OPENSSH):
        return serialization.load_ssh_private_key(data, passphrase)
    return serialization.load_pem_private_key(data, passphrase)


def _usable(path: Path, key: PrivateKeyTypes) -> paramiko.PKey:
    made: type[paramiko.PKey]
    if isinstance(key, rsa.RSAPrivateKey):
        made = paramiko.RSAKey
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        made = paramiko.Ed25519Key
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        made = paramiko.ECDSAKey
    else:
        raise _useless(path, "It is of a kind that signs in nowhere any more")
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    usable = made.from_private_key(StringIO(text.decode("ascii")))
    certificate = path.with_name(f"{path.name}-cert.pub")
    if certificate.is_file():  # as ssh does
        try:
            usable.load_certificate(str(certificate))
        except (paramiko.SSHException, ValueError, OSError) as error:
            raise _useless(certificate, "It is no certificate of the key beside it") from error
    return usable


def _useless(
    path: Path, why: str, do: str = "Give -i a private key that ssh takes, e.g. ~/.ssh/id_ed25519."
) -> UsageProblem:
    return UsageProblem(f"The key {path} cannot be used.", f"{why.rstrip('.')}.", do)
