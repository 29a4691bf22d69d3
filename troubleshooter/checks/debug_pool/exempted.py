"""Whether an account is exempted from what is assigned above it.

Source: https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import objects, properties, same, text
from troubleshooter.checks.rights import covers
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.checks.debug_pool.assigned import Assigned
    from troubleshooter.model.reply import Facts

_EXEMPTIONS = "/providers/microsoft.authorization/policyexemptions"


def exempted(facts: Facts, policy: Assigned) -> bool | None:
    """None where exemptions may not be read, or one is for a part of what is there only."""
    listed = facts.of(Kind.EXEMPTIONS, account_of(facts.pool))
    if not listed.known:
        return None
    found = [one for one in objects(listed.body) if _is_of(one, policy) and _holds_today(one, facts)]
    mine = [one for one in found if covers(_scope(one), account_of(facts.pool))]
    if any(not properties(one).get("resourceSelectors") for one in mine):
        return True
    return None if mine else False


def _is_of(one: Mapping[str, Any], policy: Assigned) -> bool:
    """Of its assignment, and of its name in the set where only some of them are exempted."""
    named = properties(one).get("policyDefinitionReferenceIds")
    if not same(properties(one).get("policyAssignmentId"), str(policy.assignment.get("id", ""))):
        return False
    return not isinstance(named, list) or not named or any(same(each, policy.reference) for each in named)


def _holds_today(one: Mapping[str, Any], facts: Facts) -> bool:
    ends = text(one, "expiresOn")[:19]
    return not ends or facts.now is None or ends >= f"{facts.now:%Y-%m-%dT%H:%M:%S}"


def _scope(one: Mapping[str, Any]) -> str:
    return str(one.get("id", "")).lower().partition(_EXEMPTIONS)[0]
