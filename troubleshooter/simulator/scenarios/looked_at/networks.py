"""The way from the nodes to the vault, as its networks and its firewall have it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around import networks
from troubleshooter.simulator.around.conditions import Network, Road
from troubleshooter.simulator.around.operator import ADDRESS as OPERATORS
from troubleshooter.simulator.around.vaults import Connection
from troubleshooter.simulator.scenarios.ground import (
    ENDPOINT,
    GROUP,
    PREFIX,
    PRIVATELY,
    SUBNET,
    VAULT,
    WELL,
    in_subnet,
    with_own_addresses,
)
from troubleshooter.simulator.scenarios.looked_at.secrets import seen
from troubleshooter.simulator.scenarios.remedies import clear_network, give_endpoint, open_to_subnet
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.vault import at_vault
from troubleshooter.simulator.world.pool import RESERVED

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.around.resource import Resource

_OWN = networks.network_of(SUBNET)
_ELSEWHERE = _OWN.replace("vnet-render", "vnet-office")
_NEXT = SUBNET.replace("/nodes", "/web")
SECURITY = f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg-render"
ROUTES = f"{GROUP}/Microsoft.Network/routeTables/rt-render"
_NUMBER = "10.20.1.200"


def having(conditions: Conditions, *resources: Resource) -> Conditions:
    """The same with these, in the place of those of their ids."""
    for one in resources:
        conditions = conditions.with_resource(one)
    return replace(conditions, serial=0)


def own_subnet(*services: str, **more: Any) -> Resource:
    return networks.subnet(SUBNET, PREFIX, *services, **more)


def _listing(*subnets: str) -> Conditions:
    return at_vault(default_deny=True, subnets=subnets)


def _private(status: str = "Approved") -> Conditions:
    """Only by private endpoint, with one in the pool's subnet and no zone yet."""
    endpoint = networks.endpoint(ENDPOINT, VAULT, SUBNET, _NUMBER, status)
    return having(at_vault(public=False, connections=(Connection(ENDPOINT, status),)), endpoint)


_RECORDS = {VAULT.name: _NUMBER}
_SHUT = Network(to_vault=Road.CLOSED, to_storage=False, to_batch=False)
_DENIES = networks.security_group(
    SECURITY, networks.rule("deny-internet", 200, "Outbound", "Deny", "*", "Internet")
)
_APPLIANCE = networks.route_table(ROUTES, ("default", "0.0.0.0/0", "VirtualAppliance", "10.20.9.4"))

FIREWALLS = (
    Scenario(
        "firewall-lists-subnet",
        "The vault's firewall lists the pool's subnet, which has the service endpoint",
        having(_listing(SUBNET), own_subnet(networks.KEY_VAULT)),
        body=in_subnet,
    ),
    Scenario(
        "firewall-lists-subnet-without-endpoint",
        "The vault's firewall lists the pool's subnet, which has no service endpoint for vaults",
        having(_listing(SUBNET), own_subnet("Microsoft.Storage")),
        body=in_subnet,
        remedy=open_to_subnet,
    ),
    Scenario(
        "firewall-lists-the-next-subnet",
        "The vault's firewall lists another subnet of the pool's network",
        having(
            _listing(_NEXT),
            own_subnet(networks.KEY_VAULT),
            networks.subnet(_NEXT, "10.20.2.0/24", networks.KEY_VAULT),
        ),
        body=in_subnet,
        remedy=open_to_subnet,
    ),
    Scenario(
        "firewall-lists-own-addresses",
        "The vault's firewall lists the addresses that the pool's owner made",
        at_vault(default_deny=True, allowed=RESERVED),
        body=with_own_addresses,
    ),
    Scenario(
        "firewall-lists-operator-only",
        "The vault's firewall lets in whoever is signed in, and not the nodes",
        seen(at_vault(default_deny=True, allowed=(OPERATORS,))),
        body=in_subnet,
        remedy=open_to_subnet,
    ),
    Scenario(
        "operator-outside-firewall",
        "The vault's firewall lets in the nodes, and not whoever is signed in",
        seen(having(_listing(SUBNET), own_subnet(networks.KEY_VAULT))),
        body=in_subnet,
    ),
)
PRIVATE = (
    Scenario(
        "private-reached",
        "The vault is reached by a private endpoint alone, and its zone is linked",
        having(_private(), *PRIVATELY),
        body=in_subnet,
    ),
    Scenario(
        "private-zone-not-linked",
        "There is a private endpoint, and its zone is linked to another network",
        having(_private(), *networks.zone(GROUP, _ELSEWHERE, records=_RECORDS)),
        body=in_subnet,
        remedy=give_endpoint,
    ),
    Scenario(
        "private-zone-empty",
        "The zone is linked, and has no address for the vault",
        having(_private(), *networks.zone(GROUP, _OWN)),
        body=in_subnet,
    ),
    Scenario(
        "private-endpoint-pending",
        "The private endpoint was never approved",
        having(_private("Pending"), *networks.zone(GROUP, _OWN, records=_RECORDS)),
        body=in_subnet,
    ),
)
WAYS_OUT = (
    Scenario(
        "subnet-denies-internet",
        "The subnet's security group lets nothing out to the internet",
        replace(having(WELL, _DENIES, own_subnet(networkSecurityGroup={"id": SECURITY})), network=_SHUT),
        body=in_subnet,
        remedy=clear_network,
    ),
    Scenario(
        "subnet-routes-to-appliance",
        "All traffic goes to an appliance, which lets nothing through to the vault",
        replace(
            having(WELL, _APPLIANCE, own_subnet(routeTable={"id": ROUTES})),
            network=Network(to_vault=Road.CLOSED),
        ),
        body=in_subnet,
        remedy=clear_network,
    ),
    Scenario(
        "subnet-without-way-out",
        "The subnet has no default outbound access, and nothing instead",
        replace(having(WELL, own_subnet(defaultOutboundAccess=False)), network=_SHUT),
        body=in_subnet,
        remedy=clear_network,
    ),
    Scenario(
        "subnet-gone",
        "The pool's subnet does not exist any more",
        since=lambda conditions: replace(
            conditions, resources=tuple(one for one in conditions.resources if one.id != SUBNET)
        ),
        body=in_subnet,
    ),
)
