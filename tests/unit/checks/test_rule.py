"""A policy's rule holds, does not, or cannot be told: never the one for the other."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.checks.debug_pool.fields import Resource
from troubleshooter.checks.debug_pool.rule import holds

POOL = "Microsoft.Batch/batchAccounts/pools"
SIZE, UNSEEN = f"{POOL}/vmSize", f"{POOL}/metadata[*].name"
DISKS = f"{POOL}/deploymentConfiguration.dataDisks[*]"
RESOURCE = Resource(
    POOL,
    {
        "tags": {"Owner": "media"},
        "properties": {
            "vmSize": "STANDARD_D2S_V3",
            "interNodeCommunication": None,
            "metadata": [{"name": "team"}],
            "deploymentConfiguration": {"dataDisks": [{"lun": 0, "caching": "none"}, {"lun": 1}]},
        },
    },
    ("metadata",),
    frozenset({"vmsize", "internodecommunication", "deploymentconfiguration", "metadata"}),
)
GIVEN = {"allowed": ["standard_d2s_v3"], "least": 2}
TRUE, FALSE = {"field": "type", "equals": POOL.upper()}, {"field": "type", "equals": "another"}
OPEN = {"value": "[length('abc')]", "equals": 3}


def field(name: str, **operator: Any) -> dict[str, Any]:
    return {"field": name, **operator}


def count(where: Any = None, **operator: Any) -> dict[str, Any]:
    return {"count": {"field": DISKS, **({"where": where} if where else {})}, **operator}


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (field(SIZE, equals="standard_d2s_v3"), True),
        (field(SIZE, notEquals="standard_d2s_v3"), False),
        (field(SIZE.upper(), like="standard_d*_v3"), True),
        (field(SIZE, notLike="standard_e*"), True),
        (field(SIZE, like="d2s"), False),
        (field(SIZE, contains="d2s"), True),
        (field(SIZE, **{"in": "[parameters('Allowed')]"}), True),
        (field(SIZE, notIn=["a", "b"]), True),
        (field(SIZE, notIn=["a", "[concat('b')]"]), None),
        (field(SIZE, **{"in": "[parameters('unknown')]"}), None),
        (field(SIZE, match="STANDARD_D#S_V#"), None),
        (field(SIZE, exists="true"), True),
        (field(SIZE, exists=False), False),
        (field(SIZE), None),
        (field(SIZE, equals="a", notEquals="a"), None),
        (field(f"{POOL}/interNodeCommunication", exists="false"), True),
        (field(f"{POOL}/interNodeCommunication", equals="Enabled"), False),
        (field(f"{POOL}/interNodeCommunication", notEquals="Enabled"), True),
        (field(f"{POOL}/aNewOne", exists="false"), None),
        (field("Microsoft.Compute/disks/x", exists="false"), None),
        (field("location", notIn=["westeurope"]), None),
        (field("name", like="a*"), None),
        (field("tags['owner']", equals="media"), True),
        (field("tags.cost", exists="false"), True),
        (field("tags", containsKey="owner"), True),
        (field("tags", notContainsKey="cost"), True),
        (field(UNSEEN, equals="team"), None),
        (field(f"{DISKS}.lun", less=2), True),
        (field(f"{DISKS}.caching", equals="none"), False),
        (field(f"{DISKS}.lun", greaterOrEquals="[parameters('least')]"), False),
        (count(equals=2), True),
        (count(less=2), False),
        (count(field(f"{DISKS}.lun", equals=1), greater=0), True),
        (count(field(f"{DISKS}.caching", equals="none"), equals=1), True),
        (count(field(SIZE, equals="x"), less=1), None),
        (count(field(SIZE, equals="x"), lessOrEquals=2), True),
        ({"count": {"value": ["a"]}, "equals": 1}, None),
        ({"value": "[field('type')]", "equals": POOL}, True),
        ({"value": "[parameters('least')]", "greater": 1}, True),
        ({"allOf": [TRUE, TRUE]}, True),
        ({"allOf": [TRUE, OPEN]}, None),
        ({"allOf": [OPEN, FALSE]}, False),
        ({"anyOf": [OPEN, TRUE]}, True),
        ({"anyOf": [OPEN, FALSE]}, None),
        ({"anyOf": [FALSE, FALSE]}, False),
        ({"not": FALSE}, True),
        ({"not": OPEN}, None),
        ({"allOf": "no list"}, None),
        ({"anyOf": [None, FALSE]}, None),
        ({}, None),
        (None, None),
        ("[true()]", None),
    ],
)
def test_a_condition_is_told_only_where_it_can_be(condition: Any, told: bool | None) -> None:
    assert holds(condition, RESOURCE.read, GIVEN) is told


def test_of_a_resource_that_azure_would_make_only_its_type_is_known() -> None:
    made = Resource("Microsoft.Network/publicIPAddresses")
    assert holds(field("type", equals="microsoft.network/publicipaddresses"), made.read, {}) is True
    assert holds(field("Microsoft.Network/publicIPAddresses/sku", exists="false"), made.read, {}) is None
    assert holds({"allOf": [TRUE, field("tags", exists="false")]}, made.read, {}) is False


def test_conditions_that_lie_too_deep_are_not_judged() -> None:
    deep: Any = TRUE
    for _ in range(40):
        deep = {"not": deep}
    assert holds(deep, RESOURCE.read, {}) is None
