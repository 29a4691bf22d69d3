"""A pool whose nodes are kept by something else than the Key Vault extension is surveyed and answered."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.matrix.look import LIMIT, PROGRAM, call

if TYPE_CHECKING:
    from pathlib import Path

PLANNED = {"plan", "recreate", "wait-for-idle", "collect", "verify", "verify-all", "apply", "apply-all"}
NONE = "The pool has no Key Vault extension."
ANSWERED = [
    ("monitor-agent-failed", "azure-monitor-agent", NONE),
    ("gpu-driver-failed", "nvidia-gpu", NONE),
    ("node-extension-failed", "batch-node", NONE),
    ("start-task-failed", None, NONE),
    ("another-extension-failed", "azure-monitor-agent", "What keeps the nodes is not the Key Vault ext"),
]


def states(document: Any) -> dict[str, str]:
    return {step["id"]: step["state"] for step in document["steps"]}


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize(("scenario", "whose", "barred"), ANSWERED)
def test_the_cause_is_told_and_no_debug_pool_is_made(scenario: str, whose: str | None, barred: str) -> None:
    code, document = call("demo", scenario, "--headless")
    first = document["diagnosis"]["findings"][0]

    assert (code, document["exit"]) == (3, 3)
    assert (first["extension"], first["severity"]) == (whose, "error")
    assert document["diagnosis"]["root_cause"] == first["id"]
    assert len(first["nodes"]) == 2, "each node's own answer proves it"
    assert first["evidence"]
    assert first["title"].startswith("Not the Key Vault extension: ") is (whose is not None)
    assert document["not_verified_because"].startswith(barred)
    assert {states(document)[step] for step in PLANNED} == {"skipped"}
    assert not any(document["changes"].values())


def test_a_start_task_is_told_with_its_exit_code() -> None:
    _, document = call("demo", "start-task-failed", "--headless")

    assert document["diagnosis"]["root_cause"] == "batch-start-task-failed"
    assert "127" in document["diagnosis"]["findings"][0]["explanation"]


def test_a_pool_without_extensions_whose_nodes_are_idle_is_well() -> None:
    code, document = call("demo", "no-extension", "--headless")

    assert (code, document["diagnosis"]["findings"]) == (0, [])
    assert states(document)["survey"] == "done"
    assert not any(document["changes"].values())


def told(scenario: str, home: Path) -> tuple[str, str]:
    """What a terminal shows of it, and the report that was written."""
    ended = subprocess.run(
        [*PROGRAM, "demo", scenario, "--headless"],
        capture_output=True, text=True, check=False, timeout=LIMIT,
        env={**os.environ, "TROUBLESHOOTER_HOME": str(home), "PYTHONUTF8": "1"},
    )  # fmt: skip
    (report,) = home.rglob("report.md")
    return " ".join(ended.stdout.split()), report.read_text(encoding="utf-8")


def test_text_and_report_say_it_in_words(tmp_path: Path) -> None:
    shown, report = told("gpu-driver-failed", tmp_path)

    for words in (shown, report.replace("\\", "")):
        assert "Not the Key Vault extension: NvidiaGpuDriverLinux failed" in words
        assert "The pool has no Key Vault extension" in words
    assert "/var/log/azure/nvidia-vmext-status" in shown
    assert "requireInitialSync" not in shown


def test_a_pool_that_is_well_is_not_said_to_wait_for_certificates(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*PROGRAM, "demo", "no-extension", "--headless"],
        capture_output=True, text=True, check=False, timeout=LIMIT,
        env={**os.environ, "TROUBLESHOOTER_HOME": str(tmp_path), "PYTHONUTF8": "1"},
    )  # fmt: skip
    shown = " ".join(ended.stdout.split())

    assert shown.startswith("✔ Healthy: 2 nodes (2 idle). The pool has no Key Vault extension")
    assert "certificates" not in shown
