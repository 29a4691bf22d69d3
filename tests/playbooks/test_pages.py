"""The pages of rules and checks say what the data says: python -m tests.playbooks.pages writes them anew."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.playbooks import pages
from tests.playbooks.test_rules import BOOK
from troubleshooter.lint.catalogue import checks
from troubleshooter.text import visible

if TYPE_CHECKING:
    from troubleshooter.analyse.rules import Rule

IDS = sorted({rule.id for rule in BOOK.rules} | {check.id for check in checks()})


@cache
def wanted() -> dict[str, str]:
    return pages.pages()


def test_each_rule_and_check_has_a_page_and_nothing_else_has() -> None:
    here = {path.name for path in pages.FOLDER.iterdir()}
    assert here == {*(f"{name}.md" for name in IDS), pages.INDEX}, f"write them anew: {pages.MADE}"


@pytest.mark.parametrize("name", [*(f"{name}.md" for name in IDS), pages.INDEX])
def test_a_page_says_what_the_data_says(name: str) -> None:
    kept = (pages.FOLDER / name).read_text(encoding="utf-8")
    assert kept == wanted()[name], f"write it anew: {pages.MADE}"


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rules_page_shows_what_it_matches_and_where_that_is_said(rule: Rule) -> None:
    text = wanted()[f"{rule.id}.md"]
    shown = [visible(line) for sample in rule.text.matches for line in sample.splitlines()]
    assert [line for line in shown if line not in text] == []
    assert [source for source in rule.text.sources if f"<{source}>" not in text] == []
    assert f"troubleshooter explain {rule.id}" in text


def test_the_list_leads_to_every_page() -> None:
    assert [name for name in IDS if f"[{name}]({name}.md)" not in wanted()[pages.INDEX]] == []
