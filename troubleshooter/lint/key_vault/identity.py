"""Checks of msiClientId against the identities of the machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.hosts import HostKind
from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.key_vault.endpoint import right_endpoint
from troubleshooter.lint.problem import (
    BATCH_PAGE,
    ERROR,
    LINUX_PAGE,
    WARNING,
    WINDOWS_PAGE,
    Problem,
    adding,
    advice,
    removing,
    replacing,
)
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.excerpt import cut
from troubleshooter.model.finding import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.key_vault.layout import Layout, SettingsPart

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MISPRINTED = re.compile(r"[0-9a-fA-F]{4,16}(?:-[0-9a-fA-F]{2,20}){4}")
"""An answer's client id may have a digit too many, as the one in the documentation has."""
_BY_PRINCIPAL = (
    "A token is asked for by client id. By its principal id the node's metadata service finds no identity,"
    " and answers Identity not found."
)
_OF_NOBODY = (
    "A machine gets tokens for its own identities only; for others it is told Identity not found. The id may"
    " be that of another identity, or the old one of one that was deleted and made again under its name."
)
_SYMPTOMS = ("kv-status-transitioning", "crp-provisioning-timeout")


def client_id_is_a_guid(layout: Layout) -> Iterator[Problem]:
    for part in layout.signing_in():
        yield from _is_a_guid(part, layout)


def _is_a_guid(auth: SettingsPart, layout: Layout) -> Iterator[Problem]:
    value = auth.get("msiClientId")
    if value is None or is_unknown(value):
        return
    right = _MISPRINTED if layout.place.answer else _GUID
    if isinstance(value, str) and right.fullmatch(value):
        return
    at = auth.below("msiClientId")
    shown = value if isinstance(value, str) else f"{value!r}"
    placeholder = isinstance(value, str) and " " in value.strip()
    fix = _client_id_fix(at, layout.place.host.identities, str(value))
    if value == "" and not fix.patch and layout.place.host.kind is HostKind.ARC:
        fix = removing("Remove the empty msiClientId: an Arc machine needs none", at)
    yield Problem(
        "msi-client-id-wrong-kind",
        WARNING if placeholder else ERROR,
        at,
        f"msiClientId {cut(shown, 60)!r} is no client id"
        + (" (a resource id)" if shown.lower().startswith("/subs") else ""),
        "It must be the client (application) id of the identity: a GUID, not its resource id or object id.",
        fix,
        ("https://github.com/microsoft/AzureTRE/pull/3492", LINUX_PAGE, WINDOWS_PAGE),
        ("imds-identity-not-found", *_SYMPTOMS),
    )


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
    if meant and (_GUID.fullmatch(meant) or is_unknown(meant)):
        return replacing(f"Set msiClientId to {meant}, the client id of the pool's identity", at, meant)
    if len(known) > 1:
        return Fix(
            "Set msiClientId to the client id of the identity that may read the vault",
            ({"op": "replace", "path": at, "value": "${identity.client_id}"},),
            needs=("identity",),
        )
    return advice("Set msiClientId to the client id of an identity that the machine has")


def client_id_is_the_pools(layout: Layout) -> Iterator[Problem]:
    """A GUID that no identity of the pool has; decided only where every client id is shown."""
    for part in layout.signing_in():
        yield from _is_the_pools(part, layout)


def _is_the_pools(auth: SettingsPart, layout: Layout) -> Iterator[Problem]:
    identities, value = layout.place.host.identities, auth.get("msiClientId")
    if not identities or not isinstance(value, str) or not _GUID.fullmatch(value):
        return
    shown = [str(one.get("clientId", "")).lower() for one in identities.values()]
    if not all(_GUID.fullmatch(one) for one in shown) or value.lower() in shown:
        return
    message, why = _whose(value, identities, str(layout.place.host.kind))
    yield Problem(
        "imds-identity-not-found",
        ERROR,
        auth.below("msiClientId"),
        message,
        why,
        _client_id_fix(auth.below("msiClientId"), identities, value),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/124819", BATCH_PAGE),
        _SYMPTOMS,
        exact=True,
    )


def _whose(value: str, identities: Mapping[str, Mapping[str, Any]], kind: str) -> tuple[str, str]:
    """What the id is, as far as the definition tells, and why it gets no token."""
    for name, one in identities.items():
        if str(one.get("principalId", "")).lower() == value.lower():
            short = name.rpartition("/")[2]
            holds = f"msiClientId holds the principal id of the identity {short}"
            return f"{holds}; its client id is {one['clientId']}", _BY_PRINCIPAL
    return f"msiClientId is not the client id of any identity of this {kind}", _OF_NOBODY


def pool_has_an_identity(layout: Layout) -> Iterator[Problem]:
    """Batch gives its nodes no identity but the pool's."""
    pool, host = layout.place.pool, layout.place.host
    if pool is None or layout.secrets is None or host.identities != {}:
        return
    naming = next((part for part in layout.signing_in() if part.get("msiClientId")), None)
    named = naming is not None
    attach = {"type": "UserAssigned", "userAssignedIdentities": {"${identity}": {}}}
    summary = "Attach to the pool the identity that " + (
        "msiClientId names" if named else "may read the vault"
    )
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
        naming.below("msiClientId") if naming else layout.place.settings_at,
        "msiClientId names an identity, but the pool has none" if named else "the pool has no identity",
        "A node has only the identities of its pool, so the extension gets no token: Identity not found.",
        fix,
        (BATCH_PAGE, "https://learn.microsoft.com/azure/batch/managed-identity-pools"),
        ("imds-identity-not-found", *_SYMPTOMS),
        lacks=pool.at,
    )


def identity_is_named(layout: Layout) -> Iterator[Problem]:
    """With user-assigned identities, and on Arc, the settings must say whom to sign in as."""
    host, auth = layout.place.host, layout.auth
    if layout.secrets is None:
        return
    if host.kind is HostKind.ARC:
        named = auth is not None
    else:
        named = (auth is not None and auth.get("msiClientId") is not None) or _each_named(layout)
    user = host.identity is not None and host.identity.user
    if named or not (user or host.kind is HostKind.ARC):
        return
    several = len(host.identities or {}) > 1
    yield Problem(
        "imds-multiple-identities" if several else "kv-authsettings-missing",
        WARNING,
        layout.place.settings_at,
        f"the {host.kind} has {'several identities' if several else 'an identity'}, the settings name none"
        if user
        else "authenticationSettings is missing; an Arc machine needs it",
        "With user-assigned identities, and on Arc, the extension needs authenticationSettings, "
        "or it may get no token.",
        _name_identity(layout),
        (LINUX_PAGE, WINDOWS_PAGE, BATCH_PAGE),
        ("imds-identity-not-found", "imds-multiple-identities"),
        lacks=layout.auth.at if layout.auth else layout.inner_at,
    )


def _each_named(layout: Layout) -> bool:
    """Whether every certificate says itself who reads it. That this is enough is inferred."""
    certificates, overrides = tuple(layout.entries()), tuple(layout.overrides())
    named = [part for part in overrides if part.get("msiClientId") is not None]
    return bool(named) and len(named) == len(certificates)


def _name_identity(layout: Layout) -> Fix:
    host = layout.place.host
    at = layout.auth.at if layout.auth else pointer(layout.inner_at, "authenticationSettings")
    endpoint = right_endpoint(layout.place)
    summary = f"Name the {host.kind}'s identity in authenticationSettings"
    if layout.auth is not None and not layout.auth_in_place:
        return advice(summary)
    if host.kind is HostKind.ARC:
        return adding("Add authenticationSettings with Arc's msiEndpoint", at, {"msiEndpoint": endpoint})
    shown = [str(one.get("clientId", "")) for one in (host.identities or {}).values()]
    if len(shown) == 1 and _GUID.fullmatch(shown[0]):
        return adding(summary, at, {"msiEndpoint": endpoint, "msiClientId": shown[0]})
    if host.kind is not HostKind.BATCH:
        return advice(summary)
    value = {"msiEndpoint": endpoint, "msiClientId": "${identity.client_id}"}
    return Fix(summary, ({"op": "add", "path": at, "value": value},), needs=("identity",))


def _waits_for_certificates(layout: Layout) -> bool:
    """Whether the deployment waits until they are there; from 4.0 on it always does."""
    if layout.secrets is None:
        return False
    asked = str(layout.secrets.get("requireInitialSync")).lower() == "true"  # in quotes it is meant as well
    return asked or (layout.place.major or 0) >= 4


def initial_sync_has_an_identity(layout: Layout) -> Iterator[Problem]:
    """Waiting for certificates while nothing says who reads them: sometimes fails, or never ends."""
    host, named = layout.place.host, layout.auth is not None
    if named or not _waits_for_certificates(layout):
        return
    identity = host.identity
    if identity is not None and identity.system and not identity.user and host.rights_given_here:
        yield Problem(
            "identity-deadlock-initial-sync",
            WARNING,
            _sync_at(layout),
            "it waits for certificates that its identity may read only after this deployment",
            "The machine's own identity is made here and gets its rights here; "
            "if these wait for the extension, neither ends.",
            advice("Use a user-assigned identity that may read the vault before the deployment, and name it"),
            ("https://github.com/MicrosoftDocs/azure-docs/issues/67789", LINUX_PAGE, WINDOWS_PAGE),
            _SYMPTOMS,
            lacks=layout.inner_at,
        )
    elif host.kind is not HostKind.ARC and identity is None and not _came_to_its_end(layout.place):
        yield Problem(
            "kv-initial-sync-identity-unnamed",
            WARNING,
            _sync_at(layout),
            "requireInitialSync waits for certificates, but no identity is named to read them",
            "With a user-assigned identity on the machine this fails at times; with one made by the same "
            "template it can wait for ever.",
            advice(
                "Name a user-assigned identity in authenticationSettings, with its rights given beforehand"
            ),
            ("https://github.com/microsoft/AzureTRE/pull/3492", LINUX_PAGE, WINDOWS_PAGE),
            (
                "kv-authsettings-missing",
                "identity-deadlock-initial-sync",
                "imds-identity-not-found",
                *_SYMPTOMS,
            ),
            lacks=layout.inner_at,
        )


def _came_to_its_end(place: Place) -> bool:
    """Whether waiting for certificates ended well here, or is not asked for: 4.x waits anyway.

    An answer of Azure may say so: success is told only once they are there.
    """
    told = (place.fields.get(key) for key in ("provisioningState", "ProvisioningState"))
    return (place.major or 0) >= 4 or "Succeeded" in told


def _sync_at(layout: Layout) -> str:
    secrets = layout.secrets
    if secrets is not None and secrets.has("requireInitialSync"):
        return secrets.below("requireInitialSync")
    return layout.place.settings_at


def system_identity_is_not_named(layout: Layout) -> Iterator[Problem]:
    """The pages for Linux and Windows contradict each other, so only Linux 3.x is told."""
    identity, place = layout.place.host.identity, layout.place
    if (
        layout.auth is None
        or identity is None
        or identity.user
        or not identity.system
        or place.os is not Os.LINUX
        or place.major != 3
        or place.host.kind in {HostKind.ARC, HostKind.BATCH}
    ):
        return
    yield Problem(
        "kv-authsettings-with-system-identity",
        WARNING,
        layout.auth.at,
        "authenticationSettings is given, but the machine has only the identity that Azure made for it",
        "The page of the Linux extension says to leave the section out then; "
        "with it the deployment fails. The Windows page says the opposite.",
        removing("Remove authenticationSettings", layout.auth.at),
        (LINUX_PAGE,),
    )
