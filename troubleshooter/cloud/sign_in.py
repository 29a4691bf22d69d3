"""Signing in: azure-identity's chain of credentials, and who we turned out to be."""

from __future__ import annotations

import base64
import json
import os
import re
import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline.transport import RequestsTransport

from troubleshooter.apart import apart
from troubleshooter.cloud.explain import of_sign_in
from troubleshooter.cloud.signing.kept import Kept, asks, by_hand, forget_by_hand, prompt_whoever_asks
from troubleshooter.cloud.signing.refused import sign_in_failed
from troubleshooter.cloud.signing.ways import BY_HAND, WAYS, Wire
from troubleshooter.cloud.wait import stop_if_cancelled
from troubleshooter.errors import GaveUp, Interrupted, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests
    from azure.core.credentials import AccessToken
    from azure.core.exceptions import AzureError

_SURROUNDINGS = ("AZURE_AUTHORITY_HOST", "AZURE_TENANT_ID")
"""Variables that say where a person signs in."""
_REFUSED = re.compile(r"AADSTS|\b(invalid|unauthorized)_(client|request|grant|scope|resource)\b")
"""What a sign-in service says of what it was given; anything else may be another's answer."""
_ANOTHER_ANSWERED = "Check --authority, and whether a proxy answers in the sign-in service's place."
_SENDABLE = re.compile(r"[!-~]*")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_USER = ("upn", "unique_name", "preferred_username")
"""Claims that only a user's token has."""


class SignIn:
    """A credential for both clients that can be renewed and fails with our errors."""

    def __init__(
        self,
        way: str,
        authority: str | None,
        transport: dict[str, Any],
        cancel: threading.Event,
        prompt: Callable[[str], None],
        connections: Callable[[threading.Event], requests.Session],
    ) -> None:
        """`way` is one of WAYS; authority None leaves it to AZURE_AUTHORITY_HOST.

        Whoever made the session closes it. `connections` makes those that outlive it, for a sign-in by hand.
        """
        self._way = WAYS[way]
        self._named = way
        self._cancel = cancel
        self._prompt = prompt
        # A private or local authority is unknown to Microsoft's list of clouds: asking there would fail.
        private = bool(authority or os.environ.get("AZURE_AUTHORITY_HOST"))
        trusted = str(transport["connection_verify"])
        self._key = (way, authority or "", trusted, *(os.environ.get(name, "") for name in _SURROUNDINGS))

        def keep(web: requests.Session | None) -> Kept:
            line = _Line(transport | ({"session": web} if web else {}))
            kept = Kept(Wire(authority, private, line, prompt_whoever_asks), line, lasting=web)
            kept.credential = self._make(kept)
            return kept

        if self._way.seconds == BY_HAND:
            self._kept = by_hand(self._key, lambda: keep(connections(threading.Event())))
        else:
            self._kept = keep(None)

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """In a thread of its own: the chain may run az, or ask an address at which nobody is."""
        longest = self._way.seconds
        until = time.monotonic() + longest

        def check() -> None:
            stop_if_cancelled(self._cancel, "signing in")
            if time.monotonic() > until:
                raise GaveUp(
                    "Gave up signing in.",
                    f"It took longer than {longest:.0f} s, the limit.",
                    "Check the network and the sign-in service; or run az login, and try again.",
                )

        asking = copy_context()  # what is asked counts against the call that needs the token
        try:
            return apart(lambda: asking.run(self._token, *scopes, **options), check)
        except (Interrupted, GaveUp):  # it may still wait for somebody: whoever asks next begins anew
            if self._kept.lock.locked():
                forget_by_hand(self._key)
            raise

    def _token(self, *scopes: str, **options: Any) -> AccessToken:
        kept = self._kept
        with kept.lock, asks(self._prompt):
            kept.line.trouble = None
            if self._way.opens and not kept.told:
                kept.told = True
                self._prompt(self._way.opens)
            try:
                return _sendable(kept.credential.get_token(*scopes, **options))
            except ClientAuthenticationError as error:
                # The chain keeps only the text of what went wrong, so a network failure looks like a refusal.
                if (trouble := kept.line.met()) is not None:
                    # MSAL keeps a failed answer for a minute and repeats it without asking again.
                    kept.credential = self._make(kept)
                    raise trouble from error
                raise sign_in_failed(error, self._hint(error)) from error

    def renew(self) -> None:
        """Forget every token, so that the next one is fresh. azure-identity has no other way."""
        self._kept.told = False
        self._kept.credential = self._make(self._kept)

    def close(self) -> None:
        if self._kept.lasting is None:
            self._kept.close()

    def _hint(self, error: ClientAuthenticationError) -> str:
        """By the way; a chain that had nothing but the environment's is told so."""
        tried = [line for line in error.message.splitlines() if line.startswith("\t") and ": " in line]
        alone = len(tried) == 1 and tried[0].strip().startswith("EnvironmentCredential")
        if self._named == "default" and alone:
            names = "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
            if not _REFUSED.search(error.message):
                return f"{_ANOTHER_ANSWERED} {names} are set, and the answer says nothing of them."
            return f"Check {names}: they are set, and were refused."
        return self._way.hint

    def _make(self, kept: Kept) -> Any:
        try:
            return self._way.make(kept.wire)
        except ValueError as error:
            raise UsageProblem(
                f"The sign-in settings cannot be used with --sign-in {self._named}.",
                f"{error}",
                f"{self._way.hint} Check AZURE_AUTHORITY_HOST and --authority, too.",
            ) from error


def _sendable(given: AccessToken) -> AccessToken:
    """The token, if a header can hold it: the libraries' complaint about one that cannot quotes it whole."""
    told: object = given.token  # as the service wrote it
    if isinstance(told, str) and _SENDABLE.fullmatch(told):
        return given
    raise GaveUp(
        "The sign-in service gave no token that can be sent.",
        "What it gave holds something that no token has, as a line's end, or is no text.",
        _ANOTHER_ANSWERED,
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
            of_sign_in(error)
            # Probing for a managed identity fails on every machine that has none.
            if urlsplit(request.url).scheme == "https":
                self.trouble = error
            raise
        if response.status_code == 429 or response.status_code >= 500:
            self.trouble = HttpResponseError(response=response)
            of_sign_in(self.trouble)
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


class SignedIn(NamedTuple):
    """Whose token it is, by its own claims."""

    name: str
    id: str = ""
    """The object id in the directory, a GUID; empty where the token does not say it."""
    kind: str = ""
    """User or ServicePrincipal, as role assignments call them; empty where the token does not say it."""


def signed_in(claims: dict[str, Any]) -> SignedIn:
    identity = claims.get("oid")
    if not isinstance(identity, str) or not _GUID.fullmatch(identity):  # it goes into a command
        return SignedIn(name_in(claims))
    app, user = claims.get("idtyp") == "app", any(claims.get(key) for key in _USER)
    return SignedIn(name_in(claims), identity, "ServicePrincipal" if app else "User" if user else "")


def name_in(claims: dict[str, Any]) -> str:
    for key in _USER:
        if claims.get(key):
            return str(claims[key])
    for key, kind in (("appid", "application"), ("azp", "application"), ("oid", "object")):
        if claims.get(key):
            return f"{kind} {claims[key]}"
    return "someone the token does not name"
