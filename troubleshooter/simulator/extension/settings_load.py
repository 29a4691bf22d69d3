"""How the Key Vault extension reads its settings: what it accepts, and the text with which it gives up.

Reported for the extension: `not an object`, `not a string`, `Attempt to get non-existent AuthConfig`,
`observedCertificates cannot be empty`. The other endings are the JSON library's own texts and assumed.
Keys it does not know are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Unreadable(Exception):
    message: str
    """As the status file has it."""
    log: str
    """As the log has it."""


@dataclass(frozen=True, slots=True)
class Settings:
    urls: tuple[str, ...]
    overrides: tuple[str | None, ...]
    """Of each URL the client id that 4.x takes for it instead; documented for Linux, assumed for Windows."""
    polling_seconds: str
    require_initial_sync: bool
    endpoint: str | None
    client_id: str | None
    authentication: bool
    """Whether an authenticationSettings was found where it belongs."""
    shape: str
    """How the log names the shape of observedCertificates."""


def load(raw: Any, version: str) -> Settings:
    """Read `settings` of the extension as its `version` would, or raise Unreadable."""
    if not isinstance(raw, dict):
        raise _unparsed("not an object")
    if "secretsManagementSettings" not in raw:
        if isinstance(raw.get("settings"), dict):
            # One more `settings` around the real ones, as in the one public report of this text.
            text = "Attempt to get non-existent AuthConfig"
            raise Unreadable(text, text)
        raise _unparsed("Key not found")
    secrets = _object(raw["secretsManagementSettings"])
    urls, shape = _certificates(secrets)
    authentication = raw.get("authenticationSettings")
    login = _object(authentication) if authentication is not None else {}
    return Settings(
        urls=urls,
        overrides=_overrides(secrets["observedCertificates"], version),
        polling_seconds=_text(secrets.get("pollingIntervalInS", "3600")),
        # 4.x has no such setting and always waits for the first download.
        require_initial_sync=version.startswith("4") or _flag(secrets.get("requireInitialSync", False)),
        endpoint=_optional_text(login.get("msiEndpoint")),
        client_id=_optional_text(login.get("msiClientId")),
        authentication=authentication is not None,
        shape=shape,
    )


def _certificates(secrets: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    observed = secrets.get("observedCertificates")
    if observed is None:
        raise _unparsed("Key not found")
    if not isinstance(observed, list):
        raise _unparsed("not an array")
    if not observed:
        text = "observedCertificates cannot be empty"
        raise Unreadable(text, text)
    if all(isinstance(one, dict) for one in observed):
        return tuple(_text(one.get("url")) for one in observed), "Found v3.x configuration with ACL"
    return tuple(_text(one) for one in observed), "Found v1.x config..."


def _overrides(observed: list[Any], version: str) -> tuple[str | None, ...]:
    """Earlier versions do not know them."""
    known = (one.get("authenticationOverride") if isinstance(one, dict) else None for one in observed)
    if not version.startswith("4"):
        return (None,) * len(observed)
    return tuple(None if one is None else _optional_text(_object(one).get("msiClientId")) for one in known)


def _unparsed(ending: str) -> Unreadable:
    # The log has no space after the colon and a full stop instead of quotes.
    return Unreadable(
        f"Failed to parse the configuration settings with: '{ending}'",
        f"Failed to parse the configuration settings with:{ending}.",
    )


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unparsed("not an object")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _unparsed("not a string")
    return value


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _unparsed("not a boolean")
    return value
