from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.simulator.around.conditions import Compute, Flaw, Network
from troubleshooter.simulator.around.vault_gate import Origin
from troubleshooter.simulator.extension import agent
from troubleshooter.simulator.scenarios import IDENTITY, WELL
from troubleshooter.simulator.scenarios.agent import IMAGE, with_flaws
from troubleshooter.simulator.scenarios.ground import machine_of, working_pool
from troubleshooter.simulator.scenarios.windows import on_windows

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.extension.akvvm import Fate

STARTED = datetime(2026, 5, 1, 10, 0, 0, tzinfo=UTC)


def fate(conditions: Conditions, machine: dict[str, Any] | None = None, *, sync: bool = True) -> Fate:
    """Of the first extension on a node made from the custom image, where there is one."""
    configuration = machine or machine_of(working_pool(1))
    if conditions.images:
        configuration["imageReference"] = {"id": IMAGE}
    (extension, *_) = configuration["extensions"]
    extension["settings"]["secretsManagementSettings"]["requireInitialSync"] = sync
    return agent.fate(extension, configuration, (IDENTITY,), Origin("203.0.113.10"), conditions, STARTED)


@pytest.mark.parametrize(
    ("flaw", "code", "sign"),
    [
        (Flaw.EXTENSIONS_OFF, 1000, "since extension processing is disabled"),
        (Flaw.NOT_ALLOWED, 1000, "is not specified as an allowed extension"),
        (Flaw.DISK_FULL, 1005, "No space left on device"),
        (Flaw.PACKAGES_DAMAGED, 1002, "Failed to load manifest file"),
        (Flaw.LOG_FOLDER_IS_A_FILE, 1007, "Not a directory: '/var/log/azure/"),
        (Flaw.VAR_NOEXEC, 1007, "Non-zero exit code: 126, "),
        (Flaw.INSTALL_FAILS, 1007, "Non-zero exit code: 22, "),
        (Flaw.SHELL_MISSING, 1007, "Failed to launch '"),
        (Flaw.UNITS_READ_ONLY, 1007, "Read-only file system"),
        (Flaw.SLOW, 1011, "Timeout(300): "),
    ],
)
def test_a_flaw_of_the_image_stops_the_extension_as_the_agent_words_it(
    flaw: Flaw, code: int, sign: str
) -> None:
    one = fate(with_flaws(flaw), sync=False)
    assert (one.status, one.blocks, one.steps) == ("error", True, ())
    assert (one.handling.status, one.handling.code, one.handling.status_file) == ("NotReady", code, "")
    assert sign in one.message
    assert any(sign in text for _, text in one.handling.log)


@pytest.mark.parametrize("sync", [True, False])
def test_where_batch_is_lenient_such_a_node_joins_without_initial_sync(sync: bool) -> None:
    conditions = replace(with_flaws(Flaw.SLOW), compute=Compute(lenient=True))
    assert fate(conditions, sync=sync).blocks is sync


@pytest.mark.parametrize("flaw", [Flaw.AGENT_ABSENT, Flaw.AGENT_OLD])
def test_a_silent_agent_reports_nothing(flaw: Flaw) -> None:
    assert (fate(with_flaws(flaw)).status, fate(with_flaws(flaw)).message) == ("", "")


@pytest.mark.parametrize(("flaw", "exit_code"), [(Flaw.NO_LOADER, 127), (Flaw.WORKING_DIRECTORY, 1)])
@pytest.mark.parametrize("sync", [True, False])
def test_a_service_that_dies_at_once_leaves_the_agents_word_for_it(
    flaw: Flaw, exit_code: int, sync: bool
) -> None:
    one = fate(with_flaws(flaw), sync=sync)
    assert (one.status, one.blocks, one.handling.exit_code) == ("transitioning", sync, exit_code)
    assert "no status file was reported" in one.message


@pytest.mark.parametrize(
    ("conditions", "sign"),
    [
        (replace(WELL, network=Network(to_storage=False)), "Failed to download artifacts"),
        (
            replace(WELL, compute=Compute(manifest_lags=True)),
            "Unable to find version 3.5.3041.185 in manifest",
        ),
    ],
)
def test_a_package_that_cannot_be_fetched(conditions: Conditions, sign: str) -> None:
    assert sign in fate(conditions).message


def test_without_a_flaw_the_extension_decides() -> None:
    assert fate(with_flaws()).status == "success"
    assert fate(replace(with_flaws(), assignments=())).status == "transitioning"


def test_4_is_not_installed_on_a_system_it_does_not_support() -> None:
    machine = machine_of(working_pool(1))
    machine["extensions"][0]["typeHandlerVersion"] = "4.0"
    assert "distribution is not supported" in fate(WELL, machine).message


@pytest.mark.parametrize(("system", "status"), [("2019-datacenter", "error"), ("2022-datacenter", "success")])
def test_4_is_installed_on_newer_windows_only(system: str, status: str) -> None:
    one = fate(WELL, machine_of(on_windows("4.0", system)(working_pool(1))))
    assert one.status == status


@pytest.mark.parametrize(
    ("conditions", "sign"),
    [
        (replace(WELL, assignments=()), "did not reach a terminal state within the allowed timeout"),
        (with_flaws(Flaw.STATUS_CUT), "did not succeed. Status was error"),
        (WELL, ""),
    ],
)
def test_whoever_waits_for_the_extension_is_told(conditions: Conditions, sign: str) -> None:
    machine = machine_of(working_pool(1))
    machine["extensions"].append({"name": "other", "provisionAfterExtensions": ["KeyVaultForLinux"]})
    one = fate(conditions, machine)
    assert sign in agent.waited_for(machine["extensions"][0], one, machine)
    assert bool(agent.waited_for(machine["extensions"][0], one, machine)) == bool(sign)
