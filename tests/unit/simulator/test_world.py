from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around import vault_gate
from troubleshooter.simulator.around.clock import FAST, Clock, Delay, Pace, Timer
from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.scenarios import FIRST, POOL, SCENARIOS, build
from troubleshooter.simulator.scenarios.ground import SUBNET
from troubleshooter.simulator.wire import arm_wire
from troubleshooter.simulator.world import pool_body
from troubleshooter.simulator.world.machine import User

if TYPE_CHECKING:
    from troubleshooter.simulator.scenarios import Scene

READS = 6
"""More looks than anything takes under the fast clock."""


def scene(name: str = "vault-rbac-denied", nodes: int = 2) -> Scene:
    return build(name, nodes, FAST)


def body(name: str = "vault-rbac-denied", *, nodes: int = 2, sync: bool = False) -> dict[str, Any]:
    made = scenarios.pool_body(SCENARIOS[name], nodes)
    settings = made["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0][
        "settings"
    ]
    settings.get("secretsManagementSettings", {})["requireInitialSync"] = sync
    return made


def states(one: Scene, pool: str) -> list[str]:
    found = one.world.pool(pool)
    one.world.look(found)
    return [one.world.node_state(found, *entry) for entry in found.visible()]


def final_states(one: Scene, pool: str) -> list[str]:
    return [states(one, pool) for _ in range(READS)][-1]


def refusal(one: Scene, name: str, made: Any, **conditions: str | None) -> Refusal:
    match, none_match = conditions.get("match"), conditions.get("none_match")
    with pytest.raises(Refusal) as caught:
        one.world.put_pool(name, made, match, none_match)
    return caught.value


UNUSABLE = ["unusable", "unusable"]
VM_PATH = ("properties", "deploymentConfiguration", "virtualMachineConfiguration", "extensions")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (one.name, ["idle", "idle"] if one.name == "healthy" else UNUSABLE)
        for one in FIRST
        if one.name != "mixed"
    ]
    + [("mixed", ["idle", "unusable"])],
)
def test_the_scenarios_own_pool_is_in_its_final_state_at_once(name: str, expected: list[str]) -> None:
    assert states(scene(name), POOL) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wrong-client-id", ["idle", "idle"]),
        ("vault-rbac-denied", ["idle", "idle"]),
        ("vault-firewall", ["idle", "idle"]),
        ("secret-not-found", ["idle", "idle"]),
        ("identity-missing", ["idle", "idle"]),
        ("mixed", ["idle", "idle"]),
        ("auth-settings-misplaced", UNUSABLE),
        ("polling-interval-number", UNUSABLE),
        ("resize-quota", []),
    ],
)
def test_without_initial_sync_only_a_failed_download_lets_nodes_join(name: str, expected: list[str]) -> None:
    one = scene(name)
    one.world.put_pool("debug", body(name), None, "*")
    assert final_states(one, "debug") == expected


def test_a_new_pools_nodes_appear_start_and_join() -> None:
    one = scene("healthy")
    one.world.put_pool("debug", body(nodes=1), None, "*")
    assert [states(one, "debug") for _ in range(3)] == [["creating"], ["starting"], ["idle"]]


def test_a_blocked_node_starts_for_a_while_and_is_then_unusable() -> None:
    one = scene()
    one.world.put_pool("debug", body(nodes=1, sync=True), None, "*")
    assert [states(one, "debug") for _ in range(4)] == [
        ["creating"],
        ["starting"],
        ["starting"],
        ["unusable"],
    ]


@pytest.mark.parametrize(
    "name", ["vault-rbac-denied", "vault-firewall", "secret-not-found", "mixed", "odd-shapes"]
)
def test_after_the_cure_old_and_new_pools_come_up(name: str) -> None:
    one = scene(name)
    assert one.cure()["done"]
    assert one.cure() == one.cure()
    assert final_states(one, POOL) == ["idle", "idle"]
    one.world.put_pool("verify", body(name, sync=True), None, "*")
    assert final_states(one, "verify") == ["idle", "idle"]


def test_an_administrator_makes_the_change_that_was_asked_for() -> None:
    one = scene("firewall-hides-permission")
    assert "private endpoint" in one.cure("private-endpoint")["done"]
    assert not one.world.conditions.vaults[0].allowed
    conditions = one.world.conditions
    assert vault_gate.way(conditions.vaults[0], SUBNET, conditions) is vault_gate.Way.PRIVATE
    assert vault_gate.way(conditions.vaults[0], "", conditions) is vault_gate.Way.PUBLIC
    other = scene("firewall-hides-permission")
    assert "through the firewall" in other.cure("allow-network")["done"]
    assert other.world.conditions.vaults[0].subnets == (SUBNET,)


def test_nodes_notice_the_cure_after_a_while() -> None:
    one = scene()
    one.cure()
    assert states(one, POOL) == UNUSABLE


def test_the_named_identity_is_the_one_that_works() -> None:
    one = scene("identity-missing")
    named = one.cure()["identity"]
    made = body("identity-missing", sync=True)
    made["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {named: {}}}
    one.world.put_pool("verify", made, None, "*")
    assert final_states(one, "verify") == ["idle", "idle"]


@pytest.mark.parametrize("name", ["wrong-client-id", "auth-settings-misplaced", "polling-interval-number"])
def test_repaired_settings_make_a_pool_come_up(name: str) -> None:
    one = scene(name)
    made = body(name)
    machine = made["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"][0]["settings"] = scenarios.working_settings()
    one.world.put_pool("verify", made, None, "*")
    assert final_states(one, "verify") == ["idle", "idle"]


def test_a_pool_without_the_extension_comes_up_anywhere() -> None:
    one = scene("polling-interval-number")
    made = body()
    made["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"] = []
    one.world.put_pool("bare", made, None, "*")
    assert final_states(one, "bare") == ["idle", "idle"]


def test_settings_sent_as_text_end_in_an_allocation_failure() -> None:
    one = scene("healthy")
    made = body()
    machine = made["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"][0]["settings"] = "{}"
    pool = one.world.put_pool("text", made, None, "*")
    assert final_states(one, "text") == []
    assert [error.code for error in pool.resize_errors] == ["AllocationFailed"]


def test_a_full_account_grants_no_node_and_says_so_once_steady() -> None:
    one = scene("resize-quota")
    pool = one.world.put_pool("debug", body(nodes=1), None, "*")
    assert "errors" not in arm_wire.pool(one.world, pool)["properties"]["resizeOperationStatus"]
    assert final_states(one, "debug") == []
    shown = arm_wire.pool(one.world, pool)["properties"]
    assert shown["allocationState"] == "Steady"
    assert shown["resizeOperationStatus"]["errors"][0]["code"] == "AccountCoreQuotaReached"


def test_deleting_takes_time_and_refuses_meanwhile() -> None:
    one = scene()
    one.world.delete_pool(POOL)
    assert states(one, POOL) == ["leavingpool", "leavingpool"]
    for refused in (refusal(one, POOL, body()), refusal(one, POOL, body(), none_match="*")):
        assert (refused.status, refused.code) == (409, "PoolBeingDeleted")
    with pytest.raises(Refusal, match="PoolBeingDeleted"):
        one.world.delete_pool(POOL)
    one.world.look(one.world.pools[POOL])
    with pytest.raises(Refusal, match="PoolNotFound"):
        one.world.pool(POOL)
    assert len(one.world.retired) == 2
    assert one.world.delete_pool(POOL) is None
    assert one.world.job("nightly-frames").pool == POOL


def test_conditions_of_a_put_are_kept() -> None:
    one = scene()
    assert refusal(one, POOL, body(), none_match="*").status == 412
    assert refusal(one, POOL, body(), match='"0x1"').status == 412
    assert refusal(one, "absent", body(), match="*").status == 404


def test_with_nodes_only_some_properties_may_change() -> None:
    one = scene()
    made = copy.deepcopy(one.world.pool(POOL).body)
    made["properties"]["metadata"] = [{"name": "a", "value": "b"}]
    before = one.world.pool(POOL).etag
    assert one.world.put_pool(POOL, made, f'W/"{before}"', None).etag != before
    made["properties"]["vmSize"] = "STANDARD_D4S_V3"
    refused = refusal(one, POOL, made)
    assert (refused.code, refused.details["PropertyName"]) == ("PropertyCannotBeUpdated", "vmSize")


def test_an_emptied_pool_takes_another_definition_for_its_next_nodes() -> None:
    one = scene("polling-interval-number")
    scale = {"scaleSettings": {"fixedScale": {"targetDedicatedNodes": 0}}}
    one.world.patch_pool(POOL, {"properties": scale}, None)
    assert states(one, POOL) == ["leavingpool", "leavingpool"]
    assert final_states(one, POOL) == []
    one.world.patch_pool(POOL, {"properties": body("healthy")["properties"]}, None)
    assert final_states(one, POOL) == ["idle", "idle"]


def test_a_pool_grows_and_shrinks() -> None:
    one = scene("healthy")
    for count in (5, 1):
        scale = {"scaleSettings": {"fixedScale": {"targetDedicatedNodes": count}}}
        one.world.patch_pool(POOL, {"properties": scale}, None)
        assert final_states(one, POOL) == ["idle"] * count


def test_users_are_made_only_on_idle_nodes() -> None:
    one = scene()
    node = next(iter(one.world.pool(POOL).machines))
    with pytest.raises(Refusal, match="NodeStateUnusable"):
        one.world.usable_node(POOL, node)
    one.world.put_pool("debug", body(nodes=1), None, "*")
    fresh = next(iter(one.world.pool("debug").machines))
    with pytest.raises(Refusal, match="OperationInvalidForCurrentState"):
        one.world.usable_node("debug", fresh)
    final_states(one, "debug")
    _, _, machine = one.world.usable_node("debug", fresh)
    one.world.add_user(machine, User("somebody", True, "ssh-ed25519 AAAA", now()))
    with pytest.raises(Refusal, match="NodeUserExists"):
        one.world.add_user(machine, User("somebody", True, "ssh-ed25519 AAAA", now()))
    with pytest.raises(Refusal, match="NodeUserNotFound"):
        one.world.user(machine, "nobody")


def test_without_a_nat_pool_there_is_no_way_in() -> None:
    one = scene("healthy")
    pool = one.world.pool(POOL)
    with pytest.raises(Refusal, match="OperationInvalidForCurrentState"):
        one.world.login(pool, pool.visible()[0][1])


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("properties", "vmSize"), None, "MissingRequiredProperty"),
        (("properties", "deploymentConfiguration"), {}, "MissingRequiredProperty"),
        (("properties", "deploymentConfiguration"), [], "InvalidPropertyValue"),
        (("properties", "networkConfiguration"), "x", "InvalidPropertyValue"),
        (VM_PATH, [None], "InvalidPropertyValue"),
        (VM_PATH, [{"name": "a", "publisher": "b"}], "MissingRequiredProperty"),
        (VM_PATH, [{"name": "a", "publisher": "b", "type": "CustomScript"}], "InvalidPropertyValue"),
        (VM_PATH, [{"name": "a", "publisher": "b", "type": "c"}] * 2, "InvalidPropertyValue"),
        (
            ("properties", "scaleSettings"),
            {"fixedScale": {"targetDedicatedNodes": -1}},
            "InvalidPropertyValue",
        ),
        (("identity",), {"type": "SystemAssigned"}, "InvalidPropertyValue"),
        (("identity",), {"type": "UserAssigned"}, "InvalidPropertyValue"),
        (
            ("identity",),
            {"type": "UserAssigned", "userAssignedIdentities": {"/absent": {}}},
            "FailedIdentityOperation",
        ),
    ],
)
def test_a_malformed_definition_is_refused(path: tuple[str, ...], value: Any, code: str) -> None:
    made = body()
    inner = made
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    assert refusal(scene(), "new", made).code == code


def test_read_only_values_are_let_pass_and_write_only_ones_never_shown() -> None:
    one = scene()
    sent = arm_wire.pool(one.world, one.world.pool(POOL))
    machine = sent["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"][0]["protectedSettings"] = {"a": "b"}
    machine["extensions"][0]["settings"]["password"] = "kept, since settings are not read"
    sent["properties"]["userAccounts"] = [{"name": "a", "password": "secret"}]
    sent["properties"]["scaleSettings"]["fixedScale"]["nodeDeallocationOption"] = "Requeue"
    shown = arm_wire.pool(one.world, one.world.put_pool("copy", sent, None, "*"))["properties"]
    extension = shown["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0]
    assert "protectedSettings" not in extension
    assert "password" in extension["settings"]
    assert shown["userAccounts"] == [{"name": "a"}]
    assert "nodeDeallocationOption" not in shown["scaleSettings"]["fixedScale"]


def test_a_formula_with_a_number_is_understood() -> None:
    scale = {"autoScale": {"formula": "$TargetDedicatedNodes = 3;"}}
    assert pool_body.target({"scaleSettings": scale}) == (3, 0)
    assert pool_body.target({"scaleSettings": {"autoScale": {"formula": "x"}}}) == (0, 0)


def test_time_is_a_policy() -> None:
    seconds = [0.0]
    delay = Delay(reads=2, seconds=10)
    by_reads = Timer(Pace.READS)
    by_seconds = Clock(Pace.SECONDS, lambda: seconds[0]).timer()
    assert Timer(Pace.AT_ONCE).passed(delay)
    assert not by_reads.passed(delay)
    assert not by_seconds.passed(delay)
    seconds[0] = 10.0
    by_reads.read()
    by_reads.read()
    assert by_reads.passed(delay)
    assert by_seconds.passed(delay)
