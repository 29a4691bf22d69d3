"""Asks Azure all that cross-checks look at: first what the pool names, then what those answers name."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.debug_pool.assigned import is_set
from troubleshooter.checks.debug_pool.policies import definitions, network_group
from troubleshooter.checks.decision.endpoints import node_endpoints
from troubleshooter.checks.decision.exits import ADDRESSES, PREFIXES, named_by
from troubleshooter.checks.decision.names import account_of, zone_of
from troubleshooter.checks.leads import instead_of, links_of, record_of, zone_of_vault
from troubleshooter.checks.reading import network_of, subnet_of
from troubleshooter.errors import ExitCode, NotPermitted, TroubleshooterError
from troubleshooter.model.reply import Facts, Heard, Kind, Reply
from troubleshooter.operations.facts.at_once import at_once
from troubleshooter.operations.facts.shown import at_host, shown
from troubleshooter.pooldef.wanted import wanted

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterator, Mapping

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.cloud.resources import Resources
    from troubleshooter.cloud.vaults.contents import Contents
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
    Kind.PREFIX: "2025-05-01",
    Kind.NETWORK: "2025-05-01",
    Kind.ZONE_LINKS: "2024-06-01",
    Kind.ZONE_RECORDS: "2024-06-01",
    Kind.LOCKS: "2020-05-01",
    Kind.SIZES: "2025-06-01",
    Kind.POOLS: "2025-06-01",
    Kind.POLICIES: "2025-11-01",
    Kind.POLICY: "2025-11-01",
    Kind.EXEMPTIONS: "2022-07-01-preview",
    Kind.OWN_VAULT: "2023-07-01",
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
    Kind.PREFIX: "Microsoft.Network/publicIPPrefixes/read",
    Kind.ZONE_LINKS: "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read",
    Kind.ZONE_RECORDS: "Microsoft.Network/privateDnsZones/A/read",
    Kind.LOCKS: "Microsoft.Authorization/locks/read",
    Kind.SIZES: "Microsoft.Batch/locations/virtualMachineSkus/read",
    Kind.POOLS: "Microsoft.Batch/batchAccounts/pools/read",
    Kind.POLICIES: "Microsoft.Authorization/policyAssignments/read",
    Kind.POLICY: "Microsoft.Authorization/policyDefinitions/read",
    Kind.EXEMPTIONS: "Microsoft.Authorization/policyExemptions/read",
    Kind.OWN_VAULT: "Microsoft.KeyVault/vaults/read",
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
        self._azure = azure
        self._resources: Resources = azure.resources(next(iter(self._subscription), ""))
        self._replies: dict[tuple[Kind, str], Reply] = {}

    def facts(self) -> Facts:
        for wave in (
            self._named_by_the_pool,
            self._named_by_answers,
            self._named_by_assignments,
        ):
            asks = {key: one for key, one in wave().items() if key[0] in self._kinds}
            came = at_once(asks, self._cancel)
            self._replies.update({key: shown(key[0], reply) for key, reply in came.items()})
        return Facts(self._pool, self._wanted, self._replies)

    def _named_by_the_pool(self) -> Asks:
        asks: Asks = {}
        for identity in _ids(self._pool, "identity", "userAssignedIdentities"):
            asks |= self._one(Kind.IDENTITY, identity)
        if account := account_of(self._pool):
            asks |= self._one(Kind.ACCOUNT, account)
            locks = (
                f"/subscriptions/{next(iter(self._subscription), '')}/providers/Microsoft.Authorization/locks"
            )
            asks[Kind.LOCKS, account.lower()] = partial(self._listed, Kind.LOCKS, locks)
            asks |= self._assigned(Kind.POLICIES, account) | self._assigned(Kind.EXEMPTIONS, account)
            asks[Kind.POOLS, account.lower()] = partial(self._listed, Kind.POOLS, f"{account}/pools")
        network = _below(self._pool, "properties", "networkConfiguration")
        if group := network_group(self._pool):
            asks |= self._assigned(Kind.POLICIES, group)
        if isinstance(subnet := network.get("subnetId"), str):
            asks |= self._one(Kind.SUBNET, subnet)
            asks |= self._one(Kind.NETWORK, network_of(subnet))
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
            if (contents := self._contents(one)) is not None:
                asks[Kind.VERSIONS, one.url.lower()] = partial(contents.versions, one.name)
                asks[Kind.CERTIFICATE, one.url.lower()] = partial(contents.policy, one.name)
            if one.principal:
                asks |= self._rights(place, one.principal)
            endpoints = [*_endpoints(vault.body)]
            for endpoint in endpoints:
                asks |= self._one(Kind.ENDPOINT, endpoint)
            if endpoints and subnet_of(self._pool) and (zone := zone_of_vault(one.host)):
                asks[Kind.ZONE_LINKS, zone] = self._zone_links(zone)
        return asks

    def _named_by_answers(self) -> Asks:
        asks = self._named_by_vaults() | self._defined()
        subnet = _below(self._pool, "properties", "networkConfiguration").get("subnetId")
        reply = self._replies.get((Kind.SUBNET, str(subnet).lower()))
        told = reply.body if reply is not None and reply.known else {}
        for kind, key in _OF_SUBNET:
            if isinstance(place := _below(told, "properties", key).get("id"), str):
                asks |= self._one(kind, place)
        reply = self._replies.get((Kind.ACCOUNT, account_of(self._pool).lower()))
        account = reply.body if reply is not None and reply.known else {}
        if isinstance(location := account.get("location"), str):
            sizes = self._provider(f"Microsoft.Batch/locations/{location}/virtualMachineSkus")
            asks[Kind.SIZES, account_of(self._pool).lower()] = partial(self._listed, Kind.SIZES, sizes)
        if isinstance(address := _below(account, "properties").get("accountEndpoint"), str):
            asks[Kind.IMAGES, account_of(self._pool).lower()] = partial(self._images, address)
        if isinstance(own := _below(account, "properties", "keyVaultReference").get("id"), str):
            asks |= self._one(Kind.OWN_VAULT, own)
        for place in node_endpoints(account):
            asks |= self._one(Kind.ENDPOINT, place)
            zone = zone_of(account)
            asks[Kind.ZONE_LINKS, zone] = self._zone_links(zone)
        return asks

    def _contents(self, wanted: Wanted) -> Contents | None:
        """What lies in its vault, where ARM says at which address: a token goes to no other."""
        vault = self._replies.get((Kind.VAULT, wanted.host))
        told = _below(vault.body, "properties") if vault is not None and vault.known else {}
        address = told.get("vaultUri")
        roles = told.get("enableRbacAuthorization") is True
        return self._azure.contents(address, roles=roles) if isinstance(address, str) else None

    def _where_versions_do_not_tell(self) -> Asks:
        """ARM's secret where the vault told nothing, and whether it was deleted where there is none."""
        asks: Asks = {}
        for one in self._wanted:
            vault = self._replies.get((Kind.VAULT, one.host))
            versions = self._replies.get((Kind.VERSIONS, one.url.lower()))
            if vault is None or not vault.known:
                continue
            if versions is None or not versions.known:
                secret = f"{vault.body.get('id', '')}/secrets/{one.name}"
                asks[Kind.SECRET, one.url.lower()] = self._reader(Kind.SECRET, secret)
            contents = self._contents(one)
            if contents is not None and versions is not None and _none_there(versions):
                asks[Kind.DELETED_SECRET, one.url.lower()] = partial(contents.deleted, one.name)
        return asks

    def _named_by_zones(self) -> Asks:
        """The vault's record in each zone that is linked to the pool's network, or what answers for it."""
        asks: Asks = {}
        facts = Facts(self._pool, self._wanted, self._replies)
        place = network_of(subnet_of(self._pool))
        for host in dict.fromkeys(one.host for one in self._wanted if place):
            for link in links_of(facts, host, place):
                record = record_of(link, host)
                asks[Kind.ZONE_RECORDS, record.lower()] = partial(self._record, record)
        return asks

    def _record(self, place: str) -> Reply:
        own = self._reader(Kind.ZONE_RECORDS, place)()
        for other in instead_of(place) if own.heard is Heard.ABSENT else ():
            right = _READ[Kind.ZONE_RECORDS].replace("/A/", f"/{other.split('/')[-2]}/")
            found = self._resources.get(other, VERSIONS[Kind.ZONE_RECORDS], right)
            if found.heard is not Heard.ABSENT:
                return found
        return own

    def _named_by_assignments(self) -> Asks:
        asks = self._where_versions_do_not_tell() | self._named_by_zones() | self._defined()
        for (kind, _), reply in self._replies.items():
            if kind is Kind.NAT:
                for named, key in ((Kind.ADDRESS, ADDRESSES), (Kind.PREFIX, PREFIXES)):
                    for place in filter(None, named_by(reply, key)):
                        asks |= self._one(named, place)
        for (kind, _), reply in self._replies.items():
            if kind in {Kind.ASSIGNMENTS, Kind.ALL_ASSIGNMENTS} and reply.known:
                for assignment in reply.body:
                    if isinstance(role := _below(assignment, "properties").get("roleDefinitionId"), str):
                        asks |= self._one(Kind.ROLE, role)
        return asks

    def _rights(self, vault: str, principal: str) -> Asks:
        """Those of everybody without atScope(), which would leave out what is given at a secret itself."""
        key, only = f"{vault}|{principal}".lower(), f"assignedTo('{principal}')"
        place = f"{vault}/providers/Microsoft.Authorization"
        return {
            (Kind.ASSIGNMENTS, key): lambda: self._listed(Kind.ASSIGNMENTS, f"{place}/roleAssignments", only),
            (Kind.ALL_ASSIGNMENTS, vault.lower()): lambda: self._listed(
                Kind.ALL_ASSIGNMENTS, f"{place}/roleAssignments"
            ),
            (Kind.DENIALS, key): lambda: self._listed(Kind.DENIALS, f"{place}/denyAssignments", only),
        }

    def _assigned(self, kind: Kind, scope: str) -> Asks:
        """Policies, or exemptions, of a scope and of all above it."""
        name = "policyAssignments" if kind is Kind.POLICIES else "policyExemptions"
        place = f"{scope}/providers/Microsoft.Authorization/{name}"
        return {(kind, scope.lower()): partial(self._listed, kind, place, "atScope()")}

    def _defined(self) -> Asks:
        """Definitions of policies and sets that are known by now, and were not asked for."""
        facts = Facts(self._pool, self._wanted, self._replies)
        found = [one for one in definitions(facts) if (Kind.POLICY, one.lower()) not in self._replies]
        version, right = VERSIONS[Kind.POLICY], _READ[Kind.POLICY]
        rights = {one: right.replace("Def", "SetDef") if is_set(one) else right for one in found}
        return {
            (Kind.POLICY, one.lower()): partial(self._resources.get, one, version, rights[one])
            for one in found
        }

    def _images(self, address: str) -> Reply:
        """Of the account's own data plane, which may be shut to whoever asks."""
        endpoint = address if address.startswith("https://") else f"https://{address}"
        call, right = f"GET {endpoint}/supportedimages", "Microsoft.Batch/batchAccounts/read"
        try:
            found = self._azure.batch.images(endpoint)
        except NotPermitted as error:
            return Reply(call, Heard.REFUSED, None, right, "Azure Batch Account Reader", error.why)
        except TroubleshooterError as error:
            if error.exit_code == ExitCode.INTERRUPTED:
                raise
            return Reply(call, Heard.UNREACHABLE, None, "", "", f"{error.what} {error.why}")
        return Reply(call, Heard.KNOWN, [asdict(one) for one in found], right)

    def _provider(self, path: str) -> str:
        return f"/subscriptions/{next(iter(self._subscription), '')}/providers/{path}"

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
                found = self._resources.get(place, VERSIONS[Kind.VAULT], _READ[Kind.VAULT])
                return at_host(found, host)
            why = f"subscription {subscription} has no vault {host.partition('.')[0]} that may be read here"
            why += ": its name may be wrong, or it lies in another subscription"
            return Reply(listed.call, Heard.ABSENT, None, _READ[Kind.VAULT], "Reader", why)

        return read

    def _zone_links(self, zone: str) -> Callable[[], Reply]:
        """Of the subscription's zones of that name; it may lie in another one, which is told as not known."""

        def read() -> Reply:
            subscription = next(iter(self._subscription), "")
            place, kind = f"/subscriptions/{subscription}/resources", "Microsoft.Network/privateDnsZones"
            only = f"resourceType eq '{kind}'"
            listed = self._resources.entries(place, "2025-04-01", f"{kind}/read", only=only)
            found = [one for one in listed.body or () if str(_below(one).get("name", "")).lower() == zone]
            if not listed.known or not found:
                heard = Heard.ABSENT if listed.known else listed.heard
                why = listed.why or f"no zone {zone} may be read in the subscription"
                return Reply(listed.call, heard, None, listed.right, listed.role, why)
            links = [self._listed(Kind.ZONE_LINKS, f"{one.get('id')}/virtualNetworkLinks") for one in found]
            untold = next((one for one in links if not one.known), None)
            return untold or replace(links[0], body=[link for one in links for link in one.body])

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


def _none_there(versions: Reply) -> bool:
    return versions.heard is Heard.ABSENT or (versions.known and not versions.body)


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
