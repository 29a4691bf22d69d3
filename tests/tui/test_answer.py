"""The three moments: the cause before any question, the proof before the clean-up, the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.tui.acts import asks, diagnoses, fails_once
from tests.tui.stage import NARROW, WIDE
from tests.tui.walker import run_state, shown_gate, until
from tests.tui.worlds import CLEAN_UP, DIAGNOSIS, NODES, OUTSIDE, PLAN, after, before
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import Refused
from troubleshooter.model.finding import Confidence, Diagnosis
from troubleshooter.model.handover import Chosen, Proved, Surveyed
from troubleshooter.model.run import Choice, Question
from troubleshooter.tui.screens.report import ReportScreen
from troubleshooter.tui.views.end import EndView
from troubleshooter.tui.views.findings import FindingsView
from troubleshooter.tui.widgets.choices import Choices
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.moment import Moment

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext

CAUSE = DIAGNOSIS.findings[0].title
FIX = Question(
    gate="fix",
    step="choose-fix",
    text="Which fix shall we try?",
    choices=(
        Choice("1", DIAGNOSIS.findings[0].fixes[0].summary, f"cures: {CAUSE}"),
        Choice("none", "none of them", "goes on to clean up"),
    ),
    plan={"before": before(), "after": after(), "fixes": []},
)


def surveys(_: StepContext) -> StepOutcome:
    counts, statuses = {"unusable": 2}, dict.fromkeys(NODES[:2], "transitioning  Failed to download")
    return StepOutcome(
        "2 nodes unusable", output=Surveyed("https://a.example", counts=counts, statuses=statuses)
    )


def finds_it_likely(ctx: StepContext) -> StepOutcome:
    known = replace(DIAGNOSIS.findings[0], confidence=Confidence.LIKELY)
    ctx.diagnosed(Diagnosis(findings=(known,)), likely=True)
    return surveys(ctx)


def finds_it_confirmed(ctx: StepContext) -> StepOutcome:
    ctx.diagnosed(Diagnosis(findings=DIAGNOSIS.findings[:1]), likely=True)
    return surveys(ctx)


def chooses(ctx: StepContext) -> StepOutcome:
    patch = {"op": "replace", "path": "/x", "value": "y"}
    finding = DIAGNOSIS.findings[0].id
    return StepOutcome("chosen", output=Chosen(1, finding, (patch,)))


def proves(ctx: StepContext) -> StepOutcome:
    ctx.verified(verified=True, because="")
    output = Proved(True, "render-pool-fix-1", 1, {"idle": 1}, {"success": 1})
    return StepOutcome("proven: 1 of 1 nodes idle, every extension reports success", output=output)


def skips(ctx: StepContext) -> StepOutcome:
    return StepOutcome(ctx.state.not_verified_because, skipped=True)


FOUND: dict[str, Act] = {"survey": surveys, "diagnose": diagnoses}
PROVEN: dict[str, Act] = {**FOUND, "choose-fix": chooses, "verify": proves}


def shown(pilot: Pilot[str | None]) -> str:
    """What the screen shows, line by line, as it is drawn."""
    return "\n".join(
        "".join(part.text for part in line) for line in pilot.app.screen._compositor.render_strips()
    )


async def rested(pilot: Pilot[str | None], *texts: str) -> str:
    await until(pilot, lambda: all(text in shown(pilot) for text in texts), f"on the screen: {texts}")
    return shown(pilot)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=str)
async def test_the_cause_its_certainty_and_its_proof_stand_above_the_question(
    stage: Stage, size: tuple[int, int]
) -> None:
    async with stage.opened("choose-fix", {**FOUND, "choose-fix": asks(FIX)}, size=size) as (pilot, _):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the question")
        text = await rested(pilot, "Cause found", CAUSE, FIX.text)
        parts = ["Cause found", "Confirmed", CAUSE, "Caller is not authorized", FIX.text, "none of them"]
        places = [text.index(part) for part in parts]
        assert places == sorted(places)
        assert isinstance(pilot.app.focused, Choices)


async def test_what_is_likely_is_told_before_a_pool_is_asked_for(stage: Stage) -> None:
    acts = {"survey": finds_it_likely, "plan": asks(PLAN)}
    async with stage.opened("plan", acts, size=NARROW) as (pilot, _):
        text = await rested(pilot, "Likely cause, before any log was read", CAUSE, PLAN.text)
        assert text.index(CAUSE) < text.index(PLAN.text)
        assert "Confirmed" not in text


async def test_what_azure_confirms_is_told_as_the_cause_and_its_proof_is_a_key_away(stage: Stage) -> None:
    acts = {"survey": finds_it_confirmed, "plan": asks(PLAN)}
    async with stage.opened("plan", acts, size=NARROW) as (pilot, _):
        await rested(pilot, "Cause found, before any log was read", CAUSE, PLAN.text)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.screen.focused, FindingList), "its findings")


async def test_without_anything_likely_the_plan_is_asked_alone(stage: Stage) -> None:
    async with stage.opened("plan", {"survey": surveys, "plan": asks(PLAN)}) as (pilot, _):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the question")
        assert not pilot.app.screen.query(Moment)


async def test_a_proof_is_told_with_its_nodes_before_the_clean_up(stage: Stage) -> None:
    async with stage.opened("verify", {**PROVEN, "clean-up": asks(CLEAN_UP)}, size=NARROW) as (pilot, _):
        text = await rested(pilot, "Proven: With the fix a fresh node became idle", CLEAN_UP.text)
        assert "render-pool: 2 nodes unusable, extension: transitioning" in text
        assert "render-pool-fix-1: 1 node idle, extension: success" in text
        assert text.index("Proven: ") < text.index(CLEAN_UP.text)


async def test_where_no_fix_is_tried_the_clean_up_tells_why_it_is_not_surer(stage: Stage) -> None:
    known = replace(DIAGNOSIS.findings[0], confidence=Confidence.LIKELY)
    likely = replace(known, why_not_surer="Seen once.", confirm=("openssl s_client",))

    def finds(ctx: StepContext) -> StepOutcome:
        ctx.diagnosed(Diagnosis(findings=(likely,)))
        return StepOutcome("1 finding")

    acts = {"survey": surveys, "diagnose": finds, "clean-up": asks(CLEAN_UP)}
    async with stage.opened("diagnose", acts, size=WIDE) as (pilot, _):
        text = await rested(pilot, "not surer Seen once.", "make sure openssl s_client", CLEAN_UP.text)
        assert text.index("Seen once.") < text.index(CLEAN_UP.text)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=str)
async def test_the_end_says_what_is_to_be_done_now(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.opened("verify", PROVEN, size=size) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(EndView)), "the end")
        assert run.state.current is None
        text = await rested(pilot, "What you must do now", "Create render-pool again with the change.")
        assert "Proven. With the fix a fresh node became idle" in text
        assert "its 2 nodes stay unusable" in " ".join(text.split())
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen), "the report")


async def test_the_first_rows_of_the_end_answer_all_four_questions(stage: Stage) -> None:
    """What is wrong, how sure, what was changed, what to do now: at 80x24 without scrolling."""
    async with stage.opened("verify", PROVEN, size=NARROW) as (pilot, _):
        text = await rested(pilot, "What you must do now")
        parts = ["Proven.", f"Cause (proven): {CAUSE}", "What you must do now", "What was changed in Azure",
                 "Nothing was changed in Azure."]  # fmt: skip
        places = [" ".join(text.split()).index(part) for part in parts]
        assert places == sorted(places)


async def test_an_end_without_a_proof_says_what_is_known(stage: Stage) -> None:
    because = "the change outside the pool was not made"

    def chooses_nothing(ctx: StepContext) -> StepOutcome:
        ctx.verified(verified=False, because=because)
        return skips(ctx)

    acts = {**FOUND, "choose-fix": chooses_nothing, "verify": skips, "apply": skips}
    async with stage.opened("diagnose", acts) as (pilot, _):
        text = await rested(pilot, "What you must do now", CAUSE, "Then prove the fix with a new run.")
        assert f"no fix proven: {because}" in text
        assert "Proven" not in text
        await pilot.press("[")
        await until(pilot, lambda: not pilot.app.screen.query(EndView), "the step before")
        await pilot.press("escape")
        await until(pilot, lambda: bool(pilot.app.screen.query(EndView)), "the end again")


async def test_findings_begin_with_the_answer(stage: Stage) -> None:
    async with stage.opened("choose-fix", {**FOUND, "choose-fix": asks(OUTSIDE)}) as (pilot, _):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the question")
        await pilot.press("f")
        await until(pilot, lambda: bool(pilot.app.screen.query(FindingsView)), "the findings")
        text = await rested(pilot, "Cause found")
        assert text.index("Cause found") < text.index("Key Vault answered 403")


async def test_a_failure_keeps_what_is_likely_below_it(stage: Stage) -> None:
    failure = fails_once(Refused("The account has no quota.", "0 cores are left.", "Ask for more."))
    acts = {"survey": finds_it_likely, "recreate": failure}
    async with stage.opened("recreate", acts) as (pilot, _):
        text = await rested(pilot, "The account has no quota.", "Likely cause", CAUSE)
        assert text.index("The account has no quota.") < text.index(CAUSE)


async def test_an_answer_names_findings_by_their_titles(stage: Stage) -> None:
    symptom = replace(DIAGNOSIS.findings[1], id="kv-status-transitioning", title="It keeps trying")
    told = replace(DIAGNOSIS, findings=(DIAGNOSIS.findings[0], symptom))

    def finds(ctx: StepContext) -> StepOutcome:
        ctx.diagnosed(told)
        return StepOutcome("found")

    async with stage.opened("diagnose", {"diagnose": finds}) as (pilot, _):
        text = await rested(pilot, "What you must do now", "explains", "It keeps trying")
        assert "kv-status-transitioning" not in text
        assert run_state(pilot) is not None
