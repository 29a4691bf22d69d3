"""Accounts and networks with something special about them, mostly around the missing role."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around import networks
from troubleshooter.simulator.around.conditions import Network
from troubleshooter.simulator.scenarios.ground import GROUP, PREFIX, SUBNET, VAULT, in_subnet
from troubleshooter.simulator.scenarios.remedies import grant_role
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.vault import UNGRANTED

if TYPE_CHECKING:
    from troubleshooter.simulator.world.world import Account


def _dual_stack(body: dict[str, Any]) -> dict[str, Any]:
    body["properties"]["networkConfiguration"]["publicIPAddressConfiguration"] = {
        "ipFamilies": ["IPv4", "IPv6"],
        "ipTags": [{"ipTagType": "FirstPartyUsage", "tag": "/render"}],
    }
    return body


def _private(account: Account) -> Account:
    return replace(account, public=False)


def _without_entra(account: Account) -> Account:
    return replace(account, sign_ins=("SharedKey", "TaskAuthenticationToken"))


def _of_the_subscription(account: Account) -> Account:
    return replace(account, allocation_mode="UserSubscription", vault=VAULT.id)


_SECURITY = networks.security_group(
    f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg-render",
    networks.rule("deny-ssh", 100, "Inbound", "Deny", "*", "*", "22"),
)
_GUARDED = replace(
    UNGRANTED.with_resource(_SECURITY).with_resource(
        networks.subnet(SUBNET, PREFIX, networkSecurityGroup={"id": _SECURITY.id})
    ),
    network=Network(lets_ssh_in=False),
    serial=0,
)
NOT_SIMPLE = (
    Scenario(
        "dual-stack",
        "The identity has no role; the pool's nodes have IPv6 addresses too",
        conditions=UNGRANTED,
        body=_dual_stack,
        remedy=grant_role,
    ),
    Scenario(
        "subnet-guarded",
        "The identity has no role; the subnet's own network security group lets no SSH in",
        conditions=_GUARDED,
        body=in_subnet,
        remedy=grant_role,
    ),
    Scenario(
        "private-account",
        "The account takes no requests from public networks",
        conditions=UNGRANTED,
        account=_private,
        remedy=grant_role,
    ),
    Scenario(
        "account-without-entra",
        "The account does not let anybody sign in with Microsoft Entra",
        conditions=UNGRANTED,
        account=_without_entra,
        remedy=grant_role,
    ),
    Scenario(
        "user-subscription",
        "The identity has no role; the account's nodes are machines of the subscription",
        conditions=UNGRANTED,
        account=_of_the_subscription,
        remedy=grant_role,
    ),
)
