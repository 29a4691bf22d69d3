"""What is known of extensions: the files, what is read of them without YAML, and the three answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.known import PAIRS
from tests.playbooks.digest import written
from troubleshooter import extensions
from troubleshooter.errors import UsageProblem
from troubleshooter.model.extension import Answer, System, meet

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
    assert (met.extension.id, met.recognised.answer) == ("batch", OURS)
    assert meet(extensions.shipped(), "Contoso", "Gadget") is None
    # what stands around is no extension to look for: nothing is meant to be it
    assert meet(extensions.shipped(), "Microsoft.Azure.Extensions", "Docker") is None


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
