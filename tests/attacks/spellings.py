"""Made-up secrets in the spellings that programs write them in; each lies in a log of its own."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

LINE = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac "
_PIECE = 12
"""Characters in a row that count as the secret."""


@dataclass(frozen=True, slots=True)
class Spelling:
    text: str
    """What the log says."""
    secret: str
    """As it stands there."""
    encoding: str = "utf-8"

    @property
    def log(self) -> bytes:
        return f"{LINE}{self.text}\n".encode(self.encoding)

    @property
    def forms(self) -> set[bytes]:
        """What nothing may hold: either end of it, in every encoding."""
        ends = {self.secret[:_PIECE], self.secret[-_PIECE:]}
        return {end.encode(name) for end in ends for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")}


def key(number: int) -> str:
    """Of a storage account, unlike any other."""
    return base64.b64encode(bytes((number * 7 + at * 3) % 256 for at in range(64))).decode()


def _slashed(number: int) -> str:
    whole = key(number)
    return f"ab\\/{whole[3:]}"


LEARNED = {
    "TROUBLESHOOTER_SECRET_PLAIN": "L1earnedPlainSecretValue",
    "TROUBLESHOOTER_SECRET_SLASH": "L2earnedSlash/SecretValue",
    "TROUBLESHOOTER_SECRET_PLUS": "L3earnedPlus+SecretValue",
    "TROUBLESHOOTER_SECRET_ENTITY": "L4earnedEntity+SecretValue",
    "TROUBLESHOOTER_SECRET_WIDE": "L5earnedWideSecretValue",
    "TROUBLESHOOTER_SECRET_SHAPES": "L6earnedShapesSecretValue",
}
"""Secrets that the program is told of beforehand."""
_TAIL = "mnopqrstuvwxyz0123456789"
_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJlLXZhbHVlQQ"
_KIND = "RSA PRIVATE" + " KEY"  # apart, so that no scanner takes this file for a key
_SHAPED = LEARNED["TROUBLESHOOTER_SECRET_SHAPES"]

HIDDEN = {
    "connection string": Spelling(f"AccountName=x;AccountKey={key(1)};EndpointSuffix=y", key(1)),
    "sas": Spelling("https://x/c?sv=1&sig=S1gnature0FirstABCDEFGHIJ&se=1", "S1gnature0FirstABCDEFGHIJ"),
    "sas quoted": Spelling("?sv=1%26sig%3DS2gnature0QuotedABCDEFGHIJ%26se=1", "S2gnature0QuotedABCDEFGHIJ"),
    "sas in xml": Spelling("?sv=1&amp;sig=S3gnature0EntityABCDEFGHIJ&amp;x", "S3gnature0EntityABCDEFGHIJ"),
    "jwt": Spelling(f"got token {_JWT}", _JWT.split(".")[2]),
    "key block in json": Spelling(
        f'"k":"-----BEGIN {_KIND}-----\\nMIIEvQIBADANBgkq\\nK1eyBlockInJsonBody99\\n-----END {_KIND}-----"',
        "K1eyBlockInJsonBody99",
    ),
    "basic": Spelling("Authorization: Basic Qm9iOmh1bnRlcjJzZWNyZXQ5OQ==", "Qm9iOmh1bnRlcjJzZWNyZXQ5OQ"),
    "cookie": Spelling("Set-Cookie: s=C1ookieAbcdefgh12345678; Path=/", "C1ookieAbcdefgh12345678"),
    "functions key": Spelling("x-functions-key: F1unctionsKeySecretValue", "F1unctionsKeySecretValue"),
    "api key": Spelling("Ocp-Apim-Subscription-Key: 9f23456789abcdef012345", "9f23456789abcdef012345"),
    "yaml": Spelling("client_secret: Y1amlSecretValue99", "Y1amlSecretValue99"),
    "learned": Spelling("said L1earnedPlainSecretValue aloud", "L1earnedPlainSecretValue"),
    "learned in shapes nobody knows": Spelling(
        f'docker login -p {_SHAPED} | curl -u b:{_SHAPED} | <add key="Password" value="{_SHAPED}"/> '
        f'| {json.dumps({"key": "password", "value": _SHAPED})} | Password : {_SHAPED}',
        _SHAPED,
    ),
}  # fmt: skip
GOT_THROUGH = {
    "utf-16 log": Spelling("password=W1deLogPasswordValue99", "W1deLogPasswordValue99", "utf-16"),
    "utf-32 log": Spelling("password=W2deLogPasswordValue99", "W2deLogPasswordValue99", "utf-32"),
    "learned in utf-16": Spelling("said L5earnedWideSecretValue aloud", "L5earnedWideSecretValue", "utf-16"),
    "key with json's slash": Spelling(
        f'{{"c":"AccountName=x;AccountKey={_slashed(2)};"}}', _slashed(2)[4:]
    ),
    "sas with json's plus": Spelling(f"?sig=abcdefgh\\u002b{_TAIL.upper()}A", f"{_TAIL.upper()}A"),
    "shared key with json's plus": Spelling(
        f'"Authorization":"SharedKey acct:abcdefghijkl\\u002B{_TAIL}B="', f"{_TAIL}B"
    ),
    "sas with json's equals": Spelling("?sv=1\\u0026sig\\u003dS4gnature0EqualsABC", "S4gnature0EqualsABC"),
    "learned with json's slash": Spelling("said L2earnedSlash\\/SecretValue", "L2earnedSlash"),
    "learned with json's plus": Spelling("said L3earnedPlus\\u002BSecretValue", "L3earnedPlus"),
    "learned with an entity": Spelling("said L4earnedEntity&#43;SecretValue", "L4earnedEntity"),
}  # fmt: skip
