"""The experimenter's side of a simulated Azure: its state, and the faults planted in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from troubleshooter.model.target import Target


@dataclass(frozen=True, slots=True)
class World:
    connection: dict[str, Any]

    @property
    def target(self) -> Target:
        return Target.parse(self.connection["pool_id"])

    def plant(self, match: str, **fault: Any) -> None:
        """Make the next calls that match fail."""
        answer = requests.post(
            f"{self.connection['control']}/fault",
            json={"match": match, **fault},
            verify=self.connection["ca_file"],
            timeout=10,
        )
        answer.raise_for_status()

    def changes_sent(self) -> list[str]:
        """What reached Azure and was no read; signing in is none of them."""
        answer = requests.get(
            f"{self.connection['control']}/calls", verify=self.connection["ca_file"], timeout=10
        )
        answer.raise_for_status()
        calls = [f"{call['method']} {call['path']}" for call in answer.json()["calls"]]
        return [call for call in calls if not call.startswith("GET ") and "/oauth2/" not in call]

    def state(self) -> Any:
        answer = requests.get(
            f"{self.connection['control']}/state", verify=self.connection["ca_file"], timeout=10
        )
        answer.raise_for_status()
        return answer.json()
