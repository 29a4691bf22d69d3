"""The one rule for certainty (playbooks/README.md), held over every finding that there is."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.known import KNOWN
from tests.mistakes import beyond, in_settings
from tests.unit.analyse.sources import BOOK, source
from tests.unit.lint.pools import good
from tests.unit.lint.test_supported import LISTED
from troubleshooter import settings
from troubleshooter.analyse import analyse, merge
from troubleshooter.diagnosis import diagnosis
from troubleshooter.lint import findings_of, lint_text, supported
from troubleshooter.model.finding import Confidence
from troubleshooter.pooldef import compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.analyse.rules import Rule
    from troubleshooter.model.finding import Finding

CODE = settings.playbooks_folder().parent / "troubleshooter"


def findings(text: str) -> tuple[Finding, ...]:
    return diagnosis([source(text)], BOOK).findings


def proven(finding: Finding) -> bool:
    """Whether what it shows is a service's own code, or a text that is the record of its failure."""
    rule = next((rule for rule in BOOK.rules if rule.id == finding.id), None)
    lines = [line.text for line in finding.evidence]
    if rule is None:
        return False
    codes = any(re.search(rf"\b{code}\b", line) for code in rule.text.raises for line in lines)
    kept = [
        line.text for line in finding.evidence if not line.source
    ]  # what the node was asked records nothing
    recorded = bool(rule.text.record) and any(rule.matches(line.encode()) for line in kept)
    return codes or recorded


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_line_of_a_log_confirms_by_a_code_or_as_a_record_and_by_nothing_else(rule: Rule) -> None:
    told = [one for text in rule.text.matches for one in findings(text)]
    assert rule.id in {one.id for one in told}
    for one in told:
        foreign = one.confidence is Confidence.POSSIBLE
        assert (one.confidence is Confidence.CONFIRMED) is (proven(one) and not foreign), one
        assert bool(one.why_not_surer) is (one.confidence is not Confidence.CONFIRMED), one


def other_findings() -> Iterator[Finding]:
    """Those that no rule makes: of settings, of Azure's lists, of a pool that was read again."""
    for row in (*in_settings.MISTAKES, *beyond.MISTAKES):
        if row.command == "lint":
            yield from findings_of(lint_text(row.text, "file.json", KNOWN).findings)
    over = replace(LISTED, image_ends="2025-04-30", size_ends="2025-04-30")
    for said in (over, replace(over, agents=("batch.node.x",)), replace(over, agents=())):
        yield from supported.findings(said, {supported.SYSTEM, supported.SIZE})
    yield compare.finding("debug", compare.differences({"vmSize": "a"}, {"vmSize": "b"}))


def test_what_is_read_from_settings_and_lists_is_never_confirmed_and_says_why() -> None:
    told = merge(analyse([], BOOK, good()), other_findings()).findings
    assert len(told) > 30
    assert {one.id for one in told if one.confidence is Confidence.CONFIRMED} == set()
    assert [one.id for one in told if not one.why_not_surer] == []


def test_only_one_place_of_the_program_calls_a_finding_confirmed() -> None:
    """Whatever else is built, a report or a screen, may ask for it and never says it.

    The room of cross-checks is left out: what Azure answered to a question of theirs is its own record.
    """
    says = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = (*node.args, *(word.value for word in node.keywords))
                if any(ast.unparse(one).endswith("Confidence.CONFIRMED") for one in given):
                    says.add(str(path.relative_to(CODE)))
    assert {place for place in says if not place.startswith("checks/")} == {"analyse/certainty.py"}
