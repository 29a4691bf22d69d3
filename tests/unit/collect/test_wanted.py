"""One list says what is read: the script, the intake and the guide are made from it."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.known import KEY_VAULT
from tests.wanted import WANTED
from troubleshooter import settings
from troubleshooter.collect.intake import Intake
from troubleshooter.collect.node import script
from troubleshooter.collect.wanted import EVERY_NODE, wanted
from troubleshooter.model.extension import Edition, Extension, Reads, System

if TYPE_CHECKING:
    from pathlib import Path

GADGET = Extension(
    "gadget",
    "Gadget",
    ("Contoso.Cloud",),
    linux=Edition(
        ("GadgetForLinux",),
        logs=("/var/log/gadget",),
        folders=("/var/lib/waagent/Contoso.Cloud.GadgetForLinux-*",),
        reads=Reads(
            files=(
                "/opt/gadget/state.json",
                "/var/lib/waagent/Contoso.Cloud.GadgetForLinux-*/config/*.settings",
            ),
            logs=("/var/log/gadget*",),
            stores=("/opt/it's store",),
        ),
    ),
)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    for name in (
        "etc/os-release",
        "opt/gadget/state.json",
        "opt/gadget/other.json",
        "opt/it's store/key.txt",
        "var/log/gadget/a.log",
        "var/log/gadget2/b.log",
        "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/c.log",
        "var/log/waagent.log",
        "var/lib/waagent/Contoso.Cloud.GadgetForLinux-1.0/config/0.settings",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}\n")
    return tmp_path


def collected(disk: Path, extension: Extension, taken: Extension | None = None) -> tuple[set[str], Intake]:
    """What arrives of a node, with an intake that may have asked for less."""
    text = script(wanted(extension))
    sent = subprocess.run(["sh", "-s", "--", str(disk)], input=text, capture_output=True, check=True).stdout
    intake = Intake(wanted(taken or extension))
    return {one.name for one in intake.files(io.BytesIO(sent).read)}, intake


def test_what_an_extension_adds_is_read_beside_what_every_node_has(disk: Path) -> None:
    names, intake = collected(disk, GADGET)

    assert names == {
        "/etc/os-release",
        "/opt/gadget/state.json",
        "/var/lib/waagent/Contoso.Cloud.GadgetForLinux-1.0/config/0.settings",
        "/var/log/gadget/a.log",
        "/var/log/gadget2/b.log",
        "/var/log/waagent.log",
        "answers/store-listing.txt",
    }
    assert (intake.left_out, intake.partial) == ([], [])


def test_what_nobody_asked_for_is_not_taken_in(disk: Path) -> None:
    names, intake = collected(disk, GADGET, KEY_VAULT)

    assert "/var/log/gadget/a.log" not in names
    assert "var/log/gadget/a.log: nobody asked for it." in intake.left_out


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("answers/store-listing.txt", True),
        ("etc/os-release", True),
        ("var/log/waagent.log", True),
        ("var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/x.log", True),
        ("var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5/status/0.status", True),
        ("etc/shadow", False),
        ("var/log/waagent.log/x", False),
        ("var/log/auth.log", False),
        ("root/.ssh/id_rsa", False),
    ],
)
def test_the_intake_takes_what_the_list_asks_for(name: str, asked: bool) -> None:
    assert WANTED.asks_for(name) is asked


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("WindowsAzure/Logs/WaAppAgent.log", True),
        ("windowsazure/logs/waappagent.LOG", True),  # Windows minds no capitals
        ("WindowsAzure/Logs/Plugins/Microsoft.Azure.KeyVault.KeyVaultForWindows/3.6/a.log", True),
        ("Packages/Plugins/Microsoft.Azure.KeyVault.KeyVaultForWindows/3.6/Status/0.status", True),
        ("answers/store-listing.txt", True),
        ("WindowsAzure/Logs/WaAppAgent.log/x", False),
        ("WindowsAzure/Secrets/a.txt", False),
        ("ProgramData/Microsoft/Crypto/Keys/a", False),
        ("C:/WindowsAzure/Logs/WaAppAgent.log", False),
    ],
)
def test_of_windows_the_intake_takes_what_its_list_asks_for(name: str, asked: bool) -> None:
    assert wanted(KEY_VAULT, System.WINDOWS).asks_for(name) is asked


def test_no_path_ends_the_text_that_it_stands_in() -> None:
    reads = Reads(files=("C:\\it's\\a.txt",))
    one = wanted(Extension("gadget", "Gadget", windows=Edition(reads=reads)), System.WINDOWS)
    assert b"$own_files = @('it''s\\a.txt')\n" in one.variables()
    curly = Extension("gadget", "Gadget", windows=Edition(reads=Reads(files=("C:\\it\u2019s",))))
    with pytest.raises(ValueError, match="may be given"):
        wanted(curly, System.WINDOWS).variables()  # PowerShell takes that for a quote


@pytest.mark.parametrize("system", System)
def test_the_guide_lists_all_that_is_read(system: System) -> None:
    guide = (settings.playbooks_folder() / "README.md").read_text(encoding="utf-8")
    every, edition = EVERY_NODE[system], KEY_VAULT.edition(system)
    own = edition.reads
    read = (*every.files, *every.logs, *own.files, *own.logs, *own.stores, *edition.units)

    assert [path for path in read if f"`{path}`" not in guide] == []
