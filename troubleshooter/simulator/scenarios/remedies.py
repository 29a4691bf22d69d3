"""What an administrator does about a fault outside the pool. Doing it again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around import networks
from troubleshooter.simulator.around.conditions import Compute, Network
from troubleshooter.simulator.around.vaults import Connection
from troubleshooter.simulator.scenarios.ground import (
    ENDPOINT,
    IDENTITY,
    PREFIX,
    PRIVATELY,
    ROLE,
    SECRET,
    SUBNET,
    VAULT,
)
from troubleshooter.simulator.world.pool import EGRESS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.around.vaults import Vault
    from troubleshooter.simulator.scenarios.scene import Remedy
    from troubleshooter.simulator.world.world import World


def grant_role(world: World) -> dict[str, str]:
    if ROLE not in world.conditions.assignments:
        world.change(world.conditions.with_assignment(ROLE))
    return {"done": f"granted Key Vault Secrets User to {IDENTITY.name} on vault {VAULT.name}"}


def open_firewall(world: World) -> dict[str, str]:
    vault = world.conditions.vaults[0]
    if not set(EGRESS) <= set(vault.allowed):
        world.change(world.conditions.with_vault(replace(vault, allowed=EGRESS)))
    return {"done": f"allowed {', '.join(EGRESS)} through the firewall of vault {VAULT.name}"}


def create_secret(world: World) -> dict[str, str]:
    vault = world.conditions.vaults[0]
    if vault.secret(SECRET.name) is None:
        world.change(world.conditions.with_vault(replace(vault, secrets=(*vault.secrets, SECRET))))
    return {"done": f"created certificate {SECRET.name} in vault {VAULT.name}"}


def name_identity(_world: World) -> dict[str, str]:
    return {"done": f"named {IDENTITY.name}, which may read vault {VAULT.name}", "identity": IDENTITY.id}


def mend_vault(done: str, mend: Callable[[Vault], Vault]) -> Remedy:
    """One that changes the vault."""

    def remedy(world: World) -> dict[str, str]:
        vault = world.conditions.vaults[0]
        if mend(vault) != vault:
            world.change(world.conditions.with_vault(mend(vault)))
        return {"done": done}

    return remedy


def mend(done: str, change: Callable[[Conditions], Conditions]) -> Remedy:
    """One that changes anything else around the pool."""

    def remedy(world: World) -> dict[str, str]:
        changed = change(world.conditions)
        if changed != world.conditions:
            world.change(replace(changed, serial=world.conditions.serial + 1))
        return {"done": done}

    return remedy


def _with_endpoint(conditions: Conditions) -> Conditions:
    vault = replace(conditions.vaults[0], connections=(Connection(ENDPOINT),))
    mended = conditions.with_vault(vault)
    for one in PRIVATELY:
        mended = mended.with_resource(one)
    return replace(mended, serial=conditions.serial)


def _with_subnet(conditions: Conditions) -> Conditions:
    served = conditions.with_resource(networks.subnet(SUBNET, PREFIX, networks.KEY_VAULT))
    mended = served.with_vault(replace(conditions.vaults[0], subnets=(SUBNET,)))
    return replace(mended, serial=conditions.serial)


_SUBNET_NAME = SUBNET.rpartition("/")[2]
open_to_subnet = mend(
    f"allowed subnet {_SUBNET_NAME}, with its service endpoint, through the firewall of {VAULT.name}",
    _with_subnet,
)
give_endpoint = mend(f"gave the pool's network a private endpoint to vault {VAULT.name}", _with_endpoint)
FIREWALL_TOO: Mapping[str, Remedy] = {"private-endpoint": give_endpoint}
"""The other way past a firewall."""
clear_network = mend(
    "put the network right, so that nothing keeps the nodes from what they ask for",
    lambda conditions: replace(conditions, network=Network()),
)
mend_compute = mend(
    "put the platform right, so that nothing keeps it from making nodes",
    lambda conditions: replace(conditions, compute=Compute()),
)
publish_image = mend(
    "published the image without its flaws",
    lambda conditions: replace(
        conditions, images=tuple(replace(image, flaws=frozenset()) for image in conditions.images)
    ),
)
