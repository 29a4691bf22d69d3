"""The pool's definition as Azure gave it: one file per run, its owner's alone, until the run is deleted."""

from __future__ import annotations

import json
import shutil
import stat
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.canary import hostile
from tests.flows.canary.test_headless import Stage
from tests.flows.canary.world import Planted
from troubleshooter.errors import GaveUp
from troubleshooter.simulator.server import Simulator
from troubleshooter.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    planted = Planted()
    simulated = Simulator("healthy")
    planted.returned(simulated)
    with simulated:
        yield Stage(planted, simulated.connection, tmp_path)


def test_it_is_kept_exported_nowhere_and_deleted_with_its_run(stage: Stage) -> None:
    assert stage.run()[0] == 0
    run = stage.latest
    folder = stage.home / "runs" / run
    (saved,) = stage.saved()
    assert saved.parent == folder
    assert "environment setting" in stage.planted.canaries.found(saved.read_bytes())

    bundle = stage.home.parent / "run.tar.gz"
    assert stage.call("runs", "export", run, "-o", str(bundle))[0] == 0
    assert not any("pool.json" in name for name in hostile.names(bundle.read_bytes()))
    assert stage.leaks() == []

    assert stage.call("runs", "delete", run, "--yes")[0] == 0
    assert not folder.exists()
    assert stage.saved() == []


def test_a_definition_that_cannot_be_deleted_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage.run()[0] == 0

    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    bench = Workbench(stage.home)
    try:
        run = bench.runs()[0].id
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "rmtree", refused)
            with pytest.raises(GaveUp, match="could not all be deleted"):
                bench.delete(run)
        assert bench.read(run).id == run
    finally:
        bench.close()


def test_it_is_as_azure_gave_it(stage: Stage) -> None:
    assert stage.run()[0] == 0
    (saved,) = stage.saved()
    given: dict[str, Any] = next(pool["definition"] for pool in stage.world.control("GET", "state")["pools"])
    kept = json.loads(saved.read_bytes())
    assert kept["properties"]["startTask"] == given["properties"]["startTask"]
    assert kept["properties"]["metadata"] == given["properties"]["metadata"]


def test_everything_in_the_data_directory_is_its_owners_alone(stage: Stage) -> None:
    assert stage.run()[0] == 0
    open_to_others = [
        path.relative_to(stage.home.parent).as_posix()
        for path in (stage.home, *stage.home.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []
