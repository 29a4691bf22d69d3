"""A world written as Azure's own answers, served by the simulated Azure.

Each file of `check/` holds a pool, its identities, a vault, assignments, roles, denials, what lies in the
vault, networks, and what whoever is signed in may do; `expected` is for whoever judges, not for the world.
"""

from __future__ import annotations

import ipaddress
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.around.conditions import Conditions, Identity
from troubleshooter.simulator.around.operator import ADDRESS, OBJECT_ID, Grant, Operator
from troubleshooter.simulator.around.resource import Resource
from troubleshooter.simulator.around.rights import DenyAssignment, RoleAssignment
from troubleshooter.simulator.around.roles.definition import Permission, RoleDefinition
from troubleshooter.simulator.around.scopes import group_of, subscription_of
from troubleshooter.simulator.around.vaults import AccessPolicy, Connection, Secret, Vault, Version
from troubleshooter.simulator.scenarios.scene import Scene, nothing
from troubleshooter.simulator.world.world import Account, Habits, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = Path(__file__).parent / "check"
FILES = sorted(FOLDER.glob("*.json"))
LEAVES_BY = "192.0.2.77"
"""An address that no file lists, though some list those by which simulated nodes leave elsewhere."""
SINCE = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)


def told(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def scene(file: Path) -> Scene:
    """What a `Simulator` takes, in a tuple, in the place of a scenario's name."""
    read = told(file)
    identities = tuple(_identity(one) for one in read["identities"].values())
    place = read["pool"]["id"]
    account = Account(
        place.split("/")[-3],
        group_of(place),
        subscription_of(place),
        identities[0].tenant,
        read["vault"]["location"],
    )
    habits = Habits(assigned_to_groups=False)
    world = World(account, FAST, _conditions(read, identities), habits)
    pool = world.found_pool(read["pool"]["name"], read["pool"], SINCE)
    for _, machine in pool.visible():
        machine.address = LEAVES_BY
    return Scene(file.stem, world, nothing)


def _conditions(read: dict[str, Any], identities: tuple[Identity, ...]) -> Conditions:
    vault = _vault(read["vault"], read["secrets"])
    operator = _operator(read, vault)
    return Conditions(
        identities,
        (vault,),
        tuple(_assignment(one) for one in read["roleAssignments"]),
        denials=tuple(_denial(one, operator) for one in read["denyAssignments"]),
        roles=tuple(_role(one) for one in read["roleDefinitions"]),
        operator=operator,
        resources=tuple(_resources(read["network"])),
    )


def _identity(body: Mapping[str, Any]) -> Identity:
    said = body["properties"]
    return Identity(body["id"], said["clientId"], said["principalId"], said["tenantId"])


def _assignment(body: Mapping[str, Any]) -> RoleAssignment:
    said = body["properties"]
    role = said["roleDefinitionId"].rpartition("/")[2]
    return RoleAssignment(said["principalId"], role, said["scope"], said["principalType"], said["condition"])


def _permissions(bodies: Iterable[Mapping[str, Any]]) -> tuple[Permission, ...]:
    kinds = ("actions", "notActions", "dataActions", "notDataActions")
    return tuple(Permission(*(tuple(one.get(kind) or ()) for kind in kinds)) for one in bodies)


def _denial(body: Mapping[str, Any], operator: Operator) -> DenyAssignment:
    """Whoever is signed in is not meant: what the file shows of the vault it could read."""
    said = body["properties"]
    excluded = tuple(one["id"] for one in said["excludePrincipals"])
    reads = any(one.permission.data_actions for one in operator.grants)
    return DenyAssignment(
        said["denyAssignmentName"],
        said["scope"],
        _permissions(said["permissions"]),
        tuple(one["id"] for one in said["principals"]),
        (*excluded, OBJECT_ID) if reads else excluded,
        children=not said["doNotApplyToChildScopes"],
    )


def _role(body: Mapping[str, Any]) -> RoleDefinition:
    said = body["properties"]
    scopes = tuple(said["assignableScopes"])
    return RoleDefinition(body["name"], said["roleName"], _permissions(said["permissions"]), scopes)


def _vault(body: Mapping[str, Any], secrets: list[dict[str, Any]]) -> Vault:
    said = body["properties"]
    network = said.get("networkAcls") or {}
    connections = (one["properties"] for one in said.get("privateEndpointConnections") or ())
    return Vault(
        body["name"],
        body["id"],
        said["tenantId"],
        body["location"],
        tuple(_secrets(secrets)),
        rbac=bool(said.get("enableRbacAuthorization")),
        policies=tuple(_policy(one) for one in said.get("accessPolicies") or ()),
        public=said.get("publicNetworkAccess", "Enabled") == "Enabled",
        default_deny=network.get("defaultAction") == "Deny",
        allowed=tuple(one["value"] for one in network.get("ipRules") or ()),
        subnets=tuple(one["id"] for one in network.get("virtualNetworkRules") or ()),
        connections=tuple(
            Connection(one["privateEndpoint"]["id"], one["privateLinkServiceConnectionState"]["status"])
            for one in connections
        ),
        deleted_secrets=tuple(_secret([one], {}) for one in secrets if "recoveryId" in one),
    )


def _policy(body: Mapping[str, Any]) -> AccessPolicy:
    rights = body["permissions"]
    return AccessPolicy(
        body["objectId"],
        body.get("applicationId", ""),
        tuple(rights.get("secrets") or ()),
        tuple(rights.get("certificates") or ()),
    )


def _secrets(bodies: list[dict[str, Any]]) -> Iterable[Secret]:
    """Of each name one: from its versions, or from what ARM shows of it where these were refused."""
    named: dict[str, list[dict[str, Any]]] = {}
    policies: dict[str, dict[str, Any]] = {}
    for one in bodies:
        if "type" in one:
            said = one["properties"]
            named[one["name"]] = [{**said, "id": said["secretUriWithVersion"], "managed": True}]
        elif "id" in one and "recoveryId" not in one:
            kind, name, version = urlsplit(one["id"]).path.strip("/").split("/")
            if version == "policy":
                policies[name] = one
            elif kind == "secrets":
                named.setdefault(name, []).append(one)
    return [_secret(versions, policies.get(name, {})) for name, versions in named.items()]


def _secret(versions: list[dict[str, Any]], policy: Mapping[str, Any]) -> Secret:
    newest, *older = sorted(versions, key=lambda one: -one["attributes"]["created"])
    name, version = urlsplit(newest["id"]).path.split("/")[2:4]
    own = _version(newest)
    return Secret(
        name,
        version,
        own.enabled,
        exportable=policy.get("key_props", {}).get("exportable", True),
        content_type=newest.get("contentType", ""),
        certificate=bool(newest.get("managed")),
        created=own.created,
        not_before=own.not_before,
        expires=own.expires,
        older=tuple(map(_version, older)),
    )


def _version(body: Mapping[str, Any]) -> Version:
    said = body["attributes"]
    name = body["id"].rpartition("/")[2]
    return Version(name, said["enabled"], said["created"], said.get("nbf"), said.get("exp"))


def _operator(read: Mapping[str, Any], vault: Vault) -> Operator:
    """With all data rights where the file shows what only they give; then from within the firewall too."""
    may = read["operator_may"]
    refused = any(
        "/versions" in one.get("call", "") and one["status"] in {401, 403} for one in read["secrets"]
    )
    actions = ("*",) if may == "*" else tuple(may)
    grant = Grant(Permission(actions, data_actions=() if refused else ("*",)))
    inside = vault.allowed and not refused
    return Operator((grant,), str(ipaddress.ip_network(vault.allowed[0])[0]) if inside else ADDRESS)


def _resources(network: Mapping[str, Any]) -> Iterable[Resource]:
    for body in network.values():
        for one in body.get("value", [body]):
            known = {"id", "name", "type", "properties", "location"}
            more = {key: value for key, value in one.items() if key not in known}
            yield Resource(one["id"], one["properties"], one.get("location"), more)
    zones = {place.partition("/virtualNetworkLinks")[0] for place in network if "/privateDnsZones/" in place}
    for zone in {place.partition("/A/")[0] for place in zones}:
        yield Resource(zone, {"provisioningState": "Succeeded"}, "global")
