"""Whatever the program can name can be looked up, and is found by the words that stand in it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

import troubleshooter
from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK
from troubleshooter.actions import GATES
from troubleshooter.analyse.rules import Match, Way
from troubleshooter.checks import ROWS
from troubleshooter.engine.loader import load_playbook, playbook_files
from troubleshooter.errors import PRECEDENCE, ExitCode
from troubleshooter.glossary import glossary as module
from troubleshooter.glossary.entry import Kind
from troubleshooter.glossary.findings import of_rule
from troubleshooter.lint.catalogue import checks
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.glossary.entry import Entry

PACKAGE = Path(troubleshooter.__file__).parent


@cache
def known() -> module.Glossary:
    return module.glossary()


def ids(*words: str) -> list[str]:
    return [entry.id for entry in known().mentioning(words)]


def one(name: str, kind: Kind) -> Entry:
    (found,) = (entry for entry in known().named(name) if entry.kind is kind)
    return found


def test_everything_that_there_is_has_its_entry() -> None:
    kept = {kind: {entry.id for entry in known().entries if entry.kind is kind} for kind in Kind}
    playbooks = [load_playbook(path, None) for path in playbook_files().values()]
    assert kept[Kind.RULE] == {rule.id for rule in BOOK.rules}
    assert kept[Kind.CHECK] == {check.id for check in checks()}
    assert kept[Kind.STEP] == {step.id for playbook in playbooks for step in playbook.steps}
    assert kept[Kind.GATE] == {*GATES}
    assert kept[Kind.EXTENSION] == {extension.id for extension in KNOWN}
    assert kept[Kind.EXIT_CODE] == {f"exit code {code}" for code in PRECEDENCE}
    assert kept[Kind.CODE] >= {code for rule in BOOK.rules for code in rule.text.raises}


def _ids_made() -> Iterator[tuple[str, str]]:
    """File and id of every finding that code makes: from its own words, not from a rule's or a check's."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            target.id: value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for names, values in [(node.targets[0], node.value)]
            for target, value in zip(_each(names), _each(values), strict=False)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Finding", "LintFinding"}:
                given = [*node.args[:1], *(key.value for key in node.keywords if key.arg == "id")][0]
                if isinstance(given, ast.Constant):
                    yield path.name, str(given.value)
                elif isinstance(given, ast.Name) and given.id in named:
                    yield path.name, str(named[given.id])


def _each(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def test_what_code_finds_by_itself_has_its_entry() -> None:
    made = {name for _, name in _ids_made()}
    assert made >= {"recreate-difference", "batch-image-not-listed", "not-json"}
    assert {name for name in made if not known().named(name)} == set()


def test_what_is_asked_of_azure_has_its_entry() -> None:
    assert {row.id for row in ROWS if not known().named(row.id)} == set()


@pytest.mark.parametrize("entry", known().entries, ids=lambda entry: f"{entry.kind}-{entry.id}")
def test_every_entry_says_what_it_is_and_where_that_is_said(entry: Entry) -> None:
    titles = [section.title for section in entry.sections]
    assert entry.title
    assert entry in known().named(entry.id)
    assert len(titles) == len(set(titles))
    assert all(section.lines for section in entry.sections)
    if entry.kind in {Kind.RULE, Kind.CHECK}:
        assert entry.good
        assert entry.about
        assert "Sources" in titles
        assert {"severity", "confirmed when"} <= {label for label, _ in entry.facts}
        assert entry.json().keys() >= {"kind", "id", "title", "good", "severity", "confirmed_when", "sources"}


def test_a_rule_tells_what_makes_it_confirmed() -> None:
    told = {name: dict(one(name, Kind.RULE).facts)["confirmed when"] for name in ("kv-403-rbac", "net-dns")}
    assert told["kv-403-rbac"] == "a line that matches has the service's own code, ForbiddenByRbac"
    assert "at most" in str(told["net-dns"])


def test_a_rule_whose_ways_differ_in_severity_tells_each() -> None:
    rule = BOOK.rules[0].text
    way = Way(Match(any=("x",)), severity=Severity.INFO)
    two = msgspec.structs.replace(rule, severity=Severity.ERROR, also=(way, Way(Match(any=("y",)))))
    assert dict(of_rule(two, {}).facts)["severity"] == ("error", "info")


def test_nothing_of_a_rules_templates_is_left() -> None:
    told = [
        entry.id for entry in known().entries if "${" in entry.text and entry.kind in {Kind.RULE, Kind.CODE}
    ]
    assert told == []


def test_a_step_names_the_gates_that_it_may_open_and_a_gate_its_choices() -> None:
    (step,) = (
        e for e in known().named("plan") if e.kind is Kind.STEP and ("playbook", "kv-extension") in e.facts
    )
    asked = ("next", "extension", "read-on", "read-nodes", "plan", "route", "allow-from", "nodes", "jobs")
    assert ("may ask", asked) in step.facts
    (choices,) = one("jobs", Kind.GATE).sections
    assert [line.partition(":")[0] for line in choices.lines] == ["requeue", "terminate", "wait", "stop"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("KV-403-RBAC", "kv-403-rbac"),
        ("forbiddenbyrbac", "ForbiddenByRbac"),
        ("AKV10032", "AKV10032"),
        ("exit code 126", "exit code 126"),
        ("3", "exit code 3"),
        ("AllocationFailed", "AllocationFailed"),
        ("LinkedAuthorizationFailed", "LinkedAuthorizationFailed"),
        ("KeyVaultForLinux", "key-vault"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, found: str) -> None:
    assert found in [entry.id for entry in known().named(name)]


def test_a_number_may_be_an_end_of_ours_and_of_a_command_on_a_node() -> None:
    assert {entry.kind for entry in known().named("exit code 1")} == {Kind.EXIT_CODE, Kind.CODE}


def test_a_word_lists_what_mentions_it_by_name_first() -> None:
    found = ids("firewall")
    assert found[:2] == ["kv-403-firewall", "ForbiddenByFirewall"]
    assert "net-connect" in found
    assert "kv-403-secret-disabled" not in found


def test_several_words_narrow() -> None:
    assert set(ids("firewall", "private")) < set(ids("firewall"))
    assert ids("firewall", "nonsense") == []


def test_a_beginning_finds_a_word_and_a_number_is_whole() -> None:
    assert "kv-429-throttled" in ids("throttl")
    assert "kv-403-rbac" in ids("403")
    assert "kv-403-rbac" not in ids("40")


@pytest.mark.parametrize("odd", ["", "-", "***", "(", "\\"])
def test_what_is_no_word_mentions_nothing(odd: str) -> None:
    assert ids(odd) == []


def test_what_was_probably_meant_is_near() -> None:
    assert known().near("kv-403-rbak")[0] == "kv-403-rbac"
    assert "ForbiddenByRbac" in known().near("ForbidenByRbac")
    assert known().near("fierwall") == ("firewall",)
    assert known().near("xyzzy") == ()


def test_every_end_has_a_meaning() -> None:
    assert all(code.meaning for code in ExitCode)
    assert {*PRECEDENCE} == {*ExitCode}
