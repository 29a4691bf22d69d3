"""Whoever is signed in may not read something. What is wrong is wrong all the same, and cannot be told.

The last one is another: Azure's side is all right and seen, and the nodes fail.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Flaw
from troubleshooter.simulator.around.operator import Grant, Operator, lacking
from troubleshooter.simulator.around.roles.definition import Permission
from troubleshooter.simulator.scenarios.agent import custom_image, with_flaws
from troubleshooter.simulator.scenarios.ground import (
    ACCOUNT,
    IDENTITY,
    SECRET,
    WELL,
    in_subnet,
    with_own_addresses,
)
from troubleshooter.simulator.scenarios.looked_at import networks
from troubleshooter.simulator.scenarios.looked_at.secrets import seen
from troubleshooter.simulator.scenarios.remedies import grant_role, publish_image
from troubleshooter.simulator.scenarios.scene import Scenario, unchanged
from troubleshooter.simulator.scenarios.vault import UNGRANTED, at_vault, guarded
from troubleshooter.simulator.world.pool import RESERVED

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.scenarios.scene import Change


def _unseen(what: str, action: str, conditions: Conditions, about: str, body: Change = unchanged) -> Scenario:
    changed = replace(conditions, operator=lacking(action))
    return Scenario(f"unseen-{what}", f"{about}; whoever is signed in may not see {what}", changed, body=body)


_BY_NETWORK = {one.name: one for one in (*networks.FIREWALLS, *networks.PRIVATE)}
_NO_ROLE = "The identity has no role"
_BATCH_ONLY = Operator((Grant(Permission(("*",)), ACCOUNT.id),))

UNSEEN = (
    _unseen(
        "identities",
        "Microsoft.ManagedIdentity/userAssignedIdentities/read",
        replace(
            at_vault(tenant="0b6f3c1e-97d2-4a58-b3c4-58e21f6a7d90"),
            identities=(replace(IDENTITY, tenant=ACCOUNT.tenant),),
        ),
        "The vault trusts another tenant",
    ),
    _unseen("vaults", "Microsoft.KeyVault/vaults/read", UNGRANTED, _NO_ROLE),
    _unseen(
        "deleted-vaults",
        "Microsoft.KeyVault/deletedVaults/read",
        replace(WELL, vaults=()),
        "The vault does not exist",
    ),
    _unseen(
        "secrets",
        "Microsoft.KeyVault/vaults/secrets/read",
        at_vault(secrets=(replace(SECRET, enabled=False),)),
        "The certificate is disabled",
    ),
    _unseen("assignments", "Microsoft.Authorization/roleAssignments/read", UNGRANTED, _NO_ROLE),
    _unseen("roles", "Microsoft.Authorization/roleDefinitions/read", WELL, "All is well"),
    _unseen("denials", "Microsoft.Authorization/denyAssignments/read", WELL, "All is well"),
    _unseen(
        "subnets",
        "Microsoft.Network/virtualNetworks/subnets/read",
        _BY_NETWORK["firewall-lists-subnet-without-endpoint"].conditions,
        "The subnet has no service endpoint",
        in_subnet,
    ),
    _unseen(
        "endpoints",
        "Microsoft.Network/privateEndpoints/read",
        _BY_NETWORK["private-reached"].conditions,
        "The vault is reached by a private endpoint",
        in_subnet,
    ),
    _unseen(
        "addresses",
        "Microsoft.Network/publicIPAddresses/read",
        guarded(RESERVED),
        "The firewall lists the pool's own addresses",
        with_own_addresses,
    ),
    Scenario(
        "unseen-all",
        f"{_NO_ROLE}; whoever is signed in may see the Batch account alone",
        replace(UNGRANTED, operator=_BATCH_ONLY),
        remedy=grant_role,
    ),
)
ALL_PASSES = (
    Scenario(
        "all-passes",
        "Azure's side is all right and seen, and nothing may run below /var on the nodes",
        seen(with_flaws(Flaw.VAR_NOEXEC)),
        body=custom_image,
        remedy=publish_image,
    ),
)
