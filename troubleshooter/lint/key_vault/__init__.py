"""Checks of the Key Vault extension's settings, and where their parts stand."""

from __future__ import annotations

from troubleshooter.lint.key_vault import (
    certificates,
    endpoint,
    identity,
    logging,
    override,
    stores,
    structure,
    support,
    values,
)
from troubleshooter.lint.key_vault.layout import layout

CHECKS = (
    structure.settings_are_an_object,
    structure.secrets_are_there,
    structure.secrets_are_an_object,
    structure.no_settings_in_settings,
    structure.authentication_is_in_place,
    structure.keys_are_known,
    values.polling_is_text,
    values.polling_is_in_range,
    values.booleans_are_booleans,
    values.removed_settings,
    values.settings_of_3,
    certificates.certificates_are_a_list,
    certificates.there_is_a_certificate,
    certificates.entries_fit_the_version,
    certificates.urls_are_certificates,
    stores.windows_location_is_known,
    stores.windows_certificate_has_a_store,
    stores.linux_has_no_stores,
    endpoint.authentication_is_an_object,
    endpoint.endpoint_is_known,
    endpoint.client_id_has_endpoint,
    identity.client_id_is_a_guid,
    identity.client_id_is_the_pools,
    identity.pool_has_an_identity,
    identity.identity_is_named,
    identity.initial_sync_has_an_identity,
    identity.system_identity_is_not_named,
    logging.log_goes_somewhere,
    override.override_is_an_object,
    override.override_is_of_4,
    support.system_is_supported,
    support.version_is_stated,
    support.version_is_supported,
    support.version_is_in_the_cloud,
)

__all__ = ["CHECKS", "layout"]
