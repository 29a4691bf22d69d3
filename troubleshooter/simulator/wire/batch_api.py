"""Handlers of the Batch data plane for pools and node counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around import images
from troubleshooter.simulator.around.timestamp import http
from troubleshooter.simulator.wire import batch_wire, listing
from troubleshooter.simulator.wire.exchange import Answer

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site
    from troubleshooter.simulator.world.world import World


def list_images(site: Site, call: Call) -> Answer:
    del site
    return listed(call, images.supported())


def get_pool(site: Site, call: Call) -> Answer:
    pool = site.world.pool(call.parts["pool"])
    site.world.look(pool)
    headers = {"ETag": pool.etag, "Last-Modified": http(pool.modified), **hint(site.world, pool.moving)}
    return one(call, batch_wire.pool(site.world, pool, call.base), headers)


def list_pools(site: Site, call: Call) -> Answer:
    world = site.world
    return listed(call, [batch_wire.pool(world, pool, call.base) for pool in world.all_pools()])


def delete_pool(site: Site, call: Call) -> Answer:
    site.world.pool(call.parts["pool"])
    site.world.delete_pool(call.parts["pool"], call.headers.get("If-Match"))
    return Answer(202)


def list_node_counts(site: Site, call: Call) -> Answer:
    world = site.world
    bodies = []
    for pool in world.all_pools():
        world.look(pool)
        states = [
            (world.node_state(pool, cohort, machine), machine.dedicated) for cohort, machine in pool.visible()
        ]
        bodies.append(batch_wire.node_counts(pool.name, states))
    moving = any(pool.moving for pool in world.all_pools())
    return listed(call, bodies, hint(world, moving))


def listed(call: Call, bodies: list[dict[str, Any]], headers: dict[str, str] | None = None) -> Answer:
    items, following = listing.page(call, listing.matching(call, bodies))
    return a_page(call, [listing.selected(call, item) for item in items], following, headers)


def a_page(
    call: Call, items: list[dict[str, Any]], following: str | None, headers: dict[str, str] | None = None
) -> Answer:
    more = {"odata.nextLink": following} if following else {}
    return Answer(
        body={**batch_wire.metadata(call.base, call.path), "value": items, **more}, headers=headers or {}
    )


def one(call: Call, body: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
    """A thing as it was asked for, by its name."""
    told = {**batch_wire.metadata(call.base, call.path), **listing.selected(call, body)}
    return Answer(body=told, headers=headers or {})


def hint(world: World, moving: bool) -> dict[str, str]:
    """When to ask again, while something moves and time goes by looks: Azure says it of no read."""
    return {"Retry-After": str(world.clock.hint)} if moving and world.clock.hurries else {}
