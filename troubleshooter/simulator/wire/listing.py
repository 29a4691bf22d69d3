"""Pages, `$filter` and `$select` of list answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from troubleshooter.simulator.around.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshooter.simulator.wire.exchange import Call

T = TypeVar("T")

PAGE = 100
"""Most items in one answer, whatever was asked for, so that links are followed in earnest."""
_COMPARISON = re.compile(r"\s*([\w/]+)\s+(eq|ne)\s+'((?:[^']|'')*)'\s*", re.IGNORECASE)


def page(call: Call, items: Sequence[T]) -> tuple[Sequence[T], str | None]:
    """The items of the page that was asked for, and the address of the next."""
    asked = call.query.get("maxresults", str(PAGE))
    if not asked.isdigit() or not 1 <= int(asked) <= 1000:
        raise _bad_query("OutOfRangeQueryParameterValue", "maxresults", asked)
    size = min(int(asked), PAGE)
    token = call.query.get("$skiptoken", "WATV2:0")
    start = token.removeprefix("WATV2:")
    if not start.isdigit():
        raise _bad_query("InvalidQueryParameterValue", "$skiptoken", token)
    first, end = int(start), int(start) + size
    if end >= len(items):
        return items[first:], None
    kept = {**call.query, "$skiptoken": f"WATV2:{end}"}
    query = "&".join(f"{name}={quote(value, safe='$')}" for name, value in kept.items())
    return items[first:end], f"{call.base}{call.path}?{query}"


def first_page(call: Call) -> bool:
    return "$skiptoken" not in call.query


def matching(call: Call, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that `$filter` lets through: of OData `path eq 'text'` and `ne`, joined by `and`."""
    text = call.query.get("$filter")
    if not text:
        return bodies
    for part in re.split(r"\s+and\s+", text):
        found = _COMPARISON.fullmatch(part)
        if found is None:
            raise _bad_query("InvalidQueryParameterValue", "$filter", text)
        path, operator, value = found.groups()
        wanted = operator.lower() == "eq"
        bodies = [body for body in bodies if (_value(body, path) == value.replace("''", "'")) is wanted]
    return bodies


def _value(body: Any, path: str) -> str:
    for name in path.split("/"):
        body = body.get(name) if isinstance(body, dict) else None
    return "" if body is None else str(body)


def selected(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Only the top-level properties that `$select` names."""
    names = call.query.get("$select")
    if not names:
        return body
    wanted = {name.strip() for name in names.split(",")}
    return {name: value for name, value in body.items() if name in wanted}


def _bad_query(code: str, name: str, value: str) -> Refusal:
    return Refusal(
        400,
        code,
        "Value for one of the query parameters specified in the request URI is invalid.",
        {"QueryParameterName": name, "QueryParameterValue": value},
    )
