"""What lies in the vault, where whoever is signed in may look into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.operator import OBJECT_ID
from troubleshooter.simulator.around.rights import RoleAssignment
from troubleshooter.simulator.around.roles.built_in import VAULT_READER
from troubleshooter.simulator.around.vaults import DeletedVault, Version
from troubleshooter.simulator.scenarios.ground import SECRET, VAULT, WELL
from troubleshooter.simulator.scenarios.looked_at.access import OTHER_VAULT
from troubleshooter.simulator.scenarios.remedies import create_secret, mend_vault
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.vault import at_vault

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.around.vaults import Secret

LOOKS = RoleAssignment(OBJECT_ID, VAULT_READER, VAULT.id, "User")
"""Metadata of all that is in the vault, for whoever is signed in."""
OLDER = Version("1d0b6f72e1c84a53b8f7d2e60a91c345")
OFF = replace(OLDER, enabled=False)


def seen(conditions: Conditions) -> Conditions:
    return replace(conditions, assignments=(*conditions.assignments, LOOKS))


def holding(*secrets: Secret, **more: Any) -> Conditions:
    return seen(at_vault(secrets=secrets, **more))


def pinned(version: str) -> Any:
    def settings(value: dict[str, Any]) -> dict[str, Any]:
        value["secretsManagementSettings"]["observedCertificates"][0]["url"] += f"/{version}"
        return value

    return settings


_ENABLED = mend_vault(f"enabled certificate {SECRET.name}", lambda vault: replace(vault, secrets=(SECRET,)))
_PLAIN = replace(SECRET, certificate=False, content_type="text/plain")

SECRETS = (
    Scenario("secret-older-disabled", "An older version is disabled", holding(replace(SECRET, older=(OFF,)))),
    Scenario(
        "secret-newest-disabled",
        "The newest version is disabled, an older one is not",
        holding(replace(SECRET, enabled=False, older=(OLDER,))),
        remedy=_ENABLED,
    ),
    Scenario(
        "secret-pinned-disabled",
        "The URL pins a version that is disabled; the newest one is not",
        holding(replace(SECRET, older=(OFF,))),
        settings=pinned(OFF.id),
    ),
    Scenario(
        "secret-pinned-older",
        "The URL pins an older version, which is well",
        holding(replace(SECRET, older=(OLDER,))),
        settings=pinned(OLDER.id),
    ),
    Scenario(
        "secret-deleted",
        "The certificate was deleted, and can be recovered",
        holding(deleted_secrets=(SECRET,)),
        remedy=create_secret,
    ),
    Scenario(
        "secret-elsewhere",
        "The certificate is in another vault",
        replace(holding(), vaults=(replace(VAULT, secrets=()), OTHER_VAULT)),
        remedy=create_secret,
    ),
    Scenario(
        "secret-expired",
        "The certificate's date is over; the vault gives it all the same",
        holding(replace(SECRET, expires=SECRET.created + 86_400)),
    ),
    Scenario("secret-plain", "Under the name lies a plain secret", holding(_PLAIN)),
    Scenario(
        "secret-not-exportable", "The key may not leave the vault", holding(replace(SECRET, exportable=False))
    ),
    Scenario("secret-seen", "All is well, and whoever is signed in may see it", seen(WELL)),
    Scenario(
        "vault-deleted",
        "The vault was deleted, and can be recovered",
        since=lambda conditions: replace(
            conditions, vaults=(), deleted_vaults=(DeletedVault(conditions.vaults[0]),)
        ),
    ),
    Scenario(
        "vault-in-another-subscription",
        "The vault is in another subscription; all is well",
        replace(
            at_vault(id=(_PLACE := VAULT.id.replace("3f1d7c52", "b04e9a61"))),
            assignments=(replace(WELL.assignments[0], scope=_PLACE),),
        ),
    ),
)
