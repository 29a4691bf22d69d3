"""Reads a definition and runs every check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.lint import certificates, identity, pool, structure, values
from troubleshooter.lint.finding import LintFinding, LintResult
from troubleshooter.lint.jsontext import BrokenJson, parse
from troubleshooter.lint.layout import layout
from troubleshooter.lint.places import places
from troubleshooter.model.finding import Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from troubleshooter.lint.jsontext import JsonText
    from troubleshooter.lint.places import Place
    from troubleshooter.lint.problem import Problem

CHECKS = (
    structure.settings_are_an_object,
    structure.secrets_are_there,
    structure.no_settings_in_settings,
    structure.authentication_is_in_place,
    structure.keys_are_known,
    structure.type_and_publisher,
    values.polling_is_text,
    values.polling_is_in_range,
    values.booleans_are_booleans,
    values.removed_settings,
    certificates.certificates_are_a_list,
    certificates.there_is_a_certificate,
    certificates.entries_fit_the_version,
    certificates.urls_are_certificates,
    identity.endpoint_is_known,
    identity.client_id_has_endpoint,
    identity.client_id_is_a_guid,
    identity.client_id_is_the_pools,
    identity.pool_has_an_identity,
    identity.identity_is_named,
    pool.waits_for_what_exists,
)

_RANK = tuple(Severity)


def lint_text(text: str, file: str) -> LintResult:
    """Check a text that should be JSON, of any shape that holds the extension or its settings."""
    try:
        document = parse(text)
    except BrokenJson as broken:
        return LintResult(file, 0, (_broken(broken, file),))
    slips = tuple(_slip(document, index, file) for index in range(len(document.slips)))
    found = tuple(places(document.value, file))
    problems = _problems(found, file, document.line)
    return LintResult(file, len(found), _sorted((*slips, *problems)), document.repaired)


def lint_pool(definition: Mapping[str, Any]) -> tuple[LintFinding, ...]:
    """Check a pool as ARM's GET gives it; patches hold for this definition."""
    return _sorted(_problems(tuple(places(definition, "")), "pool definition", lambda _: 0))


def _problems(found: tuple[Place, ...], file: str, line: Callable[[str], int]) -> Iterator[LintFinding]:
    for place in found:
        arranged = layout(place)
        for check in CHECKS:
            for problem in check(arranged):
                yield _finding(problem, place, file, line)


def _finding(problem: Problem, place: Place, file: str, line: Callable[[str], int]) -> LintFinding:
    at, fix = problem.at, problem.fix
    if not place.patchable and at.startswith(place.settings_at):
        at = place.settings_at  # inside a string there is nothing to point at
        fix = Fix(fix.summary) if fix else None
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
    )


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
    return LintFinding(
        "kv-doc-sample-invalid-json",
        Severity.ERROR,
        file,
        slip.at,
        slip.line,
        f"line {slip.line}: {slip.what}",
        "Published samples have this mistake. The rest was checked as if it were right.",
        Fix("Use the repaired text"),
        ("https://github.com/MicrosoftDocs/azure-docs/pull/121219",),
    )
