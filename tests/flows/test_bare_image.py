"""Whole runs on images without awk and with another tar: the same files collected, the same cause found."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.flows.inside import Inside
from tests.ssh.test_simulated_nodes import TARS
from troubleshooter.engine.outcome import exit_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d")


@pytest.fixture
def walked(
    simulator: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Path], None] | None], RunState]:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"):
        monkeypatch.setenv(name, "")

    def walk(make_tar: Callable[[Path], None] | None) -> RunState:
        simulated = simulator("vault-firewall")
        if make_tar:
            tools = simulated._folder / "tools" / "admin"
            (tools / "awk").unlink()
            (tools / "tar").unlink()
            make_tar(tools / "tar")
        world = Inside(simulated.connection, tmp_path / ("bare" if make_tar else "usual"))
        try:
            return world.drive(world.start(), {"outside-fix": "done"})
        finally:
            world.bench.close()

    return walk


def collected(state: RunState) -> list[tuple[str, str]]:
    """Names without the moments in them, and what of each was cut."""
    return sorted((_MOMENT.sub("", each.name), each.cut) for each in state.files if each.node)


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("make_tar", TARS, ids=lambda make: make.__name__)
def test_without_awk_and_with_another_tar_the_run_is_the_same(
    walked: Callable[[Callable[[Path], None] | None], RunState], make_tar: Callable[[Path], None]
) -> None:
    usual, bare = walked(None), walked(make_tar)
    assert collected(bare) == collected(usual)
    assert any("akvvm_service" in name for name, _ in collected(bare))
    for state in (usual, bare):
        assert (state.diagnosis.root_cause, state.verified) == ("kv-403-firewall", True)
        assert (exit_code(state), state.open_changes) == (0, ())


def test_busybox_is_among_what_is_tried_where_it_is_installed() -> None:
    assert len(TARS) == (2 if shutil.which("busybox") else 1)
