"""One id a cause; a fact and what a node shows of it may have two, which guide and `explain` pair.

`python -m tests.playbooks.test_pairs` writes the table anew.
"""

from __future__ import annotations

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import load_rules
from troubleshooter.checks import ROWS
from troubleshooter.glossary.glossary import glossary
from troubleshooter.lint.catalogue import checks
from troubleshooter.model.finding import Severity

GUIDE = settings.playbooks_folder() / "README.md"
HEAD = "| what Azure's side shows | what a node shows of it |\n| --- | --- |\n"
RULES = {rule.id for rule in load_rules(settings.playbooks_folder() / "rules", known=KNOWN).rules}
PAIRED = [check for check in checks() if check.shows]


def rows() -> list[str]:
    return [f"| {check.id} | {', '.join(check.shows)} |" for check in PAIRED]


def test_the_guide_has_every_pair() -> None:
    assert GUIDE.read_text(encoding="utf-8").split(HEAD)[1].split("\n\n")[0].splitlines() == rows()


def test_a_cause_that_a_cross_check_finds_has_its_rules_id_or_is_paired() -> None:
    entries = {check.id: check for check in checks()}
    errors = [row.id for row in ROWS if row.id in RULES or entries[row.id].severity[0] is Severity.ERROR]
    assert len(errors) > 15
    assert [name for name in errors if name not in RULES and not entries[name].shows] == []


def test_what_a_node_shows_is_what_a_rule_finds_under_another_id() -> None:
    assert {name for check in PAIRED for name in check.shows} <= RULES
    assert [check.id for check in PAIRED if check.id in RULES] == []


def test_explain_tells_of_either_by_the_other() -> None:
    known = glossary()
    for check in PAIRED:
        (fact,) = known.named(check.id)
        for name in check.shows:
            (symptom,) = (one for one in known.named(name) if one.kind.value == "rule")
            assert name in fact.text
            assert check.id in symptom.text


if __name__ == "__main__":
    before, after = GUIDE.read_text(encoding="utf-8").split(HEAD)
    rest = after[after.index("\n### ") :]
    GUIDE.write_text(before + HEAD + "\n".join(rows()) + "\n" + rest, encoding="utf-8")
