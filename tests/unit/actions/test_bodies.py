from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KEY_VAULT, PAIRS
from troubleshooter.collect.roads import ssh_entry
from troubleshooter.errors import Refused, UsageProblem
from troubleshooter.model.change import POOL, Change, ChangeState
from troubleshooter.model.extension import Answer
from troubleshooter.model.run import RunState
from troubleshooter.model.target import Target
from troubleshooter.pooldef import bodies, limits, pool_body
from troubleshooter.pooldef.write_only import write_only_fields
from troubleshooter.simulator.world import nat

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"

RUN = RunState("1", Target("s", "g", "account", "pool"), "kv-extension", "", "", ())


def definition(**properties: Any) -> dict[str, Any]:
    settings = {"secretsManagementSettings": {"requireInitialSync": True, "observedCertificates": []}}
    extension = {
        "name": "kv",
        "publisher": "Microsoft.Azure.KeyVault",
        "type": "KeyVaultForLinux",
        "typeHandlerVersion": "3.0",
        "settings": settings,
    }
    return {
        "id": "/x",
        "name": "p",
        "type": "Microsoft.Batch/batchAccounts/pools",
        "etag": 'W/"1"',
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": {IDENTITY: {"clientId": "c", "principalId": "p"}},
        },
        "tags": {"env": "dev"},
        "properties": {
            "vmSize": "STANDARD_D2S_V5",
            "allocationState": "Steady",
            "currentDedicatedNodes": 4,
            "futureField": {"kept": True},
            "deploymentConfiguration": {"virtualMachineConfiguration": {"extensions": [extension]}},
            "scaleSettings": {"fixedScale": {"targetDedicatedNodes": 4, "resizeTimeout": "PT15M"}},
            **properties,
        },
    }


def test_a_put_body_keeps_every_field_but_what_the_service_sets() -> None:
    original = definition()
    before = json.dumps(original)

    body = pool_body.creatable(original)

    assert set(body) == {"identity", "tags", "properties"}
    assert body["identity"]["userAssignedIdentities"] == {IDENTITY: {}}
    assert body["properties"]["futureField"] == {"kept": True}
    assert "currentDedicatedNodes" not in body["properties"]
    assert json.dumps(original) == before


def test_initial_sync_is_found_also_inside_a_wrapper() -> None:
    body = definition()
    extension = pool_body.extensions(body)[0]
    extension["settings"] = {"settings": extension["settings"]}

    assert pool_body.blocks(body, KEY_VAULT)
    assert pool_body.set_blocking(body, KEY_VAULT, on=False)
    assert not pool_body.blocks(body, KEY_VAULT)
    assert extension["settings"]["settings"]["secretsManagementSettings"]["requireInitialSync"] is False


def test_initial_sync_has_no_place_in_settings_that_are_text() -> None:
    body = definition()
    pool_body.extensions(body)[0]["settings"] = "{}"

    assert not pool_body.set_blocking(body, KEY_VAULT, on=False)


def test_autoscale_becomes_a_fixed_size_and_says_so() -> None:
    body = definition(scaleSettings={"autoScale": {"formula": "$TargetDedicatedNodes=4"}})

    note = pool_body.resize(body, 1, spot=False)

    assert note == "autoscale becomes a fixed size"
    assert body["properties"]["scaleSettings"] == {
        "fixedScale": {"targetDedicatedNodes": 1, "targetLowPriorityNodes": 0}
    }


def test_a_spot_pool_stays_a_spot_pool() -> None:
    body = definition(scaleSettings={"fixedScale": {"targetDedicatedNodes": 0, "targetLowPriorityNodes": 9}})

    assert pool_body.spot_only(body)
    pool_body.resize(body, 2, spot=True)
    assert body["properties"]["scaleSettings"]["fixedScale"] == {
        "targetDedicatedNodes": 0,
        "targetLowPriorityNodes": 2,
    }
    pool_body.resize(body, 3, spot=False)
    assert body["properties"]["scaleSettings"]["fixedScale"] == {
        "targetDedicatedNodes": 3,
        "targetLowPriorityNodes": 0,
    }


@pytest.mark.parametrize(
    ("dedicated", "spot", "alone"), [(0, 3, True), (1, 3, False), (3, 0, False), (0, 0, False)]
)
def test_whether_a_formulas_nodes_are_spot_alone_is_read_off_those_that_it_has(
    dedicated: int, spot: int, alone: bool
) -> None:
    body = definition(
        scaleSettings={"autoScale": {"formula": "$TargetLowPriorityNodes=3"}},
        currentDedicatedNodes=dedicated,
        currentLowPriorityNodes=spot,
    )
    assert pool_body.spot_only(body) is alone


@pytest.mark.parametrize(
    ("version", "waits"),
    [("3.0", True), ("3.5", True), ("", True), ("4.0", None), ("4.1", None), ("10.0", None)],
)
def test_a_version_without_the_setting_is_proven_without_it(version: str, waits: bool | None) -> None:
    body = definition()
    (entry,) = pool_body.ours(body, KEY_VAULT)
    entry["typeHandlerVersion"] = version
    del entry["settings"]["secretsManagementSettings"]["requireInitialSync"]

    state = RUN
    made = bodies.verification_body(body, [], state, KEY_VAULT)

    (entry,) = pool_body.ours(made, KEY_VAULT)
    assert entry["settings"]["secretsManagementSettings"].get("requireInitialSync") is waits


def test_an_older_version_is_asked_for_in_its_newest_and_told_not_to_wait() -> None:
    four = with_extension(typeHandlerVersion="4.0", autoUpgradeMinorVersion=False)
    del pool_body.extensions(four)[0]["settings"]["secretsManagementSettings"]["requireInitialSync"]
    body, notes = bodies.debug_body(four, RUN, bodies.OLDER, (), KEY_VAULT)

    (made,) = pool_body.extensions(body)
    assert (made["typeHandlerVersion"], made["autoUpgradeMinorVersion"]) == ("3.0", True)
    assert made["settings"]["secretsManagementSettings"]["requireInitialSync"] is False
    assert "the Key Vault extension is the newest 3.x, in place of the pool's version" in notes
    assert bodies.stage_of(bodies.OLDER, dedicated=False) == "older"
    assert not any("not documented" in note for note in notes)


def test_what_came_with_version_4_is_named_where_an_older_one_gets_it() -> None:
    four = with_extension(typeHandlerVersion="4.0")
    secrets = pool_body.extensions(four)[0]["settings"]["secretsManagementSettings"]
    secrets["observedCertificates"] = [{"url": "u", "authenticationOverride": {"msiClientId": "c"}}]
    _, notes = bodies.debug_body(four, RUN, bodies.OLDER, (), KEY_VAULT)

    assert "what 3.x makes of authenticationOverride is not documented; it is left as it is" in notes


@pytest.mark.parametrize(
    ("version", "why"),
    [("4.0", "version 4.0 of the extension has no requireInitialSync"), ("3.0", "with it no node could be")],
)
def test_a_plan_without_the_extension_says_why(version: str, why: str) -> None:
    pool = with_extension(typeHandlerVersion=version)
    body, notes = bodies.debug_body(pool, RUN, bodies.BARE, (), KEY_VAULT)

    assert pool_body.extensions(body) == []
    assert any(note.startswith("the Key Vault extension is left out") for note in notes)
    assert [note for note in notes if why in note] != []


@pytest.mark.parametrize(
    ("made", "diagnosed", "next_one"),
    [
        ("p-older-1", True, bodies.BARE),
        ("p-dbg-1", True, bodies.BARE),
        ("p-older-1", False, bodies.DEBUG),
        ("p-fix-1", True, bodies.DEBUG),
    ],
)
def test_after_a_pool_in_which_nothing_was_decided_comes_one_without_the_extension(
    made: str, diagnosed: bool, next_one: str
) -> None:
    target = replace(RUN.target, pool="p")
    made_one = Change(POOL, made, ChangeState.MADE)
    state = replace(RUN, target=target, changes=(made_one,), diagnosed=diagnosed)
    assert bodies.variant(state) == next_one


def test_what_waited_for_the_extension_waits_no_more() -> None:
    body = definition()
    machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"].append({"name": "other", "provisionAfterExtensions": ["kv"]})

    pool_body.without(body, KEY_VAULT)

    assert pool_body.extensions(body) == [{"name": "other", "provisionAfterExtensions": []}]


def test_ssh_is_opened_for_one_range_and_an_own_pool_for_22_is_replaced() -> None:
    theirs = {"name": "old", "backendPort": 22, "frontendPortRangeStart": 1, "frontendPortRangeEnd": 40}
    other = {"name": "web", "backendPort": 80, "frontendPortRangeStart": 40000, "frontendPortRangeEnd": 40039}
    body = definition(networkConfiguration={"endpointConfiguration": {"inboundNatPools": [theirs, other]}})

    notes = ssh_entry.open_ssh(body, "203.0.113.7/32", 1)

    pools = body["properties"]["networkConfiguration"]["endpointConfiguration"]["inboundNatPools"]
    assert [pool["name"] for pool in pools] == ["web", "troubleshooter-ssh"]
    assert pools[1]["frontendPortRangeStart"] == 41000
    assert pools[1]["frontendPortRangeEnd"] - pools[1]["frontendPortRangeStart"] == 39
    assert [rule["access"] for rule in pools[1]["networkSecurityGroupRules"]] == ["Allow", "Deny"]
    assert notes[0] == "inbound NAT pool old for port 22 is replaced"


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([(1, 49999)], (55100, 55139)),
        ([(1, 40000)], (41000, 41039)),
        ([(40039, 40139)], (41000, 41039)),
        ([(40000, 49999), (55100, 65534)], (1, 40)),
        ([(1, 39000), (39041, 49999), (55001, 65534)], (39001, 39040)),
        ([(1, 49999), (55001, 65494)], (65495, 65534)),
    ],
)
def test_the_way_in_finds_the_ports_that_other_nat_pools_leave(
    taken: list[tuple[int, int]], free: tuple[int, int]
) -> None:
    body = with_nat_pools(*(nat_pool(f"n{low}", low % 99 + 100) | _ports(low, high) for low, high in taken))
    opened(body)
    made = body["properties"]["networkConfiguration"]["endpointConfiguration"]["inboundNatPools"][-1]
    assert (made["frontendPortRangeStart"], made["frontendPortRangeEnd"]) == free


@pytest.mark.parametrize("taken", [[(1, 49999), (55001, 65534)], [(1, 49960), (55001, 65495)]])
def test_where_no_ports_are_left_it_is_told_before_any_plan(taken: list[tuple[int, int]]) -> None:
    body = with_nat_pools(*(nat_pool(f"n{low}", low % 99 + 100) | _ports(low, high) for low, high in taken))
    with pytest.raises(Refused) as caught:
        ssh_entry.open_ssh(body, "203.0.113.7/32", 1)
    assert "It takes 40 frontend ports in a row" in caught.value.why


def _ports(low: int, high: int) -> dict[str, Any]:
    return {"frontendPortRangeStart": low, "frontendPortRangeEnd": high}


def nat_pool(name: str, port: int, *priorities: int) -> dict[str, Any]:
    """One of the original's, with a rule of each of these priorities."""
    return {
        "name": name,
        "protocol": "TCP",
        "backendPort": port,
        "frontendPortRangeStart": port * 100,
        "frontendPortRangeEnd": port * 100 + 39,
        "networkSecurityGroupRules": [
            {"priority": priority, "access": "Allow", "sourceAddressPrefix": "*"} for priority in priorities
        ],
    }


def with_nat_pools(*pools: dict[str, Any], **network: Any) -> dict[str, Any]:
    endpoints = {"inboundNatPools": list(pools)}
    return definition(networkConfiguration={"endpointConfiguration": endpoints, **network})


def opened(body: dict[str, Any], allow_from: str = "203.0.113.7/32") -> list[dict[str, Any]]:
    """The rules of the way in, of a body that the service takes."""
    ssh_entry.open_ssh(body, allow_from, 1)
    nat.check(body["properties"])
    pools = body["properties"]["networkConfiguration"]["endpointConfiguration"]["inboundNatPools"]
    rules: list[dict[str, Any]] = pools[-1]["networkSecurityGroupRules"]
    return rules


@pytest.mark.parametrize(
    ("taken", "free"),
    [((), [150, 151]), ((150, 4096), [151, 152]), ((151, 4000), [150, 152]), ((152, 151, 150), [153, 154])],
)
def test_the_way_in_takes_priorities_that_no_other_rule_has(taken: tuple[int, ...], free: list[int]) -> None:
    rules = opened(with_nat_pools(nat_pool("web", 80, *taken[:1]), nat_pool("more", 81, *taken[1:])))

    assert [rule["priority"] for rule in rules] == free
    assert [rule["access"] for rule in rules] == ["Allow", "Deny"]


def test_where_the_pool_has_23_rules_there_is_room_for_the_way_in() -> None:
    twelve, eleven = nat_pool("web", 80, *range(150, 162)), nat_pool("more", 81, *range(200, 211))
    assert len(opened(with_nat_pools(twelve, eleven))) == 2


def test_where_the_pool_has_24_rules_it_is_told_before_any_plan() -> None:
    body = with_nat_pools(nat_pool("web", 80, *range(150, 162)), nat_pool("more", 81, *range(200, 212)))
    with pytest.raises(Refused) as caught:
        ssh_entry.open_ssh(body, "203.0.113.7/32", 1)
    assert "already have 24 network security group rules" in caught.value.why


def test_the_rules_of_the_way_in_that_is_replaced_take_no_room() -> None:
    body = with_nat_pools(nat_pool("old", 22, *range(150, 162)), nat_pool("web", 80, *range(200, 213)))
    assert len(opened(body)) == 2


def test_the_priorities_of_the_way_in_that_is_replaced_are_free() -> None:
    assert [rule["priority"] for rule in opened(with_nat_pools(nat_pool("old", 22, 150, 151)))] == [150, 151]


def test_closing_ssh_leaves_nothing_behind() -> None:
    body = definition()
    ssh_entry.open_ssh(body, "203.0.113.7/32", 1)

    ssh_entry.close_ssh(body)

    assert "networkConfiguration" not in body["properties"]


SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/net/subnets/render"


def test_of_a_pool_in_a_subnet_the_plan_says_what_else_must_let_in() -> None:
    notes = ssh_entry.open_ssh(with_nat_pools(subnetId=SUBNET), "203.0.113.7/32", 1)
    assert notes[-1] == (
        "the pool lies in subnet render: its own network security group and route table"
        " must let 203.0.113.7/32 in to port 22 too"
    )
    assert not any("subnet" in note for note in ssh_entry.open_ssh(definition(), "203.0.113.7/32", 1))


@pytest.mark.parametrize("text", ["", "everyone", "*", "300.1.1.1/32", "10.0.0.0/33"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="no address range"):
        ssh_entry.checked_range(text)


@pytest.mark.parametrize("text", ["0.0.0.0/0", "0.0.0.0/1", "10.0.0.0/7", "::/0", "2001:d00::/31"])
def test_a_way_in_is_not_opened_to_everyone(text: str) -> None:
    with pytest.raises(UsageProblem, match="try to sign in"):
        ssh_entry.checked_range(text)


@pytest.mark.parametrize(
    ("allow_from", "warned"),
    [("10.0.0.0/8", True), ("203.0.0.0/16", False), ("2001:db8::/32", True), ("2001:db8::/48", False)],
)
def test_the_plan_warns_of_a_wide_way_in(allow_from: str, warned: bool) -> None:
    notes = ssh_entry.open_ssh(definition(), ssh_entry.checked_range(allow_from), 1)
    assert any("may try to sign in" in note for note in notes) is warned


def test_a_plain_address_becomes_a_range() -> None:
    assert ssh_entry.checked_range(" 203.0.113.7 ") == "203.0.113.7/32"


def refused(body: dict[str, Any]) -> str:
    with pytest.raises(Refused) as caught:
        limits.check(body, KEY_VAULT)
    return str(caught.value)


def barred(body: dict[str, Any]) -> str:
    """Why Azure's answers must do; what can be said about such a pool is said all the same."""
    limits.check(body, KEY_VAULT)
    found = limits.no_way_in(body, KEY_VAULT)
    assert found is not None
    return str(found)


def with_extension(**fields: Any) -> dict[str, Any]:
    body = definition()
    pool_body.extensions(body)[0].update(fields)
    return body


def test_pools_that_cannot_be_helped_are_told_before_any_change() -> None:
    two = definition()
    pool_body.extensions(two).append(dict(pool_body.extensions(two)[0], name="kv2"))

    assert "more than one" in refused(two)
    assert "being deleted" in refused(definition(provisioningState="Deleting"))


def test_pools_without_a_way_in_are_told_so() -> None:
    none = definition(deploymentConfiguration={"virtualMachineConfiguration": {}})
    assert "no Key Vault extension" in barred(none)


def test_a_pool_without_public_addresses_is_read_by_tasks() -> None:
    private = definition(
        networkConfiguration={"publicIPAddressConfiguration": {"provision": "NoPublicIPAddresses"}}
    )
    limits.check(private, KEY_VAULT)
    assert limits.no_way_in(private, KEY_VAULT) is None


def test_a_windows_pool_is_read_by_tasks() -> None:
    windows = with_extension(type="KeyVaultForWindows", typeHandlerVersion="3.0")
    limits.check(windows, KEY_VAULT)
    assert limits.no_way_in(windows, KEY_VAULT) is None


@pytest.mark.parametrize("kind", ["KeyVaultForWindows", "KeyVaultForLinux"])
def test_version_4_has_a_way_in_by_a_pool_without_it(kind: str) -> None:
    four = with_extension(type=kind, typeHandlerVersion="4.0")
    assert limits.no_way_in(four, KEY_VAULT) is None


def test_a_plain_pool_passes() -> None:
    limits.check(definition(), KEY_VAULT)
    assert limits.no_way_in(definition(), KEY_VAULT) is None


def test_official_examples_keep_every_carried_field(ground_truth: Path) -> None:
    examples = sorted((ground_truth / "spec/batch-arm/2025-06-01/examples").glob("PoolGet_*.json"))
    assert len(examples) > 5
    for example in examples:
        body = json.loads(example.read_text())["responses"]["200"]["body"]
        put = pool_body.creatable(body)
        lost = set(body["properties"]) - set(put["properties"])
        assert lost <= set(pool_body._READ_ONLY), example.name


@pytest.mark.parametrize(("publisher", "kind", "answer", "_"), PAIRS)
def test_only_what_is_ours_is_left_out_or_has_no_secrets(
    publisher: str, kind: str, answer: Answer, _: object
) -> None:
    body = with_extension(publisher=publisher, type=kind)
    asked = write_only_fields(body, KEY_VAULT)

    pool_body.without(body, KEY_VAULT)

    ours = answer is Answer.OURS
    assert (pool_body.extensions(body) == []) is ours
    assert (asked == ()) is ours  # whether another has protected settings cannot be seen


def test_one_that_is_only_meant_to_be_ours_is_refused_with_what_is_wrong() -> None:
    told = refused(with_extension(type="KVVMExtensionForLinux"))

    assert "not named as Azure knows it" in told
    assert "In kv type is KVVMExtensionForLinux; the Key Vault extension's is KeyVaultForLinux." in told


def test_what_batchs_own_addresses_can_have_too_is_kept() -> None:
    tags = [{"ipTagType": "FirstPartyUsage", "tag": "/render"}]
    theirs = {
        "provision": "UserManaged", "ipAddressIds": ["/pip"], "ipFamilies": ["IPv4", "IPv6"], "ipTags": tags,
    }  # fmt: skip
    body = definition(networkConfiguration={"publicIPAddressConfiguration": theirs})

    assert pool_body.batch_managed_addresses(body)
    assert body["properties"]["networkConfiguration"]["publicIPAddressConfiguration"] == {
        "provision": "BatchManaged", "ipFamilies": ["IPv4", "IPv6"], "ipTags": tags,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("addresses", "dual"),
    [({}, False), ({"ipFamilies": ["IPv4"]}, False), ({"ipFamilies": ["IPv4", "IPv6"]}, True)],
)
def test_nodes_have_ipv6_where_the_pool_names_it(addresses: dict[str, Any], dual: bool) -> None:
    network = {"publicIPAddressConfiguration": addresses} if addresses else {}
    assert pool_body.has_ipv6(definition(networkConfiguration=network)) is dual
