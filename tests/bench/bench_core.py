"""The pure parts: a deadline, one card for one reader in each language, a request up to its deadline, questions, the next due moment.

python -m tests.bench.bench_core
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from adapters.slack.view import card_message as slack_card
from adapters.telegram.view import card_message as telegram_card
from bot import understanding
from bot.core.cards import card
from bot.core.people import Team
from bot.core.request import Decision, RequestId, decide
from bot.core.request.commands import Open, Wake
from bot.core.request.model import Draft
from bot.core.worktime import windows
from bot.speech import LANGUAGES, warm
from bot.teams import reader_of
from storage.sqlite import SqliteStore, connect
from tests.bench.raw_rows import fresh
from tests.bench.report import Goal, machine, show
from tests.core.request.brands import brand_a
from tests.office import START
from tests.phrases.reading import phrases
from tests.storage.deeds import opening


def micros(work: Callable[[], object], times: int = 2000) -> float:
    """Microseconds of processor time for one call, the best of five runs after a warm one."""
    work()
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - begun)
    return best / times * 1e6


def deadlines() -> list[Goal]:
    hours = windows(brand_a().calendar("pavel"))
    distances = {"8 hours": timedelta(hours=8), "two years": timedelta(hours=4000)}
    found = {name: micros(lambda d=amount: hours.add(START, d)) for name, amount in distances.items()}  # type: ignore[misc]
    return [Goal(f"deadline, {name} ahead", f"{value:.1f} us", "<= 15 us", value <= 15) for name, value in found.items()]


def cards() -> list[Goal]:
    warm()
    team, request = Team(brand_a()), opening().state
    found = []
    for person, name, draw in (
        ("pavel", "ru, Telegram", telegram_card), ("anna", "ru, Slack", slack_card),
        ("priya", "en, Telegram", telegram_card), ("priya", "en, Slack", slack_card),
    ):  # fmt: skip
        reader = reader_of(team, person)

        def drawn(person: str = person, reader: object = reader, draw: Callable[..., object] = draw) -> object:
            return draw(card(request, team, person, START), reader)

        value = micros(drawn, 300)
        found.append(Goal(f"one card, {name}", f"{value:.0f} us", "<= 300 us", value <= 300))
    return found


def requests() -> list[Goal]:
    """A request that nobody answers: asked, reminded, handed over, escalated."""
    team, needed_by = Team(brand_a()), START + timedelta(hours=24)
    draft = Draft("brand_deviation", "US", "Ten posts", "The text", needed_by=needed_by)
    command = Open(RequestId("A-1"), "jordan", draft, "digest", "bench")

    def lived() -> int:
        made, decided = 1, decide(None, command, team, START)
        while isinstance(decided, Decision) and decided.wake_at and decided.wake_at <= needed_by:
            made, decided = made + 1, decide(decided.state, Wake(), team, decided.wake_at)
        return made

    made, value = lived(), micros(lived, 200)
    return [Goal(f"an unanswered request, {made} decisions", f"{value:.0f} us", "<= 1000 us", value <= 1000)]


def questions() -> list[Goal]:
    """What people type, once the phrases have been read."""
    understanding.warm()
    sentences = [(phrase.words, language) for language in LANGUAGES for phrase in phrases(language)]

    def heard() -> None:
        for words, language in sentences:
            understanding.understand(words, language)

    heard()
    value = micros(heard, 2) / len(sentences)
    return [Goal(f"a question understood, of {len(sentences)}", f"{value:.0f} us", "<= 2000 us", value <= 2000)]


def next_due(pending: int) -> float:
    """Microseconds to find the next due moment among so many."""
    with tempfile.TemporaryDirectory() as folder:
        path = fresh(Path(folder) / "jobs.db")
        connection = connect(path)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        rows = ((f"wake:{n}", 10**15 + n) for n in range(pending))
        connection.executemany("INSERT INTO job VALUES (?, 'wake', '', '', ?, 0, 0, 0, 0, '')", rows)
        connection.execute("COMMIT")
        connection.close()
        store = SqliteStore(path)
        value = store._read(lambda tx: micros(tx.next_due))
        asyncio.run(store.close())
    return value


def main() -> None:
    few, many = next_due(100_000), next_due(1_000_000)
    due = [
        Goal("next due moment, 100,000 pending", f"{few:.1f} us", "", None),
        Goal("next due moment, 1,000,000 pending", f"{many:.1f} us", "<= 1.5 x", many <= 1.5 * few),
    ]
    show(f"Pure parts; {machine()}", [*deadlines(), *cards(), *requests(), *questions(), *due])


if __name__ == "__main__":
    main()
