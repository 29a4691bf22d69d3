"""Nodes against findings, and all files on one clock: for a run, and for files at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Input, Static

from tests.tui.acts import asks, diagnoses, keeps_a_log
from tests.tui.stage import NARROW
from tests.tui.test_run_screen import gate, keys
from tests.tui.walker import until
from tests.tui.worlds import DIAGNOSIS, LOG_TEXT, NODES, OUTSIDE
from troubleshooter.report.symbols import UNICODE
from troubleshooter.tui.rows import matrix
from troubleshooter.tui.screens.look import LookScreen
from troubleshooter.tui.screens.matrix import MatrixScreen
from troubleshooter.tui.screens.moments import MomentsScreen
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.log_view import LogView
from troubleshooter.tui.widgets.remarks import Remarks
from troubleshooter.tui.widgets.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Stage

ACTS: dict[str, Act] = {"collect": keeps_a_log, "diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}


def test_a_node_has_the_findings_that_were_seen_on_it_and_the_pool_the_rest() -> None:
    diagnosis = replace(DIAGNOSIS, nodes=NODES, succeeded=(NODES[3],))
    assert matrix.nodes(diagnosis) == (*NODES, matrix.POOL)
    drawn = {row.key: [cell.text for cell in row.cells] for row in matrix.rows(diagnosis, {}, UNICODE)}
    assert drawn[NODES[0]] == [NODES[0], "✖", "·", "no success seen"]
    assert drawn[NODES[3]] == [NODES[3], "·", "·", "success"]
    assert drawn[matrix.POOL] == ["pool and Azure", "·", "▲", ""]
    assert [proof.line for proof in matrix.proofs(diagnosis, NODES[0])] == [3, 5]


def test_a_node_without_finding_says_what_was_read_of_it() -> None:
    diagnosis = replace(DIAGNOSIS, findings=(), nodes=NODES[:3], succeeded=(NODES[0],))
    told = [matrix.without_finding(diagnosis, node, {NODES[0]: 12, NODES[1]: 1}) for node in NODES]
    assert told == [
        "no finding: its extension reports success, and 12 files read of it show nothing wrong",
        "no finding in 1 file read of it",
        "no finding in what was read of it; its logs may not be among that",
        "no finding: nothing was read there",
    ]


def test_the_nodes_of_each_pool_stand_together_in_the_order_of_their_numbers() -> None:
    original = [f"tvm-1_{number}-a" for number in (10, 2, 1)]
    debug = [f"tvm-2_{number}-b" for number in (3, 20)]
    diagnosis = replace(DIAGNOSIS, findings=(), nodes=(*debug, *original))
    pools = dict.fromkeys(original, "original") | dict.fromkeys(debug, "debug copy")
    assert matrix.nodes(diagnosis, pools) == (*debug, *original[::-1])
    drawn = [row.cells[1].text for row in matrix.rows(diagnosis, pools, UNICODE)]
    assert drawn == ["debug copy"] * 2 + ["original"] * 3


def shows(pilot: Pilot[str | None], screen: type) -> bool:
    return isinstance(pilot.app.screen, screen)


async def test_the_matrix_of_a_run_leads_to_a_nodes_proof(stage: Stage) -> None:
    async with stage.opened("diagnose", ACTS) as (pilot, _run):
        await gate(pilot)
        await pilot.press("m")
        await until(pilot, lambda: shows(pilot, MatrixScreen), "the matrix")
        table = pilot.app.screen.query_one(Table)
        assert table.key == NODES[0]
        told = pilot.app.screen.query_one("#matrix-node", Remarks).remarks
        assert told[1].mark + told[1].text == "  finding 1"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, LogView), "the proof")
        await pilot.press("escape", "escape")
        await gate(pilot)


async def test_the_time_line_of_a_run_marks_what_proves_something(stage: Stage) -> None:
    async with stage.opened("diagnose", ACTS) as (pilot, _run):
        await gate(pilot)
        assert "t timeline" in keys(pilot)
        await pilot.press("t")
        await until(pilot, lambda: shows(pilot, MomentsScreen), "the time line")
        table = pilot.app.screen.query_one(Table)
        await until(pilot, lambda: table.key is not None, "its rows")
        newest = table.render_line(table.cursor + 1).text
        assert "\\u202eright to left\\u202c and a bell \\x07" in newest, "what draws nothing is written out"
        head = pilot.app.screen.query_one("#moments-head", Static)
        assert "here: proof 2 of 2" in str(head.content)
        await pilot.press("N")
        assert "Caller is not authorized" in table.render_line(table.cursor + 1).text
        assert "2026-11-22 12:0" in table.render_line(table.cursor + 1).text
        assert "here: proof 1 of 2" in str(head.content)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, LogView), "the file")
        await pilot.press("escape", "t")
        await gate(pilot)


async def test_files_at_hand_have_both_too(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "akvvm_service.log").write_bytes(LOG_TEXT)
    async with stage.application().run_test(size=NARROW) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: shows(pilot, LookScreen), "the screen for files")
        assert "m matrix" not in keys(pilot)
        pilot.app.screen.query_one("#look-path", Input).value = str(tmp_path / "akvvm_service.log")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        await pilot.press("m")
        await until(pilot, lambda: shows(pilot, MatrixScreen), "the matrix")
        await pilot.press("escape", "t")
        await until(pilot, lambda: shows(pilot, MomentsScreen), "the time line")
        table = pilot.app.screen.query_one(Table)
        await until(pilot, lambda: table.key is not None, "its rows")
        await pilot.press("escape", "escape")
