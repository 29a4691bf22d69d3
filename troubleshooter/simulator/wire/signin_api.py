"""Handlers of the authority: where its endpoints are, its token endpoint, and how a person gets a code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.wire.exchange import Answer
from troubleshooter.simulator.wire.site import DeviceCode, GrantedCode
from troubleshooter.simulator.wire.tokens import LIFETIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site

_PERSON = "ada@contoso.example"
_REFRESH = "refresh-of-ada"
_OF_PERSONS = frozenset({"openid", "profile", "offline_access"})


def openid_configuration(site: Site, call: Call) -> Answer:
    _check_tenant(site, call)
    tenant = f"{call.base}/{call.parts['tenant']}"
    return Answer(
        body={
            "issuer": f"{tenant}/v2.0",
            "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{tenant}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{tenant}/oauth2/v2.0/devicecode",
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
    form = _form(call)
    match form.get("grant_type"):
        case "client_credentials":
            _check_application(site, form)
            return _given(site, form, {})
        case "urn:ietf:params:oauth:grant-type:device_code":
            asked = {**form, "scope": _typed(site, form).scope}
            return _given(site, asked, _of_person(site, asked))
        case "authorization_code":
            granted = _redeemed(site, form)
            asked = {**form, "scope": granted.scope}
            return _given(site, asked, _of_person(site, asked, granted.nonce))
        case "refresh_token" if form.get("refresh_token") == _REFRESH:
            return _given(site, form, _of_person(site, form))
    text = "AADSTS70003: The app requested an unsupported grant type."
    raise Refusal(400, "unsupported_grant_type", text)


def device_code(site: Site, call: Call) -> Answer:
    """A code for a person to type elsewhere, after v2-oauth2-device-code of Microsoft's documentation."""
    _check_tenant(site, call)
    user, device = secrets.token_hex(5).upper()[:9], secrets.token_urlsafe(24)
    site.codes[device] = DeviceCode(user, _form(call).get("scope", ""))
    page = f"{call.base}/devicelogin"
    return Answer(
        body={
            "user_code": user,
            "device_code": device,
            "verification_uri": page,
            "expires_in": 900,
            "interval": 1,
            "message": f"To sign in, use a web browser to open the page {page} and enter the code {user}.",
        }
    )


def authorize(site: Site, call: Call) -> Answer:
    """The page on which a person signs in, after v2-oauth2-auth-code-flow of Microsoft's documentation.

    Both of its buttons post to whoever sent the person here, as `response_mode=form_post` has it.
    """
    _check_tenant(site, call)
    asked = call.query
    back = asked.get("redirect_uri", "")
    if not back.startswith("http://localhost"):  # as public clients of the desktop are registered
        text = f"AADSTS50011: The redirect URI '{back}' specified in the request does not match."
        raise Refusal(400, "invalid_request", text)
    if asked.get("code_challenge_method") != "S256" or asked.get("response_mode") != "form_post":
        raise Refusal(400, "invalid_request", "AADSTS9002325: Proof Key for Code Exchange is required.")
    code, state = secrets.token_urlsafe(24), asked.get("state", "")
    site.granted[code] = GrantedCode(
        asked.get("scope", ""), asked["code_challenge"], asked.get("nonce", ""), back
    )
    refused = "AADSTS65004: User declined to consent to access the app."
    forms = (
        _form_back(back, f"Sign in as {_PERSON}", {"code": code, "state": state}),
        _form_back(back, "Cancel", {"error": "access_denied", "error_description": refused, "state": state}),
    )
    page = f"<!doctype html><title>Sign in</title><h1>Sign in</h1>{''.join(forms)}"
    return Answer(text=page, headers={"Content-Type": "text/html; charset=utf-8"})


def _form_back(to: str, says: str, fields: Mapping[str, str]) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items()
    )
    return f'<form method="post" action="{html.escape(to)}">{inputs}<button>{says}</button></form>'


def type_code(site: Site, call: Call) -> Answer:
    """For the experimenter: a person types a code and consents."""
    for code in site.codes.values():
        if code.user_code == call.parts["code"]:
            code.typed = True
            return Answer(body={"signed_in": _PERSON})
    raise Refusal(404, "NotFound", "No such code was given.")


def _form(call: Call) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}


def _check_application(site: Site, form: Mapping[str, str]) -> None:
    client = form.get("client_id", "")
    if client != site.credential.client_id:
        text = f"AADSTS700016: Application with identifier '{client}' was not found in the directory."
        raise Refusal(400, "unauthorized_client", text)
    if "client_assertion" in form:
        if form["client_assertion"] != site.credential.secret:  # as good as any: nothing signs it here
            text = "AADSTS700213: No matching federated identity record found for presented assertion."
            raise Refusal(401, "invalid_client", text)
    elif not hmac.compare_digest(form.get("client_secret", "").encode(), site.credential.secret.encode()):
        text = f"AADSTS7000215: Invalid client secret provided. App: '{client}'."
        raise Refusal(401, "invalid_client", text)


def _typed(site: Site, form: Mapping[str, str]) -> DeviceCode:
    code = site.codes.get(form.get("device_code", ""))
    if code is None:
        text = "AADSTS70019: Verification code expired."
        raise Refusal(400, "expired_token", text)
    if not code.typed:
        text = "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling."
        raise Refusal(400, "authorization_pending", text)
    return code


def _redeemed(site: Site, form: Mapping[str, str]) -> GrantedCode:
    """A code holds once, for whoever knows what its challenge was made of."""
    granted = site.granted.pop(form.get("code", ""), None)
    if granted is None:
        text = (
            "AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code."
        )
        raise Refusal(400, "invalid_grant", text)
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not hmac.compare_digest(challenge.encode(), granted.challenge.encode()):
        text = (
            "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization"
        )
        raise Refusal(400, "invalid_grant", f"{text} request.")
    if form.get("redirect_uri", "") != granted.redirect_uri:
        text = "AADSTS500112: The reply address does not match the reply address provided when requesting"
        raise Refusal(400, "invalid_grant", f"{text} Authorization code.")
    return granted


def _of_person(site: Site, form: Mapping[str, str], nonce: str = "") -> dict[str, str]:
    """What a token comes with that a person got."""
    info = json.dumps({"uid": _PERSON, "utid": site.world.account.tenant}).encode()
    return {
        "id_token": site.tokens.identity(form.get("client_id", ""), _PERSON, nonce),
        "client_info": base64.urlsafe_b64encode(info).decode().rstrip("="),
        "refresh_token": _REFRESH,
        "scope": form.get("scope", ""),
    }


def _given(site: Site, form: Mapping[str, str], person: Mapping[str, str]) -> Answer:
    scopes = [scope for scope in form.get("scope", "").split() if scope not in _OF_PERSONS]
    scope = scopes[0] if scopes else ""
    audience = scope.removesuffix("/.default")
    if audience == scope or not site.knows_audience(audience):
        text = f"AADSTS500011: The resource principal named {audience} was not found in the tenant."
        raise Refusal(400, "invalid_resource", text)
    return Answer(
        body={
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": site.tokens.make(audience, _PERSON if person else ""),
            **person,
        },
        headers={"Cache-Control": "no-store"},
    )


def _check_tenant(site: Site, call: Call) -> None:
    tenant = call.parts["tenant"]
    if tenant.lower() == "organizations" and _form(call).get("grant_type") != "client_credentials":
        return  # a person's own is not known before who it is
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
