"""The commands from outside: a process each, its one JSON document, its exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.simulator.scenarios import FIRST, SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "troubleshooter")
CAUSES = {
    "healthy": (0, None, False),
    "wrong-client-id": (0, "imds-identity-not-found", True),
    "vault-rbac-denied": (0, "kv-403-rbac", True),
    "vault-firewall": (0, "kv-403-firewall", True),
    "secret-not-found": (0, "kv-404-secret-not-found", True),
    "auth-settings-misplaced": (0, "kv-authconfig-nonexistent", True),
    "polling-interval-number": (0, "kv-config-not-a-string", True),
    "identity-missing": (0, "batch-pool-identity-missing", True),
    "mixed": (0, "kv-403-firewall", True),
    "resize-quota": (7, "batch-resize-quota", False),
    "odd-shapes": (0, "kv-403-rbac", True),
    "older-version": (0, "kv-403-rbac", True),
    "extension-view-refused": (0, "kv-config-not-a-string", True),
}


def call(*arguments: str, stdin: str = "", home: str | None = None) -> tuple[int, Any]:
    environ = {**os.environ, "PYTHONUTF8": "1"} | ({"TROUBLESHOOTER_HOME": home} if home else {})
    ended = subprocess.run(
        [*PROGRAM, *arguments, "--output", "json"],
        input=stdin, capture_output=True, text=True, check=False, timeout=120, env=environ,
    )  # fmt: skip
    return ended.returncode, json.loads(ended.stdout)


def essence(document: Any) -> Any:
    return (
        document["exit"],
        [(step["id"], step["state"]) for step in document["steps"]],
        [finding["id"] for finding in document["diagnosis"]["findings"]],
        document["verified"],
    )


def test_every_scenario_has_its_expectation() -> None:
    code, document = call("demo", "--list")

    assert code == 0
    assert [row["name"] for row in document["scenarios"]] == list(SCENARIOS)
    assert [scenario.name for scenario in FIRST] == list(CAUSES) == list(SCENARIOS)[: len(CAUSES)]
    assert all(row["summary"] for row in document["scenarios"])


QUICK = ("wrong-client-id",)
"""Walked in every run of the tests; it takes seconds."""


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in CAUSES],
)
def test_the_demo_finds_the_cause_and_does_so_again(scenario: str) -> None:
    code, document = call("demo", scenario, "--headless")
    again, repeated = call("demo", scenario, "--headless")

    assert CAUSES[scenario] == (code, document["diagnosis"]["root_cause"], document["verified"])
    assert document["exit"] == code == again
    assert document["changes"]["left"] == []
    assert essence(repeated) == essence(document)


@pytest.mark.slow(every_change=True)
def test_mixed_names_the_one_node_that_fails() -> None:
    _, document = call("demo", "mixed", "--headless")
    debug_nodes = {change["id"] for change in document["changes"]["created"] if change["kind"] == "node-user"}

    assert len(document["diagnosis"]["findings"][0]["nodes"]) == 1
    assert len(debug_nodes) >= 2


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A data directory with one ended run in it, as a real one would have it."""
    home = tmp_path_factory.mktemp("finished")
    _, document = call("demo", "--headless", home=str(home))
    return str(home / "demo"), document["run"]


def test_a_run_can_be_listed_and_shown(finished: tuple[str, str]) -> None:
    home, run = finished
    _, listed = call("runs", "list", home=home)
    code, shown = call("runs", "show", run[:6], home=home)

    assert [row["id"] for row in listed["runs"]] == [run]
    assert listed["runs"][0]["state"] == "done"
    assert listed["runs"][0]["open_changes"] == 0
    assert code == 0
    assert (shown["run"], shown["exit"], shown["verified"]) == (run, 0, True)


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_a_report_is_written_to_a_file(form: str, finished: tuple[str, str], tmp_path: Path) -> None:
    home, run = finished
    code, document = call("report", run, "--format", form, "-o", str(tmp_path / "r"), home=home)

    assert code == 0
    assert document["file"] == str(tmp_path / "r")
    assert "kv-403-rbac" in (tmp_path / "r").read_text().replace("\\", "")
    assert (tmp_path / "r").stat().st_mode & 0o777 == 0o600


def test_a_bundle_holds_no_pool_definition_and_can_be_analysed(
    finished: tuple[str, str], tmp_path: Path
) -> None:
    home, run = finished
    bundle = tmp_path / "run.tar.gz"
    bundle.touch(mode=0o644)
    code, _ = call("runs", "export", run, "-o", str(bundle), home=home)
    assert bundle.stat().st_mode & 0o777 == 0o600
    analysed, diagnosis = call("analyze", str(bundle), home=home)
    with tarfile.open(bundle) as archive:
        names = archive.getnames()
        top = names[0].split("/")[0]
        report = archive.extractfile(f"{top}/report.md")
        assert report is not None
        exported = report.read().decode()
        held = archive.extractfile(f"{top}/manifest.json")
        assert held is not None
        manifest = json.load(held)
    said = tmp_path / "report.md"
    assert call("report", run, "--format", "markdown", "-o", str(said), home=home)[0] == 0

    assert (code, analysed) == (0, 3)
    assert exported.strip() == said.read_text().strip(), "what is handed on says what the run says"
    assert diagnosis["root_cause"] == "kv-403-rbac"
    own = ("/", "node ", "answers/")
    assert all(place["file"].startswith(own) for place in diagnosis["findings"][0]["evidence"])
    assert re.fullmatch(rf"run-{run}-\d{{8}}T\d{{6}}Z", top)
    nodes = {node["node"]: node for node in manifest["nodes"]}
    assert {row["node"] for row in manifest["files"]} == set(nodes)
    read = next(node for node in nodes.values() if node["rung"] == "ssh")
    assert (read["state"], read["not_by"], read["files"] > 5) == ("complete", {}, True)
    papers = ("manifest.json", "events.jsonl", "findings.json", "report.md")
    assert {f"{top}/{name}" for name in papers} <= set(names)
    assert bundle.with_name("run.tar.gz.sha256").read_text().endswith("  run.tar.gz\n")
    assert not any("pool.json" in name for name in names)


def test_an_ended_run_stays_as_it_is_when_resumed_or_cleaned_up(finished: tuple[str, str]) -> None:
    home, run = finished
    code, document = call("runs", "resume", run, "--yes", home=home)
    cleaned, receipt = call("runs", "cleanup", run, "--yes", home=home)

    assert (code, document["verified"]) == (0, True)
    assert (cleaned, receipt["left"]) == (0, [])


def test_a_run_of_the_demo_is_read_but_not_resumed(finished: tuple[str, str]) -> None:
    home, run = finished
    outer = home.removesuffix("/demo")

    assert call("runs", "show", run, home=outer)[0] == 0
    assert call("runs", "resume", run, "--yes", home=outer)[0] == 9
    assert [(row["id"], row["demo"]) for row in call("runs", "list", home=outer)[1]["runs"]] == [(run, True)]


def told(*arguments: str, home: str) -> str:
    """What a command says, result and narration alike."""
    ended = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONUTF8": "1", "TROUBLESHOOTER_HOME": home},
    )  # fmt: skip
    return ended.stderr + ended.stdout


def test_a_demo_says_so_first_and_what_is_broken_and_what_the_administrator_did(tmp_path: Path) -> None:
    lines = told("demo", "vault-firewall", "--headless", home=str(tmp_path)).splitlines()

    assert lines[0].startswith("DEMO  Vault firewall. What is broken: The vault's firewall does not know")
    (helped,) = (line.strip() for line in lines if "Playing the administrator" in line)
    assert helped.startswith("Playing the administrator: allowed ")
    assert helped.endswith(" through the firewall of vault kv-contoso-certs")


def test_a_demo_that_stops_advises_nothing_that_it_refuses(tmp_path: Path) -> None:
    """Stopped at a gate whose answer was given wrong, with a debug pool made."""
    said = told("demo", "--headless", "--answer", "fix=9", home=str(tmp_path))

    assert "fix=9 is not a choice." in said
    assert "pool render-pool-dbg-" in said
    assert "What the demo left in its Azure ended with it." in said
    assert "runs resume" not in said
    assert "runs cleanup" not in said


def test_a_demo_that_was_left_says_the_same_everywhere(tmp_path: Path) -> None:
    """Its run can be read: that nothing is left, and which demo begins it anew, whatever is asked of it."""
    home = str(tmp_path)
    call("demo", "mixed", "--headless", "--until", "wait-for-idle", home=home)
    run = call("runs", "list", home=home)[1]["runs"][0]["id"]
    anew = "troubleshooter demo mixed"

    assert "got to collect" in told("runs", "list", home=home)
    shown = told("runs", "show", run, home=home)
    assert f"what is left ends with the demo: render-pool-dbg-{run}" in " ".join(shown.split())
    assert "still there" not in shown
    assert anew in shown
    for command, done in (("resume", "resumed"), ("cleanup", "cleaned up"), ("restore", "restored")):
        refused = " ".join(told("runs", command, run, home=home).split())
        assert f"can be read, not {done}." in refused
        assert "its own simulated Azure alone, and ends with that" in refused
        assert f"Begin the same demo anew: {anew}" in refused


@pytest.mark.slow(every_change=True)
def test_a_demo_rehearses_what_run_would_refuse(tmp_path: Path) -> None:
    said = told("demo", "--headless", "--mode", "in-place", home=str(tmp_path))

    assert "Add --confirm render-pool" in said
    assert told("demo", "--headless", "--until", "plan", home=str(tmp_path)).count("○ recreate") == 1


def test_a_run_is_deleted(tmp_path: Path) -> None:
    home = str(tmp_path / "deleting" / "demo")
    _, document = call("demo", "healthy", "--headless", home=str(tmp_path / "deleting"))

    assert call("runs", "delete", document["run"], "--yes", home=home)[0] == 0
    assert call("runs", "show", document["run"], home=home)[0] == 5
    assert call("runs", "list", home=home)[1]["runs"] == []


@pytest.mark.parametrize("command", ["show", "resume", "cleanup", "delete"])
def test_an_unknown_run_ends_with_5(command: str) -> None:
    code, document = call("runs", command, "abcdef")

    assert code == 5
    assert "runs list" in document["error"]["do"]


def test_simulate_serves_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "simulate"], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as serving:
        assert serving.stdout is not None
        connection = json.loads(serving.stdout.readline())
        assert list(tmp_path.glob("simulated-azure-*"))
        serving.send_signal(signal.SIGINT)
        rest = serving.stdout.read()
        code = serving.wait(30)

    assert (code, rest) == (0, "")
    assert list(tmp_path.glob("simulated-azure-*")) == []
    assert list(connection) == [
        "arm_endpoint", "batch_endpoint", "vault_endpoint", "authority", "ca_file", "tenant_id", "client_id",
        "client_secret", "subscription_id", "resource_group", "account", "pool", "pool_id", "nodes",
        "control",
    ]  # fmt: skip
