"""Every cross-check, in the order in which a node meets what they look at."""

from __future__ import annotations

from troubleshooter.checks import (
    access,
    account,
    dates,
    firewall,
    identity,
    leads,
    reach,
    secrets,
    settings,
    vault,
)
from troubleshooter.checks.check import CrossCheck
from troubleshooter.checks.debug_pool import locks, policies, quota
from troubleshooter.model.reply import Kind

_NETWORK = (
    Kind.VAULT,
    Kind.SUBNET,
    Kind.ENDPOINT,
    Kind.ADDRESS,
    Kind.PREFIX,
    Kind.NAT,
    Kind.NETWORK,
    Kind.ZONE_LINKS,
    Kind.ZONE_RECORDS,
)
_WAY = (
    Kind.ACCOUNT,
    Kind.SUBNET,
    Kind.NETWORK,
    Kind.SECURITY_GROUP,
    Kind.ROUTES,
    Kind.NAT,
    Kind.ENDPOINT,
    Kind.ADDRESS,
    Kind.PREFIX,
    Kind.ZONE_LINKS,
)
_NAMES = (Kind.VAULT, Kind.ENDPOINT, Kind.NETWORK, Kind.ZONE_LINKS, Kind.ZONE_RECORDS)
_SIZE = (Kind.ACCOUNT, Kind.SIZES)
_POLICY = (Kind.POLICIES, Kind.EXEMPTIONS, Kind.POLICY, Kind.ACCOUNT)
_SECRET = (Kind.VERSIONS, Kind.SECRET)


def named(check: str) -> CrossCheck | None:
    return next((row for row in ROWS if row.id == check), None)


ROWS: tuple[CrossCheck, ...] = (
    CrossCheck("batch-way-shut", _WAY, reach.batch_is_reached, network=True),
    CrossCheck("batch-pool-identity-gone", (Kind.IDENTITY,), identity.identities_exist),
    CrossCheck("batch-pool-identity-missing", (), identity.pool_has_one),
    CrossCheck("imds-identity-not-found", (), identity.settings_name_one),
    CrossCheck("imds-multiple-identities", (), identity.settings_say_which),
    CrossCheck("imds-policy", (), reach.metadata_answers_everybody, network=True),
    CrossCheck("net-dns", _NAMES, leads.names_lead_there, network=True),
    CrossCheck("net-connect", (*_WAY, Kind.VAULT), reach.vaults_are_reached, network=True),
    CrossCheck("kv-vault-soft-deleted", (Kind.VAULT, Kind.DELETED_VAULT), vault.vaults_are_not_deleted),
    CrossCheck("kv-403-public-access-disabled", _NETWORK, vault.public_access_lets_them_in),
    CrossCheck("kv-403-firewall", _NETWORK, firewall.firewall_lets_them_in),
    CrossCheck("kv-401-invalid-issuer", (Kind.VAULT, Kind.IDENTITY), vault.tenants_agree),
    CrossCheck(
        "kv-403-rbac",
        (Kind.VAULT, Kind.ASSIGNMENTS, Kind.ALL_ASSIGNMENTS, Kind.ROLE, Kind.DENIALS),
        access.roles_let_it_read,
    ),
    CrossCheck("kv-403-access-policy", (Kind.VAULT, Kind.ALL_ASSIGNMENTS), access.policies_let_it_read),
    CrossCheck("kv-403-policy-obo", (Kind.VAULT, Kind.ALL_ASSIGNMENTS), access.policies_are_for_it_alone),
    CrossCheck("kv-404-secret-not-found", _SECRET, secrets.secrets_exist),
    CrossCheck("kv-409-soft-deleted", (Kind.DELETED_SECRET,), secrets.secrets_are_not_deleted),
    CrossCheck("kv-403-secret-disabled", _SECRET, secrets.secrets_are_enabled),
    CrossCheck("cert-content-type", _SECRET, secrets.secrets_are_certificates),
    CrossCheck("cert-non-exportable", (Kind.CERTIFICATE,), secrets.keys_are_exportable),
    CrossCheck("cert-expired", (*_SECRET, Kind.CERTIFICATE), dates.certificates_hold_today),
    CrossCheck("kv-url-pinned", _SECRET, dates.newest_is_read),
    CrossCheck("batch-image-not-listed", (Kind.ACCOUNT, Kind.IMAGES), account.image_is_listed, network=True),
    CrossCheck("batch-size-support-ends", _SIZE, account.size_is_supported, network=True),
    CrossCheck("batch-account-locked", (Kind.LOCKS,), locks.pools_may_be_made_and_removed, network=True),
    CrossCheck("batch-policy-denies", _POLICY, policies.none_refuses, network=True),
    CrossCheck("batch-debug-pool-quota", (*_SIZE, Kind.POOLS), quota.room_is_left, network=True),
    CrossCheck("batch-account-entry", (Kind.ACCOUNT,), settings.lets_in_whoever_is_signed_in, network=True),
    CrossCheck(
        "batch-account-vault", (Kind.ACCOUNT, Kind.OWN_VAULT), settings.has_its_own_vault, network=True
    ),
)
