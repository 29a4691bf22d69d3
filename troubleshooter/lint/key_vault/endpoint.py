"""Checks of msiEndpoint, the address that the extension asks for a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from troubleshooter.lint.hosts import HostKind
from troubleshooter.lint.problem import (
    ERROR,
    LINUX_PAGE,
    WARNING,
    WINDOWS_PAGE,
    Problem,
    adding,
    advice,
    json_type,
    replacing,
)
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.key_vault.layout import Layout

IMDS = "http://169.254.169.254/metadata/identity"
ARC = "http://localhost:40342/metadata/identity"
_KNOWN = {IMDS, IMDS + "/oauth2/token", ARC, ARC + "/oauth2/token"}
_SYMPTOMS = ("kv-status-transitioning", "crp-provisioning-timeout")


def right_endpoint(place: Place) -> str:
    if place.host.kind is HostKind.ARC:
        return ARC
    windows_machine = place.os is Os.WINDOWS and place.host.kind is not HostKind.BATCH
    return IMDS + ("/oauth2/token" if windows_machine else "")


def endpoint_is_known(layout: Layout) -> Iterator[Problem]:
    auth = layout.auth
    value = auth.get("msiEndpoint") if auth else None
    if auth is None or value is None or is_unknown(value):
        return
    at, right = auth.below("msiEndpoint"), right_endpoint(layout.place)
    if not isinstance(value, str):
        yield Problem(
            "kv-config-not-a-string",
            ERROR,
            at,
            f"msiEndpoint is {json_type(value)}; it must be text",
            "The extension stops at loading its settings: 'not a string'.",
            replacing(f"Set msiEndpoint to {right}", at, right),
            explains=_SYMPTOMS,
        )
        return
    if value.rstrip("/") in _KNOWN:
        yield from _for_this_host(layout, value, at)
        return
    bad, why = _what_is_wrong(value)
    yield Problem(
        bad,
        ERROR,
        at,
        f"msiEndpoint {cut(value, 80)!r} cannot work: {why}",
        "The extension asks this address for a token, and gets none.",
        replacing(f"Set msiEndpoint to {right}", at, right),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/109667", LINUX_PAGE, WINDOWS_PAGE),
        _SYMPTOMS,
    )


def _what_is_wrong(value: str) -> tuple[str, str]:
    if not value:
        return "kv-uri-no-hostname", "it is empty"
    scheme, _, rest = value.partition("://")
    if not rest or scheme not in {"http", "https"}:
        return "kv-uri-scheme-missing", "it does not start with http://"
    try:
        host = urlsplit(value).hostname
    except ValueError:
        host = None
    if not host:
        return "kv-uri-no-hostname", "it has no host name"
    return "msi-endpoint-unknown", "it is none of the known addresses"


def _for_this_host(layout: Layout, value: str, at: str) -> Iterator[Problem]:
    kind = layout.place.host.kind
    if kind is HostKind.UNKNOWN or value.startswith(ARC) == (kind is HostKind.ARC):
        return
    right = right_endpoint(layout.place)
    yield Problem(
        "msi-endpoint-of-another-host",
        ERROR,
        at,
        f"msiEndpoint {value} is not the address of an Arc machine"
        if kind is HostKind.ARC
        else f"msiEndpoint {value} is there on Arc machines only; this is a {kind}",
        "Arc's agent answers at localhost:40342, Azure's own machines are answered at 169.254.169.254.",
        replacing(f"Set msiEndpoint to {right}", at, right),
        explains=_SYMPTOMS,
    )


def client_id_has_endpoint(layout: Layout) -> Iterator[Problem]:
    auth = layout.auth
    given = auth is not None and isinstance(auth.value, Mapping) and auth.get("msiClientId")
    if auth is None or not given or auth.get("msiEndpoint") is not None:
        return
    right = right_endpoint(layout.place)
    yield Problem(
        "kv-uri-no-hostname",
        WARNING,
        auth.at,
        "msiClientId is given without msiEndpoint",
        "msiEndpoint is required when msiClientId is used; without it the URL that is asked has no host.",
        adding(f"Add msiEndpoint {right}", auth.below("msiEndpoint"), right),
        ("https://github.com/MicrosoftDocs/azure-docs/issues/66632", LINUX_PAGE, WINDOWS_PAGE),
        lacks=auth.at,
    )


def authentication_is_an_object(layout: Layout) -> Iterator[Problem]:
    auth = layout.auth
    if auth is None or isinstance(auth.value, Mapping) or auth.value is None or is_unknown(auth.value):
        return
    yield Problem(
        "kv-config-other-json-type",
        ERROR,
        auth.at,
        f"authenticationSettings is {json_type(auth.value)}; it must be an object",
        "The extension looks for msiEndpoint and msiClientId in it.",
        advice("Write an object with msiEndpoint and msiClientId"),
        explains=_SYMPTOMS,
    )
