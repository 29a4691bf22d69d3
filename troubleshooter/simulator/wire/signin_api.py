"""Handlers of the authority: where its token endpoint is, and the token endpoint for client credentials."""

from __future__ import annotations

import hmac
import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.wire.exchange import Answer
from troubleshooter.simulator.wire.tokens import LIFETIME

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site


def openid_configuration(site: Site, call: Call) -> Answer:
    _check_tenant(site, call)
    tenant = f"{call.base}/{call.parts['tenant']}"
    return Answer(
        body={
            "issuer": f"{tenant}/v2.0",
            "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{tenant}/oauth2/v2.0/token",
            "jwks_uri": f"{tenant}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "tenant_region_scope": None,
        },
    )


def token(site: Site, call: Call) -> Answer:
    _check_tenant(site, call)
    form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != "client_credentials":
        text = "AADSTS70003: The app requested an unsupported grant type."
        raise Refusal(400, "unsupported_grant_type", text)
    client = form.get("client_id", "")
    if client != site.credential.client_id:
        text = f"AADSTS700016: Application with identifier '{client}' was not found in the directory."
        raise Refusal(400, "unauthorized_client", text)
    if not hmac.compare_digest(form.get("client_secret", "").encode(), site.credential.secret.encode()):
        text = f"AADSTS7000215: Invalid client secret provided. App: '{client}'."
        raise Refusal(401, "invalid_client", text)
    scope = form.get("scope", "").partition(" ")[0]
    audience = scope.removesuffix("/.default")
    if audience == scope or not site.knows_audience(audience):
        text = f"AADSTS500011: The resource principal named {audience} was not found in the tenant."
        raise Refusal(400, "invalid_resource", text)
    return Answer(
        body={
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": site.tokens.make(audience),
        },
        headers={"Cache-Control": "no-store"},
    )


def _check_tenant(site: Site, call: Call) -> None:
    tenant = call.parts["tenant"]
    if tenant.lower() != site.world.account.tenant:
        text = f"AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
        raise Refusal(400, "invalid_tenant", text)


def error(refusal: Refusal) -> dict[str, object]:
    number = refusal.message.removeprefix("AADSTS").partition(":")[0]
    return {
        "error": refusal.code,
        "error_description": refusal.message,
        "error_codes": [int(number)] if number.isdigit() else [],
        "trace_id": str(uuid.uuid4()),
        "correlation_id": str(uuid.uuid4()),
    }
