from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from troubleshooter import datafiles, extensions, settings
from troubleshooter.cli.options import Members, alone, everywhere, option, own_extensions
from troubleshooter.engine.loader import PlaybookShape, load_playbook, playbook_file, playbook_files
from troubleshooter.errors import ExitCode, NotFound, UsageProblem
from troubleshooter.fence import Unreadable
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from troubleshooter.analyse.rule_book import RuleBook
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.analyse.trial import Trial
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.playbook import Playbook
    from troubleshooter.printer import Printer

_EXTENSION_FILE = re.compile(r"^(?:publishers|linux|windows|checks)\s*:", re.MULTILINE)


@click.group(cls=Members, invoke_without_command=True)
@everywhere()
@click.pass_context
def command(ctx: click.Context) -> None:
    """List, show, check and test the playbooks and their rules."""
    alone(ctx)


@command.command("list")
@everywhere()
@click.pass_obj
def list_playbooks(printer: Printer) -> int:
    """List the playbooks."""
    books = [_shipped(name) for name in playbook_files()]
    rows = [{"id": book.id, "title": book.title, "steps": len(book.steps)} for book in books]
    printer.result(
        {"version": 1, "playbooks": rows},
        "\n".join(visible(f"{row['id']:<20}{row['title']} ({row['steps']} steps)") for row in rows),
    )
    return 0


@command.command()
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
    printer.result(document, "\n".join(map(visible, lines)))
    return 0


@command.command()
@click.argument("file", required=False)
@everywhere()
@click.pass_obj
def validate(printer: Printer, file: str | None) -> int:
    """Check a playbook, an extension, a file of rules or of checks, or all that are shipped."""
    shipped = [*playbook_files().values(), _rules_folder(), *_extension_files(), _checks_folder()]
    paths = [Path(file)] if file else shipped
    checked = [_validated(path) for path in paths]
    rows = [{"file": str(path), "holds": holds} for path, holds in zip(paths, checked, strict=True)]
    printer.result(
        {"version": 1, "valid": rows}, "\n".join(visible(f"✔ {row['file']}: {row['holds']}") for row in rows)
    )
    return 0


@command.command()
@everywhere()
@click.pass_obj
def schema(printer: Printer) -> int:
    """Print the JSON Schemas of playbooks, extensions, rules, checks and ignores, for editors."""
    from troubleshooter.analyse.rules import RuleText
    from troubleshooter.lint.catalogue import CheckText
    from troubleshooter.lint.ignore_file import IgnoreFile
    from troubleshooter.model.extension import Extension

    document = {
        "version": 1,
        "playbook": datafiles.json_schema(PlaybookShape),
        "extension": datafiles.json_schema(Extension),
        "rules": datafiles.json_schema(list[RuleText]),
        "checks": datafiles.json_schema(list[CheckText]),
        "ignores": datafiles.json_schema(IgnoreFile),
    }
    printer.result(document, json.dumps(document, indent=2))
    return 0


@command.command()
@click.argument("rule_id", metavar="RULE", required=False)
@click.argument("file", required=False)
@option(
    "--rules", type=click.Path(exists=True), help="Own rules, a file or a folder, beside the shipped ones."
)
@own_extensions
@everywhere()
@click.pass_obj
def test(
    printer: Printer,
    /,
    rule_id: str | None,
    file: str | None,
    rules: str | None,
    **given: str | None,
) -> int:
    """Run every rule on its own examples, or show what one RULE does on a FILE, and why.

    FILE may be - for standard input, so that a pasted line can be tried.
    """
    from troubleshooter.diagnosis import NO_OWN, rule_book

    place = given["extensions"]
    own = extensions.own(Path(place)) if place else NO_OWN
    book = rule_book(Path(rules) if rules else None, own)
    if rule_id is None:
        return _examples(printer, book)
    rule = next((rule for rule in book.rules if rule.id == rule_id), None)
    if rule is None:
        raise NotFound(
            f"There is no rule {rule_id}.", f"{len(book.rules)} rules are known.", "See: playbooks/README.md"
        )
    if file is None:
        raise UsageProblem(
            "There is no file to try the rule on.",
            "RULE alone says nothing to match.",
            f"Add a file, or - : playbooks test {rule_id} FILE",
        )
    return _try(printer, rule, file, book.known)


def _examples(printer: Printer, book: RuleBook) -> int:
    from troubleshooter.analyse.trial import wrong_examples

    wrong = [
        {"rule": one.rule, "line": one.text, "expected": "match" if one.expected else "no match"}
        for one in wrong_examples(book)
    ]
    document = {"version": 1, "rules": len(book.rules), "failed": wrong}
    lines = [
        f"✖ {each['rule']}: {each['expected']} expected: {one_line(str(each['line']))}" for each in wrong
    ]
    printer.result(
        document, "\n".join([*lines, f"{len(book.rules)} rules tried, {len(wrong)} examples fail"])
    )
    return ExitCode.ERRORS_FOUND if wrong else ExitCode.DONE


def _try(printer: Printer, rule: Rule, file: str, known: tuple[Extension, ...]) -> int:
    from troubleshooter.analyse.sources import sources
    from troubleshooter.analyse.trial import try_rule

    with sources([file]) as found:
        if len(found.files) != 1:
            raise UsageProblem(
                f"{file} is not one file.", f"It holds {len(found.files)} files.", "Give one of them."
            )
        try:
            trial = try_rule(rule, found.files[0], known)
        except Unreadable as error:
            raise UsageProblem(
                f"{file} cannot be read.", f"It is no text: {error}.", "Save it as UTF-8."
            ) from error
    document = {
        "version": 1,
        "rule": rule.id,
        "kind": trial.kind.value,
        "matches": trial.stands,
        "why": trial.why,
        "lines": [{"line": hit.line, "text": hit.text, "captured": dict(hit.captured)} for hit in trial.hits],
        "patterns": [
            {"role": one.role, "pattern": one.pattern, "lines": one.lines, "first": one.first}
            for one in trial.patterns
        ],
    }
    printer.result(document, "\n".join(map(visible, _trial_lines(trial))))
    return ExitCode.DONE


def _trial_lines(trial: Trial) -> list[str]:
    lines = [f"{hit.line}: {one_line(hit.text)}" for hit in trial.hits]
    lines += [
        f"    {name} = {one_line(value)}" for hit in trial.hits[:1] for name, value in hit.captured.items()
    ]
    lines += ["", f"{'✔' if trial.stands else '✖'} {trial.why}", f"  read as: {trial.kind.value}"]
    for one in trial.patterns:
        seen = f"{one.lines} lines, the first is {one.first}" if one.lines else "nowhere"
        lines.append(f"  {one.role:<12}{one_line(one.pattern)}  {seen}")
    return lines


def _validated(path: Path) -> str:
    from troubleshooter.analyse import load_rules

    try:
        path.stat()
    except FileNotFoundError as error:
        raise NotFound(f"{path} is not there.", "No file has that name.", "Check the path.") from error
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be read.", f"{error.strerror}.", "Check the path and its permissions."
        ) from error
    if _checks_folder() in (path, path.parent):
        from troubleshooter.lint.catalogue import read_checks

        return f"{len(read_checks([path]))} checks"
    if path.is_dir() and path != _rules_folder():
        own = extensions.own(path)
        rules = load_rules(*own.rules, known=(*extensions.shipped(), *own.extensions)).rules
        return ", ".join([*(f"extension {one.id}" for one in own.extensions), f"{len(rules)} rules"])
    if path.is_dir() or extensions.holds_list(path):
        return f"{len(load_rules(path, known=extensions.shipped()).rules)} rules"
    if _EXTENSION_FILE.search(datafiles.text(path)):
        return f"extension {extensions.read(path).id}"
    from troubleshooter.actions import ACTIONS

    return f"playbook {load_playbook(path, ACTIONS).id}"


def _shipped(playbook_id: str) -> Playbook:
    """Read a playbook that tests have checked: its actions, slow to import, are not looked up again."""
    return load_playbook(playbook_file(playbook_id), None)


def _extension_files() -> list[Path]:
    return sorted((settings.playbooks_folder() / "extensions").glob("*.yaml"))


def _checks_folder() -> Path:
    return settings.playbooks_folder() / "checks"


def _rules_folder() -> Path:
    return settings.playbooks_folder() / "rules"
