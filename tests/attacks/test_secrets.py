"""A whole run over nodes full of secrets, in every spelling; then all that it left and said is searched."""

from __future__ import annotations

import stat
import subprocess
import tarfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.attacks.foreign import Stage
from tests.attacks.spellings import HIDDEN, LEARNED, LINE, SPELLED, spelled
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from tests.attacks.spellings import Spelling

pytestmark = pytest.mark.slow  # one run, and every command that tells of it

LOGS = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
STATUS = "S5gnature0StatusABCDEFGHIJ"


class Searched:
    """Everything that a run left and said, by place."""

    def __init__(self) -> None:
        self.places: dict[str, bytes] = {}
        self.processes: set[bytes] = set()
        self.modes: dict[str, int] = {}
        self.client_secret = b""

    def holding(self, forms: set[bytes]) -> list[str]:
        return [name for name, data in self.places.items() if any(form in data for form in forms)]

    def told(self, name: str, did: subprocess.CompletedProcess[bytes]) -> None:
        self.places[f"{name} stdout"], self.places[f"{name} stderr"] = did.stdout, did.stderr

    def kept(self, home: Path) -> None:
        """The home; but of the pool's definition, which is kept as Azure gave it."""
        for path in home.rglob("*"):
            self.modes[str(path.relative_to(home))] = stat.S_IMODE(path.stat().st_mode)
            if path.is_file() and path.name != "pool.json":
                self.places[f"home {path.relative_to(home)}"] = path.read_bytes()

    def packed(self, bundle: Path) -> None:
        with tarfile.open(bundle) as archive:
            for member in archive:
                content = archive.extractfile(member)
                self.places[f"bundle {member.name}"] = content.read() if content else b""


def plant(stage: Stage, pool: str) -> None:
    """On the disks of a pool's nodes, which are written when somebody asks for the way in."""
    nodes = {pool["name"]: pool["nodes"] for pool in stage.world.control("GET", "state")["pools"]}[pool]
    for node in nodes:
        stage.azure.batch("GET", f"/pools/{pool}/nodes/{node['id']}/remoteloginsettings")
        logs = Path(stage.world.connection["ca_file"]).parent / "nodes" / node["id"] / LOGS
        for number, spelling in enumerate([*HIDDEN.values(), *SPELLED.values()]):
            (logs / f"akvvm_service_9{number:02}.log").write_bytes(spelling.log)


def watched(stage: Stage, searched: Searched, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run it, and look at the list of processes meanwhile."""
    started = subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=stage.environ, umask=0
    )
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for place in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    searched.processes.add(place.read_bytes())
                except OSError:  # it has just ended
                    continue
            time.sleep(0.05)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        out, err = started.communicate(timeout=240)
    finally:
        over.set()
        looking.join()
    return subprocess.CompletedProcess(arguments, started.returncode, out, err)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    folder = tmp_path_factory.mktemp("secrets")
    home, found = folder / "data", Searched()
    with served(home, "vault-rbac-denied") as world:
        stage = Stage(world, home)
        stage.environ |= LEARNED
        found.client_secret = world.connection["client_secret"].encode()
        stage.report_from_nodes(f"Cannot read https://a.blob.core.windows.net/c?sv=1&sig={STATUS}&se=2 ")
        found.told("begun", stage.run("-v", "--until", "wait-for-idle"))
        run, (pool,) = stage.latest, stage.others()
        plant(stage, pool)
        given = ("--yes", "--answer", "outside-fix=done", "-v")
        found.told("resumed", watched(stage, found, "runs", "resume", run, *given))
        for form in ("markdown", "html", "json", "ticket"):
            found.told(f"report {form}", stage.call("report", run, "--format", form))
        found.told("show", stage.call("runs", "show", run))
        bundle = folder / "run.tar.gz"
        found.told("export", stage.call("runs", "export", run, "-o", str(bundle)))
        found.packed(bundle)
        found.told("analyze", stage.call("analyze", str(bundle)))
        found.told("doctor", stage.call("doctor"))
        found.kept(home)
    return found


def test_the_logs_were_collected_at_all(searched: Searched) -> None:
    """But for the one with a private key, which is left out and named."""
    assert b"Cause found" in searched.places["resumed stdout"]
    packed = [place for place in searched.places if place.startswith("bundle")]
    missing = [
        name
        for number, name in enumerate([*HIDDEN, *SPELLED])
        if not any(place.endswith(f"akvvm_service_9{number:02}.log") for place in packed)
    ]
    assert missing == ["key block in json"]
    assert b"<redacted " in searched.places["report markdown stdout"]


@pytest.mark.parametrize("spelling", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_secret_is_hidden_everywhere(searched: Searched, spelling: Spelling) -> None:
    assert searched.holding(spelling.forms) == []


@pytest.mark.parametrize("spelling", SPELLED.values(), ids=SPELLED.keys())
def test_a_secret_in_another_spelling_is_hidden_everywhere(searched: Searched, spelling: Spelling) -> None:
    assert searched.holding(spelling.forms) == []


def test_a_secret_in_an_extensions_status_is_hidden_everywhere(searched: Searched) -> None:
    assert searched.holding({STATUS[:12].encode(), STATUS[-12:].encode()}) == []


def test_the_sign_ins_secret_and_its_tokens_are_nowhere(searched: Searched) -> None:
    assert searched.holding({searched.client_secret, b"eyJ0eXAiOiJKV1Q", b"PRIVATE KEY"}) == []


def test_no_process_has_a_secret_among_its_arguments(searched: Searched) -> None:
    assert any(b"troubleshooter" in each for each in searched.processes)
    secrets = {searched.client_secret, *(value.encode() for value in LEARNED.values())}
    assert [each for each in searched.processes if any(secret in each for secret in secrets)] == []


def test_files_are_the_owners_alone_whatever_the_umask(searched: Searched) -> None:
    assert {name: oct(mode) for name, mode in searched.modes.items() if mode & 0o077} == {}
    assert any(name.startswith("runs/") for name in searched.modes)


@pytest.mark.parametrize("told", LEARNED.values(), ids=LEARNED.keys())
def test_a_secret_that_was_told_is_nowhere_in_any_spelling(searched: Searched, told: str) -> None:
    assert searched.holding(spelled(told[:12]) | spelled(told[-12:])) == []


def test_a_file_in_wide_characters_stays_one(searched: Searched) -> None:
    """With its byte order mark, and readable as before but for the secret."""
    names = [*HIDDEN, *SPELLED]
    for name, spelling in SPELLED.items():
        if spelling.encoding != "utf-8":
            number = names.index(name)
            (kept,) = (
                data
                for place, data in searched.places.items()
                if place.startswith("bundle") and place.endswith(f"akvvm_service_9{number:02}.log")
            )
            assert kept.decode(spelling.encoding).startswith(LINE.rstrip("\t"))
            assert "<redacted " in kept.decode(spelling.encoding)
