"""Checks of authenticationSettings against the pool's identity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.places import Os, is_unknown
from troubleshooter.lint.problem import (
    BATCH_PAGE,
    ERROR,
    LINUX_PAGE,
    WARNING,
    WINDOWS_PAGE,
    Problem,
    adding,
    advice,
    replacing,
)
from troubleshooter.model.finding import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.layout import Layout
    from troubleshooter.lint.places import PoolPlace

IMDS = "http://169.254.169.254/metadata/identity"
_ENDPOINTS = {IMDS, IMDS + "/oauth2/token", "http://localhost:40342/metadata/identity"}
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SYMPTOMS = ("kv-status-transitioning", "crp-provisioning-timeout")


def endpoint_is_known(layout: Layout) -> Iterator[Problem]:
    value = layout.auth.get("msiEndpoint") if layout.auth else None
    if (
        layout.auth is None
        or not isinstance(value, str)
        or is_unknown(value)
        or value.rstrip("/") in _ENDPOINTS
    ):
        return
    at = layout.auth.below("msiEndpoint")
    right = IMDS + ("/oauth2/token" if layout.place.os is Os.WINDOWS and layout.place.pool is None else "")
    scheme, _, rest = value.partition("://")
    if not rest or scheme not in {"http", "https"}:
        bad, why = "kv-uri-scheme-missing", "it does not start with http://"
    elif not _host(value):
        bad, why = "kv-uri-no-hostname", "it has no host name"
    else:
        bad, why = "msi-endpoint-unknown", "it is none of the known addresses"
    if not value:
        bad, why = "kv-uri-no-hostname", "it is empty"
    yield Problem(
        bad,
        ERROR,
        at,
        f"msiEndpoint {value!r} cannot work: {why}",
        "The extension asks this address for a token, and gets none.",
        replacing(f"Set msiEndpoint to {right}", at, right),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/109667", LINUX_PAGE, WINDOWS_PAGE),
        _SYMPTOMS,
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def client_id_has_endpoint(layout: Layout) -> Iterator[Problem]:
    auth = layout.auth
    if (
        auth is None
        or not isinstance(auth.value, Mapping)
        or not auth.get("msiClientId")
        or auth.has("msiEndpoint")
    ):
        return
    yield Problem(
        "kv-uri-no-hostname",
        WARNING,
        auth.at,
        "msiClientId is given without msiEndpoint",
        "msiEndpoint is required when msiClientId is used; without it the URL that is asked has no host.",
        adding(f"Add msiEndpoint {IMDS}", auth.below("msiEndpoint"), IMDS),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/66632", LINUX_PAGE, WINDOWS_PAGE),
    )


def client_id_is_a_guid(layout: Layout) -> Iterator[Problem]:
    auth = layout.auth
    value = auth.get("msiClientId") if auth else None
    if auth is None or value is None or is_unknown(value):
        return
    if isinstance(value, str) and (_GUID.fullmatch(value) or not layout.place.patchable):
        return  # an answer's client id may be misprinted, as the documented one is
    shown = value if isinstance(value, str) else f"{value!r}"
    placeholder = isinstance(value, str) and " " in value.strip()
    yield Problem(
        "msi-client-id-wrong-kind",
        WARNING if placeholder else ERROR,
        auth.below("msiClientId"),
        f"msiClientId {shown[:60]!r} is no client id"
        + (" (a resource id)" if shown.startswith("/subs") else ""),
        "It must be the client (application) id of the identity: a GUID, not its resource id or object id.",
        _client_id_fix(auth.below("msiClientId"), _identities(layout.place.pool), str(value)),
        ("https://github.com/microsoft/AzureTRE/pull/3492", LINUX_PAGE, WINDOWS_PAGE),
        ("imds-identity-not-found", *_SYMPTOMS),
    )


def _identities(pool: PoolPlace | None) -> Mapping[str, Mapping[str, Any]] | None:
    """Resource id to what is said of it; None where that cannot be known."""
    if pool is None:
        return None
    identity = pool.body.get("identity")
    if identity is None:
        return {}
    if isinstance(identity, list):  # the data plane's answer
        found = {str(one.get("resourceId", "")): one for one in identity if isinstance(one, Mapping)}
        return {name: one for name, one in found.items() if name}
    entries = identity.get("userAssignedIdentities") if isinstance(identity, Mapping) else identity
    if entries is None and isinstance(identity, Mapping) and not is_unknown(identity.get("type")):
        return {}
    if not isinstance(entries, Mapping):
        return None
    return {name: one if isinstance(one, Mapping) else {} for name, one in entries.items()}


def _client_id_fix(at: str, identities: Mapping[str, Mapping[str, Any]] | None, wrong: str) -> Fix:
    known = {
        name.lower(): str(one["clientId"]) for name, one in (identities or {}).items() if one.get("clientId")
    }
    by_principal = [
        str(one["clientId"])
        for one in (identities or {}).values()
        if one.get("principalId") == wrong and "clientId" in one
    ]
    meant = known.get(wrong.lower()) or (by_principal[0] if by_principal else None)
    if meant is None and len(known) == 1 and len(identities or {}) == 1:
        meant = next(iter(known.values()))
    if meant:
        return replacing(f"Set msiClientId to {meant}, the client id of the pool's identity", at, meant)
    if len(known) > 1:
        return Fix(
            "Set msiClientId to the client id of the identity that may read the vault",
            ({"op": "replace", "path": at, "value": "${identity.client_id}"},),
            needs=("identity",),
        )
    return advice("Set msiClientId to the client id of an identity that the pool has")


def client_id_is_the_pools(layout: Layout) -> Iterator[Problem]:
    """A GUID that no identity of the pool has; decided only where every client id is shown."""
    auth, identities = layout.auth, _identities(layout.place.pool)
    value = auth.get("msiClientId") if auth else None
    if auth is None or not identities or not isinstance(value, str) or not _GUID.fullmatch(value):
        return
    shown = [str(one.get("clientId", "")).lower() for one in identities.values()]
    if not all(shown) or value.lower() in shown:
        return
    yield Problem(
        "imds-identity-not-found",
        ERROR,
        auth.below("msiClientId"),
        "msiClientId is not the client id of any identity of this pool",
        "The node gets tokens for the pool's identities only; for others it is told Identity not found.",
        _client_id_fix(auth.below("msiClientId"), identities, value),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/124819", BATCH_PAGE),
        _SYMPTOMS,
    )


def pool_has_an_identity(layout: Layout) -> Iterator[Problem]:
    pool, auth = layout.place.pool, layout.auth
    if pool is None or auth is None or not auth.get("msiClientId") or _identities(pool) != {}:
        return
    attach = {"type": "UserAssigned", "userAssignedIdentities": {"${identity}": {}}}
    summary = "Attach to the pool the identity that msiClientId names"
    fix = (
        Fix(
            summary,
            ({"op": "add", "path": pointer(pool.at, "identity"), "value": attach},),
            needs=("identity",),
        )
        if pool.arm
        else advice("Create the pool through ARM, with the identity: the data plane cannot attach one")
    )
    yield Problem(
        "batch-pool-identity-missing",
        ERROR,
        auth.below("msiClientId"),
        "msiClientId names an identity, but the pool has none",
        "A node has only the identities of its pool, so the extension gets no token: Identity not found.",
        fix,
        (BATCH_PAGE, "https://learn.microsoft.com/azure/batch/managed-identity-pools"),
        ("imds-identity-not-found", *_SYMPTOMS),
    )


def identity_is_named(layout: Layout) -> Iterator[Problem]:
    """Batch pools have user-assigned identities only, so the settings must name one."""
    identities = _identities(layout.place.pool)
    named = layout.auth is not None and layout.auth.get("msiClientId") is not None
    if not identities or named or layout.secrets is None:
        return
    several = len(identities) > 1
    yield Problem(
        "imds-multiple-identities" if several else "kv-authsettings-missing",
        WARNING,
        layout.place.settings_at,
        "the pool has an identity, but the settings name none"
        if not several
        else "the settings name no identity",
        "With user-assigned identities the extension needs authenticationSettings, or it may get no token.",
        _name_identity(layout, identities),
        (LINUX_PAGE, WINDOWS_PAGE, BATCH_PAGE),
    )


def _name_identity(layout: Layout, identities: Mapping[str, Mapping[str, Any]]) -> Fix:
    shown = [str(one.get("clientId", "")) for one in identities.values()]
    at = pointer(layout.place.settings_at, "authenticationSettings")
    summary = "Name the pool's identity in authenticationSettings"
    if len(shown) == 1 and shown[0]:
        return adding(summary, at, {"msiEndpoint": IMDS, "msiClientId": shown[0]})
    value = {"msiEndpoint": IMDS, "msiClientId": "${identity.client_id}"}
    return Fix(summary, ({"op": "add", "path": at, "value": value},), needs=("identity",))
