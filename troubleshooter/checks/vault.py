"""The vault that a certificate's URL names: whether it is there, of which tenant, and whom it lets in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.checks.check import (
    Outcome,
    cannot_tell,
    capital,
    failed,
    of_all,
    passed,
    proof,
)
from troubleshooter.checks.decision.endpoints import connected, untold, vault_endpoints
from troubleshooter.checks.leads import ELSEWHERE, To, lead
from troubleshooter.checks.reading import (
    below,
    network_of,
    subnet_of,
    text,
)
from troubleshooter.model.finding import Fix, Outside, Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.reply import Facts, Reply, Wanted

UNTIL_A_NODE_SAYS = (
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


def _deleted(facts: Facts, wanted: Wanted) -> Outcome:
    there, deleted = facts.of(Kind.VAULT, wanted.host), facts.of(Kind.DELETED_VAULT, wanted.host)
    if there.known:
        return passed(f"{wanted.host} is there ({there.name})")
    if not deleted.known:
        return cannot_tell(there if deleted.heard in {Heard.ABSENT, Heard.NOT_ASKED} else deleted)
    said = f"the vault {wanted.host.partition('.')[0]} was deleted"
    return failed(
        said,
        proof(deleted, "properties.deletionDate", text(deleted.body, "deletionDate") or said),
        says=f"{capital(said)}; it can be recovered until it is purged.",
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
    return failed(
        said,
        proof(vault, "properties.tenantId", at_vault),
        proof(identity, "properties.tenantId", own),
        says=f"{capital(said)}: a vault takes tokens of its own tenant alone.",
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
    if access.lower() not in {"", "enabled", "disabled"}:
        missing = f"publicNetworkAccess is {access}; what that lets in {vault.name} does not tell"
        return Outcome(Verdict.UNKNOWN, missing=missing)
    if access.lower() != "disabled":
        return passed(f"publicNetworkAccess is {access or 'not set, which means Enabled'} ({vault.name})")
    return privately(facts, wanted, vault, "properties.publicNetworkAccess", "Disabled")


def privately(facts: Facts, wanted: Wanted, vault: Reply, field: str, value: str) -> Outcome:
    """Of a vault that takes private connections: whether the pool's network may have one."""
    name = wanted.host.partition(".")[0]
    subnet = subnet_of(facts.pool)
    endpoints = [*vault_endpoints(vault.body)]
    if subnet and not endpoints and untold(vault.body):
        missing = f"{vault.name} does not show of each private endpoint whether it is approved"
        return Outcome(Verdict.UNKNOWN, missing=missing)
    if not subnet or not endpoints:
        lacks = "the pool is in no subnet" if not subnet else f"{name} has no approved private endpoint"
        return _no_private_way(name, vault, lacks, (proof(vault, field, value),), subnet=bool(subnet))
    found = lead(facts, wanted, vault)
    if found.to is To.PUBLIC:
        lacks = "in the pool's network its name leads to its public address"
        evidence = (
            proof(vault, field, value),
            proof(found.reply, "properties.virtualNetwork.id", found.said),
        )
        return replace(
            _no_private_way(name, vault, lacks, evidence), why_not_surer=f"{UNTIL_A_NODE_SAYS} {ELSEWHERE}"
        )
    networks = {_of_network(_endpoint_subnet(facts, one)) for one in endpoints}
    if networks & {_of_network(subnet), *_peers(facts, subnet)}:
        if found.to is To.UNKNOWN:
            return found.untold()
        return passed(f"{name} has a private endpoint that the pool's network leads to ({vault.name})")
    return _not_near(facts, vault, name, endpoints)


def _not_near(facts: Facts, vault: Reply, name: str, endpoints: list[str]) -> Outcome:
    if unseen := [one for one in endpoints if not facts.of(Kind.ENDPOINT, one).known]:
        return cannot_tell(facts.of(Kind.ENDPOINT, unseen[0]))
    return Outcome(
        Verdict.UNKNOWN,
        missing=f"{name} has private endpoints; whether the pool's network leads to one (peering, DNS)"
        f" {vault.name} does not tell",
    )


def _peers(facts: Facts, subnet: str) -> Iterator[str]:
    """Networks that the pool's own is connected with."""
    own = facts.of(Kind.NETWORK, network_of(subnet))
    yield from connected(own.body, whole=True) if own.known else ()


def _no_private_way(
    name: str, vault: Reply, lacks: str, evidence: tuple[Evidence, ...], *, subnet: bool = True
) -> Outcome:
    """`subnet`: whether the pool is in one."""
    values = {"vault": name, "vault_id": str(vault.body.get("id"))} | ({} if subnet else {"no_subnet": "yes"})
    give = "Give" if subnet else "Create the pool anew in a subnet, then give"
    said = f"{name} takes private connections only, and {lacks}"
    return failed(
        said,
        *evidence,
        doubt=UNTIL_A_NODE_SAYS,
        fixes=(
            Fix(
                f"{give} the pool's network a private endpoint of {name}, with its private DNS zone",
                outside=Outside("private-endpoint", values),
            ),
        ),
    )


def _endpoint_subnet(facts: Facts, endpoint: str) -> str:
    reply = facts.of(Kind.ENDPOINT, endpoint)
    return str(below(reply.body, "properties", "subnet").get("id", "")) if reply.known else ""


def _of_network(subnet: str) -> str:
    return network_of(subnet).lower()
