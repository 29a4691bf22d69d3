"""Signing in: azure-identity's chain of credentials, and who we turned out to be."""

from __future__ import annotations

import base64
import json
import os
import re
import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import DefaultAzureCredential

from troubleshooter.apart import apart
from troubleshooter.cloud.explain import sign_in_failed
from troubleshooter.cloud.wait import stop_if_cancelled
from troubleshooter.errors import GaveUp, UsageProblem

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken
    from azure.core.exceptions import AzureError

_SENDABLE = re.compile(r"[!-~]*")
LONGEST = 60.0
"""Seconds that signing in may take, whatever the chain tries."""


class SignIn:
    """A credential for both clients that can be renewed and fails with our errors."""

    def __init__(self, authority: str | None, transport: dict[str, Any], cancel: threading.Event) -> None:
        """Authority None leaves it to AZURE_AUTHORITY_HOST. Whoever made the session closes it."""
        self._authority = authority
        self._cancel = cancel
        # A private or local authority is unknown to Microsoft's list of clouds: asking there would fail.
        self._private = bool(authority or os.environ.get("AZURE_AUTHORITY_HOST"))
        self._line = _Line(transport)
        self._lock = threading.Lock()
        self._credential = self._make()

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """In a thread of its own: the chain may run az, or ask an address at which nobody is."""
        until = time.monotonic() + LONGEST

        def check() -> None:
            stop_if_cancelled(self._cancel, "signing in")
            if time.monotonic() > until:
                raise GaveUp(
                    "Gave up signing in.",
                    f"It took longer than {LONGEST:.0f} s, the limit.",
                    "Check the network and the sign-in service; or run az login, and try again.",
                )

        asking = copy_context()  # what is asked counts against the call that needs the token
        return apart(lambda: asking.run(self._token, *scopes, **options), check)

    def _token(self, *scopes: str, **options: Any) -> AccessToken:
        with self._lock:
            self._line.trouble = None
            try:
                return _sendable(self._credential.get_token(*scopes, **options))
            except ClientAuthenticationError as error:
                # The chain keeps only the text of what went wrong, so a network failure looks like a refusal.
                if (trouble := self._line.met()) is not None:
                    # MSAL keeps a failed answer for a minute and repeats it without asking again.
                    self._credential = self._make()
                    raise trouble from error
                raise sign_in_failed(error) from error

    def renew(self) -> None:
        """Forget every token, so that the next one is fresh. azure-identity has no other way."""
        self._credential = self._make()

    def close(self) -> None:
        if self._lock.acquire(blocking=False):  # else somebody still signs in, and nobody waits for it
            try:
                self._credential.close()
            finally:
                self._lock.release()

    def _make(self) -> DefaultAzureCredential:
        options: dict[str, Any] = {"authority": self._authority} if self._authority else {}
        try:
            return DefaultAzureCredential(
                exclude_interactive_browser_credential=True,
                disable_instance_discovery=self._private,
                transport=self._line,
                retry_total=0,
                **options,
            )
        except ValueError as error:
            raise UsageProblem(
                "The sign-in settings cannot be used.",
                f"{error}",
                "Check AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_AUTHORITY_HOST and --authority.",
            ) from error


def _sendable(given: AccessToken) -> AccessToken:
    """The token, if a header can hold it: the libraries' complaint about one that cannot quotes it whole."""
    told: object = given.token  # as the service wrote it
    if isinstance(told, str) and _SENDABLE.fullmatch(told):
        return given
    raise GaveUp(
        "The sign-in service gave no token that can be sent.",
        "What it gave holds something that no token has, as a line's end, or is no text.",
        "Check --authority, and whether a proxy answers in the sign-in service's place.",
    )


class _Line(RequestsTransport):  # type: ignore[misc] # azure-core loads it lazily, so it has no type
    """The transport to the sign-in services; remembers a failure that may pass."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(**options)
        self.trouble: AzureError | None = None

    def met(self) -> AzureError | None:
        return self.trouble

    def send(self, request: Any, **options: Any) -> Any:
        try:
            response = super().send(request, **options)
        except (ServiceRequestError, ServiceResponseError) as error:
            # Probing for a managed identity fails on every machine that has none.
            if urlsplit(request.url).scheme == "https":
                self.trouble = error
            raise
        if response.status_code == 429 or response.status_code >= 500:
            self.trouble = HttpResponseError(response=response)
        return response


def claims_of(token: str) -> dict[str, Any]:
    """What a token says about its bearer, unverified: that is for whom it is shown. {} if no JWT."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:  # not base64, not text, not JSON
        return {}
    return claims if isinstance(claims, dict) else {}


def name_in(claims: dict[str, Any]) -> str:
    for key in ("upn", "unique_name", "preferred_username"):
        if claims.get(key):
            return str(claims[key])
    for key, kind in (("appid", "application"), ("azp", "application"), ("oid", "object")):
        if claims.get(key):
            return f"{kind} {claims[key]}"
    return "someone the token does not name"
