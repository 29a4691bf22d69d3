"""The same secrets, walked past on the screens: no screenshot and no file shows one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.canary.secrets import everything, svg_text
from tests.flows.canary.world import Planted
from tests.tui import test_walks as walks
from tests.tui.walker import answer, rests, run_state, shown_gate, until
from troubleshooter.cli.log import log_screens
from troubleshooter.tui.screens.report import ReportScreen
from troubleshooter.tui.threads import offline
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.log_view import LogView
from troubleshooter.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from troubleshooter.simulator.server import Simulator

environ = walks.environ


class Camera:
    """Takes screenshots as the operator could, with everything that is on the screen."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self._pilot = pilot
        self.taken: dict[str, str] = {}

    async def take(self, name: str) -> None:
        await self._pilot.pause()
        svg = self._pilot.app.export_screenshot()
        self.taken[f"{len(self.taken)} {name}.svg"] = svg + "\n" + svg_text(svg)


async def walked(pilot: Pilot[Any], camera: Camera) -> None:
    while True:
        await until(pilot, lambda: rests(pilot), "a gate, a failure or the end")
        question = shown_gate(pilot)
        await camera.take(question.gate if question else "the end")
        if question is None:
            return
        await answer(pilot, question, "look" if question.gate == "next" else "")


async def looked_at(pilot: Pilot[Any], camera: Camera, proofs: int) -> None:
    """Findings, their proofs, the report."""
    await pilot.press("f")
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, FindingList), "the findings")
    await camera.take("findings")
    await pilot.press("down", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, LogView), "the proof")
    for number in range(proofs):
        await camera.take(f"proof {number}")
        await pilot.press("end")
        await camera.take(f"end of file {number}")
        await pilot.press("n")
    await pilot.press("escape", "r")
    await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen), "the report")
    await until(pilot, lambda: bool(pilot.app.screen.query_one(Paper).virtual_size.height), "its text")
    await camera.take("report")


@pytest.mark.slow(every_change=True)
@pytest.mark.usefixtures("environ")
async def test_no_screenshot_shows_a_secret(
    simulator: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Planted()
    planted.on(monkeypatch)
    for name, value in planted.environ.items():
        monkeypatch.setenv(name, value)

    def planted_simulator(scenario: str) -> Simulator:
        from troubleshooter.simulator.server import Simulator  # noqa: PLC0415 - as in conftest

        made = Simulator(scenario)
        planted.returned(made)
        return made

    home = tmp_path / "runs"
    with (
        planted_simulator("vault-rbac-denied") as running,
        walks.application(lambda _: running, home, "vault-rbac-denied") as (app, pool_id),
    ):
        planted.canaries.known["client secret"] = os.environ["AZURE_CLIENT_SECRET"].encode()
        async with app.run_test(size=(200, 120)) as pilot:
            camera = Camera(pilot)
            await walks.open_pool(pilot, pool_id)
            await walked(pilot, camera)
            state = run_state(pilot)
            assert state is not None
            assert state.diagnosed
            await looked_at(pilot, camera, proofs=4)
    assert len(camera.taken) >= 10
    assert any("redacted" in shot for shot in camera.taken.values())
    leaks = [
        (place, found)
        for place, data in everything(home, camera.taken)
        if not place.endswith("/pool.json") and (found := planted.canaries.found(data))
    ]
    assert leaks == []


@pytest.mark.usefixtures("machine_shut_out")
def test_files_at_hand_are_drawn_without_their_secrets(tmp_path: Path) -> None:
    planted = Planted()
    log = tmp_path / "akvvm_service_1.log"
    stamp = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac"
    log.write_text("".join(f"{stamp} {line}\n" for line in planted.lines[:-3]))
    diagnosis = offline.diagnose(str(log))
    content = offline.content(str(log), None, diagnosis.findings[0].evidence[0].file)
    assert content is not None
    assert planted.canaries.found(content + repr(diagnosis).encode()) == []
    assert b"<redacted sas " in content


def test_the_screens_log_is_redacted_and_the_owners_alone(machine_shut_out: Path) -> None:
    import logging  # noqa: PLC0415 - beside its only use

    planted = Planted()
    log_screens()
    crash = ValueError(planted.lines[0])
    logging.getLogger("troubleshooter.tui.threads.bridge").error(
        "crashed %s", planted.lines[4], exc_info=crash
    )
    (log,) = (machine_shut_out / "troubleshooter" / "logs").iterdir()
    assert log.stat().st_mode & 0o077 == 0
    assert "ValueError" in log.read_text()
    assert planted.canaries.found(log.read_bytes()) == []
