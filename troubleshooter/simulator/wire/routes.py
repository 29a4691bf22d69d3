"""Which handler answers what: one table for each server, but what is in `resources/`. Nothing else."""

from __future__ import annotations

from troubleshooter.simulator.wire import arm_api, batch_api, batch_nodes, control_api, signin_api
from troubleshooter.simulator.wire.exchange import route as _route
from troubleshooter.simulator.wire.work import jobs, tasks

_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Batch/batchAccounts"
_SIZES = "/subscriptions/{subscription}/providers/Microsoft.Batch/locations/{location}/virtualMachineSkus"
_EVERYWHERE = "/subscriptions/{subscription}/providers/Microsoft.Batch/batchAccounts"
_POOL = _GROUP + "/{account}/pools/{pool}"
_NODE = "/pools/{pool}/nodes/{node}"
_TASK = "/jobs/{job}/tasks/{task}"

ARM = (
    _route("GET", _EVERYWHERE, arm_api.list_accounts),
    _route("GET", _SIZES, arm_api.list_sizes),
    _route("GET", _GROUP, arm_api.list_accounts),
    _route("GET", _GROUP + "/{account}", arm_api.get_account),
    _route("GET", _GROUP + "/{account}/pools", arm_api.list_pools),
    _route("GET", _POOL, arm_api.get_pool),
    _route("PUT", _POOL, arm_api.put_pool),
    _route("PATCH", _POOL, arm_api.patch_pool),
    _route("DELETE", _POOL, arm_api.delete_pool),
    _route("GET", _GROUP + "/{account}/poolOperationResults/{operation}", arm_api.get_operation),
)
BATCH = (
    _route("GET", "/supportedimages", batch_api.list_images),
    _route("GET", "/pools", batch_api.list_pools),
    _route("GET", "/pools/{pool}", batch_api.get_pool),
    _route("DELETE", "/pools/{pool}", batch_api.delete_pool),
    _route("GET", "/nodecounts", batch_api.list_node_counts),
    _route("GET", "/jobs", jobs.list_jobs),
    _route("POST", "/jobs", jobs.create_job),
    _route("GET", "/jobs/{job}", jobs.get_job),
    _route("PATCH", "/jobs/{job}", jobs.update_job),
    _route("DELETE", "/jobs/{job}", jobs.delete_job),
    _route("POST", "/jobs/{job}/disable", jobs.disable_job),
    _route("POST", "/jobs/{job}/enable", jobs.enable_job),
    _route("POST", "/jobs/{job}/terminate", jobs.terminate_job),
    _route("GET", "/jobs/{job}/tasks", tasks.list_tasks),
    _route("POST", "/jobs/{job}/tasks", tasks.create_task),
    _route("GET", _TASK, tasks.get_task),
    _route("DELETE", _TASK, tasks.delete_task),
    _route("POST", _TASK + "/terminate", tasks.terminate_task),
    _route("GET", _TASK + "/files", tasks.list_files),
    _route("GET", _TASK + "/files/{file}", tasks.get_file),
    _route("HEAD", _TASK + "/files/{file}", tasks.head_file),
    _route("GET", "/jobschedules", jobs.list_schedules),
    _route("POST", "/jobschedules", jobs.create_schedule),
    _route("GET", "/jobschedules/{schedule}", jobs.get_schedule),
    _route("POST", "/jobschedules/{schedule}/disable", jobs.disable_schedule),
    _route("POST", "/jobschedules/{schedule}/enable", jobs.enable_schedule),
    _route("GET", "/pools/{pool}/nodes", batch_nodes.list_nodes),
    _route("GET", _NODE, batch_nodes.get_node),
    _route("GET", _NODE + "/extensions", batch_nodes.list_extensions),
    _route("GET", _NODE + "/extensions/{extension}", batch_nodes.get_extension),
    _route("POST", _NODE + "/users", batch_nodes.create_user),
    _route("PUT", _NODE + "/users/{user}", batch_nodes.replace_user),
    _route("DELETE", _NODE + "/users/{user}", batch_nodes.delete_user),
    _route("GET", _NODE + "/remoteloginsettings", batch_nodes.get_login),
)
SIGN_IN = (
    _route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", signin_api.openid_configuration),
    _route("POST", "/{tenant}/oauth2/v2.0/token", signin_api.token),
    _route("POST", "/{tenant}/oauth2/v2.0/devicecode", signin_api.device_code),
    _route("GET", "/{tenant}/oauth2/v2.0/authorize", signin_api.authorize),
)
CONTROL = (
    _route("GET", "/state", control_api.get_state),
    _route("POST", "/cure", control_api.cure),
    _route("POST", "/cure/{kind}", control_api.cure),
    _route("POST", "/operator", control_api.set_operator),
    _route("POST", "/fault", control_api.plant_fault),
    _route("DELETE", "/fault", control_api.drop_faults),
    _route("POST", "/release", control_api.release),
    _route("POST", "/type/{code}", signin_api.type_code),
    _route("GET", "/requests", control_api.get_requests),
    _route("GET", "/calls", control_api.get_calls),
    _route("DELETE", "/calls", control_api.drop_calls),
)
