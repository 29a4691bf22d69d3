"""What a vault tells of what lies in it, by plain GETs: versions, what was deleted, policies; never a value.

azure-keyvault-secrets is not used: it takes its token from the tenant that the vault's own challenge names,
and three GETs need no more than the pipeline that every other call goes through, which stays on one host.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from azure.core.rest import HttpRequest

from troubleshooter.cloud.caller import Way, page
from troubleshooter.cloud.explain import Asked, refusal_of
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.cloud.shapes import is_address
from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.reply import Heard, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.cloud.caller import Caller

VERSION = "7.4"
_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}", re.ASCII)
"""Of a secret or certificate (documented): nothing that could change an address is among it."""
_KEPT = frozenset(
    {
        "id",
        "attributes",
        "contentType",
        "managed",
        "deletedDate",
        "scheduledPurgeDate",
        "key_props",
        "secret_props",
        "lifetime_actions",
        "issuer",
    }
)
"""Of an answer no other field is kept: a value is not asked for, and would not be kept if it came."""
_NONE_THERE = frozenset({"SecretNotFound", "CertificateNotFound"})
_SHUT = frozenset({"ForbiddenByFirewall", "ForbiddenByConnection"})
_METADATA = "Microsoft.KeyVault/vaults/secrets/readMetadata/action"
_CERTIFICATES = "Microsoft.KeyVault/vaults/certificates/read"
_PATIENCE: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 10}
"""Seconds: ARM tells much of the same, and a vault that is shut to this machine may never answer."""


class Contents:
    """Of one vault, by the address that ARM gives for it."""

    def __init__(self, caller: Caller, address: str, *, roles: bool) -> None:
        """`roles`: the vault goes by roles; else by its access policies."""
        self._ask, self._address, self._roles = caller, address.rstrip("/"), roles

    def versions(self, name: str) -> Reply:
        """All versions of a secret, each with its attributes; a list without any where there is none."""
        right = self._right(_METADATA, "list on secrets")
        return self._reply(f"/secrets/{name}/versions", name, right, self._pages)

    def deleted(self, name: str) -> Reply:
        """A secret that was deleted and can be recovered."""
        right = self._right(_METADATA, "get on secrets")
        return self._reply(f"/deletedsecrets/{name}", name, right, self._body)

    def policy(self, name: str) -> Reply:
        """How a certificate is made: content type, whether its key may leave, when it is renewed."""
        right = self._right(_CERTIFICATES, "get on certificates")
        return self._reply(f"/certificates/{name}/policy", name, right, self._body)

    def _right(self, action: str, permission: str) -> tuple[str, str]:
        """What it needs, and the least that gives it."""
        if self._roles:
            return action, "Key Vault Reader"
        return f"an access policy of the vault with {permission}", ""

    def _reply(self, path: str, name: str, right: tuple[str, str], read: Callable[[str], Any]) -> Reply:
        call = f"GET {self._address}{path}"
        if not _NAME.fullmatch(name) or not is_address(self._address, "https"):
            why = "no secret has such a name, or no vault such an address; it was not asked for"
            return Reply(call, Heard.UNREACHABLE, why=why)
        try:
            return Reply(call, Heard.KNOWN, self._ask.briefly(lambda: read(path), _asked(path)), *right)
        except TroubleshooterError as error:
            if error.exit_code == ExitCode.INTERRUPTED:
                raise
            return _unknown(call, error, right)

    def _body(self, path: str) -> Any:
        return _without_values(self._get(f"{self._address}{path}", {"api-version": VERSION}))

    def _pages(self, path: str) -> list[Any]:
        """Of a list without end there is no answer: what is newest in it nobody knows."""
        found: list[Any] = []
        way, url, query = Way(_asked(path)), f"{self._address}{path}", {"api-version": VERSION}
        while True:
            way.step(url)
            body = self._get(url, query)
            found += [_without_values(one) if isinstance(one, dict) else None for one in page(body)]
            following = body.get("nextLink")
            if not isinstance(following, str) or not following:
                return found
            url, query = following, {}

    def _get(self, url: str, query: Mapping[str, str]) -> Any:
        request = HttpRequest("GET", url, params=dict(query))
        answer = self._ask.session.vault(self._address).send_request(request, **_PATIENCE)
        answer.raise_for_status()
        return answer.json()


def _asked(path: str) -> Asked:
    return Asked(f"reading {path} of a vault", path, "Key Vault", Call.RESOURCE_READ)


def _without_values(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key in _KEPT}


def _unknown(call: str, error: TroubleshooterError, right: tuple[str, str]) -> Reply:
    """No answer: of a thing that is not there, of whoever asks, or of the machine that asks."""
    status, code, inner = refusal_of(error)
    if status == 404 and code in _NONE_THERE:
        return Reply(call, Heard.ABSENT, None, *right, why=f"Azure said {code}")
    if inner in _SHUT:
        why = f"the vault does not let this machine in ({inner}), which tells nothing of a node"
        return Reply(call, Heard.REFUSED, why=why)
    if status == 403:
        return Reply(call, Heard.REFUSED, None, *right, why=f"whoever is signed in may not ({inner or code})")
    if status == 401:
        why = "the vault does not take the token of whoever is signed in, which tells nothing of a node"
        return Reply(call, Heard.REFUSED, why=why)
    return Reply(call, Heard.UNREACHABLE, why=f"this machine got no answer: {error.why}")
