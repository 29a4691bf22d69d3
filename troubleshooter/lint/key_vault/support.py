"""Checks of the extension against the operating system it is to run on, and of its version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.problem import (
    ERROR,
    INFO,
    LINUX_PAGE,
    WARNING,
    WINDOWS_PAGE,
    Problem,
    advice,
)
from troubleshooter.lint.systems import Os

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.key_vault.layout import Layout
    from troubleshooter.lint.systems import Release

_LINUX_4 = {"ubuntu": ("24.04",), "azurelinux": ("3", "4"), "rhel": ("9",), "el": ("9",)}
_LINUX_OLDER = {
    3: {"ubuntu": "22.04", "azurelinux": ""},
    2: {"ubuntu": "", "azurelinux": ""},
    1: {"ubuntu": "", "sles": "", "debian": ""},
}
"""Distribution to the oldest version that any page names; of 1.x and 2.x newer ones are known to work."""
_SOVEREIGN = (
    ".vault.azure.cn",
    ".vault.usgovcloudapi.net",
    ".vault.sovcloud-api.fr",
    ".vault.microsoftazure.de",
)
"""Other clouds lag: the page of Azure China of March 2026 has 3.0 alone, for Ubuntu 20.04 too (documented).

Of the others that is inferred.
"""
_WINDOWS_4 = ("2022", "2025")


def in_another_cloud(layout: Layout) -> bool:
    """Whether a certificate's vault is in a cloud that gets versions later."""
    entries = (
        one.value.get("url") if isinstance(one.value, Mapping) else one.value for one in layout.entries()
    )
    hosts = (re.match(r"https://([^/:]+)", url) for url in entries if isinstance(url, str))
    return any(host[1].lower().endswith(_SOVEREIGN) for host in hosts if host)


def version_is_in_the_cloud(layout: Layout) -> Iterator[Problem]:
    if (layout.place.major or 0) < 4 or not in_another_cloud(layout):
        return
    yield Problem(
        "install-version-of-another-cloud",
        INFO,
        _at(layout.place),
        f"version {layout.place.major}.x may not be there yet in the cloud of this vault",
        "The page of Azure China of March 2026 names 3.0 alone (documented); other clouds than the public one"
        " lag as well (inferred).",
        advice("Look with az vm extension image list-versions which versions the region has"),
        ("https://docs.azure.cn/virtual-machines/extensions/key-vault-linux",),
    )


def system_is_supported(layout: Layout) -> Iterator[Problem]:
    place, system = layout.place, layout.place.host.system
    if system is None or system.os is not place.os:
        return
    if str(system) == "Ubuntu 20.04" and place.major == 3 and in_another_cloud(layout):
        return
    found = _windows(place, system) if system.os is Os.WINDOWS else _linux(place, system)
    if found is not None:
        yield found


def _windows(place: Place, system: Release) -> Problem | None:
    if (place.major or 0) < 4 or not system.version or system.version >= _WINDOWS_4[0]:
        return None
    return Problem(
        "install-windows-too-old",
        ERROR,
        _at(place),
        f"version {place.major}.x does not install on {system}",
        "Version 4.0 runs on Windows Server 2022 and 2025; it does not install on 2019 or earlier.",
        advice("Use an image of Windows Server 2022 or 2025, or typeHandlerVersion 3.0"),
        (WINDOWS_PAGE,),
        ("crp-provisioning-error",),
    )


def _linux(place: Place, system: Release) -> Problem | None:
    if (place.major or 0) >= 4:
        if _in_4(system):
            return None
        return _unsupported(
            place,
            ERROR,
            f"version {place.major}.x does not install on {system}",
            "It runs on Ubuntu 24.04, Azure Linux 3 and 4 and RHEL 9; "
            "elsewhere it fails: distribution is not supported.",
        )
    listed = _LINUX_OLDER.get(place.major or 0)
    if listed is None:
        known = system.family in {"el", *_LINUX_4, *_LINUX_OLDER[1]}
    else:
        oldest = listed.get(system.family)
        known = oldest is not None and (not system.version or system.version >= oldest)
    if known:
        return None
    return _unsupported(
        place,
        WARNING,
        f"{system} is in no list of what {_version(place)} supports",
        "Version 3.x is for Ubuntu 22.04 and later and Azure Linux; on others it may not install.",
    )


def _in_4(system: Release) -> bool:
    versions = _LINUX_4.get(system.family)
    if versions is None:
        return False
    newer = system.family == "ubuntu" and system.version > versions[-1]
    return not system.version or system.version in versions or newer  # of newer ones nothing is known


def _version(place: Place) -> str:
    return f"version {place.major}.x" if place.major else "the extension"


def _unsupported(place: Place, severity: Any, message: str, why: str) -> Problem:
    return Problem(
        "install-distro-unsupported",
        severity,
        _at(place),
        message,
        why,
        advice("Use an image that the extension's version supports"),
        (LINUX_PAGE, "https://github.com/MicrosoftDocs/azure-docs/pull/117207"),
        ("crp-provisioning-error",),
    )


def _at(place: Place) -> str:
    return place.written("typeHandlerVersion" if "typeHandlerVersion" in place.fields else "type")


def version_is_supported(layout: Layout) -> Iterator[Problem]:
    """Said of Linux alone: no page of Windows names versions that are out of support."""
    place = layout.place
    if place.os is not Os.LINUX or not place.major or place.major >= 3:
        return
    yield Problem(
        "install-version-unsupported",
        INFO,
        _at(place),
        f"version {place.major}.x is out of support: 3.0 and later are supported",
        "The page of the Linux extension says so (documented); it may still install and work.",
        advice("Use 3.0 or 4.0, with observedCertificates as objects"),
        (LINUX_PAGE,),
    )


def version_is_stated(layout: Layout) -> Iterator[Problem]:
    place = layout.place
    if place.bare or place.generated or place.answer or "typeHandlerVersion" in place.fields:
        return
    yield Problem(
        "install-version-unpinned",
        INFO,
        place.at,
        "no typeHandlerVersion is given",
        "Then the newest major version is installed, and 4.x takes other settings than 3.x."
        + (
            " Which is the newest in the cloud of this vault is not known."
            if in_another_cloud(layout)
            else ""
        ),
        advice('State it: "4.0" as the samples do now, or "3.0" with its settings'),
        ("https://github.com/zukakosan/blog-tech",),
        lacks=place.at,
    )
