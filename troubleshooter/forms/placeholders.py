"""What stands where a field is missing that Azure does not return: its name, never a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troubleshooter.forms.change import Lack

_OTHER = re.compile(r"[^A-Za-z0-9_.\[\]-]+")


def given(lack: Lack) -> str:
    """In JSON. The redactor knows this shape, so that a password's name is not taken for a password."""
    return f"<give {_OTHER.sub('-', lack.path)}>"


def parameter(lack: Lack) -> str:
    """In languages with parameters: userAccounts_0_password becomes userAccounts0Password."""
    first, *rest = [part for part in lack.name.lower().split("_") if part]
    named = first + "".join(part.capitalize() for part in rest)
    return named if named[0].isalpha() else f"p{named}"


def snake(lack: Lack) -> str:
    """The same for Terraform."""
    named = lack.name.lower()
    return named if named[0].isalpha() else f"p_{named}"
