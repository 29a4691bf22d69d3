"""A run that is killed outright, in any step, goes on as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

PROGRAM = (sys.executable, "-m", "troubleshooter")
STEPS = (
    "survey", "plan", "recreate", "wait-for-idle", "collect", "diagnose",
    "choose-fix", "verify", "apply", "clean-up", "report",
)  # fmt: skip
LOST = (
    ("recreate", "PUT /pools/"),
    ("collect", "POST /users"),
    ("collect", "DELETE /users/"),
    ("clean-up", "DELETE /pools/[^/]+$"),
)
"""Steps with a change whose answer never arrives: the effect is there, the program does not know."""


class World:
    """A simulated Azure in a process of its own, and the program as another process meets it."""

    def __init__(self, connection: dict[str, Any], home: Path) -> None:
        self.connection = connection
        self.environ = {
            **os.environ,
            "PYTHONUTF8": "1",
            "TROUBLESHOOTER_HOME": str(home),
            "TROUBLESHOOTER_ARM_ENDPOINT": connection["arm_endpoint"],
            "TROUBLESHOOTER_AUTHORITY": connection["authority"],
            "TROUBLESHOOTER_CA_FILE": connection["ca_file"],
            "AZURE_AUTHORITY_HOST": connection["authority"],
            "AZURE_TENANT_ID": connection["tenant_id"],
            "AZURE_CLIENT_ID": connection["client_id"],
            "AZURE_CLIENT_SECRET": connection["client_secret"],
        }
        self.run = ("run", connection["pool_id"], "--allow-from", "127.0.0.1/32", "--yes", "--output", "json")

    def control(self, method: str, path: str, body: object = None) -> Any:
        context = ssl.create_default_context(cafile=self.connection["ca_file"])
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.connection['control']}/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20, context=context) as response:
            return json.load(response)

    def call(self, *arguments: str) -> tuple[int, Any]:
        ended = subprocess.run(
            [*PROGRAM, *arguments, "--output", "json"],
            capture_output=True, text=True, check=False, env=self.environ, timeout=120,
        )  # fmt: skip
        return ended.returncode, json.loads(ended.stdout)

    def killed_in(self, step: str, sign: str) -> int:
        """Run until the step has begun and its sign is seen, then kill -9; how the process ended."""
        with subprocess.Popen(
            [*PROGRAM, *self.run], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environ
        ) as running:
            assert running.stderr is not None
            begun = False
            for line in running.stderr:
                begun = begun or line.startswith(f"◐ {step}")
                if begun and sign in line:
                    break
            running.send_signal(signal.SIGKILL)
        return running.returncode

    def resumed(self) -> tuple[int, Any]:
        _, listed = self.call("runs", "list")
        return self.call("runs", "resume", listed["runs"][0]["id"], "--yes")

    def left(self) -> list[str]:
        """Pools and users that were not there before."""
        pools = self.control("GET", "state")["pools"]
        others = [pool["name"] for pool in pools if pool["name"] != self.connection["pool"]]
        return others + [user["name"] for pool in pools for node in pool["nodes"] for user in node["users"]]


@contextmanager
def served(home: Path) -> Iterator[World]:
    with subprocess.Popen(
        [*PROGRAM, "simulate", "--scenario", "vault-rbac-denied"], stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        yield World(json.loads(serving.stdout.readline()), home)
        serving.terminate()
        assert serving.wait(30) == 0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path / "runs") as world:
        yield world


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The end of a run that nobody killed."""
    with served(tmp_path_factory.mktemp("undisturbed")) as world:
        code, document = world.call(*world.run[:-2])
        assert world.left() == []
    assert (code, document["diagnosis"]["root_cause"]) == (3, "kv-403-rbac")
    return essence(document)


def essence(document: Any) -> Any:
    """What must not depend on whether a run was killed."""
    return (
        document["exit"],
        [(step["id"], step["state"]) for step in document["steps"]],
        [finding["id"] for finding in document["diagnosis"]["findings"]],
        document["verified"],
        document["not_verified_because"],
        document["changes"]["left"],
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_as_a_step_begins_goes_on(step: str, world: World, undisturbed: Any) -> None:
    ended = world.killed_in(step, f"◐ {step}")
    code, document = world.resumed()

    assert ended == -signal.SIGKILL or step == "report"  # the last step may be over before the signal comes
    assert code == document["exit"]
    assert essence(document) == undisturbed
    assert world.left() == []


@pytest.mark.parametrize(("step", "call"), LOST)
def test_a_run_killed_while_a_changes_answer_is_lost_goes_on(
    step: str, call: str, world: World, undisturbed: Any
) -> None:
    fault = {"match": call, "status": 503, "times": 1, "after_effect": True, "retry_after": 5}
    world.control("POST", "fault", fault)
    ended = world.killed_in(step, "trying again")
    code, document = world.resumed()

    assert ended == -signal.SIGKILL
    assert code == document["exit"]
    assert essence(document) == undisturbed
    assert world.left() == []
