"""What the CLI and PowerShell print of an extension: its real type stands under another name there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KNOWN
from troubleshooter.lint import lint_text

if TYPE_CHECKING:
    from troubleshooter.lint import LintResult

CLIENT = "11111111-2222-4333-8444-555555555555"
SETTINGS = {
    "secretsManagementSettings": {
        "pollingIntervalInS": "3600",
        "observedCertificates": [{"url": "https://contosokv.vault.azure.net/secrets/web"}],
    },
    "authenticationSettings": {
        "msiEndpoint": "http://169.254.169.254/metadata/identity",
        "msiClientId": CLIENT,
    },
}
WRONG: dict[str, Any] = json.loads(json.dumps(SETTINGS).replace('"3600"', "3600"))


def heard(result: LintResult) -> set[tuple[str, str]]:
    return {(found.id, str(found.severity)) for found in result.findings}


def printed(**fields: Any) -> dict[str, Any]:
    """As `az vm extension show` prints it."""
    return {
        "name": "kv",
        "publisher": "Microsoft.Azure.KeyVault",
        "provisioningState": "Succeeded",
        "settings": SETTINGS,
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "typeHandlerVersion": "3.0",
        **fields,
    }


@pytest.mark.parametrize("kind", ["virtualMachines", "virtualMachineScaleSets"])
@pytest.mark.parametrize(
    "named",
    [
        {"typePropertiesType": "KeyVaultForLinux"},
        {"virtualMachineExtensionType": "KeyVaultForLinux"},
        {},
    ],
)
def test_the_type_of_the_resource_is_no_wrong_type(kind: str, named: dict[str, str]) -> None:
    one = printed(type=f"Microsoft.Compute/{kind}/extensions", **named)
    for document in (one, [one], {"value": [one]}, {"resources": [one]}):
        result = lint_text(json.dumps(document), "x.json", KNOWN)
        assert (result.extensions, heard(result)) == (1, set())


def test_a_wrong_real_type_is_told_where_it_stands() -> None:
    result = lint_text(json.dumps(printed(typePropertiesType="KVVMExtensionForLinux")), "x.json", KNOWN)
    assert [(found.id, found.path) for found in result.findings] == [
        ("kv-extension-name-wrong", "/typePropertiesType")
    ]


def test_settings_are_judged_in_it() -> None:
    one = printed(settings=WRONG, typePropertiesType="KeyVaultForLinux")
    result = lint_text(json.dumps(one, indent=2), "x.json", KNOWN)
    assert [(found.id, found.path) for found in result.findings] == [
        ("kv-config-not-a-string", "/settings/secretsManagementSettings/pollingIntervalInS")
    ]


@pytest.mark.parametrize(
    "chosen",
    [
        {
            "name": "kv",
            "publisher": "Microsoft.Azure.KeyVault",
            "type": "KeyVaultForLinux",
            "state": "Failed",
        },
        {
            "Name": "kv",
            "Publisher": "Microsoft.Azure.KeyVault",
            "ExtensionType": "KeyVaultForWindows",
            "ProvisioningState": "Succeeded",
        },
    ],
)
def test_columns_that_nobody_chose_are_not_missing(chosen: dict[str, str]) -> None:
    """`--query` and `Select-Object` leave out settings and version: they are there, and are not shown."""
    result = lint_text(json.dumps([chosen]), "x.json", KNOWN)
    assert (result.extensions, heard(result)) == (1, set())
    assert result.not_shown.startswith("the settings at line 1 are not shown; give the whole answer: az ")
    assert result.left_out == ""


def test_settings_that_a_whole_answer_lacks_are_missing() -> None:
    whole = printed(typePropertiesType="KeyVaultForLinux", settings=None)
    result = lint_text(json.dumps(whole), "x.json", KNOWN)
    assert (heard(result), result.not_shown) == ({("kv-settings-missing", "error")}, "")


def of_powershell(settings: Any, **fields: Any) -> dict[str, Any]:
    return {
        "ResourceGroupName": "rg",
        "VMName": "vm",
        "Name": "kv",
        "Publisher": "Microsoft.Azure.KeyVault",
        "ExtensionType": "KeyVaultForLinux",
        "TypeHandlerVersion": "3.0",
        "PublicSettings": json.dumps(settings, indent=2).replace("\n", "\r\n"),
        "ProvisioningState": "Succeeded",
        **fields,
    }


def test_public_settings_are_text_and_right_so() -> None:
    assert heard(lint_text(json.dumps(of_powershell(SETTINGS)), "x.json", KNOWN)) == set()
    wrong = lint_text(json.dumps([of_powershell(WRONG)]), "x.json", KNOWN)
    assert heard(wrong) == {("kv-config-not-a-string", "error")}
    assert [found.path for found in wrong.findings] == ["/0/PublicSettings"]


def test_a_scale_set_of_powershell() -> None:
    one = {"Name": "kv", "Publisher": "Microsoft.Azure.KeyVault", "Type": "KeyVaultForLinux"}
    scale_set = {
        "Type": "Microsoft.Compute/virtualMachineScaleSets",
        "VirtualMachineProfile": {"ExtensionProfile": {"Extensions": [{**one, "TypeHandlerVersion": "3.0"}]}},
    }
    listed = scale_set["VirtualMachineProfile"]["ExtensionProfile"]["Extensions"]  # type: ignore[index]
    listed[0]["Settings"] = WRONG
    assert heard(lint_text(json.dumps(scale_set), "x.json", KNOWN)) == {("kv-config-not-a-string", "error")}
    listed[0]["Settings"] = [[[]], [[]]]  # what ConvertTo-Json makes of an object that it does not know
    assert heard(lint_text(json.dumps(scale_set), "x.json", KNOWN)) == set()


LISTED = """
ResourceGroupName       : rg
VMName                  : vm
Name                    : kv
Publisher               : Microsoft.Azure.KeyVault
ExtensionType           : KeyVaultForLinux
TypeHandlerVersion      : 3.0
PublicSettings          : {
                            "secretsManagementSettings": {
                              "pollingIntervalInS": 3600,
                              "observedCertificates": [
                                { "url": "https://contosokv.vault.azure.net/secrets/web" }
                              ]
                            }
                          }
ProtectedSettings       :
ProvisioningState       : Succeeded
Statuses                :
"""


def test_the_list_that_powershell_prints() -> None:
    result = lint_text(LISTED, "x.txt", KNOWN)
    assert result.extensions == 1
    assert [(found.id, found.path, found.line) for found in result.findings] == [
        ("kv-config-not-a-string", "/secretsManagementSettings/pollingIntervalInS", 10)
    ]
    assert heard(lint_text(LISTED.replace("3600", '"3600"'), "x.txt", KNOWN)) == set()


def test_the_list_with_its_settings_in_one_line_that_is_wrapped() -> None:
    said = json.dumps(WRONG)
    lines = [said[at : at + 60] for at in range(0, len(said), 60)]
    start, end = LISTED.index("{"), LISTED.index("ProtectedSettings")
    text = LISTED[:start] + ("\n" + " " * 26).join(lines) + "\n" + LISTED[end:]
    assert heard(
        lint_text("PS C:\\> Get-AzVMExtension -ResourceGroupName rg -VMName vm\n" + text, "-", KNOWN)
    ) == {("kv-config-not-a-string", "error")}


def test_a_batch_pool_as_the_cli_prints_it() -> None:
    one = {
        "name": "kv",
        "publisher": "Microsoft.Azure.KeyVault",
        "type": "KeyVaultForLinux",
        "typeHandlerVersion": "3.0",
        "settings": json.dumps(WRONG),
    }
    machine = {"nodeAgentSkuId": "batch.node.ubuntu 22.04", "extensions": [one]}
    pool = {"id": "p", "eTag": "0x8", "vmSize": "standard_d2s_v5", "virtualMachineConfiguration": machine}
    assert ("kv-config-not-a-string", "error") in heard(lint_text(json.dumps(pool), "x.json", KNOWN))
    assert ("kv-config-not-an-object", "error") not in heard(lint_text(json.dumps(pool), "x.json", KNOWN))


def test_what_a_command_printed_below_it() -> None:
    text = "$ az vm extension show -g rg --vm-name vm -n KeyVaultForLinux\n" + json.dumps(
        printed(settings=WRONG, typePropertiesType="KeyVaultForLinux"), indent=2
    )
    result = lint_text(text + "\n$ \n", "-", KNOWN)
    lines = text.splitlines()
    assert [lines[found.line - 1].strip() for found in result.findings] == ['"pollingIntervalInS": 3600,']
