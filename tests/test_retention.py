"""What is forgotten after how long, and that nobody waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.playground.clock import MovableClock
from bot import retention
from bot.core.request.commands import Do
from bot.core.request.model import Draft, File, RequestId
from bot.core.request.table import Action
from bot.ports import Invite, Store, StoredFile, Transaction, Update
from bot.retention import USUAL, Kept
from bot.service import Done, Service
from bot.settings import WrongSettings, read_settings
from tests.office import BRAND, START, hired
from tests.storage.conftest import ENGINES

DAY = timedelta(days=1)
BODY = b"a moodboard"
DIGEST = sha256(BODY).hexdigest()


@pytest.fixture(params=ENGINES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    engine = ENGINES[request.param](tmp_path)
    found = engine.open()
    await hired(found)
    yield found
    await found.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START, running=False)


@pytest.fixture
def service(store: Store, clock: MovableClock) -> Service:
    return Service(store, clock)


async def opened(service: Service, store: Store, file: str = "") -> RequestId:
    files = (File(file, "a.pdf", "application/pdf", len(BODY)),) if file else ()

    def keep(tx: Transaction) -> None:
        tx.save_file(StoredFile(file, BRAND, "a.pdf", "application/pdf", len(BODY), "post", "p", "", DIGEST, "sveta", START))
        tx.save_file_body(DIGEST, BODY)

    if file:
        await store.run(keep)
    draft = Draft("creator_selection", "RU", "List", files=files)
    outcome = await service.open(BRAND, "sveta", draft, through="test")
    assert isinstance(outcome, Done)
    await store.run(lambda tx: tx.note_sent(f"tell:{outcome.request.id}:your_turn:pavel", "c", "1", START))
    await store.run(lambda tx: tx.note_sent(f"file:{outcome.request.id}:pavel:{file}", "c", "2", START))
    return outcome.request.id


async def ended(service: Service, request: RequestId) -> None:
    assert isinstance(await service.do(request, Do(Action.WITHDRAW, "sveta")), Done)


async def tidied(store: Store, days: float, kept: Kept = USUAL) -> None:
    await retention.tidy(store, START + days * DAY, kept)


@pytest.mark.parametrize(("days", "there"), [(14, True), (14.1, False)])
async def test_handled_deliveries_go_after_a_fortnight(store: Store, days: float, there: bool) -> None:
    """A delivery that was handled is known for fourteen days; one that was not stays until it is."""
    for number in range(3):
        await store.run(lambda tx, n=number: tx.receive(Update("post" if n else "slack", str(n), "{}", START)))  # type: ignore[misc]
    await store.run(lambda tx: (tx.handled("slack", "0", START), tx.handled("post", "1", START)))
    await tidied(store, days)
    assert await store.read(lambda tx: (tx.is_handled("slack", "0"), tx.is_handled("post", "1"))) == (there, there)
    assert [update.id for update in await store.read(lambda tx: tx.unhandled("post"))] == ["2"]


async def test_each_thing_has_its_own_time(store: Store) -> None:
    """Dialogs thirty days, words that were not understood ninety, invitations thirty after their end, processes seven."""

    def fill(tx: Transaction) -> None:
        tx.save_dialog("post", "x-anna", "{}", START)
        tx.note_unanswered(BRAND, "anna", "eh?", START)
        tx.save_invite(Invite("d" * 64, BRAND, "anna", "", START - 7 * DAY, START))
        tx.beat("process.1", START)
        tx.beat("telegram.polled", START)

    def look(tx: Transaction) -> tuple[bool, ...]:
        return (
            tx.dialog("post", "x-anna") is not None, bool(tx.unanswered(BRAND, START)), tx.invite("d" * 64) is not None,
            tx.beaten("process.1") is not None, tx.beaten("telegram.polled") is not None,
        )  # fmt: skip

    await store.run(fill)
    seen = []
    for days in (6, 8, 29, 31, 89, 91):
        await tidied(store, days)
        seen.append(await store.read(look))
    assert seen == [
        (True, True, True, True, True), (True, True, True, False, True), (True, True, True, False, True),
        (False, True, False, False, True), (False, True, False, False, True), (False, False, False, False, True),
    ]  # fmt: skip


async def test_a_request_that_ended_keeps_its_record_only(store: Store, service: Service) -> None:
    """Half a year after its end the bytes of its files and the list of its messages go; events, name and digest stay."""
    request = await opened(service, store, "F-1")
    other = await opened(service, store)
    await ended(service, request)
    for days, there in ((179, True), (181, False), (182, False)):
        await tidied(store, days)
        kept = await store.read(lambda tx: (tx.file_body(DIGEST), tx.sent(f"tell:{request}:your_turn:pavel")))
        assert (kept[0] is not None, kept[1] is not None) == (there, there), days
    file = await store.read(lambda tx: tx.file("F-1"))
    assert file is not None
    assert (file.name, file.digest) == ("a.pdf", DIGEST)
    assert len(await store.read(lambda tx: tx.events(request))) > 1
    assert await store.read(lambda tx: tx.sent(f"file:{request}:pavel:F-1")) is None
    assert await store.read(lambda tx: tx.sent(f"tell:{other}:your_turn:pavel")) == START


async def test_what_is_open_for_a_year_is_found_when_it_ends(store: Store, service: Service, clock: MovableClock) -> None:
    """Requests are gone through once, but not past one that is still open."""
    first = await opened(service, store)
    clock.set(START + DAY)
    await ended(service, await opened(service, store))
    await tidied(store, 400)
    await ended(service, first)
    await tidied(store, 401)
    assert await store.read(lambda tx: tx.sent(f"tell:{first}:your_turn:pavel")) is None


async def test_bytes_that_were_given_again_stay(store: Store, service: Service) -> None:
    """The same file given for something newer is not taken from it."""
    request = await opened(service, store, "F-1")
    await ended(service, request)
    newer = StoredFile("F-2", BRAND, "b.pdf", "", 1, "post", "p", "", DIGEST, "anna", START + 100 * DAY)
    await store.run(lambda tx: tx.save_file(newer))
    await tidied(store, 200)
    assert await store.read(lambda tx: tx.file_body(DIGEST)) == BODY


async def test_messages_about_no_request_go_by_their_age(store: Store) -> None:
    """Morning lists are counted for half a year; those of requests go with their request only."""

    def sent(tx: Transaction) -> None:
        for number in range(450):
            tx.note_sent(f"tell:digest:anna:{number:03}", "c", str(number), START + number * DAY)
        tx.note_sent("tell:A-1:your_turn:anna", "c", "m", START)

    await store.run(sent)
    await tidied(store, 400)
    there = await store.read(lambda tx: [n for n in range(450) if tx.sent(f"tell:digest:anna:{n:03}")])
    assert there == list(range(220, 450))
    assert await store.read(lambda tx: tx.sent("tell:A-1:your_turn:anna")) is not None


async def test_nobody_waits_for_it(store: Store) -> None:
    """While thousands of deliveries are forgotten, others are written down in between, each at once."""
    await store.run(_deliveries)
    forgetting = asyncio.create_task(tidied(store, 30))
    waits: list[float] = []
    while not forgetting.done():
        begun = time.perf_counter()
        await store.run(lambda tx: tx.beat("telegram.polled", START))
        waits.append(time.perf_counter() - begun)
    await forgetting
    assert len(waits) > 10
    assert max(waits) < 1


def _deliveries(tx: Transaction) -> None:
    for number in map(str, range(4000)):
        tx.receive(Update("post", number, "{}", START))
        tx.handled("post", number, START)


def test_each_setting_is_for_what_it_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every number of days gets where its name says, and one day is too few for what messengers repeat."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(asdict(USUAL), 2):
        monkeypatch.setenv(f"SOGLAS_KEEP_{name.upper()}", str(number))
    assert list(asdict(read_settings().kept()).values()) == list(range(2, 2 + len(asdict(USUAL))))
    monkeypatch.setenv("SOGLAS_KEEP_DELIVERIES", "1")
    with pytest.raises(WrongSettings, match="SOGLAS_KEEP_DELIVERIES"):
        read_settings()
