"""How the caller stands to rights: by its own permissions at each scope, never by the names of its roles.

Resource Manager gives these for whoever asks, by its groups too (documented: all permissions the caller has).
Whether a deny assignment is taken off that list is documented nowhere, so those are read beside it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.checks.reading import objects, properties
from troubleshooter.checks.rights import covers, holds
from troubleshooter.model.need import Need, Standing
from troubleshooter.model.reply import Kind
from troubleshooter.operations.facts.at_once import at_once
from troubleshooter.operations.facts.shown import shown

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping

    from troubleshooter.cloud.resources import Resources
    from troubleshooter.model.need import Right
    from troubleshooter.model.reply import Reply

_AUTHORIZATION = "Microsoft.Authorization"
_VERSION = "2022-04-01"
_EVERYBODY = "00000000-0000-0000-0000-000000000000"


class Held(NamedTuple):
    """What was read of one scope."""

    permissions: Reply
    denials: Reply


def read(
    resources: Resources, rights: Iterable[Right], known: Mapping[str, Held], cancel: threading.Event
) -> dict[str, Held]:
    """By scope in small letters; what is known already is not asked again. A refusal is an answer."""
    scopes = {right.scope.lower(): right.scope for right in rights if right.scope.lower() not in known}
    asks: dict[tuple[str, str], Callable[[], Reply]] = {}
    for key, scope in scopes.items():
        place = f"{scope}/providers/{_AUTHORIZATION}"
        ask = partial(resources.entries, version=_VERSION)
        asks[key, "permissions"] = partial(
            ask, f"{place}/permissions", right=f"{_AUTHORIZATION}/permissions/read"
        )
        asks[key, "denials"] = partial(
            ask, f"{place}/denyAssignments", right=f"{_AUTHORIZATION}/denyAssignments/read", only="atScope()"
        )
    found = at_once(asks, cancel)
    return {
        **known,
        **{
            key: Held(
                shown(Kind.PERMISSIONS, found[key, "permissions"]), shown(Kind.DENIALS, found[key, "denials"])
            )
            for key in scopes
        },
    }


def judged(right: Right, held: Held, who: str) -> Need:
    """`who` is the caller's object id."""
    if not held.permissions.known or not isinstance(held.permissions.body, list):
        return Need(right, Standing.UNKNOWN, _unread(held.permissions))
    action = next((one for one in (right.action, *right.instead) if _given(held.permissions, right, one)), "")
    told = held.permissions.name
    if not action:
        return Need(right, Standing.MISSING, f"not in {told}")
    denial = _denial(held.denials, right, right.action, who)
    if denial is not None:
        return _denied(right, denial, action)
    if not held.denials.known:
        return Need(right, Standing.UNKNOWN, f"{told} has it, but {_unread(held.denials)}")
    instead = "" if action == right.action else f", by {action}, which lets it (documented)"
    return Need(right, Standing.HELD, f"{told} has it{instead}")


def _given(permissions: Reply, right: Right, action: str) -> bool:
    """What stands instead is a control action, and so may be what is given of a data action."""
    data = right.data and action == right.action
    told = {"properties": {"permissions": permissions.body}}
    return any(
        holds({"properties": {"permissions": [one]}}, action, data=data)
        for one in objects(told["properties"]["permissions"])
    )


class _Denial(NamedTuple):
    name: str
    scope: str
    surely: bool
    """Whether it is for the caller; else only who is in a group tells that."""


def _denial(denials: Reply, right: Right, action: str, who: str) -> _Denial | None:
    """The one that forbids the action, a sure one first."""
    found = [
        _Denial(str(told.get("denyAssignmentName", "")), str(told.get("scope", "")), surely)
        for entry in objects(denials.body if denials.known else None)
        if (told := properties(entry)) and _reaches(told, right.scope)
        if holds(entry, action, data=right.data) and (surely := _is_for(told, who)) is not None
    ]
    return next(iter(sorted(found, key=lambda one: not one.surely)), None)


def _reaches(told: Mapping[str, Any], scope: str) -> bool:
    at = str(told.get("scope", ""))
    if told.get("doNotApplyToChildScopes"):
        return at.rstrip("/").lower() == scope.rstrip("/").lower()
    return covers(at, scope) or at.lower().startswith("/providers/microsoft.management/")


def _is_for(told: Mapping[str, Any], who: str) -> bool | None:
    """Whether a denial is for the caller; False where only a group's members tell, None where it is not."""
    named = [*objects(told.get("principals"))]
    spared = [*objects(told.get("excludePrincipals"))]
    if who and _ids(spared, who):
        return None
    groups = any(str(one.get("type", "")).lower() == "group" for one in named)
    if _ids(named, _EVERYBODY) or (who and _ids(named, who)):
        return bool(who) and not any(str(one.get("type", "")).lower() == "group" for one in spared)
    return False if groups or not who else None


def _ids(principals: Iterable[Mapping[str, Any]], wanted: str) -> bool:
    return any(str(one.get("id", "")).lower() == wanted.lower() for one in principals)


def _denied(right: Right, denial: _Denial, action: str) -> Need:
    by = f"the deny assignment {denial.name} at {denial.scope}"
    if not denial.surely:
        return Need(right, Standing.UNKNOWN, f"{by} may be for you: by a group, into which nobody looks here")
    if action != right.action:
        return Need(right, Standing.UNKNOWN, f"{by} forbids it; {action}, which lets it, may still do")
    return Need(right, Standing.MISSING, f"{by} forbids it, which no role lifts", denied=True)


def _unread(reply: Reply) -> str:
    needs = f"; it needs {reply.right}" if reply.right else ""
    return f"{reply.name} could not be read: {reply.why}{needs}"
