"""One assigned policy, judged for what Azure makes for a debug pool: it refuses that, or is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.checks.debug_pool.assigned import STOPS, defaults, in_management, left_out
from troubleshooter.checks.debug_pool.exempted import exempted
from troubleshooter.checks.debug_pool.rule import every, holds, resolved
from troubleshooter.checks.reading import below, objects, properties, same, text
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.checks.debug_pool.assigned import Assigned
    from troubleshooter.checks.debug_pool.fields import Resource
    from troubleshooter.model.reply import Facts, Reply

_OF_DELETION = "denyaction"


class Judged(NamedTuple):
    """A policy that refuses, or of which that cannot be told."""

    policy: Assigned
    refuses: bool
    """False where it cannot be told."""
    why: str
    reply: Reply
    """Its definition, or the answer that is missing."""


class _Rule(NamedTuple):
    """What is assigned, with everything that its parameters tell."""

    policy: Assigned
    reply: Reply
    told: Mapping[str, Any]
    given: Mapping[str, Any]
    effect: str | None
    """In small letters; None where it is not told."""


def judged(facts: Facts, policy: Assigned, resources: list[Resource]) -> Judged | None:
    """For the first resource that it may refuse; None where it refuses none of them."""
    reply = facts.of(Kind.POLICY, policy.definition)
    if not reply.known:
        return Judged(policy, False, "its definition was not read", reply)
    told = below(reply.body, "properties", "policyRule")
    given = {**defaults(reply.body), **policy.parameters}
    effect = policy.effect(resolved(below(told, "then").get("effect"), given))
    if effect is not None and effect not in STOPS:
        return None
    if effect == _OF_DELETION:
        names = resolved(below(told, "then", "details").get("actionNames"), given)
        if not isinstance(names, list):
            return Judged(policy, False, "which actions it denies is not known", reply)
        if not any(same(one, "delete") for one in names):
            return None
    rule = _Rule(policy, reply, told, given, effect)
    found = (_for(facts, rule, one) for one in resources)
    return next((one for one in found if one is not None), None)


def _for(facts: Facts, rule: _Rule, resource: Resource) -> Judged | None:
    meant = every((_looked_at(rule, resource), holds(rule.told.get("if"), resource.read, rule.given)))
    freed = exempted(facts, rule.policy)
    if meant is False or freed:
        return None
    if why := _why_open(rule, resource, meant=bool(meant)):
        return Judged(rule.policy, False, why, rule.reply)
    if freed is None:
        why = "its rule refuses such a pool, and whether that is exempted is not told"
        return Judged(rule.policy, False, why, rule.reply)
    what = "the removal of such a pool" if rule.effect == _OF_DELETION else "such a pool"
    return Judged(rule.policy, True, f"its rule refuses {what}", rule.reply)


def _why_open(rule: _Rule, resource: Resource, *, meant: bool) -> str:
    """Why it is not certain that it refuses; empty where it is."""
    if resource.body is None:
        return f"it may refuse {resource.type.rpartition('/')[2]} that Batch makes for such a pool"
    if rule.effect is None:
        return "what it does is not told by its parameters"
    if not meant:
        return "its rule asks what the pool's definition does not tell"
    return (
        ""
        if _as_assigned(rule)
        else "it is assigned in a version, a way or with exclusions that are not judged here"
    )


def _looked_at(rule: _Rule, resource: Resource) -> bool | None:
    """By its mode, and by the types that the assignment chooses.

    Indexed looks at what has tags and a location (documented): a pool has no location.
    """
    mode = text(rule.reply.body, "mode").lower()
    if mode not in {"", "all", "indexed"} or (mode == "indexed" and resource.body is not None):
        return False
    groups = objects(properties(rule.policy.assignment).get("resourceSelectors"))
    return every(_chooses(one, resource) for group in groups for one in objects(group.get("selectors")))


def _chooses(selector: Mapping[str, Any], resource: Resource) -> bool | None:
    only, but = selector.get("in"), selector.get("notIn")
    if str(selector.get("kind", "")).lower() != "resourcetype":
        return None
    if isinstance(only, list):
        return any(same(one, resource.type) for one in only)
    return not any(same(one, resource.type) for one in but) if isinstance(but, list) else None


def _as_assigned(rule: _Rule) -> bool:
    """Whether what was read is what is enforced here: the assigned version, in the usual way."""
    assignment = rule.policy.assignment
    wanted, have = text(assignment, "definitionVersion"), text(rule.reply.body, "version")
    if text(assignment, "enforcementMode").lower() not in {"", "default"}:
        return False
    if any(map(in_management, left_out(assignment))):
        return False
    if not wanted or rule.policy.reference:
        return True
    return all(one in {"*", other} for one, other in zip(wanted.split("."), have.split("."), strict=False))


def in_order(found: Iterator[Judged | None]) -> list[Judged]:
    """Those that refuse first, then those that cannot be told."""
    return sorted((one for one in found if one is not None), key=lambda one: not one.refuses)
