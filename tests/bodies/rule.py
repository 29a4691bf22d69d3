"""A rule of the specification that no schema can say, and where the official text says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Body = Mapping[str, Any]
Find = Callable[[Body], Iterable[object]]
"""Each place of a body that breaks the rule, or the value there."""

ARM: Literal["batch-arm"] = "batch-arm"
DATA: Literal["batch-data"] = "batch-data"
"""Files of version 2025-06-01. The data plane's says some things of a pool that ARM's leaves out."""


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    plane: str
    of: str
    """The definition in that file, with the property that the text belongs to."""
    says: str
    """A piece of the text there: the one with the figure or the condition."""
    find: Find


class Rules(list[Rule]):
    """Those of one part of a body."""

    def rule(self, id: str, of: str, says: str, plane: str = ARM) -> Callable[[Find], Find]:  # noqa: A002 - what it is
        def take(find: Find) -> Find:
            self.append(Rule(id, plane, of, says, find))
            return find

        return take
