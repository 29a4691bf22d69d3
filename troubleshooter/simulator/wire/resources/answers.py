"""What all providers of ARM have in common: who is not there, and how a resource is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import not_found
from troubleshooter.simulator.around.scopes import group_of, subscription_of
from troubleshooter.simulator.wire import listing
from troubleshooter.simulator.wire.exchange import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshooter.simulator.around.refusal import Refusal
    from troubleshooter.simulator.around.resource import Resource
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.world.world import World


def check_group(world: World, place: str) -> None:
    """Refuse what lies in a subscription or a group that is not there."""
    subscription, group = subscription_of(place), group_of(place)
    if subscription and subscription.lower() not in subscriptions(world):
        text = f"The subscription '{subscription}' could not be found."
        raise not_found("SubscriptionNotFound", text)
    if group and group.lower() not in groups(world, subscription):
        raise not_found("ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def subscriptions(world: World) -> list[str]:
    """Their ids, in lower case."""
    return list(dict.fromkeys(subscription_of(place).lower() for place in ids(world)))


def groups(world: World, subscription: str) -> dict[str, str]:
    """Groups of a subscription, by their names in lower case."""
    inside = [place for place in ids(world) if subscription_of(place).lower() == subscription.lower()]
    return {group_of(place).lower(): group_of(place) for place in reversed(inside)}


def ids(world: World) -> list[str]:
    """Of everything that is in the world, the account first."""
    conditions = world.conditions
    return [
        world.account.id,
        *(one.id for one in conditions.identities),
        *(one.id for one in conditions.vaults),
        *(one.vault.id for one in conditions.deleted_vaults),
        *(one.id for one in conditions.resources if group_of(one.id)),
    ]


def resource_not_found(kind: str, name: str, group: str) -> Refusal:
    text = (
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found."
        " For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return not_found("ResourceNotFound", text)


def shown(one: Resource) -> dict[str, Any]:
    located = {} if one.location is None else {"location": one.location}
    properties = dict(one.properties)
    return {"id": one.id, "name": one.name, "type": one.type, **located, **one.more, "properties": properties}


def listed(call: Call, bodies: Sequence[dict[str, Any]], *, always_next: bool = False) -> Answer:
    """A page of them; some providers say nextLink where there is none."""
    items, following = listing.page(call, bodies)
    link = {"nextLink": following} if following or always_next else {}
    return Answer(body={"value": list(items), **link})
