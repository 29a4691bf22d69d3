"""Reads a definition and runs every check."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from troubleshooter.fence import Unreadable
from troubleshooter.lint.checks import finding_of, in_order, problems_of, value_at
from troubleshooter.lint.finding import LintFinding, LintResult
from troubleshooter.lint.jsontext import BrokenJson, parse
from troubleshooter.lint.looked_at import fields_in
from troubleshooter.lint.places import places
from troubleshooter.lint.unknown import NOT_SHOWN
from troubleshooter.model.finding import Fix, Severity
from troubleshooter.text import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.jsontext import JsonText
    from troubleshooter.lint.looked_at import Field
    from troubleshooter.model.extension import Extension

PLACES = 500
"""Extensions of one file that are checked: each is compared with others."""
MISTAKES = 2000
"""Of one file that are told: each takes memory, and there may be one in every third byte."""
_STATE_HINT = "it is Terraform's file of a state, which is not read; give the JSON of: terraform show -json"
_WHOLE = "give the whole answer: az vm extension show … --output json"
_MORE = f"it holds more than {MISTAKES} mistakes; what comes after them was not checked"


def lint_text(text: str, file: str, known: tuple[Extension, ...]) -> LintResult:
    """Check JSON of any shape that holds the extension or its settings, or a source that has literal ones.

    Raises Unreadable where that would take too long.
    """
    text = TERMINAL.sub("", text)
    try:
        document = parse(text)
    except BrokenJson as broken:
        from troubleshooter.lint.source import lint_source  # noqa: PLC0415 - nobody waits for it who has JSON

        read = lint_source(text, file, known, broken)
        return LintResult(file, (), (_broken(broken, file),)) if read is None else read
    slips = tuple(_slip(document, index, file) for index in range(len(document.slips)))
    found = tuple(islice(places(document.value, file, known), PLACES + 1))
    if len(found) > PLACES:
        raise Unreadable(f"it holds more than {PLACES} extensions")
    problems = tuple(islice(_problems(found, document.value, file, document.line), MISTAKES + 1))
    titles = tuple(place.extension.title for place in found)
    told = in_order((*slips, *problems[:MISTAKES]))
    left_out = _MORE if len(problems) > MISTAKES else ""
    looked = tuple(field for place in found for field in fields_in(place, document.line))
    hint = _STATE_HINT if not titles and _is_state(document.value) else ""
    return LintResult(
        file, titles, told, document.repaired, left_out, _not_shown(found, document), looked, hint=hint
    )


def _not_shown(found: tuple[Place, ...], document: JsonText) -> str:
    """Which extensions of an answer are shown without their settings, as the end of a sentence."""
    hidden = [place for place in found if place.settings == NOT_SHOWN and not place.generated]
    lines = ", ".join(str(document.line(place.at)) for place in hidden[:5])
    return f"the settings at line {lines} are not shown; {_WHOLE}" if hidden else ""


def _is_state(document: Any) -> bool:
    """Whether it is Terraform's own file of a state, in a form that is its own affair."""
    return isinstance(document, dict) and {"lineage", "serial", "terraform_version"} <= document.keys()


def fields_of_pool(definition: Mapping[str, Any], known: tuple[Extension, ...]) -> tuple[Field, ...]:
    """What a pool says in the fields that checks look at."""
    return tuple(field for place in places(definition, "", known) for field in fields_in(place, lambda _: 0))


def lint_pool(definition: Mapping[str, Any], known: tuple[Extension, ...]) -> tuple[LintFinding, ...]:
    """Check a pool as ARM's GET gives it; patches hold for this definition."""
    found = tuple(places(definition, "", known))
    return in_order(_problems(found, definition, "pool definition", lambda _: 0))


def _problems(
    found: tuple[Place, ...], whole: object, file: str, line: Callable[[str], int]
) -> Iterator[LintFinding]:
    said: set[tuple[str, str, str]] = set()
    for place in found:
        for problem in problems_of(place):
            finding = finding_of(problem, place, file, line)
            finding = replace(finding, value=value_at(whole, finding, place))
            what = (finding.id, finding.path, finding.message)
            if what not in said:  # of a pool that has two extensions of ours, its own mistakes are told once
                said.add(what)
                yield finding


def _broken(broken: BrokenJson, file: str) -> LintFinding:
    return LintFinding(
        "not-json",
        Severity.ERROR,
        file,
        "",
        broken.line,
        f"line {broken.line}, column {broken.column}: {broken.what}",
        "The file cannot be read as JSON, so nothing else in it was checked.",
        Fix("Correct that place"),
    )


def _slip(document: JsonText, index: int, file: str) -> LintFinding:
    slip = document.slips[index]
    if slip.comment:
        return LintFinding(
            "json-comment",
            Severity.INFO,
            file,
            slip.at,
            slip.line,
            f"line {slip.line}: {slip.what}",
            "Templates may have comments; Batch's REST interface and the node take JSON without.",
            Fix(slip.cure),
        )
    return LintFinding(
        "kv-doc-sample-invalid-json",
        Severity.ERROR,
        file,
        slip.at,
        slip.line,
        f"line {slip.line}: {slip.what}",
        "Published samples have this mistake. The rest was checked as if it were right.",
        Fix(slip.cure),
        ("https://github.com/MicrosoftDocs/azure-docs/pull/121219",),
    )
