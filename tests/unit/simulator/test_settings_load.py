from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.simulator.extension import settings_load
from troubleshooter.simulator.scenarios import working_settings


def changed(**secrets: Any) -> dict[str, Any]:
    settings = working_settings()
    settings["secretsManagementSettings"] |= secrets
    return settings


def without(key: str) -> dict[str, Any]:
    settings = working_settings()
    del settings[key]
    return settings


def wrapped() -> dict[str, Any]:
    settings = working_settings()
    return {
        "settings": {"secretsManagementSettings": settings["secretsManagementSettings"]},
        "authenticationSettings": settings["authenticationSettings"],
    }


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("{}", "Failed to parse the configuration settings with: 'not an object'"),
        (changed(pollingIntervalInS=3600), "Failed to parse the configuration settings with: 'not a string'"),
        (
            changed(requireInitialSync="true"),
            "Failed to parse the configuration settings with: 'not a boolean'",
        ),
        (
            changed(observedCertificates="x"),
            "Failed to parse the configuration settings with: 'not an array'",
        ),
        (
            changed(observedCertificates=[1]),
            "Failed to parse the configuration settings with: 'not a string'",
        ),
        (
            changed(observedCertificates=[{}]),
            "Failed to parse the configuration settings with: 'not a string'",
        ),
        (changed(observedCertificates=[]), "observedCertificates cannot be empty"),
        (
            without("secretsManagementSettings"),
            "Failed to parse the configuration settings with: 'Key not found'",
        ),
        (wrapped(), "Attempt to get non-existent AuthConfig"),
    ],
)
def test_what_the_extension_cannot_read_is_named_as_reported(raw: Any, message: str) -> None:
    with pytest.raises(settings_load.Unreadable) as refused:
        settings_load.load(raw, "3.0")
    assert refused.value.message == message


def test_the_log_says_it_a_little_differently() -> None:
    with pytest.raises(settings_load.Unreadable) as refused:
        settings_load.load([], "3.0")
    assert refused.value.log == "Failed to parse the configuration settings with:not an object."


def test_unknown_keys_are_ignored() -> None:
    loaded = settings_load.load({**changed(linkOnRenewal="false", newKey={}), "loggingSettings": {}}, "3.0")
    assert loaded.require_initial_sync
    assert loaded.polling_seconds == "3600"


def test_a_list_of_addresses_is_the_older_shape() -> None:
    loaded = settings_load.load(changed(observedCertificates=["https://v.vault.azure.net/secrets/c"]), "3.0")
    assert loaded.shape == "Found v1.x config..."
    assert loaded.urls == ("https://v.vault.azure.net/secrets/c",)


def test_version_4_always_waits_for_the_first_download() -> None:
    assert settings_load.load(changed(requireInitialSync=False), "4.0").require_initial_sync
    assert not settings_load.load(changed(requireInitialSync=False), "3.0").require_initial_sync
