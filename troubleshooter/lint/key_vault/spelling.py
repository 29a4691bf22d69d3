"""The keys of the settings, and which of them a misspelled one was probably meant to be."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.unknown import is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = ("secretsManagementSettings", "authenticationSettings", "loggingSettings")
SECRETS = (
    "pollingIntervalInS",
    "requireInitialSync",
    "observedCertificates",
    "certificateStoreName",
    "certificateStoreLocation",
    "linkOnRenewal",
    "aclEnabled",
    "authenticationSettings",
)
AUTH = ("msiEndpoint", "msiClientId")
CERTIFICATE = (
    "url",
    "certificateStoreName",
    "certificateStoreLocation",
    "accounts",
    "acls",
    "keyExportable",
    "customSymbolicLinkName",
    "authenticationOverride",
)
OVERRIDE = ("msiClientId",)
LOGGING = ("logger", "endpoint", "format", "servicename")


@lru_cache(maxsize=4096)
def nearest(key: str, known: tuple[str, ...]) -> str:
    """The known key that was probably meant; empty for a known key and for a foreign one."""
    if key in known or len(key) > 60 or is_unknown(key) or key.endswith(("SettingsKey", "SettingsValue")):
        return ""
    lowered = {name.lower(): name for name in known}
    if key.lower() in lowered:
        return lowered[key.lower()]
    found = get_close_matches(key.lower(), lowered, n=1, cutoff=0.85)
    return lowered[found[0]] if found else _ALIASES.get(key, "") if _ALIASES.get(key) in known else ""


_ALIASES = {
    "authenticationLocationSettings": "authenticationSettings",
    "certificateStore": "certificateStoreName",
}


def spelt(holder: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    """How a holder spells a key: as it is, or as the first that was probably meant to be it."""
    if key in holder:
        return key
    return next((written for written in holder if nearest(written, known) == key), key)
