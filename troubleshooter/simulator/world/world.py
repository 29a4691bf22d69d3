"""The simulated world: one Batch account, its pools and jobs, what lies around them. Rules, no wire format.

Everything here runs on one thread: the server's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from troubleshooter.simulator.around.clock import Clock
from troubleshooter.simulator.around.conditions import Conditions, Identity
from troubleshooter.simulator.around.refusal import Refusal, not_found
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.world import allocation, nat, pool_body
from troubleshooter.simulator.world.job import Job, JobSchedule
from troubleshooter.simulator.world.machine import Machine
from troubleshooter.simulator.world.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from troubleshooter.simulator.world.cohort import Cohort
    from troubleshooter.simulator.world.job import Task
    from troubleshooter.simulator.world.machine import User

CALLER = "127.0.0.1"
"""Where every client of a world on loopback comes from, as far as network rules go."""


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    resource_group: str
    subscription: str
    tenant: str
    location: str
    core_quota: int = 1000
    spot_quota: int = 1000
    pool_quota: int = 100
    job_quota: int = 300
    """Of jobs that are not over, and job schedules."""
    allocation_mode: str = "BatchService"
    vault: str = ""
    """Id of the vault that it names: with UserSubscription it needs one."""
    family_quotas: tuple[tuple[str, int], ...] = ()
    """Cores of each family of sizes; empty where none is enforced."""
    sign_ins: tuple[str, ...] = ("AAD", "SharedKey", "TaskAuthenticationToken")
    public: bool = True
    """publicNetworkAccess."""
    let_in: tuple[str, ...] | None = None
    """The only addresses that its network rule lets in; None where it lets in all."""
    identities: tuple[Identity, ...] = ()
    """Its own, user-assigned: no node is given one of them."""

    @property
    def closed(self) -> bool:
        """Whether it keeps this world's caller away from its data plane."""
        return not self.public or (self.let_in is not None and CALLER not in self.let_in)

    @property
    def id(self) -> str:
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
        return f"{group}/providers/Microsoft.Batch/batchAccounts/{self.name}"


@dataclass(frozen=True, slots=True)
class Habits:
    """How this world's data plane answers where the documentation leaves it open."""

    odd_shapes: bool = False
    """Settings as a JSON string, numeric level, no provisioningState, another name in the instance view."""
    refuses_extension_view: bool = False
    """Node extensions of unusable nodes are not shown."""
    refused_keys: frozenset[str] = frozenset()
    """Types of SSH keys, as ssh-ed25519, with which a node user is refused."""
    expiry_cut: bool = True
    """A node user expires where its last day begins: on Linux the time holds to the day (documented)."""
    users_after: float = 0.0
    """Seconds for which a node refuses a user that the service says is made."""
    if_match: Literal["bare", "quoted", "both"] = "both"
    """The form in which If-Match takes an ETag; in any other it is not met. Azure's is recorded nowhere."""
    already_there: Literal[409, 412] = 412
    """With what a PUT that is to make a new pool (`If-None-Match: *`) meets one of its name."""
    deletion_ends: Literal[200, 204] = 200
    """With what the operation of ARM that deletes a pool ends: recorded with 200, described with either."""
    arm_settings: Literal["object", "text"] = "object"
    """As what ARM gives back an extension's settings that were sent as an object."""
    view_settings: Literal["object", "text"] = "object"
    """The same of the data plane; the documentation's one sample of a node's view has text."""
    login_by_3389: Literal["given", "refused"] = "given"
    """Whether a node whose only port is 3389 gives that for remote login: recorded so of Linux."""
    login_of_both: Literal[22, 3389] = 22
    """Which port remote login settings name where both are mapped."""
    login_by_none: Literal["refused", "given"] = "refused"
    """Whether a node without any port gives its address all the same, and 22."""

    part_of_file: Literal[200, 206] = 200
    """With what a range of a file is answered: described with the one, usual elsewhere with the other."""

    assigned_to_groups: bool = True
    """Whether assignedTo() shows assignments of a principal's groups too: documented for users."""

    rights_by_account: bool = True
    """Whether batchAccounts/read lets any read of the data plane, and listKeys/action all of it: documented
    for custom roles. Nothing else tells why an Owner, who has no data action, may use jobs."""
    permissions_without_denied: bool = False
    """Whether the list of one's own permissions leaves out what a deny assignment forbids."""

    versions_of_none: Literal["empty", "refused"] = "empty"
    """What the versions of a secret are that a vault has not; nothing is recorded of it."""

    def met(self, match: str | None, etag: str) -> bool:
        """Whether an If-Match of the data plane holds."""
        forms = {"bare": {etag}, "quoted": {f'"{etag}"'}, "both": {etag, f'"{etag}"'}}
        return match in {None, "*"} or match in forms[self.if_match]

    def met_a_pool(self) -> Refusal:
        """Of a PUT that is to make a new one. That it does not overwrite is documented, its answer is not."""
        if self.already_there == 409:
            return Refusal(409, "PoolExists", "The specified pool already exists.")
        return Refusal(412, "ConditionNotMet", "The condition specified in the request is not met.")


@dataclass(slots=True)
class World:
    account: Account
    clock: Clock
    conditions: Conditions
    habits: Habits = field(default_factory=Habits)
    jobs: dict[str, Job] = field(default_factory=dict)
    schedules: dict[str, JobSchedule] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    retired: list[Machine] = field(default_factory=list)
    """Nodes that left and whose SSH servers are still to be closed."""
    noise: bool = False
    """Nodes have worked for long: much harmless is in their logs, and their clocks disagree."""
    _etags: int = 0x8DF3A1C0000000
    _names: Counter[str] = field(default_factory=Counter)
    """How many pools of a name there were."""

    # Pools

    def pool(self, name: str) -> Pool:
        pool = self._present(name)
        if pool is None:
            raise not_found("PoolNotFound", "The specified pool does not exist.")
        return pool

    def _present(self, name: str) -> Pool | None:
        pool = self.pools.get(name)
        if pool is not None and pool.gone:
            self.retired.extend(machine for _, machine in pool.machines.values())
            del self.pools[name]
            return None
        return pool

    def look(self, pool: Pool) -> None:
        """Count a read of how far the pool has come."""
        self.retired.extend(pool.read())

    def all_pools(self) -> list[Pool]:
        return [pool for name in sorted(self.pools) if (pool := self._present(name)) is not None]

    def put_pool(self, name: str, body: Any, match: str | None, none_match: str | None) -> Pool:
        """Create the pool, or replace its definition."""
        existing = self._present(name)
        if existing is None:
            if match is not None:
                raise not_found("PoolNotFound", "The specified pool does not exist.")
            return self._create(name, pool_body.accepted(body, self.conditions))
        self._check_changeable(existing, match)
        if none_match == "*":
            raise self.habits.met_a_pool()
        return self._replace(existing, pool_body.accepted(body, self.conditions))

    def patch_pool(self, name: str, body: Any, match: str | None) -> Pool:
        pool = self.pool(name)
        self._check_changeable(pool, match)
        return self._replace(pool, pool_body.accepted(pool_body.merged(pool.body, body), self.conditions))

    def delete_pool(self, name: str, match: str | None = None) -> Pool | None:
        """Start deleting; None where there is nothing to delete. ARM's has no condition."""
        pool = self._present(name)
        if pool is not None:
            self._check_changeable(pool, None)
            if not self.habits.met(match, pool.etag):
                raise Refusal(412, "ConditionNotMet", "The condition specified in the request is not met.")
            pool.delete()
        return pool

    def deleting_pool(self, name: str) -> Pool | None:
        """The pool whose deletion goes on; asking counts as a look. None once it is gone."""
        pool = self._present(name)
        if pool is None or pool.deleting is None:
            return None
        self.look(pool)
        return self._present(name)

    def found_pool(self, name: str, body: Mapping[str, Any], since: datetime) -> Pool:
        """A pool that was there before anybody looked, its nodes in their final states."""
        pool = Pool(name, pool_body.accepted(dict(body), self.conditions), self.clock, self.new_etag())
        pool.created = pool.modified = since
        pool.found = True
        pool.wanted = pool_body.target(pool.properties)
        dedicated, spot = self._grant(pool, *pool.wanted)
        pool.grow(dedicated, spot, pool_body.identities(pool.body, self.conditions), since)
        self.pools[name] = pool
        self._names[name] += 1
        return pool

    def _create(self, name: str, definition: dict[str, Any]) -> Pool:
        if len(self.all_pools()) >= self.account.pool_quota:
            message = "The account has reached its quota of pools."
            raise Refusal(409, "PoolQuotaReached", message)
        pool = Pool(name, definition, self.clock, self.new_etag(), earlier=self._names[name])
        self._names[name] += 1
        self.pools[name] = pool
        self._resize(pool)
        return pool

    def _check_changeable(self, pool: Pool, match: str | None) -> None:
        if pool.deleting is not None:
            raise Refusal(
                409,
                "PoolBeingDeleted",
                "The specified pool has been marked for deletion and is being deleted.",
            )
        if match is not None and match != "*" and match.removeprefix("W/").strip('"') != pool.etag:
            raise Refusal(412, "ConditionNotMet", "The condition specified in the request is not met.")

    def _replace(self, pool: Pool, definition: dict[str, Any]) -> Pool:
        if pool.machines:
            pool_body.check_change(pool.body, definition)
        pool.body = definition
        pool.etag = self.new_etag()
        pool.modified = now()
        self._resize(pool)
        return pool

    def evaluate(self, name: str) -> None:
        """Let the formula of an autoscaled pool decide anew; what it decides moves the pool's stamps.

        In Azure every evaluation interval; here whenever its jobs have moved.
        """
        pool = self._present(name)
        if pool is None or pool.deleting is not None or not pool.by_formula:
            return
        pool.evaluated = now()
        if pool_body.target(pool.properties, working=self._working(name)) != pool.wanted:
            pool.etag = self.new_etag()
            pool.modified = now()
            self._resize(pool)

    def _working(self, pool: str) -> bool:
        return any(job.pool == pool and job.state == "active" for job in self.jobs.values())

    def _resize(self, pool: Pool) -> None:
        pool.wanted = dedicated, spot = pool_body.target(pool.properties, working=self._working(pool.name))
        staying = [machine for _, machine in pool.machines.values() if machine.leaving is None]
        now_dedicated = sum(machine.dedicated for machine in staying)
        wanted, wanted_spot = dedicated - now_dedicated, spot - (len(staying) - now_dedicated)
        if wanted + wanted_spot < 0:
            pool.shrink(-(wanted + wanted_spot))
            return
        if wanted + wanted_spot or not pool.cohorts:
            granted = self._grant(pool, max(wanted, 0), max(wanted_spot, 0))
            pool.grow(*granted, pool_body.identities(pool.body, self.conditions))

    def _grant(self, pool: Pool, dedicated: int, spot: int) -> tuple[int, int]:
        """How many nodes can be allocated; why no more is left with the pool."""
        pools = self.all_pools()
        used, spot_used = (
            sum(
                other.cores_each * sum(machine.dedicated is kind for _, machine in other.machines.values())
                for other in pools
            )
            for kind in (True, False)
        )
        cores = allocation.Cores(self.account.core_quota, self.account.spot_quota, used, spot_used)
        granted, spots, pool.resize_errors = allocation.grant(pool, dedicated, spot, cores, self.conditions)
        return granted, spots

    # Nodes

    def node(self, pool_name: str, node_id: str) -> tuple[Pool, Cohort, Machine]:
        pool = self.pool(pool_name)
        entry = pool.machines.get(node_id)
        if entry is None:
            raise not_found("NodeNotFound", "The specified node does not exist.")
        return pool, *entry

    def node_state(self, pool: Pool, cohort: Cohort, machine: Machine) -> str:
        state = pool.node_state(cohort, machine, self.conditions)
        if state != "idle":
            return state
        load = self.load(pool.name, machine)
        return "running" if load else "offline" if machine.offline else "idle"

    def load(self, pool: str, machine: Machine) -> int:
        """The task slots of a node that are taken."""
        held = machine.held + self.conditions.compute.slots_held
        return held + sum(task.slots for task in self.running(pool, machine))

    def running(self, pool: str, machine: Machine) -> list[Task]:
        """The tasks that run on a node."""
        return [
            task
            for job in self.jobs.values()
            if job.pool == pool
            for task in job.tasks.values()
            if task.node == machine.id and task.state == "running"
        ]

    def usable_node(self, pool_name: str, node_id: str) -> tuple[Pool, Cohort, Machine]:
        """The node, if users may be made on it: only idle and running ones."""
        pool, cohort, machine = self.node(pool_name, node_id)
        state = self.node_state(pool, cohort, machine)
        if state == "unusable":
            raise Refusal(409, "NodeStateUnusable", "The specified node is in the Unusable state.")
        if state not in {"idle", "running"}:
            raise Refusal(
                409,
                "OperationInvalidForCurrentState",
                "The requested operation is invalid for the current state of the resource.",
                {"NodeState": state},
            )
        return pool, cohort, machine

    def add_user(self, machine: Machine, user: User) -> None:
        if user.name in machine.users:
            raise Refusal(409, "NodeUserExists", "The specified node user already exists.")
        machine.put_user(user)

    def user(self, machine: Machine, name: str) -> User:
        if name not in machine.users:
            raise not_found("NodeUserNotFound", "The specified node user does not exist.")
        return machine.users[name]

    def login(self, pool: Pool, machine: Machine) -> nat.Endpoint:
        """What remote login settings name, or a Refusal, whose code and text are assumed."""
        found = nat.endpoints(pool.properties, machine)
        ports = {way.backend for way in found}
        if nat.ssh_pool(pool.properties):
            wanted = self.habits.login_of_both if nat.RDP_PORT in ports else nat.SSH_PORT
            return next(way for way in found if way.backend == wanted)
        if found and self.habits.login_by_3389 == "given":
            return found[0]
        if not found and self.habits.login_by_none == "given":
            return nat.Endpoint("", "tcp", machine.address, "", nat.SSH_PORT, nat.SSH_PORT)
        raise Refusal(
            409,
            "OperationInvalidForCurrentState",
            "Remote login is not available: the pool's endpoint configuration maps no port for SSH (22).",
        )

    # Jobs, and the world around

    def job(self, name: str) -> Job:
        """Ids differ in more than case (documented)."""
        found = next((job for id_, job in self.jobs.items() if id_.lower() == name.lower()), None)
        if found is None:
            raise not_found("JobNotFound", "The specified job does not exist.")
        return found

    def change(self, conditions: Conditions) -> None:
        """An administrator changed something; nodes that exist notice after a while, new ones at once."""
        for pool in self.pools.values():
            pool.learn_later(self.conditions)
        self.conditions = conditions

    def new_etag(self) -> str:
        self._etags += 0x11
        return f"0x{self._etags:X}"
