"""Serving over a real socket."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from adapters.http.server import HttpServer, PortTaken
from tests.adapters.http.desk import CONTRACT, TOKEN_A, at_the_desk, bearer


async def test_a_request_goes_over_the_wire(tmp_path: Path) -> None:
    """Over a real port: a request is opened, one too large is refused while it is being sent, and stopping closes the port."""
    async with at_the_desk(tmp_path) as desk:
        server = HttpServer(desk.app, "127.0.0.1", 0)
        await server.start()
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(TOKEN_A)) as client:
            opened = await client.post("/api/requests", json=CONTRACT)
            assert (opened.status_code, opened.json()["id"]) == (201, "A-1")
            assert "server" not in opened.headers
            large = await client.post("/api/requests", content=b" " * (3 << 20))
            assert large.status_code == 413
        await server.stop()
        with pytest.raises(httpx.ConnectError):
            await httpx.AsyncClient().get(f"{server.url}/health")


async def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    """A second server on the port is refused at once with the system's own reason, also before the first one serves."""
    first = HttpServer(nothing, "127.0.0.1", 0)
    await first.bind()
    port = int(first.url.rpartition(":")[2])
    with pytest.raises(PortTaken) as refused:
        await HttpServer(nothing, "127.0.0.1", port).bind()
    assert refused.value.reason == "Address already in use"
    await first.stop()
    again = HttpServer(nothing, "127.0.0.1", port)
    await again.bind()
    await again.stop()


async def test_a_host_that_is_not_there_is_said() -> None:
    """A name that leads nowhere is told like a port that cannot be used."""
    with pytest.raises(PortTaken):
        await HttpServer(nothing, "no.such.host.invalid", 0).bind()


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_an_ipv6_address_is_written_in_brackets() -> None:
    """The URL that is shown can be opened."""
    server = HttpServer(nothing, "::1", 0)
    try:
        await server.bind()
    except PortTaken:
        pytest.skip("no IPv6 loopback here")
    assert server.url.startswith("http://[::1]:")
    await server.stop()


async def test_a_request_under_way_is_finished(tmp_path: Path) -> None:
    """Stopping lets an answer that is being made go out."""
    begun = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            begun.set()
            await asyncio.sleep(0.3)
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"done"})

    server = HttpServer(slow, "127.0.0.1", 0)
    await server.start()
    async with httpx.AsyncClient() as client:
        answer = asyncio.create_task(client.get(server.url))
        await begun.wait()
        await server.stop()
        assert (await answer).text == "done"


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """An application nobody calls."""
