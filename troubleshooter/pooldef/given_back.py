"""Settings of extensions as Azure gives them back: an object, or the JSON text of one. Both are one pool.

That GET gives an object what was sent as one is recorded nowhere. Text can also be what was sent, which is a
fault: Azure gives such a pool no nodes and says `AllocationFailed` without a reason
(hashicorp/terraform-provider-azurerm#20530).
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from troubleshooter.cloud.shapes import DEPTH_LIMIT, UNREADABLE, deeper_than
from troubleshooter.pooldef.pool_body import extensions

if TYPE_CHECKING:
    from collections.abc import Mapping

_WITHOUT_REASON = "internal error"


def is_text(definition: Mapping[str, Any]) -> bool:
    """Whether Azure turned settings into text, so far as a pool read for the first time tells.

    Text of text was turned. Text of an object was where Azure got as far as nodes, or says why it did not.
    Where one of them is an object, Azure turned none: what is text beside it was sent so.
    """
    if any(isinstance(entry.get("settings"), dict) for entry in extensions(definition)):
        return False
    inner = [_inner(entry) for entry in extensions(definition)]
    if any(isinstance(each, str) for each in inner):
        return True
    return any(isinstance(each, dict) for each in inner) and _understood(definition)


def read(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition of a pool of an Azure that turns settings into text, as it was sent; a copy."""
    sent: dict[str, Any] = copy.deepcopy(dict(definition))
    for entry in extensions(sent):
        if (inner := _inner(entry)) is not None:
            entry["settings"] = inner
    return sent


def written(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse: as such an Azure gives it."""
    given: dict[str, Any] = copy.deepcopy(dict(definition))
    for entry in extensions(given):
        if "settings" in entry:
            entry["settings"] = json.dumps(entry["settings"])
    return given


def _inner(entry: Mapping[str, Any]) -> Any:
    """What the text of an extension's settings says; None where they are no text, or none of JSON."""
    settings = entry.get("settings")
    if not isinstance(settings, str):
        return None
    try:
        inner = json.loads(settings)
    except UNREADABLE:
        return None
    return None if deeper_than(inner, DEPTH_LIMIT) else inner


def _understood(definition: Mapping[str, Any]) -> bool:
    properties = definition["properties"]
    if properties.get("currentDedicatedNodes") or properties.get("currentLowPriorityNodes"):
        return True
    errors = (properties.get("resizeOperationStatus") or {}).get("errors") or ()
    return any(_WITHOUT_REASON not in str(error.get("message")) for error in errors)
