"""Definitions of policies and exemptions, as they are documented: of them no specification is at hand.

https://learn.microsoft.com/azure/templates/microsoft.authorization/policydefinitions
https://learn.microsoft.com/azure/templates/microsoft.authorization/policysetdefinitions
https://learn.microsoft.com/azure/templates/microsoft.authorization/policyexemptions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.client import Client
from tests.flows.cross_checks import policies
from troubleshooter.simulator.scenarios.ground import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.scenarios import Scenario
    from troubleshooter.simulator.server import Simulator

DOCUMENTED = {
    "policyDefinitions": {
        *("description", "displayName", "metadata", "mode", "parameters", "policyRule", "policyType"),
        *("version", "versions"),
    },
    "policySetDefinitions": {
        *("description", "displayName", "metadata", "parameters", "policyDefinitionGroups"),
        *("policyDefinitions", "policyType", "version", "versions"),
    },
    "policyExemptions": {
        *("assignmentScopeValidation", "description", "displayName", "exemptionCategory", "expiresOn"),
        *("metadata", "policyAssignmentId", "policyDefinitionReferenceIds", "resourceSelectors"),
    },
}
WORLDS = (policies.DENIES, policies.EXEMPTED_ONCE, policies.IN_A_SET)


@pytest.mark.parametrize("world", WORLDS, ids=lambda one: one.name)
def test_definitions_and_exemptions_have_no_field_that_is_not_documented(
    world: Scenario, simulator: Callable[..., Simulator]
) -> None:
    client = Client(simulator("healthy", conditions=world.conditions).connection)
    there = [one for one in world.conditions.resources if one.type.rpartition("/")[2] in DOCUMENTED]
    version, listed = {"api-version": "2025-11-01"}, {"api-version": "2022-07-01-preview"}
    place = f"{ACCOUNT.id}/providers/Microsoft.Authorization/policyExemptions"
    found = client.arm("GET", place, query={**listed, "$filter": "atScope()"}).body["value"]
    for one in there:
        if not one.type.endswith("policyExemptions"):
            found.append(client.arm("GET", one.id, query=version).body)

    assert {one["id"] for one in found} == {one.id for one in there}
    assert [one for one in found if not {*one} <= {"id", "name", "type", "properties"}] == []
    odd = [{*one["properties"]} - DOCUMENTED[one["type"].rpartition("/")[2]] for one in found]
    assert odd == [set()] * len(found)


def test_a_definition_that_is_not_there_is_not_found(simulator: Callable[..., Simulator]) -> None:
    client = Client(simulator("healthy").connection)
    for kind in ("policyDefinitions", "policySetDefinitions"):
        place = f"/providers/Microsoft.Authorization/{kind}/none"
        answered = client.arm("GET", place, query={"api-version": "2025-11-01"})
        assert (answered.status, answered.body["error"]["code"]) == (
            404,
            f"{kind[0].upper()}{kind[1:-1]}NotFound",
        )
