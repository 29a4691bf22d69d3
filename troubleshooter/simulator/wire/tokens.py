"""Access tokens of the simulated authority: JSON web tokens, signed with a key of this world only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any

LIFETIME = 3600


class TokenMaker:
    def __init__(self, issuer: str, tenant: str, client_id: str) -> None:
        self._key = secrets.token_bytes(32)
        self._issuer = issuer
        self._tenant = tenant
        self._client_id = client_id

    def make(self, audience: str, user: str = "") -> str:
        """For the application, or for a person who signed in to one."""
        moment = int(time.time())
        person = {"upn": user, "idtyp": "user"} if user else {}
        claims = {
            "aud": audience,
            "iss": self._issuer,
            "iat": moment,
            "nbf": moment,
            "exp": moment + LIFETIME,
            "appid": self._client_id,
            "idtyp": "app",
            "oid": str(uuid.uuid5(uuid.NAMESPACE_OID, self._client_id)),
            "tid": self._tenant,
            "ver": "1.0",
        } | person
        signed = f"{_encoded({'typ': 'JWT', 'alg': 'HS256'})}.{_encoded(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def identity(self, audience: str, user: str, nonce: str = "") -> str:
        """An id token: who signed in, for the application that asked, with the nonce that it sent."""
        moment = int(time.time())
        claims = {
            "aud": audience,
            "iss": f"{self._issuer}v2.0",
            "iat": moment,
            "exp": moment + LIFETIME,
            "preferred_username": user,
            "sub": str(uuid.uuid5(uuid.NAMESPACE_OID, user)),
            "oid": str(uuid.uuid5(uuid.NAMESPACE_OID, user)),
            "tid": self._tenant,
            "ver": "2.0",
        } | ({"nonce": nonce} if nonce else {})
        signed = f"{_encoded({'typ': 'JWT', 'alg': 'HS256'})}.{_encoded(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def claims(self, token: str) -> dict[str, Any] | None:
        """What the token says, or None where it is not one of ours."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode()):
            return None
        payload = signed.partition(".")[2]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims

    def _signature(self, signed: str) -> str:
        return _text(hmac.digest(self._key, signed.encode(), hashlib.sha256))


def _encoded(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Credential:
    client_id: str
    secret: str
