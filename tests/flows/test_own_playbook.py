"""An own playbook: checked by the command, and run on a simulated Azure as the shipped one is."""

from __future__ import annotations

import io
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.flows.inside import Inside
from troubleshooter.actions import ACTIONS
from troubleshooter.cli.entry import run
from troubleshooter.engine.loader import load_playbook
from troubleshooter.model.handover import Reported, Surveyed
from troubleshooter.printer import Form, Printer
from troubleshooter.wiring import SHIPPED, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.simulator.server import Simulator

SIGNED_IN = (
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_AUTHORITY_HOST",
    "NO_PROXY",
)
"""Set while the world is open, and put back after it."""
HEAD = "id: own\ntitle: Own\nsummary: A small one\nsteps:\n"


def step(name: str, action: str, changes: str = "nothing") -> str:
    return (
        f"  - id: {name}\n    title: {name}\n    why: because\n    action: {action}\n"
        f"    changes: {changes}\n    undo: nothing to undo\n    source: https://example.invalid/\n"
    )


LOOK_AND_TELL = HEAD + step("look", "pool.survey") + step("tell", "report.write")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(LOOK_AND_TELL)
    return path


@pytest.fixture
def world(
    own: Path, simulator: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Inside]:
    for name in SIGNED_IN:
        monkeypatch.setenv(name, "")
    work = Work(lambda _: load_playbook(own, ACTIONS), SHIPPED.actions)
    inside = Inside(simulator("vault-rbac-denied").connection, tmp_path / "runs", work=work)
    with closing(inside.bench):
        yield inside


def test_a_survey_and_a_report_run(world: Inside) -> None:
    state = world.drive(world.start(), {})

    assert [record.state.value for record in state.steps] == ["done", "done"]
    assert state.of(Surveyed) is not None
    reported = state.of(Reported)
    assert reported is not None
    assert "render-pool" in Path(reported.path).read_text()
    assert state.changes == ()
    assert world.pools() == ["render-pool"]


def test_it_is_cleaned_up_as_any_other(world: Inside) -> None:
    """It has no step that takes anything back, and nothing to take back."""
    run = world.start()
    world.drive(run, {})

    state = world.bench.cleanup(run.id, lambda _: None, threading.Event())
    assert state.changes == ()
    assert world.pools() == ["render-pool"]


def validated(path: Path) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["playbooks", "validate", str(path), "--output", "text"], Printer(Form.TEXT, out, err, {}))
    return code, out.getvalue() + err.getvalue()


def test_the_command_says_that_it_holds(own: Path) -> None:
    assert validated(own) == (0, f"✔ {own}: playbook own\n")


NEEDS = HEAD + step("plan", "pool.plan") + step("tell", "report.write")
MAKES = (
    HEAD
    + step("look", "pool.survey")
    + step("plan", "pool.plan")
    + step("make", "pool.create_debug", "creates a pool")
)


@pytest.mark.parametrize(
    ("text", "names", "line"),
    [(NEEDS, ("plan", "Surveyed", "pool.survey"), 8), (MAKES, ("make", "pool.clean_up"), 22)],
    ids=["needs what nobody gives", "makes and never takes back"],
)
def test_the_command_refuses_one_that_cannot_work(
    own: Path, text: str, names: tuple[str, ...], line: int
) -> None:
    own.write_text(text)
    assert "action:" in text.splitlines()[line - 1]
    code, told = validated(own)

    assert code == 2
    assert f"{own}:{line}:" in told
    assert all(name in told for name in names)
