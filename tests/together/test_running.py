"""What runs beside each other: moments and decisions, slow and failing sends, webhooks, reads; and what is forgotten too early."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from structlog.testing import capture_logs

from adapters.playground.clock import MovableClock
from bot import retention
from bot.carrying import wake_job
from bot.chance import SystemChance
from bot.core.request.commands import Do
from bot.core.request.model import Draft, Request, RequestId
from bot.core.request.table import Action
from bot.core.wording import text
from bot.hooks import Hooks
from bot.inbox import Inbox
from bot.invites import Ended, Invited, Invites, Welcome
from bot.outbox import Outbox
from bot.ports import Account, Copy, Filter, Job, Posted, Transaction, Unavailable, Webhook
from bot.service import Done, Service
from storage.postgres import PostgresStore
from tests.office import BRAND, START, Office, hired, office
from tests.post import Post
from tests.storage.server import database, migrated
from tests.storage.test_postgres import cut

T = TypeVar("T")
DRAFT = Draft("creator_selection", "RU", "List")


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path, without="oleg") as found:
        yield found


async def waits_for_a_lock(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        for _ in range(100):
            row = server.execute("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database OR l.database IS NULL"
                                 " WHERE NOT granted").fetchone()  # fmt: skip
            if row and row[0]:
                return
            await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_a_moment_that_meets_a_decision_is_no_failure() -> None:
    """A moment locks its job first and its request then, a decision the other way round: whoever is undone simply runs again."""
    url = database(migrated())
    here, there = PostgresStore(url, "here"), PostgresStore(url, "there")
    clock = MovableClock(START, running=False)
    await hired(here)
    opened = await Service(here, clock).open(BRAND, "sveta", DRAFT, through="test")
    assert isinstance(opened, Done)
    await here.run(lambda tx: tx.put_job(wake_job(opened.request.id, START)))
    locked, go_on, tries = threading.Event(), threading.Event(), iter(range(10))

    def decides(tx: Transaction) -> None:
        tx.request(opened.request.id)
        if next(tries) == 0:
            locked.set()
            go_on.wait(5)
        tx.put_job(wake_job(opened.request.id, START))
        tx.jobs_due(START)

    deciding = asyncio.create_task(there.run(decides))
    await asyncio.to_thread(locked.wait, 5)
    with capture_logs() as said:
        waking = asyncio.create_task(Service(here, clock).wake_due())
        await waits_for_a_lock(url)
        await asyncio.sleep(0.2)
        go_on.set()
        await deciding
        woken = await waking
    try:
        assert not [line for line in said if line["event"] == "moment_failed"]
        # Run again while the decision still holds the moment, it leaves it to the next sweep.
        assert woken or await Service(here, clock).wake_due() >= 1
    finally:
        await here.close()
        await there.close()


async def test_a_connection_lost_while_something_is_sent_doubles_nothing() -> None:
    """The database's connection ends (a restart, a pooler) while a message is on its way: that it was sent is still noted."""
    url = database(migrated())
    store, clock = PostgresStore(url, "here"), MovableClock(START, running=False)
    await hired(store)

    class Cutting(Post):
        async def tell(self, account: Account, words: str, about: Copy | None, thread: bool = False) -> Posted:
            found = await super().tell(account, words, about, thread)
            if len(self.sheet) == 1:
                cut(url, "soglas")
            return found

    post = Cutting()
    outbox = Outbox(store, clock, {"post": post})
    job = Job("tell:1", "tell", RequestId(""), "anna", START, text("invite.joined", who="x", messenger="y", person="z"))
    await store.run(lambda tx: tx.put_job(job))
    for _ in range(5):
        with suppress(Unavailable):
            await outbox.send_due()
        clock.set(clock.now() + timedelta(seconds=70))
    await store.close()
    assert len(post.sheet) == 1


async def test_a_tap_survives_a_lost_connection() -> None:
    """The database closed the connection between two taps; it is there: the next tap is decided, and not answered by a failure."""
    url = database(migrated())
    store, clock = PostgresStore(url, "here"), MovableClock(START, running=False)
    await hired(store)
    service = Service(store, clock)
    opened = await service.open(BRAND, "sveta", DRAFT, through="test")
    assert isinstance(opened, Done)
    cut(url, "soglas")
    await asyncio.sleep(0.1)
    try:
        assert isinstance(await service.do(opened.request.id, Do(Action.YES, "pavel")), Done)
    finally:
        await store.close()


async def test_a_sender_that_stops_lets_the_next_one_begin() -> None:
    """Its work is given back, so its duty is free as well, and not only when everything else has stopped, too."""
    url = database(migrated())
    here, there = PostgresStore(url, "here"), PostgresStore(url, "there")
    outbox = Outbox(here, MovableClock(START, running=False), {}, leads=lambda: here.leads("sender"))
    await outbox.send_due()
    assert not await there.leads("sender")
    await outbox.stop()
    free = await there.leads("sender")
    await here.close()
    await there.close()
    assert free


class Hanging(Post):
    """One chat is slow."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def post(self, account: Account, card: Any) -> Posted:
        if account.person == "sveta":
            await self.go_on.wait()
        return await super().post(account, card)


class FailsOnce:
    """A store that is away for one moment, when it is told to be."""

    is_shared = False

    def __init__(self, store: Any) -> None:
        self._store, self.fails = store, 0

    async def run(self, work: Callable[[Transaction], T], *about: Any) -> T:
        if self.fails:
            self.fails -= 1
            raise Unavailable("for a moment")
        found: T = await self._store.run(work, *about)
        return found

    async def read(self, work: Callable[[Transaction], T]) -> T:
        found: T = await self._store.read(work)
        return found


async def test_one_slow_call_and_one_lost_note_stop_nobody_else(at_work: Office) -> None:
    """While a chat hangs and the database was away for a moment, the messages of others go on being sent."""
    post, store = Hanging(), FailsOnce(at_work.store)
    outbox = Outbox(store, at_work.clock, {"post": post})  # type: ignore[arg-type]
    await at_work.opens("sveta", "concept", "RU")

    async def told(person: str) -> None:
        job = Job(
            f"tell:{person}", "tell", RequestId(""), person, START, text("invite.joined", who="x", messenger="y", person="z")
        )
        await at_work.store.run(lambda tx: tx.put_job(job))
        outbox.nudge()

    (any_id,) = [RequestId("A-1")]
    await at_work.store.run(lambda tx: tx.put_job(Job(f"card:{any_id}:sveta", "card", any_id, "sveta", START)))
    sending = asyncio.create_task(outbox.send_due())
    for _ in range(100):
        await asyncio.sleep(0.01)
    tell = post.tell

    async def then_away(*given: Any, **more: Any) -> Posted:
        found = await tell(*given, **more)
        store.fails = 2
        return found

    post.tell = then_away  # type: ignore[method-assign]
    await told("anna")
    await asyncio.sleep(0.3)
    post.tell = tell  # type: ignore[method-assign]
    await told("irina")
    for _ in range(30):
        await asyncio.sleep(0.1)
        if post.to("irina", "tell"):
            break
    try:
        assert post.to("anna", "tell")
        assert not sending.done()
        assert post.to("irina", "tell")
    finally:
        post.go_on.set()
        await asyncio.gather(sending, return_exceptions=True)


async def test_a_slow_receiver_hears_nothing_out_of_order(at_work: Office) -> None:
    """Telling takes longer than a lease and another process goes on with the line: the first one tells nothing older after it."""
    webhook = Webhook("w1", BRAND, "http://127.0.0.1:1/", "secret", START, allow_private=True)
    await at_work.store.run(lambda tx: tx.save_webhook(webhook))
    request = await at_work.opens("marina", "concept", "RU")
    for person in ("sveta", "pavel"):
        await at_work.says(person, Action.YES, request)
    await at_work.says("pavel", Action.TAKE_BACK, request)
    await at_work.says("pavel", Action.YES, request)
    got: list[str] = []
    go_on = asyncio.Event()

    class Courier:
        def __init__(self, *, slow: bool) -> None:
            self._slow = slow

        async def deliver(self, webhook: Webhook, body: bytes, headers: dict[str, str]) -> None:
            if self._slow:
                await go_on.wait()
            got.append(headers["Soglas-Event-Id"])

    first = asyncio.create_task(Hooks(at_work.store, at_work.clock, Courier(slow=True)).tell_due())
    await asyncio.sleep(0.2)
    at_work.clock.set(at_work.clock.now() + timedelta(seconds=61))
    await Hooks(at_work.store, at_work.clock, Courier(slow=False)).tell_due()
    assert len(got) >= 2
    go_on.set()
    await first
    assert len(got) <= 1 + len(set(got)), got


async def test_an_account_can_be_taken_away_after_its_invitation_was_forgotten(at_work: Office) -> None:
    """Whoever came in by an invitation months ago is taken away like anybody else: that it was theirs is not forgotten."""
    invites = Invites(at_work.store, at_work.clock, SystemChance())
    invited = await invites.invite_member("katya", "oleg")
    assert isinstance(invited, Invited)
    assert isinstance(await invites.redeem(invited.word, Account("telegram", "", "1001", "", "1001")), Welcome)
    at_work.clock.set(START + timedelta(days=60))
    await retention.tidy(at_work.store, at_work.clock.now(), retention.USUAL)
    ended = await invites.revoke("katya", "oleg")
    assert isinstance(ended, Ended), ended
    assert ended.account is not None


async def test_a_tap_waits_for_no_long_reading(at_work: Office) -> None:
    """Whoever can be written to again gets all their cards anew, read and written in pages: a tap's reads go in between."""
    limits: list[int] = []

    class Asked(Service):
        async def list(self, wanted: Filter) -> Sequence[Request]:
            limits.append(wanted.limit)
            return await super().list(wanted)

    for number in range(120):
        opened = await at_work.service.open(BRAND, "sveta", Draft("creator_selection", "RU", f"List {number}"), through="test")
        assert isinstance(opened, Done)
    known = await at_work.store.read(lambda tx: tx.account("post", "x-pavel"))
    assert known is not None
    await at_work.store.run(lambda tx: tx.save_account(replace(known, blocked=True)))

    def undrawn(tx: Transaction) -> None:
        for number in range(1, 121):
            tx.drop_job(f"card:A-{number}:pavel")

    await at_work.store.run(undrawn)
    asked = Asked(at_work.store, at_work.clock)
    inbox = Inbox("post", asked, at_work.store, at_work.clock)
    await inbox.present(replace(known, blocked=True), gone=False)
    assert max(limits) <= 50
    drawn = at_work.rows("SELECT count(*) FROM job WHERE kind = 'card' AND person = 'pavel'")
    assert drawn == [(120,)]


async def test_an_old_name_does_not_come_back_with_a_draft(at_work: Office) -> None:
    """Somebody else's unsent draft names a creator who is removed: sent later, it does not bring the name back."""
    from bot.ports import Creator
    from bot.removal import Removal

    mia = Creator("creator:1", BRAND, "US", "Mia Torres", "en", "jordan", START)
    await at_work.store.run(lambda tx: tx.save_creator(mia))
    await at_work.store.run(lambda tx: tx.save_dialog("telegram:new", "42", '{"content": {"creator": "Mia Torres"}}', START))
    await Removal(at_work.store, at_work.clock).remove("creator:1", "katya")
    kept = await at_work.store.read(lambda tx: tx.dialog("telegram:new", "42"))
    assert "Mia Torres" not in (kept or "")


async def test_a_request_opened_while_somebody_is_removed_has_no_name(at_work: Office) -> None:
    """A running process opens a request between the pieces of a removal: afterwards the name is in no state."""
    from bot.ports import Creator
    from bot.removal import Removal

    mia = Creator("creator:1", BRAND, "US", "Mia Torres", "en", "jordan", START)
    await at_work.store.run(lambda tx: tx.save_creator(mia))
    removal = Removal(at_work.store, at_work.clock)
    rename = removal._rename_in_requests

    async def then_opens(traces: Any) -> None:
        await rename(traces)
        removal._rename_in_requests = rename  # type: ignore[method-assign]
        draft = Draft("creator_selection", "US", "List", creator="Mia Torres", creator_id="creator:1")
        opened = await at_work.service.open(BRAND, "jordan", draft, through="test")
        assert isinstance(opened, Done), opened

    removal._rename_in_requests = then_opens  # type: ignore[method-assign]
    await removal.remove("creator:1", "katya")
    assert "Mia Torres" not in str(at_work.rows("SELECT state FROM request"))
