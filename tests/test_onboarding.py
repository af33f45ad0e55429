"""The first minute: what is said to whoever comes in, what they can set, and how others are invited in chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from bot.absences import Absences
from bot.core.wording import Text
from bot.invites import Invited, Invites
from bot.onboarding import OnboardingTalk, is_mine, word_in
from bot.ports import Account
from bot.prompts import Prompt, Reply
from bot.service import UpdateKey
from bot.speech import Reader, say, show
from tests.core.playbook.brands import edited, loaded
from tests.office import BRAND, Office, office

EN, RU = Reader(("en",), "America/New_York"), Reader(("ru",), "Europe/Moscow")
UPDATE = UpdateKey("telegram", "1")


@dataclass
class Words:
    numbers: count[int]

    def word(self) -> str:
        return f"word-{next(self.numbers):022}"


@dataclass
class Desk:
    """The talk in one messenger, and short ways to use it."""

    office: Office
    invites: Invites
    talk: OnboardingTalk

    async def link(self, person: str = "oleg") -> str:
        outcome = await self.invites.invite_member("katya", person)
        assert isinstance(outcome, Invited), outcome
        return outcome.word

    async def comes(self, person: str = "oleg", number: str = "1001") -> Reply:
        return await self.talk.started(None, await self.link(person), newcomer(number))

    async def account(self, number: str = "1001") -> Account:
        found = await self.office.store.read(lambda tx: tx.account("telegram", number))
        assert found is not None
        return found

    async def taps(self, data: str, number: str = "1001") -> Reply:
        assert is_mine(data)
        return await self.talk.tapped(await self.account(number), data, UPDATE)

    def member(self, person: str) -> Account:
        return Account("post", "", f"x-{person}", person)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Everybody is in, except Oleg."""
    async with office(tmp_path, without="oleg") as at_work:
        yield desk_of(at_work)


def desk_of(at_work: Office, username: str | None = "soglas_bot") -> Desk:
    invites = Invites(at_work.store, at_work.clock, Words(count(1)))
    return Desk(at_work, invites, OnboardingTalk("telegram", invites, at_work.store, at_work.clock, lambda: username))


def newcomer(number: str = "1001") -> Account:
    return Account("telegram", "", number, "", number)


def prompt(reply: Reply) -> Prompt:
    assert reply.prompt is not None, reply
    return reply.prompt


def said(reply: Reply, reader: Reader) -> str:
    """The whole message, as somebody reads it."""
    found = prompt(reply)
    return "\n".join([say(found.text, reader), *(show(line, reader) for line in found.lines)])


def codes(reply: Reply) -> list[str]:
    return [option.code for row in prompt(reply).options for option in row]


def labels(reply: Reply, reader: Reader = EN) -> list[str]:
    return [show(option.label, reader) for row in prompt(reply).options for option in row]


async def test_the_first_screen_in_russian(desk: Desk) -> None:
    """Name and role, hours in words, what waits, what to ask: one message and no more than two lines of buttons."""
    reply = await desk.comes()
    assert said(reply, RU).splitlines() == [
        "Здравствуйте, Олег Синицын. Передаю запросы тем, кто решает, и слежу за сроками. Ваши роли здесь:",
        "• Юрист",
        "Ваши рабочие часы: пн–пт 10:00–19:00, МСК. Ночью и в выходные не пишу.",
        "Сейчас вас ничего не ждёт.",
        "Спрашивайте своими словами, например: что ждёт меня, кто решает по договору, меня не будет завтра. Команды: /inbox, /away, /settings.",
    ]
    assert codes(reply) == ["7|hours|right", "7|hours|wrong"]


async def test_the_first_screen_in_english(desk: Desk) -> None:
    """Several roles, a deputy's as one; own hours; somebody of two languages chooses."""
    reply = await desk.comes("anna")
    text = said(reply, EN)
    assert "• Brand Manager\n" in text and "• Brand Director, as deputy\n" in text
    assert "Mon–Fri 10:00–19:00, Moscow time" in text
    assert labels(reply)[:2] == ["Русский", "English"]
    assert "Mon–Fri 12:00–21:00" in said(await desk.comes("katya", "2"), EN)


async def test_no_role_is_no_empty_list(tmp_path: Path) -> None:
    """Somebody who only opens requests is told so."""
    book = loaded(edited("deputies: [irina]", "deputies: []"))
    async with office(tmp_path, book=book) as at_work:
        assert said(await desk_of(at_work).comes("irina"), EN).startswith("Hello, Irina Ladygina.")
        assert prompt(await desk_of(at_work).talk.started(desk_of(at_work).member("irina"), "", newcomer())).text.id == (
            "onboard.welcome.no_role"
        )


async def test_what_waits_comes_along(desk: Desk) -> None:
    """How many requests wait, and their cards follow by themselves."""
    requests = [await desk.office.opens() for _ in range(2)]
    await desk.office.settles()
    assert desk.office.jobs("card:") == {}
    reply = await desk.comes("pavel")
    assert "Сейчас ждут вас: 2. Карточки придут следом." in said(reply, RU)
    assert set(desk.office.jobs("card:")) == {f"card:{request}:pavel" for request in requests}


async def test_an_invitation_that_is_not_valid(desk: Desk) -> None:
    """Used, expired and unknown are one and the same answer; it says what to do."""
    word = await desk.link()
    await desk.talk.started(None, word, newcomer())
    for wrong in (word, "no-such-word-at-all-00000"):
        reply = await desk.talk.started(None, wrong, newcomer("666"))
        assert (reply.toast, reply.alert, reply.prompt) == (Text("invite.not_valid"), True, None)


async def test_a_stranger_and_somebody_known_without_a_word(desk: Desk) -> None:
    """A stranger is told whom to ask; whoever is in sees the first screen again."""
    assert (await desk.talk.started(None, "", newcomer())).toast == Text("refusal.stranger")
    assert "Павел Громов" in said(await desk.talk.started(desk.member("pavel"), "", newcomer()), RU)


async def test_a_creators_first_screen(desk: Desk) -> None:
    """Who their contact is and what they can ask; no roles, no hours, nobody else's name."""
    reply = await desk.talk.invite(desk.member("jordan"), "creator Mia Torres")
    line = show(prompt(reply).lines[0], EN)
    word = line.split("start=")[1].split()[0]
    screen = await desk.talk.started(None, word, newcomer())
    text = said(screen, EN)
    assert text.startswith("Hello, Mia Torres.")
    assert "your contact is Jordan Lee; when they are away, Sam Ortiz." in text
    assert not any(name in text for name in ("Priya", "Katya", "Coordinator", "hours"))
    assert codes(screen) == ["7|lang|en|first", "7|lang|ru|first", "7|settings|show"]


async def test_a_language_is_chosen_for_everything(desk: Desk) -> None:
    """The screen is shown again in place, and every account of the person follows."""
    await desk.comes("anna")
    reply = await desk.taps("7|lang|en|first")
    assert (reply.close, reply.toast) == ("onboard", Text("settings.saved"))
    assert [(option.code, option.chosen) for option in prompt(reply).options[0]] == [
        ("7|lang|ru|first", False), ("7|lang|en|first", True),
    ]  # fmt: skip
    accounts = await desk.office.store.read(lambda tx: tx.accounts("anna"))
    assert {account.language for account in accounts} == {"en"} and len(accounts) == 2


@pytest.mark.parametrize("data", ["7|lang|en|first", "7|lang|xx|first", "7|nothing|x", "6|lang|en"])
async def test_a_button_is_not_trusted(desk: Desk, data: str) -> None:
    """A language that is not the person's own, a code of nobody: refused, nothing changes."""
    await desk.comes()
    reply = await desk.talk.tapped(await desk.account(), data, UPDATE)
    assert (reply.toast, reply.alert) == (Text("refusal.retired_button"), True)
    assert (await desk.account()).language == ""


async def test_wrong_hours_reach_the_coordinator_once(desk: Desk) -> None:
    """However often it is tapped; with the hours as the playbook has them."""
    await desk.comes()
    for _ in range(3):
        assert (await desk.taps("7|hours|wrong")).toast == Text("onboard.hours.passed_on")
    assert len(desk.office.jobs("tell:hours:")) == 1
    await desk.office.settles()
    (told,) = [sent for sent in desk.office.post.to("katya", "tell") if "часы" in sent.text]
    assert told.text.startswith("Олег Синицын: рабочие часы в плейбуке указаны неверно, сейчас там пн–пт 10:00–19:00, МСК.")


async def test_right_hours_take_the_question_away(desk: Desk) -> None:
    """Answered, it is not asked again on that screen; settings stay within reach."""
    await desk.comes()
    reply = await desk.taps("7|hours|right")
    assert (codes(reply), reply.close) == (["7|settings|show"], "onboard")


async def test_settings(desk: Desk) -> None:
    """Language, hours, absences and accounts, with what can be changed; where to be asked first is one place."""
    await desk.comes("pavel")
    for day in (1, 3):
        days = date(2026, 12, day), date(2026, 12, day)
        await Absences(desk.office.store, desk.office.clock, lambda: None).leave("pavel", "pavel", *days, "post")
    reply = await desk.taps("7|settings|show")
    text = said(reply, RU)
    assert "Язык: Русский" in text and "пн–пт 10:00–19:00" in text and "1 дек" in text and "3 дек" in text
    assert "• post\n• Telegram" in text
    assert codes(reply) == ["7|here|yes", "7|hours|wrong"]
    there = await desk.taps("7|here|yes")
    assert "• Telegram, сюда в первую очередь" in said(there, RU) and "7|here|yes" not in codes(there)
    await desk.talk.tapped(desk.member("pavel"), "7|here|yes", UPDATE)
    accounts = await desk.office.store.read(lambda tx: tx.accounts("pavel"))
    assert [(account.messenger, account.preferred) for account in accounts] == [("post", True), ("telegram", False)]
    await desk.office.store.run(lambda tx: tx.save_account(replace(desk.member("pavel"), blocked=True)))
    assert "сейчас написать нельзя" in said(await desk.talk.settings(await desk.account()), RU)


async def test_settings_of_one_account(desk: Desk) -> None:
    """Nothing to choose where there is nothing to choose from."""
    await desk.comes()
    reply = await desk.taps("7|settings|show")
    assert codes(reply) == ["7|hours|wrong"]
    assert "No absences are planned." in said(reply, EN)


async def test_gaps_with_buttons(desk: Desk) -> None:
    """Whoever is missing, by name; a tap makes the link; then it says that they have not come yet."""
    katya = desk.member("katya")
    reply = await desk.talk.invite(katya, "")
    assert "• Олег Синицын. Могут пригласить: Екатерина Левина, Марина Орлова или Прия Шах" in said(reply, RU)
    assert (codes(reply), labels(reply)) == (["7|invite|oleg"], ["Oleg Sinitsyn"])
    link = await desk.talk.tapped(katya, "7|invite|oleg", UPDATE)
    assert "https://t.me/soglas_bot?start=word-" in said(link, EN)
    assert "has not come yet" in said(await desk.talk.invite(katya, ""), EN)
    await desk.talk.started(None, f"word-{1:022}", newcomer())
    assert (await desk.talk.invite(katya, "")).toast == Text("invite.no_gaps")


@pytest.mark.parametrize("words", ["oleg", "Олег Синицын", "олег", "Sinitsyn", "Oleg Sinitsyn"])
async def test_a_link_by_name(desk: Desk, words: str) -> None:
    """In either language, whole or in part; for both messengers, with its end."""
    reply = await desk.talk.invite(desk.member("katya"), words)
    lines = said(reply, EN).splitlines()
    word = f"word-{1:022}"
    assert lines[0].startswith("Invitation for Oleg Sinitsyn. It works once, until Tue, Dec 1, 9:30 AM ET")
    assert lines[1:] == [
        f"In Telegram, open https://t.me/soglas_bot?start={word} and press Start.",
        f"In Slack, open the direct chat with the app and send: join {word}",
    ]
    assert word_in(lines[2].split("send: ")[1]) == word
    assert word_in(said(reply, RU).splitlines()[2].split("отправьте: ")[1]) == word


async def test_without_the_bots_name_there_is_the_word(tmp_path: Path) -> None:
    """Before Telegram has told its name, the word alone does."""
    async with office(tmp_path) as at_work:
        reply = await desk_of(at_work, username=None).talk.invite(Account("post", "", "x", "katya"), "oleg")
    assert "send: join word-" in said(reply, EN).splitlines()[1] and "t.me" not in said(reply, EN)


@pytest.mark.parametrize(
    ("by", "words", "market", "name"),
    [
        ("jordan", "creator Mia Torres", "US", "Mia Torres"), ("katya", "блогер Мия Торрес", "RU", "Мия Торрес"),
        ("katya", "blogger Mia Torres New York", "US", "Mia Torres"), ("katya", "Блогер Мия Торрес, Нью-Йорк", "US", "Мия Торрес"),
        ("marina", "creator Mia Torres US", "US", "Mia Torres"),
    ],
)  # fmt: skip
async def test_a_creator_is_invited(desk: Desk, by: str, words: str, market: str, name: str) -> None:
    """The inviter's own market unless another one is named."""
    await desk.talk.invite(desk.member(by), words)
    (found,) = await desk.office.store.read(lambda tx: tx.creators(BRAND))
    assert (found.market, found.name, found.added_by) == (market, name, by)


@pytest.mark.parametrize(
    ("by", "words", "message"),
    [
        ("oleg", "", "invite.not_allowed"), ("jordan", "", "invite.how_creator"), ("oleg", "creator Mia", "invite.not_allowed"),
        ("jordan", "creator Mia Moscow", "invite.not_allowed"), ("jordan", "creator", "invite.how_creator"),
        ("jordan", "oleg", "invite.not_allowed"), ("katya", "nobody", "invite.who"),
    ],
)  # fmt: skip
async def test_what_is_refused(desk: Desk, by: str, words: str, message: str) -> None:
    """Whoever may not invite hears who may; a name that fits nobody is asked for again."""
    reply = await desk.talk.invite(Account("telegram", "", "1", by), words)
    assert reply.toast is not None and reply.toast.id == message


async def test_that_is_not_them(desk: Desk) -> None:
    """The account is taken away by name; with nobody in yet, the invitation is withdrawn."""
    katya = desk.member("katya")
    await desk.link()
    assert (await desk.talk.revoke(katya, "Олег")).toast == Text("invite.withdrawn", {"who": (await oleg(desk))})
    await desk.comes()
    reply = await desk.talk.revoke(katya, "oleg")
    assert reply.toast and say(reply.toast, EN) == (
        "Oleg Sinitsyn: the account in Telegram is taken away. What waits goes to the deputy."
    )
    assert await desk.office.store.read(lambda tx: tx.accounts("oleg")) == []
    for words, message in (("nobody", "invite.who"), ("oleg", "invite.nothing_to_revoke")):
        refused = await desk.talk.revoke(katya, words)
        assert refused.toast and refused.toast.id == message and refused.alert


async def oleg(desk: Desk):  # type: ignore[no-untyped-def]
    found = await desk.office.store.read(lambda tx: tx.in_force(BRAND))
    assert found
    return found.playbook.name("oleg")


@pytest.mark.parametrize(
    ("typed", "is_word"),
    [
        ("{}", True), ("join {}", True), ("JOIN  {} ", True), ("код {}", True), ("Код: {}", True), ("/join {}", True), ("/start {}", True),
        ("приглашение {}", True), ("please join {}", False), ("join", False), ("{} {}", False), ("short-word", False), ("", False),
    ],
)  # fmt: skip
def test_a_typed_word_is_found(typed: str, is_word: bool) -> None:
    """Alone or after the word for it in either language; ordinary sentences hold none."""
    word = "pWrE8DJWenjfwwYgyAc9jOZP"
    assert word_in(typed.format(word, word)) == (word if is_word else None)


def test_codes_fit_every_messenger() -> None:
    """A button carries at most 64 bytes, also for the longest id a playbook allows."""
    data = f"7|invite|{'x' * 40}"
    assert is_mine(data) and len(data) <= 64
    assert not is_mine(f"7|invite|{'x' * 41}") and not is_mine("4|today")
