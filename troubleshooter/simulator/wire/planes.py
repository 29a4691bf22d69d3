"""The five servers' manners: routes, sign-in, api-version, headers of every answer, shape of a refusal."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from troubleshooter.simulator.around import batch_rights, operator, vault_gate
from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.around.scopes import needed
from troubleshooter.simulator.wire import arm_wire, batch_wire, control_api, routes, signin_api, words
from troubleshooter.simulator.wire.exchange import Route
from troubleshooter.simulator.wire.resources import table, vault_data, versions

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site


class Plane(Protocol):
    @property
    def routes(self) -> tuple[Route, ...]: ...

    def admit(self, site: Site, call: Call) -> None:
        """Refuse a caller or a version that this server does not take."""

    def headers(self, call: Call) -> Mapping[str, str]:
        """Of every answer."""

    @property
    def words(self) -> Mapping[int, tuple[str, str]]:
        """Code and message of planted faults, by status."""

    def error(self, refusal: Refusal, call: Call) -> Any:
        """The body of a refusal."""


_GUARDED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
_NOT_KEPT = {"Cache-Control": "no-cache", "Expires": "-1", "Pragma": "no-cache", "X-Cache": "CONFIG_NOCACHE"}
_DATA_SERVICE = {
    "Content-Type": "application/json; odata=minimalmetadata",  # of answers without a body too
    "DataServiceVersion": "3.0",
    "Server": "Microsoft-HTTPAPI/2.0",
}
"""Headers of every answer, as recorded."""
_SHOW_WHAT_ONE_MAY_SEE = {"Microsoft.Resources/subscriptions/resources/read"}
"""Lists for all, in which each finds what they may read."""
_KINDS = {"GET": ("reads", 11999), "DELETE": ("deletes", 14999)}


def _left(call: Call) -> dict[str, str]:
    """How many such requests ARM still takes of the subscription; here always as many."""
    kind, left = _KINDS.get(call.method, ("writes", 1199))
    return {f"x-ms-ratelimit-remaining-subscription-{scope}{kind}": str(left) for scope in ("", "global-")}


@dataclass(frozen=True, slots=True)
class Arm:
    routes: tuple[Route, ...] = (*routes.ARM, *table.ROUTES)
    words: Mapping[int, tuple[str, str]] = field(default_factory=lambda: words.ARM)

    def admit(self, site: Site, call: Call) -> None:
        problem = token_problem(site, call, site.arm_endpoint)
        if problem is not None:
            code, message = words.ARM_TOKENS[problem]
            raise Refusal(401, code, message, headers=_challenge(site))
        versions.check(site.world, call)
        action, scope = needed(call.method, unquote(call.path))
        if action not in _SHOW_WHAT_ONE_MAY_SEE and not site.world.conditions.may(action, scope):
            raise Refusal(403, *_not_authorized(site.world.conditions, action, scope))

    def headers(self, call: Call) -> Mapping[str, str]:
        request = str(uuid.uuid4())
        known = call.headers.get("x-ms-client-request-id")
        echoed = {"x-ms-client-request-id": known} if known else {}
        routed = f"WESTEUROPE:{datetime.now(UTC):%Y%m%dT%H%M%SZ}:{request}"
        named = {"x-ms-request-id": request, "x-ms-correlation-request-id": request}
        return {**_GUARDED, **_NOT_KEPT, **named, "x-ms-routing-request-id": routed, **_left(call), **echoed}

    def error(self, refusal: Refusal, _call: Call) -> Any:
        return arm_wire.error(refusal)


@dataclass(frozen=True, slots=True)
class Batch:
    routes: tuple[Route, ...] = routes.BATCH
    words: Mapping[int, tuple[str, str]] = field(default_factory=lambda: words.BATCH)

    def admit(self, site: Site, call: Call) -> None:
        account, conditions = site.world.account, site.world.conditions
        if account.closed:  # before anything is read of the caller; code and status are assumed
            raise Refusal(403, *words.BATCH[403])
        problem = token_problem(site, call, site.batch_endpoint)
        if problem is None and "AAD" not in account.sign_ins:
            problem = "sign-in"
        if problem is not None:
            raise Refusal(
                401,
                *words.BATCH[401],
                {"AuthenticationErrorDetail": f"The access token is not accepted: {problem}."},
                _challenge(site),
            )
        by_account = site.world.habits.rights_by_account
        path = unquote(call.path)
        if not batch_rights.let_in(conditions, account.id, call.method, path, by_account=by_account):
            raise Refusal(403, *words.BATCH[403])
        version = call.query.get("api-version", "")
        if version not in batch_wire.API_VERSIONS:
            text = "The specified API version is missing or not supported."
            raise Refusal(400, "UnsupportedRequestVersion", text, {"QueryParameterValue": version})

    def headers(self, call: Call) -> Mapping[str, str]:
        wants = call.headers.get("return-client-request-id", "false").lower() == "true"
        known = call.headers.get("client-request-id")
        echoed = {"client-request-id": known} if wants and known else {}
        return {**_GUARDED, **_DATA_SERVICE, "request-id": str(uuid.uuid4()), **echoed}

    def error(self, refusal: Refusal, call: Call) -> Any:
        return batch_wire.error(refusal, call.base)


_NETWORK_INFO = "conn_type=Ipv4;addr={};act_addr_fam=InterNetwork;"


@dataclass(frozen=True, slots=True)
class Vaults:
    """Key Vault, as recorded; of a token that is no good only one message is known."""

    routes: tuple[Route, ...] = (*vault_data.SECRETS, *vault_data.CERTIFICATES)
    words: Mapping[int, tuple[str, str]] = field(default_factory=lambda: words.VAULT)

    def admit(self, site: Site, call: Call) -> None:
        vault_data.vault_of(site, call)
        problem = token_problem(site, call, site.vault_endpoint)
        if problem is not None:
            text = words.VAULT_TOKENS[problem]
            raise Refusal(401, "Unauthorized", text, headers=vault_data.challenge(site, call))
        vault_data.check_version(call)

    def headers(self, call: Call) -> Mapping[str, str]:
        known = call.headers.get("x-ms-client-request-id")
        return {
            **_GUARDED,
            "Cache-Control": "no-cache",
            "Expires": "-1",
            "Pragma": "no-cache",
            "x-ms-keyvault-region": "westeurope",
            "x-ms-keyvault-service-version": "1.9.1430.1",
            "x-ms-keyvault-network-info": _NETWORK_INFO.format(operator.ADDRESS),
            "x-ms-request-id": str(uuid.uuid4()),
            **({"x-ms-client-request-id": known} if known else {}),
        }

    def error(self, refusal: Refusal, _call: Call) -> Any:
        return vault_gate.body(refusal)


@dataclass(frozen=True, slots=True)
class SignIn:
    routes: tuple[Route, ...] = routes.SIGN_IN
    words: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def admit(self, site: Site, call: Call) -> None:
        """Who comes here has no token yet."""

    def headers(self, _call: Call) -> Mapping[str, str]:
        return {"x-ms-request-id": str(uuid.uuid4())}

    def error(self, refusal: Refusal, _call: Call) -> Any:
        return signin_api.error(refusal)


@dataclass(frozen=True, slots=True)
class Control:
    routes: tuple[Route, ...] = routes.CONTROL
    words: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def admit(self, site: Site, call: Call) -> None:
        """Whoever reaches loopback may experiment."""

    def headers(self, _call: Call) -> Mapping[str, str]:
        return {}

    def error(self, refusal: Refusal, _call: Call) -> Any:
        return control_api.error(refusal)


def _not_authorized(conditions: Conditions, action: str, scope: str) -> tuple[str, str]:
    """Code and message: as recorded, and of a deny assignment as quoted in public."""
    who = f"The client '{operator.CLIENT_ID}' with object id '{operator.OBJECT_ID}'"
    denial = conditions.rights.denial(operator.OBJECT_ID, action, scope)
    if denial is not None and conditions.holds(action, scope):
        told = f"{who} has permission to perform action '{action}' on scope '{scope}'"
        by = f"with name '{denial.name}' and Id '{denial.id}' at scope '{denial.scope}'"
        denied = f"{told}; however, the access is denied because of the deny assignment {by}."
        return "DenyAssignmentAuthorizationFailed", denied
    told = f"{who} does not have authorization to perform action '{action}' over scope '{scope}'"
    fresh = "If access was recently granted, please refresh your credentials."
    return "AuthorizationFailed", f"{told} or the scope is invalid. {fresh}"


def _challenge(site: Site) -> dict[str, str]:
    where = f"{site.authority}/{site.world.account.tenant}"
    return {"WWW-Authenticate": f'Bearer authorization_uri="{where}", error="invalid_token"'}


def token_problem(site: Site, call: Call, endpoint: str) -> str | None:
    """What is wrong with the caller's token: missing, invalid, expired or audience."""
    scheme, _, token = call.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return "missing"
    claims = site.tokens.claims(token)
    if claims is None:
        return "invalid"
    if claims["exp"] <= time.time():
        return "expired"
    return None if claims["aud"].rstrip("/") in site.audiences(endpoint) else "audience"
