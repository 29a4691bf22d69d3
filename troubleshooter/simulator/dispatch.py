"""From a call to its answer: planted faults, admission, route, handler, and the headers of every answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from troubleshooter.simulator import faults
from troubleshooter.simulator.exchange import Answer, Later
from troubleshooter.simulator.planes import Control
from troubleshooter.simulator.refusal import Refusal

if TYPE_CHECKING:
    from troubleshooter.simulator.exchange import Call
    from troubleshooter.simulator.planes import Plane
    from troubleshooter.simulator.routes import Route
    from troubleshooter.simulator.site import Site


async def answer(plane: Plane, site: Site, call: Call) -> Answer:
    """The plane's whole answer to a call, headers and all. Severed: none is to be given."""
    reply = Answer(0)
    try:
        reply = await _reply(plane, site, call)
    except Refusal as refusal:
        reply = Answer(refusal.status, plane.error(refusal, call), refusal.headers)
    finally:
        if not isinstance(plane, Control):
            site.calls.append((call.method, call.path, reply.status))
    date = {"Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    return replace(reply, headers={**plane.headers(call), **date, **reply.headers})


async def _reply(plane: Plane, site: Site, call: Call) -> Answer:
    fault = None if isinstance(plane, Control) else faults.next_for(site.faults, call)
    if fault is not None and not fault.after_effect:
        await asyncio.sleep(fault.delay)
        fault.strike(plane.words)
    plane.admit(site, call)
    route, parts = find(plane, call)
    if fault is not None and fault.stale:
        known = site.replica.stale(call, parts, site.world, plane.words)
        if known is not None:
            return known
    reply = route.handler(site, replace(call, parts=parts))
    if isinstance(reply, Later):
        reply = await asyncio.to_thread(reply.work)
    if fault is not None and fault.after_effect:
        await asyncio.sleep(fault.delay)
        fault.strike(plane.words)
    site.replica.remember(call, reply)
    return reply


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
