"""The table of exit codes, met from outside, with one JSON document each time.

1 and 4 are in tests/unit/cli, where a bug and a puzzling log can be made; 8 is there, too.
"""

from __future__ import annotations

import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.flows.outside import World

HEARING = ("env", "--default-signal=HUP")
"""Whoever runs the tests under nohup has the program below them ignore a terminal that closes."""
CONSENT = ("--allow-from", "127.0.0.1/32", "--yes", "--answer", "next=look")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with served(tmp_path_factory.mktemp("codes") / "runs") as world:
        yield world


@pytest.fixture
def pool(world: World) -> str:
    return str(world.connection["pool_id"])


def test_0_until_a_step_before_any_finding(world: World, pool: str) -> None:
    code, document = world.call("run", pool, *CONSENT, "--until", "survey")

    assert (code, document["steps"][0]["state"], document["steps"][1]["state"]) == (0, "done", "pending")


@pytest.mark.parametrize(
    "arguments",
    [("--answer", "plan"), ("--answer", "nonsense=1"), ("--until", "nowhere"), ("--allow-from", "everyone"),
     ("--limit", "soon"), ("--debug-nodes", "0"), ("--poll-interval", "-1"), ("--poll-interval", "nan"),
     ("--ca-file", "/nowhere")],
    ids=" ".join,
)  # fmt: skip
def test_2_wrong_usage(arguments: tuple[str, ...], world: World, pool: str) -> None:
    code, document = world.call("run", pool, *arguments)

    assert code == 2
    assert document["error"]["what"]


def test_3_the_cause_is_found_and_the_fix_lies_outside(world: World, pool: str) -> None:
    code, document = world.call("run", pool, *CONSENT)

    assert (code, document["exit"], document["verified"]) == (3, 3, False)
    assert document["diagnosis"]["root_cause"] == "kv-403-rbac"
    assert document["not_verified_because"]
    assert "error" not in document
    assert world.left() == []


def test_5_an_unknown_pool(world: World, pool: str) -> None:
    code, document = world.call("run", pool + "x", *CONSENT)

    assert code == 5
    assert document["changes"]["created"] == []


def test_5_an_unknown_account(world: World, pool: str) -> None:
    assert world.call("run", pool.replace("contosobatch", "nosuchbatch"), *CONSENT)[0] == 5


def test_6_a_secret_that_is_refused(world: World, pool: str) -> None:
    code, document = world.call("run", pool, *CONSENT, AZURE_CLIENT_SECRET="wrong")

    assert code == 6
    assert document["error"]["do"]


def test_7_a_service_that_does_not_answer(world: World) -> None:
    code, document = world.call("doctor", "--arm-endpoint", "https://127.0.0.1:9")

    assert code == 7
    assert {check["name"]: check["health"] for check in document["checks"]}["azure"] == "fail"


LOOK = ("--answer", "next=look")
"""At a node first, which needs a way in: the cause itself is known before."""


def test_9_a_gate_that_nobody_answers(world: World, pool: str) -> None:
    code, document = world.call("run", pool, "--yes", *LOOK)

    assert code == document["exit"] == 9
    assert "allow-from" in document["error"]["what"]
    assert f"runs resume {document['run']} --answer allow-from=" in document["error"]["do"]
    assert document["changes"]["created"] == []


def test_9_goes_on_once_it_is_answered(world: World, pool: str) -> None:
    _, document = world.call("run", pool, "--yes", *LOOK)
    code, resumed = world.call(
        "runs", "resume", document["run"], "--yes", "--answer", "allow-from=127.0.0.1/32"
    )

    assert (code, resumed["diagnosis"]["root_cause"]) == (3, "kv-403-rbac")


@pytest.mark.parametrize("arguments", [("--mode", "in-place"), ("--answer", "apply=pool")], ids=" ".join)
def test_9_what_this_version_refuses(arguments: tuple[str, ...], world: World, pool: str) -> None:
    code, document = world.call("run", pool, *CONSENT, *arguments)

    assert code == 9
    assert document["error"]["do"]


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize(
    "numbers", [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGHUP, signal.SIGHUP, signal.SIGHUP)], ids=str
)
def test_130_an_interrupt_says_how_to_resume(numbers: tuple[signal.Signals, ...], world: World) -> None:
    """A terminal that closes is one thing to hear, however many tell of it."""
    with subprocess.Popen(
        [*HEARING, *PROGRAM, *world.run],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=world.environ,
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("◐ recreate"):
                for number in numbers:
                    running.send_signal(number)
                    time.sleep(0.02)
                break
        out, _ = running.communicate(timeout=60)
    document = world.read(out)

    assert document["error"]["why"] != "It was asked twice."
    assert running.returncode == document["exit"] == 130
    assert document["error"]["do"].endswith(f"troubleshooter runs resume {document['run']}")
    code, resumed = world.call("runs", "resume", document["run"], "--yes")
    assert (code, resumed["changes"]["left"]) == (3, [])
    assert world.left() == []


def test_cleanup_removes_what_an_interrupted_run_left(world: World) -> None:
    world.killed_in("collect", "◐ collect")
    _, listed = world.call("runs", "list")
    run = listed["runs"][0]
    refused, _ = world.call("runs", "delete", run["id"])
    unasked, _ = world.call("runs", "cleanup", run["id"])
    code, receipt = world.call("runs", "cleanup", run["id"], "--yes")

    assert run["open_changes"] >= 1
    assert (refused, unasked, code) == (9, 9, 0)
    assert receipt["removed"]
    assert receipt["left"] == world.left() == []
