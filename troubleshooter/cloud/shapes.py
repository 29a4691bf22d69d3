"""What of an answer is relied upon to be an object or a list: looked at once, at the door."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

DEPTH_LIMIT = 100
UNREADABLE = (ValueError, LookupError, RecursionError)
"""What reading an answer as JSON raises: it is none, says that it is in a writing that is none, is deep."""
POOL = re.compile(r"/batchAccounts/[^/]+/pools/[^/]+$", re.IGNORECASE)
"""The path of a pool."""

_LINKS = ("nextLink", "odata.nextLink")
_ONE = re.compile(r"(/batchAccounts/[^/]+(/pools/[^/]+)?|^/(pools|jobs|jobschedules)/[^/]+)$", re.IGNORECASE)
"""The path of what has an id: on ARM all of it, on the data plane its end."""

Shape = dict[str, "Shape"] | list["Shape"]
"""An object with what is to be in it, or a list of such; whatever else is there may be anything."""

_OBJECT: Shape = {}
_POOL: Shape = {
    "identity": {"userAssignedIdentities": _OBJECT},
    "tags": _OBJECT,
    "properties": {
        "deploymentConfiguration": {
            "virtualMachineConfiguration": {
                "imageReference": _OBJECT,
                "extensions": [_OBJECT],
                "dataDisks": [_OBJECT],
                "containerConfiguration": {"containerRegistries": [_OBJECT]},
            },
        },
        "scaleSettings": {"fixedScale": _OBJECT, "autoScale": _OBJECT},
        "networkConfiguration": {
            "endpointConfiguration": {"inboundNatPools": [{"networkSecurityGroupRules": [_OBJECT]}]},
            "publicIPAddressConfiguration": _OBJECT,
        },
        "autoScaleRun": _OBJECT,
        "startTask": _OBJECT,
        "metadata": [_OBJECT],
        "userAccounts": [_OBJECT],
        "mountConfiguration": [_OBJECT],
        "certificates": [_OBJECT],
        "applicationPackages": [_OBJECT],
        "resourceTags": _OBJECT,
    },
}


def wrong_in(body: Any, path: str) -> str:
    """What of an answer is not what it is to be, as the end of a sentence; empty where nothing is.

    `path` is that of a resource that was asked for or sent; empty for any other answer.
    """
    if not isinstance(body, dict):
        return "something that is no JSON object"
    if not isinstance(body.get("value", []), list):
        return "a list that is none"
    if not all(is_address(body[name]) for name in _LINKS if body.get(name)):
        return "a next page that has no address"
    if deeper_than(body, DEPTH_LIMIT):
        return f"JSON of more than {DEPTH_LIMIT} levels"
    if another := _another(body, path):
        return f"{another}, which was not asked for"
    wrong = wrong_pool(body) if POOL.search(path) else ""
    return f"a pool whose {wrong}" if wrong else ""


def is_address(told: object, scheme: str = "") -> bool:
    """Whether the libraries can follow it: what they cannot read as an address they fall over.

    With a scheme: whether it is one of a host, without a user's name in it or a query behind it.
    """
    try:
        parts = urlsplit(told) if isinstance(told, str) else None
        well = parts is not None and parts.port != 0
    except ValueError:
        return False
    if parts is None or not scheme:
        return well
    plain = parts.username is None and not parts.query and not parts.fragment
    return well and parts.scheme == scheme and bool(parts.hostname) and plain


def _another(body: Any, path: str) -> str:
    """The id that an answer bears, where it is another's: what stands behind a cache may mix them up."""
    told, asked = body.get("id"), unquote(path)
    if not isinstance(told, str) or not _ONE.search(path):
        return ""
    whole = told if told.startswith("/") else f"{asked.rpartition('/')[0]}/{told}"
    return "" if unquote(whole).lower() == asked.lower() else told


def wrong_pool(body: Any) -> str:
    """What makes a pool unreadable, as it stands in an answer; empty where nothing does."""
    has_some = isinstance(body, dict) and body.get("properties") is not None
    return _wrong(body, _POOL, "") if has_some else "properties are missing"


def _wrong(value: Any, shape: Shape, at: str) -> str:
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{at} is no list"
        return next(filter(None, (_wrong(each, shape[0], f"{at}[{i}]") for i, each in enumerate(value))), "")
    if not isinstance(value, dict):
        return f"{at or 'whole'} is no object"
    inner = ((value.get(key), part, f"{at}.{key}" if at else key) for key, part in shape.items())
    return next(filter(None, (_wrong(*each) for each in inner if each[0] is not None)), "")


def deeper_than(value: Any, limit: int) -> bool:
    """Looked at level by level: whoever calls itself for each of them falls over what this is to find."""
    level = [value]
    for _ in range(limit):
        held = (each.values() if isinstance(each, dict) else each for each in level)
        level = [inner for values in held for inner in values if isinstance(inner, dict | list)]
        if not level:
            return False
    return True
