"""Answers of networks and firewalls that are easily misjudged: an odd one is neither open nor shut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.checks.azure_says import (
    ACCOUNT,
    HOST,
    NETWORK,
    SUBNET,
    in_subnet,
    known,
    refused,
    vault,
    well,
)
from tests.unit.checks.test_variants import told
from troubleshooter.model.finding import Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from tests.unit.checks.azure_says import (
        Answers,
    )

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
GROUP, TABLE, GATEWAY, ENDPOINT = "/nsg", "/routes", "/nat", "/pe"
NO: dict[str, Any] = {"access": "Deny", "destinationAddressPrefix": "*"}
TO_BATCH: dict[str, Any] = {
    "access": "Allow",
    "destinationAddressPrefix": "BatchNodeManagement.WestEurope",
    "destinationPortRange": "443",
}
HALVES = ["0.0.0.0/1", "128.0.0.0/1"]
OF_A_GROUP = NO | {"sourceAddressPrefix": "", "sourceApplicationSecurityGroups": [{"id": "/asg"}]}


def guarded_by(*rules: dict[str, Any], **shown: Any) -> Answers:
    """The subnet with a security group of these rules, in the order of their priority."""
    plain = {
        "direction": "Outbound",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
    }
    listed = [
        {"name": f"r{number}", "properties": {**plain, "priority": number, **one}}
        for number, one in enumerate(rules, 100)
    ]
    own = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": GROUP}, **shown}
    return {
        **well(),
        (Kind.SUBNET, SUBNET): known("subnet", {"name": "nodes", "properties": own}),
        (Kind.SECURITY_GROUP, GROUP): known("group", {"properties": {"securityRules": listed}}),
    }


class TestRules:
    @pytest.mark.parametrize(
        ("rules", "verdict"),
        [
            ((NO,), FAIL),
            ((TO_BATCH, NO), PASS),
            ((TO_BATCH | {"protocol": "tcp"}, NO), PASS),
            ((TO_BATCH | {"protocol": "Udp"}, NO), FAIL),
            # from a part of the subnet, which has other nodes as well
            ((TO_BATCH | {"sourceAddressPrefix": "10.0.0.0/25"}, NO), OPEN),
            ((NO | {"sourceAddressPrefix": "10.0.0.0/25"},), OPEN),
            ((NO | {"sourceAddressPrefix": "10.0.1.0/24"},), PASS),
            ((NO | {"sourceAddressPrefix": None, "sourceAddressPrefixes": ["10.0.0.0/16"]},), FAIL),
            (
                (NO | {"sourceAddressPrefix": "", "sourceApplicationSecurityGroups": [{"id": "/a"}]},),
                PASS,
            ),
            # by ports that a node leaves by
            ((NO | {"sourcePortRange": "22"},), PASS),
            ((NO | {"sourcePortRange": "0-65535"},), FAIL),
            ((NO | {"sourcePortRange": "", "sourcePortRanges": ["40000-50000"]},), OPEN),
            ((TO_BATCH | {"sourcePortRange": "443"}, NO), FAIL),
            (
                (
                    TO_BATCH | {"destinationPortRange": "", "destinationPortRanges": ["80", "440-450"]},
                    NO,
                ),
                PASS,
            ),
            # by addresses of which nobody says whose they are
            ((NO | {"destinationAddressPrefix": "20.0.0.0/8"},), OPEN),
            ((TO_BATCH, NO | {"destinationAddressPrefix": "20.0.0.0/8"}, NO), PASS),
            ((TO_BATCH | {"destinationAddressPrefix": "20.0.0.0/8"}, NO), OPEN),
            (
                (
                    NO
                    | {
                        "destinationAddressPrefix": "",
                        "destinationAddressPrefixes": ["0.0.0.0/1", "128.0.0.0/1"],
                    },
                ),
                FAIL,
            ),
            ((NO | {"destinationAddressPrefix": "168.63.129.16/32"},), PASS),
            ((NO | {"destinationAddressPrefix": "10.0.0.0/8"},), PASS),
            ((NO | {"destinationAddressPrefix": "::/0"},), PASS),
            ((NO | {"destinationAddressPrefix": "AzureCloud.WestEurope"},), FAIL),
            ((NO | {"destinationAddressPrefix": "AzureCloud.NorthEurope"},), PASS),
            ((NO | {"access": "Audit"},), OPEN),
            ((NO | {"direction": "Inbound"},), PASS),
            # a lower number goes first, however they are listed
            ((NO | {"priority": 300}, TO_BATCH | {"priority": 200}), PASS),
        ],
    )
    def test_a_rule_decides_by_all_of_what_it_is_for(self, rules: Any, verdict: Verdict) -> None:
        assert told("batch-way-shut", guarded_by(*rules), in_subnet()).verdict is verdict

    def test_where_the_region_is_not_known_a_tag_of_one_may_be_meant(self) -> None:
        answers = guarded_by(TO_BATCH, NO)
        unread = answers | {(Kind.ACCOUNT, ACCOUNT): refused("account")}
        spaced = answers[Kind.ACCOUNT, ACCOUNT].body | {"location": "West Europe"}

        assert told("batch-way-shut", unread, in_subnet()).verdict is OPEN
        assert (
            told(
                "batch-way-shut", answers | {(Kind.ACCOUNT, ACCOUNT): known("a", spaced)}, in_subnet()
            ).verdict
            is PASS
        )

    @pytest.mark.parametrize(
        ("tag", "region", "verdict"),
        [
            ("AzureKeyVault.NorthEurope", "northeurope", PASS),
            ("AzureKeyVault.NorthEurope", "North Europe", PASS),
            ("AzureKeyVault.WestEurope", "northeurope", FAIL),
            ("AzureKeyVault.WestEurope", None, OPEN),
            ("AzureKeyVault", None, PASS),
        ],
    )
    def test_the_way_to_a_vault_is_that_to_the_vaults_own_region(
        self, tag: str, region: str | None, verdict: Verdict
    ) -> None:
        answers = guarded_by(TO_BATCH | {"destinationAddressPrefix": tag}, NO)
        answers[Kind.VAULT, HOST].body["location"] = region

        assert told("net-connect", answers, in_subnet()).verdict is verdict

    @pytest.mark.parametrize(
        ("endpoint", "target", "verdict"),
        [
            ({"customDnsConfigs": [{"ipAddresses": ["10.0.0.9"]}]}, "10.0.0.8/29", FAIL),
            ({"customDnsConfigs": [{"ipAddresses": ["10.0.0.9"]}]}, "10.0.0.16/28", PASS),
            ({"customDnsConfigs": []}, "10.0.0.8/29", OPEN),
            ({"customDnsConfigs": []}, "VirtualNetwork", FAIL),
            ({"customDnsConfigs": []}, "Internet", PASS),
        ],
    )
    def test_an_endpoint_that_does_not_show_its_address_may_be_meant(
        self, endpoint: Any, target: str, verdict: Verdict
    ) -> None:
        answers = guarded_by(NO | {"destinationAddressPrefix": target})
        inside = {"subnet": {"id": SUBNET.replace("/subnets/nodes", "/Subnets/endpoints")}, **endpoint}
        answers[Kind.VAULT, HOST] = vault(privateEndpointConnections=[connection()])
        answers[Kind.ENDPOINT, ENDPOINT] = known("endpoint", {"properties": inside})

        assert told("net-connect", answers, in_subnet()).verdict is verdict


def connection(status: Any = "Approved", place: Any = ENDPOINT, **more: Any) -> dict[str, Any]:
    state = {"status": status} if status else None
    return {
        "properties": {
            "privateEndpoint": {"id": place} if place else None,
            "privateLinkServiceConnectionState": state,
            **more,
        }
    }


def routed_by(*routes: tuple[str, str | None], **shown: Any) -> Answers:
    listed = [
        {"name": f"to-{number}", "properties": {"addressPrefix": prefix, "nextHopType": hop}}
        for number, (prefix, hop) in enumerate(routes)
    ]
    own = {"addressPrefix": "10.0.0.0/24", "routeTable": {"id": TABLE}, **shown}
    return {
        **well(),
        (Kind.SUBNET, SUBNET): known("subnet", {"name": "nodes", "properties": own}),
        (Kind.ROUTES, TABLE): known("table", {"properties": {"routes": listed}}),
    }


class TestRoutes:
    @pytest.mark.parametrize(
        ("routes", "verdict"),
        [
            ((("0.0.0.0/0", "None"),), FAIL),
            ((("0.0.0.0/0", "NONE"),), FAIL),
            ((("0.0.0.0/0", "Internet"),), PASS),
            ((("0.0.0.0/0", "internet"),), PASS),
            ((("0.0.0.0/0", ""),), OPEN),
            ((("0.0.0.0/0", None),), OPEN),
            ((("0.0.0.0/0", "VnetLocal"),), OPEN),
            ((("0.0.0.0/0", "VirtualAppliance"),), OPEN),
            ((("0.0.0.0/0", "VirtualNetworkGateway"),), FAIL),
            ((("0.0.0.0/0", "HyperNetGateway"),), OPEN),
            # the halves are narrower than the whole, and go before it
            ((("0.0.0.0/0", "Internet"), ("0.0.0.0/1", "None"), ("128.0.0.0/1", "None")), FAIL),
            ((("0.0.0.0/0", "None"), ("0.0.0.0/1", "Internet"), ("128.0.0.0/1", "Internet")), PASS),
            ((("0.0.0.0/1", "None"),), OPEN),
            ((("0.0.0.0/0", "None"), ("128.0.0.0/1", "Internet")), OPEN),
            # a part of all addresses, of which it is not told whose they are
            ((("20.0.0.0/8", "None"),), OPEN),
            ((("20.0.0.0/8", "Internet"),), PASS),
            ((("0.0.0.0/0", "None"), ("20.0.0.0/8", "Internet")), OPEN),
            ((("10.0.0.0/8", "VirtualAppliance"), ("172.16.0.0/12", "None")), PASS),
            ((("168.63.129.16/32", "Internet"), ("0.0.0.0/0", "None")), FAIL),
            # its own tag goes before all of these
            (
                (
                    ("0.0.0.0/0", "None"),
                    ("20.0.0.0/8", "None"),
                    ("BatchNodeManagement.WestEurope", "Internet"),
                ),
                PASS,
            ),
            ((("0.0.0.0/0", "Internet"), ("BatchNodeManagement", "None")), FAIL),
            ((("0.0.0.0/0", "None"), ("BatchNodeManagement.NorthEurope", "Internet")), FAIL),
        ],
    )
    def test_a_route_leads_where_its_next_hop_says(self, routes: Any, verdict: Verdict) -> None:
        assert told("batch-way-shut", routed_by(*routes), in_subnet()).verdict is verdict

    @pytest.mark.parametrize(
        ("endpoint", "verdict"),
        [
            ({"locations": ["*"], "provisioningState": "Succeeded"}, PASS),
            ({}, PASS),
            ({"provisioningState": "Updating"}, OPEN),
            ({"provisioningState": "Failed"}, OPEN),
            ({"locations": ["North Europe", "westeurope"]}, PASS),
            ({"locations": ["westus"]}, OPEN),
        ],
    )
    def test_a_service_endpoint_that_is_not_in_place_is_neither_there_nor_not(
        self, endpoint: Any, verdict: Verdict
    ) -> None:
        service = {"service": "microsoft.keyvault", **endpoint}
        listing = {"defaultAction": "Deny", "virtualNetworkRules": [{"id": SUBNET.upper()}]}
        answers = routed_by(("0.0.0.0/0", "None"), serviceEndpoints=[service])
        answers[Kind.VAULT, HOST] = vault(networkAcls=listing)
        answers[Kind.VAULT, HOST].body["location"] = "northeurope"

        assert told("net-connect", answers, in_subnet()).verdict is verdict
        assert told("kv-403-firewall", answers, in_subnet()).verdict is verdict

    def test_a_gateway_of_the_whole_network_leads_out(self) -> None:
        shut = routed_by(defaultOutboundAccess=False)
        pool = in_subnet()
        pool["properties"]["networkConfiguration"]["publicIPAddressConfiguration"] = {
            "provision": "NoPublicIPAddresses"
        }
        by_network = known("network", {"properties": {"defaultPublicNatGateway": {"id": GATEWAY}}})

        assert told("batch-way-shut", shut, pool).verdict is FAIL
        assert told("batch-way-shut", shut | {(Kind.NETWORK, NETWORK): by_network}, pool).verdict is PASS


def private(*connections: dict[str, Any]) -> dict[str, Any]:
    return {"publicNetworkAccess": "Disabled", "privateEndpointConnections": [*connections]}


def for_nodes(**rules: Any) -> dict[str, Any]:
    return {"networkProfile": {"nodeManagementAccess": rules}}


class TestAccount:
    @pytest.mark.parametrize(
        ("properties", "verdict"),
        [
            ({}, PASS),
            ({"publicNetworkAccess": None, "networkProfile": None}, PASS),
            ({"publicNetworkAccess": "enabled"} | for_nodes(defaultAction="ALLOW"), PASS),
            ({"publicNetworkAccess": "SecuredByPerimeter"}, OPEN),
            (for_nodes(ipRules=[]), OPEN),
            (for_nodes(defaultAction="Perimeter"), OPEN),
            (for_nodes(defaultAction="deny", ipRules=None), FAIL),
            (for_nodes(defaultAction="Deny", ipRules=[{"value": "range-1"}]), OPEN),
            (private(), FAIL),
            (private(connection("Pending")), FAIL),
            (private(connection(groupIds=["batchAccount"])), FAIL),
            (private(connection()), OPEN),
            (private(connection(None, groupIds=["NodeManagement"])), OPEN),
            (private(connection(place=None, groupIds=["nodeManagement"])), OPEN),
            (private(connection(groupIds=["nodemanagement"])), OPEN),
        ],
    )
    def test_whom_an_account_lets_in(self, properties: Any, verdict: Verdict) -> None:
        body = well()[Kind.ACCOUNT, ACCOUNT].body
        shown = {**body, "properties": {**body["properties"], **properties}}

        said = told("batch-way-shut", {**well(), (Kind.ACCOUNT, ACCOUNT): known("a", shown)}, in_subnet())
        assert said.verdict is verdict


OWN = {
    "properties": {
        "networkConfiguration": {
            "subnetId": SUBNET,
            "publicIPAddressConfiguration": {"provision": "UserManaged", "ipAddressIds": ["/own"]},
        }
    }
}
ADDRESSES = {
    (Kind.ADDRESS, "/own"): known("own", {"properties": {"ipAddress": "20.1.2.3"}}),
    (Kind.ADDRESS, "/of-nat"): known("nat", {"properties": {"ipAddress": "20.9.9.9"}}),
}
OF_NAT = {"publicIpAddresses": [{"id": "/of-nat"}]}


def shut(*listed: str, **shown: Any) -> Answers:
    acls = {"defaultAction": "Deny", "ipRules": [{"value": one} for one in listed]}
    return {**well(), **ADDRESSES, (Kind.VAULT, HOST): vault(networkAcls=acls, **shown)}


class TestFirewall:
    @pytest.mark.parametrize(
        ("rules", "verdict"),
        [
            (None, PASS),
            ({"defaultAction": "allow"}, PASS),
            ({"defaultAction": "Deny"}, FAIL),
            ({"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": None}, FAIL),
            ({}, OPEN),
            ({"bypass": "None"}, OPEN),
            ({"defaultAction": None}, OPEN),
            ({"defaultAction": "SecuredByPerimeter"}, OPEN),
        ],
    )
    def test_a_firewall_that_does_not_say_what_it_does_is_no_shut_one(
        self, rules: Any, verdict: Verdict
    ) -> None:
        answers = {**well(), (Kind.VAULT, HOST): vault(networkAcls=rules)}

        assert told("kv-403-firewall", answers, in_subnet()).verdict is verdict

    @pytest.mark.parametrize(
        ("listed", "verdict"),
        [
            (("20.1.2.3",), PASS),
            (("20.1.2.2/31",), PASS),
            (("20.1.2.4/31",), FAIL),
            (("'20.1.2.3/32'",), PASS),
            (("20.1.2.1-20.1.2.9",), OPEN),
            (("20.1.2.1-20.1.2.9", "20.1.0.0/16"), PASS),
            (("2001:db8::/32",), FAIL),
        ],
    )
    def test_addresses_are_compared_as_they_may_be_written(
        self, listed: tuple[str, ...], verdict: Verdict
    ) -> None:
        assert told("kv-403-firewall", shut(*listed), OWN).verdict is verdict

    @pytest.mark.parametrize(
        ("gateway", "listed", "verdict"),
        [
            (OF_NAT, "20.9.9.9", PASS),
            (OF_NAT, "20.1.2.3", FAIL),
            (
                {"publicIpAddresses": [{"id": "/of-nat"}], "publicIpPrefixes": [{"id": "/p"}]},
                "20.9.9.9",
                OPEN,
            ),
            ({"publicIpPrefixes": [{"id": "/p"}]}, "20.1.2.3", OPEN),
            ({}, "20.1.2.3", OPEN),
        ],
    )
    def test_a_gateway_goes_before_the_pools_own_addresses(
        self, gateway: Any, listed: str, verdict: Verdict
    ) -> None:
        inside = {"name": "nodes", "properties": {"natGateway": {"id": GATEWAY}}}
        answers = {
            **shut(listed),
            (Kind.SUBNET, SUBNET): known("subnet", inside),
            (Kind.NAT, GATEWAY): known("nat", {"properties": gateway}),
        }

        assert told("kv-403-firewall", answers, OWN).verdict is verdict

    @pytest.mark.parametrize(
        ("prefix", "listed", "verdict"),
        [
            ("20.9.9.8/30", ("20.9.9.8/30",), PASS),
            ("20.9.9.8/30", ("20.9.9.8/31", "20.9.9.10", "20.9.9.11"), PASS),
            ("20.9.9.8/30", ("20.9.9.8/31", "20.9.9.10"), OPEN),
            ("20.9.9.8/30", ("20.9.9.12/30",), FAIL),
            ("20.9.9.9/30", ("20.9.9.8/30",), OPEN),
            ("2001:db8::/124", ("20.9.9.8/30",), FAIL),
            (None, ("20.9.9.8/30",), OPEN),
        ],
    )
    def test_a_gateway_leaves_by_all_of_its_prefixes(
        self, prefix: str | None, listed: tuple[str, ...], verdict: Verdict
    ) -> None:
        inside = {"name": "nodes", "properties": {"natGateway": {"id": GATEWAY}}}
        answers = {
            **shut(*listed),
            (Kind.SUBNET, SUBNET): known("subnet", inside),
            (Kind.NAT, GATEWAY): known("nat", {"properties": {"publicIpPrefixes": [{"id": "/p"}]}}),
            (Kind.PREFIX, "/p"): known("prefix", {"properties": {"ipPrefix": prefix}}),
        }

        assert told("kv-403-firewall", answers, OWN).verdict is verdict

    def test_an_account_that_lets_in_a_part_of_what_nodes_leave_by_may_let_them_in(self) -> None:
        rules = {"defaultAction": "Deny", "ipRules": [{"value": "20.9.9.8"}]}
        shown = well()[Kind.ACCOUNT, ACCOUNT].body
        inside = {"name": "nodes", "properties": {"natGateway": {"id": GATEWAY}}}
        answers = {
            **well(),
            (Kind.ACCOUNT, ACCOUNT): known(
                "account",
                shown
                | {"properties": shown["properties"] | {"networkProfile": {"nodeManagementAccess": rules}}},
            ),
            (Kind.SUBNET, SUBNET): known("subnet", inside),
            (Kind.NAT, GATEWAY): known("nat", {"properties": {"publicIpPrefixes": [{"id": "/p"}]}}),
        }
        for prefix, verdict in (("20.9.9.8/31", OPEN), ("20.9.9.8/32", PASS), ("20.9.9.10/31", FAIL)):
            answers[Kind.PREFIX, "/p"] = known("prefix", {"properties": {"ipPrefix": prefix}})

            assert told("batch-way-shut", answers, in_subnet()).verdict is verdict

    @pytest.mark.parametrize(
        ("connections", "verdict"),
        [
            (None, FAIL),
            ([], FAIL),
            ([connection("Pending")], FAIL),
            ([connection("Rejected")], FAIL),
            ([connection("disconnected")], FAIL),
            ([connection(None)], OPEN),
            ([connection("Migrating")], OPEN),
            ([connection(place=None)], OPEN),
        ],
    )
    def test_a_connection_that_does_not_show_its_state_may_be_approved(
        self, connections: Any, verdict: Verdict
    ) -> None:
        closed = vault(publicNetworkAccess="Disabled", privateEndpointConnections=connections)
        denying = vault(networkAcls={"defaultAction": "Deny"}, privateEndpointConnections=connections)

        private = told("kv-403-public-access-disabled", {**well(), (Kind.VAULT, HOST): closed}, in_subnet())
        assert private.verdict is verdict
        assert (
            told("kv-403-firewall", {**well(), (Kind.VAULT, HOST): denying}, in_subnet()).verdict is verdict
        )


ZONE = "/zones/privatelink.vaultcore.azure.net"


class TestNames:
    @pytest.mark.parametrize(
        ("endpoints", "records", "verdict"),
        [
            ({"/pe": ["10.0.0.9"]}, ["10.0.0.9"], PASS),
            ({"/pe": ["10.0.0.9"]}, ["10.0.0.8"], FAIL),
            ({"/pe": []}, ["10.0.0.8"], PASS),
            ({"/pe": ["10.0.0.9"], "/hub": []}, ["10.5.0.4"], OPEN),
            ({"/pe": ["10.0.0.9"], "/hub": None}, ["10.5.0.4"], OPEN),
            ({"/pe": ["10.0.0.9"], "/hub": None}, ["10.0.0.9"], PASS),
            ({"/pe": ["10.0.0.9"]}, [], FAIL),
            ({"/pe": []}, [], FAIL),
        ],
    )
    @pytest.mark.parametrize("links", ["virtualNetworkLinks", "virtualnetworklinks"])
    def test_a_record_is_a_strangers_only_where_every_endpoint_shows_its_own(
        self, endpoints: dict[str, list[str] | None], records: list[str], verdict: Verdict, links: str
    ) -> None:
        link = {"id": f"{ZONE}/{links}/a", "properties": {"virtualNetwork": {"id": NETWORK.upper()}}}
        shown = {"properties": {"aRecords": [{"ipv4Address": one} for one in records]}}
        answers = {
            **well(),
            (Kind.VAULT, HOST): vault(
                privateEndpointConnections=[connection(place=one) for one in endpoints]
            ),
            (Kind.ZONE_LINKS, "privatelink.vaultcore.azure.net"): known("links", [link]),
            (Kind.ZONE_RECORDS, f"{ZONE}/A/kv-render"): known("record", shown),
        }
        for place, addresses in endpoints.items():
            own = {"customDnsConfigs": [{"ipAddresses": addresses}] if addresses else []}
            answers[Kind.ENDPOINT, place] = (
                refused("endpoint") if addresses is None else known("endpoint", {"properties": own})
            )

        assert told("net-dns", answers, in_subnet()).verdict is verdict

    @pytest.mark.parametrize("shown", [{"cnameRecord": {"cname": "kv.contoso.com"}}, {}, {"aRecords": None}])
    def test_a_record_that_shows_no_address_leads_nowhere_known(self, shown: dict[str, Any]) -> None:
        link = {"id": f"{ZONE}/virtualNetworkLinks/a", "properties": {"virtualNetwork": {"id": NETWORK}}}
        answers = {
            **well(),
            (Kind.VAULT, HOST): vault(privateEndpointConnections=[connection()]),
            (Kind.ZONE_LINKS, "privatelink.vaultcore.azure.net"): known("links", [link]),
            (Kind.ZONE_RECORDS, f"{ZONE}/A/kv-render"): known("record", {"properties": shown}),
        }

        assert told("net-dns", answers, in_subnet()).verdict is OPEN


HUB = NETWORK.replace("/vnet", "/hub")


class TestPeerings:
    @pytest.mark.parametrize(
        ("peering", "verdict"),
        [
            ({"peeringState": "Connected"}, PASS),
            ({"peeringState": "connected", "allowVirtualNetworkAccess": True}, PASS),
            ({"peeringState": "Initiated"}, OPEN),
            ({"peeringState": "Disconnected"}, OPEN),
            ({}, OPEN),
            ({"peeringState": "Connected", "allowVirtualNetworkAccess": False}, OPEN),
            ({"peeringState": "Connected", "peerCompleteVnets": False}, OPEN),
        ],
    )
    def test_an_endpoint_next_door_is_reached_by_a_peering_that_lets_all_in(
        self, peering: Any, verdict: Verdict
    ) -> None:
        joined = {"properties": {"remoteVirtualNetwork": {"id": HUB.upper()}, **peering}}
        link = {"id": f"{ZONE}/virtualNetworkLinks/a", "properties": {"virtualNetwork": {"id": NETWORK}}}
        record = {"properties": {"aRecords": [{"ipv4Address": "10.5.0.4"}]}}
        answers = {
            **well(),
            (Kind.VAULT, HOST): vault(
                publicNetworkAccess="Disabled", privateEndpointConnections=[connection()]
            ),
            (Kind.NETWORK, NETWORK): known("network", {"properties": {"virtualNetworkPeerings": [joined]}}),
            (Kind.ENDPOINT, ENDPOINT): known(
                "endpoint", {"properties": {"subnet": {"id": f"{HUB}/Subnets/ends"}}}
            ),
            (Kind.ZONE_LINKS, "privatelink.vaultcore.azure.net"): known("links", [link]),
            (Kind.ZONE_RECORDS, f"{ZONE}/A/kv-render"): known("record", record),
        }

        assert told("kv-403-public-access-disabled", answers, in_subnet()).verdict is verdict
