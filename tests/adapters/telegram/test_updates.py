"""Nothing people do is lost or done twice, whatever happens to the bot in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from adapters.playground.town import restart_bot
from bot.conversation import Heard
from bot.core.request.model import Status
from bot.ports import NOTHING_SAID, About, Store, Transaction, Update
from bot.service import UpdateKey
from tests.adapters.telegram.life import CONCEPT, DEVIATION, Life, data_of, labels, ru

T = TypeVar("T")


class FailingStore:
    """A database whose next write fails, as on a full disk."""

    def __init__(self, store: Store) -> None:
        self._store, self.failures = store, 1

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        if self.failures:
            self.failures -= 1
            raise OSError("no space left on device")
        return await self._store.run(work, about)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._store.read(work)

    @property
    def is_shared(self) -> bool:
        return self._store.is_shared

    async def leads(self, duty: str) -> bool:
        return await self._store.leads(duty)

    async def yields(self, duty: str) -> None:
        await self._store.yields(duty)

    def listen(self, woken: Callable[[], None]) -> None:
        self._store.listen(woken)

    async def close(self) -> None:
        await self._store.close()


async def confirmed(life: Life) -> None:
    async with asyncio.timeout(5):
        while await life.telegram.waiting():
            await asyncio.sleep(0.002)


async def test_killed_between_confirming_and_handling(life: Life) -> None:
    """A tap that Telegram has forgotten already and that was not handled yet is handled after the next start."""
    request = await life.open(DEVIATION, "katya")
    card = await life.card("anna", request)
    turn = life.door._turns[str(life.id("anna"))]
    await turn.acquire()
    life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "yes"))
    await confirmed(life)
    for task in asyncio.all_tasks():
        if task.get_name().startswith("telegram-"):
            task.cancel()
    assert (await life.request(request)).status is Status.OPEN
    await restart_bot(life.town)
    await life.settle()
    assert (await life.request(request)).status is Status.APPROVED
    assert labels(await life.card("anna", request)) == [ru("button.take_back")]


async def test_what_happens_while_the_bot_is_down(life: Life) -> None:
    """Updates nobody fetched are fetched after the start; a stop in between loses and repeats nothing."""
    request = await life.open(DEVIATION, "katya")
    card = await life.card("anna", request)
    await life.town.system.stop()
    life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "ask"))
    life.telegram.send_text(life.id("anna"), "Где снимаем?")
    assert await life.telegram.waiting() == 2
    await restart_bot(life.town)
    await life.settle()
    assert [one.text for one in (await life.request(request)).questions] == ["Где снимаем?"]


async def test_delivered_twice_acts_once(life: Life) -> None:
    """The same update again, at once and after a restart, changes nothing and says nothing."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    await life.say("sveta", "Логотип раньше")
    chat = life.chat("sveta")
    life.telegram.repeat_last_update()
    await life.settle()
    await life.restart()
    life.telegram.repeat_last_update()
    await life.settle()
    assert life.chat("sveta") == chat
    assert "2." not in life.last("sveta").text


async def test_a_tap_delivered_twice(life: Life) -> None:
    """A repeated tap is one decision."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "yes")
    revision = (await life.request(request)).revision
    life.telegram.repeat_last_update()
    await life.settle()
    assert (await life.request(request)).revision == revision


async def test_words_handled_again_after_a_crash(life: Life) -> None:
    """Killed after the remark was kept but before the update was marked: the remark stands there once."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    conversation = life.door._words._conversation
    account, key = await life.account("sveta"), UpdateKey("telegram", "777")
    for _ in range(2):
        reply = await conversation.typed(account, Heard("Логотип раньше"), key)
    assert reply.prompt is not None
    assert len(reply.prompt.lines) == 1


async def test_left_over_updates_are_handled_in_their_order(life: Life) -> None:
    """After a crash what was written first counts first, also where the numbers get a digit longer."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    await life.town.system.stop()
    await restart_with(life, [("99999", "первое"), ("100000", "второе")])
    assert "1. первое\n2. второе" in life.last("sveta").text


async def restart_with(life: Life, written: list[tuple[str, str]]) -> None:
    """Starts the bot on a database where these words were written down and not handled."""
    await restart_bot(life.town)
    user = {"id": life.id("sveta"), "is_bot": False, "first_name": "sveta"}
    now = life.town.clock.now()
    for number, words in written:
        message = {"message_id": 1, "from": user, "chat": {**user, "type": "private"}, "date": 1, "text": words}
        body = json.dumps({"update_id": int(number), "message": message})
        await life.town.system.store.run(lambda tx, n=number, b=body: tx.receive(Update("telegram", n, b, now)))  # type: ignore[misc]
    await life.restart()
    await life.settle()


async def test_a_full_disk_does_not_make_the_bot_deaf(life: Life) -> None:
    """An update that could not be written down is not confirmed, and comes again."""
    request = await life.open(DEVIATION, "katya")
    life.door._store = FailingStore(life.door._store)
    await life.tap_card("anna", request, "yes")
    assert (await life.request(request)).status is Status.APPROVED


async def test_an_update_nobody_can_read(life: Life) -> None:
    """One odd update, of a form the library does not know, hides none of those behind it."""
    request = await life.open(DEVIATION, "katya")
    await life.deliver("anna", "message", {"poll": {"id": "1"}})
    await life.tap_card("anna", request, "yes")
    assert (await life.request(request)).status is Status.APPROVED


async def test_something_broken_is_not_silence(life: Life) -> None:
    """When handling fails for a reason of our own, the person is told, and the next tap works."""
    request = await life.open(DEVIATION, "katya")
    store = FailingStore(life.town.system.store)
    conversation = life.door._taps._conversation
    conversation._talks.cards._store = store
    answer = await life.tap_card("anna", request, "reject")
    assert (answer.text, answer.show_alert) == (ru("answer.failed"), True)
    await life.tap_card("anna", request, "reject")
    store.failures = 1
    assert (await life.say("anna", "/cancel")).text == ru("answer.failed")
    await life.say("anna", "Слишком дорого")
    assert (await life.request(request)).status is Status.REJECTED


async def test_one_person_does_not_hold_up_another(life: Life) -> None:
    """While something of one person's is under way, others are served."""
    request = await life.open(DEVIATION, "katya")
    lock = life.door._turns[str(life.id("sveta"))]
    await lock.acquire()
    life.telegram.send_text(life.id("sveta"), "/help")
    card = await life.card("anna", request)
    life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "yes"))
    async with asyncio.timeout(5):
        while (await life.request(request)).status is Status.OPEN:
            await asyncio.sleep(0.005)
    lock.release()
    await life.settle()
    assert life.last("sveta").text == ru("ask.menu.team")


async def test_a_tap_older_than_the_bot_may_answer(life: Life) -> None:
    """Telegram takes no answer after a while: the decision counts, and a refusal is said in a message instead."""
    request = await life.open(DEVIATION, "katya")
    card = await life.card("anna", request)
    lock = life.door._turns[str(life.id("anna"))]
    await lock.acquire()
    for _ in range(2):
        life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "yes"))
    await confirmed(life)
    life.town.clock.set(life.town.clock.now() + timedelta(minutes=2))
    lock.release()
    await life.settle()
    assert (await life.request(request)).status is Status.APPROVED
    assert life.last("anna").text.startswith("Уже решено: да")
    assert life.telegram.answers(life.id("anna")) == []
    life.all_taps_answered = False
