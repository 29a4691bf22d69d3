"""A Batch account of the simulated Azure in this process: put into the state wanted, and looked at."""

from __future__ import annotations

import copy
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.contract.client import Client
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.world import jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator  # noqa: TC004 - an annotation only
    from troubleshooter.simulator.world.pool import ResizeError
    from troubleshooter.simulator.world.world import Habits, World

_NUMBERS = count(1)


@dataclass
class Account:
    simulator: Simulator
    client: Client = field(init=False)
    body: dict[str, Any] = field(init=False)
    """Of the scenario's pool, as a PUT takes it."""

    def __post_init__(self) -> None:
        self.client = Client(self.simulator.connection)
        world = self._world
        self.body = copy.deepcopy(world.pools[self.simulator.connection["pool"]].body)
        self._first = (dict(world.pools), dict(world.jobs), dict(world.schedules), world.conditions)
        self._habits, self._account = world.habits, world.account

    @property
    def _world(self) -> World:
        return self.simulator._scene.world

    def empty(self) -> None:
        """As it was when it began. What was made since is gone at once, and so is every planted fault."""

        def put_back() -> None:
            world = self._world
            pools, works, schedules, world.conditions = self._first
            for name, pool in world.pools.items():
                if pool is not pools.get(name):
                    world.retired.extend(machine for _, machine in pool.machines.values())
            world.pools, world.jobs, world.schedules = dict(pools), dict(works), dict(schedules)
            world.habits, world.account = self._habits, self._account

        self.release()
        self._at_the_service(put_back)
        self.client.control("DELETE", "/fault")
        self.client.control("DELETE", "/calls")

    def answers_with(self, habits: Habits) -> None:
        """Where the documentation leaves open how the service answers, it does so."""
        self._at_the_service(lambda: setattr(self._world, "habits", habits))

    def is_kept(self, **facts: Any) -> None:
        """The Batch account is so: who it lets in, and where its nodes are made."""
        self._at_the_service(lambda: setattr(self._world, "account", replace(self._account, **facts)))

    def _at_the_service(self, act: Callable[[], object]) -> None:
        """Do it where the service does everything: in its one thread."""
        done: Future[object] = Future()
        loop = self.simulator._loop
        assert loop is not None

        def there() -> None:
            try:
                done.set_result(act())
            except BaseException as error:  # noqa: BLE001 - handed on to whoever waits
                done.set_exception(error)

        loop.call_soon_threadsafe(there)
        done.result(30)

    # Put into the state wanted

    def make_pool(
        self,
        name: str = "",
        change: Callable[[dict[str, Any]], object] = lambda _: None,
        nodes: int = 1,
        *,
        idle: bool = False,
    ) -> str:
        """A pool like the scenario's, changed; its name is one that nobody had. It has come to rest.

        Its nodes are unusable, as the scenario has it, or idle.
        """
        name = name or f"pool-{next(_NUMBERS)}"
        body = self.of_size(nodes)
        if idle:
            machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
            machine["extensions"][0]["settings"]["secretsManagementSettings"]["requireInitialSync"] = False
        change(body["properties"])
        self.put(name, body)
        self._at_the_service(lambda: self._rest(name))
        return name

    def _rest(self, name: str) -> None:
        for _ in range(10):  # each look lets a step of time go by
            self._world.look(self._world.pools[name])

    def of_size(self, nodes: int) -> dict[str, Any]:
        """A body like that of the scenario's pool."""
        body = copy.deepcopy(self.body)
        body["properties"]["scaleSettings"] = {"fixedScale": {"targetDedicatedNodes": nodes}}
        return body

    def put(self, name: str, body: dict[str, Any]) -> None:
        """It comes to be there, past every fault that is planted, and is not counted among the calls."""
        self._at_the_service(lambda: self._world.put_pool(name, copy.deepcopy(body), None, None))

    def patch(self, name: str, **properties: Any) -> None:
        """Somebody changes it; without a property only its stamps move."""
        self._at_the_service(lambda: self._world.patch_pool(name, {"properties": properties}, None))

    def keep_resize_error(
        self, name: str, error: ResizeError, wanted: int, *, by_formula: bool = False
    ) -> None:
        """It shows the error of its last resize, and wants so many nodes; the nodes it has stay."""
        formula = {"autoScale": {"formula": f"$TargetDedicatedNodes = {wanted};"}}

        def put() -> None:
            pool = self._world.pools[name]
            pool.resize_errors, pool.wanted = (error,), (wanted, 0)
            fixed = {"fixedScale": {"targetDedicatedNodes": wanted}}
            pool.properties["scaleSettings"] = formula if by_formula else fixed

        self._at_the_service(put)

    def set_etag(self, name: str, shift: int) -> None:
        """Another ETag, so much above or below; nothing else about the pool moves."""

        def put() -> None:
            pool = self._world.pools[name]
            pool.etag = f"0x{int(pool.etag, 16) + shift:X}"

        self._at_the_service(put)

    def formula_moves(self, name: str) -> None:
        """Its formula was evaluated, and moved it: another ETag, and nothing of its definition."""

        def put() -> None:
            pool = self._world.pools[name]
            pool.etag, pool.evaluated = self._world.new_etag(), now()

        self._at_the_service(put)

    def mark(self, name: str, run: str, **said: str) -> None:
        """Put a run's mark on it: who writes metadata can."""
        items = {"troubleshooter-run": run, **{f"troubleshooter-{key}": text for key, text in said.items()}}
        self.patch(name, metadata=[{"name": key, "value": text} for key, text in items.items()])

    def delete(self, name: str) -> None:
        """Gone at once, by another's hand."""

        def gone() -> None:
            pool = self._world.pools.pop(name)
            self._world.retired.extend(machine for _, machine in pool.machines.values())

        self._at_the_service(gone)

    def delete_slowly(self, name: str) -> None:
        """Another has begun to delete it."""
        self._at_the_service(lambda: self._world.delete_pool(name))

    def make_user(self, pool: str, node: str, name: str) -> None:
        """An administrator, made by whoever made it."""
        asked = {"name": name, "isAdmin": True, "password": "Made-up-1"}
        made = self.client.batch("POST", f"/pools/{pool}/nodes/{node}/users", asked)
        assert made.status == 201, made.body

    def make_job(self, pool: str, state: str = "active", name: str = "") -> str:
        name = name or f"job-{next(_NUMBERS)}"
        self._at_the_service(lambda: jobs.add(self._world, name, pool))
        self.set_job(name, state)
        return name

    def move_job(self, name: str, shift: int = 1) -> None:
        """Another ETag, so much above or below, for a reason of its own."""

        def put() -> None:
            job = self._world.jobs[name]
            job.etag = f"0x{int(job.etag, 16) + shift:X}"

        self._at_the_service(put)

    def end_job(self, name: str) -> None:
        """It is deleted."""
        self._at_the_service(lambda: self._world.jobs.pop(name))

    def set_job(self, name: str, state: str) -> None:
        """Let it be in that state at once, at rest; it has another ETag then."""

        def put() -> None:
            job = self._world.jobs[name]
            if job.state != state or job.moving is not None:
                job.state, job.moving, job.etag = state, None, self._world.new_etag()

        self._at_the_service(put)

    def make_schedule(self, pool: str, state: str = "active", name: str = "") -> str:
        """A schedule makes its first job at once: NAME:job-1."""
        name = name or f"schedule-{next(_NUMBERS)}"
        self._at_the_service(lambda: jobs.add_schedule(self._world, name, pool))
        self.set_schedule(name, state)
        return name

    def set_schedule(self, name: str, state: str) -> None:
        def put() -> None:
            found = self._world.schedules[name]
            if found.state != state:
                found.state, found.etag = state, self._world.new_etag()

        self._at_the_service(put)

    # What its answers are to be

    def fault(self, match: str, **how: Any) -> None:
        """For the next call of that METHOD and path, or the next so many `times`."""
        self.client.control("POST", "/fault", {"match": match, **how})

    def unmet(self) -> int:
        """Drop the faults that nothing has met."""
        return int(self.client.control("DELETE", "/fault")["dropped"])

    def release(self) -> list[int]:
        """Let the calls that were held arrive; what each of them got."""
        return [each["status"] for each in self.client.control("POST", "/release")["released"]]

    # What is there

    @staticmethod
    def _named(things: list[Any], name: str, key: str = "id") -> Any:
        return next((each for each in things if each[key] == name), None)

    def state(self) -> Any:
        """All of it; looking moves nothing on."""
        return self.client.control("GET", "/state")

    def pool(self, name: str) -> Any:
        """A pool's state, definition, all that was written, and nodes; None where there is none."""
        return self._named(self.state()["pools"], name, "name")

    def definition(self, name: str) -> Any:
        """As ARM shows it."""
        return self.pool(name)["definition"]

    def etag(self, name: str) -> str:
        return str(self.definition(name)["etag"])

    def metadata(self, name: str) -> dict[str, str]:
        items = self.definition(name)["properties"].get("metadata") or []
        return {item["name"]: item["value"] for item in items}

    def users(self, pool: str) -> list[str]:
        """NODE/USER of each that is there."""
        found = self.pool(pool)
        nodes = found["nodes"] if found else []
        return [f"{node['id']}/{user['name']}" for node in nodes for user in node["users"]]

    def nodes(self, pool: str) -> list[str]:
        return [node["id"] for node in self.pool(pool)["nodes"]]

    def job(self, name: str) -> str:
        """Its state."""
        return str(self._named(self.state()["jobs"], name)["state"])

    def job_disabled_with(self, name: str) -> str:
        return str(self._named(self.state()["jobs"], name)["disabled_with"])

    def schedule(self, name: str) -> str:
        return str(self._named(self.state()["job_schedules"], name)["state"])

    def calls(self) -> list[tuple[str, int]]:
        """METHOD path, without the account's, and status of all that was asked, but for signing in."""
        asked = self.client.control("GET", "/calls")["calls"]
        short = [
            (call["method"], call["path"].rpartition("/batchAccounts/"), call["status"]) for call in asked
        ]
        return [
            (f"{method} {'ARM/' + rest.partition('/')[2] if account else rest}", status)
            for method, (account, _, rest), status in short
            if "/oauth2/" not in rest
        ]

    def changes(self) -> list[tuple[str, int]]:
        """Of these, what was to change something."""
        return [(call, status) for call, status in self.calls() if not call.startswith("GET ")]

    def call_of(self, method: str, end: str) -> int:
        """The place of the first such call in their order."""
        calls = [call for call, _ in self.calls()]
        return next(at for at, call in enumerate(calls) if call.startswith(method) and call.endswith(end))

    def forget_calls(self) -> None:
        self.client.control("DELETE", "/calls")

    def path(self, pool: str) -> str:
        return f"{self.client.account_path}/pools/{pool}"
