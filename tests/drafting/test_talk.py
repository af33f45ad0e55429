"""Opening a request in chat: the whole way in both languages, and everything that comes between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.core.money import Money
from bot.core.playbook import Loaded
from bot.core.request.model import File, Request
from bot.drafting.talk import NewTalk
from bot.ports import Account, Creator, Filter
from bot.prompts import Option, Prompt, Reply
from bot.service import UpdateKey
from bot.speech import Reader, say, show
from tests.core.playbook.brands import edited, loaded
from tests.office import BRAND, START, Office, office

DAY = timedelta(days=1)
PICTURE, FILM = File("f1", "still.png", "image/png", 2048), File("f2", "film.mp4", "video/mp4", 3 * 1024 * 1024)
_NUMBERS = count(1)


@dataclass
class Person:
    """Somebody in front of a screen: taps what is shown, by its label, and reads in their own language."""

    at_work: Office
    name: str
    language: str
    zone: str
    updates: int = 0
    shown: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        return Account("post", "", f"x-{self.name}", self.name)

    @property
    def reader(self) -> Reader:
        return Reader((self.language,), self.zone)

    @property
    def talk(self) -> NewTalk:
        """New objects each time, as after a restart: nothing is kept in memory."""
        return NewTalk("post", self.at_work.service, self.at_work.store, self.at_work.clock)

    async def is_writing(self) -> bool:
        """Whether a draft of theirs is kept."""
        return await self.at_work.store.read(lambda tx: tx.dialog("post:new", self.account.external)) is not None

    def key(self) -> UpdateKey:
        return UpdateKey("post", f"u{next(_NUMBERS)}")

    def reads(self, reply: Reply | None) -> str:
        """What is on the screen after a reply: its words, lines and buttons."""
        if reply is None:
            return ""
        toast = [say(reply.toast, self.reader)] if reply.toast else []
        seen = "\n".join([*toast, *self._prompt(reply.prompt)])
        self.shown.append(seen)
        return seen

    def _prompt(self, prompt: Prompt | None) -> Sequence[str]:
        if prompt is None:
            return ()
        options: list[Option] = [option for row in prompt.options for option in row]
        assert all(len(option.code.encode()) <= 64 for option in options)
        self.keys = {show(option.label, self.reader): option.code for option in options}
        return (say(prompt.text, self.reader), *(show(line, self.reader) for line in prompt.lines))

    async def begins(self, words: str = "", **brought: object) -> str:
        return self.reads(await self.talk.start(self.account, words, self.key(), **brought))  # type: ignore[arg-type]

    async def taps(self, label: str) -> str:
        return self.reads(await self.talk.tapped(self.account, self.keys[label], self.key()))

    async def says(self, words: str, *files: File) -> str:
        reply = await self.talk.said(self.account, words, self.key(), files=files)
        assert reply is not None
        return self.reads(reply)


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def sveta(at_work: Office) -> Person:
    return Person(at_work, "sveta", "ru", "Europe/Moscow")


def jordan(at_work: Office) -> Person:
    return Person(at_work, "jordan", "en", "America/New_York")


async def requests(at_work: Office) -> Sequence[Request]:
    return await at_work.service.list(Filter())


async def creator(at_work: Office, market: str, language: str, *, person: str = "creator:7", name: str = "Masha") -> Creator:
    """A creator whom the bot knows and can write to."""
    found = Creator(person, BRAND, market, name, language, "sveta", START)
    await at_work.store.run(lambda tx: tx.save_creator(found))
    await at_work.store.run(lambda tx: tx.save_account(Account("post", "", f"x-{person}", person)))
    return found


async def to_the_summary(person: Person, kind: str, market: str, title: str = "January list") -> str:
    """The shortest way: no creator, no text, no deadline."""
    no = {
        "en": ("No creator", "No text", "That is all", "No deadline"),
        "ru": ("Без блогера", "Без текста", "Это всё", "Без срока"),
    }
    no_creator, no_text, on, no_deadline = no[person.language]
    await person.begins()
    await person.taps(kind)
    await person.taps(market)
    await person.taps(no_creator)
    await person.says(title)
    await person.taps(no_text)
    await person.taps(on)
    return await person.taps(no_deadline)


async def test_the_whole_way_in_russian(at_work: Office) -> None:
    """Every question is asked once, the summary shows what was answered and what will happen, and the request is just that."""
    me = sveta(at_work)
    assert "Что нужно решить?" in await me.begins()
    assert {"Выбор блогеров", "Концепция или сценарий", "Отменить"} < set(me.keys)
    assert "Для какого рынка?" in await me.taps("Черновик публикации")
    assert list(me.keys)[:2] == ["Москва", "Нью-Йорк"]
    assert "О каком блогере речь?" in await me.taps("Москва")
    assert "Название, одной строкой." in await me.says("Маша Ким")
    assert "Текст, который нужно согласовать" in await me.says("Зимний ролик")
    assert "Текст: 11 знаков" in await me.says("Первый снег")
    assert "Текст: 23 знака" in await me.says("и санки: да")
    assert "still.png (2 КБ)" in await me.says("", PICTURE)
    assert "https://a.example/x" in await me.says("https://a.example/x")
    assert "К какому сроку нужен ответ?" in await me.taps("Это всё")
    summary = await me.says("пт 12:00")
    assert summary == "\n".join(
        [
            "Проверьте перед отправкой.",
            "",
            "Черновик публикации · Москва · Бренд А: Москва и Нью-Йорк",
            "Зимний ролик",
            "",
            "Первый снег",
            "и санки: да",
            "Инициатор: Светлана Ким",
            "Блогер: Маша Ким",
            "Нужно не позднее: пт, 27 нояб., 12:00 МСК",
            "Файлы: still.png (2 КБ)",
            "Ссылка: https://a.example/x",
            "Где можно отступить: Все замечания раунда одним сообщением, каждое со ссылкой на бриф.",
            "1. мнение: Анна Белова, не позднее ср, 25 нояб., 12:30 МСК; остальные шаги этого не ждут",
            "2. согласование: Павел Громов (замещение, исполнитель роли: Светлана Ким), не позднее ср, 25 нояб., 12:30 МСК",
            "3. утверждение: Павел Громов, не позднее чт, 26 нояб., 11:30 МСК",
            "Ответ будет не позднее чт, 26 нояб., 11:30 МСК, даже если каждый займёт всё своё время.",
            "До 5 раундов.",
            "В срок пт, 27 нояб., 12:00 МСК успеваем.",
            "В чек-листе 5 пунктов:",
            "• Нужно до утверждения: В публикации есть пометка «Реклама».",
            "• Нужно до утверждения: Указаны рекламодатель и ИНН или страница с этими данными.",
            "• Нужно до утверждения: Токен erid получен до публикации и указан в публикации или ссылке.",
            "• Нужно до утверждения: Больше 10 000 подписчиков: страница внесена в перечень Роскомнадзора.",
            "• Токен erid проверен в опубликованном посте.",
        ]
    )
    assert list(me.keys) == ["Отправить", "Изменить", "Отменить"]
    assert "Отправлено: A-1 «Зимний ролик»." in await me.taps("Отправить")
    (request,) = await requests(at_work)
    draft = request.draft
    assert (draft.kind, draft.market, draft.title, draft.text) == (
        "draft_content",
        "RU",
        "Зимний ролик",
        "Первый снег\nи санки: да",
    )
    assert (draft.links, draft.files, draft.creator, draft.creator_id) == (("https://a.example/x",), (PICTURE,), "Маша Ким", "")
    assert (draft.needed_by, request.requested_by) == (datetime(2026, 11, 27, 9, tzinfo=UTC), "sveta")
    assert not await me.is_writing()


async def test_the_whole_way_in_english_with_an_amount(at_work: Office) -> None:
    """The amount is asked where a local limit can be held against it; a known creator is chosen by a button."""
    await creator(at_work, "US", "en", name="Dana")
    me = jordan(at_work)
    await me.begins()
    await me.taps("Deviation from brand guidelines")
    assert list(me.keys)[:2] == ["New York", "Moscow"]
    await me.taps("New York")
    assert "Dana" in me.keys
    await me.taps("Dana")
    await me.says("A bolder claim")
    await me.says("Bolder.")
    await me.taps("That is all")
    assert next(iter(me.keys)) == "Tue, Nov 24, 6:00 PM ET"
    assert "What amount is it about, in USD?" in await me.taps("Tue, Nov 24, 6:00 PM ET")
    summary = await me.says("$450")
    assert "Creator: Dana" in summary and "Amount: $450" in summary
    assert "The deadline Tue, Nov 24, 6:00 PM ET cannot be met if everybody takes their full time." in summary
    assert "If there is no answer, from Tue, Nov 24, 11:00 AM ET Priya Shah may decide locally." in summary
    await me.taps("Send")
    (request,) = await requests(at_work)
    assert (request.draft.creator, request.draft.creator_id) == ("Dana", "creator:7")
    assert (request.draft.amount, request.draft.needed_by) == (
        Money(request.draft.amount.amount, "USD") if request.draft.amount else None,
        datetime(2026, 11, 24, 23, tzinfo=UTC),
    )
    assert str(request.draft.amount) == "450 USD"


async def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """Another process on the same database goes on with the same question, and its buttons still work."""
    async with office(tmp_path) as before:
        me = sveta(before)
        await me.begins("договор")
        keys = dict(me.keys)
    async with office(tmp_path) as after:
        me = sveta(after)
        me.keys = keys
        assert "О каком блогере речь?" in await me.taps("Москва")
        assert "Договор с блогером" in await to_summary_from_creator(me)


async def to_summary_from_creator(me: Person) -> str:
    await me.taps("Без блогера")
    await me.says("Условия")
    await me.taps("Без текста")
    await me.taps("Это всё")
    return await me.taps("Без срока")


async def test_words_beside_the_command(at_work: Office) -> None:
    """They choose the kind when they name one, otherwise they are the title; a bare "ok" is neither."""
    me = sveta(at_work)
    assert "Для какого рынка?" in await me.begins("Договор")
    await me.talk.cancel(me.account)
    assert "Что нужно решить?" in await me.begins("Список на январь")
    await me.taps("Выбор блогеров")
    await me.taps("Москва")
    assert "Текст, который нужно" in await me.taps("Без блогера")
    await me.talk.cancel(me.account)
    await me.begins("ок")
    await me.taps("Выбор блогеров")
    await me.taps("Москва")
    assert "Название" in await me.taps("Без блогера")


async def test_a_forwarded_message_fills_it_in(at_work: Office) -> None:
    """Its text is not asked for again, its first line is offered as the title, its files go along."""
    me = sveta(at_work)
    await me.begins(text="Зимний ролик\nПервый снег", files=(FILM,), links=("https://a.example/x",))
    await me.taps("Черновик публикации")
    await me.taps("Москва")
    await me.taps("Без блогера")
    more = await me.taps("Зимний ролик")
    assert "film.mp4 (3,0 МБ)" in more and "Текст: 24 знака" in more
    await me.taps("Убрать файлы и ссылки")
    assert "Убрать файлы и ссылки" not in me.keys
    await me.taps("Это всё")
    summary = await me.taps("Без срока")
    assert "Первый снег" in summary and "film.mp4" not in summary and "a.example" not in summary


async def test_cancel_at_any_time(at_work: Office) -> None:
    """By the button or by the command; afterwards nothing is left, and the button says so."""
    me = sveta(at_work)
    assert await me.talk.cancel(me.account) is None
    await me.begins()
    keys = dict(me.keys)
    assert "Отменено. Ничего не отправлено." in await me.taps("Отменить")
    assert not await me.is_writing()
    me.keys = keys
    assert "уже не заполняется" in await me.taps("Выбор блогеров")
    await to_the_summary(me, "Выбор блогеров", "Москва")
    reply = await me.talk.cancel(me.account)
    assert reply is not None and reply.close
    assert await requests(at_work) == []


async def test_changing_an_answer(at_work: Office) -> None:
    """One question again, then the summary; leaving it alone changes nothing."""
    me = sveta(at_work)
    await to_the_summary(me, "Выбор блогеров", "Москва", "Список")
    assert "Что изменить?" in await me.taps("Изменить")
    await me.taps("Название")
    assert "Список" in await me.taps("Оставить как есть")
    await me.taps("Изменить")
    await me.taps("Название")
    assert "Список на январь" in await me.says("Список на январь")
    await me.taps("Изменить")
    await me.taps("Текст")
    assert "Есть что добавить?" in await me.says("Пять имён")
    await me.says("и ещё два")
    assert "Пять имён\nи ещё два" in await me.taps("Это всё")
    await me.taps("Отправить")
    (request,) = await requests(at_work)
    assert (request.draft.title, request.draft.text) == ("Список на январь", "Пять имён\nи ещё два")


async def test_a_change_that_overtakes_other_answers(at_work: Office) -> None:
    """Another market has another currency: the amount is asked for again, never converted."""
    me = jordan(at_work)
    await me.begins("deviation from brand guidelines")
    await me.taps("New York")
    await me.taps("No creator")
    await me.says("A bolder claim")
    await me.taps("No text")
    await me.taps("That is all")
    await me.taps("No deadline")
    await me.says("450")
    await me.taps("Change")
    await me.taps("Market")
    assert "in RUB" in await me.taps("Moscow")
    assert "₽" in await me.says("30000") or "RUB" in me.shown[-1]
    await me.taps("Change")
    await me.taps("Kind of decision")
    assert "Amount" not in await me.taps("Creator contract")


async def test_two_people_at_once(at_work: Office) -> None:
    """Each has their own draft; one cannot touch the other's, whatever code they send."""
    me, you = sveta(at_work), jordan(at_work)
    await me.begins("Договор")
    await you.begins("Creator contract")
    stolen = await you.talk.tapped(you.account, me.keys["Москва"], you.key())
    assert stolen.alert and stolen.toast and stolen.toast.id == "new.over"
    await asyncio.gather(me.taps("Москва"), you.taps("New York"))
    assert "О каком блогере" in me.shown[-1] and "Which creator" in you.shown[-1]


async def test_sent_exactly_once(at_work: Office) -> None:
    """Send tapped twice, at once and again later: one request, and the second tap says which."""
    me = sveta(at_work)
    await to_the_summary(me, "Выбор блогеров", "Москва")
    send = me.keys["Отправить"]
    first, second = await asyncio.gather(*(me.talk.tapped(me.account, send, me.key()) for _ in range(2)))
    said = sorted(me.reads(reply) for reply in (first, second))
    assert "Отправлено: A-1" in said[0] and said[1] == "Уже отправлено: A-1."
    assert me.reads(await me.talk.tapped(me.account, send, me.key())) == "Уже отправлено: A-1."
    assert len(await requests(at_work)) == 1
    other = jordan(at_work)
    assert "A-1" not in other.reads(await other.talk.tapped(other.account, send, other.key()))


async def test_a_crash_after_sending(at_work: Office) -> None:
    """The request was opened but the draft was left behind: it is no draft any more, and is not sent again."""
    me = sveta(at_work)
    await to_the_summary(me, "Выбор блогеров", "Москва")
    body = await at_work.store.read(lambda tx: tx.dialog("post:new", "x-sveta"))
    assert body
    await me.taps("Отправить")
    await at_work.store.run(lambda tx: tx.save_dialog("post:new", "x-sveta", body, START))
    assert await me.talk.said(me.account, "ещё", me.key()) is None
    assert len(await requests(at_work)) == 1


async def test_the_card_questions_stay_apart(at_work: Office) -> None:
    """A draft and a question about a card are kept side by side."""
    me = sveta(at_work)
    await at_work.store.run(lambda tx: tx.save_dialog("post", "x-sveta", "{}", START))
    await me.begins()
    await me.talk.cancel(me.account)
    assert await at_work.store.read(lambda tx: tx.dialog("post", "x-sveta")) == "{}"


async def test_the_same_delivery_adds_nothing(at_work: Office) -> None:
    """A repeated update is answered with the question that waits now."""
    me = sveta(at_work)
    key = me.key()
    first = me.reads(await me.talk.start(me.account, "", key))
    assert me.reads(await me.talk.start(me.account, "", key)) == first
    await me.taps("Выбор блогеров")
    await me.taps("Москва")
    await me.taps("Без блогера")
    await me.says("Список")
    key = me.key()
    for _ in range(2):
        assert "Текст: 4 знака" in me.reads(await me.talk.said(me.account, "Пять", key))
    key, on = me.key(), me.keys["Это всё"]
    for _ in range(2):
        reply = await me.talk.tapped(me.account, on, key)
        assert "К какому сроку" in me.reads(reply) and not reply.alert


JUNK = ["ок", "👍", "+", "", "\x00\u202e"]


@pytest.mark.parametrize("junk", JUNK)
async def test_junk_at_each_question(at_work: Office, junk: str) -> None:
    """Nothing is taken for an answer that is none: the same question stands there again."""
    me = sveta(at_work)
    await me.begins()
    for step in (
        me.taps("Отступление от бренд-гайда"), me.taps("Москва"), me.taps("Без блогера"), me.says("Смелее"),
        me.says("Текст"), me.taps("Это всё"), me.taps("Без срока"), me.taps("Без суммы"),
    ):  # fmt: skip
        before = list(me.keys)
        question = me.shown[-1].split("\n")[0]
        assert question in await me.says(junk)
        assert list(me.keys) == before
        await step


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("когда-нибудь", "Не получилось прочитать дату"),
        ("20.11.2026 10:00", "прошёл"),
        ("31 февраля", "Такого дня нет"),
        ("в 25:00", "Такого времени нет"),
    ],
)
async def test_a_deadline_that_is_none(at_work: Office, words: str, reason: str) -> None:
    """It is said why, with an example, and asked again."""
    me = sveta(at_work)
    await me.begins("Договор")
    await me.taps("Москва")
    await to_summary_from_creator(me)
    await me.taps("Изменить")
    await me.taps("Срок")
    assert reason in await me.says(words)
    assert "К какому сроку" in me.shown[-1]
    assert "ср, 2 дек., 18:00 МСК" in await me.says("2 декабря 18:00")


async def test_what_an_opening_would_refuse_is_said_at_its_question(at_work: Office) -> None:
    """A title or a text that is too long, another currency, an amount nobody can read."""
    me = jordan(at_work)
    await me.begins("Deviation from brand guidelines")
    await me.taps("New York")
    await me.taps("No creator")
    assert "at most 200 characters" in await me.says("long " * 50)
    await me.says("A bolder claim")
    assert "Too long" in await me.says("x" * 100_001)
    assert "The text to be approved" in me.shown[-1]
    await me.says("x" * 60_000)
    assert "Too long" in await me.says("y" * 60_000)
    assert "60,000 characters" in me.shown[-1]
    await me.taps("That is all")
    await me.taps("No deadline")
    assert "New York accepts USD" in await me.says("500 EUR")
    assert "I could not read an amount" in await me.says("a lot")
    assert "60,000 characters in all; the whole text is sent" in await me.says("500")


async def test_files_are_taken_at_any_question_and_counted(at_work: Office) -> None:
    """A file sent early or to the summary goes along; more than twenty do not."""
    me = sveta(at_work)
    await me.begins()
    assert "Добавлен 1 файл." in await me.says("", PICTURE)
    await to_summary_after_kind(me)
    assert "film.mp4" in await me.says("", FILM)
    await me.says("", FILM)
    many = tuple(File(f"g{i}", "x.png", "image/png", 1) for i in range(19))
    assert "не больше 20 файлов" in await me.says("", *many)
    await me.taps("Отправить")
    (request,) = await requests(at_work)
    assert request.draft.files == (PICTURE, FILM)


async def to_summary_after_kind(me: Person) -> str:
    await me.taps("Договор с блогером")
    await me.taps("Москва")
    return await to_summary_from_creator(me)


async def test_an_old_button_means_nothing_else(at_work: Office) -> None:
    """A button of an earlier question, or Send from before a change, shows the current question instead of doing something."""
    me = sveta(at_work)
    await me.begins()
    kinds = dict(me.keys)
    await me.taps("Выбор блогеров")
    reply = await me.talk.tapped(me.account, kinds["Договор с блогером"], me.key())
    assert reply.alert and "Для какого рынка?" in me.reads(reply)
    await me.taps("Москва")
    old = await to_summary_from_creator(me)
    send = me.keys["Отправить"]
    assert "Условия" in old
    await me.taps("Изменить")
    await me.taps("Название")
    await me.says("Другое")
    reply = await me.talk.tapped(me.account, send, me.key())
    assert reply.alert and "Другое" in me.reads(reply)
    assert await requests(at_work) == []


@pytest.mark.parametrize(
    "data", ["6|zz|pick|100", "6|abc|fly|1", "6|abc|pick|-1", "6|abc|pick|1234567", "1|A-1|yes|0|1|1|nothing", ""]
)
async def test_forged_codes(at_work: Office, data: str) -> None:
    """What is no button of the draft does nothing."""
    me = sveta(at_work)
    await me.begins()
    reply = await me.talk.tapped(me.account, data, me.key())
    assert reply.alert and reply.prompt is None
    own = me.keys["Выбор блогеров"]
    for forged in (own.replace("pick", "send"), own.replace("pick", "on"), own.replace("pick", "anew"), own[:-2] + "99"):
        assert (await me.talk.tapped(me.account, forged, me.key())).alert
    assert await requests(at_work) == []


async def test_a_code_is_mine() -> None:
    """A door can tell a draft's buttons from others'."""
    assert NewTalk.is_mine("6|abc|pick|101") and not NewTalk.is_mine("2|abc|must|0")


async def test_abandoned_for_a_week(at_work: Office) -> None:
    """Whoever comes back hears first where they stopped; what they wrote is not taken for an answer by surprise."""
    me = sveta(at_work)
    await me.begins("Договор")
    await me.taps("Москва")
    await me.taps("Без блогера")
    at_work.clock.set(START + 7 * DAY)
    back = await me.says("Привет")
    assert back.startswith("Вы начали запрос и остановились на этом вопросе: вт, 24 нояб., 17:30 МСК.") and "Название" in back
    assert "Текст, который нужно" in await me.says("Условия")
    at_work.clock.set(START + 9 * DAY)
    await at_work.service.tidy()
    assert await me.is_writing()
    at_work.clock.set(START + 40 * DAY)
    await at_work.service.tidy()
    assert not await me.is_writing()


async def test_a_deadline_that_has_passed_meanwhile(at_work: Office) -> None:
    """A quick button or an answer from days ago is not sent: back to that question with the reason."""
    me = sveta(at_work)
    await me.begins("Договор")
    await me.taps("Москва")
    await me.taps("Без блогера")
    await me.says("Условия")
    await me.taps("Без текста")
    await me.taps("Это всё")
    offered = me.keys["ср, 25 нояб., 12:00 МСК"]
    at_work.clock.set(START + 3 * DAY)
    reply = await me.talk.tapped(me.account, offered, me.key())
    assert reply.alert and "прошёл" in me.reads(reply) and "ср, 25 нояб., 12:00 МСК" not in me.keys
    await me.taps("сб, 28 нояб., 12:00 МСК")
    send = me.keys["Отправить"]
    at_work.clock.set(START + 5 * DAY)
    reply = await me.talk.tapped(me.account, send, me.key())
    assert reply.alert and "К какому сроку" in me.reads(reply)
    await me.taps("Без срока")
    assert "Отправлено" in await me.taps("Отправить")


async def test_beginning_anew_with_one_unfinished(at_work: Office) -> None:
    """The unfinished one is not lost by chance, and neither is what was forwarded for the new one."""
    me = sveta(at_work)
    await me.begins("Договор")
    await me.taps("Москва")
    assert "незаконченный запрос" in await me.begins(text="Новый текст")
    assert "О каком блогере" in me.shown[-1]
    assert "Что нужно решить?" in await me.taps("Начать новый вместо этого")
    await me.taps("Выбор блогеров")
    await me.taps("Москва")
    await me.taps("Без блогера")
    assert "Текст: 11 знаков" in await me.says("Список")


async def test_a_reply_to_another_message_is_not_an_answer(at_work: Office) -> None:
    """What replies to a card goes to the card; a reply to the question's own message is its answer."""
    me = sveta(at_work)
    await me.begins("Договор")
    await me.taps("Москва")
    assert await me.talk.waits_for_words(me.account)
    await me.talk.placed(me.account, "m1")
    assert await me.talk.standing(me.account) == "m1"
    assert await me.talk.said(me.account, "Маша", me.key(), replied="card") is None
    assert "Название" in me.reads(await me.talk.said(me.account, "Маша", me.key(), replied="m1"))


async def test_a_choice_may_be_typed(at_work: Office) -> None:
    """The name of what a button offers, in either language, or the only one that begins so."""
    me = sveta(at_work)
    await me.begins()
    assert not await me.talk.waits_for_words(me.account)
    assert "кнопкой" in await me.says("кто мой контакт?")
    assert "Для какого рынка?" in await me.says("creator contract")
    assert "О каком блогере" in await me.says("москва")


async def test_strangers(at_work: Office) -> None:
    """Somebody of no playbook cannot open anything."""
    nobody = Person(at_work, "nobody", "en", "UTC")
    assert "do not know this account" in await nobody.begins()
    assert (await nobody.talk.tapped(nobody.account, "6|abc|pick|101", nobody.key())).alert
    assert (await nobody.talk.tapped(None, "6|abc|send|101", nobody.key())).alert
    assert await nobody.talk.said(None, "x", nobody.key()) is None


async def test_several_brands(tmp_path: Path) -> None:
    """Whoever works for several is asked for which; changing it asks for the kind again."""
    async with office(tmp_path) as at_work:
        other = second_brand()
        assert other.playbook
        book, data, digest = other.playbook, other.data, other.digest
        await at_work.store.run(lambda tx: tx.put_in_force(book, data, digest, "elsewhere", START))
        me = sveta(at_work)
        assert "Для какого бренда запрос?" in await me.begins()
        await me.taps("Бренд Б")
        await me.taps("Договор с блогером")
        await me.taps("Москва")
        assert "Бренд Б" in await to_summary_from_creator(me)
        await me.taps("Отправить")
        (request,) = await requests(at_work)
        assert request.brand == "brand-b"


def second_brand() -> Loaded:
    title = '{en: "Brand A: Moscow and New York", ru: "Бренд А: Москва и Нью-Йорк"}'
    return loaded(edited("id: brand-a", "id: brand-b").replace(title, "{en: Brand B, ru: Бренд Б}"))


async def test_a_creators_own_draft_in_moscow(at_work: Office) -> None:
    """Brand, market and creator are known; the main contact opens it and may review it: it is the creator's own, not hers."""
    await creator(at_work, "RU", "ru", name="Маша Ким")
    me = Person(at_work, "creator:7", "ru", "Europe/Moscow")
    assert "Что нужно решить?" in await me.begins()
    assert list(me.keys) == ["Концепция или сценарий", "Черновик публикации", "Отменить"]
    assert "Название" in await me.taps("Черновик публикации")
    await me.says("Зимний ролик")
    await me.says("Первый снег")
    await me.taps("Это всё")
    summary = await me.taps("Без срока")
    assert summary.endswith(
        "Блогер: Маша Ким\nНужно не позднее: без срока\nКто смотрит: Анна Белова, Светлана Ким и Павел Громов.\n"
        "До 5 раундов.\nОтветим вам не позднее чт, 26 нояб., 11:30 МСК, если все ответят вовремя."
    )
    send = me.keys["Отправить"]
    assert "Отправлено: A-1" in await me.taps("Отправить")
    (request,) = await requests(at_work)
    draft = request.draft
    assert (draft.by_creator, draft.creator_id, draft.creator, request.requested_by) == (True, "creator:7", "Маша Ким", "sveta")
    assert [part.person for step in request.steps for part in step.assignments] == ["anna", "sveta"]
    assert "Уже отправлено" in me.reads(await me.talk.tapped(me.account, send, me.key()))


async def test_a_creators_own_draft_in_new_york(at_work: Office) -> None:
    """In their language and zone; with the contact unreachable, the deputy opens it."""
    await creator(at_work, "US", "en", name="Dana")
    account = Account("post", "", "x-jordan", "jordan")
    await at_work.store.run(lambda tx: tx.forget_account(account))
    me = Person(at_work, "creator:7", "en", "America/New_York")
    await me.begins("concept")
    await me.says("Snow reel")
    await me.says("First snow")
    await me.taps("That is all")
    summary = await me.taps("No deadline")
    assert "Who looks at it: Priya Shah.\nUp to 2 rounds." in summary
    assert "You will hear from us by Tue, Nov 24, 1:30 PM ET if everybody answers in time." in summary
    assert "Flexible" not in summary
    await me.taps("Send")
    (request,) = await requests(at_work)
    assert (request.requested_by, request.draft.market, request.author) == ("sam", "US", "creator:7")
