"""What the specification wants of what a pool puts on its nodes: the start task, mounts, users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.bodies.definition import each, is_windows, named, properties, start_task
from tests.bodies.rule import Rules

if TYPE_CHECKING:
    from tests.bodies.rule import Body

RULES = Rules()
_SOURCES = ("autoStorageContainerName", "storageContainerUrl", "httpUrl")


@RULES.rule(
    "start-command",
    "StartTask.commandLine",
    "Required if any other properties of the startTask are specified.",
)
def start_command(body: Body) -> list[object]:
    task = start_task(body)
    return [sorted(task)] if task and not task.get("commandLine") else []


@RULES.rule(
    "retries", "StartTask.maxTaskRetryCount", "If the maximum retry count is -1, the Batch service retries"
)
def retries(body: Body) -> list[object]:
    count = start_task(body).get("maxTaskRetryCount")
    return [count] if count is not None and count < -1 else []


@RULES.rule(
    "file-source", "ResourceFile.httpUrl", "are mutually exclusive and one of them must be specified."
)
def file_source(body: Body) -> list[object]:
    return [file for file in _files(body) if len([one for one in _SOURCES if file.get(one)]) != 1]


@RULES.rule(
    "file-path", "ResourceFile.filePath", "If the httpUrl property is specified, the filePath is required"
)
def file_path(body: Body) -> list[object]:
    return [file for file in _files(body) if file.get("httpUrl") and not file.get("filePath")]


@RULES.rule("file-inside", "ResourceFile.filePath", "cannot break out of the task's working directory")
def file_inside(body: Body) -> list[object]:
    paths = [str(file.get("filePath", "")) for file in _files(body)]
    return [path for path in paths if ".." in path.replace("\\", "/").split("/")]


@RULES.rule(
    "file-prefix",
    "ResourceFile.blobPrefix",
    "valid only when autoStorageContainerName or storageContainerUrl is used.",
)
def file_prefix(body: Body) -> list[object]:
    return [file for file in _files(body) if file.get("blobPrefix") and file.get("httpUrl")]


@RULES.rule("as-one-user", "UserIdentity.userName", "you must specify one but not both.")
def as_one_user(body: Body) -> list[object]:
    return [
        one for one in named(properties(body), "userIdentity") if _given(one, "userName", "autoUser") != 1
    ]


@RULES.rule(
    "mount-of-one-kind",
    "MountConfiguration.nfsMountConfiguration",
    "This property is mutually exclusive with all other properties.",
)
def mount_of_one_kind(body: Body) -> list[object]:
    return [sorted(mount) for mount in each(body, "mountConfiguration") if _given(mount, *mount) != 1]


@RULES.rule(
    "blob-by-one-key",
    "AzureBlobFileSystemConfiguration.accountKey",
    "This property is mutually exclusive with both sasKey and identity; exactly one must be specified.",
)
def blob_by_one_key(body: Body) -> list[object]:
    blobs = [mount.get("azureBlobFileSystemConfiguration") for mount in each(body, "mountConfiguration")]
    ways = ("accountKey", "sasKey", "identityReference")
    return [sorted(blob) for blob in blobs if blob and _given(blob, *ways) != 1]


@RULES.rule("user-name", "UserAccount.name", "any Unicode characters up to a maximum length of 20.")
def user_name(body: Body) -> list[object]:
    return [
        user.get("name") for user in each(body, "userAccounts") if not 1 <= len(str(user.get("name"))) <= 20
    ]


@RULES.rule(
    "user-numbers",
    "LinuxUserConfiguration.uid",
    "The uid and gid properties must be specified together or not at all.",
)
def user_numbers(body: Body) -> list[object]:
    users = [user.get("linuxUserConfiguration") or {} for user in each(body, "userAccounts")]
    return [sorted(user) for user in users if _given(user, "uid", "gid") == 1]


@RULES.rule(
    "user-of-windows",
    "UserAccount.windowsUserConfiguration",
    "This property can only be specified if the user is on a Windows pool.",
)
def user_of_windows(body: Body) -> list[object]:
    users = [user.get("windowsUserConfiguration") for user in each(body, "userAccounts")]
    return [user for user in users if user is not None and not is_windows(body)]


def _files(body: Body) -> list[Any]:
    return start_task(body).get("resourceFiles") or []


def _given(value: Body, *names: str) -> int:
    """How many of these it has."""
    return len([name for name in names if value.get(name) is not None])
