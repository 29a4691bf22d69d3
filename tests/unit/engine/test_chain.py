"""Whether a playbook's steps fit together is told when it is read, with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from troubleshooter.actions import ACTIONS
from troubleshooter.engine.loader import load_playbook, playbook_file
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Row = tuple[str, str, dict[str, Any]]
SHIPPED = playbook_file("kv-extension")


def written(folder: Path, steps: Iterable[Row]) -> Path:
    """Each step by its id, its action and what else it says."""
    texts = {
        "title": "T",
        "why": "W",
        "changes": "something",
        "undo": "U",
        "source": "https://example.invalid/",
    }
    rows = [{"id": name, "action": action, **texts, **more} for name, action, more in steps]
    path = folder / "own.yaml"
    path.write_text(
        yaml.safe_dump({"id": "own", "title": "Own", "summary": "S", "steps": rows}, sort_keys=False)
    )
    return path


def refused(path: Path) -> UsageProblem:
    with pytest.raises(UsageProblem) as caught:
        load_playbook(path, ACTIONS)
    return caught.value


def line_of(path: Path, problem: UsageProblem) -> str:
    """The line of the file that the problem names."""
    name, line, _ = problem.what.split(":", 2)
    assert name == str(path)
    return path.read_text().splitlines()[int(line) - 1].strip()


SURVEY: Row = ("look", "pool.survey", {})
PLAN: Row = ("plan", "pool.plan", {})
MAKE: Row = ("make", "pool.create_debug", {})
CLEAN: Row = ("tidy", "pool.clean_up", {})
DIAGNOSE: Row = ("find", "findings.diagnose", {})
REPORT: Row = ("tell", "report.write", {})
CHOOSE: Row = ("choose", "fixes.choose", {})
VERIFY: Row = ("prove", "fixes.verify", {})


def grow(after: str) -> Row:
    return ("grow", "pool.grow", {"with": {"after": after}})


@pytest.mark.parametrize(
    "steps",
    [
        (SURVEY, REPORT),
        (SURVEY,),
        (SURVEY, DIAGNOSE, REPORT),
        (SURVEY, PLAN, REPORT),
        (SURVEY, PLAN, MAKE, CLEAN),
        (SURVEY, DIAGNOSE, CHOOSE, VERIFY, grow("prove"), CLEAN, REPORT),
        (REPORT, CLEAN),
    ],
    ids=lambda steps: " ".join(name for name, *_ in steps),
)
def test_what_fits_is_read(tmp_path: Path, steps: tuple[Any, ...]) -> None:
    assert len(load_playbook(written(tmp_path, steps), ACTIONS).steps) == len(steps)


@pytest.mark.parametrize(
    ("steps", "names", "line"),
    [
        ((PLAN, CLEAN), ("plan", "Surveyed"), "action: pool.plan"),
        ((SURVEY, MAKE, CLEAN), ("make", "Planned"), "action: pool.create_debug"),
        ((PLAN, SURVEY, CLEAN), ("plan", "Surveyed"), "action: pool.plan"),
        ((SURVEY, CHOOSE), ("choose", "Diagnosed"), "action: fixes.choose"),
        ((SURVEY, DIAGNOSE, VERIFY, CLEAN), ("prove", "Chosen"), "action: fixes.verify"),
        ((SURVEY, DIAGNOSE, CHOOSE, grow("choose"), CLEAN), ("grow", "Proved"), "action: pool.grow"),
    ],
    ids=lambda each: each[0] if isinstance(each[0], str) else None,
)
def test_a_step_that_needs_what_nobody_gives_is_refused(
    tmp_path: Path, steps: tuple[Any, ...], names: tuple[str, str], line: str
) -> None:
    path = written(tmp_path, steps)
    problem = refused(path)

    assert all(name in problem.what for name in names)
    assert line_of(path, problem) == line
    assert "given by" in problem.why


def test_what_an_outcome_leads_past_is_not_given_for_sure(tmp_path: Path) -> None:
    """The survey may lead straight to the diagnosis: then there is no plan to make anything from."""
    leaps = ("look", "pool.survey", {"on": {"no-way-in": "make"}})
    assert "Planned" in refused(written(tmp_path, (leaps, PLAN, MAKE, CLEAN))).what


def test_what_a_way_back_takes_away_is_given_again_before_it_is_needed(tmp_path: Path) -> None:
    back = ("find", "findings.diagnose", {"on": {"undecided": "plan"}})
    assert load_playbook(written(tmp_path, (SURVEY, PLAN, MAKE, back, CLEAN)), ACTIONS).id == "own"


def test_who_comes_back_from_beyond_a_leap_has_not_gone_through_what_it_left_out(tmp_path: Path) -> None:
    """Past the plan to the end of it all, and back to the making: nobody has planned by then."""
    leaps: Row = ("look", "pool.survey", {"on": {"no-way-in": "find"}})
    back: Row = ("find", "findings.diagnose", {"on": {"undecided": "make"}})
    assert "Planned" in refused(written(tmp_path, (leaps, PLAN, MAKE, back, CLEAN))).what


@pytest.mark.parametrize("after", ["choose", "nowhere", "grow", ""])
def test_a_step_goes_on_from_one_that_gives_what_it_needs(tmp_path: Path, after: str) -> None:
    path = written(tmp_path, (SURVEY, DIAGNOSE, CHOOSE, VERIFY, grow(after), CLEAN))
    problem = refused(path)
    assert "given by prove" in problem.why
    assert line_of(path, problem).startswith("after:")


def test_what_is_made_and_never_taken_back_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, (SURVEY, PLAN, MAKE, REPORT))
    problem = refused(path)

    assert "make" in problem.what
    assert "pool.clean_up" in problem.why
    assert line_of(path, problem) == "action: pool.create_debug"


def test_a_clean_up_before_is_none(tmp_path: Path) -> None:
    assert "no later step takes it back" in refused(written(tmp_path, (SURVEY, PLAN, CLEAN, MAKE))).what


@pytest.mark.parametrize("to", ["end", "tell"])
def test_no_outcome_leads_past_the_clean_up_of_what_was_made(tmp_path: Path, to: str) -> None:
    past = ("make", "pool.create_debug", {"on": {"changed": to}})
    path = written(tmp_path, (SURVEY, PLAN, past, CLEAN, REPORT))
    problem = refused(path)

    assert "make leads past tidy on changed" in problem.what
    assert line_of(path, problem) == f"changed: {to}"


def test_before_anything_was_made_it_may(tmp_path: Path) -> None:
    stops = ("plan", "pool.plan", {"on": {"stopped": "end"}})
    assert load_playbook(written(tmp_path, (SURVEY, stops, MAKE, CLEAN)), ACTIONS).id == "own"


def _without(step: str) -> Callable[[str], str]:
    def cut(text: str) -> str:
        document = yaml.load(text, yaml.BaseLoader)  # `on` is a word here, no truth value
        document["steps"] = [each for each in document["steps"] if each["id"] != step]
        for each in document["steps"]:
            each["on"] = {outcome: to for outcome, to in each.get("on", {}).items() if to != step}
        return yaml.safe_dump(document, sort_keys=False)

    return cut


NEEDED = {
    "survey": "Surveyed",
    "plan": "Planned",
    "recreate": "Made",
    "wait-for-idle": "Ready",
    "diagnose": "Diagnosed",
    "choose-fix": "Chosen",
    "verify": "Proved",
    "apply": "apply-all goes on from apply",
    "clean-up": "takes it back",
}


@pytest.mark.parametrize("step", NEEDED)
def test_the_shipped_playbook_without_one_of_its_steps_does_not_hold(tmp_path: Path, step: str) -> None:
    path = tmp_path / "kv.yaml"
    path.write_text(_without(step)(SHIPPED.read_text()))
    assert NEEDED[step] in refused(path).what


@pytest.mark.parametrize("step", ["collect", "verify-all", "apply-all", "report"])
def test_without_one_that_nothing_rests_on_it_does(tmp_path: Path, step: str) -> None:
    path = tmp_path / "kv.yaml"
    path.write_text(_without(step)(SHIPPED.read_text()))
    assert load_playbook(path, ACTIONS).id == "kv-extension"
