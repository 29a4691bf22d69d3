"""${name} and ${name|other words} in a rule's texts, filled with what evidence and pool say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from troubleshooter.analyse.commands import commands
from troubleshooter.analyse.rules import FixText  # noqa: TC001 - read by whoever follows the annotations
from troubleshooter.model.finding import Fix, Outside

_IN_A_SUBNET = "once the pool is created anew in a subnet: nothing outside a network reaches such an endpoint"
"""Said of a pool in none. A pool made beside it would be in none either, so it cannot be proven there."""
_NAME = re.compile(r"\$\{([a-z_]+)(?:\|([^}]*))?\}")


def words(text: str, values: Mapping[str, str]) -> str:
    """Text for people: an unknown name becomes its other words, or the name itself in plain words."""
    return _NAME.sub(lambda hit: values.get(hit[1]) or hit[2] or f"the {hit[1].replace('_', ' ')}", text)


def fix(text: FixText, values: Mapping[str, str]) -> Fix | None:
    """The fix with its values; None when its patch needs one that nobody knows."""
    patch = tuple(_filled(step, values, set(text.needs)) for step in text.patch)
    if _unknown(patch, set(text.needs)):
        return None
    outside = None
    if text.outside is not None:
        known = {
            name: words(value, values) for name, value in text.outside.values.items() if _known(value, values)
        }
        outside = Outside(text.outside.kind, known)
    written = commands(outside) if outside is not None else {}
    summary = words(text.summary, values)
    if outside is not None and outside.kind == "private-endpoint" and values.get("no_subnet"):
        return Fix(f"{summary}, {_IN_A_SUBNET}", patch, None, text.needs, written)
    return Fix(summary, patch, outside, text.needs, written)


def _known(text: str, values: Mapping[str, str]) -> bool:
    return all(values.get(hit[1]) or hit[2] for hit in _NAME.finditer(text))


def _filled(value: Any, values: Mapping[str, str], needs: set[str]) -> Any:
    """A patch step with its names replaced; names of gates stay for the operator's answer."""
    if isinstance(value, str):
        return _NAME.sub(lambda hit: hit[0] if hit[1] in needs else values.get(hit[1], hit[0]), value)
    if isinstance(value, Mapping):
        return {_filled(key, values, needs): _filled(inner, values, needs) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner, values, needs) for inner in value]
    return value


def _unknown(value: Any, needs: set[str]) -> bool:
    if isinstance(value, str):
        return any(hit[1] not in needs for hit in _NAME.finditer(value))
    if isinstance(value, Mapping):
        return any(_unknown(part, needs) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(_unknown(inner, needs) for inner in value)
