"""Parts of an answer of ARM, of which any may be missing or of another type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def properties(body: Any) -> Mapping[str, Any]:
    """Its properties; empty where it has none."""
    return below(body, "properties")


def below(body: Any, *keys: str) -> Mapping[str, Any]:
    """The object found by going down the keys; empty where something else stands there."""
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def text(body: Any, key: str) -> str:
    """A text among the properties; empty where there is none."""
    value = properties(body).get(key)
    return value if isinstance(value, str) else ""


def objects(values: Any) -> Iterator[Mapping[str, Any]]:
    for value in values if isinstance(values, list) else ():
        if isinstance(value, Mapping):
            yield value


def same(value: Any, wanted: str) -> bool:
    """Whether two ids are the same: Azure does not mind capitals."""
    return isinstance(value, str) and value.lower() == wanted.lower()


def subnet_of(pool: Mapping[str, Any]) -> str:
    """Id of the subnet that a pool's nodes are in; empty for none."""
    subnet = below(pool, "properties", "networkConfiguration").get("subnetId")
    return subnet if isinstance(subnet, str) else ""


def network_of(subnet: str) -> str:
    """Id of the network that a subnet is in."""
    return before(subnet, "/subnets/")


def before(place: str, part: str) -> str:
    """An id up to the last time that part stands in it; whole where it does not.

    Azure gives ids back with the capitals of whoever wrote them, and a group may be called as a kind is.
    """
    at = place.lower().rfind(part.lower())
    return place if at < 0 else place[:at]
