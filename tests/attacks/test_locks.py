"""A run has one owner, and a journal keeps what is written, whatever this process opens meanwhile."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from troubleshooter.analyse.sources import sources
from troubleshooter.engine.journal import Journal
from troubleshooter.engine.ownership import Ownership
from troubleshooter.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

RUN = "0a1b2c3d"
OWN = """
import sys
from pathlib import Path
from troubleshooter.engine.ownership import Ownership
from troubleshooter.errors import Refused
try:
    Ownership(Path(sys.argv[1]), "0a1b2c3d").release()
except Refused:
    sys.exit(9)
"""
COME_AND_GO = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("SELECT count(*) FROM events").fetchone()
db.close()
"""


def another(code: str, path: Path) -> int:
    """What another process says that tries the same."""
    return subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60).returncode


def looks(*paths: Path) -> list[str]:
    with sources([str(path) for path in paths]) as found:
        return [file.name for file in found.files]


@pytest.fixture
def owned(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / RUN
    folder.mkdir(parents=True)
    return folder


def test_a_look_at_the_folder_of_a_run_gives_it_to_nobody_else(owned: Path) -> None:
    with closing(_Held(owned)):
        assert another(OWN, owned) == 9
        (owned / "some.log").write_text("an error\n")
        assert looks(owned) == [str(owned / "some.log")]
        assert another(OWN, owned) == 9
    assert another(OWN, owned) == 0


def test_nor_does_one_by_another_name(owned: Path) -> None:
    with closing(_Held(owned)):
        hard, soft = owned / "hard.log", owned / "soft.log"
        hard.hardlink_to(owned / "owner.sqlite3")
        soft.symlink_to(owned / "owner.sqlite3")
        assert looks(hard, soft, owned / ".." / RUN / "owner.sqlite3") == []
        assert another(OWN, owned) == 9


def test_nor_does_a_second_try_in_the_same_process(owned: Path) -> None:
    with closing(_Held(owned)):
        with pytest.raises(Refused):
            Ownership(owned, RUN)
        looks(owned)
        assert another(OWN, owned) == 9


def test_a_look_at_the_data_folder_costs_the_journal_nothing(tmp_path: Path) -> None:
    """Without its locks, the next process that comes and goes takes the log of writes away."""
    with closing(Journal(tmp_path, lambda: "2026-01-01T00:00:00Z")):
        looks(tmp_path)
        another(COME_AND_GO, tmp_path / "journal.sqlite3")
        assert (tmp_path / "journal.sqlite3-wal").exists()


class _Held(Ownership):
    """A run that this process owns."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, RUN)

    close = Ownership.release
