"""Where a vault's name leads the nodes of a subnet: to a private endpoint, to its public address, or nowhere.

By the private zone alone a name leads to an endpoint (documented); its links make it known in a network.
Source: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
Where the zone has no record of a name, that of the star answers for it.
Source: https://learn.microsoft.com/azure/dns/dns-private-records#wildcard-records
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, cannot_tell, capital, not_applicable, of_all, passed, proof
from troubleshooter.checks.decision.endpoints import addresses_of, vault_endpoints
from troubleshooter.checks.decision.names import servers_of
from troubleshooter.checks.reading import before, below, network_of, objects, properties, same, subnet_of
from troubleshooter.model.finding import Confidence, Fix, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.reply import Facts, Reply, Wanted  # noqa: TC004 - annotations only: nothing reads them at run time

ELSEWHERE = "A zone of the same name in a subscription that was not read may be linked as well."


class To(Enum):
    ENDPOINT = auto()
    PUBLIC = auto()
    NOWHERE = auto()
    """The zone is linked, and has no address for it."""
    STRANGER = auto()
    """To an address that none of its endpoints has."""
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Lead:
    to: To
    reply: Reply
    """The answer that says so, or that is missing."""
    said: str = ""

    def untold(self) -> Outcome:
        return Outcome(Verdict.UNKNOWN, missing=self.said) if self.said else cannot_tell(self.reply)


def names_lead_there(facts: Facts) -> Outcome:
    """net-dns: a zone that is linked to the pool's network has no address of the vault, or a wrong one."""
    return of_all(_name(facts, wanted) for wanted in facts.wanted)


def zone_of_vault(host: str) -> str:
    """The private zone of a vault's cloud, by the vault's host; empty where it is none's."""
    suffix = host.partition(".vault.")[2]
    return f"privatelink.vaultcore.{suffix}" if suffix else ""


def links_of(facts: Facts, host: str, network: str) -> Iterator[Mapping[str, Any]]:
    """The links of its zone to a network."""
    links = facts.of(Kind.ZONE_LINKS, zone_of_vault(host))
    for link in objects(links.body) if links.known else ():
        if same(below(properties(link), "virtualNetwork").get("id"), network):
            yield link


def record_of(link: Mapping[str, Any], host: str) -> str:
    """Id of the vault's own record in the zone of a link."""
    return f"{before(str(link.get('id', '')), '/virtualNetworkLinks/')}/A/{host.partition('.')[0]}"


def instead_of(record: str) -> Iterator[str]:
    """Ids of what answers in a zone that has no such record, the first of them that is there."""
    zone, name = before(record, "/A/"), record.rpartition("/")[2]
    yield from (f"{zone}/CNAME/{name}", f"{zone}/A/*", f"{zone}/CNAME/*")


def lead(facts: Facts, wanted: Wanted, vault: Reply) -> Lead:
    """Of a vault that has private endpoints, and a pool that is in a subnet."""
    place = network_of(subnet_of(facts.pool))
    network, links = facts.of(Kind.NETWORK, place), facts.of(Kind.ZONE_LINKS, zone_of_vault(wanted.host))
    if not network.known:
        return Lead(To.UNKNOWN, network)
    if servers := servers_of(network):
        told = f"names are resolved by {', '.join(servers[:3])}: where {wanted.host} leads is not told"
        return Lead(To.UNKNOWN, network, told)
    if not links.known:
        return Lead(To.UNKNOWN, links)
    mine = next(links_of(facts, wanted.host, place), None)
    if mine is None:
        return Lead(To.PUBLIC, links, "no zone for it is linked to the pool's network")
    record = facts.of(Kind.ZONE_RECORDS, record_of(mine, wanted.host))
    if record.heard is Heard.ABSENT:
        redirects = str(properties(mine).get("resolutionPolicy", "")).lower() == "nxdomainredirect"
        return Lead(To.PUBLIC if redirects else To.NOWHERE, record)
    return _by_record(facts, vault, record) if record.known else Lead(To.UNKNOWN, record)


def _by_record(facts: Facts, vault: Reply, record: Reply) -> Lead:
    """By its addresses; a set without any is not served (documented), so that the name leads nowhere.

    Source: https://learn.microsoft.com/azure/dns/dns-zones-records#record-sets
    """
    told = properties(record.body)
    if other := below(told, "cnameRecord").get("cname"):
        alias = f"the zone gives it another name, {other}: where that leads is not told ({record.name})"
        return Lead(To.UNKNOWN, record, alias)
    if not isinstance(told.get("aRecords"), list):
        return Lead(To.UNKNOWN, record, f"{record.name} does not show its addresses")
    listed = (one.get("ipv4Address") for one in objects(told.get("aRecords")))
    numbers = {one for one in listed if isinstance(one, str)}
    if not numbers:
        return Lead(To.NOWHERE, record)
    endpoints = [facts.of(Kind.ENDPOINT, one) for one in vault_endpoints(vault.body)]
    shown = [{*addresses_of(one.body)} if one.known else set() for one in endpoints]
    named = ", ".join(sorted(numbers))
    if any(numbers & own for own in shown) or not any(shown):
        return Lead(To.ENDPOINT, record, named)
    if all(shown):
        return Lead(To.STRANGER, record, named)
    whose = f"{vault.name}: not each of its private endpoints shows its address; whose {named} is is not told"
    return Lead(To.UNKNOWN, record, whose)


def _name(facts: Facts, wanted: Wanted) -> Outcome:
    vault = facts.of(Kind.VAULT, wanted.host)
    if not vault.known:
        return cannot_tell(vault)
    if not subnet_of(facts.pool) or not [*vault_endpoints(vault.body)]:
        return not_applicable(f"{wanted.host} is not reached by a private endpoint here ({vault.name})")
    found = lead(facts, wanted, vault)
    match found.to:
        case To.UNKNOWN:
            return found.untold()
        case To.ENDPOINT:
            return passed(f"{wanted.host} leads to its private endpoint, {found.said} ({found.reply.name})")
        case To.PUBLIC:
            by = f"by the zones of the subscription that was read ({found.reply.name})"
            return passed(f"{wanted.host} leads to its public address, {by}")
    name = wanted.host.partition(".")[0]
    said = (
        f"the zone of private endpoints is linked to the pool's network and has no address for {name}"
        if found.to is To.NOWHERE
        else f"in the pool's network {name} leads to {found.said}, which is none of its private endpoints"
    )
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({found.reply.name})",
        evidence=(proof(found.reply, "properties.aRecords", found.said or "none"),),
        confidence=Confidence.LIKELY,
        why_not_surer="It is read from Azure's zones; what a node resolves was not seen.",
        says=f"{capital(said)}.",
        fixes=(Fix(f"Give the zone {zone_of_vault(wanted.host)} the address of {name}'s private endpoint"),),
    )
