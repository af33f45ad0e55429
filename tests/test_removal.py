"""A person who is removed: the name is nowhere any more, the history is whole and knows their role."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.playground.clock import MovableClock
from bot.core.playbook import Loaded
from bot.core.request.commands import Do
from bot.core.request.model import Draft, RequestId, Status
from bot.core.request.table import Action
from bot.core.wording import text
from bot.ports import Account, Creator, Invite, Job, Store, Transaction, Update
from bot.removal import NotKnown, Removal, Removed, StillInForce
from bot.service import Done, Service
from bot.speech import Reader, say
from bot.teams import team_of
from storage import backup
from storage.chain import broken_at
from storage.erasing import erase_deleted
from storage.sqlite import SqliteStore
from storage.upgrade import open_engine
from tests.core.playbook.brands import BRAND_A, loaded
from tests.office import BRAND, FAR, START, Office, hired, office
from tests.storage.conftest import ENGINES

NAMES = ("Pavel Gromov", "Павел Громов")
PAVEL = "  pavel: {name: {en: Pavel Gromov, ru: Павел Громов}, market: RU, languages: [ru]}\n"
WITHOUT_PAVEL = loaded(
    BRAND_A.replace(PAVEL, "").replace("deputies: [pavel]", "deputies: []").replace("holder: pavel", "holder: irina")
)
DELIVERED = json.dumps({"from": {"id": 4711, "first_name": "Павел", "username": "x-pavel"}, "text": "Павел Громов"})


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def traces(tx: Transaction) -> None:
    """What else may hold the name of somebody: deliveries, dialogs, invitations, messages that wait, words of others."""
    tx.receive(Update("post", "u1", DELIVERED, START))
    tx.handled("post", "u1", START)
    tx.save_dialog("post:new", "x-pavel", '{"title": "Pavel Gromov"}', START)
    tx.save_invite(Invite("d" * 64, BRAND, "pavel", "", START, START, used_at=START, used_by="post:x-pavel"))
    tx.note_unanswered(BRAND, "pavel", "what now", START)
    tx.note_unanswered(BRAND, "anna", "where is Павел Громов", START)
    tx.put_job(Job("tell:to-him", "tell", RequestId(""), "pavel", FAR, text("x", who="Anna")))
    tx.put_job(Job("tell:about-him", "tell", RequestId(""), "anna", FAR, text("x", who="Pavel Gromov, Pavel Gromovsky")))


async def decided(at_work: Office) -> RequestId:
    """Pavel has approved a request, and everybody's cards say so."""
    request = await at_work.opens()
    await at_work.settles()
    assert isinstance(await at_work.says("pavel", Action.YES, request), Done)
    at_work.clock.set(at_work.clock.now() + timedelta(minutes=5))
    await at_work.settles()
    assert (await at_work.state(request)).status is Status.APPROVED
    await at_work.store.run(traces)
    return request


async def handed_over(store: Store, book: Loaded = WITHOUT_PAVEL) -> None:
    assert book.playbook is not None, book.faults
    await store.run(lambda tx: tx.put_in_force(book.playbook, book.data, book.digest, "elsewhere", START))  # type: ignore[arg-type]


def whole(at_work: Office) -> bytes:
    files = [at_work.path, at_work.path.with_name(f"{at_work.path.name}-wal")]
    return b"".join(file.read_bytes() for file in files if file.exists())


def found_in(content: bytes, *names: str) -> list[str]:
    content = content.replace(b"Pavel Gromovsky", b"somebody else")
    forms = {form for name in names for form in (name, json.dumps(name)[1:-1])}
    return [form for form in sorted(forms) if form.encode() in content]


async def test_nothing_of_the_name_remains_in_the_file(at_work: Office) -> None:
    """Names in every script and way of writing, accounts and chats are gone from the whole file; the chain is whole."""
    await decided(at_work)
    await handed_over(at_work.store)
    assert len(found_in(whole(at_work), *NAMES, "x-pavel")) == 4
    assert await Removal(at_work.store, at_work.clock).remove("pavel", "Marina") == Removed(1, 1, 1)
    await at_work.reaches(at_work.clock.now() + timedelta(minutes=1))
    erase_deleted(f"sqlite:///{at_work.path}")
    assert found_in(whole(at_work), *NAMES, "x-pavel") == []
    engine = open_engine(f"sqlite:///{at_work.path}")
    with engine.connect() as connection:
        assert broken_at(connection) is None
    engine.dispose()
    jobs = await at_work.store.read(lambda tx: (tx.jobs_naming("Gromovsky"), tx.jobs_naming("to-him")))
    assert [key for key, _ in jobs[0]] == ["tell:about-him"]
    assert "former Market Lead, Moscow, Pavel Gromovsky" in jobs[0][0][1]


async def test_cards_show_the_role(at_work: Office) -> None:
    """Cards that stand in the chats of others are drawn again, and another process says the role as well."""
    request = await decided(at_work)
    await handed_over(at_work.store)
    other = SqliteStore(at_work.path)
    stored = await at_work.state(request)
    await other.read(lambda tx: team_of(tx, stored, START))  # knows the name
    card = at_work.post.to("sveta", "edit")[-1]
    assert "Павел Громов" in card.text
    await Removal(at_work.store, at_work.clock).remove("pavel", "Marina")
    await at_work.reaches(at_work.clock.now() + timedelta(minutes=1))
    again = at_work.post.to("sveta", "edit")[-1]
    assert again.message == card.message
    assert "Руководитель рынка, Москва (в прошлом)" in again.text
    assert "Громов" not in again.text
    team = await other.read(lambda tx: team_of(tx, stored, START))
    assert team.playbook.name("pavel").texts["en"] == "former Market Lead, Moscow"
    assert len(await other.read(lambda tx: tx.history(request))) == stored.revision
    await other.close()


async def test_roles_are_handed_over_first(at_work: Office) -> None:
    """Somebody who holds a role, stands in for one or signs for a market is not removed; the answer names each."""
    await decided(at_work)
    with pytest.raises(StillInForce) as refused:
        await Removal(at_work.store, at_work.clock).remove("pavel", "Marina")
    told = [say(role, Reader(("en",), "UTC")) for role in refused.value.roles]
    assert len(told) == 3
    assert "Market Lead, Moscow (Brand A: Moscow and New York)" in told
    with pytest.raises(StillInForce) as refused:
        await Removal(at_work.store, at_work.clock).remove("priya", "Marina")
    assert any(role.id == "removal.signs" for role in refused.value.roles)
    assert found_in(whole(at_work), "x-pavel") == ["x-pavel"]
    assert await at_work.store.read(lambda tx: (len(tx.accounts("pavel")), tx.removed())) == (1, {})


async def test_nobody_is_removed_by_mistake(at_work: Office) -> None:
    """An id that nobody has is told; and a second time there is nothing left to do, which is fine."""
    await handed_over(at_work.store)
    removal = Removal(at_work.store, at_work.clock)
    with pytest.raises(NotKnown):
        await removal.remove("pavle", "Marina")
    await removal.remove("pavel", "Marina")
    assert await removal.remove("pavel", "Marina") == Removed(0, 0, 0)
    assert list(await at_work.store.read(lambda tx: tx.removed())) == ["pavel"]


class _Cut(BaseException):
    """The process ends here."""


async def test_cut_short_it_is_done_by_the_same_command(at_work: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the process ends, asking again removes the rest."""
    await decided(at_work)
    await handed_over(at_work.store)
    run, count, stop = at_work.store.run, 0, 0

    async def cut(work):  # type: ignore[no-untyped-def]
        nonlocal count
        count += 1
        if count == stop:
            raise _Cut
        return await run(work)

    for _ in range(30):
        count, stop = 0, stop + 1
        monkeypatch.setattr(at_work.store, "run", cut)
        with suppress(_Cut):
            await Removal(at_work.store, at_work.clock).remove("pavel", "Marina")
        monkeypatch.undo()
    await Removal(at_work.store, at_work.clock).remove("pavel", "Marina")
    await at_work.reaches(at_work.clock.now() + timedelta(minutes=1))
    erase_deleted(f"sqlite:///{at_work.path}")
    assert found_in(whole(at_work), *NAMES, "x-pavel") == []


async def test_a_creator_becomes_a_former_creator(at_work: Office) -> None:
    """Their name and account go from every brand, and from the cards of their requests."""
    store = at_work.store
    await store.run(lambda tx: tx.save_creator(Creator("creator:1", BRAND, "US", "Mia Torres", "en", "jordan", START)))
    await store.run(lambda tx: tx.save_account(Account("post", "", "x-mia", "creator:1")))
    draft = Draft("concept", "US", "Reel", creator="Mia Torres", creator_id="creator:1")
    outcome = await at_work.service.open(BRAND, "jordan", draft, through="test")
    assert isinstance(outcome, Done)
    await at_work.settles()
    await Removal(store, at_work.clock).remove("creator:1", "Marina")
    (creator,) = await store.read(lambda tx: tx.creators(BRAND))
    assert creator.name == "former creator"
    assert (await at_work.state(outcome.request.id)).draft.creator == "former creator"
    assert await store.read(lambda tx: tx.accounts("creator:1")) == []


async def test_on_postgresql_too(tmp_path: Path) -> None:
    """A dump of the server's database has the name nowhere."""
    engine = ENGINES["postgresql"](tmp_path)
    store, clock = engine.open(), MovableClock(START, running=False)
    await hired(store)
    service = Service(store, clock)
    outcome = await service.open(BRAND, "sveta", Draft("creator_selection", "RU", "List"), through="test")
    assert isinstance(outcome, Done)
    assert isinstance(await service.do(outcome.request.id, Do(Action.YES, "pavel")), Done)
    await store.run(traces)
    await handed_over(store)
    await Removal(store, clock).remove("pavel", "Marina")
    url: str = engine.url  # type: ignore[attr-defined]
    erase_deleted(url)
    backup.write(url, tmp_path / "dump.zip", START)
    with ZipFile(tmp_path / "dump.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"sveta" in content
    assert found_in(content.replace(b"\\\\", b"\\"), *NAMES, "x-pavel") == []
    await store.close()
