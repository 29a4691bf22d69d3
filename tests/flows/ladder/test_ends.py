"""How scenarios ended while no node of theirs was read or asked, and how they end down the ladder.

Those of Windows and of 4.x are in tables of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.flows.inside import Inside
from troubleshooter.engine.outcome import exit_code
from troubleshooter.report.roads import roads_of
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator


class End(NamedTuple):
    exit: int
    cause: str = ""
    road: str = ""
    """The last of those that were tried; ends of then had none."""


ENDS: dict[str, tuple[End, End]] = {
    "agent-legacy": (End(8), End(8, "", "ssh")),
    "agent-too-old": (End(8), End(8, "", "ssh")),
    "batch-unreachable": (End(8), End(8, "", "view")),
    "certificate-not-exportable": (End(8), End(3, "probe-secret-without-key", "ssh")),
    "own-addresses": (End(8), End(3, "kv-403-rbac", "ssh")),
    "secret-no-certificate": (End(8), End(3, "cert-content-type", "ssh")),
    "subnet-guarded": (End(8), End(0, "kv-403-rbac", "task")),
    "vault-throttled": (End(8), End(3, "kv-429-throttled", "ssh")),
    "private-account": (End(6), End(6, "batch-way-shut", "view")),
    "account-without-entra": (End(6), End(6, "kv-403-rbac", "view")),
    "secrets-as-text": (End(3, "kv-config-not-an-object"), End(0, "kv-config-not-an-object", "view")),
    "certificates-empty": (
        End(3, "kv-observed-certificates-empty"),
        End(3, "kv-observed-certificates-empty", "view"),
    ),
    "agent-hides-permission": (End(3, "agent-noexec-126"), End(3, "agent-noexec-126", "view")),
    "disk-full": (End(3, "batch-disk-full"), End(3, "batch-disk-full", "view")),
    "extension-not-allowed": (End(3, "agent-policy-blocked"), End(3, "agent-policy-blocked", "view")),
    "extensions-off": (End(3, "agent-extensions-disabled"), End(3, "agent-extensions-disabled", "view")),
    "install-fails": (End(3, "agent-exit-code"), End(3, "agent-exit-code", "view")),
    "package-missing": (End(3, "batch-application-package"), End(3, "batch-application-package", "view")),
    "package-unreachable": (End(3, "agent-download-failed"), End(3, "agent-download-failed", "view")),
    "status-cut": (End(3, "agent-status-not-json"), End(3, "agent-status-not-json", "view")),
    "units-read-only": (End(3, "svc-unit-dir-read-only"), End(3, "svc-unit-dir-read-only", "view")),
    "var-noexec": (End(3, "agent-noexec-126"), End(3, "agent-noexec-126", "view")),
}
"""Each: without a word from a node (as recorded at commit 2863189), and now."""
_SAME = {"agent-legacy", "agent-too-old", "batch-unreachable"}
"""What nodes say does not tell the cause either: a pool without the extension shows its image."""


def ended(state: RunState) -> End:
    rungs = roads_of(state)
    return End(int(exit_code(state)), state.diagnosis.root_cause or "", rungs[-1].road if rungs else "")


@pytest.mark.slow
@pytest.mark.nightly
def test_no_scenario_ends_worse_than_without_a_road(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    table: dict[str, End] = {}
    for name in ENDS:
        world = Inside(simulator(name).connection, tmp_path / name)
        table[name] = ended(world.drive(world.start(), {"outside-fix": "done"}))
        world.bench.close()
        before, after = ENDS[name][0], table[name]
        told = (f"{end.exit} {end.cause or '-':<32}" for end in (before, after))
        print(f"{name:<28}{' now '.join(told)}{after.road}")

    assert table == {name: after for name, (_, after) in ENDS.items()}
    assert [name for name, after in table.items() if ENDS[name][0].cause and not after.cause] == []


def test_who_had_no_cause_has_one_but_where_no_node_can_tell_it() -> None:
    found = {name for name, (before, after) in ENDS.items() if not before.cause and after.cause}
    none = {name for name, (_, after) in ENDS.items() if not after.cause}
    assert none == _SAME
    assert len(found) == 7
    assert ENDS.keys() <= SCENARIOS.keys()
