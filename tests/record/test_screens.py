"""Every screen in its main states is as it was recorded."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pytest

from tests.record.chosen import CHOSEN, FULLEST, MOST, PLAIN, THEMES, looks, names
from tests.record.scenes import IN_THE_DEFAULT_RUN, KEPT, RENEW, SCENES, kept, pictures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST_BYTES = 5_000_000


def difference(scene: str, recorded: Mapping[str, str], shown: Mapping[str, str]) -> str:
    """As a unified diff, picture by picture; empty when nothing differs."""
    found: list[str] = []
    for name in sorted(recorded.keys() | shown.keys()):
        was, now = (texts.get(name, "").splitlines() for texts in (recorded, shown))
        place = f"{scene}/{name}"
        found += difflib.unified_diff(was, now, f"{place} as recorded", f"{place} as shown", lineterm="")
    return "\n".join(found)


@pytest.mark.parametrize(
    "scene",
    [pytest.param(name, marks=() if name in IN_THE_DEFAULT_RUN else pytest.mark.slow) for name in SCENES],
)
async def test_the_screens_are_as_recorded(scene: str, tmp_path: Path) -> None:
    folder = tmp_path / "scene"
    folder.mkdir()
    found = difference(scene, kept(scene), await pictures(scene, folder))
    assert not found, f"wanted? then: {RENEW} {scene}\n{found}"


def test_a_difference_is_shown_where_it_is() -> None:
    found = difference("one", {"a": "|x|\n|y|", "gone": "|z|"}, {"a": "|x|\n|!|", "new": "|n|"})
    assert "--- one/a as recorded" in found
    assert {"-|y|", "+|!|", "-|z|", "+|n|"} <= set(found.splitlines())


def test_nothing_is_kept_that_no_scene_shows() -> None:
    assert {path.name for path in KEPT.iterdir()} == set(SCENES) == set(CHOSEN)
    for scene in SCENES:
        assert {path.name for path in (KEPT / scene).iterdir()} == {f"{name}.txt" for name in names(scene)}


def test_each_fullest_state_is_kept_in_every_theme() -> None:
    for scene, states in FULLEST.items():
        for state in states.split():
            assert {look.theme for look in looks(scene, state) if look.size == PLAIN} == set(THEMES)


def test_the_record_is_small() -> None:
    assert sum(len(names(scene)) for scene in SCENES) <= MOST
    assert sum(path.stat().st_size for path in KEPT.rglob("*.txt")) < MOST_BYTES
