"""Sizes of nodes as ARM lists them for a region: a few of the families that pools often have."""

from __future__ import annotations

from typing import Any

_FAMILIES = {
    "standardDSv3Family": ("Standard_D{}s_v3", (2, 4, 8, 16)),
    "standardDDSv5Family": ("Standard_D{}ds_v5", (2, 4, 8, 16)),
    "standardESv3Family": ("Standard_E{}s_v3", (2, 4, 8)),
    "standardFSv2Family": ("Standard_F{}s_v2", (2, 4, 8)),
    "standardNCSv3Family": ("Standard_NC{}s_v3", (6, 12, 24)),
}
_ENDS = {"standardNCSv3Family": "2025-09-30T00:00:00Z"}
"""When Batch's support of a family ends: Azure has retired this one."""


def of_location(location: str) -> list[dict[str, Any]]:
    """All of them, in whatever region there is."""
    del location
    return [
        _sku(name.format(cores), family, cores)
        for family, (name, sizes) in _FAMILIES.items()
        for cores in sizes
    ]


def _sku(name: str, family: str, cores: int) -> dict[str, Any]:
    said = {"vCPUs": cores, "MemoryGB": 4 * cores, "LowPriorityCapable": "True", "HyperVGenerations": "V1,V2"}
    capabilities = [{"name": each, "value": str(value)} for each, value in said.items()]
    ends = {"batchSupportEndOfLife": _ENDS[family]} if family in _ENDS else {}
    return {"name": name, "familyName": family, "capabilities": capabilities, **ends}
