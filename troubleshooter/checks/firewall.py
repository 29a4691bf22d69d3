"""Whether a vault's firewall lets a pool's nodes in: as their subnet, or by the addresses they leave by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import (
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    of_all,
    passed,
    proof,
)
from troubleshooter.checks.decision.endpoints import untold, vault_endpoints
from troubleshooter.checks.decision.exits import (
    exits,
    has_service_endpoint,
    leaves_by,
    led_by,
    let_in,
    names_exit,
    ranges_of,
    region_of,
)
from troubleshooter.checks.reading import objects, properties, same, subnet_of, text
from troubleshooter.checks.vault import UNTIL_A_NODE_SAYS, privately
from troubleshooter.model.finding import Fix, Outside, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from troubleshooter.model.reply import Facts, Reply, Wanted


def firewall_lets_them_in(facts: Facts) -> Outcome:
    """kv-403-firewall: the vault takes some networks and addresses only, and the pool's is none of them."""
    return of_all(_firewall(facts, wanted) for wanted in facts.wanted)


def _firewall(facts: Facts, wanted: Wanted) -> Outcome:
    vault = facts.of(Kind.VAULT, wanted.host)
    if not vault.known:
        return cannot_tell(vault)
    access = text(vault.body, "publicNetworkAccess")
    if access.lower() == "disabled":
        return not_applicable(f"{wanted.host} takes private connections only ({vault.name})")
    if access.lower() not in {"", "enabled"}:
        return not_applicable(f"publicNetworkAccess is {access}, and goes before the firewall ({vault.name})")
    return _by_rules(facts, wanted, vault, properties(vault.body).get("networkAcls"))


def _by_rules(facts: Facts, wanted: Wanted, vault: Reply, rules: Any) -> Outcome:
    """A vault without rules has none of these (the specification's example), and lets everybody in."""
    action = str(rules.get("defaultAction")).lower() if isinstance(rules, Mapping) else ""
    if rules is None or action == "allow":
        return passed(f"the firewall of {wanted.host} lets everybody in ({vault.name})")
    if action != "deny":
        missing = f"{vault.name} does not say whom its firewall lets in: properties.networkAcls.defaultAction"
        return Outcome(Verdict.UNKNOWN, missing=missing)
    if subnet := subnet_of(facts.pool):
        return _by_subnet(facts, wanted, vault, rules, subnet)
    return _by_address(wanted, vault, rules, facts)


def _by_subnet(facts: Facts, wanted: Wanted, vault: Reply, rules: Mapping[str, Any], subnet: str) -> Outcome:
    name, short = wanted.host.partition(".")[0], subnet.rpartition("/")[2]
    listed = any(same(one.get("id"), subnet) for one in objects(rules.get("virtualNetworkRules")))
    reply = facts.of(Kind.SUBNET, subnet)
    direct = has_service_endpoint(reply, region_of(vault)) if reply.known else False
    if direct is None and (listed or rules.get("ipRules")):
        missing = f"the service endpoint of the subnet {short} is not in place, or not for the vault's region"
        return Outcome(Verdict.UNKNOWN, missing=f"{missing} ({reply.name})")
    if listed and direct:
        return passed(
            f"the firewall of {name} lists the subnet {short}, which has the service endpoint ({vault.name})"
        )
    by_address = None if direct else _by_exit(facts, vault, rules, reply)
    if by_address is not None and by_address.verdict is Verdict.PASS:
        return by_address
    if not listed and ([*vault_endpoints(vault.body)] or untold(vault.body)):
        return privately(facts, wanted, vault, "properties.networkAcls.defaultAction", "Deny")
    if by_address is not None or (listed and not reply.known):
        return by_address or cannot_tell(reply)
    return _lets_subnet_out(wanted, vault, reply, subnet, listed=listed)


def _lets_subnet_out(wanted: Wanted, vault: Reply, reply: Reply, subnet: str, *, listed: bool) -> Outcome:
    """It does not list the subnet, or lists one that goes there by public addresses."""
    name, short = wanted.host.partition(".")[0], subnet.rpartition("/")[2]
    if not listed:
        said = f"the firewall of {name} does not list the subnet {short}"
        return _shut_out(wanted, vault, said, {"subnet": subnet})
    said = (
        f"the firewall of {name} lists the subnet {short}, which has no service endpoint Microsoft.KeyVault"
    )
    told = _shut_out(wanted, vault, said, {"subnet": subnet})
    return replace(
        told, evidence=(*told.evidence, proof(reply, "properties.serviceEndpoints", "none of Key Vault"))
    )


def _by_exit(facts: Facts, vault: Reply, rules: Mapping[str, Any], subnet: Reply) -> Outcome | None:
    """Of nodes in a subnet, by the addresses that the vault lists; None where they leave by none of them."""
    ranges, strange = ranges_of(rules.get("ipRules"))
    number = len(ranges) + len(strange)
    if not number or not subnet.known:
        return cannot_tell(subnet) if number else None
    name, short = vault.body.get("name"), str(subnet.body.get("name"))
    lists = _lists(name, number)
    if by := led_by(facts, vault):
        whether = f"whether the subnet {short} leaves by one, through {by}, is not told"
        return Outcome(Verdict.UNKNOWN, missing=f"{lists}; {whether}")
    own = leaves_by(facts)
    listed = let_in(own, ranges) if own else False
    if listed:
        return passed(f"the firewall of {name} lists the addresses that {short} leaves by ({vault.name})")
    if unread := next((one for one in exits(facts) if not one.known), None):
        return cannot_tell(unread)
    if strange or listed is None or (own is None and names_exit(facts)):
        which = f"by which the subnet {short} leaves is not told"
        if listed is None:
            which = f"they are a part of those by which the subnet {short} leaves: {_named(own)}"
        return _strange(str(name), strange) or Outcome(Verdict.UNKNOWN, missing=f"{lists}; {which}")
    return None


def _lists(name: object, number: int) -> str:
    return f"{name} lists {number} address{'es' * (number != 1)}"


def _strange(name: str, values: list[str]) -> Outcome | None:
    if not values:
        return None
    missing = f"{name} lists what cannot be read as addresses: {', '.join(values[:3])}"
    return Outcome(Verdict.UNKNOWN, missing=missing)


def _by_address(wanted: Wanted, vault: Reply, rules: Mapping[str, Any], facts: Facts) -> Outcome:
    name = wanted.host.partition(".")[0]
    ranges, strange = ranges_of(rules.get("ipRules"))
    own = leaves_by(facts)
    listed = let_in(own, ranges) if own else False
    if listed:
        return passed(f"the firewall of {name} lists the pool's own addresses ({vault.name})")
    if listed is None:
        part = f"{name} lists a part of the pool's own addresses, which are {_named(own)}"
        return Outcome(Verdict.UNKNOWN, missing=f"{part}; by which of them a node leaves is not told")
    if ranges and not own:
        return Outcome(
            Verdict.UNKNOWN,
            missing=f"{_lists(name, len(ranges))}; by which the pool's nodes leave is not told",
        )
    said = f"the firewall of {name} lists no address of the pool, and the pool is in no subnet"
    return _strange(name, strange) or _shut_out(wanted, vault, said, {"no_subnet": "yes"})


def _shut_out(wanted: Wanted, vault: Reply, said: str, values: Mapping[str, str]) -> Outcome:
    name = wanted.host.partition(".")[0]
    how = ", by their public addresses" if values.get("no_subnet") else ""
    return failed(
        said,
        proof(vault, "properties.networkAcls", said),
        doubt=UNTIL_A_NODE_SAYS,
        fixes=(
            Fix(
                f"Let the pool's nodes in at the firewall of {name}{how}",
                outside=Outside("allow-network", {"vault": name, **values}),
            ),
        ),
    )


def _named(addresses: list[Any] | None) -> str:
    return ", ".join(map(str, addresses or ()))
