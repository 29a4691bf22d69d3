"""Speaks to a simulated Azure without an SDK, so that anything can be asked, and keeps every answer."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.contract.openapi import Answered

if TYPE_CHECKING:
    from collections.abc import Mapping

ARM_SCOPE = "https://management.azure.com/.default"
BATCH_SCOPE = "https://batch.core.windows.net//.default"
VAULT_SCOPE = "https://vault.azure.net/.default"
VERSION = "2025-06-01"
VAULT_VERSION = "2025-07-01"


class Client:
    def __init__(self, connection: Mapping[str, Any]) -> None:
        self.connection = connection
        self.arm_answers: list[Answered] = []
        self.batch_answers: list[Answered] = []
        self._context = ssl.create_default_context(cafile=connection["ca_file"])
        self._tokens: dict[str, str] = {}

    @property
    def account_path(self) -> str:
        path: str = self.connection["pool_id"].rpartition("/pools/")[0]
        return path

    def arm(self, method: str, path: str, body: Any = None, **options: Any) -> Answered:
        answered = self._ask(method, self.connection["arm_endpoint"] + path, ARM_SCOPE, body, **options)
        self.arm_answers.append(answered)
        return answered

    def batch(self, method: str, path: str, body: Any = None, **options: Any) -> Answered:
        answered = self._ask(method, self.connection["batch_endpoint"] + path, BATCH_SCOPE, body, **options)
        self.batch_answers.append(answered)
        return answered

    def vault(self, path: str, scope: str = VAULT_SCOPE, **options: Any) -> Answered:
        """Of Key Vault's data plane; the path begins with the vault's name."""
        query = {"api-version": VAULT_VERSION, **options.pop("query", {})}
        endpoint = self.connection["vault_endpoint"]
        return self._ask("GET", f"{endpoint}{path}", scope, query=query, **options)

    def arm_link(self, link: str) -> Answered:
        """Follow a link as it stands."""
        answered = self.send("GET", link, None, self._signed(ARM_SCOPE))
        self.arm_answers.append(answered)
        return answered

    def batch_link(self, link: str) -> Answered:
        answered = self.send("GET", link, None, self._signed(BATCH_SCOPE))
        self.batch_answers.append(answered)
        return answered

    def _signed(self, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[scope]}"}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return self.send(method, self.connection["control"] + path, body, {}).body

    def token(self, scope: str, **changed: str) -> Answered:
        """What the token endpoint says to this client, with some fields of the form changed."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.connection["client_id"],
            "client_secret": self.connection["client_secret"],
            "scope": scope,
            **changed,
        }
        url = f"{self.connection['authority']}/{self.connection['tenant_id']}/oauth2/v2.0/token"
        return self.send("POST", url, urllib.parse.urlencode(form).encode(), {})

    def _ask(
        self,
        method: str,
        url: str,
        scope: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Answered:
        if token is None:
            if scope not in self._tokens:
                self._tokens[scope] = self.token(scope).body["access_token"]
            token = self._tokens[scope]
        parts = {name: value for name, value in {"api-version": VERSION, **(query or {})}.items() if value}
        sign_in = {"Authorization": f"Bearer {token}"} if token else {}
        return self.send(
            method, f"{url}?{urllib.parse.urlencode(parts)}", body, {**sign_in, **(headers or {})}
        )

    def send(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Answered:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)
        try:
            response = urllib.request.urlopen(request, context=self._context, timeout=10)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            text = response.read()
            kept = {name: str(value) for name, value in response.headers.items()}
            is_file = kept.get("Content-Type") == "application/octet-stream"
            body = json.loads(text) if text and not is_file else None
            return Answered(method, url, response.status, kept, body, text)
