"""The figures: counted as things happen, read when somebody asks, and never a word about anybody."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from bot.core.request.commands import Do
from bot.core.request.table import Action
from bot.core.wording import text
from bot.metrics import Metrics, Scraping
from bot.observing import Observer, Unobserved, outcome_of
from bot.ports import Update
from bot.service import Service, UpdateKey
from tests.adapters.slack.office import buttons as slack_buttons
from tests.adapters.slack.office import opened
from tests.adapters.telegram.life import CONCEPT, data_of, living, ru
from tests.core.playbook.brands import shipped
from tests.office import START, Office, office

SECOND = timedelta(seconds=1)


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def samples(shown: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(shown.decode())
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(shown: bytes, name: str, **labels: str) -> float | None:
    return samples(shown).get((name, frozenset(labels.items())))


def happens(metrics: Observer, of_what: str = "telegram") -> None:
    """Everything there is to hear of, with a label that may be anything."""
    metrics.tap(of_what, "done", 0.2)
    metrics.tap(of_what, "repeated", 9.0)
    metrics.silent_tap(of_what)
    metrics.moment("wake" if of_what == "telegram" else of_what, START, START + 2 * SECOND)
    metrics.first(of_what, START, START + SECOND)
    metrics.sent("card" if of_what == "telegram" else of_what, START, START + 90 * SECOND)
    metrics.refused(of_what, 3.0)
    metrics.found("tap", 2)
    metrics.audited(START)
    metrics.duty("sender", True)
    metrics.clock_jumped(-3600.0)


def test_what_happens_is_counted() -> None:
    """Taps by their end, answers, lateness of moments and messages, refusals, findings, duties, jumps."""
    metrics = Metrics("worker")
    happens(metrics)
    shown = metrics.text()
    assert value(shown, "soglas_taps_total", messenger="telegram", outcome="done") == 1
    assert value(shown, "soglas_taps_total", messenger="telegram", outcome="repeated") == 1
    # One that came again was answered before.
    assert value(shown, "soglas_tap_answer_seconds_count", messenger="telegram") == 1
    assert value(shown, "soglas_tap_answer_seconds_bucket", messenger="telegram", le="0.25") == 1
    assert value(shown, "soglas_silent_taps_total", messenger="telegram") == 1
    assert value(shown, "soglas_moment_late_seconds_sum", kind="wake") == 2
    assert value(shown, "soglas_message_late_seconds_bucket", kind="card", le="60.0") == 0
    assert value(shown, "soglas_message_late_seconds_bucket", kind="card", le="120.0") == 1
    assert value(shown, "soglas_first_message_seconds_sum", messenger="telegram") == 1
    assert value(shown, "soglas_refusals_total", messenger="telegram") == 1
    assert value(shown, "soglas_audit_findings_total", kind="tap") == 2
    assert value(shown, "soglas_audit_timestamp_seconds") == START.timestamp()
    assert value(shown, "soglas_duty", duty="sender") == 1
    assert value(shown, "soglas_clock_jumps_total") == 1
    assert any(name == "soglas_build_info" and ("role", "worker") in labels for name, labels in samples(shown))


def test_it_keeps_to_itself() -> None:
    """Two of them in one process share nothing, and neither is in the library's own registry."""
    one, other = Metrics(), Metrics()
    happens(one)
    assert value(other.text(), "soglas_clock_jumps_total") == 0
    assert not any(family.name.startswith("soglas") for family in REGISTRY.collect())


def test_nothing_unforeseen_becomes_a_label() -> None:
    """Whatever is handed over as messenger or kind, the number of figures stays the same."""
    metrics = Metrics()
    happens(metrics, "A-1:pavel")
    first = len(samples(metrics.text()))
    for number in range(50):
        happens(metrics, f"A-{number}:pavel")
    shown = metrics.text()
    assert len(samples(shown)) == first and b"pavel" not in shown
    assert value(shown, "soglas_taps_total", messenger="other", outcome="done") == 51


async def test_what_waits_is_read(at_work: Office) -> None:
    """Due jobs by kind, those held apart from those that are free, and how long the oldest has waited; deliveries likewise."""
    await at_work.opens()
    await at_work.store.run(lambda tx: tx.receive(Update("telegram", "1", "{}", START - 30 * SECOND)))
    await at_work.store.run(lambda tx: tx.receive(Update("telegram", "2", "{}", START)))
    await at_work.store.run(lambda tx: tx.handled("telegram", "2", START))
    with closing(sqlite3.connect(at_work.path)) as connection:
        connection.execute("UPDATE job SET lease_until = due_at + 3600000000 WHERE key = 'card:A-1:sveta'")
        connection.commit()
    at_work.clock.set(START + 10 * SECOND)
    shown = await Scraping(Metrics(), at_work.store, at_work.clock, ("telegram", "slack")).text()
    for state in ("free", "held"):
        assert value(shown, "soglas_queue_jobs", kind="card", state=state) == 1
        assert value(shown, "soglas_queue_oldest_seconds", kind="card", state=state) == 10
    assert value(shown, "soglas_queue_jobs", kind="wake", state="free") is None
    assert value(shown, "soglas_inbox_unhandled", messenger="telegram") == 1
    assert value(shown, "soglas_inbox_oldest_seconds", messenger="telegram") == 40
    assert value(shown, "soglas_inbox_unhandled", messenger="slack") == 0
    assert value(shown, "soglas_database_up") == 1


async def test_many_who_ask_make_one_read(at_work: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scraped by many at once and again within seconds, the database is asked one time."""
    reads: list[int] = []
    before = at_work.store.read

    async def read(work: object) -> object:
        reads.append(1)
        return await before(work)  # type: ignore[arg-type]

    monkeypatch.setattr(at_work.store, "read", read)
    scraping = Scraping(Metrics(), at_work.store, at_work.clock, ("telegram",))
    await asyncio.gather(*(scraping.text() for _ in range(20)))
    await scraping.text()
    assert len(reads) == 1


async def test_a_database_that_is_away_shows_as_that(at_work: Office) -> None:
    """No old figure is shown as a new one, and what happens is still counted."""
    await at_work.opens()
    metrics = Metrics()
    assert value(await Scraping(metrics, at_work.store, at_work.clock).text(), "soglas_queue_jobs", kind="card", state="free")
    await at_work.store.close()
    happens(metrics)
    shown = await Scraping(metrics, at_work.store, at_work.clock).text()
    assert value(shown, "soglas_database_up") == 0
    assert value(shown, "soglas_clock_jumps_total") == 1
    assert not any(name == "soglas_queue_jobs" for name, _ in samples(shown))


async def test_no_figure_names_anybody(at_work: Office) -> None:
    """Neither people nor brands nor requests nor titles, however much has happened."""
    await at_work.opens()
    await at_work.settles()
    metrics = Metrics()
    happens(metrics)
    shown = (await Scraping(metrics, at_work.store, at_work.clock, ("telegram",), lambda: {"worker": True}).text()).decode()
    book = shipped("brand-a.yaml").playbook
    assert book is not None
    words = [*book.people, *(name for person in book.people.values() for name in person.name.values()), "brand-a", "January"]
    assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", shown)] == []
    assert not re.search(r"\b[A-Z]-\d", shown)


def test_a_refusal_is_told_by_its_words() -> None:
    """Every refusal is worded by a message of that name, in both messengers."""
    assert outcome_of(text("refusal.not_yours", owners="")) == "refused"
    assert outcome_of(text("answer.trouble")) == outcome_of(text("answer.failed")) == "failed"
    assert outcome_of(text("answer.done.yes", id="A-1")) == "done" and outcome_of(None) == "done"


def test_by_default_nobody_listens() -> None:
    """What does nothing takes everything."""
    happens(Unobserved())


async def test_the_use_cases_tell_of_moments_and_ends(at_work: Office) -> None:
    """Each moment that was carried out, with how late it was, and each request that ended; one that failed is not done."""
    metrics = Metrics()
    service = Service(at_work.store, at_work.clock, observer=metrics)
    request, other = await at_work.opens(), await at_work.opens()
    due = max(at_work.jobs("wake:").values())
    at_work.clock.set(due + 30 * SECOND)
    await service.wake_due()
    shown = metrics.text()
    assert value(shown, "soglas_moment_late_seconds_count", kind="wake") == 2
    assert value(shown, "soglas_moment_late_seconds_bucket", kind="wake", le="30.0") == 2
    for update in ("1", "1"):
        await service.do(request, Do(Action.REJECT, "pavel", text="No budget"), UpdateKey("post", update))
    await service.do(other, Do(Action.ASK, "pavel", text="Why?"))
    assert value(metrics.text(), "soglas_decisions_total", status="rejected") == 1
    with closing(sqlite3.connect(at_work.path)) as connection:
        connection.execute("UPDATE request SET state = '{}' WHERE id = ?", (other,))
        connection.execute("UPDATE job SET due_at = 0 WHERE kind = 'wake'")
        connection.commit()
    before = value(metrics.text(), "soglas_moment_late_seconds_count", kind="wake")
    await service.wake_due()
    assert value(metrics.text(), "soglas_moment_late_seconds_count", kind="wake") == before


def taps(metrics: Metrics, messenger: str) -> dict[str, float]:
    found = samples(metrics.text())
    return {
        outcome: found.get(("soglas_taps_total", frozenset({("messenger", messenger), ("outcome", outcome)})), 0)
        for outcome in ("done", "refused", "repeated", "failed")
    }


async def test_telegrams_taps_are_counted(tmp_path: Path) -> None:
    """Done, refused, come again; and one whose answer Telegram did not take although there was nothing else to see of it."""
    async with living(tmp_path / "life.db") as life:
        metrics = Metrics()
        life.door._observer = metrics
        request = await life.open(CONCEPT, "katya")
        card = await life.card("sveta", request)
        yes = data_of(card, ru("button.yes.review"))
        await life.forge("sveta", card.message_id, "1|A-999|yes|0|1|1|nothing")
        assert taps(metrics, "telegram") == {"done": 0, "refused": 1, "repeated": 0, "failed": 0}
        life.telegram.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
        life.all_taps_answered = False
        life.telegram.tap(life.id("sveta"), card.message_id, yes)
        await life.settle()
        assert taps(metrics, "telegram") == {"done": 1, "refused": 1, "repeated": 0, "failed": 0}
        life.telegram.repeat_last_update()
        await life.settle()
        shown = metrics.text()
        assert taps(metrics, "telegram")["repeated"] == 1
        assert value(shown, "soglas_silent_taps_total", messenger="telegram") == 1
        assert value(shown, "soglas_tap_answer_seconds_count", messenger="telegram") == 2


async def test_slacks_taps_are_counted(tmp_path: Path) -> None:
    """The same in Slack, and a fault of ours."""
    async with opened(tmp_path) as office:
        metrics = Metrics()
        door = office.town.system.connections[1]._door  # type: ignore[attr-defined]
        door._observer = metrics
        request = await office.opens("jordan", "creator_selection", "US", "Creators for January")
        card = office.card("priya", request)
        yes = next(data for label, data in slack_buttons(card) if "|yes|" in data)
        await office.taps_data("priya", card.ts, yes)
        await office.taps_data("jordan", office.card("jordan", request).ts, yes)
        assert taps(metrics, "slack") == {"done": 1, "refused": 1, "repeated": 0, "failed": 0}
        assert value(metrics.text(), "soglas_tap_answer_seconds_count", messenger="slack") == 2
