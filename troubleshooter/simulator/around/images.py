"""Images of the Marketplace as the data plane lists them: those of the worlds' pools, and one that ended."""

from __future__ import annotations

from typing import Any

_CANONICAL, _MICROSOFT = "canonical", "microsoftwindowsserver"
_LISTED = (
    (_CANONICAL, "0001-com-ubuntu-server-focal", "20_04-lts", "batch.node.ubuntu 20.04", "2025-04-23"),
    (_CANONICAL, "0001-com-ubuntu-server-jammy", "22_04-lts", "batch.node.ubuntu 22.04", "2027-06-30"),
    (_CANONICAL, "ubuntu-24_04-lts", "server", "batch.node.ubuntu 24.04", ""),
    ("almalinux", "almalinux-x86_64", "9-gen1", "batch.node.el 9", ""),
    (_MICROSOFT, "windowsserver", "2019-datacenter", "batch.node.windows amd64", ""),
    (_MICROSOFT, "windowsserver", "2022-datacenter", "batch.node.windows amd64", ""),
)
"""Publisher, offer, SKU, node agent, and the end of support, where there is one."""


def supported() -> list[dict[str, Any]]:
    return [_image(*row) for row in _LISTED]


def _image(publisher: str, offer: str, sku: str, agent: str, ends: str) -> dict[str, Any]:
    reference = {"publisher": publisher, "offer": offer, "sku": sku, "version": "latest"}
    return {
        "nodeAgentSKUId": agent,
        "imageReference": reference,
        "osType": "windows" if "windows" in agent else "linux",
        "verificationType": "unverified" if ends else "verified",
        **({"batchSupportEndOfLife": f"{ends}T00:00:00Z"} if ends else {}),
    }
