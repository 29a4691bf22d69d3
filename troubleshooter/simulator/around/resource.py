"""A resource of ARM whose properties are kept as ARM shows them, since they decide little else here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from troubleshooter.simulator.around.scopes import type_of


@dataclass(frozen=True, slots=True)
class Resource:
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    location: str | None = "westeurope"
    """None for what has none, as children and locks."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Beside the properties: sku, zones, tags, etag, identity."""

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]

    @property
    def type(self) -> str:
        return type_of(self.id)
