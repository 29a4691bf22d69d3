"""How an answer goes out: whole, byte by byte, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Answer


async def deliver(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    if answer.data is not None and not answer.trickle:
        return web.Response(status=answer.status, body=answer.data, headers=answer.headers)
    text = answer.text
    if text is None and answer.body is not None:
        text = json.dumps(answer.body, separators=(",", ":"))
    if text is None and answer.data is None:
        return web.Response(status=answer.status, headers=answer.headers)
    headers = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
    data = (answer.data or b"") if text is None else text.encode()
    if answer.trickle:
        return await _trickle(
            request, web.StreamResponse(status=answer.status, headers=headers), data, answer
        )
    return web.Response(status=answer.status, body=data, headers=headers)


async def _trickle(
    request: web.BaseRequest, response: web.StreamResponse, data: bytes, answer: Answer
) -> web.StreamResponse:
    response.content_length = len(data)
    with contextlib.suppress(ConnectionResetError):  # the caller has had enough
        await response.prepare(request)
        for byte in data:
            await response.write(bytes((byte,)))
            await asyncio.sleep(answer.trickle)
    return response


def reset(request: web.BaseRequest) -> None:
    """Break the connection as a failing box on the way does: with a reset, without TLS's goodbye."""
    if request.transport is None:
        return
    line = request.transport.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
