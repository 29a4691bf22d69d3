"""Whether a policy would refuse a debug pool, or its removal; what cannot be judged never does.

Sources: https://learn.microsoft.com/azure/governance/policy/concepts/effect-deny,
https://learn.microsoft.com/azure/batch/batch-virtual-network (what Batch makes in the network's own group)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, cannot_tell, failed, passed, proof
from troubleshooter.checks.debug_pool.assigned import Assigned, in_force, is_set, policies, to_read
from troubleshooter.checks.debug_pool.fields import Resource
from troubleshooter.checks.debug_pool.judged import Judged, in_order, judged
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import subnet_of, text
from troubleshooter.model.finding import Fix, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.reply import Facts, Reply

_POOL = "Microsoft.Batch/batchAccounts/pools"
_OF_NETWORKS = ("publicIPAddresses", "loadBalancers", "networkSecurityGroups")
"""What Batch makes beside the network of a pool that is in one of the operator's (documented)."""
_OF_MACHINES = "Microsoft.Compute/virtualMachineScaleSets"
"""What it makes in the subscription of an account whose nodes are that subscription's."""
_OTHERWISE = (
    "displayname",
    "metadata",
    "scalesettings",
    "networkconfiguration.endpointconfiguration",
    "networkconfiguration.publicipaddressconfiguration",
    "deploymentconfiguration.virtualmachineconfiguration.extensions",
)
"""In what a debug pool differs from the pool."""
_SHOWN = frozenset(
    {
        *("vmsize", "internodecommunication", "taskslotspernode", "taskschedulingpolicy", "starttask"),
        *("deploymentconfiguration", "networkconfiguration", "applicationpackages", "upgradepolicy"),
        "mountconfiguration",
    }
)
"""Properties of a pool that its definition shows as they were sent."""
MOST = 60
"""Definitions that are read of one pool's scopes; what more there are is told as not read."""
_JUDGED = "The rule was judged by the pool's definition; Azure itself was not asked to make a pool."


def none_refuses(facts: Facts) -> Outcome:
    """batch-policy-denies: a policy assigned at the account, or above it, refuses such a pool."""
    account, group = account_of(facts.pool), network_group(facts.pool)
    listed = [facts.of(Kind.POLICIES, one) for one in (account, group) if one]
    if not account:
        return Outcome(Verdict.UNKNOWN, missing="the pool's definition does not show its own id")
    if not listed[0].known:
        return cannot_tell(listed[0])
    found = in_order(_all(facts, account, group))
    if found and found[0].refuses:
        return _refused(facts, listed[0], found[0])
    if found:
        return _open(found)
    if unread := next((one for one in listed if not one.known), None):
        return cannot_tell(unread)
    number = len([*in_force(facts, account)])
    some = "the one policy assignment" if number == 1 else f"each of {number} policy assignments"
    told = f"{some} in force lets such a pool be made" if number else "no policy assignment is in force there"
    return passed(f"{told} ({listed[0].name})")


def network_group(pool: Any) -> str:
    """Id of the group in which Batch makes what a pool in a network needs; empty for no network."""
    return subnet_of(pool).partition("/providers/")[0]


def definitions(facts: Facts) -> list[str]:
    """Ids of all that decide, as far as is known by now: of sets their members once they were read."""
    places = (account_of(facts.pool), network_group(facts.pool))
    return list(dict.fromkeys(one for place in places if place for one in to_read(facts, place)))[:MOST]


def _all(facts: Facts, account: str, group: str) -> Iterator[Judged | None]:
    reply = facts.of(Kind.ACCOUNT, account)
    own = reply.known and text(reply.body, "poolAllocationMode") == "UserSubscription"
    machines = [Resource(_OF_MACHINES)] if own else []
    yield from _at(facts, account, [Resource(_POOL, facts.pool, _OTHERWISE, _SHOWN), *machines])
    if group:
        yield from _at(facts, group, [Resource(f"Microsoft.Network/{one}") for one in _OF_NETWORKS])


def _at(facts: Facts, scope: str, resources: list[Resource]) -> Iterator[Judged | None]:
    for assignment in in_force(facts, scope):
        definition = text(assignment, "policyDefinitionId")
        whole = facts.of(Kind.POLICY, definition)
        if is_set(definition) and not whole.known:
            yield Judged(Assigned(assignment, definition, {}), False, "its definition was not read", whole)
        for one in policies(facts, assignment):
            yield judged(facts, one, resources)


def _refused(facts: Facts, listed: Reply, found: Judged) -> Outcome:
    policy = found.policy
    said = f"the policy assignment {policy.name} at {policy.scope} is in force, and {found.why}"
    title = text(policy.assignment, "displayName")
    return failed(
        said,
        proof(listed, "value.properties.policyDefinitionId", f"{policy.name}: {policy.definition}"),
        proof(found.reply, "properties.policyRule", f"it holds for a pool as {facts.pool.get('id', '')}"),
        doubt=_JUDGED,
        severity=Severity.WARNING,
        says=f"A policy stands in the way of a debug pool: {said}{f' ({title})' if title else ''}.",
        fixes=(
            Fix(f"Ask who assigned {policy.name} for an exemption of the account, or for what it allows"),
        ),
    )


def _open(found: list[Judged]) -> Outcome:
    """The first with its name and the command that shows it, one whose definition was read before others."""
    first = next((one for one in found if one.reply.known), found[0])
    policy = first.policy
    why = first.why if first.reply.known else f"its definition: {cannot_tell(first.reply).missing}"
    show = f"az policy assignment show --name {policy.name} --scope {policy.scope} shows what is assigned"
    more = f"; of {len(found) - 1} more that cannot be told either" if len(found) > 1 else ""
    said = f"whether the policy assignment {policy.name} at {policy.scope} refuses a debug pool: {why}"
    return Outcome(Verdict.UNKNOWN, missing=f"{said}; {show}{more}")
