"""One recorded call: what was asked of the real service, and what it answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.ground_truth import SAMPLES

FOLDER = SAMPLES / "recordings"

NAMES = (
    "arm-400-message-object",
    "arm-400-property-cannot-be-updated",
    "arm-account-get",
    "arm-pool-delete-202",
    "arm-pool-delete-operation-200",
    "arm-pool-delete-operation-202",
    "arm-pool-get-autoscale",
    "arm-pool-list-useraccount",
    "arm-pool-patch-autoscale",
    "arm-pool-put-confidentialvm",
    "arm-pool-put-minimal",
    "arm-pool-put-publicip-starttask",
    "data-400-missing-property",
    "data-404-head",
    "data-404-pool",
    "data-409-job-exists",
    "data-409-pool-exists",
    "data-extension-get-creating",
    "data-extension-get-succeeded-doc",
    "data-extensions-creating",
    "data-job-disable-202",
    "data-job-enable-202",
    "data-jobs-list",
    "data-jobschedules-list",
    "data-login",
    "data-login-ipv6",
    "data-login-linux-only-3389-mapped",
    "data-nodes-creating",
    "data-nodes-empty",
    "data-nodes-idle-ssh",
    "data-nodes-ipv6",
    "data-nodes-starting",
    "data-pool-create-201",
    "data-pool-delete-202",
    "data-pool-get-cmk",
    "data-pool-get-confidentialvm-msp",
    "data-pool-get-deleting",
    "data-pool-get-ipv6",
    "data-pool-get-kv-resizing",
    "data-pool-get-kv-steady",
    "data-pool-get-linux-useraccount",
    "data-pool-list-deleting",
    "data-pool-updateproperties-204",
    "data-user-create-201",
    "data-user-delete-200",
    "data-user-replace-200",
)
"""Named here too, so that none is left out unseen and each is a test of its own."""


@dataclass(frozen=True, slots=True)
class Recording:
    name: str
    method: str
    url: str
    asked: Any
    """The body that was sent; None without one, or where it was not kept."""
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def arm(self) -> bool:
        return self.name.startswith("arm-")

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def pool(self) -> str:
        """The pool that was asked about; empty where none was."""
        _, found, rest = self.path.partition("/pools/")
        return rest.partition("/")[0] if found else ""

    @property
    def node(self) -> str:
        return self.path.partition("/nodes/")[2].partition("/")[0]


def recording(name: str) -> Recording:
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    asked = kept["request"]
    return Recording(
        name, asked["method"], asked["url"], asked.get("body"), kept["status"], kept["headers"], kept["body"]
    )
