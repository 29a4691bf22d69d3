"""What was asked of Azure against what it says it has: pure, field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.model.evidence import Evidence
from troubleshooter.model.excerpt import cut
from troubleshooter.model.finding import Confidence, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NOT_RETURNED = frozenset(
    {"protectedSettings", "password", "sshPrivateKey", "accountKey", "sasKey", "nodeDeallocationOption"}
)
_VERBATIM = frozenset({"settings", "environmentSettings", "metadata", "tags", "formula", "commandLine"})
"""Below these, upper and lower case differ; elsewhere the service spells enums and ids as it likes."""
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_SECONDS = (86400, 3600, 60, 1)


@dataclass(frozen=True, slots=True)
class Difference:
    path: str
    asked: Any
    got: Any
    """None where it is missing."""


def differences(asked: Any, got: Any) -> tuple[Difference, ...]:
    """Fields of `asked` that `got` lacks or has with another value. What the service adds is none."""
    return tuple(_unlike(asked, got, "", verbatim=False))


def same(one: Any, other: Any) -> bool:
    """Whether two bodies ask for the same pool."""
    return not differences(one, other) and not differences(other, one)


def finding(pool: str, found: Sequence[Difference]) -> Finding:
    return Finding(
        id="recreate-difference",
        severity=Severity.WARNING,
        confidence=Confidence.LIKELY,
        title=f"Azure made {pool} otherwise than it was asked to",
        evidence=tuple(
            Evidence(
                f"definition of {pool}", 0, cut(f"{each.path}: asked {each.asked!r}, got {each.got!r}", 500)
            )
            for each in found
        ),
        explanation="After the pool was created its definition was read again and compared field by field"
        " with what was asked. These fields are missing or differ, so it is not quite the planned pool.",
        sources=("https://learn.microsoft.com/rest/api/batchmanagement/pool/create",),
        why_not_surer="That it differs is read from Azure; whether it matters for the extension is inferred.",
    )


def _unlike(asked: Any, got: Any, path: str, *, verbatim: bool) -> Iterator[Difference]:
    if asked in (None, {}, []) and got in (None, {}, []):
        return
    if isinstance(asked, dict) and isinstance(got, dict):
        known = got if verbatim else {str(key).lower(): value for key, value in got.items()}
        for key, value in asked.items():
            if key in _NOT_RETURNED and not verbatim:
                continue
            inner = known.get(key if verbatim else str(key).lower())
            yield from _unlike(value, inner, f"{path}/{key}", verbatim=verbatim or key in _VERBATIM)
    elif isinstance(asked, list) and isinstance(got, list) and len(asked) == len(got):
        for number, (one, other) in enumerate(zip(asked, _in_order(asked, got), strict=True)):
            yield from _unlike(one, other, f"{path}/{number}", verbatim=verbatim)
    elif not _equal(asked, got, verbatim=verbatim):
        yield Difference(path or "/", asked, got)


def _in_order(asked: list[Any], got: list[Any]) -> list[Any]:
    """Named things in the order asked, where their names are the same."""
    if all(isinstance(one, dict) and "name" in one for one in (*asked, *got)):
        named = {one["name"]: one for one in got}
        if len(named) == len(asked) and set(named) == {one["name"] for one in asked}:
            return [named[one["name"]] for one in asked]
    return got


def _equal(asked: Any, got: Any, *, verbatim: bool) -> bool:
    if asked == got and isinstance(asked, bool) == isinstance(got, bool):
        return True
    if verbatim or not isinstance(asked, str) or not isinstance(got, str):
        return False
    return asked.lower() == got.lower() or (
        seconds_of(asked) is not None and seconds_of(asked) == seconds_of(got)
    )


def seconds_of(text: str) -> float | None:
    """Of an ISO 8601 duration: PT15M and PT900S are the same."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    return sum(float(part or 0) * unit for part, unit in zip(found.groups(), _SECONDS, strict=True))
