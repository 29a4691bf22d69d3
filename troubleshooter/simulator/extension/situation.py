"""What one extension meets on one node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troubleshooter.simulator.around.conditions import Conditions, Flaw
from troubleshooter.simulator.extension import akvvm


@dataclass(frozen=True, slots=True)
class Situation:
    """One extension that the agent of one node is told to run."""

    extension: Mapping[str, Any]
    system: str
    flaws: frozenset[Flaw]
    conditions: Conditions

    @property
    def name(self) -> str:
        return f"{akvvm.PUBLISHER}.{akvvm.TYPES[akvvm.is_windows(self.extension)]}"

    @property
    def root(self) -> str:
        return f"/var/lib/waagent/{self.name}-{akvvm.full_version(self.extension)}"

    @property
    def waits(self) -> bool:
        """Whether requireInitialSync is on, as far as can be read."""
        settings = self.extension.get("settings")
        secrets = settings.get("secretsManagementSettings") if isinstance(settings, dict) else None
        return isinstance(secrets, dict) and secrets.get("requireInitialSync") is True
