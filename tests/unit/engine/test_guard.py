"""What others may write is not used: a data directory decides which pools are deleted."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from troubleshooter.engine.evidence import guard, owner_only
from troubleshooter.engine.journal import Journal
from troubleshooter.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = 65534


def opened(folder: Path) -> None:
    Journal(folder, lambda: "2026-11-26T12:00:00Z").close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory as this program makes it."""
    made = tmp_path / "state" / "runs"
    opened(made)
    return made


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o757, 0o702])
def test_a_folder_that_others_may_write_is_refused_with_what_mends_it(home: Path, mode: int) -> None:
    home.chmod(mode)
    with pytest.raises(Refused) as refused:
        opened(home)
    command, _, _ = refused.value.do.removeprefix("Make it yours alone: ").partition(";")
    subprocess.run(shlex.split(command), check=True)
    opened(home)

    assert str(home) in refused.value.what
    assert home.stat().st_mode & 0o022 == 0


@pytest.mark.parametrize("mode", [0o666, 0o602])
def test_a_journal_that_others_may_write_is_refused(home: Path, mode: int) -> None:
    (home / "journal.sqlite3").chmod(mode)
    with pytest.raises(Refused, match="Others may write"):
        opened(home)


def test_a_folder_above_it_that_anybody_may_rename_in_is_refused(home: Path) -> None:
    home.parent.chmod(0o777)
    with pytest.raises(Refused, match=str(home.parent)):
        opened(home)


def test_a_folder_for_everybody_whose_files_stay_their_owners_is_fine(home: Path) -> None:
    home.parent.chmod(0o1777)
    opened(home)


def test_a_link_to_what_others_may_write_is_refused(home: Path, tmp_path: Path) -> None:
    home.chmod(0o777)
    (tmp_path / "link").symlink_to(home)
    with pytest.raises(Refused, match=str(home)):
        opened(tmp_path / "link")


def test_a_link_to_ones_own_folder_is_fine(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    opened(tmp_path / "link")


def test_a_journal_that_leads_nowhere_is_refused_and_makes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    (home / "journal.sqlite3").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="leads nowhere"):
        opened(home)

    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason=reasons.ROOT)
@pytest.mark.parametrize("name", [".", "journal.sqlite3"])
def test_what_belongs_to_somebody_else_is_refused(home: Path, name: str) -> None:
    os.chown(home / name, NOBODY, NOBODY)
    with pytest.raises(Refused, match="Others may write"):
        opened(home)


@pytest.mark.skipif(os.geteuid() != 0, reason=reasons.ROOT)
def test_a_group_counts_as_others_unless_it_is_ones_own(home: Path) -> None:
    """Where each user has a group, and umask 002 opens what is made to it, nobody else is in it."""
    home.chmod(0o770)
    guard(home)
    os.chown(home, -1, NOBODY)
    with pytest.raises(Refused, match="its mode is 770"):
        guard(home)


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_what_is_written_for_an_operator_is_his_alone(tmp_path: Path, before: int | None) -> None:
    path = tmp_path / "report.md"
    if before is not None:
        path.write_text("older")
        path.chmod(before)
    with open(path, "w", encoding="utf-8", opener=owner_only) as file:
        file.write("new")

    assert (path.stat().st_mode & 0o777, path.read_text()) == (0o600, "new")


def test_what_is_no_file_keeps_its_mode(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with open(pipe, "wb", opener=owner_only) as file:
        file.write(b"x")
    os.close(reader)

    assert pipe.stat().st_mode & 0o777 == 0o644
