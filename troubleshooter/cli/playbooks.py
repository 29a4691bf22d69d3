from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from troubleshooter import datafiles
from troubleshooter.cli.options import everywhere
from troubleshooter.engine.loader import PlaybookShape, load_playbook, playbook_file, playbook_files
from troubleshooter.errors import ExitCode, NotFound, UsageProblem
from troubleshooter.report.escape import one_line

if TYPE_CHECKING:
    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.playbook import Playbook
    from troubleshooter.printer import Printer

_RULES_FILE = re.compile(r"\A(?:\s*(?:#.*)?\n)*-")


@click.group(add_help_option=False)
@everywhere()
def command() -> None:
    """List, show, check and test the playbooks and their rules."""


@command.command("list", add_help_option=False)
@everywhere()
@click.pass_obj
def list_playbooks(printer: Printer) -> int:
    """List the playbooks."""
    books = [_shipped(name) for name in playbook_files()]
    rows = [{"id": book.id, "title": book.title, "steps": len(book.steps)} for book in books]
    printer.result(
        {"version": 1, "playbooks": rows},
        "\n".join(f"{row['id']:<20}{row['title']} ({row['steps']} steps)" for row in rows),
    )
    return 0


@command.command(add_help_option=False)
@click.argument("playbook_id", metavar="ID")
@everywhere()
@click.pass_obj
def show(printer: Printer, playbook_id: str) -> int:
    """Show a playbook's steps: why each is done, what it changes, how to undo it."""
    book = _shipped(playbook_id)
    steps = [
        {"id": s.id, "title": s.title, "why": s.why, "changes": s.changes, "undo": s.undo, "source": s.source}
        for s in book.steps
    ]
    document = {
        "version": 1,
        "id": book.id,
        "title": book.title,
        "summary": book.summary,
        "steps": steps,
    }
    lines = [book.title, f"  {book.summary}"]
    for number, step in enumerate(steps, start=1):
        lines += ["", f"{number}. {step['title']}  [{step['id']}]", f"   {step['why']}"]
        lines += [f"   changes: {step['changes']}; undo: {step['undo']}", f"   {step['source']}"]
    printer.result(document, "\n".join(lines))
    return 0


@command.command(add_help_option=False)
@click.argument("file", required=False)
@everywhere()
@click.pass_obj
def validate(printer: Printer, file: str | None) -> int:
    """Check a playbook or a rules file, or all that are shipped."""
    paths = [Path(file)] if file else [*playbook_files().values(), _rules_folder()]
    checked = [_validated(path) for path in paths]
    rows = [{"file": str(path), "holds": holds} for path, holds in zip(paths, checked, strict=True)]
    printer.result(
        {"version": 1, "valid": rows}, "\n".join(f"✔ {row['file']}: {row['holds']}" for row in rows)
    )
    return 0


@command.command(add_help_option=False)
@everywhere()
@click.pass_obj
def schema(printer: Printer) -> int:
    """Print the JSON Schemas of a playbook and of a rules file, for editors."""
    from troubleshooter.analyse.rules import RuleText

    document = {
        "version": 1,
        "playbook": datafiles.json_schema(PlaybookShape),
        "rules": datafiles.json_schema(list[RuleText]),
    }
    printer.result(document, json.dumps(document, indent=2))
    return 0


@command.command(add_help_option=False)
@click.argument("rule_id", metavar="RULE", required=False)
@click.argument("file", required=False)
@everywhere()
@click.pass_obj
def test(printer: Printer, rule_id: str | None, file: str | None) -> int:
    """Run every rule on its own examples, or show which lines of a FILE one RULE matches.

    FILE may be - for standard input, so that a pasted line can be tried.
    """
    from troubleshooter.analyse import load_rules

    rules = load_rules(_rules_folder())
    if rule_id is None:
        return _examples(printer, rules)
    if rule_id not in {rule.id for rule in rules.rules}:
        raise NotFound(
            f"There is no rule {rule_id}.", f"{len(rules.rules)} rules are known.", "See: playbooks test"
        )
    if file is None:
        raise UsageProblem(
            "There is no file to try the rule on.",
            "RULE alone says nothing to match.",
            f"Add a file, or - : playbooks test {rule_id} FILE",
        )
    return _try(printer, rules, rule_id, file)


def _examples(printer: Printer, rules: RuleBook) -> int:
    wrong = [
        {"rule": rule.id, "line": line, "expected": "match" if expected else "no match"}
        for rule in rules.rules
        for lines, expected in ((rule.text.matches, True), (rule.text.ignores, False))
        for line in lines
        if bool(_hits(rules, rule.id, line.encode())) is not expected
    ]
    document = {"version": 1, "rules": len(rules.rules), "failed": wrong}
    lines = [f"✖ {each['rule']}: {each['expected']} expected: {one_line(each['line'])}" for each in wrong]
    printer.result(
        document, "\n".join([*lines, f"{len(rules.rules)} rules tried, {len(wrong)} examples fail"])
    )
    return ExitCode.ERRORS_FOUND if wrong else ExitCode.DONE


def _try(printer: Printer, rules: RuleBook, rule_id: str, file: str) -> int:
    from troubleshooter.cli.textfile import read_text

    hits = _hits(rules, rule_id, read_text(file, 64 * 1024 * 1024).encode())
    rows = [{"line": hit.line, "text": hit.text} for hit in hits]
    text = "\n".join(f"{hit.line}: {one_line(hit.text)}" for hit in hits) or "No line matches."
    printer.result({"version": 1, "rule": rule_id, "lines": rows}, text)
    return ExitCode.DONE


def _hits(rules: RuleBook, rule_id: str, data: bytes) -> tuple[Evidence, ...]:
    """Where a rule matches in a file of its own; the other rules look too, as they always do."""
    from troubleshooter.analyse import analyse
    from troubleshooter.model.evidence import SourceFile

    diagnosis = analyse([SourceFile("tried", lambda: io.BytesIO(data))], rules)
    return next((found.evidence for found in diagnosis.findings if found.id == rule_id), ())


def _validated(path: Path) -> str:
    from troubleshooter.analyse import load_rules

    if not path.exists():
        raise NotFound(f"{path} is not there.", "No file has that name.", "Check the path.")
    if path.is_dir() or _RULES_FILE.match(path.read_text(encoding="utf-8", errors="replace")):
        return f"{len(load_rules(path).rules)} rules"
    from troubleshooter.actions import ACTIONS

    return f"playbook {load_playbook(path, ACTIONS).id}"


def _shipped(playbook_id: str) -> Playbook:
    """Read a playbook that tests have checked: its actions, slow to import, are not looked up again."""
    path = playbook_file(playbook_id)
    actions = {step.action for step in datafiles.read(path, PlaybookShape).steps}
    return load_playbook(path, actions)


def _rules_folder() -> Path:
    return datafiles.playbooks_folder() / "rules"
