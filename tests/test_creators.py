"""What a creator hears of their request, when, and what they never see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import creators
from bot.core.playbook import Loaded
from bot.core.request.commands import Do, Note
from bot.core.request.effects import Decision
from bot.core.request.model import Draft, Request, RequestId, Weight
from bot.core.request.table import Action
from bot.ports import Account, Creator, Job, Stored
from bot.service import Done
from bot.speech import Reader, say
from bot.teams import team_of
from tests.core.playbook.brands import BRAND_A, edited, loaded
from tests.office import BRAND, START, Office, office

MIA = Creator("creator:1", BRAND, "US", "Mia Torres", "en", "jordan", START)
EN, RU = Reader(("en",), "America/New_York"), Reader(("ru",), "Europe/Moscow")
SECRET = "too expensive at 400 USD"
UNDO = timedelta(seconds=60)
CONTACTS_ONLY = loaded(edited("see: contacts_and_status", "see: contacts_only"))


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        await known(found)
        yield found


async def known(at_work: Office) -> None:
    account = Account("post", "", "x-creator:1", "creator:1")
    await at_work.store.run(lambda tx: tx.save_creator(MIA))
    await at_work.store.run(lambda tx: tx.save_account(account))


async def asks(at_work: Office, creator: str = "creator:1", by_creator: bool = False) -> RequestId:
    draft = Draft("concept", "US", "Reel 1", SECRET, creator="Mia Torres", creator_id=creator, by_creator=by_creator)
    outcome = await at_work.service.open(BRAND, "jordan", draft, through="test")
    assert isinstance(outcome, Done), outcome
    await follows(at_work, None, outcome.request)
    return outcome.request.id


async def follows(at_work: Office, before: Request | None, state: Request) -> None:
    """What carrying a decision out will do, whoever calls it."""

    def work(tx):  # type: ignore[no-untyped-def]
        now = at_work.clock.now()
        creators.follow(tx, before, Decision(state, (), (), None), team_of(tx, state, now), now)

    await at_work.store.run(work)


async def says(at_work: Office, person: str, action: Action, request: RequestId, *remarks: Note, text: str = "") -> None:
    before = await at_work.state(request)
    outcome = await at_work.service.do(request, Do(action, person, remarks=remarks, text=text))
    assert isinstance(outcome, Done), outcome
    await follows(at_work, before, outcome.request)


async def jobs(at_work: Office) -> dict[str, Job]:
    """What waits to be said to creators, by what it says."""
    later = at_work.clock.now() + timedelta(days=30)
    found = await at_work.store.run(lambda tx: tx.claim(later, at_work.clock.now(), 100, ("tell",)))
    return {job.text.id: job for job in found if ":creator:" in job.key and job.text}


def words(job: Job, reader: Reader = EN) -> str:
    assert job.text is not None
    return say(job.text, reader)


async def test_received(at_work: Office) -> None:
    """Who looks at it, and until when they hear, in their own zone; nothing of the text or the amount."""
    request = await asks(at_work)
    job = (await jobs(at_work))["creator.received"]
    assert (job.person, job.request, job.key) == ("creator:1", "", f"tell:{request}:creator:open:1:creator:1")
    said = words(job)
    assert said.startswith(f"{request} “Reel 1” is received. Priya Shah looks at it now. You will hear from us by ")
    assert "ET" in said and SECRET not in said
    assert "Смотрит" in words(job, RU) or "смотрит Прия Шах" in words(job, RU)


async def test_received_says_when_the_path_ends(at_work: Office) -> None:
    """9:30 in New York and four hours of work: by 1:30 PM, not a minute earlier."""
    await asks(at_work)
    assert "1:30 PM ET" in words((await jobs(at_work))["creator.received"])


@pytest.mark.parametrize(
    ("action", "message"),
    [(Action.YES, "creator.approved"), (Action.REJECT, "creator.rejected"), (Action.SEND_BACK, "creator.returned")],
)
async def test_decided(at_work: Office, action: Action, message: str) -> None:
    """Told when it cannot be taken back any more: what it is and who tells more, never a reason, a remark, who said it."""
    request = await asks(at_work)
    note = (Note("no secret sauce", Weight.MUST_FIX),) if action is Action.SEND_BACK else ()
    await says(at_work, "priya", action, request, *note, text=SECRET)
    job = (await jobs(at_work))[message]
    assert job.due_at == START + UNDO
    for reader in (EN, RU):
        said = words(job, reader)
        assert request in said and ("Jordan Lee" in said or "Джордан Ли" in said)
        assert not any(part in said for part in (SECRET, "secret", "Priya", "Прия", "USD"))


async def test_taken_back_is_not_told(at_work: Office) -> None:
    """A yes by mistake never reaches the creator; the one given after it does, once."""
    request = await asks(at_work)
    await says(at_work, "priya", Action.YES, request)
    first = (await jobs(at_work))["creator.approved"]
    at_work.clock.set(START + timedelta(seconds=20))
    await says(at_work, "priya", Action.TAKE_BACK, request)
    assert not await at_work.store.read(lambda tx: creators.still_true(tx, first))
    at_work.clock.set(START + timedelta(seconds=40))
    await says(at_work, "priya", Action.YES, request)
    again = (await jobs(at_work))["creator.approved"]
    assert (again.key, again.due_at) == (first.key, START + timedelta(seconds=40) + UNDO)
    assert await at_work.store.read(lambda tx: creators.still_true(tx, again))


async def test_a_resubmission_is_received_again(at_work: Office) -> None:
    """Each round is; what was said of the round before is not true any more."""
    request = await asks(at_work)
    first = (await jobs(at_work))["creator.received"]
    await says(at_work, "priya", Action.SEND_BACK, request, Note("shorter", Weight.WISH))
    await says(at_work, "jordan", Action.RESUBMIT, request, text="Shorter")
    second = (await jobs(at_work))["creator.received"]
    assert second.key == f"tell:{request}:creator:open:2:creator:1"
    assert not await at_work.store.read(lambda tx: creators.still_true(tx, first))


async def test_talk_and_moments_are_not_told(at_work: Office) -> None:
    """A question inside, a reminder, an opinion: nothing the creator hears of."""
    request = await asks(at_work)
    before = at_work.jobs(f"tell:{request}:creator:")
    at_work.clock.set(START + timedelta(minutes=5))
    await says(at_work, "priya", Action.ASK, request, text="Which budget?")
    assert at_work.jobs(f"tell:{request}:creator:") == before


async def test_quiet_hours(at_work: Office) -> None:
    """At night and on weekends it waits for the morning of their market; whoever handed it in has been answered already."""
    at_work.clock.set(datetime(2026, 11, 29, 3, tzinfo=UTC))  # Saturday evening in New York
    asked, own = await asks(at_work), await asks(at_work, by_creator=True)
    assert list(at_work.jobs(f"tell:{asked}:creator:").values()) == [datetime(2026, 11, 30, 14, tzinfo=UTC)]
    assert list(at_work.jobs(f"tell:{own}:creator:").values()) == []


async def test_whoever_has_no_account_is_not_told(at_work: Office) -> None:
    """Without an account, with a blocked one, with no creator known: nothing is put."""
    await at_work.store.run(lambda tx: tx.save_account(Account("post", "", "x-creator:1", "creator:1", blocked=True)))
    await asks(at_work)
    await asks(at_work, creator="creator:9")
    await asks(at_work, creator="")
    assert await jobs(at_work) == {}


async def hears(folder: Path, book: Loaded) -> bool:
    async with office(folder, book=book) as at_work:
        await known(at_work)
        await asks(at_work)
        return bool(await jobs(at_work))


async def test_contacts_only(tmp_path: Path) -> None:
    """Where the playbook shows creators their contacts only, nothing of a request's state reaches them."""
    assert not await hears(tmp_path, CONTACTS_ONLY)


async def test_the_switch_is_thrown_meanwhile(at_work: Office) -> None:
    """What was put before the playbook changed is not sent after it, and nothing new is put."""
    request = await asks(at_work)
    job = (await jobs(at_work))["creator.received"]
    assert CONTACTS_ONLY.playbook
    await at_work.service.agree_elsewhere(CONTACTS_ONLY.playbook, CONTACTS_ONLY.data, CONTACTS_ONLY.digest)
    assert not await at_work.store.read(lambda tx: creators.still_true(tx, job))
    await says(at_work, "priya", Action.YES, request)
    assert "creator.approved" not in await jobs(at_work)


async def test_somebody_known_by_another_brand_hears_it(at_work: Office) -> None:
    """A request keeps the id it was opened with; what is said goes to the person behind it."""
    other = Creator("creator:2", BRAND, "US", "M. Torres", "en", "jordan", START)
    await at_work.store.run(lambda tx: tx.save_creator(other))
    await at_work.store.run(lambda tx: creators.merge(tx, other, "creator:1", START))
    await asks(at_work, creator="creator:2")
    assert (await jobs(at_work))["creator.received"].person == "creator:1"


async def test_no_main_contact(tmp_path: Path) -> None:
    """Where the playbook names no contact, whoever asked for the creator is named."""
    book = loaded(edited("  main_contact: {RU: ru_creator_relations, US: us_creator_relations}\n", "", BRAND_A))
    async with office(tmp_path, book=book) as at_work:
        await known(at_work)
        await says(at_work, "priya", Action.YES, await asks(at_work))
        assert "Jordan Lee" in words((await jobs(at_work))["creator.approved"])


def test_other_jobs_are_left_alone() -> None:
    """Only what was put here is asked for here."""
    assert creators.is_creator("creator:12") and not creators.is_creator("katya") and not creators.is_creator("creator:x")


async def test_every_other_job_is_still_true(at_work: Office) -> None:
    """Other messages have their own judges; one about a request that is not there is not sent."""
    other = Job("tell:A-1:5:notice.approved:jordan", "tell", RequestId("A-1"), "jordan", START)
    unknown = Job("tell:A-99:creator:open:1:creator:1", "tell", RequestId(""), "creator:1", START)
    assert await at_work.store.read(lambda tx: creators.still_true(tx, other))
    assert not await at_work.store.read(lambda tx: creators.still_true(tx, unknown))
    assert isinstance(await at_work.store.read(lambda tx: tx.request(RequestId("A-99"))), Stored | None)
