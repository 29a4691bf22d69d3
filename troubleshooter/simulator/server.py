"""Runs the simulated Azure on loopback: five HTTPS servers in one thread, and the nodes' SSH servers."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import unquote

from aiohttp import web

from troubleshooter.simulator import certificates, delivery, descriptors, scenarios
from troubleshooter.simulator.around import clock
from troubleshooter.simulator.around.operator import CLIENT_ID
from troubleshooter.simulator.node.server import NodeHost
from troubleshooter.simulator.wire import dispatch, planes
from troubleshooter.simulator.wire.exchange import Call
from troubleshooter.simulator.wire.faults import Severed
from troubleshooter.simulator.wire.site import Site
from troubleshooter.simulator.wire.tokens import Credential, TokenMaker

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.scenarios import Scene
    from troubleshooter.simulator.wire.planes import Plane
    from troubleshooter.simulator.world.world import Habits

_START_LIMIT = 30.0


class Simulator:
    """One simulated Azure, for as long as `with` lasts. What it keeps is in memory and one private folder."""

    def __init__(
        self,
        scenario: str | tuple[Scene, ...],
        nodes: int = 2,
        port: int = 0,
        speed: Literal["fast", "real"] = "fast",
        *,
        noise: bool = False,
        habits: Habits | None = None,
        conditions: Conditions | None = None,
    ) -> None:
        """A scenario's name, or worlds as they are: several are Batch accounts of one Azure.

        `conditions` take the place of the scenario's own.
        """
        self.connection: dict[str, Any] = {}
        """What a client needs to know, once started."""
        pace = clock.FAST if speed == "fast" else clock.REAL
        if isinstance(scenario, str):
            scenario = (scenarios.build(scenario, nodes, pace, noise=noise),)
        self._scene, *self._beside = scenario
        if habits is not None:
            self._scene.world.habits = habits
        if conditions is not None:
            self._scene.world.conditions = conditions
        self._port = port
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._folder = Path()
        self._thread = threading.Thread(target=self._run, name="simulated-azure", daemon=True)

    def __enter__(self) -> Self:
        descriptors.raise_limit()
        self._folder = Path(tempfile.mkdtemp(prefix="simulated-azure-"))
        self._thread.start()
        self._ready.wait(_START_LIMIT)
        if not self.connection:
            self._end()
            raise self._failure or RuntimeError("The simulated Azure did not start.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself: it could not start
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:  # a port that is taken, a full disk
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        ca_file = self._folder / "ca.pem"
        context = certificates.server_context(self._folder, ca_file)
        tools = self._folder / "tools"
        tools.mkdir()
        node_host = NodeHost(tools)
        fronts = [
            Front(planes.Arm(), Site.of),
            Front(planes.Batch()),
            Front(planes.SignIn()),
            Front(planes.Vaults(), Site.of_vault),
            Front(planes.Control()),
            *(Front(planes.Batch()) for _ in self._beside),
        ]
        try:
            ports = [self._port] + [0] * (len(fronts) - 1)
            endpoints = [await front.listen(context, port) for front, port in zip(fronts, ports, strict=True)]
            site = self._site(node_host, *endpoints[:4])
            for front in fronts:
                front.site = site
            for front, scene, endpoint in zip(fronts[5:], self._beside, endpoints[5:], strict=True):
                front.site = self._next(site, scene, endpoint)
            self.connection = self._connect(site, ca_file, endpoints[4])
            self._ready.set()
            await self._stopping.wait()
        finally:
            for front in fronts:
                await front.close()
            await asyncio.to_thread(node_host.stop)

    def _site(self, node_host: NodeHost, arm: str, batch: str, authority: str, vaults: str) -> Site:
        account = self._scene.world.account
        disks = self._folder / "nodes"
        disks.mkdir()
        return Site(
            scene=self._scene,
            credential=Credential(CLIENT_ID, secrets.token_urlsafe(24)),
            tokens=TokenMaker(f"{authority}/{account.tenant}/", account.tenant, CLIENT_ID),
            node_host=node_host,
            disks=disks,
            arm_endpoint=arm,
            batch_endpoint=batch,
            vault_endpoint=vaults,
            authority=authority,
        )

    def _next(self, site: Site, scene: Scene, batch: str) -> Site:
        """Another account of the same Azure: one list of calls and of faults is for all."""
        site.estate = site.estate or [site]
        disks = self._folder / f"nodes-{len(site.estate)}"
        disks.mkdir()
        another = replace(site, scene=scene, disks=disks, batch_endpoint=batch)
        site.estate.append(another)
        return another

    def _connect(self, site: Site, ca_file: Path, control: str) -> dict[str, Any]:
        account, pool = site.world.account, next(iter(site.world.pools.values()))
        return {
            "arm_endpoint": site.arm_endpoint,
            "batch_endpoint": site.batch_endpoint,
            "vault_endpoint": site.vault_endpoint,
            "authority": site.authority,
            "ca_file": str(ca_file),
            "tenant_id": account.tenant,
            "client_id": site.credential.client_id,
            "client_secret": site.credential.secret,
            "subscription_id": account.subscription,
            "resource_group": account.resource_group,
            "account": account.name,
            "pool": pool.name,
            "pool_id": f"{account.id}/pools/{pool.name}",
            "nodes": list(pool.machines),
            "control": control,
        }


def _its_own(site: Site, _path: str) -> Site:
    return site


class Front:
    """One HTTPS server: turns requests into calls for its plane, and answers into responses."""

    def __init__(self, plane: Plane, choose: Callable[[Site, str], Site] = _its_own) -> None:
        """`choose` finds by a call's path whose site it is for, where one server is for several."""
        self.site: Site | None = None
        """Set before the first client knows the address."""
        self._choose = choose
        self._plane = plane
        self._server = web.Server(self._handle)
        self._runner = web.ServerRunner(self._server, shutdown_timeout=1.0)
        self._base = ""
        self._closing: set[asyncio.Task[None]] = set()

    async def listen(self, context: ssl.SSLContext, port: int) -> str:
        """Start listening and return the base URL."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=context).start()
        self._base = f"https://127.0.0.1:{self._runner.addresses[0][1]}"
        return self._base

    async def close(self) -> None:
        transports = [one.transport for one in self._server.connections if one.transport is not None]
        await self._runner.cleanup()
        for transport in transports:  # an idle client never answers TLS's goodbye, so none is awaited
            transport.abort()
        await asyncio.sleep(0)
        await asyncio.gather(*self._closing)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.site is None:
            return web.Response(status=503)
        try:
            body = await request.read()
        except ConnectionError:
            return web.Response(
                status=400
            )  # whoever asked was killed in the middle: nobody is left to read it
        call = Call(
            method=request.method,
            path=request.raw_path.partition("?")[0],
            query=request.query,
            headers=request.headers,
            body=body,
            base=self._base,
        )
        site = self._choose(self.site, unquote(call.path))
        try:
            answer = await dispatch.answer(self._plane, site, call)
        except Severed:
            delivery.reset(request)
            return web.Response(status=503)  # nobody is left to read it
        self._close_retired(site)
        return await delivery.deliver(request, answer)

    def _close_retired(self, site: Site) -> None:
        """Hang up on nodes that have left, without keeping anybody waiting."""
        retired, site.world.retired = site.world.retired, []
        for machine in retired:
            task = asyncio.create_task(asyncio.to_thread(machine.close))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
