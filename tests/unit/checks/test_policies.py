"""Policies at the scopes of a pool: what is read of them, and what is said where it was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.checks.azure_says import ACCOUNT, SUBSCRIPTION, facts, known, refused, well
from troubleshooter.checks.debug_pool.policies import MOST, definitions, none_refuses
from troubleshooter.model.finding import Confidence, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from tests.unit.checks.azure_says import Answers

OF = "providers/Microsoft.Authorization"
RULE = {"if": {"field": "type", "equals": "Microsoft.Batch/batchAccounts/pools"}, "then": {"effect": "deny"}}


def place(number: int) -> str:
    return f"/{OF}/policyDefinitions/p{number}"


def assigned(number: int, **said: Any) -> dict[str, Any]:
    name = f"a{number}"
    told = {"policyDefinitionId": place(number), "scope": SUBSCRIPTION, **said}
    return {"id": f"{SUBSCRIPTION}/{OF}/policyAssignments/{name}", "name": name, "properties": told}


def answers(*assignments: dict[str, Any], **said: Any) -> Answers:
    policy = known("policy", {"properties": {"mode": "All", "version": "1.2.0", "policyRule": RULE, **said}})
    return {
        **well(),
        (Kind.POLICIES, ACCOUNT): known("policyAssignments", [*assignments]),
        (Kind.POLICY, place(0)): policy,
    }


def told(*assignments: dict[str, Any], **said: Any) -> Verdict:
    return none_refuses(facts(answers(*assignments, **said))).verdict


def test_what_a_rule_refuses_is_a_warning_and_never_certain() -> None:
    said = none_refuses(facts(answers(assigned(0))))

    assert (said.verdict, said.severity, said.confidence) == (
        Verdict.FAIL,
        Severity.WARNING,
        Confidence.LIKELY,
    )
    assert [proof.call for proof in said.evidence] == ["GET policyAssignments", "GET policy"]


def _denies(actions: object) -> dict[str, Any]:
    return {"effect": "denyAction", "details": {"actionNames": actions}}


@pytest.mark.parametrize(
    ("assignment", "verdict"),
    [
        ({}, Verdict.FAIL),
        ({"definitionVersion": "1.*.*"}, Verdict.FAIL),
        ({"definitionVersion": "2.*.*"}, Verdict.UNKNOWN),
        ({"enforcementMode": "Enroll"}, Verdict.UNKNOWN),
        ({"enforcementMode": "DoNotEnforce"}, Verdict.PASS),
        ({"notScopes": [ACCOUNT.upper()]}, Verdict.PASS),
        ({"notScopes": ["/providers/Microsoft.Management/managementGroups/mg"]}, Verdict.UNKNOWN),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": ["a"]}]}]}, Verdict.PASS),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "notIn": ["a"]}]}]}, Verdict.FAIL),
        (
            {"resourceSelectors": [{"selectors": [{"kind": "resourceLocation", "in": ["a"]}]}]},
            Verdict.UNKNOWN,
        ),
        ({"overrides": [{"kind": "policyEffect", "value": "Disabled"}]}, Verdict.PASS),
        (
            {"overrides": [{"kind": "policyEffect", "value": "Audit", "selectors": [{"kind": "x"}]}]},
            Verdict.UNKNOWN,
        ),
    ],
)
def test_how_it_is_assigned_decides_too(assignment: dict[str, Any], verdict: Verdict) -> None:
    assert told(assigned(0, **assignment)) is verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"mode": "Indexed"}, Verdict.PASS),
        ({"mode": "Microsoft.Kubernetes.Data"}, Verdict.PASS),
        ({"policyRule": {**RULE, "then": {"effect": "audit"}}}, Verdict.PASS),
        ({"policyRule": {**RULE, "then": {"effect": "[if(true(), 'deny', 'audit')]"}}}, Verdict.UNKNOWN),
        ({"policyRule": {**RULE, "then": _denies([])}}, Verdict.PASS),
        ({"policyRule": {**RULE, "then": _denies(["Write"])}}, Verdict.PASS),
        ({"policyRule": {**RULE, "then": _denies(["Delete"])}}, Verdict.FAIL),
        ({"policyRule": {**RULE, "then": _denies("[parameters('which')]")}}, Verdict.UNKNOWN),
        (
            {
                "policyRule": {**RULE, "then": _denies("[parameters('which')]")},
                "parameters": {"which": {"type": "Array", "defaultValue": ["delete"]}},
            },
            Verdict.FAIL,
        ),
        ({"policyRule": {**RULE, "then": {"effect": "Append"}}}, Verdict.UNKNOWN),
        ({"policyRule": {**RULE, "then": {"effect": "newlyMade"}}}, Verdict.UNKNOWN),
        ({"policyRule": {}}, Verdict.UNKNOWN),
        ({"policyRule": None}, Verdict.UNKNOWN),
    ],
)
def test_what_a_definition_says(said: dict[str, Any], verdict: Verdict) -> None:
    assert told(assigned(0), **said) is verdict


def test_exemptions_that_may_not_be_read_leave_it_open() -> None:
    said = none_refuses(facts({**answers(assigned(0)), (Kind.EXEMPTIONS, ACCOUNT): refused("exemptions")}))

    assert said.verdict is Verdict.UNKNOWN
    assert "whether that is exempted is not told" in said.missing
    assert f"az policy assignment show --name a0 --scope {SUBSCRIPTION}" in said.missing


def test_a_certain_refusal_goes_before_what_cannot_be_told() -> None:
    assert told(assigned(7), assigned(0)) is Verdict.FAIL
    said = none_refuses(facts(answers(assigned(7))))
    assert (said.verdict, "a7" in said.missing) == (Verdict.UNKNOWN, True)


def test_so_many_definitions_are_read_and_the_others_are_told_of() -> None:
    many = [assigned(number + 1) for number in range(MOST + 5)]
    assert len(definitions(facts(answers(*many)))) == MOST
    said = none_refuses(facts(answers(*many)))
    assert (said.verdict, f"of {MOST + 4} more" in said.missing) == (Verdict.UNKNOWN, True)


def test_of_a_set_only_members_that_may_refuse_are_read() -> None:
    home = f"{SUBSCRIPTION}/{OF}/policySetDefinitions/s"
    effects = ["AuditIfNotExists", "[parameters('effect')]", "Deny", "[concat('De', 'ny')]"]
    members = [
        {"policyDefinitionId": place(number), "parameters": {"effect": {"value": effect}}}
        for number, effect in enumerate(effects, 1)
    ]
    body = {"properties": {"policyDefinitions": [*members, {"policyDefinitionId": place(9)}]}}
    assignment = assigned(0, policyDefinitionId=home, parameters={"effect": {"value": "Disabled"}})
    unread = answers(assignment)

    assert definitions(facts(unread)) == [home]
    found = definitions(facts({**unread, (Kind.POLICY, home): known("set", body)}))
    assert found == [home, place(3), place(4), place(9)]
