from __future__ import annotations

import json
from typing import Any

import pytest

from tests.known import KEY_VAULT
from tests.unit.actions.test_bodies import definition
from troubleshooter.errors import UsageProblem
from troubleshooter.operations import carry
from troubleshooter.pooldef import pool_body
from troubleshooter.pooldef.write_only import write_only_fields

AGENT = {"name": "agent", "publisher": "Contoso", "type": "Monitor", "settings": {"level": 1}}


def rich() -> dict[str, Any]:
    """A pool, as GET shows it, with a parent of every field that GET leaves out."""
    body = definition(
        userAccounts=[
            {"name": "first", "linuxUserConfiguration": {"uid": 1001}},
            {"name": "second"},
        ],
        mountConfiguration=[
            {"azureBlobFileSystemConfiguration": {"accountName": "a", "relativeMountPath": "blob"}},
            {
                "azureBlobFileSystemConfiguration": {
                    "accountName": "a",
                    "identityReference": {"resourceId": "/i"},
                }
            },
            {"azureFileShareConfiguration": {"accountName": "a", "relativeMountPath": "share"}},
            {"cifsMountConfiguration": {"userName": "u", "relativeMountPath": "cifs"}},
            {"nfsMountConfiguration": {"source": "s"}},
        ],
        startTask={"containerSettings": {"imageName": "i", "registry": {"username": "u"}}},
    )
    machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["containerConfiguration"] = {
        "type": "DockerCompatible",
        "containerRegistries": [
            {"username": "u", "registryServer": "r"},
            {"identityReference": {"resourceId": "/i"}, "registryServer": "q"},
        ],
    }
    machine["extensions"].append(dict(AGENT))
    return body


PATHS = [
    "userAccounts[0].password",
    "userAccounts[0].linuxUserConfiguration.sshPrivateKey",
    "userAccounts[1].password",
    "containerConfiguration.containerRegistries[0].password",
    "startTask.containerSettings.registry.password",
    "mountConfiguration[0].azureBlobFileSystemConfiguration.accountKey/sasKey",
    "mountConfiguration[2].azureFileShareConfiguration.accountKey",
    "mountConfiguration[3].cifsMountConfiguration.password",
    "extensions[agent].protectedSettings",
]


def test_every_field_that_get_leaves_out_is_named_and_no_other() -> None:
    assert [field.path for field in write_only_fields(rich(), KEY_VAULT)] == PATHS
    assert write_only_fields(definition(), KEY_VAULT) == ()


def test_every_field_has_a_name_of_its_own_for_the_environment() -> None:
    names = [field.name for field in write_only_fields(rich(), KEY_VAULT)]

    assert names[0] == "USERACCOUNTS_0_PASSWORD"
    assert len(set(names)) == len(names)
    assert all(name.replace("_", "").isalnum() and name.isupper() for name in names)


def test_what_was_supplied_stands_in_its_place() -> None:
    supplied = {path: f"s{number}" for number, path in enumerate(PATHS)}
    supplied["extensions[agent].protectedSettings"] = '{"key": "k"}'
    before = rich()

    whole = carry.complete(before, dict(supplied), KEY_VAULT)

    properties = whole["properties"]
    machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
    assert [account["password"] for account in properties["userAccounts"]] == ["s0", "s2"]
    assert properties["userAccounts"][0]["linuxUserConfiguration"] == {"uid": 1001, "sshPrivateKey": "s1"}
    assert machine["containerConfiguration"]["containerRegistries"][0]["password"] == "s3"
    assert properties["startTask"]["containerSettings"]["registry"]["password"] == "s4"
    assert properties["mountConfiguration"][0]["azureBlobFileSystemConfiguration"]["accountKey"] == "s5"
    assert properties["mountConfiguration"][2]["azureFileShareConfiguration"]["accountKey"] == "s6"
    assert properties["mountConfiguration"][3]["cifsMountConfiguration"]["password"] == "s7"
    assert machine["extensions"][1]["protectedSettings"] == {"key": "k"}
    assert before == rich()


def test_what_was_waived_is_left_out_with_what_needs_it_and_nothing_else() -> None:
    whole = carry.complete(rich(), dict.fromkeys(PATHS), KEY_VAULT)

    properties = whole["properties"]
    machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
    assert properties["userAccounts"] == []
    assert [next(iter(mount)) for mount in properties["mountConfiguration"]] == [
        "azureBlobFileSystemConfiguration",
        "nfsMountConfiguration",
    ]
    assert properties["startTask"] == {"containerSettings": {"imageName": "i"}}
    assert [each["registryServer"] for each in machine["containerConfiguration"]["containerRegistries"]] == [
        "q"
    ]
    assert machine["extensions"][1] == AGENT
    assert (
        write_only_fields({"properties": properties}, KEY_VAULT)[0].path
        == "extensions[agent].protectedSettings"
    )


def test_a_shared_access_signature_is_told_from_a_key() -> None:
    path = "mountConfiguration[0].azureBlobFileSystemConfiguration.accountKey/sasKey"

    whole = carry.complete(rich(), {path: "sv=2024&sig=abc"}, KEY_VAULT)

    mount = whole["properties"]["mountConfiguration"][0]["azureBlobFileSystemConfiguration"]
    assert mount["sasKey"] == "sv=2024&sig=abc"
    assert "accountKey" not in mount


def test_protected_settings_must_be_an_object_and_the_complaint_does_not_show_them() -> None:
    with pytest.raises(UsageProblem) as caught:
        carry.complete(rich(), {"extensions[agent].protectedSettings": "hunter2-hunter2"}, KEY_VAULT)

    assert "hunter2" not in str(caught.value)


def test_what_is_shown_holds_no_secret_and_names_what_became_of_each_field() -> None:
    carried: carry.Carried = dict.fromkeys(PATHS[1:])
    carried[PATHS[0]] = "hunter2-hunter2"
    carried[PATHS[-1]] = '{"key": "hunter2-hunter2"}'

    shown = json.dumps(carry.with_secrets_hidden(rich(), carried, KEY_VAULT))
    notes = "\n".join(carry.notes(rich(), carried, KEY_VAULT))

    assert "hunter2" not in shown + notes
    assert all(path in notes for path in PATHS)
    assert "nodeDeallocationOption is not returned by Azure: if the pool has one" in notes
    assert pool_body.extensions(carry.with_secrets_hidden(rich(), carried, KEY_VAULT))[1]["protectedSettings"]


def resized(state: str, status: Any) -> dict[str, Any]:
    definition = rich()
    definition["properties"] |= {
        "allocationState": state,
        "resizeOperationStatus": status,
        "scaleSettings": {"fixedScale": {"targetDedicatedNodes": 2}},
    }
    return definition


def test_what_a_resize_that_goes_on_shows_is_carried_over() -> None:
    definition = resized("Resizing", {"nodeDeallocationOption": "TaskCompletion"})
    whole = carry.complete(definition, {}, KEY_VAULT)
    assert whole["properties"]["scaleSettings"]["fixedScale"] == {
        "targetDedicatedNodes": 2,
        "nodeDeallocationOption": "TaskCompletion",
    }
    assert carry.notes(definition, {}, KEY_VAULT)[-1].endswith(
        "the resize that goes on has TaskCompletion, which is carried over"
    )


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("Steady", {"nodeDeallocationOption": "TaskCompletion"}),
        ("Resizing", {}),
        ("Resizing", None),
        ("Resizing", {"nodeDeallocationOption": 3}),
    ],
)
def test_what_no_resize_shows_is_not_known(state: str, status: Any) -> None:
    """An earlier resize may have been asked for with an option of its own."""
    definition = resized(state, status)
    fixed = carry.complete(definition, {}, KEY_VAULT)["properties"]["scaleSettings"]["fixedScale"]
    assert fixed == {"targetDedicatedNodes": 2}
    assert "it becomes the default, Requeue" in carry.notes(definition, {}, KEY_VAULT)[-1]
