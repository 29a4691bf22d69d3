"""How answers of Azure about the caller's own rights are weighed, whatever stands in them."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.model.need import Right, Standing
from troubleshooter.model.reply import Heard, Reply
from troubleshooter.operations.preflight.held import Held, judged

ACCOUNT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a"
ME, GROUP, EVERYBODY = "0000-me", "0000-group", "00000000-0000-0000-0000-000000000000"
WRITE = Right("Microsoft.Batch/batchAccounts/pools/write", ACCOUNT, "it makes pools")
JOBS = Right(
    "Microsoft.Batch/batchAccounts/jobs/write", ACCOUNT, "it disables jobs", True, ("x/listKeys/action",)
)
ASSIGN = Right("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", ACCOUNT, "it gives it")


def known(body: Any) -> Reply:
    return Reply("GET /x", Heard.KNOWN, body)


def held(*permissions: Any, denials: Any = ()) -> Held:
    return Held(known([*permissions]), known([*denials]))


def allow(*actions: str, without: tuple[str, ...] = (), data: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"actions": [*actions], "notActions": [*without], "dataActions": [*data], "notDataActions": []}


def deny(
    *principals: tuple[str, str], spared: tuple[tuple[str, str], ...] = (), **more: Any
) -> dict[str, Any]:
    told = {
        "denyAssignmentName": "lock",
        "scope": ACCOUNT,
        "permissions": [allow(more.pop("action", WRITE.action), data=more.pop("data", ()))],
        "principals": [{"id": one, "type": kind} for one, kind in principals],
        "excludePrincipals": [{"id": one, "type": kind} for one, kind in spared],
    }
    return {"properties": told | more}


ALL = (EVERYBODY, "SystemDefined")
WEIGHED: dict[str, tuple[Right, Held, Standing]] = {
    "given": (WRITE, held(allow("*")), Standing.HELD),
    "by part of it": (WRITE, held(allow("Microsoft.Batch/*/write")), Standing.HELD),
    "in other letters": (WRITE, held(allow(WRITE.action.lower())), Standing.HELD),
    "taken away": (WRITE, held(allow("*", without=(WRITE.action,))), Standing.MISSING),
    "taken and given": (WRITE, held(allow("*", without=("*/write",)), allow(WRITE.action)), Standing.HELD),
    "nothing held": (WRITE, held(), Standing.MISSING),
    "a data action by data": (
        JOBS,
        held(allow(data=("Microsoft.Batch/batchAccounts/jobs/*",))),
        Standing.HELD,
    ),
    "a data action as action": (JOBS, held(allow(JOBS.action)), Standing.MISSING),
    "a data action by what lets it": (JOBS, held(allow("x/listKeys/action")), Standing.HELD),
    "an action by data": (WRITE, held(allow(data=("*",))), Standing.MISSING),
    "between two slashes nothing": (
        ASSIGN,
        held(allow("Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action")),
        Standing.HELD,
    ),
    "denied to all": (WRITE, held(allow("*"), denials=[deny(ALL)]), Standing.MISSING),
    "denied to me": (WRITE, held(allow("*"), denials=[deny((ME, "User"))]), Standing.MISSING),
    "denied to somebody": (WRITE, held(allow("*"), denials=[deny(("0000-you", "User"))]), Standing.HELD),
    "denied to a group": (WRITE, held(allow("*"), denials=[deny((GROUP, "Group"))]), Standing.UNKNOWN),
    "denied to all but me": (
        WRITE,
        held(allow("*"), denials=[deny(ALL, spared=((ME, "User"),))]),
        Standing.HELD,
    ),
    "denied to all but a group": (
        WRITE,
        held(allow("*"), denials=[deny(ALL, spared=((GROUP, "Group"),))]),
        Standing.UNKNOWN,
    ),
    "denied of another action": (WRITE, held(allow("*"), denials=[deny(ALL, action="a/b")]), Standing.HELD),
    "denied at a child": (
        WRITE,
        held(allow("*"), denials=[deny(ALL, scope=f"{ACCOUNT}/pools/p")]),
        Standing.HELD,
    ),
    "denied above": (
        WRITE,
        held(allow("*"), denials=[deny(ALL, scope="/providers/Microsoft.Management/managementGroups/m")]),
        Standing.MISSING,
    ),
    "denied above, and not below": (
        WRITE,
        held(allow("*"), denials=[deny(ALL, scope="/subscriptions/s", doNotApplyToChildScopes=True)]),
        Standing.HELD,
    ),
    "a sure denial behind one of a group": (
        WRITE,
        held(allow("*"), denials=[deny((GROUP, "Group")), deny((ME, "User"))]),
        Standing.MISSING,
    ),
    "denied, and let by another": (
        JOBS,
        held(allow("x/listKeys/action"), denials=[deny(ALL, action="-", data=(JOBS.action,))]),
        Standing.UNKNOWN,
    ),
    "refused": (WRITE, Held(Reply("GET /x", Heard.REFUSED), known([])), Standing.UNKNOWN),
    "unreachable": (WRITE, Held(Reply("GET /x", Heard.UNREACHABLE), known([])), Standing.UNKNOWN),
    "of another shape": (WRITE, Held(known({"value": []}), known([])), Standing.UNKNOWN),
    "with strangers in it": (WRITE, held(None, "*", 7, {"actions": "*"}), Standing.MISSING),
    "denials refused": (WRITE, Held(known([allow("*")]), Reply("GET /y", Heard.REFUSED)), Standing.UNKNOWN),
    "denials of no shape": (WRITE, held(allow("*"), denials=[None, {"properties": 3}]), Standing.HELD),
}


@pytest.mark.parametrize("how", WEIGHED)
def test_an_answer_is_weighed(how: str) -> None:
    right, answers, standing = WEIGHED[how]
    need = judged(right, answers, ME)
    assert need.standing is standing, need.because
    assert need.because


@pytest.mark.parametrize("denial", [deny(ALL), deny((ME, "User")), deny((GROUP, "Group"))])
def test_without_knowing_who_one_is_no_denial_is_sure(denial: dict[str, Any]) -> None:
    assert judged(WRITE, held(allow("*"), denials=[denial]), "").standing is Standing.UNKNOWN
