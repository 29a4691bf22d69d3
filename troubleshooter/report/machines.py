"""What came of each machine that was collected from: a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.report.counted import counted
from troubleshooter.report.symbols import UNICODE
from troubleshooter.report.wrapped import wrapped
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SYMBOLS = {"complete": UNICODE.done, "partial": UNICODE.attention}


def machines_text(nodes: Sequence[Mapping[str, Any]], width: int) -> str:
    """`nodes` as a bundle's manifest has them."""
    longest = max((len(one_line(node["node"])) for node in nodes), default=0)
    return "\n".join(line for node in nodes for line in _lines(node, longest, width))


def _lines(node: Mapping[str, Any], longest: int, width: int) -> list[str]:
    symbol = _SYMBOLS.get(node["state"], UNICODE.failed)
    first = f"{symbol} {one_line(node['node']):<{longest}}  "
    return list(wrapped(one_line(_told(node)), width, first, " " * 4))


def _told(node: Mapping[str, Any]) -> str:
    if node["what"]:
        return f"{node['what']} {node['why']} {node['do']}"
    return " ".join([counted(node["files"], "file"), *(f"· {told}" for told in node["partial"])])
