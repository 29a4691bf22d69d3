"""An authority of the test's own, the vault's certificate, and what a certificate's secret may hold."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

_DAYS = timedelta(days=20)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@cache
def _pair(name: str, host: str, by: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key and its certificate, by the authority of that name, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = key if by == name else _pair(by, "", by)[0]
    moment = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _DAYS)
        .not_valid_after(moment + _DAYS)
        .add_extension(x509.BasicConstraints(ca=by == name, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return key, builder.sign(signer, hashes.SHA256())


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write(folder: Path, host: str, *, trusted: bool) -> None:
    """The node's store of authorities, and the vault's certificate: by one in it, or by another."""
    by = "Contoso Public Root" if trusted else "Contoso Inspection"
    key, leaf = _pair("vault", host, by)
    store = folder / "certs"
    store.mkdir(exist_ok=True)
    root = _pair("Contoso Public Root", "", "Contoso Public Root")[1].public_bytes(serialization.Encoding.PEM)
    (store / "ca-certificates.crt").write_bytes(root)
    subprocess.run(["openssl", "rehash", str(store)], check=True, timeout=20)
    (folder / "vault.pem").write_bytes(_pem(key) + leaf.public_bytes(serialization.Encoding.PEM))


_KEY, _LEAF = _pair("web", "", "web")
_CHAIN = _LEAF.public_bytes(serialization.Encoding.PEM).decode()
PEM = _pem(_KEY).decode() + _CHAIN
WITHOUT_KEY = _CHAIN


def _packed(key: ec.EllipticCurvePrivateKey | None) -> str:
    """PKCS #12 without a password, as the vault hands it out."""
    data = pkcs12.serialize_key_and_certificates(
        b"web", key, None if key is None else _LEAF, None if key else [_LEAF], serialization.NoEncryption()
    )
    return base64.b64encode(data).decode()


PKCS12 = _packed(_KEY)
PKCS12_WITHOUT_KEY = _packed(None)
