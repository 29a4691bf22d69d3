"""Worlds with policies: which of them stand in the way of a debug pool, and which only look so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.flows.cross_checks.accounts import OF_SUBSCRIPTION
from troubleshooter.simulator.around.resource import Resource
from troubleshooter.simulator.scenarios import Scenario
from troubleshooter.simulator.scenarios.ground import ACCOUNT, SUBSCRIPTION, VAULT, WELL, in_subnet
from troubleshooter.simulator.scenarios.looked_at.networks import having

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION}"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{ACCOUNT.resource_group}"
_MANAGEMENT = "/providers/Microsoft.Management/managementGroups/mg-contoso"
_OF = "providers/Microsoft.Authorization"
_POOL = "Microsoft.Batch/batchAccounts/pools"
_MACHINE = f"{_POOL}/deploymentConfiguration.virtualMachineConfiguration"
_IS_POOL = {"field": "type", "equals": _POOL}
_ENCRYPTED = {
    "field": f"{_MACHINE}.diskEncryptionConfiguration.targets[*]",
    "where": {
        "field": f"{_MACHINE}.diskEncryptionConfiguration.targets[*]",
        "contains": "TemporaryDisk",
    },
}
_NOT_ENCRYPTED = {"allOf": [_IS_POOL, {"count": _ENCRYPTED, "less": 1}]}
"""As the built-in policy for pools' disks asks."""
_SIZES = {
    "allOf": [_IS_POOL, {"field": f"{_POOL}/vmSize", "notIn": "[parameters('allowed')]"}],
}
_NO_DOORS = {
    "allOf": [
        _IS_POOL,
        {
            "field": f"{_POOL}/networkConfiguration.endpointConfiguration.inboundNatPools[*].backendPort",
            "equals": 22,
        },
    ]
}
_EFFECT = {
    "effect": {"type": "String", "defaultValue": "Audit", "allowedValues": ["Audit", "Deny", "Disabled"]}
}


def definition(name: str, rule: Any, effect: str = "deny", at: str = "", **said: Any) -> Resource:
    told = {
        "displayName": name,
        "policyType": "Custom" if at else "BuiltIn",
        "mode": "All",
        "parameters": {},
        "policyRule": {"if": rule, "then": {"effect": effect}},
        **said,
    }
    return Resource(f"{at}/{_OF}/policyDefinitions/{name}", told, None)


def assigned(what: Resource, at: str = _SUBSCRIPTION, **said: Any) -> Resource:
    values = {key: {"value": value} for key, value in said.pop("parameters", {}).items()}
    told = {
        "displayName": f"Contoso: {what.name}",
        "policyDefinitionId": what.id,
        "scope": at,
        "notScopes": [],
        "parameters": values,
        "enforcementMode": "Default",
        **said,
    }
    return Resource(f"{at}/{_OF}/policyAssignments/assign-{what.name}", told, None)


def a_set(*members: tuple[Resource, Mapping[str, Any]]) -> Resource:
    listed = [
        {
            "policyDefinitionReferenceId": f"{one.name}-{number}",
            "policyDefinitionId": one.id,
            "parameters": {key: {"value": value} for key, value in given.items()},
        }
        for number, (one, given) in enumerate(members)
    ]
    parameters = {"effectOfPools": {"type": "String", "defaultValue": "Audit"}}
    told = {"policyType": "Custom", "parameters": parameters, "policyDefinitions": listed}
    return Resource(f"{_SUBSCRIPTION}/{_OF}/policySetDefinitions/baseline", told, None)


def exemption(of: Resource, at: str, **said: Any) -> Resource:
    told = {"policyAssignmentId": of.id, "exemptionCategory": "Waiver", **said}
    return Resource(f"{at}/{_OF}/policyExemptions/spare-{of.name}", told, None)


def _world(
    name: str, summary: str, *there: Resource, body: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> Scenario:
    conditions = having(WELL, *there)
    return Scenario(name, summary, conditions, body=body) if body else Scenario(name, summary, conditions)


_DISKS = definition("disks", _NOT_ENCRYPTED, "[parameters('effect')]", parameters=_EFFECT)
_DENYING = assigned(_DISKS, parameters={"effect": "Deny"})
DENIES = _world("policy-denies", "A policy refuses pools whose disks are not encrypted", _DISKS, _DENYING)
AUDITS = _world(
    "policy-audits", "The same policy only audits, which is its default", _DISKS, assigned(_DISKS)
)
NOT_ENFORCED = _world(
    "policy-not-enforced",
    "The same policy is not enforced",
    _DISKS,
    assigned(_DISKS, parameters={"effect": "Deny"}, enforcementMode="DoNotEnforce"),
)
LEFT_OUT = _world(
    "policy-leaves-out-the-group",
    "The same policy leaves the account's group out",
    _DISKS,
    assigned(_DISKS, parameters={"effect": "Deny"}, notScopes=[_GROUP]),
)
LEFT_OUT_ELSEWHERE = _world(
    "policy-leaves-out-another-group",
    "The same policy leaves another group out",
    _DISKS,
    assigned(_DISKS, parameters={"effect": "Deny"}, notScopes=[f"{_GROUP}-other"]),
)
EXEMPTED = _world(
    "policy-exempted", "The account is exempted from it", _DISKS, _DENYING, exemption(_DENYING, ACCOUNT.id)
)
EXEMPTED_ONCE = _world(
    "policy-exempted-once",
    "The exemption has ended",
    _DISKS,
    _DENYING,
    exemption(_DENYING, ACCOUNT.id, expiresOn="2020-01-01T00:00:00Z"),
)
EXEMPTED_BESIDE = _world(
    "policy-exempted-beside", "Another resource is exempted", _DISKS, _DENYING, exemption(_DENYING, VAULT.id)
)
OVERRIDDEN = _world(
    "policy-overridden",
    "The assignment puts another effect in the place of its own",
    _DISKS,
    assigned(_DISKS, parameters={"effect": "Deny"}, overrides=[{"kind": "policyEffect", "value": "Audit"}]),
)
ABOVE = _world(
    "policy-above",
    "It is assigned at the management group",
    _DISKS,
    assigned(_DISKS, _MANAGEMENT, parameters={"effect": "deny"}),
)
_ALLOWED = definition("sizes", _SIZES, at=_SUBSCRIPTION, parameters={"allowed": {"type": "Array"}})
OTHER_SIZES = _world(
    "policy-other-sizes",
    "A policy allows pools of other sizes alone",
    _ALLOWED,
    assigned(_ALLOWED, _GROUP, parameters={"allowed": ["STANDARD_D4S_V3"]}),
)
THIS_SIZE = _world(
    "policy-this-size",
    "A policy allows pools of this size",
    _ALLOWED,
    assigned(_ALLOWED, _GROUP, parameters={"allowed": ["standard_d2s_v3"]}),
)
_LOCATIONS = definition(
    "locations", {"field": "location", "notIn": ["northeurope"]}, at=_SUBSCRIPTION, mode="Indexed"
)
LOCATIONS = _world(
    "policy-locations", "Other regions alone are allowed, for what has one", _LOCATIONS, assigned(_LOCATIONS)
)
_ADDRESSES = definition("addresses", {"field": "type", "equals": "Microsoft.Network/publicIPAddresses"})
NO_ADDRESSES = _world(
    "policy-no-addresses",
    "No public addresses are allowed, and the pool is in no network",
    _ADDRESSES,
    assigned(_ADDRESSES),
)
NO_ADDRESSES_IN_NETWORK = _world(
    "policy-no-addresses-in-network",
    "No public addresses are allowed, and Batch makes one beside the pool's network",
    _ADDRESSES,
    assigned(_ADDRESSES),
    body=in_subnet,
)
_DOORS = definition("doors", _NO_DOORS, at=_SUBSCRIPTION)
NO_DOORS = _world("policy-no-ssh", "A policy looks at what a debug pool opens", _DOORS, assigned(_DOORS))
_TEXT = definition("expression", {"allOf": [_IS_POOL, {"value": "[length(field('name'))]", "greater": 20}]})
EXPRESSION = _world(
    "policy-expression", "A policy asks by an expression that is not judged here", _TEXT, assigned(_TEXT)
)
_KEEPING = Resource(
    f"/{_OF}/policyDefinitions/keep-pools",
    {
        "mode": "All",
        "policyRule": {
            "if": _IS_POOL,
            "then": {"effect": "denyAction", "details": {"actionNames": ["delete"]}},
        },
    },
    None,
)
KEEPS = _world("policy-keeps-pools", "A policy refuses that pools are removed", _KEEPING, assigned(_KEEPING))
_SET = a_set((_DISKS, {"effect": "[parameters('effectOfPools')]"}), (_ADDRESSES, {}))
IN_A_SET = _world(
    "policy-in-a-set",
    "It is a member of a set, which is told to refuse",
    _DISKS,
    _ADDRESSES,
    _SET,
    assigned(_SET, parameters={"effectOfPools": "Deny"}),
)
IN_A_SET_THAT_AUDITS = _world(
    "policy-in-a-set-that-audits", "The same set audits by itself", _DISKS, _ADDRESSES, _SET, assigned(_SET)
)
MACHINES = Scenario(
    "policy-of-machines",
    "Nodes are machines of the subscription, and a policy refuses some machines",
    having(
        WELL,
        one := definition(
            "machines",
            {
                "allOf": [
                    {"field": "type", "equals": "Microsoft.Compute/virtualMachineScaleSets"},
                    {"field": "Microsoft.Compute/virtualMachineScaleSets/sku.name", "notLike": "Standard_D*"},
                ]
            },
        ),
        assigned(one),
    ),
    account=OF_SUBSCRIPTION.account,
)
