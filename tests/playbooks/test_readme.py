"""The author's guide says what is true of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter import datafiles
from troubleshooter.analyse import load_rules
from troubleshooter.analyse.commands import az
from troubleshooter.analyse.kinds import FileKind

if TYPE_CHECKING:
    from troubleshooter.analyse.rules import RuleText

FOLDER = datafiles.playbooks_folder()
GUIDE = (FOLDER / "README.md").read_text(encoding="utf-8")


def row(rule: RuleText) -> str:
    system = "any system" if rule.applies.os == "any" else rule.applies.os
    version = "any version" if rule.applies.versions == "any" else rule.applies.versions
    fixes = {
        "patch" if fix.patch else fix.outside.kind if fix.outside else "advice" for fix in rule.fixes
    } or {"-"}
    return (
        f"| {rule.id} | {system}, {version} | {rule.label} | {rule.confidence} | {', '.join(sorted(fixes))} |"
    )


def test_the_table_lists_every_rule_as_it_is() -> None:
    rules = sorted((rule.text for rule in load_rules(FOLDER / "rules").rules), key=lambda rule: rule.id)
    table = GUIDE.split("| --- | --- | --- | --- | --- |\n")[1].splitlines()
    assert table == [row(rule) for rule in rules]


def test_every_kind_of_file_and_change_is_explained() -> None:
    assert [kind for kind in (*FileKind, *az.KINDS) if f"`{kind}`" not in GUIDE] == []
