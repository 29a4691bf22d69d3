"""From a call to its answer: planted faults, admission, route, handler, and the headers of every answer."""

from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.wire import faults
from troubleshooter.simulator.wire.exchange import Answer, Later
from troubleshooter.simulator.wire.faults import LONGEST_DELAY, Severed
from troubleshooter.simulator.wire.planes import Control
from troubleshooter.simulator.wire.site import Held, Seen

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call, Route
    from troubleshooter.simulator.wire.faults import Fault
    from troubleshooter.simulator.wire.planes import Plane
    from troubleshooter.simulator.wire.site import Site


async def answer(plane: Plane, site: Site, call: Call) -> Answer:
    """The plane's whole answer to a call, headers and all. Severed: none is to be given."""
    reply, came = Answer(0), time.monotonic()
    try:
        with nullcontext() if isinstance(plane, Control) else site.flight.one_more():
            reply = await _reply(plane, site, call)
    except Refusal as refusal:
        reply = Answer(refusal.status, plane.error(refusal, call), refusal.headers)
    finally:
        if not isinstance(plane, Control):
            seen = Seen(call.method, call.path, reply.status, call.headers.get("If-Match"), came)
            site.calls.append(seen)
    date = {"Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    return replace(reply, headers={**plane.headers(call), **date, **reply.headers})


async def _reply(plane: Plane, site: Site, call: Call) -> Answer:
    fault = None if isinstance(plane, Control) else faults.next_for(site.faults, call)
    if fault is None:
        return await _true_answer(plane, site, call, stale=False)
    if fault.hold:
        await _hold(plane, site, call, fault)
    if not fault.after_effect:
        await asyncio.sleep(fault.delay)
        if (instead := fault.strike(plane.words)) is not None:
            return instead
    reply = await _true_answer(plane, site, call, stale=fault.stale)
    if fault.after_effect:
        await asyncio.sleep(fault.delay)
        if (instead := fault.strike(plane.words)) is not None:
            return instead
    return fault.spoil(call, reply)


async def _true_answer(plane: Plane, site: Site, call: Call, *, stale: bool) -> Answer:
    plane.admit(site, call)
    route, parts = find(plane, call)
    if stale and (known := site.replica.stale(call, parts, site.world, plane.words)) is not None:
        return known
    reply = route.handler(site, replace(call, parts=parts))
    if isinstance(reply, Later):
        reply = await asyncio.to_thread(reply.work)
    site.replica.remember(call, reply)
    return reply


async def _hold(plane: Plane, site: Site, call: Call, fault: Fault) -> NoReturn:
    def carry_out() -> Answer:
        try:
            plane.admit(site, call)
            route, parts = find(plane, call)
            reply = route.handler(site, replace(call, parts=parts))
            return reply.work() if isinstance(reply, Later) else reply
        except Refusal as refusal:
            return Answer(refusal.status)

    site.held.append(Held(call, carry_out))
    if fault.hold == "silent":
        await asyncio.sleep(LONGEST_DELAY)
    raise Severed


def find(plane: Plane, call: Call) -> tuple[Route, dict[str, str]]:
    allowed = []
    for route in plane.routes:
        found = route.pattern.fullmatch(call.path)
        if found is None:
            continue
        if route.method == call.method:
            return route, {name: unquote(value) for name, value in found.groupdict().items()}
        allowed.append(route.method)
    if allowed:
        text = "The resource doesn't support the specified HTTP verb."
        raise Refusal(405, "UnsupportedHttpVerb", text, headers={"Allow": ", ".join(allowed)})
    raise Refusal(404, "ResourceNotFound", "The specified resource does not exist.")
