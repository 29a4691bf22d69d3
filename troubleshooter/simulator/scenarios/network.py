"""Requests that fail before any HTTP status. Texts are a library's, none was seen in the extension's log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Network, Road
from troubleshooter.simulator.scenarios.ground import WELL
from troubleshooter.simulator.scenarios.remedies import clear_network
from troubleshooter.simulator.scenarios.scene import Scenario

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions


def along(road: Road) -> Conditions:
    return replace(WELL, network=Network(to_vault=road))


NETWORK_FAULTS = tuple(
    Scenario(name, summary, conditions=along(road), remedy=clear_network)
    for name, summary, road in (
        ("vault-unresolved", "The nodes' DNS does not know the vault", Road.UNRESOLVED),
        ("vault-unreachable", "No connection to the vault comes about", Road.CLOSED),
        ("tls-inspected", "Something on the way presents another certificate", Road.INSPECTED),
        (
            "proxy-unresolved",
            "The proxy that the nodes are told to use has no address",
            Road.PROXY_UNRESOLVED,
        ),
        ("proxy-refuses", "The proxy wants to be signed in to", Road.PROXY_REFUSES),
        ("connection-cut", "Connections to the vault are broken off", Road.CUT),
    )
)
