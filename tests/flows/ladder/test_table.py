"""The table of worlds and rungs: which road led to the node, and why those before it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.inside import Inside
from tests.flows.ladder.worlds import ROWS
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.change import OWN_JOB
from troubleshooter.model.road import TASK, VIEW
from troubleshooter.report.json_report import run_json
from troubleshooter.report.roads import roads_of
from troubleshooter.report.text import run_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.flows.ladder.worlds import Row
    from troubleshooter.simulator.server import Simulator

pytestmark = pytest.mark.slow(every_change=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_ladder_ends_where_it_should(
    row: Row, simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    world = Inside(simulator((row.scene(),)).connection, tmp_path / "runs")
    for fault in row.faults:
        world.client.control("POST", "/fault", fault)
    run = world.start()
    state = world.drive(run, row.answers)
    world.client.control("DELETE", "/fault")
    rungs = roads_of(state)
    cause = state.diagnosis.cause
    ended = (rungs[-1].road if rungs else "", int(exit_code(state)), cause.id if cause else "")
    print(f"{row.name:<34} {ended[0] or '-':<6} exit {ended[1]}  {ended[2] or '-'}")

    assert ended == (row.rung, row.exit, row.cause)
    assert [rung.road for rung in rungs if not (rung.answered or rung.why_not or rung.because)] == []
    told = run_json(state, 0).get("roads", [])
    assert [each["road"] for each in told] == [rung.road for rung in rungs]
    text = run_text(state)
    for rung in rungs[:-1]:
        for why in rung.why_not.values():
            assert why.split()[-1] in text
    if rungs and rungs[-1].road == VIEW:
        assert all(rung.why_not for rung in rungs[:-1])
    assert [job for job in world.jobs() if job.startswith("kvts-")] == []
    assert [change for change in state.open_changes if change.kind == OWN_JOB] == []
    assert row.rung != TASK or rungs[-1].answered
    world.bench.close()
