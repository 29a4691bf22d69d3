"""The data plane of an account: its pools' nodes, their extensions, users and addresses, and jobs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from azure.batch.models import BatchNodeUserCreateOptions, BatchNodeUserReplaceOptions

from troubleshooter.cloud import data_plane, translate
from troubleshooter.cloud.explain import Asked
from troubleshooter.cloud.names import check
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.errors import NotFound, Refused, ServiceRefusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from azure.batch import BatchClient

    from troubleshooter.cloud.caller import Caller
    from troubleshooter.model.facts import (
        ExtensionFacts,
        ImageFacts,
        JobFacts,
        LoginFacts,
        NodeFacts,
        NodeState,
        PoolProgress,
    )

_ETAG = re.compile(r"(?!\*$)[!-~]{1,1000}")
"""What a header can hold, looked at before anything is sent; `*` would hold for whatever is there."""
_NOT_UNDERSTOOD = "InvalidHeaderValue"
PAGE = 1000
"""The most that the data plane gives at once."""


class Batch:
    def __init__(self, caller: Caller) -> None:
        self._ask = caller

    def progress(self, endpoint: str, pool: str) -> PoolProgress:
        check("pool", pool)
        asked = Asked(f"looking at pool {pool}", f"pool {pool} at {endpoint}", "Batch", Call.POOL_LOOK)
        body, _ = self._ask.read(
            lambda cls: self._client(endpoint).get_pool(pool, select=data_plane.PROGRESS, cls=cls),
            asked,
        )
        return translate.progress(body)

    def images(self, endpoint: str) -> tuple[ImageFacts, ...]:
        """Images of the Marketplace that Batch takes, each with a node agent for it."""
        asked = Asked("listing the supported images", f"account at {endpoint}", "Batch", Call.IMAGES_READ)
        items = self._ask.all_of(
            lambda hook: self._client(endpoint).list_supported_images(
                max_results=PAGE, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.image(item) for item in items)

    def etag(self, endpoint: str, pool: str) -> str | None:
        """The data plane's ETag of a pool as it is now; None where there is no pool, Refused without one."""
        check("pool", pool)
        asked = Asked(f"reading pool {pool}", f"pool {pool} at {endpoint}", "Batch", Call.POOL_LOOK)
        client = self._client(endpoint)
        try:
            body, headers = self._ask.read(lambda cls: client.get_pool(pool, cls=cls), asked)
        except NotFound:
            return None
        return _guard(translate.pool(body, headers).etag or body.get("eTag"), asked.missing)

    def delete_pool_as_read(self, endpoint: str, pool: str, etag: str) -> None:
        """Start deleting a pool, if it is still the one with this ETag. ServiceRefusal 412: it is not."""
        check("pool", pool)
        asked = Asked(
            f"deleting pool {pool}", f"pool {pool} at {endpoint}", "Batch", Call.POOL_DELETE_AS_READ
        )
        client = self._client(endpoint)

        def send(match: str) -> None:
            self._ask.call(lambda: data_plane.delete_pool(client, endpoint, pool, match), asked)

        _in_either_form(etag, send, lambda: self.etag(endpoint, pool))

    def delete_pool_bound(self, endpoint: str, pool: str, match: str) -> None:
        """The same in this very form of If-Match, and in no other."""
        check("pool", pool)
        asked = Asked(
            f"deleting pool {pool}", f"pool {pool} at {endpoint}", "Batch", Call.POOL_DELETE_AS_READ
        )
        self._ask.call(
            lambda: data_plane.delete_pool(
                self._client(endpoint), endpoint, pool, _guard(match, asked.missing)
            ),
            asked,
        )

    def nodes(self, endpoint: str, pool: str, most: int = 0) -> tuple[NodeFacts, ...]:
        """All of them, or one page of so many at most."""
        check("pool", pool)
        asked = Asked(
            f"listing the nodes of pool {pool}", f"pool {pool} at {endpoint}", "Batch", Call.NODE_READ
        )
        items = self._ask.all_of(
            lambda hook: self._client(endpoint).list_nodes(
                pool, max_results=most or PAGE, select=data_plane.NODE, raw_response_hook=hook
            ),
            asked,
            most,
        )
        return tuple(translate.node(item) for item in items)

    def counts(self, endpoint: str) -> dict[str, dict[NodeState, int]]:
        """Nodes per state of every pool of an account, by the pools' names; they may lag (documented)."""
        asked = Asked("counting the nodes of all pools", f"account at {endpoint}", "Batch", Call.NODE_READ)
        client = self._client(endpoint)
        items = self._ask.all_of(lambda hook: client.list_pool_node_counts(raw_response_hook=hook), asked)
        return dict(map(translate.node_counts, items))

    def extensions(self, endpoint: str, pool: str, node: str) -> tuple[ExtensionFacts, ...]:
        """A node's extensions, as on the wire: the SDK's model turns nested settings into text."""
        asked = self._node_asked("reading the extensions of", pool, node)
        items = self._ask.all_of(
            lambda hook: self._client(endpoint).list_node_extensions(
                pool, node, max_results=PAGE, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.extension(item) for item in items)

    def login(self, endpoint: str, pool: str, node: str) -> LoginFacts:
        asked = self._node_asked("reading the address of", pool, node)
        body, _ = self._ask.read(
            lambda cls: self._client(endpoint).get_node_remote_login_settings(pool, node, cls=cls),
            asked,
        )
        return translate.login(body, node)

    def ssh_endpoint(self, endpoint: str, pool: str, node: str, version: int) -> LoginFacts | None:
        """Where the node's own configuration says that its port 22 is reached; None where it does not.

        `login` may name another port, as that of RDP where a pool maps that too (recorded).
        """
        asked = self._node_asked("reading the endpoints of", pool, node)
        body, _ = self._ask.read(
            lambda cls: self._client(endpoint).get_node(pool, node, select=data_plane.ENDPOINTS, cls=cls),
            asked,
        )
        return translate.ssh_endpoint(body, version)

    def create_user(
        self, endpoint: str, pool: str, node: str, user: str, public_key: str, expiry: datetime
    ) -> None:
        """Make an administrator on an idle or running node; one that is there is met as a conflict."""
        check("user", user)
        asked = self._node_asked(f"creating user {user} on", pool, node)
        body = BatchNodeUserCreateOptions(
            name=user, is_admin=True, expiry_time=_whole(expiry), ssh_public_key=public_key
        )
        self._ask.call(lambda: self._client(endpoint).create_node_user(pool, node, body), asked)

    def replace_user(
        self, endpoint: str, pool: str, node: str, user: str, public_key: str, expiry: datetime
    ) -> None:
        check("user", user)
        asked = self._node_asked(f"replacing the key of user {user} on", pool, node)
        body = BatchNodeUserReplaceOptions(expiry_time=_whole(expiry), ssh_public_key=public_key)
        self._ask.call(lambda: self._client(endpoint).replace_node_user(pool, node, user, body), asked)

    def delete_user(self, endpoint: str, pool: str, node: str, user: str) -> bool:
        """Remove a user: True where it was there, False where it, its node or its pool was not."""
        check("user", user)
        asked = self._node_asked(f"deleting user {user} on", pool, node)
        try:
            self._ask.call(lambda: self._client(endpoint).delete_node_user(pool, node, user), asked)
        except NotFound:
            return False
        return True

    def jobs(self, endpoint: str, pool: str) -> tuple[JobFacts, ...]:
        """The jobs that run on a pool. The service cannot filter by pool, so all are listed."""
        asked = Asked(f"listing the jobs of pool {pool}", f"account at {endpoint}", "Batch", Call.JOB_READ)
        items = self._ask.all_of(
            lambda hook: self._client(endpoint).list_jobs(
                max_results=PAGE, select=data_plane.JOB, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.job(item) for item in items if translate.runs_on(item, pool))

    def schedules(self, endpoint: str, pool: str) -> tuple[JobFacts, ...]:
        """The job schedules whose jobs run on a pool."""
        asked = Asked(
            f"listing the job schedules of pool {pool}", f"account at {endpoint}", "Batch", Call.JOB_READ
        )
        items = self._ask.all_of(
            lambda hook: self._client(endpoint).list_job_schedules(
                max_results=PAGE, select=data_plane.SCHEDULE, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.schedule(item) for item in items if translate.runs_on(item, pool))

    def job(self, endpoint: str, job: str) -> JobFacts:
        asked = Asked(f"reading job {check('job', job)}", f"job {job} at {endpoint}", "Batch", Call.JOB_READ)
        body, _ = self._ask.read(
            lambda cls: self._client(endpoint).get_job(job, select=data_plane.JOB, cls=cls),
            asked,
        )
        return translate.job(body)

    def disable_job(self, endpoint: str, job: JobFacts, tasks: str) -> None:
        """Start disabling a job, or let a schedule make none, if it is still as it was read.

        Running tasks of a job are to requeue, terminate or be waited for. ServiceRefusal 412: it moved on.
        """
        asked, client = self._job_asked("disabling", endpoint, job), self._client(endpoint)

        def send(match: str) -> None:
            bound = replace(job, etag=match)
            self._ask.call(lambda: data_plane.disable(client, endpoint, bound, tasks), asked)

        _in_either_form(_guard(job.etag, asked.missing), send, lambda: self._etag_of(endpoint, job))

    def enable_job(self, endpoint: str, job: JobFacts) -> None:
        asked, client = self._job_asked("enabling", endpoint, job), self._client(endpoint)
        self._ask.call(lambda: data_plane.enable(client, endpoint, job), asked)

    def _etag_of(self, endpoint: str, job: JobFacts) -> str | None:
        """The ETag of a job or of a schedule as it is now; None where there is none."""
        asked, client = self._job_asked("reading", endpoint, job, Call.JOB_READ), self._client(endpoint)
        get = client.get_job_schedule if job.schedule else client.get_job
        try:
            body, _ = self._ask.read(lambda cls: get(job.id, select=["id", "eTag"], cls=cls), asked)
        except NotFound:
            return None
        return translate.job(body).etag

    def _client(self, endpoint: str) -> BatchClient:
        return self._ask.session.batch(endpoint)

    def _job_asked(self, doing: str, endpoint: str, job: JobFacts, call: Call = Call.JOB_CHANGE) -> Asked:
        name = f"{'job schedule' if job.schedule else 'job'} {check('job', job.id)}"
        return Asked(f"{doing} {name}", f"{name} at {endpoint}", "Batch", call)

    def _node_asked(self, doing: str, pool: str, node: str) -> Asked:
        check("pool", pool)
        check("node", node)
        call = Call.USER_CHANGE if "user" in doing else Call.NODE_READ
        return Asked(f"{doing} node {node}", f"node {node} in pool {pool}", "Batch", call)


def _in_either_form(etag: str, send: Callable[[str], None], now: Callable[[], str | None]) -> None:
    """Send a change that is bound to an ETag as it was given; where that is not met, once in the other form.

    Which form of If-Match Azure takes, bare as it gives ETags or in quotes, is recorded nowhere. The same
    ETag, read again where no answer was lost, tells that it was the form. Both bind to the same state.
    """
    try:
        send(etag)
    except ServiceRefusal as refusal:
        not_met = refusal.status == 412 or refusal.code == _NOT_UNDERSTOOD
        if refusal.unsure or not not_met or now() != etag:
            raise
        send(etag.removeprefix("W/").strip('"') if '"' in etag else f'"{etag}"')


def _guard(etag: object, subject: str) -> str:
    """What binds a change to what was read; nothing is changed without one."""
    if not isinstance(etag, str) or not _ETAG.fullmatch(etag):
        raise Refused(
            f"Azure gave no ETag for {subject}.",
            "Without one nothing tells whether it is still the one that was looked at.",
            "It was left as it is. Try again; if it stays so, a proxy on the way may take it out.",
        )
    return etag


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
