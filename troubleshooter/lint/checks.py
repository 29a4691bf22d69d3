"""Every check of one extension, and what is told of what they find."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troubleshooter.lint import key_vault, lifetime, naming, pool
from troubleshooter.lint.finding import LintFinding
from troubleshooter.model.excerpt import cut
from troubleshooter.model.finding import Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.problem import Problem

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

_OF_THE_POOL = "batch-"
"""How the ids begin of what is no mistake of an extension's, but of the pool around it."""
_RANK = tuple(Severity)
_NO_SECRETS = frozenset({"nodeAgentSkuId", "publisher", "type", "typeHandlerVersion"})
"""Of every extension, beside its own harmless settings: what stands under an unknown name may be a secret."""


def problems_of(place: Place) -> Iterator[Problem]:
    if place.extension.checks == "key-vault":
        arranged = key_vault.layout(place)
        for check in key_vault.CHECKS:
            yield from check(arranged)
    for general in CHECKS:
        yield from general(place)


def finding_of(problem: Problem, place: Place, file: str, line: Callable[[str], int]) -> LintFinding:
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


def _applies(fix: Fix, place: Place) -> bool:
    """Whether the patch can be applied to the document, and would cure what the document stands for."""
    if place.generated:
        return False
    ends = [str(step[key]) for step in fix.patch for key in ("path", "from") if key in step]
    inside = [end for end in ends if end.startswith(f"{place.settings_at}/")]
    return not place.in_text or not (inside or (place.text_is_right and place.settings_at in ends))


def in_order(findings: Any) -> tuple[LintFinding, ...]:
    """The worst first."""
    return tuple(
        sorted(findings, key=lambda found: (_RANK.index(found.severity), found.line, found.path, found.id))
    )


def value_at(whole: object, finding: LintFinding, place: Place) -> str:
    """What stands at its place, in JSON, unless the message says it or it is no single value."""
    keys = [key.replace("~1", "/").replace("~0", "~") for key in finding.path.split("/")[1:]]
    if not keys or keys[-1] not in _NO_SECRETS | set(place.extension.settings.harmless):
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
