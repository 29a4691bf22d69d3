"""Every cross-check, in the order in which a node meets what they look at."""

from __future__ import annotations

from troubleshooter.checks import access, identity, secrets, vault
from troubleshooter.checks.check import CrossCheck
from troubleshooter.model.reply import Kind

_NETWORK = (Kind.VAULT, Kind.SUBNET, Kind.ENDPOINT, Kind.ADDRESS)
_SECRET = (Kind.VERSIONS, Kind.SECRET)

ROWS: tuple[CrossCheck, ...] = (
    CrossCheck("batch-pool-identity-gone", (Kind.IDENTITY,), identity.identities_exist),
    CrossCheck("batch-pool-identity-missing", (), identity.pool_has_one),
    CrossCheck("imds-identity-not-found", (), identity.settings_name_one),
    CrossCheck("imds-multiple-identities", (), identity.settings_say_which),
    CrossCheck("kv-vault-soft-deleted", (Kind.VAULT, Kind.DELETED_VAULT), vault.vaults_are_not_deleted),
    CrossCheck("kv-403-public-access-disabled", _NETWORK, vault.public_access_lets_them_in),
    CrossCheck("kv-403-firewall", _NETWORK, vault.firewall_lets_them_in),
    CrossCheck("kv-401-invalid-issuer", (Kind.VAULT, Kind.IDENTITY), vault.tenants_agree),
    CrossCheck(
        "kv-403-rbac",
        (Kind.VAULT, Kind.ASSIGNMENTS, Kind.ALL_ASSIGNMENTS, Kind.ROLE, Kind.DENIALS),
        access.roles_let_it_read,
    ),
    CrossCheck("kv-403-access-policy", (Kind.VAULT,), access.policies_let_it_read),
    CrossCheck("kv-403-policy-obo", (Kind.VAULT,), access.policies_are_for_it_alone),
    CrossCheck("kv-404-secret-not-found", _SECRET, secrets.secrets_exist),
    CrossCheck("kv-409-soft-deleted", (Kind.DELETED_SECRET,), secrets.secrets_are_not_deleted),
    CrossCheck("kv-403-secret-disabled", _SECRET, secrets.secrets_are_enabled),
    CrossCheck("cert-content-type", _SECRET, secrets.secrets_are_certificates),
    CrossCheck("cert-non-exportable", (Kind.CERTIFICATE,), secrets.keys_are_exportable),
)
