"""The calls that this program makes, each with the action that Azure looks for in the caller's roles."""

from __future__ import annotations

from enum import Enum

_BATCH = "Microsoft.Batch/batchAccounts"


class Call(Enum):
    """A value is the call's name in the table of codes, its action, and whether it changes something.

    The data plane's actions are inferred: no page says which right its calls on images, pools and nodes need.
    """

    SIGN_IN = ("sign-in", "", False)
    ACCOUNT_READ = ("account-read", f"{_BATCH}/read", False)
    SUBSCRIPTION_READ = ("subscription-read", "Microsoft.Resources/subscriptions/read", False)
    RESOURCE_READ = ("resource-read", "", False)
    """Of another service; whoever asks knows which action it needs."""
    SIZES_READ = ("sizes-read", "Microsoft.Batch/locations/virtualMachineSkus/read", False)
    POOL_READ = ("pool-read", f"{_BATCH}/pools/read", False)
    POOL_CREATE = ("pool-create", f"{_BATCH}/pools/write", True)
    POOL_CHANGE = ("pool-change", f"{_BATCH}/pools/write", True)
    POOL_DELETE = ("pool-delete", f"{_BATCH}/pools/delete", True)
    DELETION_READ = ("deletion-read", f"{_BATCH}/poolOperationResults/read", True)
    """No change, and yet part of one: what it says of the deletion may be lost."""
    IMAGES_READ = ("images-read", f"{_BATCH}/read", False)
    POOL_LOOK = ("pool-look", f"{_BATCH}/pools/read", False)
    POOL_DELETE_AS_READ = ("pool-delete-as-read", f"{_BATCH}/pools/delete", True)
    NODE_READ = ("node-read", f"{_BATCH}/pools/read", False)
    USER_CHANGE = ("user-change", f"{_BATCH}/pools/write", True)
    JOB_READ = ("job-read", f"{_BATCH}/jobs/read", False)
    JOB_CHANGE = ("job-change", f"{_BATCH}/jobs/write", True)
    JOB_CREATE = ("job-create", f"{_BATCH}/jobs/write", True)
    JOB_DELETE = ("job-delete", f"{_BATCH}/jobs/delete", True)
    TASK_CREATE = ("task-create", f"{_BATCH}/jobs/write", True)
    TASK_READ = ("task-read", f"{_BATCH}/jobs/read", False)
    """Of what tasks left on their nodes, too."""

    def __init__(self, label: str, action: str, changes: bool) -> None:
        self.label = label
        self.action = action
        self.changes = changes


_ARM = (
    "account-read",
    "subscription-read",
    "resource-read",
    "sizes-read",
    "pool-read",
    "pool-create",
    "pool-change",
    "pool-delete",
    "deletion-read",
)
_DATA = (
    "images-read",
    "pool-look",
    "pool-delete-as-read",
    "node-read",
    "user-change",
    "job-read",
    "job-change",
    "job-create",
    "job-delete",
    "task-create",
    "task-read",
)
GROUPS: dict[str, tuple[str, ...]] = {
    "arm": _ARM,
    "batch": _DATA,
    "any": (*_ARM, *_DATA),
    "pools": ("pool-create", "pool-change"),
    "works": ("job-create", "task-create"),
    "reported": (),
}
"""Names for several calls. `reported` is none: the code stands inside an answer, as a resize error does."""


def expanded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(call for name in names for call in GROUPS.get(name, (name,)))
