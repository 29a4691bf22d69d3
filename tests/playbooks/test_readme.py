"""The author's guide says what is true of the rules.

`python -m tests.playbooks.test_readme` writes the table anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import load_rules
from troubleshooter.analyse.commands import az
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.model.finding import Confidence

if TYPE_CHECKING:
    from troubleshooter.analyse.rules import RuleText

FOLDER = settings.playbooks_folder()
GUIDE = FOLDER / "README.md"
HEAD = "| id | where | label | at most | fix |\n| --- | --- | --- | --- | --- |\n"


def row(rule: RuleText) -> str:
    system = "any system" if rule.applies.os == "any" else rule.applies.os
    version = "any version" if rule.applies.versions == "any" else rule.applies.versions
    fixes = {
        "patch" if fix.patch else fix.outside.kind if fix.outside else "advice" for fix in rule.fixes
    } or {"-"}
    at_most = Confidence.CONFIRMED if rule.raises else rule.confidence
    return f"| {rule.id} | {system}, {version} | {rule.label} | {at_most} | {', '.join(sorted(fixes))} |"


def rows() -> list[str]:
    return sorted(row(rule.text) for rule in load_rules(FOLDER / "rules", known=KNOWN).rules)


def test_the_table_lists_every_rule_as_it_is() -> None:
    assert GUIDE.read_text(encoding="utf-8").split(HEAD)[1].splitlines() == rows()


def test_every_kind_of_file_and_change_is_explained() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [kind for kind in (*FileKind, *az.KINDS) if f"`{kind}`" not in guide] == []


if __name__ == "__main__":
    before = GUIDE.read_text(encoding="utf-8").split(HEAD)[0]
    GUIDE.write_text(before + HEAD + "\n".join(rows()) + "\n", encoding="utf-8")
