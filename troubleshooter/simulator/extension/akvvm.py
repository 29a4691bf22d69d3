"""The Key Vault extension on one node: from its settings and the world around it to what becomes of it.

Assumed, since nobody published it: how a refused download is wrapped in a log line, and that the status stays
`transitioning` while downloads fail also where requireInitialSync is off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.extension import settings_load, vault_door
from troubleshooter.simulator.node.story import HANDLED, Handling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from troubleshooter.simulator.around.conditions import Conditions, Identity
    from troubleshooter.simulator.around.vault_gate import Origin

PUBLISHER = "Microsoft.Azure.KeyVault"
TYPES = ("KeyVaultForLinux", "KeyVaultForWindows")
FULL_VERSIONS = {
    # Seen, but for Linux 4: of it no full version was published, and Windows' number is assumed.
    "KeyVaultForLinux": {"1": "1.0.1363.13", "2": "2.2.2158.57", "3": "3.5.3041.185", "4": "4.0.3299.265"},
    "KeyVaultForWindows": {"1": "1.0.1409.21", "3": "3.6.3145.208", "4": "4.0.3299.265"},
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What one extension came to on a node."""

    status: str
    """success, transitioning or error: the status file's words."""
    operation: str
    message: str
    blocks: bool
    """Whether it keeps its node from joining."""
    steps: tuple[tuple[str, str, str], ...] = ()
    """Its log in order: level, component, text."""
    handling: Handling = HANDLED


def is_key_vault(extension: Mapping[str, Any]) -> bool:
    return str(extension.get("publisher", "")).lower() == PUBLISHER.lower() and str(
        extension.get("type", "")
    ).lower() in {name.lower() for name in TYPES}


def full_version(extension: Mapping[str, Any]) -> str:
    versions = FULL_VERSIONS[TYPES[is_windows(extension)]]
    return versions.get(str(extension.get("typeHandlerVersion", "3")).split(".")[0], versions["3"])


def is_windows(extension: Mapping[str, Any]) -> bool:
    return str(extension.get("type", "")).lower() == TYPES[1].lower()


_STARTED_LINUX = (
    ("debug", "Global", f"logFolder: /var/log/azure/{PUBLISHER}.{TYPES[0]}"),
    ("debug", "Global", "Starting akvvm_service"),
    ("info", "VMExtension", "Starting extension"),
)
_WORKER_WINDOWS = (  # seen with 1.0, assumed for later versions
    ("info", "KVWinService", "Service Starting..."),
    ("info", "WindowsCertificateManager", "Setting up worker.."),
    ("info", "WindowsCertificateManager", "Worker setup: creating termination event.."),
    ("info", "WindowsCertificateManager", "Completed worker setup."),
)


def _started(version: str) -> list[tuple[str, str, str]]:
    folder = f"C:\\WindowsAzure\\Logs\\Plugins\\{PUBLISHER}.{TYPES[1]}\\{version}"
    begun = f"Initializing file-based logging, sending file logs to {folder}"
    return [("info", "Global", begun), ("info", "VMExtension", "Starting extension")]


def fate(
    extension: Mapping[str, Any],
    identities: tuple[Identity, ...],
    origin: Origin,
    conditions: Conditions,
    started: datetime,
) -> Fate:
    """What becomes of the extension on a node with those identities that sits there."""
    windows = is_windows(extension)
    log = _started(full_version(extension)) if windows else list(_STARTED_LINUX)
    try:
        settings = settings_load.load(extension.get("settings"), str(extension.get("typeHandlerVersion", "")))
    except settings_load.Unreadable as unreadable:
        log.append(("info", "CertificateManagementConfiguration", unreadable.log))
        # Assumed: without readable settings its node does not join, whatever requireInitialSync says.
        return Fate(
            "error", "Service start - Settings Load.", unreadable.message, blocks=True, steps=tuple(log)
        )
    log.append(("debug", "CertificateManagementConfiguration", settings.shape))
    if not settings.authentication:
        log.append(("info", "CertificateManagementConfiguration", "Defaulting to MSI authentication."))
    log += _WORKER_WINDOWS if windows else ()
    log.append(("info", "CertificateManager", "Entering worker loop.."))
    failed = _refresh(settings, identities, origin, conditions, log, windows=windows)
    if failed:
        message = "Failed to download one or more certificates, retrying..."
        return Fate("transitioning", "Service start.", message, settings.require_initial_sync, tuple(log))
    message = f"Successfully started Key Vault extension service. {started:%Y-%m-%dT%H:%M:%SZ}"
    return Fate("success", "Service start.", message, blocks=False, steps=tuple(log))


def _refresh(
    settings: settings_load.Settings,
    identities: tuple[Identity, ...],
    origin: Origin,
    conditions: Conditions,
    log: list[tuple[str, str, str]],
    *,
    windows: bool,
) -> bool:
    """One cycle over all certificates; whether any failed."""
    failed = False
    log.append(("info", "CertificateManager", "Starting refreshing observed certificates..."))
    for url, override in zip(settings.urls, settings.overrides, strict=True):
        log.append(("info", "CertificateManager", f"Beginning refresh for: {url}"))
        try:
            client_id = override or settings.client_id
            identity = vault_door.token(settings.endpoint, client_id, identities, conditions.network)
            secret = vault_door.secret(url, identity, origin, conditions, windows=windows)
        except vault_door.Refused as refused:
            failed = True
            text = f"Refreshing '{url}/' failed with exception: {refused.text}"
        else:
            # What it says of one that it cannot install is not known: here, nothing.
            failed = failed or not secret.installable
            text = f"retrieved '{url}/'; most recent version is '{secret.version}'"
        log.append(("info", "CertificateManager", text))
    if not failed:
        # Whether this line also ends a failed cycle is not known.
        log.append(("info", "CertificateManager", "Completed refreshing observed certificates."))
    wait = f"{settings.polling_seconds}000"
    log.append(
        ("debug", "CertificateManager", f"Checking state of termination event with a timeout of {wait}")
    )
    return failed
