"""Twenty scenarios with the route they are walked by: together they reach every step of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Route = Literal["beside", "beside, then in place", "in place"]


@dataclass(frozen=True, slots=True)
class Case:
    scenario: str
    route: Route = "beside"

    def __str__(self) -> str:
        return f"{self.scenario}, {self.route}"


TWENTY = (
    Case("healthy"),
    Case("wrong-client-id"),
    Case("vault-rbac-denied"),
    Case("identity-missing"),
    Case("mixed"),
    Case("older-version"),
    Case("resize-quota"),
    Case("settings-as-text"),
    Case("package-missing"),
    Case("windows-polling-number"),
    Case("vault-firewall", "beside, then in place"),
    Case("auth-settings-misplaced", "beside, then in place"),
    Case("polling-interval-number", "beside, then in place"),
    Case("own-addresses", "beside"),
    Case("own-addresses", "in place"),
    Case("secret-not-found", "in place"),
    Case("endpoint-missing", "in place"),
    Case("identities-none-named", "in place"),
    Case("loader-missing", "in place"),
    Case("certificates-empty", "in place"),
)

STEPS = (
    "survey", "cross-check", "plan", "recreate", "wait-for-idle", "collect", "diagnose", "choose-fix",
    "verify", "verify-all", "apply", "apply-all", "clean-up", "report",
)  # fmt: skip
BY_ROUTE = {"beside": STEPS, "in place": tuple(step for step in STEPS if not step.startswith("apply"))}
"""What either has to reach; in place nothing is left to apply. Beside is walked on to the original or not."""
