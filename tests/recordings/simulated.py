"""The recorded calls put to the simulated Azure, once it is where the service was: a row a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.contract.client import Client
from tests.recordings import definition
from tests.recordings.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contract.openapi import Answered

_KEY = "ssh-rsa AAAA somebody"
LOOKS = 8
"""More than anything takes."""


@dataclass
class Stage:
    client: Client
    recording: Recording

    def path(self, recorded: str = "") -> str:
        """The recorded path, on the simulated account."""
        path = recorded or self.recording.path
        return (
            self.client.account_path + path.partition("/batchAccounts/acct1")[2]
            if self.recording.arm
            else path
        )

    def ask(self, path: str = "", body: Any = None, **options: Any) -> Answered:
        """The recorded call."""
        send = self.client.arm if self.recording.arm else self.client.batch
        return send(self.recording.method, path or self.path(), body, **options)

    def make_pool(self, body: dict[str, Any], name: str = "") -> Answered:
        path = f"{self.client.account_path}/pools/{name or self.recording.pool or 'p1'}"
        made = self.client.arm("PUT", path, body)
        assert made.status == 200, made.body
        return made

    def node(self, looks: int) -> str:
        """Look at the nodes so often; the first one's id."""
        for _ in range(looks):
            nodes = self.client.batch("GET", f"/pools/{self.recording.pool}/nodes").body["value"]
        found: str = nodes[0]["id"]
        return found

    def on_node(self, looks: int) -> str:
        """The recorded path, on the first node of a pool with a way in for the recorded node."""
        return self.path().replace(self.recording.node, self.node(looks))


def account(stage: Stage) -> Answered:
    return stage.ask()


def made(stage: Stage) -> Answered:
    return stage.ask(body=stage.recording.asked or definition.of_arm(stage.recording.body))


def read_when_steady(stage: Stage) -> Answered:
    stage.make_pool(definition.of_arm(stage.recording.body))
    return [stage.ask() for _ in range(LOOKS)][-1]


def changed_while_resizing(stage: Stage) -> Answered:
    stage.make_pool(definition.of_arm(stage.recording.body))
    return stage.ask(body=stage.recording.asked)


def listed(stage: Stage) -> Answered:
    one = stage.recording.body["value"][0]
    stage.make_pool(definition.of_arm(one), one["name"])
    return stage.ask()


def change_refused(stage: Stage) -> Answered:
    """A property is sent that cannot change while there are nodes."""
    pool = {"networkConfiguration": {"enableAcceleratedNetworking": False}}
    body = stage.make_pool(definition.of_nodes([])).body
    body["properties"]["scaleSettings"]["fixedScale"]["targetDedicatedNodes"] = 1
    stage.make_pool(body)
    body["properties"] |= pool
    return stage.ask(body=body)


def deleted(stage: Stage) -> Answered:
    stage.make_pool(definition.of_nodes([]))
    return stage.ask()


def deletion_looked_at(stage: Stage, *, until_over: bool) -> Answered:
    name = "going"
    stage.make_pool(definition.of_nodes([]), name)
    client = stage.client
    started = client.arm("DELETE", f"{client.account_path}/pools/{name}")
    location = started.headers["Location"]
    answers = [client.arm_link(location) for _ in range(LOOKS if until_over else 1)]
    return answers[-1]


def goes_on(stage: Stage) -> Answered:
    return deletion_looked_at(stage, until_over=False)


def is_over(stage: Stage) -> Answered:
    return deletion_looked_at(stage, until_over=True)


def pool(looks: int) -> Callable[[Stage], Answered]:
    def answer(stage: Stage) -> Answered:
        stage.make_pool(definition.of_batch(stage.recording.body))
        return [stage.ask() for _ in range(looks)][-1]

    return answer


def pool_being_deleted(stage: Stage) -> Answered:
    body = stage.recording.body["value"][0] if "value" in stage.recording.body else stage.recording.body
    stage.make_pool(definition.of_batch(body), body["id"])
    [stage.client.batch("GET", f"/pools/{body['id']}") for _ in range(2)]
    stage.client.batch("DELETE", f"/pools/{body['id']}")
    return stage.ask()


def nodes(looks: int) -> Callable[[Stage], Answered]:
    def answer(stage: Stage) -> Answered:
        stage.make_pool(definition.of_nodes(stage.recording.body["value"]))
        return [stage.ask() for _ in range(looks)][-1]

    return answer


def _endpoint(name: str, port: int, family: str = "") -> dict[str, Any]:
    return {"name": f"{name}{family}.0", "protocol": "tcp", "backendPort": port, "frontendPort": 15000}


def login(port: int, *, dual: bool = False) -> Callable[[Stage], Answered]:
    def answer(stage: Stage) -> Answered:
        node = {
            "virtualMachineInfo": {"imageReference": {**definition.IMAGE, "exactVersion": "latest"}},
            "endpointConfiguration": {"inboundEndpoints": [_endpoint("way", port)]},
            **({"ipv6Address": ""} if dual else {}),
        }
        stage.make_pool(definition.of_nodes([node]))
        return stage.ask(stage.on_node(4))

    return answer


def extension_of_creating_node(stage: Stage) -> Answered:
    body = definition.of_nodes([])
    body["properties"]["scaleSettings"]["fixedScale"]["targetDedicatedNodes"] = 1
    ours = {
        "name": "secretext", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux",
        "typeHandlerVersion": "1.0", "autoUpgradeMinorVersion": True,
    }  # fmt: skip
    machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    body["properties"]["deploymentConfiguration"] = {
        "virtualMachineConfiguration": {**machine, "extensions": [ours]}
    }
    stage.make_pool(body)
    return stage.ask(stage.on_node(1))


def user(stage: Stage) -> Answered:
    """On an idle node, where one is already, unless it is to be made."""
    body = definition.of_nodes([])
    body["properties"]["scaleSettings"]["fixedScale"]["targetDedicatedNodes"] = 1
    stage.make_pool(body)
    path = stage.on_node(4)
    if stage.recording.method == "POST":
        return stage.ask(path, {"name": "user1", "sshPublicKey": _KEY, "isAdmin": False})
    stage.client.batch("POST", path.rpartition("/")[0], {"name": "user1", "sshPublicKey": _KEY})
    return stage.ask(path, {"sshPublicKey": _KEY} if stage.recording.method == "PUT" else None)


def pool_going(stage: Stage) -> Answered:
    stage.make_pool(definition.of_nodes([]))
    return stage.ask()


def absent(stage: Stage) -> Answered:
    return stage.ask()


_JOB = {"id": "job1", "poolInfo": {"poolId": "p1"}}


def job_exists(stage: Stage) -> Answered:
    stage.client.batch("POST", "/jobs", _JOB)
    return stage.ask(body=_JOB)


def job_changed(stage: Stage) -> Answered:
    stage.client.batch("POST", "/jobs", _JOB)
    return stage.ask(body=stage.recording.asked)


def jobs_listed(stage: Stage) -> Answered:
    stage.client.batch("POST", "/jobs", _JOB)
    return stage.ask()


def schedules_listed(stage: Stage) -> Answered:
    info = {"poolInfo": {"poolId": "p1"}}
    stage.client.batch("POST", "/jobschedules", {"id": "sched1", "jobSpecification": info, "schedule": {}})
    return stage.ask()


SIMULATED: dict[str, Callable[[Stage], Answered]] = {
    "arm-400-property-cannot-be-updated": change_refused,
    "arm-account-get": account,
    "arm-pool-delete-202": deleted,
    "arm-pool-delete-operation-200": is_over,
    "arm-pool-delete-operation-202": goes_on,
    "arm-pool-get-autoscale": read_when_steady,
    "arm-pool-list-useraccount": listed,
    "arm-pool-patch-autoscale": changed_while_resizing,
    "arm-pool-put-confidentialvm": made,
    "arm-pool-put-minimal": made,
    "arm-pool-put-publicip-starttask": made,
    "data-404-pool": absent,
    "data-409-job-exists": job_exists,
    "data-extension-get-creating": extension_of_creating_node,
    "data-extensions-creating": extension_of_creating_node,
    "data-job-disable-202": job_changed,
    "data-job-enable-202": job_changed,
    "data-jobs-list": jobs_listed,
    "data-jobschedules-list": schedules_listed,
    "data-login": login(22),
    "data-login-ipv6": login(22, dual=True),
    "data-login-linux-only-3389-mapped": login(3389),
    "data-nodes-creating": nodes(1),
    "data-nodes-empty": nodes(1),
    "data-nodes-idle-ssh": nodes(4),
    "data-nodes-ipv6": nodes(1),
    "data-nodes-starting": nodes(2),
    "data-pool-delete-202": pool_going,
    "data-pool-get-cmk": pool(1),
    "data-pool-get-confidentialvm-msp": pool(1),
    "data-pool-get-deleting": pool_being_deleted,
    "data-pool-get-ipv6": pool(1),
    "data-pool-get-kv-resizing": pool(1),
    "data-pool-get-kv-steady": pool(LOOKS),
    "data-pool-get-linux-useraccount": pool(LOOKS),
    "data-pool-list-deleting": pool_being_deleted,
    "data-user-create-201": user,
    "data-user-delete-200": user,
    "data-user-replace-200": user,
}

NOT_SERVED = {
    "arm-400-message-object": "which request makes the service answer so is not known",
    "data-400-missing-property": "POST /pools/{pool}/resize: the product resizes through ARM",
    "data-404-head": "HEAD /pools/{pool}: the product reads the pool",
    "data-409-pool-exists": "POST /pools: the product makes pools through ARM",
    "data-extension-get-succeeded-doc": "a sample of the documentation, of 2021; the world odd-shapes has it",
    "data-pool-create-201": "POST /pools: the product makes pools through ARM",
    "data-pool-updateproperties-204": "POST /pools/{pool}/updateproperties: nothing changes it so",
}
"""Calls that the simulated Azure does not answer, since nobody makes them, and why."""
