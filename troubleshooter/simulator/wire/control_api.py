"""Handlers for the experimenter: look at the world, cure it, plant faults. No client of Azure comes here."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.operator import Grant, Operator, lacking
from troubleshooter.simulator.around.refusal import invalid
from troubleshooter.simulator.around.roles.definition import Permission
from troubleshooter.simulator.around.timestamp import iso
from troubleshooter.simulator.wire import arm_wire, planting
from troubleshooter.simulator.wire.exchange import Answer

if TYPE_CHECKING:
    from troubleshooter.simulator.around.refusal import Refusal
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site
    from troubleshooter.simulator.world.job import Job
    from troubleshooter.simulator.world.pool import Pool
    from troubleshooter.simulator.world.world import World


def get_state(site: Site, _call: Call) -> Answer:
    """The world as it is; looking here moves nothing on."""
    world = site.world
    conditions = world.conditions
    return Answer(
        body={
            "scenario": site.scene.name,
            "pools": [_pool(world, pool) for pool in world.all_pools()],
            "jobs": [_job(job) for job in world.jobs.values()],
            "job_schedules": [
                {"id": one.id, "pool": one.pool, "state": one.state} for one in world.schedules.values()
            ],
            "role_assignments": [
                {"principal_id": one.principal_id, "role_id": one.role_id, "scope": one.scope}
                for one in conditions.assignments
            ],
            "identities": [
                {"id": one.id, "client_id": one.client_id, "principal_id": one.principal_id}
                for one in conditions.identities
            ],
            "vaults": [
                {
                    "id": vault.id,
                    "default_action": "Deny" if vault.default_deny else "Allow",
                    "allowed": list(vault.allowed),
                    "secrets": [secret.name for secret in vault.secrets],
                }
                for vault in conditions.vaults
            ],
            "faults": [
                {"method": one.method, "path": one.path.pattern, "times": one.times} for one in site.faults
            ],
            "held": [{"method": one.call.method, "path": one.call.path} for one in site.held],
        },
    )


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "pool": job.pool,
        "state": job.state,
        "disabled_with": job.disabled_with,
        "tasks": [{"id": task.id, "state": task.state, "node": task.node} for task in job.tasks.values()],
    }


def _pool(world: World, pool: Pool) -> dict[str, Any]:
    nodes = [
        {
            "id": machine.id,
            "state": world.node_state(pool, cohort, machine),
            "users": [
                {"name": user.name, "is_admin": user.is_admin, "expires": iso(user.expires)}
                for user in machine.users.values()
            ],
        }
        for cohort, machine in pool.machines.values()
    ]
    return {
        "name": pool.name,
        "state": "active" if pool.deleting is None else "deleting",
        "definition": arm_wire.pool(world, pool),
        "written": pool.body,  # with the secrets that no client is shown
        "nodes": nodes,
    }


def cure(site: Site, call: Call) -> Answer:
    """Do what an administrator would do outside the pool; doing it again changes nothing."""
    return Answer(body=site.scene.cure(call.parts.get("kind", "")))


def set_operator(site: Site, call: Call) -> Answer:
    """From now on whoever is signed in may do all that ARM offers, but what `{"lacks": [actions]}` names.

    With `{"actions": [], "dataActions": []}` they may do these, and nothing else.
    """
    asked = call.json()
    told = asked if isinstance(asked, dict) else {}
    given = {key: told[key] for key in ("lacks", "actions", "dataActions") if key in told}
    for key, value in given.items():
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise invalid(key, "A list of actions is expected", value)
    if not given:
        raise invalid("lacks", "A list of actions is expected", asked)
    held = Permission(tuple(given.get("actions", ())), data_actions=tuple(given.get("dataActions", ())))
    operator = lacking(*given["lacks"]) if "lacks" in given else Operator((Grant(held),))
    for one in site.estate or [site]:
        conditions = replace(one.world.conditions, operator=operator)
        one.world.conditions = conditions  # no node is touched by it
    return Answer(body=given)


def plant_fault(site: Site, call: Call) -> Answer:
    fault = planting.planted(call.json())
    site.faults.append(fault)
    return Answer(201, {"planted": f"{fault.method} {fault.path.pattern}", "times": fault.times})


def drop_faults(site: Site, _call: Call) -> Answer:
    """Drop the faults that nothing has met yet."""
    dropped = len(site.faults)
    site.faults.clear()
    return Answer(body={"dropped": dropped})


def release(site: Site, _call: Call) -> Answer:
    """Carry out the calls that were held, in the order they came: they arrive only now."""
    held, site.held = site.held, []
    released = [(one.call, one.carry_out()) for one in held]
    return Answer(
        body={
            "released": [
                {"method": call.method, "path": call.path, "status": answer.status}
                for call, answer in released
            ]
        }
    )


def get_calls(site: Site, _call: Call) -> Answer:
    """Which calls came, in the order of their answers, and the most that were under way at once.

    Status 0 is for one that got no answer.
    """
    return Answer(body={"calls": [asdict(call) for call in site.calls], "most_at_once": site.flight.most})


def get_requests(site: Site, _call: Call) -> Answer:
    """The same in the form that others rely on: method, path and status of each, token requests included."""
    return Answer(body=[{"method": c.method, "path": c.path, "status": c.status} for c in site.calls])


def drop_calls(site: Site, _call: Call) -> Answer:
    """Forget which calls came."""
    site.calls.clear()
    site.flight.most = site.flight.now
    return Answer(body={})


def error(refusal: Refusal) -> dict[str, object]:
    return {"error": {"code": refusal.code, "message": refusal.message, "details": dict(refusal.details)}}
