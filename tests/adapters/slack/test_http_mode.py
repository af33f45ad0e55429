"""Slack's deliveries over HTTP: believed only with Slack's signature, acknowledged only when written down, done once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import httpx
import pytest
from starlette.responses import PlainTextResponse

from adapters.http.front import MOST_BYTES, Front
from adapters.playground.slack import Acked
from adapters.slack.http_mode import PATH
from bot.ports import NOTHING_SAID, About, Transaction, Unavailable
from bot.wiring import SlackSettings, System, assemble
from storage.sqlite import SqliteStore
from tests.adapters.slack.office import Json, Office, opened

T = TypeVar("T")
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"


class FullDisk(SqliteStore):
    """A database to which nothing can be written for a while."""

    is_full = False

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        if self.is_full:
            raise Unavailable("the disk is full")
        return await super().run(work, about)


class Post:
    """Slack as it delivers over HTTP; stands where the stand-in's sockets stand."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.front = Front(system.doors, PlainTextResponse("not a door", 418))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.front), base_url="https://soglas.example")

    async def sends(
        self,
        body: bytes,
        kind: str = FORM,
        *,
        secret: str = SIGNING,
        at: float | str | None = None,
        more: dict[str, str] | None = None,
    ) -> httpx.Response:
        when = at if isinstance(at, str) else str(int(at if at is not None else time.time()))
        signed = hmac.new(secret.encode(), f"v0:{when}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": when, "X-Slack-Signature": f"v0={signed}", "Content-Type": kind}
        return await self.http.post(PATH, content=body, headers={**headers, **(more or {})})

    async def deliver(self, kind: str, payload: Json, *, attempt: int | None = None, patience: float = 0.0) -> Acked:
        """One payload in the form Slack gives it over HTTP."""
        began = time.monotonic()
        if kind == "events_api":
            again = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"} if attempt else {}
            answer = await self.sends(json.dumps(payload).encode(), "application/json", more=again)
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            answer = await self.sends(urlencode(fields).encode())
        told = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer.text or None
        return Acked(answer.status_code == 200, time.monotonic() - began, told)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, Post]]:
    """An office whose bot takes Slack's deliveries over HTTP."""
    async with opened(tmp_path) as office:
        town = office.town
        await town.system.stop()
        settings = SlackSettings("xoxb-demo", "", town.slack.api_url, mode="http", signing_secret=SIGNING)
        town.system = assemble(FullDisk(town.database), town.clock, slack=settings)
        await town.system.start()
        post = Post(town.system)
        town.slack._delivery._link = post  # type: ignore[assignment]
        yield office, post


async def test_everything_people_do_arrives(served: tuple[Office, Post]) -> None:
    """Taps, forms, commands and messages work as they do over sockets, without any socket."""
    office, _ = served
    request = await office.opens("jordan", "creator_selection", "US", "Over HTTP")
    await office.taps("priya", "Yes, with remarks")
    assert (await office.fills_in("priya")).errors
    await office.fills_in("priya", must_fix="Show the logo")
    assert (await office.request(request)).revision > 1
    assert await office.commands("priya", "inbox")
    before = len(office.chat("priya"))
    await office.writes("priya", "help")
    assert len(office.chat("priya")) > before
    assert office.slack.sockets == 0


async def test_slack_checks_the_address(served: tuple[Office, Post]) -> None:
    """The challenge comes back when it is signed; the look at the certificate is answered without a signature."""
    _, post = served
    asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()
    assert (await post.sends(asked, "application/json")).json() == {"challenge": "3eZbrw1aB"}
    assert (await post.sends(asked, "application/json", secret="another")).status_code == 401
    looked = await post.http.post(PATH, content=b"ssl_check=1&token=x", headers={"Content-Type": FORM})
    assert (looked.status_code, looked.text) == (200, "")


async def test_only_slack_is_believed(served: tuple[Office, Post]) -> None:
    """Unsigned, signed with another secret, long ago, in the future, or in a form Slack never has: 401 without a trace."""
    _, post = served
    body, now = urlencode({"command": "/soglas", "text": "help", "user_id": "U1", "team_id": "T1"}).encode(), time.time()
    told = [
        await post.http.post(PATH, content=body, headers={"Content-Type": FORM}),
        await post.sends(body, secret=SIGNING.upper()),
        await post.sends(body, at=now - 301),
        await post.sends(body, at=now + 302),
        await post.sends(body, at="yesterday"),
        await post.sends(body, more={"X-Slack-Signature": "v0=" + "0" * 64}),
        await post.sends(body + b"\xff\xfe"),
        await post.sends(b"{", "application/json", secret="another"),
        await post.http.post(
            PATH, content=body, headers=[(b"X-Slack-Request-Timestamp", b"%d" % now), (b"X-Slack-Signature", b"v0=\xe9")]
        ),
    ]
    assert [one.status_code for one in told] == [401] * 9
    assert await post.system.store.read(lambda tx: tx.unhandled("slack")) == []


async def test_what_is_no_delivery_is_refused(served: tuple[Office, Post]) -> None:
    """Too large, another method, another path; nothing of it is read as a delivery."""
    _, post = served
    assert (await post.sends(b"a" * (MOST_BYTES + 1))).status_code == 413
    assert (await post.http.get(PATH)).status_code == 405
    assert (await post.http.post("/slack/other")).status_code == 404
    assert (await post.http.post("/slackers")).status_code == 418


async def test_an_event_that_comes_again_does_nothing(served: tuple[Office, Post]) -> None:
    """Slack repeats what it thinks was not acknowledged; several at once are one too."""
    office, _ = served
    await office.writes("priya", "help")
    before = len(office.chat("priya"))
    again = await asyncio.gather(*(office.slack.repeat_last() for _ in range(3)))
    await office.quiet()
    assert [one.ok for one in again] == [True] * 3
    assert len(office.chat("priya")) == before


async def test_what_cannot_be_written_down_is_not_acknowledged(served: tuple[Office, Post]) -> None:
    """The database refuses: no 200, and the same event is answered when it comes again."""
    office, post = served
    before, store = len(office.chat("priya")), post.system.store
    assert isinstance(store, FullDisk)
    store.is_full = True
    await office.slack.say(office.id("priya"), "help")
    assert office.slack.unacked
    store.is_full = False
    assert (await office.slack.repeat_last()).ok
    await office.quiet()
    assert len(office.chat("priya")) > before
    office.slack.unacked.clear()


async def test_what_comes_while_it_stops_is_for_later(served: tuple[Office, Post]) -> None:
    """New deliveries hear 503 from the beginning of the stop on."""
    office, post = served
    await office.writes("priya", "help")
    post.front.close()
    assert not (await office.slack.repeat_last()).ok
    await post.system.stop()
    assert (await Post(post.system).sends(b"payload=%7B%7D")).status_code == 503
    office.slack.unacked.clear()
