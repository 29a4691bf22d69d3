"""Everything this program asks of Azure, and everything it changes there.

Importing this module imports the Azure SDKs, a third of a second: `wiring` does so when first needed.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from azure.batch.models import BatchNodeUserCreateOptions, BatchNodeUserReplaceOptions
from azure.core import MatchConditions

from troubleshooter.cloud import data_plane, deletion, translate
from troubleshooter.cloud.explain import READ, WRITE, Asked
from troubleshooter.cloud.names import check, check_target
from troubleshooter.cloud.retry import call
from troubleshooter.cloud.session import Session
from troubleshooter.cloud.sign_in import claims_of, name_in
from troubleshooter.errors import NotFound, Refused, ServiceRefusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from azure.core.pipeline import PipelineResponse
    from azure.mgmt.batch import BatchManagementClient

    from troubleshooter.cloud.translate import Json
    from troubleshooter.model.facts import (
        AccountFacts,
        ExtensionFacts,
        JobFacts,
        LoginFacts,
        NodeFacts,
        PoolDefinition,
        PoolProgress,
        SizeFacts,
    )
    from troubleshooter.model.target import Target
    from troubleshooter.settings import CloudSettings

T = TypeVar("T")

PAGE = 1000
"""The most that the data plane gives at once."""


class Azure:
    """One run's reads and changes. Every call retries, hears cancel, and fails with our errors."""

    def __init__(
        self,
        settings: CloudSettings,
        cancel: threading.Event,
        on_trouble: Callable[[str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._session = Session(settings, now)
        self._cancel = cancel
        self._on_trouble = on_trouble
        self._now = now
        self._lock = threading.Lock()
        self._deletions: dict[str, str] = {}
        """Pool's resource id to the operation that is deleting it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def changing(self) -> AbstractContextManager[None]:
        """Where a change is declared. Outside, whatever would change something is refused unsent."""
        return self._session.changing()

    @property
    def hint(self) -> float | None:
        """The service's newest Retry-After, in seconds; None where it gave none lately."""
        return self._session.hints.newest

    def who(self) -> str:
        """Who is signed in, as the token says it."""
        asked = Asked("signing in", "such sign-in", "The sign-in service")
        return name_in(claims_of(self._call(self._session.claims_token, asked)))

    # ARM: the account, and pools as raw JSON, since a model would drop what it does not know

    def account(self, target: Target) -> AccountFacts:
        check_target(target)
        asked = Asked(f"reading account {target.account}", _account(target), "ARM")
        accounts = self._arm(target).batch_account
        body, _ = self._read(lambda cls: accounts.get(target.resource_group, target.account, cls=cls), asked)
        return translate.account(body)

    def pool(self, target: Target, name: str | None = None) -> PoolDefinition:
        pool = self._pool_name(target, name)
        asked = Asked(f"reading pool {pool}", f"pool {pool} in {_account(target)}", "ARM")
        pools = self._arm(target).pool
        body, headers = self._read(
            lambda cls: pools.get(target.resource_group, target.account, pool, cls=cls), asked
        )
        return translate.pool(body, headers)

    def pools(self, account: Target) -> tuple[Json, ...]:
        """All pools of an account, as ARM gives them; the target's own pool does not matter."""
        check_target(account)
        asked = Asked(f"listing the pools of account {account.account}", _account(account), "ARM")
        of, group = self._arm(account).pool.list_by_batch_account, account.resource_group
        return tuple(self._list(lambda hook: of(group, account.account, raw_response_hook=hook), asked))

    def sizes(self, account: Target, location: str) -> tuple[SizeFacts, ...]:
        """Sizes that nodes may have in a region."""
        asked = Asked(f"listing the sizes of nodes in {location}", f"region {location}", "ARM")
        of = self._arm(account).location.list_supported_virtual_machine_skus
        found = self._list(lambda hook: of(location, raw_response_hook=hook), asked)
        return tuple(size for each in found if (size := translate.size(each)))

    def create_pool(self, target: Target, name: str, body: Mapping[str, Any]) -> PoolDefinition:
        """Make a new pool. Whatever is raised `unsure` may have made it."""
        pool = self._pool_name(target, name)
        asked = Asked(f"creating pool {pool}", _account(target), "ARM", WRITE)
        pools, new = self._arm(target).pool, MatchConditions.IfMissing
        made, headers = self._read(
            lambda cls: pools.create(
                target.resource_group, target.account, pool, dict(body), match_condition=new, cls=cls
            ),
            asked,
        )
        return translate.pool(made, headers)

    def update_pool(self, target: Target, name: str, properties: Mapping[str, Any]) -> PoolDefinition:
        """Change properties of a pool that may change while it has nodes, each as a whole."""
        pool = self._pool_name(target, name)
        asked = Asked(f"changing pool {pool}", f"pool {pool} in {_account(target)}", "ARM", WRITE)
        pools, body = self._arm(target).pool, {"properties": dict(properties)}
        changed, headers = self._read(
            lambda cls: pools.update(target.resource_group, target.account, pool, body, cls=cls), asked
        )
        return translate.pool(changed, headers)

    def delete_pool(self, target: Target, name: str) -> None:
        """Start deleting a pool; `pool_gone` tells when it is done. One that is gone or going is fine."""
        self._pool_name(target, name)
        asked = Asked(f"deleting pool {name}", f"pool {name} in {_account(target)}", "ARM", WRITE)
        try:
            operation = self._call(lambda: deletion.start(self._arm(target), target, name), asked)
        except NotFound:
            return
        except ServiceRefusal as refusal:
            if refusal.status == 409 and self._is_going(target, name):
                return
            raise
        with self._lock:
            self._deletions[_pool_id(target, name)] = operation

    def pool_gone(self, target: Target, name: str) -> bool:
        """One look at a pool that is being deleted. ServiceRefusal: its deletion failed."""
        self._pool_name(target, name)
        with self._lock:
            operation = self._deletions.get(_pool_id(target, name))
        if operation:
            asked = Asked(f"deleting pool {name}", f"operation that deletes pool {name}", "ARM", WRITE)
            try:
                answer = self._call(lambda: deletion.look(self._arm(target), operation), asked)
            except NotFound:
                answer = (200, {})  # its result is not kept for ever; the pool itself tells
            if not deletion.is_over(name, *answer):
                return False
        try:
            self.pool(target, name)
        except NotFound:
            return True
        return False

    def _is_going(self, target: Target, name: str) -> bool:
        try:
            body = self.pool(target, name).body
        except NotFound:
            return True
        return translate.is_deleting(body)

    # The data plane: nodes, their extensions, users and addresses

    def progress(self, endpoint: str, pool: str) -> PoolProgress:
        check("pool", pool)
        asked = Asked(f"looking at pool {pool}", f"pool {pool} at {endpoint}", "Batch")
        body, _ = self._read(
            lambda cls: self._session.batch(endpoint).get_pool(pool, select=data_plane.PROGRESS, cls=cls),
            asked,
        )
        return translate.progress(body)

    def etag(self, endpoint: str, pool: str) -> str | None:
        """The data plane's ETag of a pool as it is now; None where there is no pool, Refused without one."""
        check("pool", pool)
        asked = Asked(f"reading pool {pool}", f"pool {pool} at {endpoint}", "Batch")
        client = self._session.batch(endpoint)
        try:
            body, headers = self._read(lambda cls: client.get_pool(pool, cls=cls), asked)
        except NotFound:
            return None
        return _guard(translate.pool(body, headers).etag or body.get("eTag"), asked.missing)

    def delete_pool_as_read(self, endpoint: str, pool: str, etag: str) -> None:
        """Start deleting a pool, if it is still the one with this ETag. ServiceRefusal 412: it is not."""
        check("pool", pool)
        asked = Asked(f"deleting pool {pool}", f"pool {pool} at {endpoint}", "Batch", WRITE)
        self._call(lambda: data_plane.delete_pool(self._session.batch(endpoint), endpoint, pool, etag), asked)

    def nodes(self, endpoint: str, pool: str) -> tuple[NodeFacts, ...]:
        check("pool", pool)
        asked = Asked(f"listing the nodes of pool {pool}", f"pool {pool} at {endpoint}", "Batch")
        items = self._list(
            lambda hook: self._session.batch(endpoint).list_nodes(
                pool, max_results=PAGE, select=data_plane.NODE, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.node(item) for item in items)

    def extensions(self, endpoint: str, pool: str, node: str) -> tuple[ExtensionFacts, ...]:
        """A node's extensions, as on the wire: the SDK's model turns nested settings into text."""
        asked = self._node_asked("reading the extensions of", pool, node)
        items = self._list(
            lambda hook: self._session.batch(endpoint).list_node_extensions(
                pool, node, max_results=PAGE, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.extension(item) for item in items)

    def login(self, endpoint: str, pool: str, node: str) -> LoginFacts:
        asked = self._node_asked("reading the address of", pool, node)
        body, _ = self._read(
            lambda cls: self._session.batch(endpoint).get_node_remote_login_settings(pool, node, cls=cls),
            asked,
        )
        return translate.login(body, node)

    def create_user(
        self, endpoint: str, pool: str, node: str, user: str, public_key: str, expiry: datetime
    ) -> None:
        """Make an administrator on an idle or running node; one that is there is met as a conflict."""
        check("user", user)
        asked = self._node_asked(f"creating user {user} on", pool, node)
        body = BatchNodeUserCreateOptions(
            name=user, is_admin=True, expiry_time=_whole(expiry), ssh_public_key=public_key
        )
        self._call(lambda: self._session.batch(endpoint).create_node_user(pool, node, body), asked)

    def replace_user(
        self, endpoint: str, pool: str, node: str, user: str, public_key: str, expiry: datetime
    ) -> None:
        check("user", user)
        asked = self._node_asked(f"replacing the key of user {user} on", pool, node)
        body = BatchNodeUserReplaceOptions(expiry_time=_whole(expiry), ssh_public_key=public_key)
        self._call(lambda: self._session.batch(endpoint).replace_node_user(pool, node, user, body), asked)

    def delete_user(self, endpoint: str, pool: str, node: str, user: str) -> bool:
        """Remove a user: True where it was there, False where it, its node or its pool was not."""
        check("user", user)
        asked = self._node_asked(f"deleting user {user} on", pool, node)
        try:
            self._call(lambda: self._session.batch(endpoint).delete_node_user(pool, node, user), asked)
        except NotFound:
            return False
        return True

    def jobs(self, endpoint: str, pool: str) -> tuple[JobFacts, ...]:
        """The jobs that run on a pool. The service cannot filter by pool, so all are listed."""
        asked = Asked(f"listing the jobs of pool {pool}", f"account at {endpoint}", "Batch")
        items = self._list(
            lambda hook: self._session.batch(endpoint).list_jobs(
                max_results=PAGE, select=data_plane.JOB, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.job(item) for item in items if translate.runs_on(item, pool))

    def schedules(self, endpoint: str, pool: str) -> tuple[JobFacts, ...]:
        """The job schedules whose jobs run on a pool."""
        asked = Asked(f"listing the job schedules of pool {pool}", f"account at {endpoint}", "Batch")
        items = self._list(
            lambda hook: self._session.batch(endpoint).list_job_schedules(
                max_results=PAGE, select=data_plane.SCHEDULE, raw_response_hook=hook
            ),
            asked,
        )
        return tuple(translate.schedule(item) for item in items if translate.runs_on(item, pool))

    def job(self, endpoint: str, job: str) -> JobFacts:
        asked = Asked(f"reading job {check('job', job)}", f"job {job} at {endpoint}", "Batch")
        body, _ = self._read(
            lambda cls: self._session.batch(endpoint).get_job(job, select=data_plane.JOB, cls=cls), asked
        )
        return translate.job(body)

    def disable_job(self, endpoint: str, job: JobFacts, tasks: str) -> None:
        """Start disabling a job, or let a schedule make none, if it is still as it was read.

        Running tasks of a job are to requeue, terminate or be waited for. ServiceRefusal 412: it moved on.
        """
        asked, client = self._job_asked("disabling", endpoint, job), self._session.batch(endpoint)
        _guard(job.etag, asked.missing)
        self._call(lambda: data_plane.disable(client, endpoint, job, tasks), asked)

    def enable_job(self, endpoint: str, job: JobFacts) -> None:
        asked, client = self._job_asked("enabling", endpoint, job), self._session.batch(endpoint)
        self._call(lambda: data_plane.enable(client, endpoint, job), asked)

    # How a request is made

    def _call(self, operation: Callable[[], T], asked: Asked) -> T:
        return call(
            operation,
            asked,
            cancel=self._cancel,
            on_trouble=self._on_trouble,
            renew=self._session.sign_in.renew,
            now=self._now,
        )

    def _read(self, ask: Callable[[Callable[..., Any]], Any], asked: Asked) -> tuple[Json, Mapping[str, str]]:
        """Body and headers of an answer; ask hands its argument to the SDK as `cls`."""
        answer: tuple[Json, Mapping[str, str]] = self._call(lambda: ask(_raw), asked)
        return answer

    def _list(
        self, ask: Callable[[Callable[[PipelineResponse[Any, Any]], None]], Iterable[Any]], asked: Asked
    ) -> list[Any]:
        """All pages of a list, as JSON; a page that fails starts the list again."""

        def pages() -> list[Any]:
            items: list[Any] = []

            def keep(response: PipelineResponse[Any, Any]) -> None:
                if response.http_response.status_code == 200:
                    items.extend(translate.objects(response.http_response.json().get("value")))

            for _ in ask(keep):
                pass
            return items

        return self._call(pages, asked)

    def _arm(self, target: Target) -> BatchManagementClient:
        return self._session.arm(target.subscription)

    def _pool_name(self, target: Target, name: str | None) -> str:
        check_target(target)
        return check("pool", target.pool if name is None else name)

    def _job_asked(self, doing: str, endpoint: str, job: JobFacts) -> Asked:
        name = f"{'job schedule' if job.schedule else 'job'} {check('job', job.id)}"
        return Asked(f"{doing} {name}", f"{name} at {endpoint}", "Batch", WRITE)

    def _node_asked(self, doing: str, pool: str, node: str) -> Asked:
        check("pool", pool)
        check("node", node)
        role = WRITE if "user" in doing else READ
        return Asked(f"{doing} node {node}", f"node {node} in pool {pool}", "Batch", role)


def _raw(response: PipelineResponse[Any, Any], _model: object, _headers: object) -> object:
    """For `cls=`: the answer as it came, instead of a model that drops what it does not know."""
    return response.http_response.json(), response.http_response.headers


def _account(target: Target) -> str:
    return f"Batch account {target.account} in resource group {target.resource_group}"


def _pool_id(target: Target, name: str) -> str:
    return f"{target.account_id}/pools/{name}".lower()


def _guard(etag: object, subject: str) -> str:
    """What binds a change to what was read; nothing is changed without one."""
    if not etag or not isinstance(etag, str):
        raise Refused(
            f"Azure gave no ETag for {subject}.",
            "Without one nothing tells whether it is still the one that was looked at.",
            "It was left as it is. Try again; if it stays so, a proxy on the way may take it out.",
        )
    return etag


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
