"""Secrets are planted wherever one can be; the whole program is run; none of them is found anywhere."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.canary.secrets import everything
from tests.flows.canary.world import Planted, pool_of
from tests.flows.outside import World
from tests.known import KEY_VAULT
from troubleshooter.pooldef.write_only import write_only_fields
from troubleshooter.redact.environment import SUPPLIED
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from pathlib import Path


class Stage:
    """The program as a process on the planted world; everything it printed is kept."""

    def __init__(self, planted: Planted, connection: dict[str, Any], folder: Path) -> None:
        self.planted = planted
        self.home = folder / "data"
        self.world = World(connection, self.home)
        planted.canaries.known["client secret"] = connection["client_secret"].encode()
        self.environ = {**self.world.environ, **planted.environ}
        self.environ["AZURE_CLIENT_SECRET"] = connection["client_secret"]
        self.outputs: dict[str, str] = {}

    def call(self, *arguments: str, **environ: str) -> tuple[int, str]:
        ended = subprocess.run(
            [sys.executable, "-m", "troubleshooter", *arguments],
            capture_output=True, text=True, check=False, env=self.environ | environ, timeout=180,
        )  # fmt: skip
        shown = f"{len(self.outputs)} {' '.join(arguments[:2])}"
        self.outputs[f"{shown} stdout"], self.outputs[f"{shown} stderr"] = ended.stdout, ended.stderr
        return ended.returncode, ended.stdout

    def run(self, *more: str) -> tuple[int, str]:
        pool = self.world.connection["pool_id"]
        given = (
            "--allow-from",
            "127.0.0.1/32",
            "--poll-interval",
            "0.1",
            "--yes",
            "--answer",
            "next=look",
            "-v",
        )
        return self.call("run", pool, *given, *more)

    def supplied(self, definition: Any) -> dict[str, str]:
        """A new secret for every field that Azure does not return, as the variables that the gate names."""
        supplied = {}
        for field in write_only_fields(definition, KEY_VAULT):
            token = self.planted.canaries.new(field.path)
            supplied[SUPPLIED + field.name] = json.dumps({"key": token}) if field.json_object else token
        return supplied

    @property
    def latest(self) -> str:
        _, listed = self.call("runs", "list", "--output", "json")
        return str(json.loads(listed)["runs"][0]["id"])

    def leaks(self) -> list[tuple[str, list[str]]]:
        """Place and names of what was found; the saved definition is looked at by itself."""
        places = [
            (place, self.planted.canaries.found(data))
            for place, data in everything(self.home, self.outputs)
            if not place.endswith("/pool.json")
        ]
        return [(place, found) for place, found in places if found]

    def saved(self) -> list[Path]:
        return sorted(self.home.rglob("pool.json"))


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Planted:
    planted = Planted()
    planted.on(monkeypatch)
    return planted


@pytest.fixture
def simulated() -> Simulator:
    return Simulator("vault-rbac-denied")


def test_the_search_finds_what_is_there(planted: Planted) -> None:
    text = "\n".join(planted.lines)
    known = planted.canaries.found(text.encode())
    assert {"sas quoted", "basic", "json in json", "supplied", "jwt"} <= set(known)


@pytest.mark.slow
def test_nothing_of_a_whole_run_holds_a_secret(
    planted: Planted, simulated: Simulator, tmp_path: Path
) -> None:
    planted.returned(simulated)
    with simulated:
        stage = Stage(planted, simulated.connection, tmp_path)
        sas = planted.canaries.new("code of an error")
        for match in ("GET .*/extensions", "GET .*/nodes/[^/]+$"):
            fault = {"match": match, "status": 409, "code": f"Odd at https://x/y?sv=1&sig={sas}"}
            stage.world.control("POST", "fault", fault)
        code, _ = stage.run()
        assert code == 3  # the login was refused once: a task read the node instead
        held = sqlite3.connect(stage.home / "journal.sqlite3", isolation_level=None)
        held.execute("BEGIN")
        held.execute("SELECT count(*) FROM events").fetchone()  # so that what follows stays in the WAL
        assert stage.run("--output", "json")[0] == 3
        run = stage.latest
        for form in ("markdown", "html", "json", "ticket"):
            assert stage.call("report", run, "--format", form)[0] == 0
            assert (
                stage.call("report", run, "--format", form, "-o", str(stage.home / f"report.{form}"))[0] == 0
            )
        assert stage.call("runs", "show", run)[0] == 0
        assert stage.call("runs", "export", run, "-o", str(stage.home / "run.tar.gz"))[0] == 0
        code, preview = stage.call("runs", "export", run, "--preview", "--output", "json")
        assert stage.call("analyze", str(stage.home / "run.tar.gz"))[0] == 3
        assert stage.call("doctor")[0] in {0, 7}
        assert (stage.home / "journal.sqlite3-wal").stat().st_size > 0
        leaks = stage.leaks()
        held.close()
    assert leaks == []
    check_preview(json.loads(preview))
    for saved in stage.saved():
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600
        assert "environment setting" in planted.canaries.found(saved.read_bytes())
        assert "client secret" not in planted.canaries.found(saved.read_bytes())


def check_preview(preview: dict[str, Any]) -> None:
    kinds = {hidden["kind"] for hidden in preview["hidden"]}
    assert {"sas", "jwt", "token", "secret", "key"} <= kinds
    assert all(hidden["line"] > 0 and hidden["count"] > 0 for hidden in preview["hidden"])
    assert any(hidden["file"].endswith("waagent.log") for hidden in preview["hidden"])
    assert any("pool.json" in told for told in preview["left_out"])


@pytest.mark.slow
def test_nothing_that_only_goes_in_comes_out(planted: Planted, simulated: Simulator, tmp_path: Path) -> None:
    planted.write_only(simulated)
    with simulated:
        stage = Stage(planted, simulated.connection, tmp_path)
        assert stage.run()[0] == 9  # nobody supplied what Azure does not return
        supplied = stage.supplied(pool_of(simulated))
        assert len(supplied) == 9
        stage.environ |= supplied
        said = f"Refused: {next(iter(supplied.values()))} is not complex enough"
        stage.world.control("POST", "fault", {"match": "PUT /.*/pools/", "status": 400, "code": said})
        assert stage.call("runs", "resume", stage.latest, "--yes")[0] == 7  # Azure repeats what it was sent
        assert stage.call("runs", "resume", stage.latest, "--yes")[0] == 3
        assert stage.call("runs", "show", stage.latest, "--output", "json")[0] == 0
        assert stage.call("runs", "export", stage.latest, "-o", str(stage.home / "run.tar.gz"))[0] == 0
        created = json.dumps([pool["definition"] for pool in stage.world.control("GET", "state")["pools"]])
    assert stage.leaks() == []
    assert planted.canaries.found(created.encode()) == []
    assert [planted.canaries.found(saved.read_bytes()) for saved in stage.saved()] == [[]]


def test_files_at_hand_are_shown_without_their_secrets(planted: Planted, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    denied = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac"
    # but for the last, which goes on in the next line: the times in JSON tell of one line at a time
    text = "".join(f"{denied} {line}\n" for line in planted.lines[:-1])
    (logs / "akvvm_service_2026.log").write_text(text)
    new = planted.canaries.new
    url = f"http://u:{new('certificate url')}@kv.vault.azure.net/secrets/x?sig={new('lint')}"
    settings = {"secretsManagementSettings": {"observedCertificates": [url]}}
    (tmp_path / "pool.json").write_text(json.dumps(settings))
    environ = {**os.environ, **planted.environ}
    shown = ""
    for form in ("text", "json"):
        for arguments in (("analyze", str(logs)), ("lint", str(tmp_path / "pool.json"))):
            ended = subprocess.run(
                [sys.executable, "-m", "troubleshooter", *arguments, "--output", form],
                capture_output=True, text=True, check=False, env=environ, timeout=60,
            )  # fmt: skip
            assert ended.returncode in {3, 4}
            shown += ended.stdout + ended.stderr
    assert planted.canaries.found(shown.encode()) == []


def test_a_sign_in_that_fails_tells_no_secret(planted: Planted, simulated: Simulator, tmp_path: Path) -> None:
    with simulated:
        stage = Stage(planted, simulated.connection, tmp_path)
        wrong = planted.canaries.new("wrong secret")
        assert (
            stage.call("run", stage.world.connection["pool_id"], "--yes", AZURE_CLIENT_SECRET=wrong)[0] == 6
        )
        bad = f"https://user:{planted.canaries.new('endpoint')}@127.0.0.1:1/?sig={planted.canaries.new('query')}"
        assert stage.call("run", stage.world.connection["pool_id"], "--arm-endpoint", bad)[0] == 2
        assert stage.call("doctor", "--output", "json", AZURE_CLIENT_SECRET=wrong)[0] == 6
    assert stage.leaks() == []
