"""The table of Azure's error codes, read when the first refusal is explained."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from troubleshooter.cloud.refusals.call import GROUPS, Call, expanded

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).with_name("table.yaml")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of codes that mean the same."""

    codes: tuple[str, ...]
    calls: tuple[str, ...]
    """Which calls can meet it, by `Call.label` or a name for several; none where it makes no such."""
    again: Literal["never", "later", "itself", "apart"]
    """Whether another try is worth it: no; once somebody or time has mended it; at once, by the program's own
    retries; by those too, but half a minute apart."""
    whose: Literal[
        "caller", "sign-in", "account", "subscription", "resource", "request", "service", "policy", "lock"
    ]
    """Whose right, quota, state or fault it is."""
    do: str = ""
    """What helps. Empty where a right of the caller's is missing: which, its message or the call tells."""


@cache
def rows() -> Mapping[str, tuple[Row, ...]]:
    """By code. Raises ValueError where the table contradicts itself."""
    from troubleshooter.datafiles import read_many  # noqa: PLC0415 - YAML, for the first refusal

    found: dict[str, tuple[Row, ...]] = {}
    known = {call.label for call in Call} | GROUPS.keys()
    for row in read_many(TABLE, Row):
        if not set(row.calls) <= known or bool(row.do) is (row.whose == "caller"):
            raise ValueError(f"row of {row.codes}: an unknown call, or advice that is not its own")
        for code in row.codes:
            others = found.get(code, ())
            if others and any(expanded(row.calls) & expanded(other.calls) for other in others):
                raise ValueError(f"{code} stands twice for the same call")
            found[code] = (*others, row)
    return found


def row(code: str, call: Call) -> Row | None:
    """What is known of a code, where it differs of the one that this call met; None where nothing is."""
    several = rows().get(code, ())
    fitting = (each for each in several if call.label in expanded(each.calls))
    return next(fitting, several[0] if several else None)
