"""Worlds of the pool's network: what its security group, its routes and its zones let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.simulator.around import networks
from troubleshooter.simulator.scenarios import LOOKED_AT, Scenario
from troubleshooter.simulator.scenarios.ground import (
    ENDPOINT,
    GROUP,
    SUBNET,
    VAULT,
    WELL,
    in_subnet,
    machine_of,
)
from troubleshooter.simulator.scenarios.looked_at.networks import ROUTES, SECURITY, having, own_subnet
from troubleshooter.simulator.scenarios.vault import at_vault

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions

_NO_INTERNET = networks.rule("deny-internet", 200, "Outbound", "Deny", "*", "Internet")


def _allows(tag: str, priority: int) -> dict[str, Any]:
    return networks.rule(f"allow-{tag.lower()}", priority, "Outbound", "Allow", "*", tag, "443")


def _guarded(*rules: dict[str, Any], at: Conditions = WELL) -> Conditions:
    """The pool's subnet with a security group of these rules."""
    group = networks.security_group(SECURITY, *rules)
    return having(at, group, own_subnet(networks.KEY_VAULT, networkSecurityGroup={"id": SECURITY}))


def _routed(*routes: tuple[str, str, str, str]) -> Conditions:
    return having(WELL, networks.route_table(ROUTES, *routes), own_subnet(routeTable={"id": ROUTES}))


def _world(name: str, summary: str, conditions: Conditions) -> Scenario:
    return Scenario(name, summary, conditions, body=in_subnet)


OPEN_SUBNET = _world("subnet-open", "The subnet has neither rules nor routes of its own", WELL)
ONLY_WHAT_IS_NEEDED = _world(
    "subnet-allows-needed",
    "The security group lets out to Batch and to vaults, and denies all else",
    _guarded(
        _allows("BatchNodeManagement.westeurope", 100), _allows("AzureKeyVault.westeurope", 110), _NO_INTERNET
    ),
)
DENIES_INBOUND = _world(
    "subnet-denies-inbound",
    "The security group lets nothing in, which the simplified mode does not need",
    _guarded(networks.rule("deny-all-in", 100, "Inbound", "Deny", "*", "*")),
)
DENIED_LATER = _world(
    "subnet-denies-later",
    "A rule of less priority denies what one before it allows",
    _guarded(_allows("BatchNodeManagement", 100), _allows("AzureKeyVault", 300), _NO_INTERNET),
)
DENIES_VAULTS = _world(
    "subnet-denies-vaults",
    "The security group lets out to all but vaults",
    _guarded(networks.rule("deny-vaults", 200, "Outbound", "Deny", "*", "AzureKeyVault")),
)
DENIES_VAULTS_ELSEWHERE = _world(
    "subnet-denies-vaults-elsewhere",
    "The security group denies vaults of another region",
    _guarded(networks.rule("deny-vaults", 200, "Outbound", "Deny", "*", "AzureKeyVault.northeurope")),
)
DENIES_TOKENS = _world(
    "subnet-denies-tokens",
    "The security group keeps nodes from their metadata service",
    _guarded(networks.rule("deny-imds", 200, "Outbound", "Deny", "*", "AzurePlatformIMDS")),
)
ROUTED_NOWHERE = _world(
    "subnet-routes-nowhere", "A route drops all that leaves", _routed(("all", "0.0.0.0/0", "None", ""))
)
ROUTED_NOWHERE_BUT_BATCH = _world(
    "subnet-routes-batch-alone",
    "A route drops all that leaves, another leads Batch's tag out",
    _routed(("all", "0.0.0.0/0", "None", ""), ("batch", "BatchNodeManagement", "Internet", "")),
)
PRIVATELY_BEHIND_RULES = _world(
    "subnet-denies-internet-private-vault",
    "Nothing gets out to the internet, and the vault is reached by a private endpoint inside",
    _guarded(_allows("BatchNodeManagement", 100), _NO_INTERNET, at=LOOKED_AT["private-reached"].conditions),
)


def _agent(**told: Any) -> Any:
    def changed(body: dict[str, Any]) -> dict[str, Any]:
        machine_of(body)["securityProfile"] = {"proxyAgentSettings": told}
        return body

    return changed


ENFORCED = Scenario(
    "imds-enforced",
    "The metadata service answers by a policy",
    body=_agent(enabled=True, imds={"mode": "Enforce"}),
)
PROFILED = Scenario(
    "imds-profiled",
    "The metadata service answers by a profile of the operator's",
    body=_agent(enabled=True, imds={"inVMAccessControlProfileReferenceId": "/subscriptions/s/profiles/p"}),
)
WATCHED = Scenario(
    "imds-audited",
    "The metadata service's policy only watches",
    body=_agent(enabled=True, imds={"mode": "Audit"}),
)
OFF = Scenario(
    "imds-off",
    "The metadata service would have a policy, which is off",
    body=_agent(enabled=False, imds={"mode": "Enforce"}),
)


_NETWORK = networks.network_of(SUBNET)
_HUB = _NETWORK.replace("vnet-render", "vnet-hub")
_GATEWAY = f"{GROUP}/Microsoft.Network/natGateways/nat-render"
_BY_GATEWAY = "203.0.113.40"


def _privately(*more: Any) -> Conditions:
    return having(LOOKED_AT["private-reached"].conditions, *more)


def _recorded(records: dict[str, str], aliases: dict[str, str] | None = None) -> Conditions:
    """The zone is linked, and has these alone."""
    empty = LOOKED_AT["private-zone-empty"].conditions
    return having(empty, *networks.zone(GROUP, _NETWORK, records=records, aliases=aliases))


def _leaving_by_gateway(*services: str) -> Conditions:
    """The vault's firewall lists the address and the prefix by which the pool's subnet leaves."""
    address = f"{GROUP}/Microsoft.Network/publicIPAddresses/pip-nat"
    prefix = f"{GROUP}/Microsoft.Network/publicIPPrefixes/prefix-nat"
    return having(
        at_vault(default_deny=True, allowed=(_BY_GATEWAY, "203.0.113.48/28")),
        networks.address(address, _BY_GATEWAY),
        networks.prefix(prefix, "203.0.113.48/29"),
        networks.nat_gateway(_GATEWAY, address, prefixes=(prefix,)),
        own_subnet(*services, natGateway={"id": _GATEWAY}),
    )


RECORD_OF_ANOTHER = _world(
    "private-record-of-another",
    "The zone has an address for the vault that none of its endpoints has",
    _privately(*networks.zone(GROUP, _NETWORK, records={VAULT.name: "10.20.1.99"})),
)
BY_THE_STAR = _world(
    "private-record-of-the-star",
    "The zone has no record of the vault, and one of the star that leads to its endpoint",
    _recorded({"*": "10.20.1.200"}),
)
STAR_OF_ANOTHER = _world(
    "private-star-of-another",
    "The zone has a record of the star alone, which leads to none of the vault's endpoints",
    _recorded({"*": "10.20.1.99"}),
)
ANOTHER_NAME = _world(
    "private-another-name",
    "The zone has another name for the vault, and an address of the star, which does not count then",
    _recorded({"*": "10.20.1.99"}, {VAULT.name: "kv.internal.contoso.com"}),
)
OWN_SERVERS = _world(
    "private-own-servers",
    "The network has name servers of its own, of which Azure does not tell",
    _privately(networks.network(_NETWORK, "10.20.0.0/16", dns=("10.20.9.10",))),
)
_PEERING = {
    "name": "hub",
    "properties": {
        "peeringState": "Connected",
        "remoteVirtualNetwork": {"id": _HUB},
        "remoteAddressSpace": {"addressPrefixes": ["10.30.0.0/16"]},
    },
}
PEERED = _world(
    "private-in-the-hub",
    "The private endpoint lies in a network that the pool's is connected with, and the zone is linked",
    _privately(
        networks.endpoint(ENDPOINT, VAULT, f"{_HUB}/subnets/endpoints", "10.30.1.5"),
        networks.network(_NETWORK, "10.20.0.0/16", more={"virtualNetworkPeerings": [_PEERING]}),
        *networks.zone(GROUP, _NETWORK, records={VAULT.name: "10.30.1.5"}),
    ),
)
LISTS_THE_GATEWAY = _world(
    "firewall-lists-the-gateway",
    "The vault's firewall lists the address and the prefix of the subnet's NAT gateway",
    _leaving_by_gateway(),
)
LISTS_THE_GATEWAY_OF_A_SERVICE = _world(
    "firewall-lists-the-gateway-of-a-service",
    "The same, and by its service endpoint the subnet does not leave by that address",
    _leaving_by_gateway(networks.KEY_VAULT),
)


def _through_an_appliance(*services: str) -> Conditions:
    """The vault's firewall lists an address, and all that leaves the subnet is led through an appliance."""
    return having(
        at_vault(default_deny=True, allowed=(_BY_GATEWAY,)),
        networks.route_table(ROUTES, ("default", "0.0.0.0/0", "VirtualAppliance", "10.20.9.4")),
        own_subnet(*services, routeTable={"id": ROUTES}),
    )


LISTS_AN_APPLIANCE = _world(
    "firewall-lists-an-appliance",
    "The vault's firewall lists an address, which may be that of the appliance on the way",
    _through_an_appliance(),
)
LISTS_AN_APPLIANCE_IN_VAIN = _world(
    "firewall-lists-an-appliance-in-vain",
    "The same, and by its service endpoint the subnet goes past the appliance",
    _through_an_appliance(networks.KEY_VAULT),
)
