"""User-assigned identities, after Microsoft.ManagedIdentity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.wire.exchange import Answer, route
from troubleshooter.simulator.wire.resources.answers import check_group, listed, resource_not_found

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Identity
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site
    from troubleshooter.simulator.world.world import World

TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"


def get(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    found = site.world.conditions.identity(call.path)
    if found is None:
        raise resource_not_found(TYPE, call.parts["name"], call.parts["group"])
    return Answer(body=_shown(site.world, found))


def list_in_group(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    inside = call.path.lower().partition("/providers/")[0]
    found = [one for one in site.world.conditions.identities if one.id.lower().startswith(f"{inside}/")]
    return listed(call, [_shown(site.world, one) for one in found])


def _shown(world: World, identity: Identity) -> dict[str, Any]:
    return {
        "id": identity.id,
        "name": identity.name,
        "type": TYPE,
        "location": world.account.location,
        "tags": {},
        "properties": {
            "tenantId": identity.tenant or world.account.tenant,
            "principalId": identity.principal_id,
            "clientId": identity.client_id,
        },
    }


_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + TYPE
ROUTES = (
    route("GET", "/subscriptions/{subscription}/providers/" + TYPE, list_in_group),
    route("GET", _GROUP, list_in_group),
    route("GET", _GROUP + "/{name}", get),
)
