"""Settings that the extension cannot read. What `settings_load.py` says of their texts holds here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from troubleshooter.simulator.scenarios.scene import Scenario

if TYPE_CHECKING:
    from typing import Any


def number(settings: dict[str, Any]) -> dict[str, Any]:
    settings["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    return settings


def as_text(settings: dict[str, Any]) -> Any:
    return json.dumps(settings)


def _secrets_as_text(settings: dict[str, Any]) -> dict[str, Any]:
    settings["secretsManagementSettings"] = json.dumps(settings["secretsManagementSettings"])
    return settings


def _nested(settings: dict[str, Any]) -> dict[str, Any]:
    settings["secretsManagementSettings"]["authenticationSettings"] = settings.pop("authenticationSettings")
    return settings


def empty(settings: dict[str, Any]) -> dict[str, Any]:
    settings["secretsManagementSettings"]["observedCertificates"] = []
    return settings


def _certificate_alone(settings: dict[str, Any]) -> dict[str, Any]:
    secrets = settings["secretsManagementSettings"]
    secrets["observedCertificates"] = secrets["observedCertificates"][0]["url"]
    return settings


def _sync_as_text(settings: dict[str, Any]) -> dict[str, Any]:
    settings["secretsManagementSettings"]["requireInitialSync"] = "true"
    return settings


def three_slashes(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiEndpoint"] = "http:///169.254.169.254/metadata/identity"
    return settings


def _no_endpoint(settings: dict[str, Any]) -> dict[str, Any]:
    del settings["authenticationSettings"]["msiEndpoint"]
    return settings


def _no_scheme(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiEndpoint"] = "169.254.169.254/metadata/identity"
    return settings


SETTINGS_FAULTS = (
    Scenario(
        "settings-as-text", "The settings are text that holds JSON; the pool gets no nodes", settings=as_text
    ),
    Scenario(
        "secrets-as-text", "secretsManagementSettings is text that holds JSON", settings=_secrets_as_text
    ),
    Scenario("certificates-empty", "The list of observed certificates is empty", settings=empty),
    Scenario("certificates-not-a-list", "One URL stands where a list belongs", settings=_certificate_alone),
    Scenario("initial-sync-as-text", 'requireInitialSync is "true", in quotes', settings=_sync_as_text),
    Scenario("auth-settings-nested", "authenticationSettings is inside the secrets", settings=_nested),
    Scenario("endpoint-three-slashes", "msiEndpoint has three slashes, so no host", settings=three_slashes),
    Scenario("endpoint-missing", "msiClientId is there, msiEndpoint is not", settings=_no_endpoint),
    Scenario("endpoint-no-scheme", "msiEndpoint lacks http://", settings=_no_scheme),
)
