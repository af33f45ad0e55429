"""A body has 1 MiB at most, whether its sender says how long it is or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from adapters.http.limits import MOST_ADDRESS, MOST_BYTES, MOST_HEADERS, SmallBodies
from tests.adapters.http.desk import CONTRACT, TOKEN_A, Desk, bearer


def padded(size: int) -> bytes:
    """A body of exactly this size that opens a request: JSON ends where its blanks begin."""
    body = json.dumps(CONTRACT).encode()
    return body + b" " * (size - len(body))


async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


async def test_the_largest_body_is_read(desk: Desk) -> None:
    """Exactly 1 MiB is served, with its length said and in chunks."""
    for content in (padded(MOST_BYTES), in_chunks(padded(MOST_BYTES))):
        answer = await desk.raw(content)
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("said", [True, False])
async def test_one_byte_more_is_refused(desk: Desk, said: bool) -> None:
    """One byte over the limit answers 413 with or without a content length, and opens nothing."""
    body = padded(MOST_BYTES + 1)
    answer = await desk.raw(body if said else in_chunks(body))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert await desk.written() == 0


async def test_a_length_that_is_none_is_refused(desk: Desk) -> None:
    """A content length that is no number, or a monstrous one, answers 413 and is not computed with."""
    for length in ("-1", "abc", "1e3", "1_0", "9" * 5000):
        headers = [*bearer(TOKEN_A).items(), ("Content-Length", length)]
        answer = await desk.client.post("/api/requests", content=b"{}", headers=headers)
        assert answer.status_code == 413, length


async def test_an_endless_body_is_not_read_to_its_end(desk: Desk) -> None:
    """A sender who never stops is refused as soon as the limit is passed."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    answer = await desk.raw(endless())
    assert answer.status_code == 413
    assert sent <= MOST_BYTES + 2 * 65536


async def test_an_address_has_8_kib(desk: Desk) -> None:
    """The longest address is served; one byte more, in its path or in its question, answers 414."""
    fits = "/health?" + "x" * (MOST_ADDRESS - len("/health"))
    assert (await desk.client.get(fits)).status_code == 200
    for longer in (f"{fits}x", "/" + "x" * MOST_ADDRESS):
        answer = await desk.client.get(longer)
        assert (answer.status_code, answer.json()["error"]["code"]) == (414, "url_too_long")


async def test_headers_have_16_kib_together(desk: Desk) -> None:
    """One large header or many small ones: above the limit the answer is 431."""
    assert (await desk.client.get("/health", headers={"X": "x" * 12_000})).status_code == 200
    many = [(f"X-{number}", "x" * 20) for number in range(1000)]
    for headers in ([("X", "x" * MOST_HEADERS)], many):
        answer = await desk.client.get("/health", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (431, "headers_too_large")


async def test_a_body_that_does_not_come_is_not_waited_for_for_ever() -> None:
    """A sender who stops in the middle gets 408 and is hung up on; nothing behind the limit hears of it."""

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("reached")

    async def stopped() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("woken")

    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "headers": []}
    await SmallBodies(behind, patience=0.01)(scope, stopped, send)
    assert (said[0]["status"], Headers(raw=said[0]["headers"])["connection"]) == (408, "close")
