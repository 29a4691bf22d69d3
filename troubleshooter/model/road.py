"""The roads by which a node is read, the one that asks least of Azure first, and what they are called."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SSH, TASK, VIEW = "ssh", "task", "view"
NAMES: Mapping[str, str] = MappingProxyType(
    {SSH: "over SSH", TASK: "by a task", VIEW: "by what Azure shows of it alone"}
)
