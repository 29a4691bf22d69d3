"""The data folder under attack: odd places, open doors, other versions, no room. Row by row."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
import tarfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.attacks.operators import FAULT, POOL, QUICK, Account, as_it_was
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason=reasons.POSIX)

ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or sys.platform != "linux",
    reason=reasons.ROOT,
)
KEPT = Path(__file__).parents[1] / "record" / "homes" / "several.tar.xz"
RAW = re.compile(rb"[\x00-\x08\x0b-\x1f]")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account that no test leaves anything in."""
    home = tmp_path_factory.mktemp("homes") / "data"
    with served(home) as world:
        yield Account(world, home)


@pytest.fixture
def account(shared: Account, tmp_path: Path) -> Account:
    """With a data folder of the test's own."""
    return Account(shared, tmp_path / "data")


def surveyed(
    account: Account, home: str, *, cwd: Path | None = None, drop: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """A run up to its survey, whose data lies there."""
    environ = {key: value for key, value in account.environ.items() if key not in drop}
    if "TROUBLESHOOTER_HOME" not in drop:
        environ["TROUBLESHOOTER_HOME"] = home
    environ["PYTHONPATH"] = os.getcwd()  # noqa: PTH109 - the program is found from another folder as well
    command = [*PROGRAM, *account.run[:-2], "--until", "survey"]
    return subprocess.run(command, env=environ, cwd=cwd, capture_output=True, check=False, timeout=120)


# Where it lies


@pytest.mark.parametrize("home", ["/dev/null/x", "{file}", "/proc/x", "{tmp}/" + "x" * 300])
@pytest.mark.slow
def test_a_place_that_cannot_be_one_is_said(home: str, account: Account, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("somebody's")
    run = surveyed(account, home.format(file=tmp_path / "file", tmp=tmp_path))

    assert run.returncode in {2, 7}
    assert not FAULT.search(run.stderr.decode())
    assert (tmp_path / "file").read_text() == "somebody's"


@pytest.mark.slow
def test_a_relative_folder_is_used(account: Account, tmp_path: Path) -> None:
    assert surveyed(account, "here", cwd=tmp_path).returncode == 0
    assert (tmp_path / "here" / "journal.sqlite3").is_file()


@pytest.mark.slow
def test_a_folder_with_an_odd_name_is_used_and_escaped(account: Account, tmp_path: Path) -> None:
    odd = f"{tmp_path}/a b\u202e\u00e9\n\x1b[31m#?%"
    run = surveyed(account, odd)

    assert run.returncode == 0
    assert not RAW.search(run.stdout + run.stderr)
    assert (Path(odd) / "journal.sqlite3").is_file()


@pytest.mark.slow
def test_no_home_at_all_is_said_or_found(account: Account, tmp_path: Path) -> None:
    run = surveyed(account, "", drop=("TROUBLESHOOTER_HOME", "HOME"), cwd=tmp_path)

    assert run.returncode in {0, 2, 7}
    assert not FAULT.search(run.stderr.decode())


def test_the_home_of_nobody_is_said(account: Account) -> None:
    run = surveyed(account, "~nobodyx/y")

    assert run.returncode == 2
    assert b"Traceback" not in run.stderr


# Who may write there


def told_or_tightened(account: Account, run: subprocess.CompletedProcess[bytes], *paths: Path) -> bool:
    """The operator hears of it, or nobody else can write there any more."""
    shut = all(stat.S_IMODE(path.stat().st_mode) & 0o022 == 0 for path in paths)
    return (
        run.returncode in {2, 7}
        or shut
        or re.search(rb"others|everybody|writ(e|able)", run.stderr) is not None
    )


def test_a_folder_open_to_all_is_said_or_tightened(account: Account) -> None:
    account.home.mkdir()
    account.home.chmod(0o777)

    assert told_or_tightened(account, surveyed(account, str(account.home)), account.home)


def test_a_journal_open_to_all_is_said_or_tightened(account: Account) -> None:
    account.home.mkdir()
    journal = account.home / "journal.sqlite3"
    journal.touch()
    journal.chmod(0o666)

    assert told_or_tightened(account, surveyed(account, str(account.home)), journal)


def test_a_journal_that_is_a_dangling_link_is_not_followed(account: Account, tmp_path: Path) -> None:
    account.home.mkdir()
    (account.home / "journal.sqlite3").symlink_to(tmp_path / "elsewhere")
    surveyed(account, str(account.home))

    assert not (tmp_path / "elsewhere").exists()


def test_a_journal_that_links_to_a_foreign_file_leaves_it_alone(account: Account, tmp_path: Path) -> None:
    account.home.mkdir()
    foreign = tmp_path / "foreign"
    foreign.write_text("precious")
    (account.home / "journal.sqlite3").symlink_to(foreign)
    run = surveyed(account, str(account.home))

    assert (run.returncode, foreign.read_text()) == (2, "precious")


# What another version wrote


@pytest.fixture
def two_runs(account: Account) -> list[str]:
    """Of a kept data folder: the first has been through every step."""
    with tarfile.open(KEPT) as packed:
        packed.extractall(account.home, filter="data")
    runs = account.call("runs", "list")[1]["runs"]
    return [run["id"] for run in sorted(runs, key=lambda run: bool(run["open_changes"]))]


def altered(account: Account, statement: str, run: str) -> None:
    with closing(sqlite3.connect(account.home / "journal.sqlite3", isolation_level=None)) as db:
        assert db.execute(statement, (run,)).rowcount


def readings(account: Account, run: str) -> Iterator[tuple[int, Any]]:
    for command in (("runs", "list"), ("runs", "show", run), ("doctor",)):
        yield account.call(*command)


NEWER_KIND = "UPDATE events SET kind = 'teleported' WHERE run = ? AND seq = 3"


def test_an_event_of_an_unknown_kind_is_said(account: Account, two_runs: list[str]) -> None:
    altered(account, NEWER_KIND, two_runs[0])
    code, document = account.call("runs", "show", two_runs[0])

    assert (code, document["state"]) == (0, "unreadable")
    assert "newer version" in document["why"]


def test_a_run_of_a_newer_version_hides_no_other(account: Account, two_runs: list[str]) -> None:
    altered(account, NEWER_KIND, two_runs[0])
    code, document = account.call("runs", "list")

    assert code == 0
    assert two_runs[1] in [run["id"] for run in document["runs"]]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = json_set(data, '$.later', 1) WHERE run = ? AND kind = 'answered'",
        "UPDATE events SET data = '{}' WHERE run = ? AND kind = 'step-finished'",
    ],
    ids=["one more field", "no field"],
)
@pytest.mark.slow
def test_an_event_of_other_fields_is_no_bug(statement: str, account: Account, two_runs: list[str]) -> None:
    altered(account, statement, two_runs[0])

    assert 1 not in [code for code, _ in readings(account, two_runs[0])]


# No room


@contextmanager
def mounted(place: Path, options: str) -> Iterator[Path]:
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"{reasons.ROOT}: {made.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@ROOT
@pytest.mark.slow
@pytest.mark.parametrize("kibibytes", [64, 150, 220, 300, 400, 600])
def test_a_full_disk_in_place_stops_and_is_resumed(kibibytes: int, tmp_path: Path) -> None:
    with (
        mounted(tmp_path / "small", f"size={kibibytes}k") as small,
        served(small / "data", "wrong-client-id") as world,
    ):
        account = Account(world, small / "data")
        before = account.original()
        code, document = account.call(*account.in_place())
        if code == 7:
            assert all(document["error"][part] for part in ("what", "why", "do"))
        subprocess.run(["mount", "-o", "remount,size=20m", small], check=True)
        runs = account.call("runs", "list")[1]["runs"]
        if code not in {0, 3} and runs:
            code, _ = account.call("runs", "resume", runs[0]["id"], "--yes", "--confirm", POOL)
            assert code in {0, 3}
        as_it_was(account, before, fixed=True)


@ROOT
@pytest.mark.slow
def test_a_read_only_file_system_is_said(shared: Account, tmp_path: Path) -> None:
    with mounted(tmp_path / "locked", "ro,size=1m") as locked:
        own = Account(shared, locked / "data")
        code, document = own.call(*own.run[:-2], *QUICK)

    assert code == 7
    assert all(document["error"][part] for part in ("what", "why", "do"))
    assert list(shared.pools()) == [POOL]
