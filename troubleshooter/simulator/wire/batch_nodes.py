"""Handlers of the Batch data plane for nodes: their extensions, their users, and the way in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import Refusal, invalid, missing, not_found
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.extension import others
from troubleshooter.simulator.wire import batch_wire, listing
from troubleshooter.simulator.wire.batch_api import a_page, hint, listed, one
from troubleshooter.simulator.wire.exchange import Answer, Later
from troubleshooter.simulator.world import nat, story
from troubleshooter.simulator.world.machine import User

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site
    from troubleshooter.simulator.world.cohort import Cohort
    from troubleshooter.simulator.world.machine import Machine
    from troubleshooter.simulator.world.pool import Pool
    from troubleshooter.simulator.world.world import Habits, World

_PUBLIC_KEY = re.compile(r"(ssh-|ecdsa-)\S+ [A-Za-z0-9+/=]+( .*)?\s*")


def list_nodes(site: Site, call: Call) -> Answer:
    """One page; only the first counts as a look, so that the pages of one list agree."""
    world = site.world
    pool = world.pool(call.parts["pool"])
    if listing.first_page(call):
        world.look(pool)
    moving = hint(world, pool.moving)
    if call.query.get("$filter"):
        return listed(call, [_node(world, pool, *entry, call.base) for entry in pool.visible()], moving)
    items, following = listing.page(call, pool.visible())
    bodies = [listing.selected(call, _node(world, pool, *entry, call.base)) for entry in items]
    return a_page(call, bodies, following, moving)


def get_node(site: Site, call: Call) -> Answer | Later:
    """A node that SSH leads to says where; as for `get_login`, nothing listens before somebody asks."""
    pool, cohort, machine = site.world.node(call.parts["pool"], call.parts["node"])
    site.world.look(pool)
    body = _node(site.world, pool, cohort, machine, call.base)
    moving = hint(site.world, pool.moving)
    mapping = nat.ssh_pool(pool.properties)
    if mapping is None or body["state"] not in {"idle", "running"}:
        return one(call, body, moving)
    listen = _door(site, pool, cohort, machine, mapping)
    ways = (body.get("endpointConfiguration") or {}).get("inboundEndpoints") or []

    def reached() -> Answer:
        port = listen()
        here = {"publicIPAddress": "127.0.0.1", "publicFQDN": "localhost", "frontendPort": port}
        told = [{**way, **(here if _is_ssh(way) else {})} for way in ways]
        return one(call, {**body, "endpointConfiguration": {"inboundEndpoints": told}}, moving)

    return Later(reached)


def _is_ssh(way: Mapping[str, Any]) -> bool:
    """Of two addresses it is the older one's: loopback is IPv4 here."""
    return way["backendPort"] == nat.SSH_PORT and ":" not in str(way["publicIPAddress"])


def _node(world: World, pool: Pool, cohort: Cohort, machine: Machine, base: str) -> dict[str, Any]:
    state = world.node_state(pool, cohort, machine)
    load = len(world.running(pool.name, machine)), world.load(pool.name, machine)
    return batch_wire.node(pool, cohort, machine, state, base, pool.conditions(world.conditions), load)


def list_extensions(site: Site, call: Call) -> Answer:
    return listed(call, _extensions(site.world, call))


def get_extension(site: Site, call: Call) -> Answer:
    for body in _extensions(site.world, call):
        if body["vmExtension"]["name"] == call.parts["extension"]:
            return one(call, body)
    raise not_found("VMExtensionNotFound", "The specified extension does not exist.")  # the code is assumed


def _extensions(world: World, call: Call) -> list[dict[str, Any]]:
    pool, cohort, machine = world.node(call.parts["pool"], call.parts["node"])
    state = world.node_state(pool, cohort, machine)
    if world.habits.refuses_extension_view and state == "unusable":
        # In which states the call answers is not documented; this is the unfriendly guess.
        raise Refusal(409, "NodeStateUnusable", "The specified node is in the Unusable state.")
    every = (*cohort.extensions, others.OF_BATCH)
    if not cohort.started(machine):
        return [batch_wire.unreported_extension(each, world.habits) for each in every]
    around = pool.conditions(world.conditions)
    fates = (*cohort.fates(machine, around), others.fate(others.OF_BATCH, around))
    return [
        batch_wire.extension(each, fate, cohort, world.habits)
        for each, fate in zip(every, fates, strict=True)
    ]


def create_user(site: Site, call: Call) -> Answer:
    _, _, machine = site.world.usable_node(call.parts["pool"], call.parts["node"])
    body = _object(call)
    name = body.get("name")
    if not isinstance(name, str) or not name:
        raise missing("name")
    site.world.add_user(
        machine, _user(name, body, site.world.habits, is_admin=bool(body.get("isAdmin", False)))
    )
    made = f"{call.base}{call.path}/{name}"
    return Answer(201, headers={"DataServiceId": made, "Location": made})


def replace_user(site: Site, call: Call) -> Answer:
    _, _, machine = site.world.usable_node(call.parts["pool"], call.parts["node"])
    known = site.world.user(machine, call.parts["user"])
    machine.put_user(_user(known.name, _object(call), site.world.habits, is_admin=known.is_admin))
    return Answer(200, headers={"DataServiceId": f"{call.base}{call.path}"})


def delete_user(site: Site, call: Call) -> Answer:
    _, _, machine = site.world.usable_node(call.parts["pool"], call.parts["node"])
    machine.drop_user(site.world.user(machine, call.parts["user"]).name)
    return Answer(200)


def _object(call: Call) -> dict[str, Any]:
    body = call.json()
    if not isinstance(body, dict):
        raise Refusal(400, "InvalidRequestBody", "The specified Request Body is not syntactically valid.")
    return body


def _user(name: str, body: dict[str, Any], habits: Habits, *, is_admin: bool) -> User:
    key = body.get("sshPublicKey", "")
    if key and not (
        isinstance(key, str) and _PUBLIC_KEY.fullmatch(key) and key.split()[0] not in habits.refused_keys
    ):
        raise invalid("sshPublicKey", "The SSH public key is not valid")
    if not key and not body.get("password"):
        raise missing("password")
    expiry = _expiry(body.get("expiryTime"))
    begins = now() + timedelta(seconds=habits.users_after)
    return User(name, is_admin, key, _day(expiry) if habits.expiry_cut else expiry, begins)


def _day(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _expiry(text: Any) -> datetime:
    if text is None:
        return now() + timedelta(days=1)  # documented default
    try:
        expiry = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise invalid("expiryTime", "The value is not a time", text) from None
    return expiry if expiry.tzinfo else expiry.replace(tzinfo=UTC)


def get_login(site: Site, call: Call) -> Answer | Later:
    """Where a node is reached. Nothing listens there before somebody asks."""
    world = site.world
    pool, cohort, machine = world.usable_node(call.parts["pool"], call.parts["node"])
    known = {"DataServiceId": f"{call.base}{call.path}"}
    named = world.login(pool, machine)
    ways = [way for way in nat.endpoints(pool.properties, machine) if way.backend == named.backend]
    six = ways[1] if len(ways) > 1 else None
    mapping = nat.ssh_pool(pool.properties)
    if mapping is None or named.backend != nat.SSH_PORT:
        return Answer(body=batch_wire.login(call.base, named.address, named.port, six), headers=known)
    listen = _door(site, pool, cohort, machine, mapping)
    return Later(lambda: Answer(body=batch_wire.login(call.base, "127.0.0.1", listen(), six), headers=known))


def _door(
    site: Site, pool: Pool, cohort: Cohort, machine: Machine, mapping: Mapping[str, Any]
) -> Callable[[], int]:
    """What makes the node listen and gives the port.

    In Azure the port lies in the NAT pool's frontend range; on loopback it is whichever was free.
    """
    world = site.world
    around = pool.conditions(world.conditions)
    if not around.network.lets_ssh_in:
        silent = site.node_host.silence()
        return lambda: silent
    told = story.tell(cohort, machine, around, noise=world.noise)
    machine.door(site.node_host, site.disks).allow(lambda address: nat.lets_in(mapping, address))
    return lambda: machine.listen(told)
