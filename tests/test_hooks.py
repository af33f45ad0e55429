"""Outgoing webhooks: what happened is told once it is committed, signed, in order, and never to an address inside."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from adapters.http.courier import HttpCourier, Unfit, is_public, refused
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.hooks import Hooks
from bot.ports import NotAccepted, Unclear, Webhook
from tests.office import BRAND, START, Office, office

SECRET = "whsec_of_the_test"


@dataclass
class Receiver:
    """Other software, on loopback: keeps what it gets, and answers as it is told."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: Callable[[str], int] | None = None

    @property
    def facts(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.got]

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        status = self.answers(json.loads(body)["request"]) if self.answers else self.status
        if status == 200:
            self.got.append((dict(request.headers), body))
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/{any:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def listens(at_work: Office, receiver: Receiver, brand: str = BRAND, number: str = "w1") -> Hooks:
    webhook = Webhook(number, brand, receiver.url, SECRET, START, allow_private=True)
    await at_work.store.run(lambda tx: tx.save_webhook(webhook))
    return Hooks(at_work.store, at_work.clock, HttpCourier())


async def decided(at_work: Office) -> RequestId:
    request = await at_work.opens()
    await at_work.says("pavel", Action.YES, request)
    return request


async def test_a_decision_is_told_signed_and_without_words(at_work: Office, receiver: Receiver) -> None:
    """Who decided what, when; the signature covers the body and the instant; nothing that people wrote goes along."""
    hooks = await listens(at_work, receiver)
    request = await at_work.opens(text="A secret list")
    await at_work.says("pavel", Action.YES, request, "Well done, dear all")
    assert await hooks.tell_due() == 1
    ((headers, body),) = receiver.got
    fact = json.loads(body)
    assert (fact["type"], fact["fact"], fact["request"], fact["by"]) == ("request.decided", "approved", request, "pavel")
    assert fact["id"] == headers["Soglas-Event-Id"]
    seconds, given = (part.partition("=")[2] for part in headers["Soglas-Signature"].split(","))
    assert int(seconds) == int(at_work.clock.now().timestamp())
    assert given == hmac.new(SECRET.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert not any(word in body.decode() for word in ("secret", "dear", "January"))


async def test_what_is_refused_or_undone_is_not_told(at_work: Office, receiver: Receiver) -> None:
    """Nothing happened, nothing is told; what another brand does neither."""
    hooks = await listens(at_work, receiver, brand="another-brand")
    request = await decided(at_work)
    await at_work.says("oleg", Action.REJECT, request, "no")
    assert await hooks.tell_due() == 0
    assert receiver.got == []


async def test_a_receiver_that_is_down_hears_everything_in_order(at_work: Office, receiver: Receiver) -> None:
    """What comes later waits behind what could not be told yet; another request's goes on meanwhile."""
    hooks = await listens(at_work, receiver)
    first = await decided(at_work)
    receiver.answers = lambda request: 503 if request == first else 200
    assert await hooks.tell_due() == 1
    await at_work.says("pavel", Action.TAKE_BACK, first)
    other = await decided(at_work)
    await hooks.tell_due()
    assert [fact["request"] for fact in receiver.facts] == [other]
    receiver.answers = None
    at_work.clock.set(at_work.clock.now() + timedelta(minutes=5))
    for _ in range(3):
        await hooks.tell_due()
        at_work.clock.set(at_work.clock.now() + timedelta(minutes=5))
    told = [fact["fact"] for fact in receiver.facts if fact["request"] == first]
    assert told == ["approved", "taken_back"]
    assert at_work.jobs("hook:") == {}


async def test_a_receiver_that_never_answers_is_given_up_after_a_day(at_work: Office, receiver: Receiver) -> None:
    """Tried again ever more rarely, for a day; then the job is gone, and nothing else was held up by it."""
    hooks, receiver.status = await listens(at_work, receiver), 302
    await decided(at_work)
    tries = 0
    while at_work.jobs("hook:") and tries < 200:
        await hooks.tell_due()
        tries += 1
        at_work.clock.set(at_work.clock.now() + timedelta(minutes=61))
    assert 20 <= tries <= 30
    assert receiver.got == []


async def test_an_ended_webhook_is_told_nothing(at_work: Office, receiver: Receiver) -> None:
    """Neither what waits for it nor what happens later."""
    hooks = await listens(at_work, receiver)
    await decided(at_work)
    ended = Webhook("w1", BRAND, receiver.url, "", START, allow_private=True, ended_at=START)
    await at_work.store.run(lambda tx: tx.save_webhook(ended))
    await decided(at_work)
    assert await hooks.tell_due() == 1
    assert (receiver.got, at_work.jobs("hook:")) == ([], {})


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::", "localhost"],
)  # fmt: skip
def test_addresses_inside_are_not_public(address: str) -> None:
    """However they are written."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_addresses_outside_are_public(address: str) -> None:
    """The open internet, also through a translator."""
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://example.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://user:pass@example.com/", "https:///x", "ftp://example.com/",
     "https://example.com:99999/", "https://[", "example.com"],
)  # fmt: skip
def test_an_address_that_is_refused_at_once(url: str) -> None:
    """Before anything is stored or looked up."""
    assert refused(url)
    assert not refused("https://example.com:8443/path?x=1")


def test_an_address_inside_may_be_more() -> None:
    """One's own network may be without encryption; what is no web address is none there either."""
    assert [refused(url, inside=True) for url in ("http://127.0.0.1/x", "https://10.0.0.1/", "http://crm")] == [None] * 3
    assert [refused(url, inside=True) for url in ("ftp://127.0.0.1/x", "http://")] == [Unfit.NOT_HTTP, Unfit.NOT_AN_ADDRESS]


async def test_a_name_that_leads_inside_is_not_followed(receiver: Receiver) -> None:
    """``localhost`` is a name like any other, which may be looked up: what it leads to is what counts, and never a redirect."""
    port = receiver.url.rsplit(":", 1)[1]
    courier = HttpCourier()
    inside = Webhook("w1", BRAND, f"https://localhost:{port}", SECRET, START)
    with pytest.raises(Unclear):
        await courier.deliver(inside, b"{}", {})
    with pytest.raises(NotAccepted):
        await courier.deliver(Webhook("w1", BRAND, receiver.url, SECRET, START), b"{}", {})
    assert receiver.got == []
