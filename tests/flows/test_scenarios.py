"""Every scenario is diagnosed right, also where its nodes' logs are full of harmless lines."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.flows.matrix.expected import EXPECTED, FAST, Way
from tests.flows.matrix.look import call, diagnosed
from tests.flows.matrix.table import matrix
from tests.ssh.probe.worlds import WORLDS
from troubleshooter.settings import playbooks_folder
from troubleshooter.simulator.files import write_files
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BY_FILES = tuple(name for name, expected in EXPECTED.items() if expected.way is Way.FILES)


def walked(names: Iterable[str], folder: Path, *, noise: bool) -> dict[str, tuple[str | None, str | None]]:
    """Expected and named cause of each."""
    names = tuple(names)
    with ThreadPoolExecutor(os.cpu_count()) as processes:
        causes = processes.map(lambda name: diagnosed(name, folder / name, noise=noise), names)
        return {name: (EXPECTED[name].cause, got) for name, got in zip(names, causes, strict=True)}


def wrong(found: dict[str, tuple[str | None, str | None]]) -> dict[str, tuple[str | None, str | None]]:
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def test_every_scenario_has_its_expectation() -> None:
    assert list(EXPECTED) == list(SCENARIOS)
    assert len(SCENARIOS) >= 40


def test_every_family_of_rules_has_a_scenario() -> None:
    causes = {expected.cause for expected in EXPECTED.values()}
    causes |= {cause for _, cause, _ in WORLDS.values()}  # of real nodes that are asked themselves
    for path in sorted((playbooks_folder() / "rules").glob("*.yaml")):
        ids = {rule["id"] for rule in yaml.safe_load(path.read_text(encoding="utf-8"))}
        assert ids & causes, path.name


@pytest.mark.slow(every_change=True)
def test_a_missing_agent_is_concluded_from_what_a_node_lacks() -> None:
    """Azure's answers do not say it to a run; the node's own files say it to whoever brings them."""
    _, document = call("demo", "vm-agent-absent", "--headless")
    cause = document["diagnosis"]["findings"][0]
    assert (cause["id"], cause["confidence"]) == ("agent-absent", "likely")


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("scenario", ["agent-legacy", "agent-too-old"])
def test_an_agent_that_is_there_is_not_called_missing(scenario: str) -> None:
    """A pool without the extension shows what its image has; the cause is not among it."""
    code, document = call("demo", scenario, "--headless")
    assert code == 8
    assert document["diagnosis"]["root_cause"] is None


def test_some_scenarios_are_diagnosed_right(tmp_path: Path) -> None:
    found = walked((*FAST, *BY_FILES), tmp_path, noise=False)

    print(matrix(found.values()))
    assert wrong(found) == {}


@pytest.mark.slow
@pytest.mark.parametrize("noise", [False, True], ids=["plain", "noise"])
def test_every_scenario_is_diagnosed_right(tmp_path: Path, noise: bool) -> None:
    found = walked(EXPECTED, tmp_path, noise=noise)

    print(f"\n{'with noise' if noise else 'plain'}\n{matrix(found.values())}")
    assert wrong(found) == {}


def test_noise_is_thousands_of_lines_rotated_files_and_clocks_that_disagree(tmp_path: Path) -> None:
    write_files("vault-rbac-denied", tmp_path, noise=True)
    logs = sorted(tmp_path.glob("*/var/log/azure/*/akvvm_service_*.log"))
    lines = [path.read_text(encoding="utf-8").splitlines() for path in logs]

    assert len(lines) == 2
    assert all(len(each) > 2000 for each in lines)
    assert all(sum("ForbiddenByRbac" in line for line in each) == 1 for each in lines)
    assert lines[0][-1][:19] != lines[1][-1][:19]
    assert len(list(tmp_path.glob("*/var/log/azure/*/*.log.gz"))) == 2


def test_a_scenarios_files_are_written_and_analysed_by_command(tmp_path: Path) -> None:
    written, document = call(
        "simulate", "--scenario", "windows-rbac-denied", "--write", str(tmp_path / "files")
    )
    analysed, diagnosis = call("analyze", str(tmp_path / "files"))
    refused, problem = call("simulate", "--write", __file__)

    assert (written, document["scenario"], document["files"] > 4) == (0, "windows-rbac-denied", True)
    assert (analysed, diagnosis["root_cause"]) == (3, "kv-403-rbac")
    assert (refused, bool(problem["error"]["do"])) == (2, True)


def test_on_windows_a_cause_is_found_on_a_node_by_a_task() -> None:
    code, document = call("demo", "windows-rbac-denied", "--headless")

    assert (code, document["diagnosis"]["root_cause"], document["verified"]) == (0, "kv-403-rbac", True)
    made, removed = (document["changes"][kind] for kind in ("created", "removed"))
    assert [each["kind"] for each in made] == ["pool", "own-job", "pool"], "nobody signs in"
    assert sorted(each["id"] for each in made) == sorted(each["id"] for each in removed)
    collected = next(step for step in document["steps"] if step["id"] == "collect")
    assert collected["why"].endswith("by a task")


@pytest.mark.slow(every_change=True)
def test_on_windows_the_network_is_seen_from_the_node() -> None:
    code, document = call("demo", "windows-unresolved", "--headless")

    assert (code, document["diagnosis"]["root_cause"]) == (3, "net-dns")
