"""Handlers of Azure Resource Manager: the account and its pools."""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from typing import TYPE_CHECKING

from troubleshooter.simulator.around import batch_rights, sizes
from troubleshooter.simulator.around.operator import CLIENT_ID, OBJECT_ID
from troubleshooter.simulator.around.refusal import Refusal, not_found
from troubleshooter.simulator.around.scopes import covers, needed
from troubleshooter.simulator.wire import arm_wire, listing
from troubleshooter.simulator.wire.exchange import Answer

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site
    from troubleshooter.simulator.world.pool import Pool
    from troubleshooter.simulator.world.world import World

_BEFORE_1970 = 621_355_968_000_000_000
"""Ticks of a ten-millionth of a second, from the year 1."""


def get_account(site: Site, call: Call) -> Answer:
    _check_scope(site.world, call)
    return Answer(body=arm_wire.account(site.world.account, site.batch_endpoint))


def list_accounts(site: Site, call: Call) -> Answer:
    """Of a group, or of a whole subscription."""
    _check_group(site.world, call)
    inside = call.path.lower().partition("/providers/")[0]
    found = [one for one in site.estate or [site] if covers(inside, one.world.account.id)]
    bodies = [arm_wire.account(one.world.account, one.batch_endpoint) for one in found]
    items, following = listing.page(call, bodies)
    return Answer(body={"value": list(items), **({"nextLink": following} if following else {})})


def list_sizes(site: Site, call: Call) -> Answer:
    """Sizes of nodes in a region, page by page."""
    _check_group(site.world, call)
    items, following = listing.page(call, sizes.of_location(call.parts["location"]))
    return Answer(body={"value": list(items), **({"nextLink": following} if following else {})})


def get_pool(site: Site, call: Call) -> Answer:
    _check_scope(site.world, call)
    pool = site.world.pool(call.parts["pool"])
    site.world.look(pool)
    return _pool(site.world, pool, call.query["api-version"])


def list_pools(site: Site, call: Call) -> Answer:
    world = site.world
    _check_scope(world, call)
    bodies = listing.matching(call, [arm_wire.pool(world, pool) for pool in world.all_pools()])
    items, following = listing.page(call, bodies)
    return Answer(body={"value": list(items), **({"nextLink": following} if following else {})})


def put_pool(site: Site, call: Call) -> Answer:
    _check_scope(site.world, call)
    match, none_match = call.headers.get("If-Match"), call.headers.get("If-None-Match")
    body = call.json()
    _check_linked(site.world, call, body)
    return _pool(site.world, site.world.put_pool(call.parts["pool"], body, match, none_match))


def patch_pool(site: Site, call: Call) -> Answer:
    _check_scope(site.world, call)
    body = call.json()
    _check_linked(site.world, call, body)
    return _pool(
        site.world,
        site.world.patch_pool(call.parts["pool"], body, call.headers.get("If-Match")),
    )


def _check_linked(world: World, call: Call, body: object) -> None:
    """Refuse whoever may write the pool and not what it names, in the words quoted of other resources.

    That ARM links images too is not known; Batch itself asks for the right to read one, in words of its own.
    """
    if not isinstance(body, dict):
        return
    for action, place in batch_rights.of_pool(body):
        if not world.conditions.may(action, place):
            raise Refusal(403, "LinkedAuthorizationFailed", _not_linked(world, call, action, place))
    image, right = batch_rights.image_of(body), batch_rights.READ_VERSION
    if image and not world.conditions.may(right, image):
        told = "The user identity used for this operation does not have the required privelege"
        raise Refusal(400, "InsufficientPermissions", f"{told} {right} on the specified resource {image}")


def _not_linked(world: World, call: Call, action: str, place: str) -> str:
    own, scope = needed(call.method, call.path)
    who = f"The client '{CLIENT_ID}' with object id '{OBJECT_ID}'"
    may = f"has permission to perform action '{own}' on scope '{scope}'"
    not_this = f"it does not have permission to perform action '{action}'"
    invalid = "or the linked scope(s) are invalid"
    where = f"on the linked scope(s) '{place}' {invalid}"
    if world.conditions.holds(action, place):
        by = f"is blocked by deny assignments on the '1' linked scope(s) '{place}'"
        where = f"on the '0' linked scope(s) '' {invalid} and {by}"
    return f"{who} {may}; however, {not_this} {where}."


def delete_pool(site: Site, call: Call) -> Answer:
    _check_scope(site.world, call)
    pool = site.world.delete_pool(call.parts["pool"])
    if pool is None:
        return Answer(204)
    operation = f"{call.path.rpartition('/pools/')[0]}/poolOperationResults/delete-{pool.name}"
    return _goes_on(site, call, operation)


def get_operation(site: Site, call: Call) -> Answer:
    """Of a pool's deletion: 202 while it goes on, then its end, for ever. A signature counts for ever too."""
    _check_scope(site.world, call)
    pool = site.world.deleting_pool(call.parts["operation"].removeprefix("delete-"))
    return Answer(site.world.habits.deletion_ends) if pool is None else _goes_on(site, call, call.path)


def _goes_on(site: Site, call: Call, operation: str) -> Answer:
    """Each time the operation has another address: when, with which certificate, its signature and hash."""
    ticks = _BEFORE_1970 + time.time_ns() // 100
    signed = {"t": str(ticks), "c": _letters(2700), "s": _letters(342), "h": _letters(43)}
    query = "&".join(f"{key}={value}" for key, value in signed.items())
    location = f"{call.base}{operation}?api-version={call.query['api-version']}&{query}"
    return Answer(202, headers={"Location": location, "Retry-After": str(site.world.clock.hint)})


def _letters(length: int) -> str:
    """Those of a certificate or a signature; nobody checks them."""
    drawn = hashlib.shake_256(uuid.uuid4().bytes).digest(length)
    return base64.urlsafe_b64encode(drawn).decode()[:length]


def _pool(world: World, pool: Pool, version: str = arm_wire.API_VERSIONS[-1]) -> Answer:
    headers = {"ETag": arm_wire.etag(pool)}
    if pool.moving and world.clock.hurries:
        headers["Retry-After"] = str(world.clock.hint)
    return Answer(body=arm_wire.pool(world, pool, version), headers=headers)


def _check_group(world: World, call: Call) -> None:
    if call.parts["subscription"].lower() != world.account.subscription:
        name = call.parts["subscription"]
        raise not_found("SubscriptionNotFound", f"The subscription '{name}' could not be found.")
    group = call.parts.get("group", world.account.resource_group)
    if group.lower() != world.account.resource_group.lower():
        raise not_found("ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def _check_scope(world: World, call: Call) -> None:
    _check_group(world, call)
    name = call.parts["account"]
    if name.lower() != world.account.name.lower():
        raise Refusal(
            404,
            "ResourceNotFound",
            f"The Resource 'Microsoft.Batch/batchAccounts/{name}' under resource group"
            f" '{call.parts['group']}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
        )
