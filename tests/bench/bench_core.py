"""The pure parts: a deadline, one card for one reader in each language, a request up to its deadline, questions.

python -m tests.bench --only core
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

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
from tests.bench.report import Goal, Run, at_most, only_told
from tests.bench.timing import micros
from tests.core.request.brands import brand_a
from tests.office import START
from tests.phrases.reading import phrases
from tests.storage.deeds import opening


def figures(run: Run) -> list[Goal]:
    return [*yardstick(), *deadlines(), *cards(), *requests(), *questions()]


def yardstick() -> list[Goal]:
    """How fast the machine happens to be: on a shared one the same run takes twice as long at another hour."""
    value = micros(lambda: sum(number for number in range(10_000)))
    return [only_told("yardstick", "ten thousand additions in Python", f"{value:.0f} us")]


def deadlines() -> list[Goal]:
    hours = windows(brand_a().calendar("pavel"))
    found = []
    for name, what, amount in (("near", "8 hours", timedelta(hours=8)), ("far", "two years", timedelta(hours=4000))):
        value = micros(lambda d=amount: hours.add(START, d))  # type: ignore[misc]
        found.append(at_most(f"deadline_{name}", f"a deadline, {what} ahead", f"{value:.1f} us", value, 15, "15 us"))
    return found


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
        key = name.replace(", ", "_").lower()
        found.append(at_most(f"card_{key}", f"one card, {name}", f"{value:.0f} us", value, 300, "300 us"))
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
    return [at_most("unanswered", f"an unanswered request, {made} decisions", f"{value:.0f} us", value, 1000, "1000 us")]


def questions() -> list[Goal]:
    """What people type, once the phrases have been read."""
    understanding.warm()
    sentences = [(phrase.words, language) for language in LANGUAGES for phrase in phrases(language)]

    def heard() -> None:
        for words, language in sentences:
            understanding.understand(words, language)

    value = micros(heard, 1) / len(sentences)
    return [at_most("question", f"a question understood, of {len(sentences)}", f"{value:.0f} us", value, 2000, "2000 us")]
