"""On Windows nodes what the first and the vault's scenarios have on Linux nodes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.scenarios.first import FIRST
from troubleshooter.simulator.scenarios.vault import VAULT_FAULTS
from troubleshooter.simulator.scenarios.windows import on_windows

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.scenarios.scene import Change, Scenario

_TWINNED = (
    "secret-not-found",
    "identity-missing",
    "vault-access-policy",
    "vault-policy-obo",
    "vault-private-only",
    "secret-disabled",
    "vault-other-tenant",
)
"""Those that have no twin among the scenarios of Windows."""


def _twin(scenario: Scenario) -> Scenario:
    name = scenario.name.removeprefix("vault-")
    return replace(scenario, name=f"windows-{name}", body=_both(scenario.body))


def _both(body: Change) -> Change:
    def changed(value: dict[str, Any]) -> dict[str, Any]:
        return on_windows("3.0")(body(value))

    return changed


TWINS = tuple(_twin(one) for one in (*FIRST, *VAULT_FAULTS) if one.name in _TWINNED)
