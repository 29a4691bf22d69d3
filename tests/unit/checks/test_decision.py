"""Extension, network or Batch: the order of the reasons, and when it cannot be decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.checks.azure_says import SUBNET, SUBSCRIPTION, WANTED, known, refused
from troubleshooter.checks.decision import Seen, decide
from troubleshooter.model.decision import Whose
from troubleshooter.model.facts import ExtensionFacts, ExtensionStatus, NodeFacts, NodeState, ServiceProblem
from troubleshooter.model.finding import Confidence, Finding, Severity
from troubleshooter.model.reply import Facts, Kind, Reply

ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/render"
GROUP, TABLE, PRIVATE = "/nsg", "/routes", "/endpoints/nodes"
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
NODE = NodeFacts("tvm-1", NodeState.UNUSABLE, "2026-11-27T09:00:00Z")
IDLE = NodeFacts("tvm-2", NodeState.IDLE, "2026-11-27T09:00:00Z")
Answers = dict[tuple[Kind, str], Reply]


def view(status: ExtensionStatus, message: str = "") -> ExtensionFacts:
    return ExtensionFacts("kv", "KeyVaultForLinux", "Microsoft.Azure.KeyVault", "3.0", status, message)


OK = view(ExtensionStatus.SUCCESS)
RETRIES = view(ExtensionStatus.TRANSITIONING, "Failed to download one or more certificates, retrying...")
CAUSE = Finding("kv-403-rbac", Severity.ERROR, Confidence.CONFIRMED, "The identity has no role", (), "")


_OPEN = {"publicNetworkAccess": "Enabled", "nodeManagementEndpoint": "x.westeurope.service.batch.azure.com"}


def account(**properties: Any) -> Answers:
    body = {"location": "westeurope", "properties": {**_OPEN, **properties}}
    return {(Kind.ACCOUNT, ACCOUNT): known(ACCOUNT, body)}


def rule(priority: int, access: str, target: str, **more: Any) -> dict[str, Any]:
    told = {
        "priority": priority,
        "access": access,
        "direction": "Outbound",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": target,
        "destinationPortRange": "*",
        **more,
    }
    return {"name": f"r{priority}", "properties": told}


def subnet(
    *rules: dict[str, Any], routes: tuple[tuple[str, str], ...] = (), group: Reply | None = None, **more: Any
) -> Answers:
    told: dict[str, Any] = {"addressPrefix": "10.1.0.0/24", **more}
    told |= {"networkSecurityGroup": {"id": GROUP}, "routeTable": {"id": TABLE}}
    listed = [
        {"name": f"to-{hop}", "properties": {"addressPrefix": prefix, "nextHopType": hop}}
        for prefix, hop in routes
    ]
    return {
        (Kind.SUBNET, SUBNET): known(SUBNET, {"properties": told}),
        (Kind.SECURITY_GROUP, GROUP): group or known(GROUP, {"properties": {"securityRules": [*rules]}}),
        (Kind.ROUTES, TABLE): known(TABLE, {"properties": {"routes": listed}}),
    }


NETWORK = SUBNET.partition("/subnets/")[0]
ZONE = "privatelink.batch.azure.com"


def network(*servers: str, state: str = "Connected") -> Reply:
    hub = {"peeringState": state, "remoteAddressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}
    told = {"dhcpOptions": {"dnsServers": [*servers]}, "virtualNetworkPeerings": [{"properties": hub}]}
    return known(NETWORK, {"properties": told})


def zone(linked: str) -> Answers:
    link = {"properties": {"virtualNetwork": {"id": linked}}}
    return {(Kind.ZONE_LINKS, ZONE): known(ZONE, [link])}


def seen(answers: Answers, *views: ExtensionFacts, **more: Any) -> Seen:
    network: dict[str, Any] = {"subnetId": SUBNET} if (Kind.SUBNET, SUBNET) in answers else {}
    network |= more.pop("network", {})
    pool = {"id": f"{ACCOUNT}/pools/p", "properties": {"networkConfiguration": network}}
    facts = Facts(pool, (WANTED,), {(kind, key.lower()): reply for (kind, key), reply in answers.items()})
    given = {"nodes": (NODE,), "extensions": ("kv",), **more}
    return Seen(facts=facts, views={NODE.id: views} if views else {}, now=NOW, **given)


def said(world: Seen) -> tuple[Whose | None, bool]:
    decision = decide(world)
    assert decision is not None
    assert decision.reasons
    assert decision.firm or decision.would_decide or decision.whose
    return decision.whose, decision.firm


def test_where_no_node_is_ill_there_is_nothing_to_decide() -> None:
    young = replace(NODE, state=NodeState.STARTING, since="2026-11-27T11:40:00Z")
    assert decide(seen(account(), nodes=(IDLE, young))) is None


SHUT = [
    (rule(100, "Deny", "Internet"),),
    (rule(100, "Deny", "*", protocol="Tcp", destinationPortRange="400-500"),),
    (rule(100, "Allow", "BatchNodeManagement.northeurope"), rule(200, "Deny", "*")),
    (
        rule(100, "Allow", "BatchNodeManagement.westeurope", sourceAddressPrefix="10.9.0.0/24"),
        rule(200, "Deny", "*"),
    ),
    (rule(100, "Allow", "BatchNodeManagement", destinationPortRange="80"), rule(200, "Deny", "AzureCloud")),
]
OPEN = [
    (),
    (rule(100, "Allow", "BatchNodeManagement.WestEurope"), rule(200, "Deny", "*")),
    (rule(100, "Deny", "Internet", direction="Inbound"),),
    (rule(100, "Deny", "Internet", protocol="Udp"),),
    (rule(100, "Deny", "Storage"), rule(200, "Deny", "Internet", sourceAddressPrefix="10.9.0.0/24")),
    (rule(300, "Deny", "*"), rule(100, "Allow", "AzureCloud", destinationPortRange="443")),
]


@pytest.mark.parametrize("rules", SHUT)
def test_a_security_group_that_shuts_nodes_off_decides(rules: tuple[dict[str, Any], ...]) -> None:
    assert said(seen(account() | subnet(*rules), RETRIES)) == (Whose.NETWORK, True)


@pytest.mark.parametrize("rules", OPEN)
def test_an_open_way_and_extensions_that_succeed_leave_batch(rules: tuple[dict[str, Any], ...]) -> None:
    assert said(seen(account() | subnet(*rules), OK)) == (Whose.BATCH, True)


def test_rules_of_addresses_only_are_not_judged() -> None:
    rules = (rule(100, "Allow", "20.50.0.0/16"), rule(200, "Deny", "*"))
    assert said(seen(account() | subnet(*rules), OK)) == (None, False)


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ((("0.0.0.0/0", "None"),), (Whose.NETWORK, True)),
        ((("0.0.0.0/0", "VirtualAppliance"),), (Whose.NETWORK, False)),
        ((("0.0.0.0/1", "None"), ("128.0.0.0/1", "None")), (Whose.NETWORK, True)),
        (
            (("0.0.0.0/0", "VirtualAppliance"), ("BatchNodeManagement.westeurope", "Internet")),
            (Whose.BATCH, True),
        ),
        ((("0.0.0.0/0", "Internet"),), (Whose.BATCH, True)),
        ((("10.0.0.0/8", "VirtualAppliance"),), (Whose.BATCH, True)),
    ],
)
def test_routes(routes: tuple[tuple[str, str], ...], told: tuple[Whose, bool]) -> None:
    assert said(seen(account() | subnet(routes=routes), OK)) == told


def test_an_account_that_is_private_needs_an_endpoint_for_nodes() -> None:
    connection = {
        "properties": {
            "groupIds": ["nodeManagement"],
            "privateEndpoint": {"id": PRIVATE},
            "privateLinkServiceConnectionState": {"status": "Approved"},
        }
    }
    private = account(publicNetworkAccess="Disabled", privateEndpointConnections=[connection])
    inside = known(PRIVATE, {"properties": {"subnet": {"id": SUBNET.replace("nodes", "endpoints")}}})
    elsewhere = known(PRIVATE, {"properties": {"subnet": {"id": SUBNET.replace("vnet", "other")}}})

    assert said(seen(account(publicNetworkAccess="Disabled"), OK)) == (Whose.NETWORK, True)
    here = private | subnet() | {(Kind.ENDPOINT, PRIVATE): inside, (Kind.NETWORK, NETWORK): network()}
    assert said(seen(here | zone(NETWORK), OK)) == (Whose.BATCH, True)
    # one of another subscription, which is not read, may be linked
    assert said(seen(here | zone("/other"), OK)) == (Whose.NETWORK, False)
    assert said(seen(here, OK)) == (None, False)
    there = private | subnet() | {(Kind.ENDPOINT, PRIVATE): elsewhere}
    alone = known(NETWORK, {"properties": {"virtualNetworkPeerings": []}})
    assert said(seen(there | {(Kind.NETWORK, NETWORK): alone}, OK)) == (Whose.NETWORK, True)
    assert said(seen(there | {(Kind.NETWORK, NETWORK): network()}, OK)) == (None, False)
    assert said(seen(there | {(Kind.NETWORK, NETWORK): network(state="Initiated")}, OK)) == (
        Whose.NETWORK,
        True,
    )
    assert said(seen(there, OK)) == (None, False)
    unread = there | {(Kind.NETWORK, NETWORK): alone, (Kind.ENDPOINT, PRIVATE): refused(PRIVATE)}
    assert said(seen(unread, OK)) == (None, False)


def test_no_public_address_and_nothing_that_leads_out() -> None:
    network = {"publicIPAddressConfiguration": {"provision": "NoPublicIPAddresses"}}
    closed = account() | subnet(defaultOutboundAccess=False)
    by_nat = account() | subnet(defaultOutboundAccess=False, natGateway={"id": "/nat"})

    assert said(seen(closed, OK, network=network)) == (Whose.NETWORK, True)
    assert said(seen(account() | subnet(), OK, network=network)) == (Whose.NETWORK, False)
    assert said(seen(by_nat, OK, network=network)) == (Whose.BATCH, True)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (view(ExtensionStatus.ERROR, "Caller is not authorized: 403 Forbidden"), (Whose.EXTENSION, True)),
        (view(ExtensionStatus.ERROR, "distribution is not supported"), (Whose.EXTENSION, True)),
        (view(ExtensionStatus.ERROR, "Failed to download: Error resolving address"), (Whose.NETWORK, True)),
        (
            view(ExtensionStatus.ERROR, "Failed to download one or more certificates"),
            (Whose.EXTENSION, False),
        ),
        (RETRIES, (Whose.EXTENSION, False)),
        (
            view(ExtensionStatus.ERROR, "[ExtensionDownloadError] Failed to download artifacts"),
            (Whose.NETWORK, False),
        ),
        (view(ExtensionStatus.TRANSITIONING), (None, False)),
    ],
)
def test_what_the_extension_reports(shown: ExtensionFacts, told: tuple[Whose | None, bool]) -> None:
    assert said(seen(account(), shown, waits=True)) == told


def test_a_cause_that_azure_confirms_makes_it_firm() -> None:
    assert said(seen(account(), RETRIES, waits=True, causes=(CAUSE,))) == (Whose.EXTENSION, True)
    unseen = seen(account(), waits=True, causes=(CAUSE,))
    assert said(unseen) == (Whose.EXTENSION, True)
    assert said(seen({}, waits=True, causes=(CAUSE,))) == (Whose.EXTENSION, False)
    assert said(replace(unseen, waits=False)) == (None, False)


def test_two_that_decide_decide_nothing() -> None:
    broken = view(ExtensionStatus.ERROR, "403 Forbidden")
    assert said(seen(account() | subnet(*SHUT[0]), broken)) == (None, False)


def test_what_was_not_read_is_open() -> None:
    blind = account() | subnet(group=refused(GROUP))
    decision = decide(seen(blind, OK))

    assert decision is not None
    assert decision.whose is None
    assert decision.would_decide == ("read it with the role Reader (Some/thing/read)",)
    assert said(seen({}, OK)) == (None, False)


def test_nodes_that_came_exclude_the_network() -> None:
    shut = account() | subnet(*SHUT[0])
    others = tuple(replace(IDLE, id=f"tvm-{number}") for number in range(3, 6))
    assert said(seen(shut, OK, nodes=(NODE, *others))) == (Whose.BATCH, True)


def test_what_a_node_says_itself_goes_first() -> None:
    full = replace(NODE, problems=(ServiceProblem("DiskFull", "There is not enough disk space"),))
    waiting = replace(NODE, state=NodeState.WAITING_FOR_START_TASK)
    assert said(seen(account(), OK, nodes=(full,))) == (Whose.BATCH, True)
    assert said(seen(account(), nodes=(waiting,))) == (Whose.BATCH, True)


def test_no_node_at_all() -> None:
    quota = ServiceProblem("AccountCoreQuotaReached", "The account has no more cores")
    narrow = ServiceProblem("AllocationFailed", "x", ("Reason: the subnet is full",))
    assert said(seen(account(), nodes=(), resize=(quota,))) == (Whose.BATCH, True)
    assert said(seen(account(), nodes=(), resize=(narrow,))) == (Whose.NETWORK, True)


OWN = "batchNodeExtension"


def test_failures_of_batchs_own_extension_are_none_of_the_pools() -> None:
    own = replace(view(ExtensionStatus.ERROR, "Enable failed"), name=OWN)
    fetch = replace(own, message="failed to download file: unexpected status code: actual=403")
    limited = account() | subnet(serviceEndpointPolicies=[{"id": "/policy"}])

    assert said(seen(account(), OK, own, of_batch=(OWN,))) == (Whose.BATCH, True)
    assert said(seen(account() | subnet(), OK, fetch, of_batch=(OWN,))) == (Whose.NETWORK, False)
    assert said(seen(limited, OK, fetch, of_batch=(OWN,))) == (Whose.NETWORK, True)
    assert said(seen(limited, OK, replace(OK, name=OWN), of_batch=(OWN,))) == (Whose.BATCH, True)


@pytest.mark.parametrize(
    ("servers", "state", "told"),
    [
        (("10.9.0.4",), "Disconnected", (Whose.NETWORK, True)),
        (("10.9.0.4",), "Connected", (None, False)),
        (("10.9.0.4", "10.8.0.4"), "Disconnected", (None, False)),
        (("168.63.129.16",), "Disconnected", (Whose.BATCH, True)),
    ],
)
def test_name_servers(servers: tuple[str, ...], state: str, told: tuple[Whose | None, bool]) -> None:
    world = account() | subnet() | {(Kind.NETWORK, NETWORK): network(*servers, state=state)}
    assert said(seen(world, OK)) == told


def test_a_view_that_is_empty_or_missing_is_no_success() -> None:
    blank = view(ExtensionStatus.UNKNOWN)
    assert said(seen(account(), OK, replace(blank, name="gpu"))) == (None, False)
    assert said(seen(account(), OK, extensions=("kv", "gpu"))) == (None, False)


def test_what_batch_may_still_recover_is_not_firm() -> None:
    young = replace(NODE, since="2026-11-27T11:50:00Z")
    assert said(seen(account(), OK, nodes=(young,))) == (Whose.BATCH, False)


def test_nodes_that_were_never_made_beside_some_that_were() -> None:
    quota = ServiceProblem("AccountVMSeriesCoreQuotaReached", "The account has no more cores")
    named = ServiceProblem("AllocationFailed", "x", ("Provider Error Json: type 'KeyVaultForLinux'",))
    dark = ServiceProblem("AllocationFailed", "x", ("Reason: The server encountered an internal error.",))
    empty = seen(account(), nodes=(), types=("KeyVaultForLinux",))

    assert said(seen(account(), nodes=(IDLE,), resize=(quota,))) == (Whose.BATCH, True)
    assert said(replace(empty, resize=(named,))) == (Whose.EXTENSION, True)
    assert said(replace(empty, resize=(dark,), settings_are_text=True)) == (Whose.EXTENSION, False)
    assert said(replace(empty, resize=(dark,))) == (Whose.BATCH, True)


def test_an_extension_that_fails_without_a_reason_while_all_is_well() -> None:
    """A vault that refuses and one that never answers look the same from here."""
    assert said(seen(account(), RETRIES, waits=True, cleared=True)) == (None, False)
    assert said(seen(account(), RETRIES, waits=True, cleared=True, causes=(CAUSE,))) == (
        Whose.EXTENSION,
        True,
    )
