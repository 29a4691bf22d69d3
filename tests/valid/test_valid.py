"""Nothing is held against configurations that are right, and a documented mistake in one of them is seen."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cases.told import told
from tests.valid import configurations as all_of_them
from tests.valid.configurations import FORMS, configurations, mistaken
from tests.valid.mistakes import MISTAKES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.valid.configurations import Configuration
    from tests.valid.mistakes import Mistake

FEW, MANY = 150, 2000
MISTAKEN = 200

DOUBTFUL = {
    "kv-initial-sync-identity-unnamed": (
        "Settings that wait for certificates and name no identity, of a machine not shown: right with "
        "a system-assigned identity (key-vault-linux, key-vault-windows); with a user-assigned one they fail."
    ),
}
"""The warnings that a right configuration may get, each with what is said for it."""


def judged(
    them: Iterable[Configuration], folder: Path
) -> tuple[dict[str, list[str]], Counter[str], list[str]]:
    """What got errors; how many got a warning, by id; and in what no extension was found."""
    errors: dict[str, list[str]] = {}
    warnings: Counter[str] = Counter()
    unread = []
    for each in them:
        told_of_it = told("lint", each.write(folder))
        found = {(finding["severity"], finding["id"]) for finding in told_of_it.findings}
        if wrong := sorted(id_ for severity, id_ in found if severity == "error"):
            errors[each.name] = wrong
        warnings.update(id_ for severity, id_ in found if severity == "warning")
        if not any(file["extensions"] for file in told_of_it.document.get("files", ())):
            unread.append(each.name)
    return errors, warnings, unread


def test_nothing_is_held_against_a_few(tmp_path: Path) -> None:
    errors, warnings, unread = judged(configurations(FEW), tmp_path)

    assert (errors, unread) == ({}, [])
    assert set(warnings) <= set(DOUBTFUL)


@pytest.mark.slow
def test_nothing_is_held_against_many(tmp_path: Path) -> None:
    errors, warnings, unread = judged(configurations(MANY), tmp_path)

    print(f"{MANY} configurations, warnings: {dict(warnings)}")
    assert (errors, unread) == ({}, [])
    assert set(warnings) <= set(DOUBTFUL)
    assert warnings.total() * 100 <= MANY


def with_a_mistake(count: int) -> Iterator[tuple[Mistake, Configuration]]:
    """The mistakes in turn, each in the next configuration that has room for it."""
    for place in range(count):
        mistake, blind = MISTAKES[place % len(MISTAKES)]
        tries = (mistaken(number, mistake) for number in range(place * 7, place * 7 + 300))
        yield mistake, next(made for made in tries if made and made.form not in blind)


def test_a_mistake_in_one_that_is_right_is_seen(tmp_path: Path) -> None:
    missed = {}
    forms = set()
    for mistake, made in with_a_mistake(MISTAKEN):
        forms.add(made.form)
        found = told("lint", made.write(tmp_path)).findings
        if not mistake.ids & {each["id"] for each in found if each["severity"] != "info"}:
            missed[made.name] = mistake.put.__name__

    assert missed == {}
    assert forms == set(FORMS)


def test_each_can_be_made_again_by_itself() -> None:
    them = list(configurations(60))

    assert [all_of_them.configuration(number) for number in range(59, -1, -1)] == them[::-1]
    assert len({each.text for each in them}) == 60
    assert {each.form for each in them} == set(FORMS)


def test_what_makes_them_shares_nothing_with_the_product() -> None:
    """Only the tests may import it."""
    for path in Path(__file__).parent.glob("*.py"):
        if path.name.startswith("test_"):
            continue
        imported = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = {getattr(node, "module", None) or node.names[0].name for node in imported}
        assert not [name for name in names if name.startswith("troubleshooter")], path.name
