"""Operating systems: what their images are called, which node agent fits, and what a node says it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.around.conditions import Conditions, Image


@dataclass(frozen=True, slots=True)
class System:
    node_agent: str
    name: str
    version: str
    id: str
    windows: bool = False

    @property
    def release(self) -> str:
        """Content of /etc/os-release."""
        return (
            f'PRETTY_NAME="{self.name} {self.version}"\nNAME="{self.name}"\nVERSION_ID="{self.version}"\n'
            f"ID={self.id}\n"
        )


SYSTEMS = {
    "ubuntu-20.04": System("batch.node.ubuntu 20.04", "Ubuntu", "20.04", "ubuntu"),
    "ubuntu-22.04": System("batch.node.ubuntu 22.04", "Ubuntu", "22.04", "ubuntu"),
    "ubuntu-24.04": System("batch.node.ubuntu 24.04", "Ubuntu", "24.04", "ubuntu"),
    "almalinux-9": System("batch.node.el 9", "AlmaLinux", "9.4", "almalinux"),
    "rhel-9": System("batch.node.el 9", "Red Hat Enterprise Linux", "9.4", "rhel"),
    "windows-2019": System("batch.node.windows amd64", "Windows Server", "2019", "windows", windows=True),
    "windows-2022": System("batch.node.windows amd64", "Windows Server", "2022", "windows", windows=True),
}
_OFFERED = {
    "22_04-lts": "ubuntu-22.04",
    "20_04-lts": "ubuntu-20.04",
    "server": "ubuntu-24.04",
    "9-gen1": "almalinux-9",
    "2019-datacenter": "windows-2019",
    "2022-datacenter": "windows-2022",
}
"""By the SKU of the marketplace's image."""
SUPPORTED_BY_4 = frozenset({"ubuntu-24.04", "rhel-9", "windows-2022"})
"""Of those here, as documented for the extension 4.x."""


def image_of(configuration: Mapping[str, Any], conditions: Conditions) -> Image | None:
    """The custom image that a virtual machine configuration names."""
    return conditions.image(str((configuration.get("imageReference") or {}).get("id", "")))


def system_name(configuration: Mapping[str, Any], conditions: Conditions) -> str:
    """What nodes of that configuration run; Ubuntu 22.04 where nobody knows."""
    image = image_of(configuration, conditions)
    if image is not None:
        return image.system
    sku = str((configuration.get("imageReference") or {}).get("sku", "")).lower()
    return _OFFERED.get(sku, "ubuntu-22.04")
