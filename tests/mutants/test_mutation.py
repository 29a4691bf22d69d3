"""The list of a file is cosmic-ray's, and each mutant is told in words that stay when lines move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosmic_ray.commands.init import init
from cosmic_ray.work_db import WorkDB, use_db

from tests.floors import PACKAGE
from tests.mutants.conftest import PLACE, SOUND
from tests.mutants.mutation import differing, mutations

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_the_list_of_cosmic_ray_itself(tmp_path: Path) -> None:
    place = "operations/way_back.py"
    with use_db(tmp_path / "session.sqlite", WorkDB.Mode.create) as session:
        init([PACKAGE / place], session, {})
        its = [mutation for item in session.work_items for mutation in item.mutations]
    ours = mutations(place, (PACKAGE / place).read_text(encoding="utf-8"))

    assert sorted(each.operator for each in ours) == sorted(
        each.operator_name.partition("/")[2] for each in its
    )


def test_each_says_where_it_is_and_what_it_changes() -> None:
    found = mutations(PLACE, SOUND)
    told = {(each.was, each.becomes) for each in found}

    assert {each.within for each in found} == {"opened"}
    assert ("return knocks >= 3", "return knocks > 3") in told
    assert ("return knocks >= 3", "return knocks >= 4") in told
    assert len(told) == len(found) == len({each.lot for each in found})
    assert all(each.text != SOUND and each.judged for each in found)


def test_equal_lines_are_counted() -> None:
    twice = "def f(a):\n    if a:\n        a = 0\n    if a:\n        a = 2\n"
    found = [each for each in mutations(PLACE, twice) if each.operator == "AddNot"]

    assert [(each.becomes, each.nth) for each in found] == [("if not a:", 1), ("if not a:", 2)]


def test_what_is_not_judged_is_marked() -> None:
    text = "from __future__ import annotations\n\n\ndef f(*, a: int | str): ...\n"
    found = mutations(PLACE, text)

    assert {each.unread for each in found if " | " not in each.becomes} == {True}
    assert {each.python for each in found if "*, a" not in each.becomes} == {False}
    assert [each for each in found if each.judged] == []


def test_its_lot_does_not_change_when_lines_move() -> None:
    moved = SOUND.replace("\n\n\n", "\n\nAT = __name__\n\n\n")

    assert {each.lot for each in mutations(PLACE, SOUND)} == {each.lot for each in mutations(PLACE, moved)}


def test_the_lines_that_differ_are_told() -> None:
    assert differing("a\n  b\nc\n", "a\n  B\nc\n") == ("b", "B")
    assert differing("a\na\na\n", "a\na\n") == ("a", "")
    assert differing("a\n@b\ndef c\n", "a\ndef c\n") == ("@b", "")
    assert differing("a\nb (\n  c):\nd", "a\nb []:\nd") == ("b ( c):", "b []:")
