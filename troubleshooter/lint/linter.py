"""Reads a definition and runs every check."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from troubleshooter.fence import Unreadable
from troubleshooter.lint import key_vault, lifetime, naming, pool
from troubleshooter.lint.finding import LintFinding, LintResult
from troubleshooter.lint.jsontext import BrokenJson, parse
from troubleshooter.lint.places import places
from troubleshooter.model.excerpt import cut
from troubleshooter.model.finding import Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.jsontext import JsonText
    from troubleshooter.lint.problem import Problem
    from troubleshooter.model.extension import Extension

CHECKS = (
    naming.publisher_and_type,
    naming.system_is_the_extensions,
    pool.agent_fits_the_image,
    pool.waits_for_what_exists,
    pool.types_are_allowed,
    pool.terraform_encodes_settings,
    lifetime.system_is_supported,
    lifetime.image_is_taken,
    lifetime.size_is_supported,
    lifetime.communication_is_supported,
    lifetime.way_out_is_supported,
    lifetime.api_version_is_supported,
    lifetime.extensions_are_supported,
)
"""Of every extension."""

PLACES = 500
"""Extensions of one file that are checked: each is compared with others."""
MISTAKES = 2000
"""Of one file that are told: each takes memory, and there may be one in every third byte."""
_MORE = f"it holds more than {MISTAKES} mistakes; what comes after them was not checked"
_OF_THE_POOL = "batch-"
"""How the ids begin of what is no mistake of an extension's, but of the pool around it."""
_RANK = tuple(Severity)
_NO_SECRETS = frozenset({"nodeAgentSkuId", "publisher", "type", "typeHandlerVersion"})
"""Of every extension, beside its own harmless settings: what stands under an unknown name may be a secret."""


def lint_text(text: str, file: str, known: tuple[Extension, ...]) -> LintResult:
    """Check a text that should be JSON, of any shape that holds the extension or its settings.

    Raises Unreadable where that would take too long.
    """
    try:
        document = parse(text)
    except BrokenJson as broken:
        return LintResult(file, (), (_broken(broken, file),))
    slips = tuple(_slip(document, index, file) for index in range(len(document.slips)))
    found = tuple(islice(places(document.value, file, known), PLACES + 1))
    if len(found) > PLACES:
        raise Unreadable(f"it holds more than {PLACES} extensions")
    problems = tuple(islice(_problems(found, document.value, file, document.line), MISTAKES + 1))
    titles = tuple(place.extension.title for place in found)
    told = _sorted((*slips, *problems[:MISTAKES]))
    left_out = _MORE if len(problems) > MISTAKES else ""
    return LintResult(file, titles, told, document.repaired, left_out)


def lint_pool(definition: Mapping[str, Any], known: tuple[Extension, ...]) -> tuple[LintFinding, ...]:
    """Check a pool as ARM's GET gives it; patches hold for this definition."""
    found = tuple(places(definition, "", known))
    return _sorted(_problems(found, definition, "pool definition", lambda _: 0))


def _problems(
    found: tuple[Place, ...], whole: object, file: str, line: Callable[[str], int]
) -> Iterator[LintFinding]:
    said: set[tuple[str, str, str]] = set()
    for place in found:
        shown = _NO_SECRETS | set(place.extension.settings.harmless)
        for problem in _found_in(place):
            finding = _finding(problem, place, file, line)
            finding = replace(finding, value=_value(whole, finding, shown))
            what = (finding.id, finding.path, finding.message)
            if what not in said:  # of a pool that has two extensions of ours, its own mistakes are told once
                said.add(what)
                yield finding


def _found_in(place: Place) -> Iterator[Problem]:
    if place.extension.checks == "key-vault":
        arranged = key_vault.layout(place)
        for check in key_vault.CHECKS:
            yield from check(arranged)
    for general in CHECKS:
        yield from general(place)


def _finding(problem: Problem, place: Place, file: str, line: Callable[[str], int]) -> LintFinding:
    at, fix = problem.at, problem.fix
    if place.in_text and at.startswith(f"{place.settings_at}/"):
        at = place.settings_at  # inside a string there is nothing to point at
    if fix is not None and not _applies(fix, place):
        fix = Fix(fix.summary)
    return LintFinding(
        problem.id,
        problem.severity,
        file,
        at,
        line(at),
        problem.message,
        problem.why,
        fix,
        problem.sources,
        problem.explains,
        extension=None if problem.id.startswith(_OF_THE_POOL) else place.extension.id,
        exact=problem.exact,
    )


def _value(whole: object, finding: LintFinding, shown: frozenset[str]) -> str:
    """What stands at its place, in JSON, unless the message says it or it is no single value."""
    keys = [key.replace("~1", "/").replace("~0", "~") for key in finding.path.split("/")[1:]]
    if not keys or keys[-1] not in shown:
        return ""
    value = whole
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            return ""
    if not isinstance(value, str | int | float) or str(value) in finding.message:
        return ""
    return cut(json.dumps(value, ensure_ascii=False), 200)


def _applies(fix: Fix, place: Place) -> bool:
    """Whether the patch can be applied to the document, and would cure what the document stands for."""
    if place.generated:
        return False
    ends = [str(step[key]) for step in fix.patch for key in ("path", "from") if key in step]
    inside = [end for end in ends if end.startswith(f"{place.settings_at}/")]
    return not place.in_text or not (inside or (place.text_is_right and place.settings_at in ends))


def _sorted(findings: Any) -> tuple[LintFinding, ...]:
    return tuple(
        sorted(findings, key=lambda found: (_RANK.index(found.severity), found.line, found.path, found.id))
    )


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
