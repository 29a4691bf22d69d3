"""Networks and what belongs to them, as ARM shows them; and how a node reaches a vault by them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.simulator.around.vaults import Vault

ZONE = "privatelink.vaultcore.azure.net"
KEY_VAULT = "Microsoft.KeyVault"
_WELL = {"provisioningState": "Succeeded"}


def network(
    place: str, *prefixes: str, dns: tuple[str, ...] = (), more: dict[str, Any] | None = None
) -> Resource:
    options = {"dhcpOptions": {"dnsServers": list(dns)}} if dns else {}
    space = {"addressSpace": {"addressPrefixes": list(prefixes)}}
    return _made(
        place,
        {**space, **options, "virtualNetworkPeerings": [], "enableDdosProtection": False, **(more or {})},
    )


def subnet(place: str, prefix: str, *services: str, **more: Any) -> Resource:
    """With service endpoints for these services; `more` are ids and values of its properties."""
    endpoints = [{**_WELL, "service": one, "locations": ["westeurope"]} for one in services]
    return _made(
        place,
        {
            "addressPrefix": prefix,
            "serviceEndpoints": endpoints,
            "delegations": [],
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
            **more,
        },
        located=False,
    )


def address(place: str, number: str) -> Resource:
    """A public address."""
    told = {"ipAddress": number, "publicIPAddressVersion": "IPv4", "publicIPAllocationMethod": "Static"}
    standard = {"sku": {"name": "Standard", "tier": "Regional"}}
    return _made(place, {**told, "idleTimeoutInMinutes": 4, "ipTags": []}, more=standard)


def prefix(place: str, numbers: str) -> Resource:
    """Public addresses that follow on each other."""
    told = {"ipPrefix": numbers, "prefixLength": int(numbers.partition("/")[2])}
    standard = {"sku": {"name": "Standard", "tier": "Regional"}}
    return _made(place, {**told, "publicIPAddressVersion": "IPv4", "ipTags": []}, more=standard)


def nat_gateway(place: str, *addresses: str, prefixes: tuple[str, ...] = ()) -> Resource:
    told: dict[str, Any] = {
        "idleTimeoutInMinutes": 4,
        "publicIpAddresses": [{"id": one} for one in addresses],
    }
    if prefixes:
        told["publicIpPrefixes"] = [{"id": one} for one in prefixes]
    return _made(place, told, more={"sku": {"name": "Standard"}})


def rule(
    name: str, priority: int, direction: str, access: str, source: str, target: str, ports: str = "*"
) -> dict[str, Any]:
    """One of a security group."""
    return {
        "name": name,
        "type": "Microsoft.Network/networkSecurityGroups/securityRules",
        "properties": {
            **_WELL,
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": ports,
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": target,
            "access": access,
            "priority": priority,
            "direction": direction,
            "sourcePortRanges": [],
            "destinationPortRanges": [],
            "sourceAddressPrefixes": [],
            "destinationAddressPrefixes": [],
        },
    }


_ALWAYS = (
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)
"""Rules that every security group has, as recorded."""


def security_group(place: str, *rules: dict[str, Any]) -> Resource:
    kind = "Microsoft.Network/networkSecurityGroups/defaultSecurityRules"
    always = [{**rule(*one), "type": kind} for one in _ALWAYS]
    for one, folder in (
        *((one, "securityRules") for one in rules),
        *((one, "defaultSecurityRules") for one in always),
    ):
        one["id"] = f"{place}/{folder}/{one['name']}"
    return _made(place, {"securityRules": list(rules), "defaultSecurityRules": always})


def route_table(place: str, *routes: tuple[str, str, str, str], propagates: bool = True) -> Resource:
    """Each route: its name, its prefix, the type of the next hop, and its address where it has one."""
    told = [
        {
            "name": name,
            "id": f"{place}/routes/{name}",
            "type": "Microsoft.Network/routeTables/routes",
            "properties": {
                **_WELL,
                "addressPrefix": prefix,
                "nextHopType": hop,
                **({"nextHopIpAddress": number} if number else {}),
            },
        }
        for name, prefix, hop, number in routes
    ]
    return _made(place, {"disableBgpRoutePropagation": not propagates, "routes": told})


def endpoint(place: str, vault: Vault, inside: str, number: str, status: str = "Approved") -> Resource:
    """A private endpoint to a vault, with an address in a subnet."""
    name = place.rpartition("/")[2]
    state = {"status": status, "description": "", "actionsRequired": "None"}
    connection = {
        "name": name,
        "id": f"{place}/privateLinkServiceConnections/{name}",
        "type": "Microsoft.Network/privateEndpoints/privateLinkServiceConnections",
        "properties": {
            **_WELL,
            "privateLinkServiceId": vault.id,
            "groupIds": ["vault"],
            "privateLinkServiceConnectionState": state,
        },
    }
    return _made(
        place,
        {
            "privateLinkServiceConnections": [connection],
            "manualPrivateLinkServiceConnections": [],
            "customNetworkInterfaceName": "",
            "subnet": {"id": inside},
            "ipConfigurations": [],
            "networkInterfaces": [
                {"id": f"{place.rpartition('/privateEndpoints/')[0]}/networkInterfaces/{name}.nic"}
            ],
            "customDnsConfigs": [{"fqdn": vault.host, "ipAddresses": [number]}],
        },
    )


def zone(
    provider: str,
    *networks: str,
    records: dict[str, str] | None = None,
    aliases: dict[str, str] | None = None,
) -> tuple[Resource, ...]:
    """The private DNS zone of vaults, linked to these networks, with these addresses and other names.

    `provider` is an id up to `/providers`.
    """
    place = f"{provider}/Microsoft.Network/privateDnsZones/{ZONE}"
    links = (
        Resource(
            f"{place}/virtualNetworkLinks/{one.rpartition('/')[2]}",
            {
                **_WELL,
                "registrationEnabled": False,
                "virtualNetwork": {"id": one},
                "virtualNetworkLinkState": "Completed",
            },
            location="global",
            more={"etag": _etag(one)},
        )
        for one in networks
    )
    a = {name: {"aRecords": [{"ipv4Address": number}]} for name, number in (records or {}).items()}
    cname = {name: {"cnameRecord": {"cname": other}} for name, other in (aliases or {}).items()}
    sets = (
        Resource(
            f"{place}/{kind}/{name}",
            {"fqdn": f"{name}.{ZONE}.", "ttl": 10, **told, "isAutoRegistered": False},
            location=None,
            more={"etag": _etag(name)},
        )
        for kind, named in (("A", a), ("CNAME", cname))
        for name, told in named.items()
    )
    return (Resource(place, dict(_WELL), location="global"), *links, *sets)


def _made(
    place: str, told: dict[str, Any], *, located: bool = True, more: dict[str, Any] | None = None
) -> Resource:
    location = "westeurope" if located else None
    return Resource(place, {**_WELL, **told}, location, {"etag": f"W/{_etag(place)}", **(more or {})})


def _etag(of: str) -> str:
    return f'"{uuid.uuid5(uuid.NAMESPACE_URL, of)}"'


def network_of(inside: str) -> str:
    """The network of a subnet, by its id."""
    return inside.rpartition("/subnets/")[0]


def has_service_endpoint(inside: Resource | None) -> bool:
    """Whether a subnet has one for vaults, so that a vault's rule for it counts."""
    found = inside.properties.get("serviceEndpoints") or () if inside is not None else ()
    return any(str(one.get("service", "")).lower() == KEY_VAULT.lower() for one in found)


def links(resources: Iterable[Resource], of: str) -> list[Resource]:
    """Links of zones for vaults to that network."""
    kind = f"/privatednszones/{ZONE}/virtualnetworklinks/"
    return [
        one
        for one in resources
        if kind in one.id.lower() and one.properties["virtualNetwork"]["id"].lower() == of.lower()
    ]
