"""The auditor finds what goes wrong behind everybody's back, mends what it can, and says each thing once."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.auditor import Auditor
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.findings import Kind
from bot.heartbeat import Heartbeat
from bot.metrics import Metrics
from bot.ports import Account, Copy, Update
from storage.mapping import dump_request
from tests.office import Office, office

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def auditor(office: Office) -> Auditor:
    return Auditor(office.store, office.clock, ("post",))


async def found(one: Auditor) -> list[str]:
    return [str(finding.kind) for finding in (await one.audit()).found]


def sql(office: Office, statement: str, *values: object) -> None:
    """What no code of ours would do."""
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute(statement, values)
        connection.commit()


def later(office: Office, minutes: float = 6) -> datetime:
    office.clock.set(office.clock.now() + minutes * MINUTE)
    return office.clock.now()


def told(office: Office, person: str = "katya") -> list[str]:
    """What the coordinator heard from the auditor; short messages of the ordinary work left out."""
    with closing(sqlite3.connect(office.path)) as connection:
        keys = {row[0] for row in connection.execute("SELECT message FROM sent WHERE key LIKE 'tell:audit:%'")}
    return [sent.text for sent in office.post.to(person, "tell") if sent.message in keys]


async def test_where_all_is_well_nothing_is_found(at_work: Office) -> None:
    """Open, sent back and decided requests, hours later, with everything done in time."""
    first, second = await at_work.opens(), await at_work.opens(market="US", by="jordan")
    await at_work.settles()
    await at_work.says("pavel", Action.REJECT, first, "No budget")
    await at_work.reaches(at_work.clock.now() + timedelta(hours=30))
    assert second and await found(auditor(at_work)) == []
    assert told(at_work) == []


async def test_a_step_that_is_late_is_told_once(at_work: Office) -> None:
    """A reminder nobody sent for more than five minutes: told to the coordinator, in the coordinator's words, one time."""
    request = await at_work.opens()
    sql(at_work, "DELETE FROM job WHERE kind = 'digest'")
    at_work.clock.set(min(at_work.jobs("wake:").values()) + 5 * MINUTE)
    one = auditor(at_work)
    assert "late_step" not in await found(one)
    later(at_work, 1)
    assert "late_step" in await found(one)
    later(at_work, 1)
    assert "late_step" in await found(one)
    await at_work.outbox.send_due()
    heard = [words for words in told(at_work) if "опаздыва" in words]
    assert len(heard) == 1 and f"{request} «List for January»" in heard[0]


async def test_a_moment_that_keeps_failing_is_late_too(at_work: Office) -> None:
    """A moment that waits to be tried again has no good reason to, unlike a message to somebody out of reach."""
    request = await at_work.opens()
    await at_work.settles()
    due = min(at_work.jobs("wake:").values())
    sql(at_work, "UPDATE job SET lease_until = due_at + 3600000000 WHERE key = ?", f"wake:{request}")
    at_work.clock.set(due + 6 * MINUTE)
    assert "late_step" in await found(auditor(at_work))


async def test_a_message_that_waits_to_be_tried_again_is_not_late(at_work: Office) -> None:
    """The outbox has told of it; one that nobody has touched for five minutes is found."""
    await at_work.opens()
    sql(at_work, "UPDATE job SET lease_until = due_at + 3600000000 WHERE kind = 'card'")
    later(at_work)
    assert "late_message" not in await found(auditor(at_work))
    sql(at_work, "UPDATE job SET lease_until = 0 WHERE kind = 'card'")
    assert "late_message" in await found(auditor(at_work))


async def test_a_request_that_nothing_would_wake_is_woken(at_work: Office) -> None:
    """Its moment is put again and comes at its time; the coordinator hears that it was missing."""
    request = await at_work.opens()
    await at_work.settles()
    before = at_work.jobs(f"wake:{request}")
    sql(at_work, "DELETE FROM job WHERE kind = 'wake'")
    one = auditor(at_work)
    assert await found(one) == ["no_moment"]
    await at_work.settles()
    assert at_work.jobs(f"wake:{request}") == before
    assert await found(one) == []
    assert len(told(at_work)) == 1 and "назначено снова" in told(at_work)[0]


async def test_an_open_request_that_waits_for_nobody_is_found(at_work: Office) -> None:
    """Nothing is asked of anybody and no moment will come: without being told nobody would ever hear of it."""
    request = await at_work.opens()
    await at_work.settles()
    sql(at_work, "DELETE FROM waiting")
    sql(at_work, "DELETE FROM job")
    stored = await at_work.state(request)
    part = stored.steps[0]
    over = replace(stored, steps=(replace(part, closed_at=at_work.clock.now(), outcome=None),))
    sql(at_work, "UPDATE request SET state = ? WHERE id = ?", dump_request(over), request)
    assert await found(auditor(at_work)) == ["nobody"]


async def test_a_card_that_was_left_behind_is_sent_again_in_silence(at_work: Office) -> None:
    """A card whose change got lost is drawn as things stand; only one that does not follow even then is told of."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    sql(at_work, "DELETE FROM job WHERE kind IN ('card', 'tell') AND key NOT LIKE 'tell:audit:%'")
    later(at_work)
    one = auditor(at_work)
    assert await found(one) == ["card", "card"]
    await at_work.settles()
    assert await found(one) == [] and told(at_work) == []
    revision = str((await at_work.state(request)).revision)
    assert {copy.shows for copy in await copies(at_work, request)} == {revision}


async def test_a_card_that_does_not_follow_is_told(at_work: Office) -> None:
    """Sent again in vain, it is the coordinator's to know; a person who blocked the bot is no such case."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    later(at_work)
    one = auditor(at_work)
    for _ in range(2):
        sql(at_work, "DELETE FROM job WHERE kind IN ('card', 'tell') AND key NOT LIKE 'tell:audit:%'")
        assert await found(one) == ["card", "card"]
    await at_work.outbox.send_due()
    assert len(told(at_work)) == 1 and "прежнее состояние" in told(at_work)[0]
    sql(at_work, "DELETE FROM job WHERE kind IN ('card', 'tell') AND key NOT LIKE 'tell:audit:%'")
    for person in ("sveta", "pavel"):
        await at_work.store.run(
            lambda tx, person=person: tx.save_account(Account("post", "", f"x-{person}", person, blocked=True))  # type: ignore[misc]
        )
    assert await found(one) == []


async def copies(office: Office, request: RequestId) -> list[Copy]:
    return list(await office.store.read(lambda tx: tx.copies(request)))


async def test_a_card_on_its_way_is_not_astray(at_work: Office) -> None:
    """What changed a moment ago, or has its change waiting for a morning, is as it should be."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    assert await found(auditor(at_work)) == []
    sql(at_work, "UPDATE job SET due_at = due_at + 36000000000")
    later(at_work)
    assert await found(auditor(at_work)) == []
    at_work.clock.set(at_work.clock.now() - 2 * MINUTE)
    sql(at_work, "DELETE FROM job WHERE kind = 'card'")
    assert await found(auditor(at_work)) == []


async def test_a_tap_without_an_answer_is_told(at_work: Office) -> None:
    """What was delivered and not handled for a minute: once an hour, with how many and since when, in every brand."""
    delivered = Update("post", "17", "{}", at_work.clock.now())
    await at_work.store.run(lambda tx: tx.receive(delivered))
    one = auditor(at_work)
    assert await found(one) == []
    later(at_work, 1.1)
    assert await found(one) == ["tap"]
    later(at_work, 5)
    assert await found(one) == ["tap"]
    await at_work.outbox.send_due()
    assert len(told(at_work)) == 1 and "post: 1" in told(at_work)[0]


async def test_a_changed_history_is_found_in_time(at_work: Office) -> None:
    """However many requests there are, a sample that moves on comes to the one whose past was edited."""
    requests = [await at_work.opens() for _ in range(30)]
    await at_work.settles()
    for request in requests:
        await at_work.says("pavel", Action.REJECT, request, "No budget")
    await at_work.settles()
    sql(at_work, "UPDATE event SET body = replace(body, 'pavel', 'marina') WHERE request = ?", requests[-1])
    one = auditor(at_work)
    ends = [audit for _ in range(4) for audit in [await one.audit()] if audit.found]
    assert ends and ends[0].is_terrible
    assert {finding.kind for finding in ends[0].found} == {Kind.CHAIN}


async def test_a_request_that_cannot_be_read_does_not_stop_the_audit(at_work: Office) -> None:
    """It is a finding like any other; those behind it are looked at all the same."""
    first, second = await at_work.opens(), await at_work.opens()
    await at_work.settles()
    sql(at_work, "UPDATE request SET state = '{}' WHERE id = ?", first)
    sql(at_work, "DELETE FROM job WHERE key = ?", f"wake:{second}")
    assert sorted(await found(auditor(at_work))) == ["chain", "no_moment"]


async def test_only_one_process_audits_and_only_good_news_go_out(at_work: Office, tmp_path: Path) -> None:
    """The heartbeat goes when the process with the duty found nothing terrible; bad news are told by silence."""
    heard: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(request.method)
        return web.Response()

    app = web.Application()
    app.router.add_get("/ping", hear)
    async with TestServer(app) as server, office(tmp_path, clock=at_work.clock) as other:
        beat = Heartbeat(str(server.make_url("/ping"))).beat
        metrics = Metrics()
        one = Auditor(at_work.store, at_work.clock, ("post",), metrics, well=beat)
        assert await one.work() is not None
        assert await Auditor(other.store, other.clock, ("post",), well=beat).work() is None
        assert heard == ["GET"]
        await at_work.store.run(lambda tx: tx.receive(Update("post", "1", "{}", at_work.clock.now())))
        later(at_work, 2)
        await one.work()
        assert heard == ["GET"]
    shown = metrics.text().decode()
    assert 'soglas_audit_findings_total{kind="tap"} 1.0' in shown and 'soglas_duty{duty="auditor"} 1.0' in shown


async def test_a_heartbeat_that_is_not_heard_hurts_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal, a closed port, a wrong address: tried again, said without the address, and nothing is raised."""
    answers = iter((500, 500, 200))

    async def hear(_: web.Request) -> web.Response:
        return web.Response(status=next(answers))

    app = web.Application()
    app.router.add_get("/secret-1", hear)
    async with TestServer(app) as server:
        url = str(server.make_url("/secret-1"))
        assert await Heartbeat(url, pauses=(0.0, 0.0)).beat()
    for bad in (url, "secret-2", "http://secret-3.invalid:99999/"):
        assert not await Heartbeat(bad, pauses=()).beat()
    said = capsys.readouterr().out
    assert said.count("heartbeat_not_heard") == 3 and "secret" not in said
