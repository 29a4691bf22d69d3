"""The four servers' manners: routes, sign-in, api-version, headers of every answer, shape of a refusal."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from troubleshooter.simulator import arm_wire, batch_wire, control_api, faults, routes, signin_api
from troubleshooter.simulator.exchange import Answer, Later
from troubleshooter.simulator.refusal import Refusal
from troubleshooter.simulator.routes import Route

if TYPE_CHECKING:
    from troubleshooter.simulator.exchange import Call
    from troubleshooter.simulator.site import Site


class Plane(Protocol):
    @property
    def routes(self) -> tuple[Route, ...]: ...

    def admit(self, site: Site, call: Call) -> None:
        """Refuse a caller or a version that this server does not take."""

    def headers(self, call: Call) -> Mapping[str, str]:
        """Of every answer."""

    def error(self, refusal: Refusal, call: Call) -> Any:
        """The body of a refusal."""


@dataclass(frozen=True, slots=True)
class Arm:
    routes: tuple[Route, ...] = routes.ARM
    _tokens: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: {
            "missing": (
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            ),
            "invalid": ("InvalidAuthenticationToken", "The access token is invalid."),
            "expired": (
                "ExpiredAuthenticationToken",
                "The access token expiry time is earlier than current time.",
            ),
            "audience": (
                "InvalidAuthenticationTokenAudience",
                "The access token has been obtained for the wrong audience or resource.",
            ),
        },
    )

    def admit(self, site: Site, call: Call) -> None:
        problem = token_problem(site, call, site.arm_endpoint)
        if problem is not None:
            code, message = self._tokens[problem]
            raise Refusal(401, code, message, headers=_challenge(site))
        version = call.query.get("api-version")
        if version is None:
            text = "The api-version query parameter (?api-version=) is required for all requests."
            raise Refusal(400, "MissingApiVersionParameter", text)
        if version not in arm_wire.API_VERSIONS:
            raise Refusal(
                400,
                "NoRegisteredProviderFound",
                f"No registered resource provider found for location '{site.world.account.location}'"
                f" and API version '{version}' for type 'batchAccounts'. The supported api-versions are"
                f" '{', '.join(arm_wire.API_VERSIONS)}'.",
            )

    def headers(self, call: Call) -> Mapping[str, str]:
        request = str(uuid.uuid4())
        known = call.headers.get("x-ms-client-request-id")
        echoed = {"x-ms-client-request-id": known} if known else {}
        return {"x-ms-request-id": request, "x-ms-correlation-request-id": request, **echoed}

    def error(self, refusal: Refusal, _call: Call) -> Any:
        return arm_wire.error(refusal)


@dataclass(frozen=True, slots=True)
class Batch:
    routes: tuple[Route, ...] = routes.BATCH

    def admit(self, site: Site, call: Call) -> None:
        problem = token_problem(site, call, site.batch_endpoint)
        if problem is not None:
            raise Refusal(
                401,
                "AuthenticationFailed",
                "Server failed to authenticate the request. Make sure the value of Authorization header is"
                " formed correctly including the signature.",
                {"AuthenticationErrorDetail": f"The access token is not accepted: {problem}."},
                _challenge(site),
            )
        version = call.query.get("api-version", "")
        if version not in batch_wire.API_VERSIONS:
            text = "The specified API version is missing or not supported."
            raise Refusal(400, "UnsupportedRequestVersion", text, {"QueryParameterValue": version})

    def headers(self, call: Call) -> Mapping[str, str]:
        wants = call.headers.get("return-client-request-id", "false").lower() == "true"
        known = call.headers.get("client-request-id")
        echoed = {"client-request-id": known} if wants and known else {}
        return {"request-id": str(uuid.uuid4()), "DataServiceVersion": "3.0", **echoed}

    def error(self, refusal: Refusal, call: Call) -> Any:
        return batch_wire.error(refusal, call.base)


@dataclass(frozen=True, slots=True)
class SignIn:
    routes: tuple[Route, ...] = routes.SIGN_IN

    def admit(self, site: Site, call: Call) -> None:
        """Who comes here has no token yet."""

    def headers(self, _call: Call) -> Mapping[str, str]:
        return {"x-ms-request-id": str(uuid.uuid4())}

    def error(self, refusal: Refusal, _call: Call) -> Any:
        return signin_api.error(refusal)


@dataclass(frozen=True, slots=True)
class Control:
    routes: tuple[Route, ...] = routes.CONTROL

    def admit(self, site: Site, call: Call) -> None:
        """Whoever reaches loopback may experiment."""

    def headers(self, _call: Call) -> Mapping[str, str]:
        return {}

    def error(self, refusal: Refusal, _call: Call) -> Any:
        return control_api.error(refusal)


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


async def answer(plane: Plane, site: Site, call: Call) -> Answer:
    """The plane's whole answer to a call, headers and all."""
    try:
        fault = None if isinstance(plane, Control) else faults.next_for(site.faults, call)
        if fault is not None and not fault.after_effect:
            raise fault.refusal
        plane.admit(site, call)
        route, parts = find(plane, call)
        reply = route.handler(site, replace(call, parts=parts))
        if isinstance(reply, Later):
            reply = await asyncio.to_thread(reply.work)
        if fault is not None:
            raise fault.refusal
    except Refusal as refusal:
        reply = Answer(refusal.status, plane.error(refusal, call), refusal.headers)
    date = {"Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    return replace(reply, headers={**plane.headers(call), **date, **reply.headers})


def find(plane: Plane, call: Call) -> tuple[Route, dict[str, str]]:
    allowed = []
    for route in plane.routes:
        found = route.pattern.fullmatch(call.path)
        if found is None:
            continue
        if route.method == call.method:
            return route, {name: unquote(value) for name, value in found.groupdict().items()}
        allowed.append(route.method)
    if allowed:
        text = "The resource doesn't support the specified HTTP verb."
        raise Refusal(405, "UnsupportedHttpVerb", text, headers={"Allow": ", ".join(allowed)})
    raise Refusal(404, "ResourceNotFound", "The specified resource does not exist.")
