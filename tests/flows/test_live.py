"""The open questions about Azure, asked by reading and by a pool of one's own, of every Azure that may be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from tests.flows.inside import Inside
from tests.flows.outside import PROGRAM, World
from troubleshooter.model.handover import OpenAnswers
from troubleshooter.model.run import RunState
from troubleshooter.simulator.world.world import Habits
from troubleshooter.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.simulator.server import Simulator

AROUND = dict(os.environ)
"""As it is outside: every test is shut out of it."""
POOL = "render-pool"
WITH_POOL = ("--live", "--with-pool", "--allow-from", "127.0.0.1/32")
AGREED = (*WITH_POOL, "--confirm", f"{POOL}-live")


@pytest.fixture
def azure(simulator: Callable[..., Simulator], tmp_path: Path) -> Callable[..., World]:
    def start(scenario: str = "vault-rbac-denied", **habits: Any) -> World:
        return World(dict(simulator(scenario, habits=Habits(**habits)).connection), tmp_path / "home")

    return start


def asked(world: World, *how: str) -> tuple[int, Any]:
    return world.call("doctor", world.connection["pool_id"], *how)


def answers(document: Any) -> dict[str, str]:
    return {row["question"]: row["answer"] for row in document["live"]["questions"]}


def pools(world: World) -> list[str]:
    return [pool["name"] for pool in Client(world.connection).control("GET", "/state")["pools"]]


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize(
    ("habits", "question", "answer"),
    [
        ({}, "settings-form", "an object"),
        ({"arm_settings": "text"}, "settings-form", "text"),
        ({}, "view-form", "an object"),
        ({"view_settings": "text"}, "view-form", "text"),
        ({}, "etag-form", "bare"),
        ({}, "unusable-view", "shown, with 2 extensions"),
        ({"refuses_extension_view": True}, "unusable-view", "refused with HTTP 409 NodeStateUnusable"),
        ({}, "login-port", "refused with HTTP 409 NodeStateUnusable"),
        ({}, "rsa", "not asked here, because it takes an idle node with a way in: --with-pool makes one"),
    ],
)
def test_what_is_there_answers_by_reading(
    azure: Callable[..., World], habits: dict[str, Any], question: str, answer: str
) -> None:
    world = azure(**habits)
    code, document = asked(world, "--live")
    assert (code, answers(document)[question]) == (0, answer)
    assert pools(world) == [POOL]


def test_where_no_node_is_unusable_that_is_not_asked(azure: Callable[..., World]) -> None:
    _, document = asked(azure("healthy"), "--live")
    told = answers(document)
    assert told["unusable-view"].startswith(
        "not asked here, because only a node that is unusable can show it"
    )
    assert told["node-id"].endswith(" characters")


@pytest.mark.slow(every_change=True)  # half a minute a pool: a node that lets nobody in gets that long
@pytest.mark.parametrize(
    ("habits", "told"),
    [
        (
            {},
            {
                "rsa": "made, and let in",
                "ed25519": "made, and let in",
                "expiry": "made, and not let in",
                "if-none-match": "refused with HTTP 412 ConditionNotMet",
                "both-ports": "that of 22",
                "if-match": "quoted: taken",
            },
        ),
        (
            {
                "refused_keys": frozenset({"ssh-ed25519"}), "expiry_cut": False, "already_there": 409,
                "login_of_both": 3389, "if_match": "bare", "arm_settings": "text",
            },
            {
                "rsa": "made, and let in",
                "ed25519": "not made: refused with HTTP 400 InvalidPropertyValue",
                "expiry": "made, and let in",
                "if-none-match": "refused with HTTP 409 PoolExists",
                "both-ports": "another than that of 22",
                "settings-form": "text",
                "if-match": "quoted: refused with HTTP 412 ConditionNotMet; bare: taken",
            },
        ),
        (
            {"refused_keys": frozenset({"ssh-rsa"})},
            {"rsa": "not made: refused with HTTP 400 InvalidPropertyValue"},
        ),
    ],
)  # fmt: skip
def test_an_idle_node_answers_the_rest_and_nothing_is_left(
    azure: Callable[..., World], habits: dict[str, Any], told: dict[str, str]
) -> None:
    world = azure(**habits)
    code, document = asked(world, *AGREED)
    found = answers(document)
    assert {question: found[question] for question in told} == told
    assert (code, document["live"]["left"], pools(world)) == (0, [], [POOL])
    (run,) = world.call("runs", "list")[1]["runs"]
    assert (run["id"], run["state"]) == (document["live"]["run"], "done")


def test_the_recording_names_nobody(azure: Callable[..., World]) -> None:
    world = azure()
    _, document = asked(world, "--live")
    text = json.dumps(document["live"]["recording"])
    connection = world.connection
    target = connection["pool_id"].split("/")
    for name in (*target[2::2], connection["client_id"], connection["tenant_id"], "127.0.0.1"):
        assert name not in text
    assert {each["question"] for each in document["live"]["recording"]} >= {"etag-form", "settings-form"}


@pytest.mark.parametrize(
    ("how", "do"),
    [
        (WITH_POOL, f"Look at what it would make, then add --confirm {POOL}-live"),
        (
            ("--live", "--with-pool"),
            "Add --allow-from with your public address as a range, e.g. 203.0.113.7/32",
        ),
    ],
)
def test_without_its_name_typed_the_plan_is_shown_and_nothing_is_made_or_kept(
    azure: Callable[..., World], how: tuple[str, ...], do: str
) -> None:
    world = azure()
    code, document = asked(world, *how)
    assert (code, document["error"]["do"]) == (9, do)
    assert pools(world) == [POOL]
    assert world.call("runs", "list")[1]["runs"] == []


def test_its_node_is_reached_by_ipv4_alone(azure: Callable[..., World]) -> None:
    world = azure("dual-stack")
    code, document = asked(world, "--live", "--with-pool", "--allow-from", "2001:db8:7::/64", *AGREED[-2:])
    assert (code, pools(world)) == (2, [POOL])
    assert "have no IPv6 addresses" in document["error"]["why"]


def test_a_network_without_public_addresses_gets_none(azure: Callable[..., World]) -> None:
    world = azure("older-version")
    client, pool = Client(world.connection), world.connection["pool_id"]
    body, group = client.arm("GET", pool).body, pool.partition("/providers")[0]
    body["properties"]["networkConfiguration"] = {
        "subnetId": f"{group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
        "publicIPAddressConfiguration": {"provision": "NoPublicIPAddresses"},
    }
    assert (
        client.arm("PUT", f"{pool}-quiet", {key: body[key] for key in ("properties", "identity")}).status
        == 200
    )
    how = (*WITH_POOL, "--confirm", f"{POOL}-quiet-live")
    code, document = world.call("doctor", f"{pool}-quiet", *how)
    assert (code, document["error"]["what"]) == (9, "The pool's nodes have no public addresses.")
    assert pools(world) == [POOL, f"{POOL}-quiet"]


@pytest.mark.slow(every_change=True)  # some seconds: its time has to be over
def test_when_its_time_is_over_no_more_is_asked_and_its_pool_is_removed(
    simulator: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"):
        monkeypatch.setenv(name, "")
    habits = Habits(users_after=10.0)
    inside = Inside(simulator("vault-rbac-denied", habits=habits).connection, tmp_path / "runs")
    run = inside.start(playbook="live", total_seconds=8.0)
    state = inside.drive(run, {"live": "make"}, confirm=f"{POOL}-live")
    inside.bench.close()
    found = state.of(OpenAnswers)
    assert found is not None
    told = {each.question: each.answer for each in found.answers}
    late = "not asked here, because the run has worked as long as it may"
    assert [told[each] for each in ("rsa", "ed25519", "expiry", "if-match")] == [
        "made, and let in", late, late, "quoted: taken",
    ]  # fmt: skip
    assert (state.open_changes, inside.pools()) == ((), [POOL])


@pytest.mark.parametrize("name", [POOL, f"{POOL}-dbg", f"{POOL}-LIVE"])
def test_another_name_is_no_consent(azure: Callable[..., World], name: str) -> None:
    world = azure()
    code, document = asked(world, *WITH_POOL, "--confirm", name)
    assert (code, pools(world)) == (9, [POOL])
    assert document["error"]["do"].endswith(f"add --confirm {POOL}-live")
    assert world.call("runs", "list")[1]["runs"] == []


def test_no_variable_makes_a_pool(azure: Callable[..., World], tmp_path: Path) -> None:
    world = azure()
    variables = {
        "TROUBLESHOOTER_WITH_POOL": "1", "TROUBLESHOOTER_CONFIRM": f"{POOL}-live",
        "TROUBLESHOOTER_ALLOW_FROM": "127.0.0.1/32", "TROUBLESHOOTER_LIVE": "1",
    }  # fmt: skip
    code, document = world.call("doctor", world.connection["pool_id"], **variables)
    assert (code, "run" in document["live"], pools(world)) == (0, False, [POOL])


@pytest.mark.parametrize("how", [("--with-pool",), ("--with-pool", "--allow-from", "127.0.0.1/32")])
def test_a_pool_is_made_for_questions_alone(azure: Callable[..., World], how: tuple[str, ...]) -> None:
    world = azure()
    code, document = asked(world, *how)
    assert (code, document["error"]["what"]) == (2, "--with-pool says nothing without --live.")
    assert world.call("doctor", "--live")[0] == 2


def test_a_windows_pool_gives_no_node_to_ask(azure: Callable[..., World]) -> None:
    world = azure("windows-healthy")
    code, document = asked(world, *AGREED)
    assert (code, document["error"]["what"]) == (9, "This is a Windows pool.")
    assert pools(world) == [POOL]


def test_where_no_node_comes_nothing_is_asked_and_the_pool_is_removed(azure: Callable[..., World]) -> None:
    world = azure("allocation-slow")
    code, document = asked(world, *AGREED)
    found = answers(document)
    assert (code, found["etag-form"], pools(world)) == (7, "bare", [POOL])
    why = "not asked here, because the small pool gave no idle node: "
    assert {found[each][: len(why)] for each in ("rsa", "expiry", "if-match")} == {why}


def test_where_its_node_is_unusable_that_is_told_and_no_success(azure: Callable[..., World]) -> None:
    world = azure("batch-unreachable")
    code, document = asked(world, *AGREED)
    assert (code, document["live"]["left"], pools(world)) == (8, [], [POOL])
    assert answers(document)["rsa"].endswith("gave no idle node: the node is unusable")


def test_what_fails_on_the_way_leaves_no_pool(azure: Callable[..., World]) -> None:
    world = azure()
    nodes = "GET /pools/[^/]+-live-[^/]+/nodes$"
    world.control("POST", "fault", {"match": nodes, "status": 403, "times": 50})
    code, document = asked(world, *AGREED)
    assert (code, document["live"]["left"], pools(world)) == (6, [], [POOL])
    assert document["error"]["what"]


@pytest.mark.slow(every_change=True)  # half a minute: the node lets nobody in on the day of expiry
def test_a_pool_that_cannot_be_removed_is_told_and_listed(azure: Callable[..., World]) -> None:
    world = azure()
    locked = {"match": "DELETE .*/pools/[^/]+-live-[^/]+$", "status": 409, "code": "ScopeLocked", "times": 99}
    world.control("POST", "fault", locked)
    code, document = asked(world, *AGREED)
    (left,) = document["live"]["left"]
    (run,) = world.call("runs", "list")[1]["runs"]
    assert (code, pools(world)) == (7, [POOL, left])
    world.control("DELETE", "fault")
    assert world.call("runs", "cleanup", run["id"], "--yes")[0] == 0
    assert pools(world) == [POOL]


def test_it_works_for_twenty_minutes_at_most(azure: Callable[..., World], tmp_path: Path) -> None:
    world = azure("allocation-slow")
    asked(world, *AGREED)
    (run,) = Workbench(tmp_path / "home").runs()
    assert isinstance(run, RunState)
    assert [run.options[name] for name in ("total_seconds", "limit_seconds")] == [1200.0, 1200.0]


def test_killed_with_its_pool_it_is_listed_and_removed_by_clean_up(azure: Callable[..., World]) -> None:
    world = azure()
    killed_with_its_pool(world, *AGREED)
    (run,) = world.call("runs", "list")[1]["runs"]
    assert pools(world) == [POOL, f"{POOL}-live-{run['id']}"]
    code, _ = world.call("runs", "cleanup", run["id"], "--yes")
    assert (code, pools(world)) == (0, [POOL])


@pytest.mark.slow(every_change=True)  # half a minute, as above
def test_killed_and_resumed_it_tells_what_it_asked(azure: Callable[..., World]) -> None:
    world = azure()
    killed_with_its_pool(world, *AGREED)
    (run,) = world.call("runs", "list")[1]["runs"]
    code, resumed = world.call("runs", "resume", run["id"], "--yes")
    told = {row["question"]: row["answer"] for row in resumed["questions"]}
    assert (code, told["rsa"], told["if-match"]) == (0, "made, and let in", "quoted: taken")
    assert pools(world) == [POOL]
    shown = world.call("runs", "show", run["id"])[1]
    assert [shown[key] for key in ("questions", "recording")] == [
        resumed[key] for key in ("questions", "recording")
    ]


def test_asked_to_stop_it_says_how_it_goes_on_and_how_its_pool_goes(azure: Callable[..., World]) -> None:
    world = azure(users_after=20.0)  # so long it tries to sign in
    process = world.started("doctor", world.connection["pool_id"], *AGREED)
    while not any(node["users"] for pool in world.control("GET", "state")["pools"] for node in pool["nodes"]):
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    document = world.read(process.communicate(timeout=60)[0])
    run, left = document["live"]["run"], document["live"]["left"]
    assert (process.returncode, f"{POOL}-live-{run}" in left) == (130, True)
    assert document["error"]["do"] == (
        f"Go on with: troubleshooter runs resume {run}."
        f" Take back what it made with: troubleshooter runs cleanup {run}"
    )
    assert (world.call("runs", "cleanup", run, "--yes")[0], pools(world)) == (0, [POOL])


def test_without_its_data_the_mark_alone_removes_it(azure: Callable[..., World], tmp_path: Path) -> None:
    world = azure()
    killed_with_its_pool(world, *AGREED)
    (run,) = world.call("runs", "list")[1]["runs"]
    account = world.connection["pool_id"].rpartition("/pools/")[0]
    name = f"{POOL}-live-{run['id']}"
    elsewhere = World(world.connection, tmp_path / "another")
    code, document = elsewhere.call("runs", "cleanup", run["id"], "--in", account, "--confirm", name)
    assert (code, pools(world)) == (0, [POOL]), document


def killed_with_its_pool(world: World, *how: str) -> None:
    """Killed as soon as the small pool is there."""
    process = world.started("doctor", world.connection["pool_id"], *how)
    try:
        while len(pools(world)) < 2:
            assert process.poll() is None, process.communicate()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.live
def test_a_real_account_answers_by_reading() -> None:
    """TROUBLESHOOTER_LIVE_TARGET names a pool, and az or AZURE_* signs in. It only reads."""
    ended = subprocess.run(
        [*PROGRAM, "doctor", AROUND["TROUBLESHOOTER_LIVE_TARGET"], "--live", "--output", "json"],
        capture_output=True, text=True, check=False, env=AROUND, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert answers(json.loads(ended.stdout))["etag-form"] in {"bare", "in quotes"}


@pytest.mark.parametrize("scenario", ["private-account", "account-without-entra"])
def test_of_an_account_that_lets_nobody_in_nothing_is_asked(
    azure: Callable[..., World], scenario: str
) -> None:
    """And what else was looked at is told all the same."""
    code, document = asked(azure(scenario), "--live")
    told = {check["name"]: check["health"] for check in document["checks"]}
    assert (code, told["account"], told["sign-in"], "live" in document) == (6, "fail", "ok", False)
