"""Asks Azure all that cross-checks look at: first what the pool names, then what those answers name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.decision.network import account_of, node_endpoints, zone_of
from troubleshooter.checks.reading import objects
from troubleshooter.model.reply import Facts, Heard, Kind, Reply
from troubleshooter.operations.facts.at_once import at_once
from troubleshooter.pooldef.wanted import wanted

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterator, Mapping

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.cloud.resources import Resources
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.reply import Wanted

    Asks = dict[tuple[Kind, str], Callable[[], Reply]]

VERSIONS = {
    Kind.ACCOUNT: "2025-06-01",
    Kind.IDENTITY: "2024-11-30",
    Kind.VAULT: "2023-07-01",
    Kind.DELETED_VAULT: "2023-07-01",
    Kind.SECRET: "2023-07-01",
    Kind.ASSIGNMENTS: "2022-04-01",
    Kind.ALL_ASSIGNMENTS: "2022-04-01",
    Kind.ROLE: "2022-04-01",
    Kind.DENIALS: "2022-04-01",
    Kind.SUBNET: "2025-05-01",
    Kind.ENDPOINT: "2025-05-01",
    Kind.ADDRESS: "2025-05-01",
    Kind.NETWORK: "2025-05-01",
    Kind.ZONE_LINKS: "2024-06-01",
    Kind.SECURITY_GROUP: "2025-05-01",
    Kind.ROUTES: "2025-05-01",
    Kind.NAT: "2025-05-01",
}
"""API versions: of the official specifications at hand, or older ones that are still taken."""
_READ = {
    Kind.ACCOUNT: "Microsoft.Batch/batchAccounts/read",
    Kind.IDENTITY: "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    Kind.VAULT: "Microsoft.KeyVault/vaults/read",
    Kind.DELETED_VAULT: "Microsoft.KeyVault/locations/deletedVaults/read",
    Kind.SECRET: "Microsoft.KeyVault/vaults/secrets/read",
    Kind.ASSIGNMENTS: "Microsoft.Authorization/roleAssignments/read",
    Kind.ALL_ASSIGNMENTS: "Microsoft.Authorization/roleAssignments/read",
    Kind.ROLE: "Microsoft.Authorization/roleDefinitions/read",
    Kind.DENIALS: "Microsoft.Authorization/denyAssignments/read",
    Kind.SUBNET: "Microsoft.Network/virtualNetworks/subnets/read",
    Kind.ENDPOINT: "Microsoft.Network/privateEndpoints/read",
    Kind.ADDRESS: "Microsoft.Network/publicIPAddresses/read",
    Kind.ZONE_LINKS: "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read",
    Kind.NETWORK: "Microsoft.Network/virtualNetworks/read",
    Kind.SECURITY_GROUP: "Microsoft.Network/networkSecurityGroups/read",
    Kind.ROUTES: "Microsoft.Network/routeTables/read",
    Kind.NAT: "Microsoft.Network/natGateways/read",
}
_OF_SUBNET = (
    (Kind.SECURITY_GROUP, "networkSecurityGroup"),
    (Kind.ROUTES, "routeTable"),
    (Kind.NAT, "natGateway"),
)


def ask(
    azure: Azure,
    definition: Mapping[str, Any],
    extension: Extension,
    cancel: threading.Event,
    kinds: Collection[Kind] = tuple(Kind),
) -> Facts:
    """Every answer that the kinds need. Reads only; a refusal is an answer."""
    gatherer = _Gatherer(azure, definition, wanted(definition, extension), cancel, frozenset(kinds))
    return gatherer.facts()


class _Gatherer:
    def __init__(
        self,
        azure: Azure,
        pool: Mapping[str, Any],
        certificates: tuple[Wanted, ...],
        cancel: threading.Event,
        kinds: frozenset[Kind],
    ) -> None:
        self._pool, self._wanted, self._cancel, self._kinds = pool, certificates, cancel, kinds
        self._subscription = str(pool.get("id", "")).split("/")[2:3]
        self._resources: Resources = azure.resources(next(iter(self._subscription), ""))
        self._replies: dict[tuple[Kind, str], Reply] = {}

    def facts(self) -> Facts:
        for wave in (
            self._named_by_the_pool,
            self._named_by_answers,
            self._named_by_assignments,
        ):
            asks = {key: one for key, one in wave().items() if key[0] in self._kinds}
            self._replies.update(at_once(asks, self._cancel))
        return Facts(self._pool, self._wanted, self._replies)

    def _named_by_the_pool(self) -> Asks:
        asks: Asks = {}
        for identity in _ids(self._pool, "identity", "userAssignedIdentities"):
            asks |= self._one(Kind.IDENTITY, identity)
        if account := account_of(self._pool):
            asks |= self._one(Kind.ACCOUNT, account)
        network = _below(self._pool, "properties", "networkConfiguration")
        if isinstance(subnet := network.get("subnetId"), str):
            asks |= self._one(Kind.SUBNET, subnet)
            asks |= self._one(Kind.NETWORK, subnet.partition("/subnets/")[0])
        for address in _below(network, "publicIPAddressConfiguration").get("ipAddressIds") or ():
            asks |= self._one(Kind.ADDRESS, str(address))
        for host in dict.fromkeys(one.host for one in self._wanted):
            asks[Kind.VAULT, host] = self._vault(host)
            asks[Kind.DELETED_VAULT, host] = self._deleted(host)
        return asks

    def _named_by_vaults(self) -> Asks:
        asks: Asks = {}
        for one in self._wanted:
            vault = self._replies.get((Kind.VAULT, one.host))
            if vault is None or not vault.known:
                continue
            place = str(vault.body.get("id", ""))
            secret = f"{place}/secrets/{one.name}"
            asks[Kind.SECRET, one.url.lower()] = self._reader(Kind.SECRET, secret)
            if one.principal:
                asks |= self._rights(place, one.principal)
            for endpoint in _endpoints(vault.body):
                asks |= self._one(Kind.ENDPOINT, endpoint)
        return asks

    def _named_by_answers(self) -> Asks:
        asks = self._named_by_vaults()
        subnet = _below(self._pool, "properties", "networkConfiguration").get("subnetId")
        reply = self._replies.get((Kind.SUBNET, str(subnet).lower()))
        told = reply.body if reply is not None and reply.known else {}
        for kind, key in _OF_SUBNET:
            if isinstance(place := _below(told, "properties", key).get("id"), str):
                asks |= self._one(kind, place)
        reply = self._replies.get((Kind.ACCOUNT, account_of(self._pool).lower()))
        account = reply.body if reply is not None and reply.known else {}
        for place in node_endpoints(account):
            asks |= self._one(Kind.ENDPOINT, place)
            zone = zone_of(account)
            asks[Kind.ZONE_LINKS, zone] = self._zone_links(zone)
        return asks

    def _named_by_assignments(self) -> Asks:
        asks: Asks = {}
        for (kind, _), reply in self._replies.items():
            if kind is Kind.NAT and reply.known:
                for address in objects(_below(reply.body, "properties").get("publicIpAddresses")):
                    if isinstance(place := address.get("id"), str):
                        asks |= self._one(Kind.ADDRESS, place)
        for (kind, _), reply in self._replies.items():
            if kind in {Kind.ASSIGNMENTS, Kind.ALL_ASSIGNMENTS} and reply.known:
                for assignment in reply.body:
                    if isinstance(role := _below(assignment, "properties").get("roleDefinitionId"), str):
                        asks |= self._one(Kind.ROLE, role)
        return asks

    def _rights(self, vault: str, principal: str) -> Asks:
        key, only = f"{vault}|{principal}".lower(), f"assignedTo('{principal}')"
        place = f"{vault}/providers/Microsoft.Authorization"
        return {
            (Kind.ASSIGNMENTS, key): lambda: self._listed(Kind.ASSIGNMENTS, f"{place}/roleAssignments", only),
            (Kind.ALL_ASSIGNMENTS, vault.lower()): lambda: self._listed(
                Kind.ALL_ASSIGNMENTS, f"{place}/roleAssignments", "atScope()"
            ),
            (Kind.DENIALS, key): lambda: self._listed(Kind.DENIALS, f"{place}/denyAssignments", only),
        }

    def _one(self, kind: Kind, place: str) -> Asks:
        return {(kind, place.lower()): self._reader(kind, place)}

    def _reader(self, kind: Kind, place: str) -> Callable[[], Reply]:
        return lambda: self._resources.get(place, VERSIONS[kind], _READ[kind])

    def _listed(self, kind: Kind, place: str, only: str = "") -> Reply:
        return self._resources.entries(place, VERSIONS[kind], _READ[kind], only=only)

    def _vault(self, host: str) -> Callable[[], Reply]:
        """Of the subscription's vaults the one of the host's first part: a name is given once in a cloud."""

        def read() -> Reply:
            subscription = next(iter(self._subscription), "")
            kind = "resourceType eq 'Microsoft.KeyVault/vaults'"
            listed = self._resources.entries(
                f"/subscriptions/{subscription}/resources", "2025-04-01", _READ[Kind.VAULT], only=kind
            )
            if not listed.known:
                return listed
            place = next((str(one.get("id")) for one in listed.body if _is_named(one, host)), "")
            if place:
                return self._resources.get(place, VERSIONS[Kind.VAULT], _READ[Kind.VAULT])
            why = f"subscription {subscription} has no vault {host.partition('.')[0]} that may be read here"
            return Reply(listed.call, Heard.ABSENT, None, _READ[Kind.VAULT], "Reader", why)

        return read

    def _zone_links(self, zone: str) -> Callable[[], Reply]:
        """Of the subscription's zone of that name; it may lie in another one, which is told as not known."""

        def read() -> Reply:
            subscription = next(iter(self._subscription), "")
            place, kind = f"/subscriptions/{subscription}/resources", "Microsoft.Network/privateDnsZones"
            only = f"resourceType eq '{kind}'"
            listed = self._resources.entries(place, "2025-04-01", f"{kind}/read", only=only)
            named = (one for one in listed.body or () if _below(one).get("name") == zone)
            if not listed.known or (found := next(named, None)) is None:
                heard = Heard.ABSENT if listed.known else listed.heard
                why = listed.why or f"no zone {zone} may be read in the subscription"
                return Reply(listed.call, heard, None, listed.right, listed.role, why)
            return self._listed(Kind.ZONE_LINKS, f"{found.get('id')}/virtualNetworkLinks")

        return read

    def _deleted(self, host: str) -> Callable[[], Reply]:
        def read() -> Reply:
            subscription = next(iter(self._subscription), "")
            place = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/deletedVaults"
            listed = self._listed(Kind.DELETED_VAULT, place)
            if not listed.known:
                return listed
            found = next((one for one in listed.body if _is_named(one, host)), None)
            heard = Heard.KNOWN if found else Heard.ABSENT
            return Reply(
                listed.call, heard, found, listed.right, listed.role, "" if found else "not among them"
            )

        return read


def _is_named(entry: Any, host: str) -> bool:
    return isinstance(entry, dict) and str(entry.get("name", "")).lower() == host.partition(".")[0]


def _below(value: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _ids(value: Any, *keys: str) -> Iterator[str]:
    yield from map(str, _below(value, *keys))


def _endpoints(vault: Any) -> Iterator[str]:
    for connection in _below(vault, "properties").get("privateEndpointConnections") or ():
        if isinstance(place := _below(connection, "properties", "privateEndpoint").get("id"), str):
            yield place
