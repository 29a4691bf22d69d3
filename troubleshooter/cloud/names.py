"""Checks names before they become part of an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from troubleshooter.model.target import Target

_FORMS = {
    "subscription": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "resource group": re.compile(r"[\w().-]{0,89}[\w()-]"),
    "Batch account": re.compile(r"[a-zA-Z0-9]{3,24}", re.ASCII),
    "pool": re.compile(r"[\w-]{1,64}", re.ASCII),
    "node": re.compile(r"[\w-][\w.-]{0,127}", re.ASCII),
    "job": re.compile(r"[\w:-]{1,128}", re.ASCII),
    "task": re.compile(r"[\w-]{1,64}", re.ASCII),
    "user": re.compile(r"[a-zA-Z_][\w-]{0,31}", re.ASCII),
}


def check(kind: str, name: str) -> str:
    """The name itself, if it may be a name of that kind; nothing that could change an address may pass."""
    if not _FORMS[kind].fullmatch(name):
        raise UsageProblem(
            f"{name!r} cannot be the name of a {kind}.",
            "It holds a character that Azure does not allow there, or it is too short or too long.",
            f"Check the {kind}'s name in the portal.",
        )
    return name


def check_target(target: Target) -> None:
    check("subscription", target.subscription)
    check("resource group", target.resource_group)
    check("Batch account", target.account)
    check("pool", target.pool)
