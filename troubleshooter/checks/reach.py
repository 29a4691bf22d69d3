"""The nodes' ways to Batch, to the vault and to a token, as the operator's own network has them.

What decides is what decides whose fault it is (`decision/network.py`); here it is one verdict for each way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.check import Outcome, cannot_tell, failed, not_applicable, passed, proof
from troubleshooter.checks.decision import network
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.decision.seen import Weight
from troubleshooter.checks.reading import below, subnet_of
from troubleshooter.model.finding import Confidence, Fix, Severity, Verdict
from troubleshooter.model.reply import Heard, Kind, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.checks.decision.seen import Sign
    from troubleshooter.model.reply import Facts

_UNTIL_A_NODE_SAYS = "It is read from Azure's settings of the network; what a node was answered was not seen."
_PROXY = ("properties", "deploymentConfiguration", "virtualMachineConfiguration", "securityProfile")


def batch_is_reached(facts: Facts) -> Outcome:
    """batch-way-shut: the account's rules, the subnet's or its routes keep nodes from node management."""
    fix = Fix("Let the nodes out to BatchNodeManagement of their region on port 443, and in at the account")
    account, place = facts.of(Kind.ACCOUNT, account_of(facts.pool)), subnet_of(facts.pool)
    asked = (account, facts.of(Kind.SUBNET, place)) if place else (account,)
    well = f"what Azure shows of account and subnet lets nodes reach Batch ({account.name})"
    return _told(network.to_batch(facts), asked, well, fix)


def vaults_are_reached(facts: Facts) -> Outcome:
    """net-connect: the subnet's rules or its routes keep nodes from the vault, or from a token for it."""
    if not facts.wanted:
        return not_applicable("the settings name no certificate")
    place = subnet_of(facts.pool)
    if not place:
        return passed("the pool is in no subnet of its own, so that no rule or route of one is in the way")
    fix = Fix(
        "Let the subnet's nodes out to AzureKeyVault on port 443, or give it a private endpoint of the vault"
    )
    subnet = facts.of(Kind.SUBNET, place)
    vaults = (facts.of(Kind.VAULT, one.host) for one in facts.wanted)
    asked = (subnet, *vaults)
    if unknown := next((reply for reply in asked if not reply.known), None):
        return cannot_tell(unknown)  # by a private endpoint rules of the public way do not count
    well = f"what Azure shows of the subnet lets nodes reach the vault ({subnet.name})"
    return _told(network.to_vaults(facts), asked, well, fix)


def metadata_answers_everybody(facts: Facts) -> Outcome:
    """imds-policy: the pool has its metadata service answer by a policy."""
    told = below(facts.pool, *_PROXY, "proxyAgentSettings")
    pool = Reply(f"GET {facts.pool.get('id', '')}", Heard.KNOWN)
    if told.get("enabled") is not True:
        return passed(f"no metadata security protocol is switched on ({pool.name})")
    imds = below(told, "imds")
    profile, mode = imds.get("inVMAccessControlProfileReferenceId"), str(imds.get("mode") or "")
    if mode.lower() == "audit" and not profile:
        return passed(f"the metadata security protocol only watches: mode {mode} ({pool.name})")
    if mode.lower() != "enforce" and not profile:
        missing = f"the metadata security protocol is on, and what its mode, {mode or 'not set'}, keeps out"
        return Outcome(Verdict.UNKNOWN, missing=f"{missing} {pool.name} does not tell")
    said = f"the metadata service answers by the profile {profile}" if profile else "its mode is Enforce"
    where = f"{'.'.join(_PROXY)}.proxyAgentSettings.imds"
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({pool.name})",
        evidence=(proof(pool, where, f"mode {mode or 'not set'}, profile {profile or 'none'}"),),
        confidence=Confidence.POSSIBLE,
        why_not_surer="Whether the policy lets the extension ask for a token is not shown here (inferred).",
        severity=Severity.WARNING,
        says=f"Metadata security protocol is on, and {said}: what it does not allow gets no token.",
        fixes=(Fix("Allow the extension in the profile, or set the mode to Audit and look again"),),
    )


def _told(signs: Iterable[Sign], asked: Iterable[Reply], well: str, fix: Fix) -> Outcome:
    """What is documented to shut the way fails it; what may, or was not read, leaves it open."""
    found = [*signs]
    shut = [one for one in found if one.weight is Weight.DECIDES]
    if shut:
        said = "; ".join(dict.fromkeys(one.says for one in shut))
        evidence = tuple(dict.fromkeys(proven for one in shut for proven in one.evidence))
        return failed(
            said,
            *evidence,
            doubt=_UNTIL_A_NODE_SAYS,
            fixes=(fix,),
        )
    if unknown := next((reply for reply in asked if not reply.known), None):
        return cannot_tell(unknown)
    if found:
        said = "; ".join(dict.fromkeys(one.says for one in found))
        would = "; ".join(dict.fromkeys(one.would for one in found if one.would))
        return Outcome(Verdict.UNKNOWN, missing=f"{said}; {would}" if would else said)
    return passed(well)
