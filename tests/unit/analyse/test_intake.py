"""What support tools make: the guest agent's log collection, a disk inspection, this program's bundle."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.unit.analyse.sources import BOOK, log, status
from troubleshooter.analyse import analyse
from troubleshooter.analyse.sources import sources
from troubleshooter.diagnosis import analyse_files

if TYPE_CHECKING:
    from pathlib import Path

AGENT = "2026-01-02T03:04:05.1Z INFO ExtHandler [Microsoft.Azure.KeyVault.KeyVaultForLinux-3.0.1] x\n"
STATUS = status("Failed to download one or more certificates, retrying...")
DENIED = log("Refreshing 'https://v.vault.azure.net/secrets/s/' failed with exception: ForbiddenByRbac")
HANDLER = "var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.0.1"
FOUND = ["kv-403-rbac", "kv-status-transitioning"]
LOGS = {
    "var/log/waagent.log": AGENT,
    "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service.log": DENIED,
    f"{HANDLER}/status/0.status": STATUS,
    f"{HANDLER}/config/HandlerState": "Enabled",
}


def zipped(path: Path, members: dict[str, str]) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return str(path)


@pytest.mark.parametrize(
    ("prefix", "paper"),
    [
        ("", {"results.txt": "2026-01-02 03:04:05 DEBUG Copied /var/log/waagent.log\n"}),
        (
            "device_0/",
            {"results.txt": "Successfully inspected the disk\n", "device_0/diskinfo.txt": "/dev/sda1 ext4\n"},
        ),
    ],
    ids=["waagent -collect-logs", "azure-diskinspect"],
)
def test_a_zip_of_a_support_tool(tmp_path: Path, prefix: str, paper: dict[str, str]) -> None:
    path = zipped(tmp_path / "logs.zip", {**{prefix + name: text for name, text in LOGS.items()}, **paper})
    with sources([path]) as found:
        diagnosis = analyse_files(found.files)
    assert found.left_out == []
    assert [finding.id for finding in diagnosis.findings] == FOUND
    assert diagnosis.unexplained == ()


def test_windows_paths_in_a_zip(tmp_path: Path) -> None:
    name = r"Packages\Plugins\Microsoft.Azure.KeyVault.KeyVaultForWindows\3.1.2195.61\Status\0.status"
    with sources([zipped(tmp_path / "w.zip", {name: STATUS})]) as found:
        assert [finding.id for finding in analyse(found.files, BOOK).findings] == FOUND[1:]


def test_a_bundle_of_this_program_keeps_its_nodes_and_not_its_report(tmp_path: Path) -> None:
    members = {f"run/evidence/tvm-1/{name}": text for name, text in LOGS.items()}
    members |= {"run/manifest.json": "{}", "run/events.jsonl": json.dumps({"error": "ForbiddenByFirewall"})}
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    with sources([str(tmp_path / "b.tar.gz")]) as found:
        diagnosis = analyse(found.files, BOOK)
    assert [finding.id for finding in diagnosis.findings] == FOUND
    assert diagnosis.nodes == ("tvm-1",)


MEASURE = """
import io, sys
from tests.unit.analyse.sources import BOOK, log
from troubleshooter.analyse import analyse
from troubleshooter.model.evidence import SourceFile
block = (log("harmless") * 20000 + log("ForbiddenByRbac", "the unknown failed")).encode()
class Long(io.RawIOBase):
    left = {blocks}
    def readable(self): return True
    def seekable(self): return False
    def readinto(self, buffer):
        if not self.left: return 0
        self.left -= 1
        buffer[:len(block)] = block
        return len(block)
found = analyse([SourceFile("l", lambda: io.BufferedReader(Long(), len(block) + 1))], BOOK)
assert found.findings[0].count == {blocks}, found
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason=reasons.LINUX)
def test_memory_does_not_grow_with_the_log() -> None:
    peaks = []
    for blocks in (4, 40):
        code = MEASURE.format(blocks=blocks)
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        peaks.append(int(ended.stdout) / 1024)
    assert peaks[1] < 150
    assert peaks[1] - peaks[0] < 20
