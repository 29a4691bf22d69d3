from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.world import nat

RULE = {"priority": 150, "access": "Allow", "sourceAddressPrefix": "127.0.0.1/32"}
DENY = {"priority": 4000, "access": "Deny", "sourceAddressPrefix": "*"}


def mapping(**changed: Any) -> dict[str, Any]:
    return {
        "name": "ssh",
        "protocol": "TCP",
        "backendPort": 22,
        "frontendPortRangeStart": 40000,
        "frontendPortRangeEnd": 40039,
        "networkSecurityGroupRules": [RULE, DENY],
        **changed,
    }


def properties(*pools: dict[str, Any], provision: str = "BatchManaged") -> dict[str, Any]:
    return {
        "networkConfiguration": {
            "publicIPAddressConfiguration": {"provision": provision},
            "endpointConfiguration": {"inboundNatPools": list(pools)},
        },
    }


def other(**changed: Any) -> dict[str, Any]:
    rules: list[dict[str, Any]] = []
    different = {"name": "web", "backendPort": 80, "networkSecurityGroupRules": rules}
    return mapping(**{**different, "frontendPortRangeStart": 41000, "frontendPortRangeEnd": 41100, **changed})


def test_two_well_formed_pools_are_accepted() -> None:
    nat.check(properties(mapping(), other()))


@pytest.mark.parametrize(
    "refused",
    [
        properties(mapping(), provision="NoPublicIPAddresses"),
        properties(mapping(name="-ssh")),
        properties(mapping(protocol="ICMP")),
        properties(mapping(backendPort=29876)),
        properties(mapping(backendPort=True)),
        properties(mapping(frontendPortRangeEnd=40038)),
        properties(mapping(frontendPortRangeStart=49990, frontendPortRangeEnd=50040)),
        properties(mapping(frontendPortRangeStart=65000, frontendPortRangeEnd=65535)),
        properties(mapping(networkSecurityGroupRules=[{**RULE, "priority": 149}])),
        properties(mapping(networkSecurityGroupRules=[{**RULE, "priority": 4097}])),
        properties(mapping(networkSecurityGroupRules=[RULE, RULE])),
        properties(mapping(networkSecurityGroupRules=[{**RULE, "sourceAddressPrefix": "1.2.3"}])),
        properties(mapping(networkSecurityGroupRules=[{**RULE, "access": "Maybe"}])),
        properties(mapping(networkSecurityGroupRules=[{"priority": 150}])),
        properties(mapping(), other(name="ssh")),
        properties(mapping(), other(backendPort=22)),
        properties(mapping(), other(frontendPortRangeStart=40039)),
        properties(mapping(), other(networkSecurityGroupRules=[RULE])),
        properties({"name": "ssh"}),
        properties(
            *[
                other(
                    name=f"p{n}",
                    backendPort=n,
                    frontendPortRangeStart=n * 100,
                    frontendPortRangeEnd=n * 100 + 50,
                )
                for n in range(1, 7)
            ]
        ),
    ],
)
def test_what_the_documentation_forbids_is_a_400(refused: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as caught:
        nat.check(refused)
    assert caught.value.status == 400


def test_only_a_tcp_pool_for_port_22_leads_to_ssh() -> None:
    assert nat.ssh_pool({}) is None
    assert nat.ssh_pool(properties(other())) is None
    assert nat.ssh_pool(properties(mapping(protocol="UDP"))) is None
    assert nat.ssh_pool(properties(other(), mapping())) == mapping()


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ([], True),
        ([RULE, DENY], True),
        ([DENY], False),
        ([RULE], True),
        ([{**RULE, "sourceAddressPrefix": "198.51.100.0/24"}], False),
        ([{**RULE, "sourceAddressPrefix": "127.0.0.1"}], True),
        ([{**RULE, "priority": 4096}, DENY], False),
        ([{**RULE, "sourceAddressPrefix": "*"}], True),
    ],
)
def test_the_first_rule_that_matches_decides(rules: list[dict[str, Any]], allowed: bool) -> None:
    assert nat.lets_in(mapping(networkSecurityGroupRules=rules), "127.0.0.1") is allowed
