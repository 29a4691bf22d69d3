"""Networks and what belongs to them, after Microsoft.Network and its private DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.around.scopes import parent_of
from troubleshooter.simulator.wire.exchange import Answer, route
from troubleshooter.simulator.wire.resources.answers import check_group, listed, resource_not_found, shown

if TYPE_CHECKING:
    from troubleshooter.simulator.around.resource import Resource
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site

_PROVIDER = "Microsoft.Network"


def get(site: Site, call: Call) -> Answer:
    return Answer(body=_shown(_found(site, call, call.path), site))


def get_subnet(site: Site, call: Call) -> Answer:
    """One that is missing is NotFound; where its network is missing too, that is what is said (recorded)."""
    network = _found(site, call, parent_of(call.path), call.parts["network"], "virtualNetworks")
    found = site.world.conditions.resource(call.path)
    if found is None:
        text = f"Resource {network.id}/subnets/{call.parts['name']} not found."
        raise Refusal(404, "NotFound", text, shape="empty details")
    return Answer(body=_shown(found, site))


def list_endpoints(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    inside = call.path.lower().partition("/providers/")[0]
    found = [
        one
        for one in site.world.conditions.resources
        if one.type.lower() == "microsoft.network/privateendpoints"
        and one.id.lower().startswith(f"{inside}/")
    ]
    return listed(call, [_shown(one, site) for one in found])


def list_links(site: Site, call: Call) -> Answer:
    zone = _found(site, call, call.path.rpartition("/")[0], call.parts["zone"], "privateDnsZones")
    kind = "microsoft.network/privatednszones/virtualnetworklinks"
    found = [one for one in _children(site, zone) if one.type.lower() == kind]
    return listed(call, [_shown(one, site) for one in found])


def get_record(site: Site, call: Call) -> Answer:
    """One that is missing is refused without the envelope that all else has (recorded)."""
    _found(site, call, parent_of(call.path), call.parts["zone"], "privateDnsZones")
    found = site.world.conditions.resource(call.path)
    if found is None and call.parts["record"].lower() == "virtualnetworklinks":
        kind = f"{_PROVIDER}/privateDnsZones/{call.parts['zone']}/virtualNetworkLinks"
        raise resource_not_found(kind, call.parts["name"], call.parts["group"])
    if found is None:
        group, subscription = call.parts["group"], call.parts["subscription"]
        text = (
            f"The resource record '{call.parts['name']}' does not exist in resource group '{group}'"
            f" of subscription '{subscription}'."
        )
        raise Refusal(404, "NotFound", text, shape="bare")
    return Answer(body=_shown(found, site))


def _found(site: Site, call: Call, place: str, name: str = "", kind: str = "") -> Resource:
    check_group(site.world, call.path)
    found = site.world.conditions.resource(place)
    if found is None:
        kind, name = kind or call.parts["kind"], name or call.parts["name"]
        raise resource_not_found(f"{_PROVIDER}/{_KINDS.get(kind.lower(), kind)}", name, call.parts["group"])
    return found


def _shown(one: Resource, site: Site) -> dict[str, Any]:
    body = shown(one)
    if one.type.lower() == "microsoft.network/virtualnetworks":
        subnets = [each for each in _children(site, one) if each.type.lower().endswith("/subnets")]
        body["properties"]["subnets"] = [shown(each) for each in subnets]
    return body


def _children(site: Site, parent: Resource) -> list[Resource]:
    inside = f"{parent.id.lower()}/"
    return [one for one in site.world.conditions.resources if one.id.lower().startswith(inside)]


_PLAIN = (
    "virtualNetworks",
    "networkSecurityGroups",
    "routeTables",
    "natGateways",
    "privateEndpoints",
    "publicIPAddresses",
)
_PREFIXES = "publicIPPrefixes"
_KINDS = {kind.lower(): kind for kind in (*_PLAIN, _PREFIXES, "privateDnsZones")}
_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + _PROVIDER
_ZONE = _GROUP + "/privateDnsZones/{zone}"
_ENDPOINTS = "/privateEndpoints"
NETWORK = (
    *(route("GET", f"{_GROUP}/{{kind:{kind}}}/{{name}}", get) for kind in _PLAIN),
    route("GET", _GROUP + "/virtualNetworks/{network}/subnets/{name}", get_subnet),
    route("GET", _GROUP + _ENDPOINTS, list_endpoints),
    route("GET", "/subscriptions/{subscription}/providers/" + _PROVIDER + _ENDPOINTS, list_endpoints),
)
PREFIXES = (route("GET", f"{_GROUP}/{{kind:{_PREFIXES}}}/{{name}}", get),)
"""Of these no specification is at hand: ipPrefix is as the SDKs' reference has it.

Source: https://learn.microsoft.com/javascript/api/@azure/arm-network/publicipprefixpropertiesformat
"""
PRIVATE_DNS = (
    route("GET", _ZONE + "/virtualNetworkLinks", list_links),
    route("GET", _ZONE + "/{record}/{name}", get_record),
)
