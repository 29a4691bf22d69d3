"""Policies that are assigned at a scope or above it, each by itself: of a set each of its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.debug_pool.rule import resolved
from troubleshooter.checks.reading import below, objects, properties, same, text
from troubleshooter.checks.rights import covers
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.reply import Facts

STOPS = frozenset({"deny", "denyaction"})
"""Effects that refuse a request."""
_LETS = frozenset(
    {
        *("audit", "auditifnotexists", "deployifnotexists", "modify", "disabled", "manual", "mutate"),
        "addtonetworkgroup",
    }
)
"""Effects that do not."""
_OF_SETS = "/providers/microsoft.authorization/policysetdefinitions/"


@dataclass(frozen=True, slots=True)
class Assigned:
    """One policy of an assignment."""

    assignment: Mapping[str, Any]
    definition: str
    """Its id."""
    parameters: Mapping[str, Any]
    """What the assignment, or the set, gives it."""
    reference: str = ""
    """Its name in the set; empty where the assignment is of it alone."""

    @property
    def name(self) -> str:
        return str(self.assignment.get("name") or "without a name")

    @property
    def scope(self) -> str:
        return (
            text(self.assignment, "scope")
            or str(self.assignment.get("id", "")).partition("/providers/Microsoft.Auth")[0]
        )

    def effect(self, declared: Any) -> str | None:
        """In small letters, with what the assignment puts in its place.

        None where that is not told here; of an effect that is not known, too, and of append, which refuses
        what has another value (documented).
        """
        found = declared.lower() if isinstance(declared, str) else ""
        for one in objects(properties(self.assignment).get("overrides")):
            if str(one.get("kind", "")).lower() != "policyeffect":
                continue
            meant = self._selected(one.get("selectors"))
            if meant is None:
                return None
            found = str(one.get("value", "")).lower() if meant else found
        return found if found in STOPS | _LETS else None

    def _selected(self, selectors: Any) -> bool | None:
        """Whether they choose this one; None where they go by something else than its name in the set."""
        for one in objects(selectors):
            if str(one.get("kind", "")).lower() != "policydefinitionreferenceid":
                return None
            only, but = one.get("in"), one.get("notIn")
            if isinstance(only, list) and not any(same(each, self.reference) for each in only):
                return False
            if isinstance(but, list) and any(same(each, self.reference) for each in but):
                return False
        return True


def in_force(facts: Facts, scope: str) -> Iterator[Mapping[str, Any]]:
    """Assignments that hold for a scope: enforced, and not left out there."""
    listed = facts.of(Kind.POLICIES, scope)
    for one in objects(listed.body if listed.known else None):
        excluded = any(covers(each, scope) for each in left_out(one) if not in_management(each))
        if not excluded and text(one, "enforcementMode").lower() != "donotenforce":
            yield one


def left_out(assignment: Mapping[str, Any]) -> list[str]:
    """Scopes that it does not hold for."""
    told = properties(assignment).get("notScopes")
    return [str(one) for one in told] if isinstance(told, list) else []


def in_management(scope: str) -> bool:
    """Whether it is a management group: what lies in one that is left out is not told here."""
    return scope.lower().startswith("/providers/microsoft.management/")


def policies(facts: Facts, assignment: Mapping[str, Any]) -> Iterator[Assigned]:
    """Itself, or those members of its set that may refuse something; none of a set that was not read."""
    definition = text(assignment, "policyDefinitionId")
    given = _values(properties(assignment).get("parameters"))
    if not is_set(definition):
        yield Assigned(assignment, definition, given)
        return
    whole = facts.of(Kind.POLICY, definition)
    if not whole.known:
        return
    given = {**defaults(whole.body), **given}
    for member in objects(properties(whole.body).get("policyDefinitions")):
        told = {name: resolved(value, given) for name, value in _values(member.get("parameters")).items()}
        reference = str(member.get("policyDefinitionReferenceId") or "")
        one = Assigned(assignment, str(member.get("policyDefinitionId") or ""), told, reference)
        if _may_stop(one):
            yield one


def is_set(definition: str) -> bool:
    return _OF_SETS in definition.lower()


def defaults(definition: Any) -> dict[str, Any]:
    """Of its parameters, those that it gives itself."""
    told = below(definition, "properties", "parameters")
    found = {str(name): below(told, name) for name in told}
    return {name: one["defaultValue"] for name, one in found.items() if "defaultValue" in one}


def to_read(facts: Facts, scope: str) -> Iterator[str]:
    """Ids of definitions and sets that decide there; those of members only once their sets were read."""
    for assignment in in_force(facts, scope):
        if is_set(own := text(assignment, "policyDefinitionId")):
            yield own
        yield from (one.definition for one in policies(facts, assignment) if one.definition)


def _may_stop(one: Assigned) -> bool:
    """Whether its effect, where it is given as a parameter, is one that refuses."""
    given = (value for name, value in one.parameters.items() if name.lower() == "effect")
    return one.effect(next(given, None)) not in _LETS


def _values(told: Any) -> dict[str, Any]:
    return {str(name): below(told, name).get("value") for name in told} if isinstance(told, dict) else {}
