"""The job table: one job for each key, claimed by one, done again when it was put anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.wording import Localized, Moment, counted
from bot.ports import Job, Store, Transaction
from tests.storage.conftest import Engine
from tests.storage.deeds import SECOND, T0, claimed, job


async def put(store: Store, *jobs: Job) -> None:
    def work(tx: Transaction) -> None:
        for one in jobs:
            tx.put_job(one)

    await store.run(work)


async def finish(store: Store, job: Job) -> None:
    await store.run(lambda tx: tx.finish_job(job))


async def test_a_job_comes_back_as_it_was_put(store: Store) -> None:
    """Also its text, with fields of every kind."""
    text = counted("notice.must_fix", 2, when=Moment(T0), kind=Localized({"en": "List", "ru": "Список"}))
    await put(store, job(text=text, urgent=True))
    (found,) = await claimed(store)
    assert replace(found, attempts=0, leased_until=None) == job(text=text, urgent=True)
    assert (found.attempts, found.leased_until) == (1, T0 + 60 * SECOND)


async def test_a_newer_job_takes_the_place_of_an_older(store: Store) -> None:
    """One key, one job: the last one put."""
    await put(store, job(person="anna"), job(person="pavel"))
    assert [found.person for found in await claimed(store)] == ["pavel"]


async def test_a_job_put_while_it_is_being_done_is_done_again(store: Store) -> None:
    """Nobody else gets it meanwhile; once it is finished it is due again, at its newest. The tries stay counted: what they
    have left standing is not known."""
    await put(store, job(person="anna"))
    (first,) = await claimed(store)
    await put(store, job(person="pavel"))
    assert await claimed(store) == []
    await finish(store, first)
    (second,) = await claimed(store)
    assert (second.person, second.attempts) == ("pavel", 2)
    await finish(store, second)
    assert await store.read(lambda tx: tx.next_due()) is None


async def test_a_job_is_put_unless_it_is_there(store: Store) -> None:
    """``put_jobs_later`` leaves the job that waits as it is."""
    await put(store, job(person="anna"))
    await store.run(lambda tx: tx.put_jobs_later(job(person="pavel")))
    await store.run(lambda tx: tx.put_jobs_later(job("tell:2", person="oleg")))
    assert [found.person for found in await claimed(store)] == ["anna", "oleg"]


async def test_a_dropped_job_is_gone(store: Store) -> None:
    """Dropping forgets a job; dropping one that is not there is nothing."""
    await put(store, job())
    for key in ("tell:1", "tell:9"):
        await store.run(lambda tx, key=key: tx.drop_job(key))  # type: ignore[misc]
    assert await claimed(store) == []


async def test_urgent_jobs_come_first(store: Store) -> None:
    """Urgent before the rest, then by the instant they were due; not more than asked for."""
    await put(store, job("c", T0 - SECOND), job("b", T0 - 2 * SECOND), job("a", T0, urgent=True), job("z", T0 + SECOND))
    assert [found.key for found in await claimed(store, limit=2)] == ["a", "b"]
    assert [found.key for found in await claimed(store)] == ["c"]


async def test_only_the_kinds_asked_for_are_claimed(store: Store) -> None:
    """The clock's moments are not the outbox's business."""
    await put(store, job("card", kind="card"), job("tell"), job("wake", kind="wake"))
    assert [found.key for found in await claimed(store, kinds=("card", "tell"))] == ["card", "tell"]
    assert [found.key for found in await claimed(store, kinds=("wake",))] == ["wake"]


async def test_a_claimed_job_comes_free_when_its_lease_is_over(engine: Engine) -> None:
    """Whoever claimed it may have died: another process gets it after the lease, not before."""
    here, there = engine.open(), engine.open()
    await put(here, job())
    assert len(await claimed(here, lease=60)) == 1
    assert await claimed(there, T0 + 59 * SECOND) == []
    (again,) = await claimed(there, T0 + 60 * SECOND)
    assert again.attempts == 2


async def test_a_new_sender_frees_what_the_others_had(store: Store) -> None:
    """Not its own, not what rests, not other kinds; the tries stay counted, and who had it ends nothing any more."""
    await put(store, job("a"), job("b"), job("c"), job("d", kind="card"))

    async def taken(holder: str, kind: str = "tell") -> Job:
        (found,) = await store.run(lambda tx: tx.claim(T0, T0 + 60 * SECOND, 1, (kind,), holder))
        return found

    async def freed(*kinds: str) -> list[str]:
        return list(await store.run(lambda tx: tx.free_jobs(T0 + SECOND, "new", kinds)))

    old = await taken("old")
    await taken("new")
    resting = await taken("old")
    await store.run(lambda tx: tx.postpone_job(resting, T0 + 60 * SECOND))
    await taken("old", "card")
    assert await freed("tell") == [old.key]
    assert await freed("tell") == []
    await finish(store, old)
    (again,) = await claimed(store, T0 + SECOND)
    assert (again.key, again.attempts) == (old.key, 2)
    assert await freed("tell", "card") == ["d"]


async def test_whoever_lost_the_lease_ends_nothing(store: Store) -> None:
    """A slow worker's finish must not swallow a job that was finished by another and put anew since."""
    await put(store, job(person="anna"))
    (slow,) = await claimed(store, lease=1)
    (quick,) = await claimed(store, T0 + 2 * SECOND)
    await finish(store, quick)
    await put(store, job(person="pavel"))
    await finish(store, slow)
    await store.run(lambda tx: tx.postpone_job(slow, T0 + timedelta(days=1)))
    (left,) = await claimed(store, T0 + 3 * SECOND)
    assert left.person == "pavel"


async def test_a_job_wanted_again_while_it_is_being_done_is_looked_at_again(store: Store) -> None:
    """Whoever does it may be finding out that it does not matter any more, and then it does: it is not lost in between."""
    await put(store, job())
    (found,) = await claimed(store)
    await store.run(lambda tx: tx.put_jobs_later(job()))
    await finish(store, found)
    assert len(await claimed(store)) == 1


async def test_a_postponed_job_waits(store: Store) -> None:
    """It is nobody's until then, also when it is put anew meanwhile."""
    await put(store, job())
    (found,) = await claimed(store)
    await store.run(lambda tx: tx.postpone_job(found, T0 + 90 * SECOND))
    await put(store, job(person="pavel"))
    assert await claimed(store, T0 + 89 * SECOND) == []
    (later,) = await claimed(store, T0 + 90 * SECOND)
    assert (later.person, later.attempts) == ("pavel", 2)


async def test_next_due_is_when_something_can_be_done(store: Store) -> None:
    """Jobs that somebody has, or that were postponed, count from when they come free."""

    async def due() -> float | None:
        found = await store.read(lambda tx: tx.next_due())
        return (found - T0).total_seconds() if found else None

    assert await due() is None
    await put(store, job("a", T0), job("b", T0 + 30 * SECOND))
    assert await due() == 0
    (first,) = await claimed(store, lease=60)
    assert await due() == 30
    (second,) = await claimed(store, T0 + 30 * SECOND, lease=60)
    assert await due() == 60
    await store.run(lambda tx: tx.postpone_job(second, T0 + 40 * SECOND))
    assert await due() == 40
    await finish(store, first)
    await put(store, job("b", T0 + 20 * SECOND))
    assert await due() == 40


async def test_due_jobs_are_counted(store: Store) -> None:
    """How much is waiting to be done, for whoever watches."""
    await put(store, job("a"), job("b"), job("c", T0 + SECOND))
    assert await store.read(lambda tx: tx.jobs_due(T0)) == 2
