"""Documented mistakes, each put into a configuration that is right but for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.valid.documented import SYSTEMS
from tests.valid.machine import Machine


@dataclass(frozen=True)
class Mistake:
    put: Callable[[Machine], Machine | None]
    """The machine with it; None where it cannot be made there, or is none there."""
    ids: frozenset[str]
    """By any of these it is named."""


def _mistake(put: Callable[[Machine], Machine | None], *ids: str) -> Mistake:
    return Mistake(put, frozenset(ids))


def _with(at: Machine, **changed: Any) -> Machine:
    """The Key Vault extension with other values."""
    extensions = list(at.extensions)
    extensions[at.ours] = at.extension | changed
    return replace(at, extensions=tuple(extensions))


def _in_settings(at: Machine, **changed: Any) -> Machine:
    return _with(at, settings=at.extension["settings"] | changed)


def _in_secrets(at: Machine, **changed: Any) -> Machine:
    return _in_settings(at, secretsManagementSettings=_secrets(at) | changed)


def _secrets(at: Machine) -> dict[str, Any]:
    found: dict[str, Any] = at.extension["settings"]["secretsManagementSettings"]
    return found


def _sign_in(at: Machine) -> dict[str, Any] | None:
    found: dict[str, Any] | None = at.extension["settings"].get("authenticationSettings")
    return found if found and "msiClientId" in found else None


def _in_sign_in(at: Machine, **changed: Any) -> Machine | None:
    found = _sign_in(at)
    return _in_settings(at, authenticationSettings=found | changed) if found else None


def _with_urls(at: Machine, change: Callable[[str], str]) -> Machine:
    """The first certificate's URL changed."""
    first, *rest = _secrets(at)["observedCertificates"]
    changed = first | {"url": change(first["url"])} if isinstance(first, dict) else change(first)
    return _in_secrets(at, observedCertificates=[changed, *rest])


def _renamed(values: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if key == old else key): value for key, value in values.items()}


def polling_is_a_number(at: Machine) -> Machine:
    """#1 of what people get wrong; a running extension said 'not a string' of it."""
    return _in_secrets(at, pollingIntervalInS=3600)


def initial_sync_is_text(at: Machine) -> Machine | None:
    return _in_secrets(at, requireInitialSync="true") if at.major < 4 else None


def certificates_are_one(at: Machine) -> Machine:
    return _in_secrets(at, observedCertificates=_secrets(at)["observedCertificates"][0])


def no_certificate_is_observed(at: Machine) -> Machine:
    return _in_secrets(at, observedCertificates=[])


def a_certificate_has_no_url(at: Machine) -> Machine | None:
    return _in_secrets(at, observedCertificates=[{"certificateStoreName": "MY"}]) if at.major > 2 else None


def the_public_half_is_asked_for(at: Machine) -> Machine:
    return _with_urls(at, lambda url: url.replace("/secrets/", "/certificates/"))


def the_url_has_one_slash(at: Machine) -> Machine:
    return _with_urls(at, lambda url: url.replace("https://", "https:/"))


def the_url_names_no_vault(at: Machine) -> Machine | None:
    """4.x "must be a recognized Azure Key Vault host"; no page says it of older versions."""
    return _with_urls(at, lambda _: "https://kv.example.com/secrets/a") if at.major == 4 else None


def the_url_names_a_private_link(at: Machine) -> Machine:
    return _with_urls(at, lambda _: "https://kv.privatelink.vaultcore.azure.net/secrets/a")


def a_version_is_pinned(at: Machine) -> Machine:
    return _with_urls(at, lambda url: f"{url}/8f5f3f491afd48cb99286ba2aacd39af")


def the_endpoint_has_three_slashes(at: Machine) -> Machine | None:
    return _in_sign_in(at, msiEndpoint="http:///169.254.169.254/metadata/identity")


def the_endpoint_has_no_scheme(at: Machine) -> Machine | None:
    return _in_sign_in(at, msiEndpoint="169.254.169.254/metadata/identity")


def the_endpoint_is_misspelled(at: Machine) -> Machine | None:
    return _in_sign_in(at, msiEndpoint="http://169.254.169.254/metadata/identity/ouath2/token")


def the_client_is_a_resource(at: Machine) -> Machine | None:
    return _in_sign_in(at, msiClientId=at.identities[0].resource) if at.identities else None


def the_client_is_cut(at: Machine) -> Machine | None:
    return _in_sign_in(at, msiClientId=at.identities[0].client + "dc") if at.identities else None


def the_client_is_empty(at: Machine) -> Machine | None:
    return _in_sign_in(at, msiClientId="")


def sign_in_is_nested(at: Machine) -> Machine | None:
    found = _sign_in(at)
    if not found:
        return None
    secrets = _secrets(at) | {"authenticationSettings": found}
    return _with(at, settings={"secretsManagementSettings": secrets})


def settings_are_nested(at: Machine) -> Machine:
    return _with(at, settings={"settings": at.extension["settings"]})


def sign_in_is_misnamed(at: Machine) -> Machine | None:
    changed = _renamed(at.extension["settings"], "authenticationSettings", "authenticationSetings")
    return _with(at, settings=changed) if _sign_in(at) else None


def polling_is_misspelled(at: Machine) -> Machine:
    return _in_settings(
        at,
        secretsManagementSettings=_renamed(
            _secrets(at) | {"pollingIntervalInS": "600"}, "pollingIntervalInS", "pollingIntervalInSec"
        ),
    )


def initial_sync_is_misspelled(at: Machine) -> Machine | None:
    """Beside the right key it does no harm."""
    if at.major == 4 or "requireInitialSync" in _secrets(at):
        return None
    return _in_secrets(at, requiredInitialSync=True)


def the_override_is_misspelled(at: Machine) -> Machine | None:
    if at.os != "linux" or at.major < 4 or not at.identities:
        return None
    first, *rest = _secrets(at)["observedCertificates"]
    if "authenticationOverride" in first:
        return None
    first = first | {"authenticationOveride": {"msiClientId": at.identities[0].client}}
    return _in_secrets(at, observedCertificates=[first, *rest])


def certificates_are_strings_at_4(at: Machine) -> Machine | None:
    urls = [one["url"] for one in _secrets(at)["observedCertificates"]] if at.major > 2 else []
    return _in_secrets(at, observedCertificates=urls) if at.major == 4 else None


def a_removed_key_is_set_at_4(at: Machine) -> Machine | None:
    return _in_secrets(at, requireInitialSync=True) if at.major == 4 else None


def the_store_is_in_another_case(at: Machine) -> Machine | None:
    if at.os != "windows" or at.major < 3:
        return None
    first, *rest = _secrets(at)["observedCertificates"]
    return _in_secrets(at, observedCertificates=[first | {"certificateStoreLocation": "LOCALMACHINE"}, *rest])


def the_type_is_misspelled(at: Machine) -> Machine:
    return _with(at, type=at.extension["type"].replace("Vault", "Valt").replace("vault", "valt"))


def the_publisher_is_misspelled(at: Machine) -> Machine:
    return _with(at, publisher="Microsoft.Azure.KeyVaults")


def secrets_are_missing(at: Machine) -> Machine:
    kept = {
        key: value for key, value in at.extension["settings"].items() if key != "secretsManagementSettings"
    }
    return _with(at, settings=kept)


def secrets_are_text(at: Machine) -> Machine:
    """Encoded once more than the form wants it."""
    return _in_settings(at, secretsManagementSettings=json.dumps(_secrets(at)))


def secrets_are_a_list(at: Machine) -> Machine:
    return _in_settings(at, secretsManagementSettings=[_secrets(at)])


def the_system_is_of_the_other(at: Machine) -> Machine:
    other = next(each for each in SYSTEMS if each.os != at.os and each.agent)
    return replace(at, system=other)


def the_system_is_too_old_for_4(at: Machine) -> Machine | None:
    old = next(each for each in SYSTEMS if each.os == at.os and each.agent and 4 not in each.majors)
    return replace(at, system=old) if at.major == 4 else None


ANYWHERE = (
    _mistake(the_client_is_empty, "msi-client-id-wrong-kind"),
    _mistake(the_client_is_a_resource, "msi-client-id-wrong-kind"),
    _mistake(the_url_names_a_private_link, "kv-unrecognised-vault-host"),
    _mistake(polling_is_a_number, "kv-config-not-a-string"),
    _mistake(initial_sync_is_text, "kv-config-other-json-type"),
    _mistake(certificates_are_one, "kv-config-other-json-type"),
    _mistake(no_certificate_is_observed, "kv-observed-certificates-empty"),
    _mistake(a_certificate_has_no_url, "kv-certificate-url-missing"),
    _mistake(the_public_half_is_asked_for, "kv-certificates-path"),
    _mistake(the_url_has_one_slash, "kv-certificate-url-malformed"),
    _mistake(a_version_is_pinned, "kv-url-pinned", "kv-v4-versioned-url"),
    _mistake(the_endpoint_has_three_slashes, "kv-uri-no-hostname"),
    _mistake(the_endpoint_has_no_scheme, "kv-uri-scheme-missing"),
    _mistake(the_endpoint_is_misspelled, "msi-endpoint-unknown"),
    _mistake(sign_in_is_nested, "kv-authsettings-nested-too-deep"),
    _mistake(settings_are_nested, "kv-authconfig-nonexistent", "kv-settings-missing"),
    _mistake(sign_in_is_misnamed, "kv-unknown-key"),
    _mistake(polling_is_misspelled, "kv-unknown-key"),
    _mistake(initial_sync_is_misspelled, "kv-unknown-key"),
    _mistake(secrets_are_text, "kv-config-not-an-object"),
    _mistake(secrets_are_a_list, "kv-config-not-an-object"),
)
"""Seen by the settings alone, so in every form."""

SENT = (_mistake(the_client_is_cut, "msi-client-id-wrong-kind"),)
"""Not in what Azure answers: the documented sample of an answer has a client id with two digits too many."""

BY_VERSION = (
    _mistake(the_url_names_no_vault, "kv-unrecognised-vault-host"),
    _mistake(secrets_are_missing, "kv-settings-missing"),
    _mistake(the_override_is_misspelled, "kv-unknown-key"),
    _mistake(certificates_are_strings_at_4, "kv-v4-legacy-url-list"),
    _mistake(a_removed_key_is_set_at_4, "kv-v4-removed-settings"),
    _mistake(the_store_is_in_another_case, "win-store-location-case"),
    _mistake(the_type_is_misspelled, "kv-extension-name-wrong"),
    _mistake(the_publisher_is_misspelled, "kv-extension-name-wrong"),
)
"""Where the form says publisher, type and version."""

BY_SYSTEM = (
    _mistake(the_system_is_of_the_other, "kv-extension-of-another-system"),
    _mistake(the_system_is_too_old_for_4, "install-distro-unsupported", "install-windows-too-old"),
)
"""Where it says the system as well."""

_ANSWERED = frozenset(
    (
        "data-plane-answer.json", "node-extensions.json",
        "az-extension.json", "get-az-extension.json", "get-az-extension.txt",
    )
)  # fmt: skip
_SETTINGS = frozenset(("settings.json", "0.settings", "extension.ps1"))
"""Beside a hashtable of PowerShell stand type and version in another statement."""
_NO_SYSTEM = _SETTINGS | frozenset(
    (
        "node-extensions.json", "arc-template.json", "machine-plan.json", "extension.json",
        "az-extension.json", "get-az-extension.json", "get-az-extension.txt",
        "extension.tf", "extension.bicep", "extension.sh", "extension.yml", "page.md",
    )
)  # fmt: skip
MISTAKES = (
    *((each, frozenset[str]()) for each in ANYWHERE),
    *((each, _ANSWERED) for each in SENT),
    *((each, _SETTINGS) for each in BY_VERSION),
    *((each, _NO_SYSTEM) for each in BY_SYSTEM),
)
"""Each with the forms in which it cannot be seen."""
