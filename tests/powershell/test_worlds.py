"""In each simulated world a Windows node answers what a Linux node does, which runs the script for sh.

So the answers of the one, which no script gives, are held to those that a script does give.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.known import KEY_VAULT
from troubleshooter.analyse.probe import answers
from troubleshooter.collect import probe
from troubleshooter.collect.wanted import wanted
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.node import windows_answers
from troubleshooter.simulator.node.asking import write_commands
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.tools import NodeTools
from troubleshooter.simulator.scenarios.windows import on_windows
from troubleshooter.simulator.world import story

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from troubleshooter.simulator.node.story import NodeStory
    from troubleshooter.simulator.scenarios import Scenario

WHOLE = ("imds", "identities", "dns", "token", "vault", "secret")
"""Of which every word is compared."""
STATUS = ("tcp", "tls", "clock")
"""Of which the way is: the words are curl's here, and those of .NET there."""
OWN = re.compile(r"(?<=it was not asked): .*|(?<=could be asked for): .*")
"""Of their reasons: why a vault was not reached, and which file names no certificate."""
LINUX = {name: one for name, one in scenarios.SCENARIOS.items() if not name.startswith(("windows", "v4"))}
FEW = ("vault-rbac-denied", "vault-firewall", "wrong-client-id", "metadata-captured", "vault-unreachable")
OTHERWISE = {
    "connection-cut": "on Windows the port is seen to be open, and TLS to be cut; curl says neither",
    "settings-as-text": "the pool has no node",
    "version-unknown": "the same",
    "allocation-locked": "the same",
    "allocation-slow": "the same",
    "no-extension": "there is nothing to be on Windows",
    "monitor-agent-failed": "the extension is another",
    "gpu-driver-failed": "the same",
    "node-extension-failed": "the same",
    "start-task-failed": "the same",
}
"""Worlds in which they are not compared, and why."""


class Said(NamedTuple):
    id: str
    status: str
    subject: str
    reason: str


def told(scenario: Scenario) -> NodeStory:
    """Of the first node of its pool."""
    scene = scenarios.staged(scenario, 1, FAST)
    pool = scene.world.pools[scenarios.POOL]
    cohort, machine = next(iter(pool.visible()))
    return story.tell(cohort, machine, pool.conditions(scene.world.conditions))


def on_linux(scenario: Scenario, folder: Path) -> bytes:
    return asked(node_of(scenario, folder), folder)


def node_of(scenario: Scenario, folder: Path) -> Path:
    root = folder / "node"
    root.mkdir()
    write_disk(root, told(scenario))
    write_commands(root, told(scenario))
    return root


def asked(root: Path, folder: Path) -> bytes:
    path = NodeTools(folder / "tools").search(root, is_admin=True)
    ran = subprocess.run(
        ["/bin/sh", "-s", "--", str(root)],
        input=probe.script(wanted(KEY_VAULT, asked=())),
        capture_output=True,
        check=True,
        timeout=120,
        env={"PATH": path, "USER": "root", "TROUBLESHOOTER_NODE_ROOT": str(root)},
    )
    return ran.stdout


def twin(scenario: Scenario) -> Scenario:
    def changed(body: dict[str, Any]) -> dict[str, Any]:
        return on_windows("3.0")(scenario.body(body))

    return replace(scenario, body=changed)


def compared(data: bytes) -> list[Said]:
    said = []
    for answer in answers(data):
        if answer.id in WHOLE:
            reason = OWN.sub("", answer.reason)
            said.append(Said(answer.id, answer.status, answer.subject, reason))
        elif answer.id in STATUS:
            said.append(Said(answer.id, answer.status, answer.subject, ""))
    return said


def same(name: str, folder: Path) -> None:
    linux = on_linux(LINUX[name], folder)
    windows = windows_answers.answers(told(twin(LINUX[name])), "").encode()

    assert compared(windows) == compared(linux)


def test_a_node_without_any_of_its_places_answers_to_the_end(tmp_path: Path) -> None:
    """Blanks part words again behind a loop over nothing: else the time cannot be read, and all is lost."""
    root = node_of(LINUX["vault-rbac-denied"], tmp_path)
    shutil.rmtree(root / "var" / "lib" / "waagent")

    *_, last = answers(asked(root, tmp_path))

    assert (last.id, last.status) == ("proxy", "note")


@pytest.mark.parametrize("name", FEW)
def test_both_hear_the_same(name: str, tmp_path: Path) -> None:
    same(name, tmp_path)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("name", [name for name in LINUX if name not in {*FEW, *OTHERWISE}])
def test_both_hear_the_same_in_every_world(name: str, tmp_path: Path) -> None:
    same(name, tmp_path)
