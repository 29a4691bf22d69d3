"""Which action a call of Batch's data plane is, and all actions that Batch has.

The actions, and which of them are data actions, are Microsoft.Batch's own list of operations, as its
specification gives it (batch-arm 2025-06-01, Operations_List). Which of them a call of the data plane is, is
told there by their descriptions alone: pools, jobs and job schedules are listed, read, created, updated and
deleted by them. Assumed is that what lies in a pool or a job goes by that, and that images go by the account.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "Microsoft.Batch/batchAccounts"
ACCOUNT_READ = f"{ACCOUNT}/read"
KEYS = f"{ACCOUNT}/listKeys/action"

_ACTIONS = """
batchAccounts: read write delete listkeys/action regeneratekeys/action syncAutoStorageKeys/action
batchAccounts/applications: read write delete
batchAccounts/applications/versions: read write delete activate/action
batchAccounts/jobSchedules: read* write* delete*
batchAccounts/jobs: read* write* delete*
batchAccounts/operationResults: read
batchAccounts/outboundNetworkDependenciesEndpoints: read
batchAccounts/poolOperationResults: read
batchAccounts/pools: read write delete stopResize/action disableAutoscale/action
batchAccounts/privateEndpointConnectionProxies: read write delete validate/action
batchAccounts/privateEndpointConnectionProxyResults: read
batchAccounts/privateEndpointConnectionResults: read
batchAccounts/privateEndpointConnections: read write
batchAccounts/privateLinkResources: read
batchAccounts/providers/Microsoft.Insights/diagnosticSettings: read write
batchAccounts/providers/Microsoft.Insights/logDefinitions: read
batchAccounts/providers/Microsoft.Insights/metricDefinitions: read
locations: checkNameAvailability/action
locations/accountOperationResults: read
locations/cloudServiceSkus: read
locations/quotas: read
locations/virtualMachineSkus: read
operations: read
register: action
unregister: action
"""
_CALLS = """
applications/read GET /applications /applications/{a}
jobs/read GET /jobs /jobs/{j} /jobs/{j}/jobpreparationandreleasetaskstatus /jobs/{j}/taskcounts
jobs/read GET /jobs/{j}/tasks /jobs/{j}/tasks/{t} /jobs/{j}/tasks/{t}/subtasksinfo
jobs/read GET /jobs/{j}/tasks/{t}/files /jobs/{j}/tasks/{t}/files/{f}
jobs/read HEAD /jobs/{j}/tasks/{t}/files/{f}
jobs/read GET /jobschedules/{s}/jobs
jobs/write POST /jobs /jobs/{j}/disable /jobs/{j}/enable /jobs/{j}/terminate
jobs/write POST /jobs/{j}/addtaskcollection /jobs/{j}/tasks
jobs/write POST /jobs/{j}/tasks/{t}/reactivate /jobs/{j}/tasks/{t}/terminate
jobs/write PUT /jobs/{j} /jobs/{j}/tasks/{t}
jobs/write PATCH /jobs/{j}
jobs/write DELETE /jobs/{j}/tasks/{t} /jobs/{j}/tasks/{t}/files/{f}
jobs/delete DELETE /jobs/{j}
jobSchedules/read GET /jobschedules /jobschedules/{s}
jobSchedules/read HEAD /jobschedules/{s}
jobSchedules/write POST /jobschedules /jobschedules/{s}/disable /jobschedules/{s}/enable
jobSchedules/write POST /jobschedules/{s}/terminate
jobSchedules/write PUT /jobschedules/{s}
jobSchedules/write PATCH /jobschedules/{s}
jobSchedules/delete DELETE /jobschedules/{s}
pools/read GET /nodecounts /poolusagemetrics /pools /pools/{p} /pools/{p}/nodes /pools/{p}/nodes/{n}
pools/read GET /pools/{p}/nodes/{n}/extensions /pools/{p}/nodes/{n}/extensions/{e}
pools/read GET /pools/{p}/nodes/{n}/files /pools/{p}/nodes/{n}/files/{f}
pools/read GET /pools/{p}/nodes/{n}/remoteloginsettings
pools/read HEAD /pools/{p} /pools/{p}/nodes/{n}/files/{f}
pools/read POST /pools/{p}/evaluateautoscale
pools/write POST /pools /pools/{p}/disableautoscale /pools/{p}/enableautoscale /pools/{p}/removenodes
pools/write POST /pools/{p}/resize /pools/{p}/stopresize /pools/{p}/updateproperties
pools/write POST /pools/{p}/nodes/{n}/deallocate /pools/{p}/nodes/{n}/reboot /pools/{p}/nodes/{n}/reimage
pools/write POST /pools/{p}/nodes/{n}/disablescheduling /pools/{p}/nodes/{n}/enablescheduling
pools/write POST /pools/{p}/nodes/{n}/start /pools/{p}/nodes/{n}/uploadbatchservicelogs
pools/write POST /pools/{p}/nodes/{n}/users
pools/write PUT /pools/{p}/nodes/{n}/users/{u}
pools/write PATCH /pools/{p}
pools/write DELETE /pools/{p}/nodes/{n}/files/{f} /pools/{p}/nodes/{n}/users/{u}
pools/delete DELETE /pools/{p}
read GET /supportedimages
"""


def _listed() -> dict[str, bool]:
    found: dict[str, bool] = {}
    for line in _ACTIONS.strip().splitlines():
        kind, _, verbs = line.partition(":")
        for verb in verbs.split():
            found[f"Microsoft.Batch/{kind}/{verb.rstrip('*')}"] = verb.endswith("*")
    return found


ACTIONS: Mapping[str, bool] = _listed()
"""Each action of Batch, and whether it is a data action."""


class Operation(NamedTuple):
    method: str
    path: str
    """With names in braces."""
    action: str

    @property
    def reads(self) -> bool:
        return self.action.endswith("/read")


DATA_PLANE: tuple[Operation, ...] = tuple(
    Operation(method, path, f"{ACCOUNT}/{right}")
    for right, method, *paths in (line.split() for line in _CALLS.strip().splitlines())
    for path in paths
)
"""Every operation of the data plane that its specification has."""


def operation(method: str, path: str) -> Operation | None:
    """The row of a call; None for a path that the specification does not know with that method."""
    return next((one for one in DATA_PLANE if one.method == method and _form(one.path).fullmatch(path)), None)


@cache
def _form(path: str) -> re.Pattern[str]:
    parts = (part for part in path.split("/"))
    named = ("[^/]+" if part.startswith("{") and part != "{f}" else part for part in parts)
    return re.compile("/".join(".+" if part == "{f}" else part for part in named))
