"""Ids of ARM as scopes: what lies within which, and which right a request needs where."""

from __future__ import annotations

_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


_MANAGEMENT_GROUPS = "/providers/microsoft.management/managementgroups/"


def covers(scope: str, place: str) -> bool:
    """Whether what is given at `scope` counts at `place`: there, or above it.

    All subscriptions of a world lie below each of its management groups.
    """
    wide, narrow = scope.lower().rstrip("/"), place.lower().rstrip("/")
    if wide.startswith(_MANAGEMENT_GROUPS):
        return narrow.startswith(("/subscriptions/", wide))
    return not wide or narrow == wide or narrow.startswith(f"{wide}/")


def subscription_of(place: str) -> str:
    """Empty where it lies in none."""
    parts = place.strip("/").split("/")
    return parts[1] if len(parts) > 1 and parts[0].lower() == "subscriptions" else ""


def group_of(place: str) -> str:
    parts = place.strip("/").split("/")
    return parts[3] if len(parts) > 3 and parts[2].lower() == "resourcegroups" else ""


def type_of(place: str) -> str:
    """As Microsoft.KeyVault/vaults/secrets: of the last provider that the id names."""
    provider, kinds, _ = _parts(place)
    return "/".join((provider, *kinds)) if provider else ""


def parent_of(place: str) -> str:
    """The resource whose child it is; itself where it is nobody's."""
    _, kinds, _ = _parts(place)
    return place.rsplit("/", 2)[0] if len(kinds) > 1 else place


def needed(method: str, path: str) -> tuple[str, str]:
    """The action that a request is, and over which scope: as ARM names both when it refuses one.

    The scope of a listing ends in its provider (recorded).
    """
    verb = _VERBS.get(method, "action")
    provider, kinds, names = _parts(path)
    if not provider:
        return _of_arm_itself(path, verb), path
    if method == "POST":
        return f"{provider}/{'/'.join(kinds)}/action", path.rpartition("/")[0]
    scope = path if len(names) == len(kinds) else path.rpartition("/")[0]
    return f"{provider}/{'/'.join(kinds)}/{verb}", scope


def _of_arm_itself(path: str, verb: str) -> str:
    parts = path.strip("/").split("/")
    kinds = {"resourcegroups": "/resourceGroups", "resources": "/resources"}
    return (
        f"Microsoft.Resources/subscriptions{kinds.get(parts[2].lower(), '') if len(parts) > 2 else ''}/{verb}"
    )


def _parts(place: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The last provider that an id names, and below it the types and the names."""
    parts = place.strip("/").split("/")
    lowered = [part.lower() for part in parts]
    if "providers" not in lowered:
        return "", (), ()
    at = len(parts) - 1 - lowered[::-1].index("providers")
    rest = parts[at + 2 :]
    return (parts[at + 1] if at + 1 < len(parts) else ""), tuple(rest[0::2]), tuple(rest[1::2])
