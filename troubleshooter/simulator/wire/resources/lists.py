"""What ARM lists of itself: subscriptions, groups, resources of any provider, locks, policy assignments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import Refusal, not_found
from troubleshooter.simulator.around.scopes import covers, group_of, needed, type_of
from troubleshooter.simulator.wire.exchange import Answer, route
from troubleshooter.simulator.wire.resources import answers
from troubleshooter.simulator.wire.resources.answers import check_group, listed, shown

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site

_EQUAL = re.compile(r"\s*(resourceType|name|resourceGroup|location)\s+eq\s+'([^']*)'\s*", re.IGNORECASE)
_PARTS = re.compile(r"\s+and\s+", re.IGNORECASE)


def list_subscriptions(site: Site, call: Call) -> Answer:
    """Those in which the caller may see anything; of the others nothing is said."""
    conditions = site.world.conditions
    seen = [one for one in _subscriptions(site).items() if conditions.sees(f"/subscriptions/{one[0]}")]
    bodies = [_subscription(site, *one) for one in seen]
    answer = listed(call, bodies)
    return Answer(body={**answer.body, "count": {"type": "Total", "value": len(bodies)}})


def get_subscription(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    wanted = call.parts["subscription"].lower()
    return Answer(body=_subscription(site, wanted, _subscriptions(site)[wanted]))


def _subscriptions(site: Site) -> dict[str, str]:
    """Id and name of each, of all worlds of this Azure."""
    every = dict.fromkeys(one for each in site.estate or [site] for one in answers.subscriptions(each.world))
    return {one: f"Contoso {number}" if number else "Contoso" for number, one in enumerate(every)}


def _subscription(site: Site, subscription: str, name: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription,
        "tenantId": site.world.account.tenant,
        "displayName": name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "EnterpriseAgreement_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def list_groups(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    return listed(call, [_group(site, call.parts["subscription"], one) for one in _names(site, call)])


def get_group(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    return Answer(
        body=_group(site, call.parts["subscription"], _names(site, call)[call.parts["group"].lower()])
    )


def _names(site: Site, call: Call) -> dict[str, str]:
    return answers.groups(site.world, call.parts["subscription"])


def _group(site: Site, subscription: str, name: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription}/resourceGroups/{name}",
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": site.world.account.location,
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }


def list_resources(site: Site, call: Call) -> Answer:
    """Of every provider, without their properties; only those that the caller may read."""
    check_group(site.world, call.path)
    inside = call.path.lower().rpartition("/resources")[0]
    conditions = site.world.conditions
    deleted = {one.vault.id for one in conditions.deleted_vaults}
    found = [
        place
        for place in dict.fromkeys(answers.ids(site.world))
        if place.lower().startswith(f"{inside}/") and place not in deleted and _own(place)
        if conditions.may(*needed("GET", place))
    ]
    return listed(call, [body for place in found if _asked(call, body := _told(site, place))])


def _own(place: str) -> bool:
    """Whether it is a resource of its own; no child is listed."""
    return type_of(place).count("/") == 1


def _told(site: Site, place: str) -> dict[str, Any]:
    name = place.rpartition("/")[2]
    return {
        "id": place,
        "name": name,
        "type": type_of(place),
        "location": site.world.account.location,
        "tags": {},
    }


def _asked(call: Call, body: dict[str, Any]) -> bool:
    text = call.query.get("$filter", "")
    told = {**body, "resourcetype": body["type"], "resourcegroup": group_of(body["id"])}
    for part in _PARTS.split(text) if text else ():
        found = _EQUAL.fullmatch(part)
        if found is None:
            # Its code is recorded nowhere.
            raise Refusal(
                400, "InvalidFilterInQueryString", f"Invalid $filter '{text}' specified in the query string."
            )
        key, value = found.groups()
        if str(told[key.lower()]).lower() != value.lower():
            return False
    return True


def list_locks(site: Site, call: Call) -> Answer:
    return listed(call, _at(site, call, "Microsoft.Authorization/locks", below=True))


def list_policies(site: Site, call: Call) -> Answer:
    """At the scope and above it; below it too unless the filter says atScope()."""
    below = "atscope()" not in call.query.get("$filter", "").lower()
    return listed(call, _at(site, call, "Microsoft.Authorization/policyAssignments", below=below))


def get_policy(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    found = site.world.conditions.resource(call.path)
    if found is None:
        name = call.parts["name"]
        raise not_found("PolicyAssignmentNotFound", f"The policy assignment '{name}' is not found.")
    return Answer(body=shown(found))


def list_exemptions(site: Site, call: Call) -> Answer:
    """As assignments are listed (documented; nothing of it is recorded)."""
    below = "atscope()" not in call.query.get("$filter", "").lower()
    return listed(call, _at(site, call, "Microsoft.Authorization/policyExemptions", below=below))


def get_definition(site: Site, call: Call) -> Answer:
    """Of a policy or a set of them; the service's own lie in no scope. Code and words are assumed."""
    found = site.world.conditions.resource(call.path)
    if found is None:
        kind = "PolicySetDefinition" if "/policysetdefinitions/" in call.path.lower() else "PolicyDefinition"
        raise not_found(f"{kind}NotFound", f"The definition '{call.parts['name']}' could not be found.")
    return Answer(body=shown(found))


def _at(site: Site, call: Call, kind: str, *, below: bool) -> list[dict[str, Any]]:
    scope = call.parts["scope"]
    check_group(site.world, scope)
    bodies = []
    for one in site.world.conditions.resources:
        own = one.id.rpartition("/providers/")[0]
        if one.type.lower() == kind.lower() and (covers(own, scope) or (below and covers(scope, own))):
            bodies.append(shown(one))
    return bodies


_ANY = "{scope:any}/providers/Microsoft.Authorization"
SUBSCRIPTIONS = (
    route("GET", "/subscriptions", list_subscriptions),
    route("GET", "/subscriptions/{subscription}", get_subscription),
)
RESOURCES = (
    route("GET", "/subscriptions/{subscription}/resourcegroups", list_groups),
    route("GET", "/subscriptions/{subscription}/resourcegroups/{group}", get_group),
    route("GET", "/subscriptions/{subscription}/resources", list_resources),
    route("GET", "/subscriptions/{subscription}/resourcegroups/{group}/resources", list_resources),
)
LOCKS = (route("GET", _ANY + "/locks", list_locks),)
POLICIES = (
    route("GET", _ANY + "/policyAssignments", list_policies),
    route("GET", _ANY + "/policyAssignments/{name}", get_policy),
)
DEFINITIONS = (
    route("GET", _ANY + "/policyDefinitions/{name}", get_definition),
    route("GET", _ANY + "/policySetDefinitions/{name}", get_definition),
    route("GET", _ANY + "/policyExemptions", list_exemptions),
)
"""Of which no specification is at hand: as they are documented."""
