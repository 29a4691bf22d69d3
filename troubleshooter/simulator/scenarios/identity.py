"""The extension gets no token from the node's metadata service, whose answers are documented or seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Identity, Metadata, Network
from troubleshooter.simulator.scenarios.ground import IDENTITY, WELL
from troubleshooter.simulator.scenarios.remedies import clear_network
from troubleshooter.simulator.scenarios.scene import Scenario

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions

_OTHER = Identity(
    IDENTITY.id.replace("id-render-certs", "id-render-storage"),
    client_id="d7f2c0b4-18a6-4e93-b5d1-6c40e9a8f375",
    principal_id="4be81c9d-2f07-4a6e-93c5-d8a1b07e6f24",
)


def _two_identities(body: dict[str, Any]) -> dict[str, Any]:
    body["identity"]["userAssignedIdentities"][_OTHER.id] = {}
    return body


def _unnamed(settings: dict[str, Any]) -> dict[str, Any]:
    del settings["authenticationSettings"]
    return settings


def _resource_id(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiClientId"] = IDENTITY.id
    return settings


def metadata(kind: Metadata) -> Conditions:
    return replace(WELL, network=Network(metadata=kind))


IDENTITY_FAULTS = (
    Scenario(
        "identities-none-named",
        "The pool has two identities, and the settings name none",
        conditions=replace(WELL, identities=(IDENTITY, _OTHER)),
        body=_two_identities,
        settings=_unnamed,
    ),
    Scenario(
        "client-id-is-resource-id",
        "The settings give the identity's resource id where its client id belongs",
        settings=_resource_id,
    ),
    Scenario(
        "metadata-busy",
        "The nodes' metadata service turns requests away: there are too many",
        conditions=metadata(Metadata.BUSY),
        remedy=clear_network,
    ),
    Scenario(
        "metadata-updating",
        "The nodes' metadata service is being updated",
        conditions=metadata(Metadata.UPDATING),
        remedy=clear_network,
    ),
    Scenario(
        "metadata-captured",
        "Something takes requests to the nodes' metadata service and never answers",
        conditions=metadata(Metadata.CAPTURED),
        remedy=clear_network,
    ),
)
