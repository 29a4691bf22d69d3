from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from troubleshooter.simulator.files import write_files
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenarios_nodes_can_be_written_as_files(name: str, tmp_path: Path) -> None:
    write_files(name, tmp_path, 1)
    written = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.endswith(("answers/extensions.json", "resize-errors.json")) for path in written)
    assert not any(name in path for path in written)
    for path in tmp_path.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))


def test_a_windows_node_has_windows_folders_and_line_ends(tmp_path: Path) -> None:
    write_files("windows-rbac-denied", tmp_path, 1, noise=True)
    (log,) = tmp_path.glob("*/WindowsAzure/Logs/Plugins/*/*/akvvm_service_*.log")
    (packed,) = tmp_path.glob("*/WindowsAzure/Logs/Plugins/*/*/akvvm_service_*.gz")
    assert log.read_bytes().endswith(b"\r\n")
    assert gzip.decompress(packed.read_bytes()).count(b"\n") > 2000
    assert list(tmp_path.glob("*/Packages/Plugins/*/*/RuntimeSettings/0.settings"))
    assert list(tmp_path.glob("*/Packages/Plugins/*/*/Status/0.status"))


def test_what_compute_says_is_written_beside_a_node_that_is_kept_out(tmp_path: Path) -> None:
    codes = {}
    for name in ("var-noexec", "certificates-empty", "vault-rbac-denied", "vm-agent-absent", "healthy"):
        write_files(name, tmp_path / name, 1)
        found = [
            json.loads(path.read_text()) for path in (tmp_path / name).glob("*/answers/compute-error.json")
        ]
        codes[name] = [error["error"]["code"] for error in found]
    assert codes == {
        "var-noexec": ["VMExtensionHandlerNonTransientError"],
        "certificates-empty": ["VMExtensionProvisioningError"],
        "vault-rbac-denied": ["VMExtensionProvisioningTimeout"],
        "vm-agent-absent": ["VMAgentStatusCommunicationError"],
        "healthy": [],
    }
