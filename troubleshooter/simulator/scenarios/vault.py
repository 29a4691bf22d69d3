"""The vault refuses, or lacks what it is asked for.

Its answers are real answers of Key Vault to other clients (seen); how the extension words them is assumed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.vaults import AccessPolicy
from troubleshooter.simulator.scenarios.ground import (
    ACCOUNT,
    IDENTITY,
    POLICY,
    SECRET,
    VAULT,
    WELL,
    extension_of,
    in_subnet,
)
from troubleshooter.simulator.scenarios.remedies import create_secret, give_endpoint, mend_vault
from troubleshooter.simulator.scenarios.scene import Scenario

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions

UNGRANTED = replace(WELL, assignments=())
_ELSEWHERE = "0b6f3c1e-97d2-4a58-b3c4-58e21f6a7d90"
"""Another tenant."""


def at_vault(**changed: Any) -> Conditions:
    """All well but for this about the vault."""
    return replace(WELL, vaults=(replace(WELL.vaults[0], **changed),))


def guarded(allowed: tuple[str, ...]) -> Conditions:
    return at_vault(default_deny=True, allowed=allowed)


def pinned(settings: dict[str, Any]) -> dict[str, Any]:
    """Name one version of the certificate; it is not the one in the vault."""
    certificate = settings["secretsManagementSettings"]["observedCertificates"][0]
    certificate["url"] += "/0d4c2b7a91e84f63b5d0a6c8e7f21394"
    return settings


def _certificates_path(body: dict[str, Any]) -> dict[str, Any]:
    certificate = extension_of(body)["settings"]["secretsManagementSettings"]["observedCertificates"][0]
    certificate["url"] = certificate["url"].replace("/secrets/", "/certificates/")
    return body


def _other_vault(body: dict[str, Any]) -> dict[str, Any]:
    certificate = extension_of(body)["settings"]["secretsManagementSettings"]["observedCertificates"][0]
    certificate["url"] = certificate["url"].replace(VAULT.name, "kv-contoso-cert")
    return body


_ON_BEHALF = AccessPolicy(IDENTITY.principal_id, "7d1c5f0e-93b2-4a6d-8c41-e05b7a2f9d36")
"""Of an application that acts for somebody."""

VAULT_FAULTS = (
    Scenario(
        "vault-access-policy",
        "The vault uses access policies, and none is for the identity",
        conditions=at_vault(rbac=False),
        remedy=mend_vault(
            f"gave {IDENTITY.name} get and list on the secrets of vault {VAULT.name}",
            lambda vault: replace(vault, policies=(POLICY,)),
        ),
    ),
    Scenario(
        "vault-policy-obo",
        "The access policy names an authorized application, so it does not hold for the identity alone",
        conditions=at_vault(rbac=False, policies=(_ON_BEHALF,)),
        remedy=mend_vault(
            f"replaced the policy in vault {VAULT.name} by one for {IDENTITY.name} alone",
            lambda vault: replace(vault, policies=(POLICY,)),
        ),
    ),
    Scenario(
        "vault-private-only",
        "The vault's public access is off, and the nodes have no private endpoint to it",
        conditions=at_vault(public=False),
        body=in_subnet,
        remedy=give_endpoint,
    ),
    Scenario(
        "secret-disabled",
        "The certificate's current version is disabled",
        conditions=at_vault(secrets=(replace(SECRET, enabled=False),)),
        remedy=mend_vault(
            f"enabled certificate {SECRET.name} in vault {VAULT.name}",
            lambda vault: replace(vault, secrets=(SECRET,)),
        ),
    ),
    Scenario(
        "secret-version-gone",
        "The URL pins a version of the certificate that the vault no longer has",
        settings=pinned,
        remedy=create_secret,
    ),
    Scenario(
        "vault-other-tenant",
        "The vault trusts another tenant than the identity's",
        conditions=replace(
            at_vault(tenant=_ELSEWHERE), identities=(replace(IDENTITY, tenant=ACCOUNT.tenant),)
        ),
    ),
    Scenario(
        "vault-throttled",
        "More requests reach the vault than it serves",
        conditions=at_vault(throttled=True),
        remedy=mend_vault(
            f"spread the load on vault {VAULT.name}", lambda vault: replace(vault, throttled=False)
        ),
    ),
    Scenario(
        "certificate-not-exportable",
        "The certificate's private key may not leave the vault",
        conditions=at_vault(secrets=(replace(SECRET, exportable=False),)),
        remedy=mend_vault(
            f"issued certificate {SECRET.name} anew, exportable",
            lambda vault: replace(vault, secrets=(SECRET,)),
        ),
    ),
    Scenario(
        "secret-no-certificate",
        "Under the name lies a plain secret, no certificate",
        conditions=at_vault(secrets=(replace(SECRET, content_type="application/json"),)),
        remedy=mend_vault(
            f"imported certificate {SECRET.name} into vault {VAULT.name}",
            lambda vault: replace(vault, secrets=(SECRET,)),
        ),
    ),
    Scenario(
        "certificates-path",
        "The URL says /certificates, which gives the certificate without its key",
        body=_certificates_path,
    ),
    Scenario(
        "vault-name-wrong",
        "The certificate's URL names a vault that does not exist",
        body=_other_vault,
    ),
)
