"""Which operating system an image or a node agent is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Os(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Release:
    family: str
    """ubuntu, azurelinux, rhel, el, almalinux, windows, …; `el` where only the node agent is known."""
    version: str
    """22.04, 9, 2019, …; empty where the image does not say it."""

    @property
    def os(self) -> Os:
        return Os.WINDOWS if self.family == "windows" else Os.LINUX

    def __str__(self) -> str:
        return f"{_SHOWN.get(self.family, self.family)} {self.version}".strip()


_SHOWN = {
    "ubuntu": "Ubuntu",
    "azurelinux": "Azure Linux",
    "rhel": "RHEL",
    "el": "Enterprise Linux",
    "almalinux": "AlmaLinux",
    "windows": "Windows Server",
    "debian": "Debian",
    "sles": "SUSE",
}
_FAMILIES = (
    ("almalinux", ("alma",)),
    ("rocky", ("rocky", "resf")),
    ("oracle", ("oracle",)),
    ("centos", ("centos", "openlogic")),
    ("rhel", ("redhat", "rhel")),
    ("debian", ("debian",)),
    ("sles", ("suse", "sles")),
    ("azurelinux", ("mariner", "azurelinux", "azure-linux")),
    ("ubuntu", ("canonical", "ubuntu")),
    ("windows", ("windowsserver",)),
)
"""Family and what names it in publisher, offer or sku; the first that is found."""
_UBUNTU = re.compile(r"(?<!\d)(\d\d)[._-]?(04|10)(?!\d)")
_UBUNTU_NAMES = {"xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04"}
_WINDOWS = re.compile(r"(20\d\d)")
_MAJOR = re.compile(r"(?<!\d)(1[0-9]|[2-9])(?!\d)|(?<!\d)([7-9])\d(?!\d)")
_AGENT = re.compile(r"batch\.node\.(\w+)\s+(\S+)", re.IGNORECASE)


def of_image(image: Any) -> Release | None:
    """Release of an image reference; None for an image of one's own, and for one that is not recognised."""
    if not isinstance(image, Mapping):
        return None
    words = [image.get(key) for key in ("publisher", "offer", "sku")]
    texts = [word.lower() for word in words if isinstance(word, str)]
    if any(mark in text for text in texts for mark in ("[", "${", "<", "{")):
        return None  # an expression: not known yet
    said = " ".join(texts)
    family = next((name for name, marks in _FAMILIES if any(mark in said for mark in marks)), None)
    return Release(family, _version(family, texts)) if family else None


def _version(family: str, texts: list[str]) -> str:
    """The version as offer and sku spell it; the sku is the surer place."""
    for text in reversed(texts[1:]):
        if family == "ubuntu":
            if found := _UBUNTU.search(text):
                return f"{found[1]}.{found[2]}"
            if named := next((value for name, value in _UBUNTU_NAMES.items() if name in text), None):
                return named
        elif family == "windows":
            if found := _WINDOWS.search(text):
                return found[1]
        elif found := _MAJOR.search(text):
            return str(found[1] or found[2])
    return ""


def of_agent(agent: Any) -> Release | None:
    """Release that a Batch node agent is made for."""
    found = _AGENT.match(agent) if isinstance(agent, str) else None
    if not found:
        return None
    family = {"mariner": "azurelinux", "opensuse": "sles"}.get(found[1].lower(), found[1].lower())
    if family == "windows":
        return Release(family, "")
    version = found[2] if family == "ubuntu" else found[2].partition(".")[0]
    return Release(family, version)
