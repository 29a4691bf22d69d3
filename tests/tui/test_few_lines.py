"""In the smallest terminal what the operator came for is there, whole, and can be acted on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from tests.record import invariants
from tests.tui.acts import (
    asks,
    diagnoses,
    done,
    fails_once,
    keeps_a_log,
    makes_the_pool,
    takes_the_original_away,
    waits,
)
from tests.tui.stage import NARROW
from tests.tui.test_answer import FIX
from tests.tui.test_proof import looked_at, opened
from tests.tui.walker import shown_gate, until
from tests.tui.worlds import DIAGNOSIS, LOG_TEXT, NODES, OUTSIDE, PLAN, TARGET, before, waiting
from troubleshooter.errors import Refused
from troubleshooter.model.progress import NodeRow, Outlook, SigningIn, Waiting
from troubleshooter.model.step import StepState
from troubleshooter.report.symbols import UNICODE
from troubleshooter.tui.screens.matrix import MatrixScreen
from troubleshooter.tui.widgets.act_list import ActList
from troubleshooter.tui.widgets.event_list import EventList
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.finding_lines import lines
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.log_view import LogView
from troubleshooter.tui.widgets.moment import Moment
from troubleshooter.tui.widgets.remarks import Remark, _drawn
from troubleshooter.tui.widgets.scroll_pane import ScrollPane
from troubleshooter.tui.widgets.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App
    from textual.pilot import Pilot

    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.step_outcome import StepOutcome

SMALLEST = (60, 16)
REFUSAL = Refused(
    "Azure refused creating pool render-pool-dbg-7f3a: the body names a virtual network of another region.",
    "A pool lies where its account lies.",
    "Give a subnet of the account's region, then press R.",
)


def on_screen(app: App[str | None]) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def words(app: App[str | None]) -> str:
    """Without the thumbs of scroll bars."""
    return " ".join("".join(" " if "▁" <= each <= "▏" else each for each in " ".join(on_screen(app))).split())


async def at_home(pilot: Pilot[str | None]) -> None:
    await until(pilot, lambda: pilot.app.screen.query_one(Table).key is not None, "the runs")
    await pilot.pause()


@pytest.mark.parametrize("size", [SMALLEST, NARROW])
async def test_what_the_list_of_runs_cuts_is_told_whole_below_it(stage: Stage, size: tuple[int, int]) -> None:
    stage.played(None, {"recreate": fails_once(REFUSAL)})
    async with stage.application().run_test(size=size) as pilot:
        await at_home(pilot)
        assert "…" in "".join(on_screen(pilot.app)), "it is not cut at all"
        pane = pilot.app.screen.query_one("#run-pane", ScrollPane)
        await pilot.press("tab")
        assert pane.has_focus
        told = {words(pilot.app)}
        for _ in range(pane.max_scroll_y):
            await pilot.press("down")
            await pilot.pause()
            told.add(words(pilot.app))
        assert any(REFUSAL.what in each for each in told)
        assert any(REFUSAL.do in each for each in told)


@pytest.mark.parametrize("size", [SMALLEST, NARROW])
async def test_the_key_that_cleans_up_outlives_those_that_begin(stage: Stage, size: tuple[int, int]) -> None:
    stage.played("wait-for-idle", {"recreate": makes_the_pool})
    async with stage.application().run_test(size=size) as pilot:
        await at_home(pilot)
        assert "x clean up" in on_screen(pilot.app)[-1]


@pytest.mark.parametrize("size", [SMALLEST, NARROW])
async def test_a_wait_for_many_shows_some_of_them(stage: Stage, size: tuple[int, int]) -> None:
    rows = tuple(NodeRow(f"tvm-1399436420_{number}-p", "starting", "", "") for number in range(1, 501))
    at_limit = "goes on with what can be read, without the nodes that are not ready"
    subject = "render-pool-dbg-7f3a0001"
    look = Waiting("wait-for-idle", subject, {"starting": 500}, rows, 0, 500, 0.0, 1800.0, at_limit)
    async with stage.opened("wait-for-idle", {"wait-for-idle": waits(look)}, size=size) as (pilot, run):
        await until(pilot, lambda: run.state.step("wait-for-idle").state is StepState.RUNNING, "the wait")
        await until(pilot, lambda: bool(pilot.app.screen.query(Table)), "its table")
        await until(pilot, lambda: "420_3-p" in words(pilot.app), "three of the nodes")
        assert "0 of 500 ready 0:0" in words(pilot.app)


@pytest.mark.parametrize("size", [SMALLEST, NARROW, (120, 40)])
async def test_a_wait_says_what_is_usual_and_when_it_is_pointless(
    stage: Stage, size: tuple[int, int]
) -> None:
    outlook = Outlook(
        "usual here 3 to 5 min (7 nodes)",
        "after 15 min waiting is pointless: it ends (documented)",
        540.0,
        late=True,
    )
    look = replace(waiting(), outlook=outlook)
    async with stage.opened("wait-for-idle", {"wait-for-idle": waits(look)}, size=size) as (pilot, _run):
        said = "Usual here 3 to 5 min (7 nodes); waited 9 min; after 15 min waiting is pointless"
        await until(pilot, lambda: said in words(pilot.app), "what is usual")


async def test_a_code_that_is_to_be_typed_is_notified_and_no_note(stage: Stage) -> None:
    said = "To sign in, open https://login.example and type the code ABCD2345."

    def asks_to_sign_in(ctx: StepContext) -> StepOutcome:
        ctx.show(SigningIn(said))
        return waits()(ctx)

    async with stage.opened("survey", {"survey": asks_to_sign_in}, size=SMALLEST) as (pilot, run):
        notified = pilot.app._notifications  # drawn by Textual itself, which it does not in its tests
        await until(pilot, lambda: [each.message for each in notified] == [said], "the code")
        assert not [note for note in run.state.notes if "ABCD2345" in note.text]


async def test_a_wait_of_a_step_that_changes_something_is_in_sight(stage: Stage) -> None:
    def changes_and_waits(ctx: StepContext) -> StepOutcome:
        makes_the_pool(ctx)
        return waits(replace(waiting(), step="recreate"))(ctx)

    async with stage.opened("recreate", {"recreate": changes_and_waits}, size=(120, 40)) as (pilot, _run):
        await until(pilot, lambda: bool(pilot.app.screen.query("ActingView WaitView")), "its wait")
        assert pilot.app.screen.query_one(ActList).display
        await pilot.resize_terminal(*SMALLEST)
        await until(pilot, lambda: pilot.app.screen.query_one(Table).size.height >= 3, "its nodes")
        assert not pilot.app.screen.query_one(ActList).display


async def test_what_is_known_comes_first_again_once_there_is_room(stage: Stage) -> None:
    acts = {"diagnose": diagnoses, "choose-fix": asks(FIX)}
    async with stage.opened("diagnose", acts, size=(120, 40)) as (pilot, _run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        pane = pilot.app.screen.query_one("#gate-plan")
        assert isinstance(pane.children[0], Moment)
        await pilot.resize_terminal(*SMALLEST)
        await until(pilot, lambda: not isinstance(pane.children[0], Moment), "the choice first")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: isinstance(pane.children[0], Moment), "the cause first")


async def test_in_another_size_the_cause_is_in_sight_again(stage: Stage) -> None:
    acts = {"diagnose": diagnoses, "choose-fix": asks(FIX)}
    async with stage.opened("diagnose", acts, size=NARROW) as (pilot, _run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        pane = pilot.app.screen.query_one("#gate-plan", ScrollPane)
        await pilot.resize_terminal(*SMALLEST)
        await pilot.press("tab", "end")
        await until(pilot, lambda: pane.scroll_y > 0, "its end")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: pane.scroll_y == 0, "its beginning")
        assert DIAGNOSIS.findings[0].title in words(pilot.app)


async def test_what_was_found_is_still_told_once_the_run_goes_round_again(stage: Stage) -> None:
    """The second plan comes before the second diagnosis: the first one is all that is known then."""

    def asks_again(ctx: StepContext) -> StepOutcome:
        ctx.diagnosed(DIAGNOSIS)
        return asks(PLAN)(ctx)

    async with stage.opened("plan", {"plan": asks_again}, size=NARROW) as (pilot, run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        assert run.state.step("diagnose").state is StepState.PENDING
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        assert DIAGNOSIS.findings[0].title in words(pilot.app)


async def test_how_sure_the_cause_is_comes_before_what_is_typed(stage: Stage) -> None:
    typed = {"number": 1, "patch": [], "after": before(), "commands": {"az": "az role assignment\n" * 9}}
    plan = {"before": before(), "after": before(), "fixes": [typed], "commands": {}}
    acts = {"diagnose": diagnoses, "choose-fix": asks(replace(FIX, plan=plan))}
    async with stage.opened("diagnose", acts, size=SMALLEST) as (pilot, _run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        told = ("Cause found", "Confirmed", FIX.text)
        await until(pilot, lambda: all(each in words(pilot.app) for each in told), "how sure it is")
        assert [words(pilot.app).index(each) for each in told] == sorted(map(words(pilot.app).index, told))


async def test_a_plan_that_is_agreed_to_has_the_lines_of_the_log(stage: Stage) -> None:
    acts = {"diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}
    async with stage.opened("diagnose", acts, size=(120, 40)) as (pilot, _run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        log = pilot.app.screen.query_one(EventList)
        assert log.region.height
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: not log.region.height, "its lines for the plan")


@pytest.mark.parametrize("size", [SMALLEST, NARROW])
async def test_the_keys_of_what_was_found_come_first_beside_it(stage: Stage, size: tuple[int, int]) -> None:
    acts = {"diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}
    async with stage.opened("diagnose", acts, size=size) as (pilot, _run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        assert "f findings" in on_screen(pilot.app)[-1] or size == SMALLEST
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        await until(pilot, lambda: "enter show proof · " in on_screen(pilot.app)[-1], "the key to its proof")
        assert "esc back to now" in on_screen(pilot.app)[-1]
        assert "f findings" not in on_screen(pilot.app)[-1]


async def test_the_end_counts_what_is_below(stage: Stage) -> None:
    run = stage.played(None, {"diagnose": diagnoses, "choose-fix": done})
    async with stage.application(open_run=run.id).run_test(size=SMALLEST) as pilot:
        await until(pilot, lambda: bool(pilot.app.screen.query("EndView")), "the end")
        end = pilot.app.screen.query_one("EndView", ScrollPane)
        await until(pilot, lambda: end.max_scroll_y > 1, "more than has room")
        await until(
            pilot, lambda: f"the end: {int(end.max_scroll_y)} more lines below" in words(pilot.app), "so"
        )
        await pilot.press("end")
        await until(pilot, lambda: "more lines below" not in words(pilot.app), "its end")


async def test_a_matrix_of_many_findings_shows_some_nodes(stage: Stage) -> None:
    finding = DIAGNOSIS.findings[0]
    many = tuple(replace(finding, id=f"f-{n}", title=f"The finding number {n}") for n in range(1, 13))
    diagnosis = replace(DIAGNOSIS, findings=many, nodes=NODES)
    async with stage.application().run_test(size=SMALLEST) as pilot:
        await pilot.app.push_screen(MatrixScreen(("files",), diagnosis, lambda _node, _name: None))
        await pilot.pause()
        assert sum("d1c88f0a3b2_d  ✖" in line for line in on_screen(pilot.app)) >= 3
        assert "· not seen in what was read" in words(pilot.app)
        await pilot.press("tab", "end")
        await pilot.pause()
        assert many[-1].title in words(pilot.app)


@pytest.mark.parametrize("size", [SMALLEST, NARROW])
async def test_a_timeline_says_what_happened(stage: Stage, tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "akvvm_service.log").write_bytes(LOG_TEXT)
    async with stage.application().run_test(size=size) as pilot:
        await looked_at(pilot, tmp_path)
        await pilot.press("t")
        await until(pilot, lambda: "Caller is not" in words(pilot.app), "what happened")


@pytest.mark.parametrize("key", ["t", "f"])
async def test_the_row_looked_at_stays_in_sight_in_another_size(
    stage: Stage, tmp_path: Path, key: str
) -> None:
    log = LOG_TEXT.decode().splitlines()
    (tmp_path / "akvvm_service.log").write_text("\n".join(log * 6))
    async with stage.application().run_test(size=(120, 40)) as pilot:
        await looked_at(pilot, tmp_path)
        await pilot.press(*([key] if key == "t" else []), *["down"] * 24)
        await pilot.pause()
        assert await invariants.broken(pilot) == []
        await pilot.resize_terminal(*SMALLEST)
        await pilot.pause()
        await until(pilot, lambda: not [*invariants.cursor_unseen(pilot.app)], "its row")
        assert isinstance(pilot.app.focused, Table if key == "t" else FindingList)


async def test_a_proof_has_its_line_in_sight_in_its_file(stage: Stage, tmp_path: Path) -> None:
    log = LOG_TEXT.decode().splitlines()
    (tmp_path / "akvvm_service_2026-11-25_19-56-54.0.log").write_text("\n".join(["a line"] * 9 + log))
    async with stage.application().run_test(size=(120, 40)) as pilot:
        await looked_at(pilot, tmp_path)
        await opened(pilot)
        await pilot.resize_terminal(*SMALLEST)
        view = pilot.app.screen.query_one(LogView)
        await until(pilot, lambda: view.size.height >= 3, "some of the file")
        await until(pilot, lambda: 0 <= view.cursor - view.scroll_offset.y < view.size.height, "the line")
        assert view.cursor >= 9


def test_a_title_that_is_too_long_goes_on_in_the_next_line() -> None:
    title = "The vault's firewall does not let the node in, whatever it says"
    finding = replace(DIAGNOSIS.findings[0], title=title)
    drawn = lines(replace(DIAGNOSIS, findings=(finding,)), 56, UNICODE)
    whole = [line for line in drawn if line.stop and line.stop.finding and not line.stop.at][:2]
    told = " ".join(" ".join(text for line in whole for text, _ in line.pieces).split())
    assert title in told
    assert finding.confidence.value in told


async def test_why_a_pool_was_not_taken_is_told_whole(stage: Stage) -> None:
    async with stage.application().run_test(size=SMALLEST) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input), "the field")
        await pilot.press(*"nonsense", "enter")
        await pilot.pause()
        error = pilot.app.screen.query_one(Failure).error
        assert error is not None
        await until(pilot, lambda: error.do.split()[-1] in words(pilot.app), "all of it")


@pytest.mark.parametrize("size", [SMALLEST, NARROW])
async def test_the_list_of_findings_is_not_said_twice(stage: Stage, size: tuple[int, int]) -> None:
    acts = {"diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}
    async with stage.opened("diagnose", acts, size=size) as (pilot, _run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        await pilot.pause()
        assert words(pilot.app).count(DIAGNOSIS.findings[0].title[:30]) == 1
        assert pilot.app.screen.query_one(FindingList).size.height >= 3


async def test_what_was_found_in_files_has_their_screen(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "akvvm_service.log").write_bytes(LOG_TEXT)
    async with stage.application().run_test(size=NARROW) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input), "the field")
        assert "Nothing leaves this machine" in words(pilot.app)
        pilot.app.screen.query_one("#look-path", Input).value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        await pilot.pause()
        assert pilot.app.screen.query_one(FindingList).region.y <= 6


async def test_a_failure_says_what_to_do_without_scrolling(stage: Stage) -> None:
    def begins_and_fails(ctx: StepContext) -> StepOutcome:
        takes_the_original_away(ctx)
        raise Refused("Azure refused creating pool render-pool.", "It said no.", "Mend what it names.")

    run = stage.played(None, {"recreate": begins_and_fails})
    async with stage.application(open_run=run.id).run_test(size=SMALLEST) as pilot:
        await until(pilot, lambda: bool(pilot.app.screen.query("OutcomeView")), "the failure")
        await pilot.pause()
        assert "Mend what it names." in words(pilot.app)


async def test_what_a_stopped_step_began_is_not_under_way(stage: Stage) -> None:
    def begins_and_fails(ctx: StepContext) -> StepOutcome:
        takes_the_original_away(ctx)
        raise REFUSAL

    run = stage.played(None, {"recreate": begins_and_fails})
    async with stage.application(open_run=run.id).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(pilot.app.screen.query(ActList)), "its acts")
        await pilot.pause()
        acts = pilot.app.screen.query_one(ActList).render().plain
        assert f"creating original pool {TARGET.pool} again, stopped; begun " in acts
        assert UNICODE.running not in acts


def test_an_id_is_broken_nowhere() -> None:
    node = "render-pool-dbg-7f3a0001/tvm-1399436420_1-20261125t195654z/kvts7f3a0001"
    told = _drawn(Remark("left in Azure  ", f"pool render-pool-dbg-7f3a0001, node-user {node}"), 90)
    assert node in {line for _, line in told}


@pytest.mark.parametrize("width", [30, 50, 76, 118])
def test_a_proofs_place_stands_under_its_label_and_is_never_cut_off(stage: Stage, width: int) -> None:
    state = stage.played(None, {"collect": keeps_a_log, "diagnose": diagnoses})
    proof = replace(
        state.diagnosis.findings[0].evidence[0],
        node="tvm-1399436420_1-20261125t195654z",
        file="KeyVaultForLinux/akvvm_service_2026-11-25_19-56-54.0.log",
        line=12345,
    )
    finding = replace(state.diagnosis.findings[0], evidence=(proof,))
    drawn = [
        "".join(text for text, _ in line.pieces)
        for line in lines(replace(DIAGNOSIS, findings=(finding,)), width, UNICODE)
    ]
    assert max(len(line.rstrip()) for line in drawn if "12345" in line) <= width
    place = next(line for line in drawn if ":12345" in line)
    assert place[:12].strip() in {"", "proof"}
    assert place[12] != " "
