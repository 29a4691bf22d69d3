"""What a task on a Windows node is given, and what a simulated one leaves."""

from __future__ import annotations

import base64
import gzip
import io
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from tests.contract.client import Client
from tests.known import KEY_VAULT
from tests.powershell import scripts
from troubleshooter.collect.intake import LARGEST_FILE, LARGEST_TOTAL, MOST_FILES, Intake
from troubleshooter.collect.node import orders
from troubleshooter.collect.probe import ASKED
from troubleshooter.collect.roads.task import MINUTES
from troubleshooter.collect.roads.task_script import for_system
from troubleshooter.collect.wanted import wanted
from troubleshooter.model.extension import System
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator

NAMED = (("https://kv-farm.vault.azure.net/secrets/tls", "c1a7b9e2-5d34-4c86-a0f1-2b7e6d9c8a43"),)
WANTED = wanted(KEY_VAULT, System.WINDOWS, NAMED)
SCRIPT = for_system(System.WINDOWS, orders(WANTED))
LINE_OF_WINDOWS, VALUE_OF_WINDOWS = 8191, 32767
"""Characters: of a line of cmd.exe, and of a value of the environment (documented)."""


def unpacked() -> str:
    encoded = SCRIPT.line.rpartition(" -EncodedCommand ")[2]
    return base64.b64decode(encoded).decode("utf-16-le")


def test_its_line_and_its_environment_are_short_enough_for_windows() -> None:
    assert len(SCRIPT.line) < LINE_OF_WINDOWS
    assert max(map(len, SCRIPT.environment.values())) < VALUE_OF_WINDOWS
    assert SCRIPT.line.isascii()
    assert all(value.isascii() for value in SCRIPT.environment.values())


@pytest.mark.parametrize("grammar", scripts.GRAMMARS)
def test_the_line_is_of_its_language_and_names_every_part(grammar: str) -> None:
    assert scripts.wrong(unpacked(), grammar) == []
    named = re.findall(r"'(TROUBLESHOOTER_\d_\d+)'", unpacked())
    assert {*named, ASKED} == set(SCRIPT.environment)


def test_the_parts_are_the_scripts() -> None:
    rows = re.findall(r"@\('([\w.]+)', @\(([^)]*)\), (\d+)\)", unpacked())
    assert [name for name, _, _ in rows] == ["collected.tar", "probe.txt"]
    for order, (_, names, seconds) in zip(orders(WANTED), rows, strict=True):
        text = "".join(SCRIPT.environment[name] for name in re.findall(r"\w+", names))
        assert gzip.decompress(base64.b64decode(text)) == order.feed
        assert int(seconds) == order.seconds


def test_its_scripts_are_over_before_the_task_is() -> None:
    assert 0 < sum(order.seconds for order in orders(WANTED)) <= MINUTES * 60 - 20


def test_what_is_asked_for_is_a_value_and_no_text_of_the_script() -> None:
    assert SCRIPT.environment[ASKED] == " ".join(NAMED[0])
    assert all(NAMED[0][0].encode() not in order.feed for order in orders(WANTED))
    broken = wanted(KEY_VAULT, System.WINDOWS, (("https://a.vault.azure.net/secrets/x y", ""),))
    assert ASKED not in for_system(System.WINDOWS, orders(broken)).environment


def test_both_collections_leave_out_the_same() -> None:
    ours = scripts.sent()["collected.tar"]
    sh = (files("troubleshooter.collect") / "collect.sh").read_text()
    kinds = set(re.findall(r"\bnote ([a-z-]+) ", sh)) | {"cut"}
    endings = set(re.findall(r"\*\.([^ |\\)]+)", sh.partition("secret_name()")[2].partition("return 0")[0]))
    plain = {re.sub(r"\[(\w)\w\]", r"\1", ending).removesuffix(".*") for ending in endings}

    assert set(re.findall(r"Add-Note '([a-z-]+)'", ours)) | set(re.findall(r"@\('(cut)'", ours)) == kinds
    assert set(ours.partition(r"-match '\.(")[2].partition(")")[0].split("|")) == plain
    assert "-----(BEGIN|END)[A-Z0-9 ]* PRIVATE KEY" in ours
    assert "'-----BEGIN[A-Z0-9 ]* PRIVATE KEY'" in sh
    assert [int(octal, 8) for octal in re.findall(r"\\(\d{3})", sh.partition("pkcs=$(printf '")[2][:32])] == [
        int(byte) for byte in ours.partition("[byte[]]@(")[2].partition(")")[0].split(", ")
    ]
    for name, value in (
        ("largest", LARGEST_FILE),
        ("largest_total", LARGEST_TOTAL),
        ("most_files", MOST_FILES),
    ):
        assert f"${name} = {value}\n" in ours


class Task:
    """One that a simulated Windows node ran, and what it left."""

    def __init__(
        self, simulator: Callable[..., Simulator], level: str = "admin", line: str = SCRIPT.line
    ) -> None:
        scene = scenarios.build("windows-healthy", 1, FAST)
        self._client = Client(simulator((scene,)).connection)
        given = [{"name": name, "value": value} for name, value in SCRIPT.environment.items()]
        job = {"id": "looks", "poolInfo": {"poolId": scenarios.POOL}, "commonEnvironmentSettings": given}
        user = {"autoUser": {"scope": "pool", "elevationLevel": level}}
        self._client.batch("POST", "/jobs", job)
        self._client.batch(
            "POST", "/jobs/looks/tasks", {"id": "a", "commandLine": line, "userIdentity": user}
        )
        for _ in range(20):
            self.body = self._client.batch("GET", "/jobs/looks/tasks/a").body
            if self.body["state"] == "completed":
                break

    def file(self, name: str) -> bytes:
        return self._client.batch("GET", f"/jobs/looks/tasks/a/files/{name.replace('/', '%2F')}").data

    def taken(self) -> tuple[list[str], Intake]:
        stream = io.BytesIO(self.file("wd/collected.tar"))
        intake = Intake(WANTED)
        return [one.name for one in intake.files(stream.read)], intake


def test_a_simulated_node_leaves_what_the_script_would(simulator: Callable[..., Simulator]) -> None:
    task = Task(simulator)
    node = task.body["nodeInfo"]["nodeId"]
    assert task.body["executionInfo"]["exitCode"] == 0
    assert task.file("stdout.txt").decode().splitlines() == [
        f"node {node}", "ended collected.tar 0", "ended probe.txt 0"
    ]  # fmt: skip
    assert task.file("wd/probe.txt").startswith(b"troubleshooter probe 1\nhead\tpass\t")
    names, intake = task.taken()
    assert (intake.partial, intake.left_out) == ([], [])
    assert "/WindowsAzure/Logs/WaAppAgent.log" in names
    assert {name.rpartition(".")[2] for name in names} >= {"settings", "status", "log"}


def test_who_is_no_administrator_reads_nothing_there(simulator: Callable[..., Simulator]) -> None:
    names, intake = Task(simulator, "nonadmin").taken()
    assert names == ["answers/store-listing.txt"]
    assert all("may not be read" in told for told in intake.partial)
    assert intake.partial


@pytest.mark.parametrize("line", ["cmd /c dir", "/bin/sh -c true", "powershell -Command Get-Date"])
def test_nothing_else_runs_on_a_windows_node(line: str, simulator: Callable[..., Simulator]) -> None:
    assert Task(simulator, line=line).body["executionInfo"]["failureInfo"]["code"] == "CommandProgramNotFound"
