"""Worlds of the pool's account: its quotas, who is let in, and whose machines its nodes are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.conditions import Image
from troubleshooter.simulator.around.vaults import DeletedVault
from troubleshooter.simulator.scenarios import Scenario
from troubleshooter.simulator.scenarios.ground import GROUP, VAULT, WELL, machine_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.world.world import Account

_FAMILY, _ANOTHER = "standardDSv3Family", "standardESv3Family"
_OWN_IMAGE = f"{GROUP}/Microsoft.Compute/galleries/gallery/images/render/versions/1.0.0"
_OWN = f"{GROUP}/Microsoft.KeyVault/vaults/kv-batch-own"


def _with(**said: Any) -> Callable[[Account], Account]:
    return lambda account: replace(account, **said)


def _spot(body: dict[str, Any]) -> dict[str, Any]:
    fixed = body["properties"]["scaleSettings"]["fixedScale"]
    fixed |= {"targetDedicatedNodes": 0, "targetLowPriorityNodes": 2}
    return body


def _image(agent: str = "", **named: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def body(pool: dict[str, Any]) -> dict[str, Any]:
        machine = machine_of(pool)
        machine["imageReference"] = named if "id" in named else machine["imageReference"] | named
        machine["nodeAgentSkuId"] = agent or machine["nodeAgentSkuId"]
        return pool

    return body


IMAGE_UNKNOWN = Scenario("image-unlisted", "Batch does not list the image", body=_image(sku="22_04-daily"))
AGENT_OF_ANOTHER = Scenario(
    "image-with-another-agent",
    "Batch lists the image with another node agent",
    body=_image("batch.node.ubuntu 24.04"),
)
OWN_IMAGE = Scenario(
    "image-of-the-operator",
    "The image is the operator's own",
    replace(WELL, images=(Image(_OWN_IMAGE),)),
    body=_image(id=_OWN_IMAGE),
)
FULL = Scenario("quota-full", "The pool's own nodes take all cores of the account", full=True)
ONE_CORE = Scenario("quota-one-core", "One core is free, and a node takes two", account=_with(core_quota=5))
TWO_CORES = Scenario("quota-two-cores", "As many cores are free as a node takes", account=_with(core_quota=6))
SPOT_FULL = Scenario(
    "quota-spot-full", "Spot nodes take all Spot cores", body=_spot, account=_with(spot_quota=4)
)
SPOT_FREE = Scenario(
    "quota-dedicated-full-of-spot",
    "A pool of Spot nodes, and no dedicated core is free",
    body=_spot,
    account=_with(core_quota=0),
)
FAMILY_FULL = Scenario(
    "quota-family-full",
    "The cores of the size's family are taken, others of the account are free",
    account=_with(family_quotas=((_FAMILY, 4), (_ANOTHER, 100))),
)
ANOTHER_FULL = Scenario(
    "quota-another-family-full",
    "The family that has no core is another one",
    account=_with(family_quotas=((_FAMILY, 100), (_ANOTHER, 0))),
)
FAMILY_UNTOLD = Scenario(
    "quota-family-untold",
    "Quotas of families are enforced, and the size's is not among them",
    account=_with(family_quotas=((_ANOTHER, 100),)),
)
POOLS_FULL = Scenario("quota-pools-full", "The account may have no pool more", account=_with(pool_quota=1))
_USERS = {"allocation_mode": "UserSubscription"}
OF_SUBSCRIPTION = Scenario(
    "quota-of-the-subscription",
    "Nodes are machines of the subscription, whose cores Batch does not count",
    account=_with(**_USERS, vault=VAULT.id),
)
ENTRA_ALONE = Scenario("entra-alone", "The account takes Entra and no key", account=_with(sign_ins=("AAD",)))
LETS_IN_HERE = Scenario(
    "account-lets-in-here",
    "The account's network rule lets this machine in, and no other",
    account=_with(let_in=("127.0.0.1",)),
)
OWN_VAULT_GONE = Scenario(
    "own-vault-gone", "The vault that the account names is not there", account=_with(**_USERS, vault=_OWN)
)
OWN_VAULT_DELETED = Scenario(
    "own-vault-deleted",
    "The vault that the account names was deleted",
    replace(WELL, deleted_vaults=(DeletedVault(replace(VAULT, name="kv-batch-own", id=_OWN)),)),
    account=_with(**_USERS, vault=_OWN),
)
OWN_VAULT_UNNAMED = Scenario(
    "own-vault-unnamed", "An account of a user subscription names no vault", account=_with(**_USERS)
)
