"""A network of the test's own: what is asked of a machine itself, and ways that lead nowhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.ssh.probe.world import HOST, VAULT, node, why_not
from tests.ssh.probe.worlds import RBAC, WELL, WORLDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ssh.probe.world import Node

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=f"{reasons.ROOT}: {why_not()}"),
    pytest.mark.slow,
]


def collected(inside: Node, folder: Path, *words: str) -> tuple[int, Any]:
    """`collect` typed within the namespaces of a node, with the node's key and a home that knows no host."""
    ended = subprocess.run(
        ["nsenter", "-t", str(inside.pid), "-n", "-m", sys.executable, "-m", "troubleshooter", "collect",
         *words, "-i", str(inside.folder / "key"), "-o", str(folder / "bundle.tar.gz"), "--output", "json"],
        capture_output=True, timeout=170, check=False, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    return ended.returncode, json.loads(ended.stdout)


@pytest.mark.parametrize("name", ["403 rbac", "all well"])
def test_a_machine_is_asked_itself_unless_nobody_wants_that(name: str, tmp_path: Path) -> None:
    world, cause, _ = WORLDS[name]
    with node(world, tmp_path / "node") as inside:
        code, told = collected(inside, tmp_path, "ssh://root@127.0.0.1", "--accept-new")
        again = subprocess.run(
            [sys.executable, "-m", "troubleshooter", "analyze", str(tmp_path / "bundle.tar.gz"),
             "--output", "json"],
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        before = len(inside.calls)
        _, unasked = collected(inside, tmp_path, "ssh://root@127.0.0.1", "--no-probe")
        assert len(inside.calls) == before
    assert told["diagnosis"]["root_cause"] == cause
    assert (code == 3) == (cause is not None)
    assert json.loads(again.stdout)["root_cause"] == cause
    assert unasked["nodes"][0]["files"] == told["nodes"][0]["files"] - 1


def reason(told: Any) -> str:
    (machine,) = told["nodes"]
    assert machine["state"] == "failed"
    return str(machine["reason"])


def test_a_name_that_is_not_known_is_told_from_a_name_service_that_is_silent(tmp_path: Path) -> None:
    with node(WELL, tmp_path / "node") as inside:
        assert reason(collected(inside, tmp_path, "ssh://kv@no-such-machine")[1]) == "name-not-known"
    with node(replace(WELL, resolves="silent"), tmp_path / "other") as inside:
        assert reason(collected(inside, tmp_path, f"ssh://kv@{HOST}")[1]) == "name-service-silent"


def test_a_network_without_a_way_is_told_from_one_that_swallows(tmp_path: Path) -> None:
    with node(replace(WELL, way="silent"), tmp_path / "node") as inside:
        assert reason(collected(inside, tmp_path, "ssh://kv@203.0.113.7")[1]) == "no-route"
        assert reason(collected(inside, tmp_path, f"ssh://kv@{VAULT}:443")[1]) == "no-answer"


def test_what_only_the_jump_host_sees_is_told_by_its_words(tmp_path: Path) -> None:
    with node(replace(WELL, way="silent", vault=RBAC), tmp_path / "node") as inside:
        jump = ("--jump", "root@127.0.0.1", "--accept-new")
        for machine, wanted in (
            ("ssh://kv@no-such-machine", "name-not-known"),
            ("ssh://kv@203.0.113.7", "network"),
            (f"ssh://kv@{VAULT}:443", "no-answer"),
            ("ssh://kv@127.0.0.1:9", "refused"),
        ):
            assert reason(collected(inside, tmp_path, machine, *jump)[1]) == wanted
