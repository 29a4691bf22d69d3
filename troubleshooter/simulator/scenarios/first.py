"""The scenarios that the first demo had: one for each way a run can go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from troubleshooter.simulator.scenarios import remedies
from troubleshooter.simulator.scenarios.ground import IDENTITY, VAULT, WELL
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.settings import number
from troubleshooter.simulator.scenarios.vault import UNGRANTED, guarded
from troubleshooter.simulator.world.pool import EGRESS
from troubleshooter.simulator.world.world import Habits


def _wrong_client_id(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiClientId"] = IDENTITY.principal_id  # the mistake people make
    return settings


def _misplaced(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "settings": {"secretsManagementSettings": settings["secretsManagementSettings"]},
        "authenticationSettings": settings["authenticationSettings"],
    }


def _of_an_older_version(body: dict[str, Any]) -> dict[str, Any]:
    body["properties"] |= {
        "resourceTags": {"costCenter": "4711"},
        "targetNodeCommunicationMode": "Classic",
    }
    return body


FIRST = (
    Scenario("healthy", "Nothing is wrong: nodes are idle and the certificates are there"),
    Scenario(
        "wrong-client-id",
        "The settings name the identity's principal id where its client id belongs",
        settings=_wrong_client_id,
    ),
    Scenario(
        "vault-rbac-denied",
        "The identity has no role that lets it read the vault's secrets",
        conditions=UNGRANTED,
        remedy=remedies.grant_role,
    ),
    Scenario(
        "vault-firewall",
        "The vault's firewall does not know the nodes' addresses",
        conditions=guarded(()),
        remedy=remedies.open_firewall,
    ),
    Scenario(
        "secret-not-found",
        "The certificate that the settings name is not in the vault",
        conditions=replace(WELL, vaults=(VAULT,)),
        remedy=remedies.create_secret,
    ),
    Scenario(
        "auth-settings-misplaced",
        "One more `settings` is wrapped around the secrets, so the authentication settings are not found",
        settings=_misplaced,
    ),
    Scenario("polling-interval-number", "The polling interval is a number, not text", settings=number),
    Scenario(
        "identity-missing",
        "The pool has no identity at all",
        identity=False,
        remedy=remedies.name_identity,
    ),
    Scenario(
        "mixed",
        "The vault's firewall lets in every other node",
        conditions=guarded(EGRESS[:1]),
        debug_nodes=2,
        remedy=remedies.open_firewall,
    ),
    Scenario(
        "resize-quota",
        "The identity has no role; no core is left in the quota for a debug pool",
        conditions=UNGRANTED,
        full=True,
        remedy=remedies.grant_role,
    ),
    Scenario(
        "odd-shapes",
        "As vault-rbac-denied, with the data plane's documented odd answers",
        conditions=UNGRANTED,
        habits=Habits(odd_shapes=True),
        remedy=remedies.grant_role,
    ),
    Scenario(
        "older-version",
        "As vault-rbac-denied; the pool has what the newest API version returns no more",
        conditions=UNGRANTED,
        body=_of_an_older_version,
        remedy=remedies.grant_role,
    ),
    Scenario(
        "extension-view-refused",
        "As polling-interval-number, where unusable nodes do not show their extensions",
        settings=number,
        habits=Habits(refuses_extension_view=True),
    ),
)
