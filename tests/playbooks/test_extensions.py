"""What is known of extensions: the files, what is read of them without YAML, and the three answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.known import PAIRS
from tests.playbooks.digest import written
from tests.unit.lint.pools import good, machine
from troubleshooter import extensions
from troubleshooter.errors import UsageProblem
from troubleshooter.lint import lint_pool
from troubleshooter.model.extension import UNKNOWN, Answer, OnBatch, Reads, System, View, meet
from troubleshooter.pooldef import pool_body

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.model.extension import Extension

OURS, MEANT, ANOTHER = Answer


def key_vault() -> Extension:
    return extensions.named("key-vault", extensions.shipped())


def test_what_is_read_without_yaml_is_what_the_files_say() -> None:
    assert extensions.shipped() == written()


@pytest.mark.parametrize(("publisher", "kind", "answer", "wrong"), PAIRS)
def test_an_extension_is_ours_meant_to_be_or_another(
    publisher: str, kind: str, answer: Answer, wrong: tuple[str, ...]
) -> None:
    found = key_vault().recognise(publisher, kind)

    assert found.answer is answer
    assert tuple(one.part for one in found.wrong) == wrong


def test_what_is_wrong_is_named_beside_what_is_right() -> None:
    found = key_vault().recognise("Contoso", "KVVMExtensionForLinux")

    assert str(found) == (
        "publisher is Contoso; the Key Vault extension's is Microsoft.Azure.KeyVault; "
        "type is KVVMExtensionForLinux; the Key Vault extension's is KeyVaultForLinux"
    )
    assert found.system is System.LINUX
    either = key_vault().recognise("Microsoft.Azure.KeyVault", "CustomScript").wrong[0]
    assert either.right == ("KeyVaultForLinux", "KeyVaultForWindows")


@pytest.mark.parametrize("missing", [None, "", 7, ["KeyVaultForLinux"]])
def test_what_is_not_said_is_never_ours(missing: object) -> None:
    assert key_vault().recognise("Microsoft.Azure.KeyVault", missing).answer is MEANT
    assert key_vault().recognise(missing, "KeyVaultForLinux").answer is MEANT
    assert key_vault().recognise(missing, missing).answer is ANOTHER


def test_one_that_is_known_goes_before_one_that_is_meant() -> None:
    met = meet(extensions.shipped(), "Microsoft.Azure.Extensions", "CustomScript")

    assert met is not None
    assert (met.extension.id, met.recognised.answer) == ("custom-script", OURS)
    assert meet(extensions.shipped(), "Contoso", "Gadget") is None
    # what stands around is no extension to look for: nothing is meant to be it
    assert meet(extensions.shipped(), "Microsoft.Azure.Extensions", "Docker") is None


AROUND = tuple(
    one for one in extensions.shipped() if one.on_batch is not OnBatch.ON_REQUEST and not one.sought
)
DOCUMENTED = {
    "log-analytics": ("OmsAgentForLinux", "MicrosoftMonitoringAgent"),
    "dsc": ("DSC",),
    "azure-diagnostics": ("IaaSDiagnostics",),
    "amd-gpu": ("AmdGpuDriverWindows",),
    "nvidia-gpu": ("NvidiaGpuDriverLinux", "NvidiaGpuDriverWindows"),
    "antimalware": ("IaaSAntimalware",),
    "azure-monitor-agent": ("AzureMonitorLinuxAgent", "AzureMonitorWindowsAgent"),
    "key-vault": ("KeyVaultForLinux", "KeyVaultForWindows"),
}
"""The twelve that Batch's page lists, by the file that has them."""


def test_the_files_are_those_that_batch_installs_or_keeps_for_itself() -> None:
    kept = {one.id: one.on_batch for one in extensions.shipped() if one.on_batch is not OnBatch.ON_REQUEST}

    installed = {name for name, how in kept.items() if how is OnBatch.INSTALLED}
    assert installed == set(DOCUMENTED)
    assert set(kept) - installed == {"custom-script", "batch-node"}
    assert {one.id: one.types for one in extensions.shipped() if one.id in installed} == DOCUMENTED
    assert [one.id for one in extensions.shipped() if one.sought] == ["key-vault"]


@pytest.mark.parametrize("one", AROUND, ids=lambda one: one.id)
def test_every_field_of_another_extension_names_its_source_or_says_that_it_is_unknown(one: Extension) -> None:
    said = {name: page for name, page in one.known_from.items() if page != UNKNOWN}
    assert set(one.known_from) == {"publishers", "names", "on_batch", "view"}
    assert one.view is (View.SHOWN if "view" in said else View.UNKNOWN)
    for edition in (one.linux, one.windows):
        assert set(edition.known_from) == {"types", "versions", "logs", "folders", "status"}
        for field, page in edition.known_from.items():
            filled = getattr(edition, field)
            assert not filled if page == UNKNOWN else page.startswith("https://"), (one.id, field)
    assert all(page.startswith("https://") for page in said.values())


@pytest.mark.parametrize("one", AROUND, ids=lambda one: one.id)
def test_another_extension_is_never_looked_for_read_or_checked(one: Extension) -> None:
    assert not one.sought
    assert not one.checks
    assert not one.settings.signs
    assert one.linux.reads == one.windows.reads == Reads()
    for publisher in one.publishers:
        for kind in one.types:
            met = meet(extensions.shipped(), publisher, kind)
            assert met is not None
            assert met.recognised.ours
            assert not met.extension.sought
            assert not key_vault().recognise(publisher, kind).ours


def test_a_pool_with_all_of_them_has_nothing_that_lint_finds_or_an_action_touches() -> None:
    pool = good()
    others = [
        {"name": f"{one.id} {kind}", "publisher": one.publishers[0], "type": kind, "settings": {"x": 1}}
        for one in AROUND
        for kind in one.types
        if one.on_batch is OnBatch.INSTALLED
    ]
    machine(pool)["extensions"] += others
    alone = [one["name"] for one in pool_body.ours(pool, key_vault())]

    told = {found.id for found in lint_pool(pool, extensions.shipped())}
    assert told == {"batch-extension-support-ends"}  # of the pool, from the list of ends
    assert alone == ["kv"]
    pool_body.without(pool, key_vault())
    assert machine(pool)["extensions"] == others


OWN = (
    "id: {id}\ntitle: Contoso\npublishers: [Contoso.Cloud]\n"
    "linux: {{types: [GadgetForLinux], reads: {{{reads}}}}}\n{more}"
)


def own(folder: Path, **change: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(OWN.format(**{"id": "contoso", "more": "", "reads": "", **change}))
    return path


def test_an_own_extension_lies_in_a_folder_with_its_rules(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / "rules.yaml").write_text("# rules\n- id: x\n")

    found = extensions.own(tmp_path)

    assert [one.id for one in found.extensions] == ["contoso"]
    assert found.rules == (tmp_path / "rules.yaml",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "key-vault"}, "taken by another"),
        ({"id": "Con toso"}, "cannot be used"),
        ({"more": "log: [{kind: akvvm, line: '('}]\n"}, "cannot be used"),
        ({"more": "publisher: x\n"}, "not known here"),
        ({"more": "windows: {types: X}\n"}, "A list is wanted here"),
        ({"reads": "files: [/etc/../root/x]"}, "cannot be read"),
        ({"reads": "logs: [var/log/x]"}, "cannot be read"),
        ({"more": "windows: {reads: {files: ['C:\\\\..\\\\x']}}\n"}, "cannot be read"),
        ({"more": "windows: {reads: {logs: ['\\\\WindowsAzure']}}\n"}, "cannot be read"),
        ({"more": 'windows: {reads: {logs: ["C:\\\\x\'; iex y"]}}\n'}, "cannot be read"),
        ({"reads": "stores: [/x$(id)]"}, "cannot be read"),
        ({"reads": "store_setting: 'a|b'"}, "no setting's name"),
    ],
)
def test_a_mistake_in_an_own_extension_is_told_with_its_file(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageProblem, match=r"own\.yaml") as caught:
        extensions.own(own(tmp_path, **change))

    assert said in str(caught.value)


def test_types_without_a_publisher_name_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("id: contoso\ntitle: Contoso\nlinux: {types: [GadgetForLinux]}\n")

    with pytest.raises(UsageProblem, match="cannot be used"):
        extensions.read(path)
