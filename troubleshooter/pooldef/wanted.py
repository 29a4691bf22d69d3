"""The certificates that a pool's extension wants, and as whom it reads each."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from troubleshooter.model.reply import Wanted
from troubleshooter.pooldef.pool_body import ours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.extension import Extension


def wanted(definition: Any, extension: Extension) -> tuple[Wanted, ...]:
    """Of all of the pool's entries of the extension, each once; what is no URL is the linter's to tell."""
    identities = _identities(definition)
    holds = extension.settings.holds
    found = (
        one for entry in ours(definition, extension) for one in _of(entry.get("settings"), holds, identities)
    )
    return tuple(dict.fromkeys(found))


def _of(settings: Any, holds: str, identities: Mapping[str, Mapping[str, Any]]) -> Iterator[Wanted]:
    told = _object(settings)
    of_all = _text(_object(told.get("authenticationSettings")), "msiClientId")
    listed = _object(told.get(holds)).get("observedCertificates")
    for entry in listed if isinstance(listed, list) else ():
        url = entry if isinstance(entry, str) else _text(_object(entry), "url")
        own = _text(_object(_object(entry).get("authenticationOverride")), "msiClientId")
        if one := _wanted(url, own or of_all, identities):
            yield replace(one, override=bool(own))


def _wanted(url: str, client: str, identities: Mapping[str, Mapping[str, Any]]) -> Wanted | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    segments = [segment for segment in parts.path.split("/") if segment]
    if not host or len(segments) < 2:
        return None
    identity, principal = _reader(client, identities)
    return Wanted(
        url, host, segments[1], segments[2] if len(segments) > 2 else "", client, identity, principal
    )


def _reader(client: str, identities: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """The pool's identity with that client id, or its only one where none is named."""
    fits = [
        name
        for name, ids in identities.items()
        if client and _text(ids, "clientId").lower() == client.lower()
    ]
    if not client and len(identities) == 1:
        fits = [*identities]
    return (fits[0], _text(identities[fits[0]], "principalId")) if len(fits) == 1 else ("", "")


def _identities(definition: Any) -> dict[str, Mapping[str, Any]]:
    given = _object(_object(_object(definition).get("identity")).get("userAssignedIdentities"))
    return {str(name): _object(ids) for name, ids in given.items()}


def _object(value: Any) -> Mapping[str, Any]:
    """An object, also where it is given as text, as settings may be."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _text(value: Mapping[str, Any], key: str) -> str:
    told = value.get(key)
    return told if isinstance(told, str) else ""
