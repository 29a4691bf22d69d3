"""The identity has no role, and something would, or would not, keep a debug pool from being made or gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.flows.eyes.world import World
from troubleshooter.simulator.around.operator import lacking
from troubleshooter.simulator.around.resource import Resource
from troubleshooter.simulator.scenarios.ground import ACCOUNT, GROUP, SUBSCRIPTION, VAULT, WELL
from troubleshooter.simulator.scenarios.remedies import grant_role
from troubleshooter.simulator.scenarios.scene import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.eyes.world import Told
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.world.world import Account

_NONE = replace(WELL, assignments=())
_SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION}"
_RESOURCES = GROUP.rpartition("/")[0]
_CORP = "/providers/Microsoft.Management/managementGroups/corp"
_AUTHORIZATION = "providers/Microsoft.Authorization"
_POOLS = "Microsoft.Batch/batchAccounts/pools"
_PUBLIC = f"{_POOLS}/networkConfiguration.publicIPAddressConfiguration.provision"
_NO_PUBLIC = {
    "allOf": [
        {"field": "type", "equals": _POOLS},
        {"field": _PUBLIC, "notEquals": "NoPublicIPAddresses"},
    ]
}
"""A pool like the broken one, and so a debug pool, is met by it."""
_LOCATIONS = {
    "allOf": [
        {"field": "location", "notIn": "[parameters('listOfAllowedLocations')]"},
        {"field": "location", "notEquals": "global"},
        {"field": "type", "notEquals": "Microsoft.AzureActiveDirectory/b2cDirectories"},
    ]
}
"""Of the built-in policy that is assigned more often than any other."""
_STOPS: tuple[Told, ...] = ("fail", "cannot tell")
_ONLY_NOT: tuple[Told, ...] = ("pass", "cannot tell")
_WELL: tuple[Told, ...] = ("pass",)
_UNKNOWN: tuple[Told, ...] = ("cannot tell",)
_FAILS: tuple[Told, ...] = ("fail",)


def _definition(
    effect: str, rule: dict[str, Any] = _NO_PUBLIC, default: str = "", at: str = _SUBSCRIPTION, **details: Any
) -> Resource:
    parameters = {"effect": {"type": "String", "defaultValue": default}} if default else {}
    return Resource(
        f"{at}/{_AUTHORIZATION}/policyDefinitions/no-public-pools",
        {
            "displayName": "Pools of Batch have no public addresses",
            "policyType": "Custom",
            "mode": "All",
            "parameters": parameters,
            "policyRule": {"if": rule, "then": {"effect": effect, "details": details}},
        },
        location=None,
    )


def _assigned(definition: Resource, at: str = _SUBSCRIPTION, **more: Any) -> Resource:
    return Resource(
        f"{at}/{_AUTHORIZATION}/policyAssignments/corp-baseline",
        {
            "displayName": "Corporate baseline",
            "policyDefinitionId": definition.id,
            "scope": at,
            "notScopes": [],
            "parameters": {},
            "enforcementMode": "Default",
            **more,
        },
        location=None,
    )


def _exempted(assignment: Resource, **more: Any) -> Resource:
    return Resource(
        f"{_RESOURCES}/{_AUTHORIZATION}/policyExemptions/render",
        {"policyAssignmentId": assignment.id, "exemptionCategory": "Waiver", **more},
        location=None,
    )


def _lock(at: str, level: str) -> Resource:
    return Resource(
        f"{at}/{_AUTHORIZATION}/locks/keep", {"level": level, "notes": "Ask the platform team"}, location=None
    )


def _having(*resources: Resource, **more: Any) -> Conditions:
    return replace(_NONE, resources=(*WELL.resources, *resources), **more)


def _policies(name: str, why: str, told: tuple[Told, ...], *resources: Resource, lacks: str = "") -> World:
    more = {"operator": lacking(lacks)} if lacks else {}
    scenario = Scenario(f"eyes-{name}", why, _having(*resources, **more), remedy=grant_role)
    return World(scenario, why, told={"policies": told}, never=("quota",))


_DENY, _AUDIT = _definition("deny"), _definition("audit")
_BY_PARAMETER = _definition("[parameters('effect')]", default="Audit")
_DENY_UNLESS_SAID = _definition("[parameters('effect')]", default="Deny")
_SET = Resource(
    f"{_SUBSCRIPTION}/{_AUTHORIZATION}/policySetDefinitions/baseline",
    {
        "displayName": "Baseline",
        "policyType": "Custom",
        "policyDefinitions": [{"policyDefinitionId": _DENY.id, "policyDefinitionReferenceId": "pools"}],
    },
    location=None,
)
_CORP_DENY = _definition("deny", at=_CORP)
_AUDITED = {"kind": "policyEffect", "value": "audit"}

POLICIES = (
    _policies(
        "policy-denies", "A policy denies pools with public addresses", _STOPS, _DENY, _assigned(_DENY)
    ),
    _policies("policy-audits", "The same policy only audits", _WELL, _AUDIT, _assigned(_AUDIT)),
    _policies(
        "policy-denies-by-parameter",
        "The effect is a parameter: audit unless said, and the assignment says Deny",
        _STOPS,
        _BY_PARAMETER,
        _assigned(_BY_PARAMETER, parameters={"effect": {"value": "Deny"}}),
    ),
    _policies(
        "policy-audits-by-parameter",
        "The effect is a parameter: deny unless said, and the assignment says Audit",
        _WELL,
        _DENY_UNLESS_SAID,
        _assigned(_DENY_UNLESS_SAID, parameters={"effect": {"value": "Audit"}}),
    ),
    _policies(
        "policy-denies-by-default",
        "The effect is a parameter: deny unless said, and the assignment says nothing",
        _STOPS,
        _DENY_UNLESS_SAID,
        _assigned(_DENY_UNLESS_SAID),
    ),
    _policies(
        "policy-exempted",
        "The account's group is exempted from the policy",
        _WELL,
        _DENY,
        _assigned(_DENY),
        _exempted(_assigned(_DENY)),
    ),
    _policies(
        "policy-exemption-over",
        "The account's group was exempted from the policy, until last year",
        _STOPS,
        _DENY,
        _assigned(_DENY),
        _exempted(_assigned(_DENY), expiresOn="2025-03-31T00:00:00Z"),
    ),
    _policies(
        "policy-not-enforced",
        "The policy that denies is assigned without being enforced",
        _WELL,
        _DENY,
        _assigned(_DENY, enforcementMode="DoNotEnforce"),
    ),
    _policies(
        "policy-elsewhere",
        "The assignment leaves out the account's group, written in capitals",
        _WELL,
        _DENY,
        _assigned(_DENY, notScopes=[_RESOURCES.upper().replace("/SUBSCRIPTIONS", "/subscriptions")]),
    ),
    _policies(
        "policy-leaves-out-another",
        "The assignment leaves out a group whose name the account's begins with",
        _STOPS,
        _DENY,
        _assigned(_DENY, notScopes=[_RESOURCES.removesuffix("-batch")]),
    ),
    _policies(
        "policy-overridden",
        "The definition denies, and the assignment makes its effect audit",
        _ONLY_NOT,
        _DENY,
        _assigned(_DENY, overrides=[_AUDITED]),
    ),
    _policies(
        "policy-of-locations",
        "A policy denies other regions: it is everywhere, and a pool has no region",
        _ONLY_NOT,
        _definition("deny", _LOCATIONS),
        _assigned(
            _definition("deny", _LOCATIONS),
            parameters={"listOfAllowedLocations": {"value": ["westeurope", "northeurope"]}},
        ),
    ),
    _policies(
        "policy-of-storage",
        "A policy denies storage accounts of the old kind",
        _WELL,
        _definition("deny", {"field": "type", "equals": "Microsoft.ClassicStorage/storageAccounts"}),
        _assigned(
            _definition("deny", {"field": "type", "equals": "Microsoft.ClassicStorage/storageAccounts"})
        ),
    ),
    _policies(
        "policy-in-a-set",
        "The policy that denies is one of an initiative",
        _STOPS,
        _DENY,
        _SET,
        _assigned(_SET),
    ),
    _policies(
        "policy-of-a-management-group",
        "A management group's policy denies; its definition may not be read",
        _UNKNOWN,
        _CORP_DENY,
        _assigned(_CORP_DENY, at=_CORP),
        lacks="Microsoft.Authorization/policyDefinitions/read",
    ),
    _policies(
        "policies-unseen",
        "A policy denies; the operator may not see assignments",
        _UNKNOWN,
        _DENY,
        _assigned(_DENY),
        lacks="Microsoft.Authorization/policyAssignments/read",
    ),
)


_ALLOWED_TYPES = {"not": {"field": "type", "in": "[parameters('listOfResourceTypesAllowed')]"}}
"""Of the built-in policy that allows some types alone."""
_TYPES = _definition("deny", _ALLOWED_TYPES)
_NO_DELETION = _definition("denyAction", {"field": "type", "equals": _POOLS}, actionNames=["delete"])
_IN_A_SET = _assigned(_SET)


def _allowing(*types: str) -> Resource:
    return _assigned(_TYPES, parameters={"listOfResourceTypesAllowed": {"value": list(types)}})


MORE_POLICIES = (
    _policies(
        "policy-exempted-of-another",
        "The group is exempted from another policy of the initiative",
        _STOPS,
        _DENY,
        _SET,
        _IN_A_SET,
        _exempted(_IN_A_SET, policyDefinitionReferenceIds=["storage"]),
    ),
    _policies(
        "policy-exempted-in-a-set",
        "The group is exempted from that policy of the initiative",
        _WELL,
        _DENY,
        _SET,
        _IN_A_SET,
        _exempted(_IN_A_SET, policyDefinitionReferenceIds=["POOLS"]),
    ),
    _policies(
        "policy-leaves-out-the-account",
        "The assignment leaves out the very account",
        _WELL,
        _DENY,
        _assigned(_DENY, notScopes=[ACCOUNT.id]),
    ),
    _policies(
        "policy-of-types-without-pools",
        "Only accounts of Batch are among the types that are allowed, no pools",
        _STOPS,
        _TYPES,
        _allowing("Microsoft.Batch/batchAccounts"),
    ),
    _policies(
        "policy-of-types-with-pools",
        "Pools are among the types that are allowed, in small letters",
        _ONLY_NOT,
        _TYPES,
        _allowing("microsoft.batch/batchaccounts/pools"),
    ),
    _policies(
        "policy-denies-deletion",
        "A policy denies that pools are deleted: a debug pool could not be removed again",
        _STOPS,
        _NO_DELETION,
        _assigned(_NO_DELETION),
    ),
    _policies(
        "policy-for-selected",
        "The assignment selects storage accounts alone",
        _ONLY_NOT,
        _DENY,
        _assigned(
            _DENY,
            resourceSelectors=[
                {
                    "name": "storage",
                    "selectors": [{"kind": "resourceType", "in": ["Microsoft.Storage/storageAccounts"]}],
                }
            ],
        ),
    ),
)
"""Written once the first were run, and before any of these was."""


def _locked(name: str, why: str, told: tuple[Told, ...], *locks: Resource, lacks: str = "") -> World:
    more = {"operator": lacking(lacks)} if lacks else {}
    return World(
        Scenario(f"eyes-{name}", why, _having(*locks, **more), remedy=grant_role), why, told={"locks": told}
    )


LOCKS = (
    _locked(
        "lock-read-only-above", "The subscription is read-only", _FAILS, _lock(_SUBSCRIPTION, "ReadOnly")
    ),
    _locked(
        "lock-keeps-group",
        "Nothing in the account's group may be deleted: a debug pool could not be removed again",
        _STOPS,
        _lock(_RESOURCES, "CanNotDelete"),
    ),
    _locked(
        "lock-on-others",
        "The vault and another pool of the account are locked: neither keeps a new pool from anything",
        _WELL,
        _lock(VAULT.id, "ReadOnly"),
        _lock(f"{ACCOUNT.id}/pools/other-pool", "CanNotDelete"),
    ),
    _locked(
        "locks-unseen",
        "The operator may not see the lock",
        _UNKNOWN,
        _lock(ACCOUNT.id, "ReadOnly"),
        lacks="Microsoft.Authorization/locks/read",
    ),
)


def _account(
    name: str, why: str, told: dict[Any, tuple[Told, ...]], change: Callable[[Account], Account], **more: Any
) -> World:
    scenario = Scenario(f"eyes-{name}", why, _NONE, account=change, remedy=grant_role, **more)
    return World(scenario, why, told=told)


def _of_spot(body: dict[str, Any]) -> dict[str, Any]:
    fixed = body["properties"]["scaleSettings"]["fixedScale"]
    fixed |= {"targetDedicatedNodes": 0, "targetLowPriorityNodes": fixed["targetDedicatedNodes"]}
    return body


_OWN = f"{GROUP}/Microsoft.KeyVault/vaults/kv-contoso-batch"

ACCOUNTS = (
    _account(
        "cores-used-up",
        "Every dedicated core of the account is in use, by this very pool",
        {"cores": _FAILS},
        lambda account: account,
        full=True,
    ),
    _account(
        "family-used-up",
        "Cores are left, but none of this family, whose quota is enforced",
        {"cores": _FAILS},
        lambda account: replace(
            account, family_quotas=(("standardDSv3Family", 4), ("standardNCSv3Family", 96))
        ),
    ),
    _account(
        "another-family-without-cores",
        "Another family has no quota; this one has plenty",
        {"cores": _WELL},
        lambda account: replace(
            account, family_quotas=(("standardNCSv3Family", 0), ("standarddsv3family", 96))
        ),
    ),
    _account(
        "spot-used-up",
        "The pool is of Spot nodes, and no Spot core is left; dedicated ones are",
        {"cores": _STOPS},
        lambda account: replace(account, spot_quota=4),
        body=_of_spot,
    ),
    _account(
        "spot-quota-of-no-use",
        "The pool is of dedicated nodes, and the account has no Spot cores at all",
        {"cores": _WELL},
        lambda account: replace(account, spot_quota=0),
    ),
    _account(
        "pools-used-up",
        "The account may have no more pools",
        {"pools": _FAILS},
        lambda account: replace(account, pool_quota=1),
    ),
    _account(
        "keys-only",
        "The account takes shared keys only: no token opens its data plane, and the cause is seen by ARM",
        {"sign-in": _FAILS},
        lambda account: replace(account, sign_ins=("SharedKey", "TaskAuthenticationToken")),
    ),
    _account(
        "tokens-only",
        "The account takes Entra tokens only, as is recommended",
        {"sign-in": _WELL},
        lambda account: replace(account, sign_ins=("AAD",)),
    ),
    _account(
        "user-subscription",
        "Pools are made in the user's subscription: the account does not tell its quota; its vault is there",
        {"cores": _UNKNOWN, "account's vault": _WELL},
        lambda account: replace(account, allocation_mode="UserSubscription", vault=VAULT.id),
    ),
    _account(
        "user-subscription-vault-gone",
        "Pools are made in the user's subscription, and the vault that this needs is gone",
        {"account's vault": _FAILS},
        lambda account: replace(account, allocation_mode="UserSubscription", vault=_OWN),
    ),
)

WELL_AND_FULL = World(
    Scenario("eyes-well-and-full", "All is well, and the pool has every core", WELL, full=True),
    "A pool that works is not ill because the account has no room for another",
    cause=("",),
    sure="",
    never=("quota", "no role"),
)
BLOCKERS = (*POLICIES, *MORE_POLICIES, *LOCKS, *ACCOUNTS, WELL_AND_FULL)
