"""The vault that a certificate's URL names: whether it is there, of which tenant, and whom it lets in."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, cannot_tell, not_applicable, of_all, passed, proof
from troubleshooter.checks.reading import below, objects, properties, same, subnet_of, text
from troubleshooter.model.finding import Confidence, Fix, Outside, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.reply import Facts, Reply, Wanted

_UNTIL_A_NODE_SAYS = (
    "It is read from the vault's and the network's settings; what a node was answered was not seen."
)


def vaults_are_not_deleted(facts: Facts) -> Outcome:
    """kv-vault-soft-deleted: Azure has it among the deleted vaults."""
    return of_all(_deleted(facts, wanted) for wanted in facts.wanted)


def tenants_agree(facts: Facts) -> Outcome:
    """kv-401-invalid-issuer: the identity is of another tenant than the vault."""
    return of_all(_tenants(facts, wanted) for wanted in facts.wanted)


def public_access_lets_them_in(facts: Facts) -> Outcome:
    """kv-403-public-access-disabled: the vault takes private connections only, and the pool has none."""
    return of_all(_public(facts, wanted) for wanted in facts.wanted)


def firewall_lets_them_in(facts: Facts) -> Outcome:
    """kv-403-firewall: the vault takes some networks and addresses only, and the pool's is none of them."""
    return of_all(_firewall(facts, wanted) for wanted in facts.wanted)


def _deleted(facts: Facts, wanted: Wanted) -> Outcome:
    there, deleted = facts.of(Kind.VAULT, wanted.host), facts.of(Kind.DELETED_VAULT, wanted.host)
    if there.known:
        return passed(f"{wanted.host} is there ({there.name})")
    if not deleted.known:
        return cannot_tell(there if deleted.heard in {Heard.ABSENT, Heard.NOT_ASKED} else deleted)
    said = f"the vault {wanted.host.partition('.')[0]} was deleted"
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({deleted.name})",
        evidence=(proof(deleted, "properties.deletionDate", text(deleted.body, "deletionDate") or said),),
        confidence=Confidence.CONFIRMED,
        says=f"{said[:1].upper()}{said[1:]}; it can be recovered until it is purged.",
        fixes=(
            Fix(f"Recover the vault {wanted.host.partition('.')[0]}, or name another one in the settings"),
        ),
    )


def _tenants(facts: Facts, wanted: Wanted) -> Outcome:
    vault, identity = facts.of(Kind.VAULT, wanted.host), facts.of(Kind.IDENTITY, wanted.identity)
    if not vault.known or not identity.known:
        return cannot_tell(identity if vault.known else vault)
    at_vault, own = text(vault.body, "tenantId"), text(identity.body, "tenantId")
    if not at_vault or not own:
        silent = identity if at_vault else vault
        return Outcome(Verdict.UNKNOWN, missing=f"{silent.name} does not say which tenant it is of")
    if at_vault.lower() == own.lower():
        return passed(f"vault and identity are of the tenant {own} ({vault.name})")
    said = f"{wanted.host.partition('.')[0]} is of the tenant {at_vault}, the identity of {own}"
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({vault.name})",
        evidence=(proof(vault, "properties.tenantId", at_vault), proof(identity, "properties.tenantId", own)),
        confidence=Confidence.CONFIRMED,
        says=f"{said[:1].upper()}{said[1:]}: a vault takes tokens of its own tenant alone.",
        fixes=(
            Fix(
                "Put the certificate into a vault of the identity's tenant, and name that one in the settings"
            ),
        ),
    )


def _public(facts: Facts, wanted: Wanted) -> Outcome:
    vault = facts.of(Kind.VAULT, wanted.host)
    if not vault.known:
        return cannot_tell(vault)
    access = text(vault.body, "publicNetworkAccess")
    if access.lower() != "disabled":
        return passed(f"publicNetworkAccess is {access or 'not set, which means Enabled'} ({vault.name})")
    return _privately(facts, wanted, vault, "properties.publicNetworkAccess", "Disabled")


def _privately(facts: Facts, wanted: Wanted, vault: Reply, field: str, value: str) -> Outcome:
    """Of a vault that takes private connections: whether the pool's network may have one."""
    name = wanted.host.partition(".")[0]
    subnet = subnet_of(facts.pool)
    endpoints = [*_endpoints(vault.body)]
    if subnet and endpoints:
        networks = {_network_of(_endpoint_subnet(facts, one)) for one in endpoints}
        if _network_of(subnet) in networks:
            return passed(f"{name} has a private endpoint in the pool's own virtual network ({vault.name})")
        return Outcome(
            Verdict.UNKNOWN,
            missing=f"{name} has private endpoints; whether the pool's network leads to one (peering, DNS)"
            f" {vault.name} does not tell",
        )
    lacks = "the pool is in no subnet" if not subnet else f"{name} has no approved private endpoint"
    said = f"{name} takes private connections only, and {lacks}"
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({vault.name})",
        evidence=(proof(vault, field, value),),
        confidence=Confidence.LIKELY,
        why_not_surer=_UNTIL_A_NODE_SAYS,
        says=f"{said[:1].upper()}{said[1:]}.",
        fixes=(
            Fix(
                f"Give the pool's network a private endpoint of {name}, with its private DNS zone",
                outside=Outside("private-endpoint", {"vault": name, "vault_id": str(vault.body.get("id"))}),
            ),
        ),
    )


def _firewall(facts: Facts, wanted: Wanted) -> Outcome:
    vault = facts.of(Kind.VAULT, wanted.host)
    if not vault.known:
        return cannot_tell(vault)
    if text(vault.body, "publicNetworkAccess").lower() == "disabled":
        return not_applicable(f"{wanted.host} takes private connections only ({vault.name})")
    rules = properties(vault.body).get("networkAcls")
    if not isinstance(rules, Mapping) or str(rules.get("defaultAction", "Allow")).lower() == "allow":
        return passed(f"the firewall of {wanted.host} lets everybody in ({vault.name})")
    subnet = subnet_of(facts.pool)
    if subnet:
        return _by_subnet(facts, wanted, vault, rules, subnet)
    return _by_address(wanted, vault, rules, facts)


def _by_subnet(facts: Facts, wanted: Wanted, vault: Reply, rules: Mapping[str, Any], subnet: str) -> Outcome:
    name, short = wanted.host.partition(".")[0], subnet.rpartition("/")[2]
    listed = any(same(one.get("id"), subnet) for one in objects(rules.get("virtualNetworkRules")))
    if not listed:
        if [*_endpoints(vault.body)]:
            return _privately(facts, wanted, vault, "properties.networkAcls.defaultAction", "Deny")
        said = f"the firewall of {name} does not list the subnet {short}"
        return _shut_out(wanted, vault, said, {"subnet": subnet})
    reply = facts.of(Kind.SUBNET, subnet)
    if not reply.known:
        return cannot_tell(reply)
    services = {
        str(one.get("service", "")).lower() for one in objects(properties(reply.body).get("serviceEndpoints"))
    }
    if services & {"microsoft.keyvault", "microsoft.keyvault.global"}:
        return passed(
            f"the firewall of {name} lists the subnet {short}, which has the service endpoint ({vault.name})"
        )
    said = (
        f"the firewall of {name} lists the subnet {short}, which has no service endpoint Microsoft.KeyVault"
    )
    told = _shut_out(wanted, vault, said, {"subnet": subnet})
    return replace(
        told, evidence=(*told.evidence, proof(reply, "properties.serviceEndpoints", "none of Key Vault"))
    )


def _by_address(wanted: Wanted, vault: Reply, rules: Mapping[str, Any], facts: Facts) -> Outcome:
    name = wanted.host.partition(".")[0]
    ranges = [*_ranges(rules.get("ipRules"))]
    own = _own_addresses(facts)
    if own and all(any(address in one for one in ranges) for address in own):
        return passed(f"the firewall of {name} lists the pool's own addresses ({vault.name})")
    if ranges and not own:
        return Outcome(
            Verdict.UNKNOWN,
            missing=f"{name} lists {len(ranges)} addresses; by which the pool's nodes leave is not told",
        )
    said = f"the firewall of {name} lists no address of the pool, and the pool is in no subnet"
    return _shut_out(wanted, vault, said, {})


def _shut_out(wanted: Wanted, vault: Reply, said: str, values: Mapping[str, str]) -> Outcome:
    name = wanted.host.partition(".")[0]
    return Outcome(
        Verdict.FAIL,
        because=f"{said} ({vault.name})",
        evidence=(proof(vault, "properties.networkAcls", said),),
        confidence=Confidence.LIKELY,
        why_not_surer=_UNTIL_A_NODE_SAYS,
        says=f"{said[:1].upper()}{said[1:]}.",
        fixes=(
            Fix(
                f"Let the pool's nodes in at the firewall of {name}",
                outside=Outside("allow-network", {"vault": name, **values}),
            ),
        ),
    )


def _own_addresses(facts: Facts) -> list[Any]:
    """Of a pool whose owner made its public addresses: those that Azure shows."""
    given = below(facts.pool, "properties", "networkConfiguration", "publicIPAddressConfiguration")
    ids = given.get("ipAddressIds")
    found = []
    for one in ids if isinstance(ids, list) else ():
        reply = facts.of(Kind.ADDRESS, str(one))
        try:
            found.append(ipaddress.ip_address(text(reply.body, "ipAddress") if reply.known else ""))
        except ValueError:
            return []
    return found


def _ranges(rules: Any) -> Iterator[Any]:
    for rule in objects(rules):
        try:
            yield ipaddress.ip_network(str(rule.get("value")), strict=False)
        except ValueError:
            continue


def _endpoints(vault: Mapping[str, Any]) -> Iterator[str]:
    """Ids of the private endpoints whose connection was approved."""
    for connection in objects(properties(vault).get("privateEndpointConnections")):
        state = below(connection, "properties", "privateLinkServiceConnectionState").get("status", "")
        endpoint = below(connection, "properties", "privateEndpoint").get("id")
        if str(state).lower() == "approved" and isinstance(endpoint, str):
            yield endpoint


def _endpoint_subnet(facts: Facts, endpoint: str) -> str:
    reply = facts.of(Kind.ENDPOINT, endpoint)
    return str(below(reply.body, "properties", "subnet").get("id", "")) if reply.known else ""


def _network_of(subnet: str) -> str:
    return subnet.lower().partition("/subnets/")[0]
