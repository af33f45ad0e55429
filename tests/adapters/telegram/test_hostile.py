"""Any text, in every place a person can write one: nothing refused, nothing becomes markup, nothing dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.core.playbook import Loaded, load
from bot.core.request.model import RequestId
from tests.adapters.telegram.life import DEVIATION, PLAYBOOKS, Life, living, ru

HTML = '</b></blockquote><a href="tg://user?id=1">x</a> &lt; &amp;amp; <tg-spoiler>&#60;b&#62; {id} %s <br> \\ «»'
RTL = "\u202eABC\u2066 שלום \u200f مرحبا \u202c"
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈" * 450
OURS = {"bold", "italic", "blockquote", "expandable_blockquote"}


def hostile_names() -> Loaded:
    """Brand A, where people and roles are called things."""

    def source(name: str) -> bytes:
        data = (PLAYBOOKS / name).read_text(encoding="utf-8")
        for ours, theirs in (
            ("Анна Белова", HTML),
            ("Бренд-менеджер", f"<i>{HTML}"),
            ('"Бренд А: Москва и Нью-Йорк"', f"<u>{HTML}"),
        ):
            data = data.replace(f"ru: {ours}", f"ru: {json.dumps(theirs, ensure_ascii=False)}")
        return data.encode()

    return load("brand-a.yaml", source)


async def everything(life: Life, words: str) -> RequestId:
    """The words in every place: title, text, creator, links, opinion, question, answer, remark, new text, reason."""
    short = words[:150]
    request = await life.open(DEVIATION, "katya", short, words, creator=words, links=(words, short))
    said = words[:1500].strip()
    await life.tap_card("anna", request, "ask")
    await life.say("anna", said)
    await life.tap_card("katya", request, "answer")
    await life.say("katya", said)
    await life.tap_card("anna", request, "send_back")
    await life.say("anna", said)
    for key in [key.data for row in life.last("anna").buttons for key in row if (key.data or "").split("|")[2] == "must"]:
        await life.forge("anna", life.last("anna").message_id, key or "")
    await life.tap("anna", life.last("anna"), "send")
    await life.tap_card("katya", request, "resubmit")
    await life.say("katya", said)
    await life.say("anna", "ок")
    await life.say("anna", "/inbox")
    await life.tap_card("anna", request, "reject")
    await life.say("anna", said)
    return request


@pytest.mark.parametrize(
    "words", [HTML, RTL + HTML, EMOJI, "a\x00b\x07" + HTML, "\ufdfa" * 5000, "&" * 5000, "'\"<" * 2000, "\n" * 50 + "x"]
)
async def test_in_every_place(tmp_path: Path, words: str) -> None:
    """Every message to everybody is accepted by Telegram's own parser and carries only our own markup."""
    async with living(tmp_path / "town.db", loaded=hostile_names()) as life:
        await everything(life, words)
        assert [error for error in life.refused() if "not modified" not in error] == []
        for person in ("katya", "anna"):
            for message in (one for one in life.chat(person) if one.from_bot):
                assert {entity.type for entity in message.entities} <= OURS, message.text
                assert len(message.text.encode("utf-16-le")) // 2 <= 4096


async def test_html_is_shown_as_it_was_written(tmp_path: Path) -> None:
    """A reader sees the very characters that were typed."""
    async with living(tmp_path / "town.db", loaded=hostile_names()) as life:
        request = await life.open(DEVIATION, "katya", HTML, HTML, creator=HTML, links=(HTML,))
        card = await life.card("anna", request)
        assert card.text.count(HTML) >= 5


async def test_everything_at_its_longest_at_once(life: Life) -> None:
    """A card on which every part is as long as it can be still fits, and the file has all of it."""
    long = "Ы🙂" * 3000
    request = await life.open(
        DEVIATION, "katya", "Т" * 200, long, creator=long, links=tuple(f"https://x.example/{n}/{long}" for n in range(20))
    )
    await life.tap_card("anna", request, "send_back")
    await life.say("anna", "\n".join(f"{n} " + "🙂" * 90 for n in range(20)))
    for n in range(1, 21):
        await life.tap("anna", life.last("anna"), f"{n}: замечание")
    await life.tap("anna", life.last("anna"), "send")
    assert life.refused() == []
    files = [one.document.data.decode() for one in life.chat("katya") if one.document]
    assert "19 " + "🙂" * 90 in files[-1]
    assert files[-1].count(long) >= 22


async def test_a_long_text_goes_along_once(life: Life) -> None:
    """The file comes once for each text, however often the card changes and also when it ends; a new text brings a new one."""
    text = "Строка\n" * 14_000
    request = await life.open(DEVIATION, "katya", "Сценарий", text)
    for _ in range(2):
        await life.tap_card("anna", request, "ask")
        await life.say("anna", "Почему?")
    assert files(life, "anna") == [text.strip()]
    assert life.chat("anna")[1].reply_to == life.chat("anna")[0].message_id
    assert life.chat("anna")[1].silent
    await life.tap_card("anna", request, "send_back")
    await life.say("anna", "Короче")
    await life.tap("anna", life.last("anna"), "1: замечание")
    await life.tap("anna", life.last("anna"), "send")
    assert files(life, "anna") == [text.strip()]
    await life.tap_card("katya", request, "resubmit")
    await life.say("katya", "новое " * 660)
    await life.tap_card("anna", request, "yes")
    assert files(life, "anna") == files(life, "katya") == [text.strip(), ("новое " * 660).strip()]
    assert life.refused() == []


def files(life: Life, person: str) -> list[str]:
    """The long text in each file somebody got; the rest of the card, which stands there too, is left out."""
    found = [one.document.data.decode() for one in life.chat(person) if one.document]
    return [next(part for part in ("Строка\n" * 14_000, "новое " * 660) if part.strip() in text).strip() for text in found]


async def test_a_hundred_thousand_characters(life: Life) -> None:
    """The longest text there can be is on the card in part and in the file whole."""
    text = "ж" * 99_999 + "я"
    request = await life.open(DEVIATION, "katya", "Длинно", text)
    card = await life.card("anna", request)
    assert ru("card.cut.file") in card.text
    document = life.chat("anna")[1].document
    assert document is not None
    assert document.name == "A-1.txt"
    assert text in document.data.decode()
    assert labels_fit(life)


def labels_fit(life: Life) -> bool:
    return all(len(key.text) <= 64 for one in life.chat("anna") for row in one.buttons for key in row)
