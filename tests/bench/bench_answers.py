"""From a tap in the messenger to its visible answer there, and until another person's copy of the card shows it.

    python -m tests.bench --only answers

The whole bot and a stand-in for Telegram in one process, over HTTP on loopback; what is missing is the way through the internet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from adapters.playground.clock import MovableClock
from adapters.playground.town import Town, build
from bot.buttons import parse
from bot.core.request.model import Draft
from bot.core.request.table import Action
from bot.service import Done
from tests.bench.raw_rows import fresh
from tests.bench.report import Goal, Run, at_most, share
from tests.bench.timing import elapsed
from tests.office import BOOK, BRAND, START

_OWNER, _REQUESTER = "pavel", "sveta"
_AT_ONCE = 100_000  # messages: the limits that would slow them down are measured elsewhere
_LOOKED_EVERY = 0.002  # seconds
_PATIENCE = 30.0


def figures(run: Run) -> list[Goal]:
    answers, copies = asyncio.run(_tapped(run, run.size(300, 30)))
    p95, p99, card = share(answers, 0.95), share(answers, 0.99), share(copies, 0.95)
    beside = f"median {share(answers, 0.5) * 1e3:.0f} ms"
    return [
        at_most("answer_p95", "tap to its answer, p95", f"{p95 * 1e3:.0f} ms", p95, 1, "1 s", beside),
        at_most("answer_p99", "tap to its answer, p99", f"{p99 * 1e3:.0f} ms", p99, 3, "3 s", beside),
        at_most("copy_p95", "tap to another's card, p95", f"{card * 1e3:.0f} ms", card, 10, "10 s"),
    ]


async def _tapped(run: Run, taps: int) -> tuple[list[float], list[float]]:
    """Seconds from each tap to its answer, and to the change of the requester's card."""
    clock = MovableClock(START)
    town = await build(BOOK, fresh(run.folder / "town.db"), clock, per_chat=_AT_ONCE, burst=_AT_ONCE)
    try:
        titles = [f"Request number {number} of the benchmark" for number in range(taps)]
        for title in titles:
            opened = await town.system.service.open(BRAND, _REQUESTER, Draft("creator_selection", "RU", title), through="bench")
            assert isinstance(opened, Done), opened
        await _until(lambda: len(_cards(town, _OWNER)) == len(_cards(town, _REQUESTER)) == taps)
        answers, copies = [], []
        for title in titles:
            answer, copy = await _one(town, title)
            answers.append(answer)
            copies.append(copy)
        return answers, copies
    finally:
        await town.stop()


async def _one(town: Town, title: str) -> tuple[float, float]:
    message, yes = _cards(town, _OWNER)[title]
    before = _text(town, title)
    since = elapsed()
    tap = town.telegram.tap(town.actors[_OWNER].telegram_id, message, yes)
    await _until(lambda: tap not in town.telegram.unanswered())
    answered = since()
    await _until(lambda: _text(town, title) != before)
    return answered, since()


def _cards(town: Town, person: str) -> dict[str, tuple[int, str]]:
    """Each card by its title: the message, and the data of its yes if it has one."""
    found = {}
    for message in town.telegram.chat(town.actors[person].telegram_id):
        title = next((line for line in message.text.splitlines() if line.startswith("Request number")), "")
        codes = ((button.data or "", parse(button.data or "")) for row in message.buttons for button in row)
        yes = next((data for data, code in codes if code and code.action is Action.YES), "")
        if title:
            found[title] = message.message_id, yes
    return found


def _text(town: Town, title: str) -> str:
    chat = town.telegram.chat(town.actors[_REQUESTER].telegram_id)
    return next(message.text for message in chat if title in message.text.splitlines())


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not holds():
            await asyncio.sleep(_LOOKED_EVERY)
