"""In chat: whatever somebody sends or forges, another brand's ids are answered like ids that do not exist."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.codes import ANSWERED
from bot.core.cards import Input, is_drawn
from bot.core.request.table import Action
from tests.privacy.house import LENA, MAYA, STRANGER, WORDS, Busy, House, busy, house, insiders, masked

# Somebody of another company, of another brand of the same company, a creator of another brand, and nobody at all.
OUTSIDERS = ("katya", "timur", MAYA, STRANGER)
NONE = ("T-999", "Z-1")
CARD_CODES = [
    f"{action}|0|1|1|{wanted}" for action in Action for wanted in Input if is_drawn(action, wanted)
]  # fmt: skip


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as found:
        yield found


@pytest.fixture
async def two(home: House) -> Busy:
    """Brand Two at work; nobody else knows."""
    return await busy(home, "brand-two")


async def warmed_up(home: House, person: str) -> None:
    """What comes with a first tap or a first word has come."""
    await home.writes(person, "/start")
    await home.taps(person, "1|Z-7|yes|0|1|1|nothing")


@pytest.mark.parametrize("person", OUTSIDERS)
async def test_no_card_button_tells_another_brands_request_from_none(home: House, two: Busy, person: str) -> None:
    """Every move there is, on requests in every state."""
    await warmed_up(home, person)
    for code in CARD_CODES:
        wanted = {await home.taps(person, f"1|{none}|{code}") for none in NONE}
        assert len(wanted) == 1
        for request in (two.under_way, two.returned, two.rejected, two.of_creator):
            assert {await home.taps(person, f"1|{request}|{code}")} == wanted, (request, code)


@pytest.mark.parametrize("person", OUTSIDERS)
async def test_no_other_button_tells_another_brands_things_from_none(home: House, two: Busy, person: str) -> None:
    """Codes that lead to a card, that ask something of a brand, that invite somebody: forged, they tell nothing."""
    await warmed_up(home, person)
    pairs = [(f"3|{two.under_way}", "3|T-999"), ("7|invite|vera", "7|invite|void"), (f"7|invite|{LENA}", "7|invite|creator:9")]
    pairs += [
        (f"5|status||{two.returned}", "5|status||T-999"),
        (f"5|status|brand-two|{two.returned}", "5|status|brand-too|T-999"),
    ]
    for intent in ANSWERED:
        pairs += [
            (f"5|{intent}|brand-two|{argument}", f"5|{intent}|brand-too|{argument}") for argument in ("", "contract", "kinds")
        ]
    for real, none in pairs:
        echoed = (real.split("|")[-1], none.split("|")[-1])
        assert masked(await home.taps(person, real), *echoed) == masked(await home.taps(person, none), *echoed), real


@pytest.mark.parametrize("person", OUTSIDERS)
async def test_nobody_elses_question_or_draft_can_be_touched(home: House, two: Busy, person: str) -> None:
    """The buttons of a question that was put to somebody of the brand, and of a request that they are writing."""
    await warmed_up(home, person)
    asked = await home.taps("igor", f"1|{two.under_way}|send_back|1|1|1|remarks")
    await home.writes("vera", "/new")
    written = await home.writes("vera", "contract")
    own = [line for line in (asked + written).splitlines() if line.startswith("<") and line.split(": ")[-1][:2] in ("2|", "6|")]
    assert own
    for key in own:
        family, number, *rest = key.removesuffix(">").split(": ")[-1].split("|")
        real, none = "|".join((family, number, *rest)), "|".join((family, "0" * len(number), *rest))
        assert await home.taps(person, real) == await home.taps(person, none), key
    assert "2|" in asked and "6|" in written


WORDS_ABOUT = (
    "{id}", "where is {id}?", "who approves {id}?", "/status {id}", "/contact {id}", "/how {id}", "/may {id}", "/inbox {id}",
    "status of {id} please", "/who {name}", "/away {name} tomorrow", "/away {name} back", "/back {name}", "/invite {name}",
    "/revoke {name}", "/invite creator {name}", "/how contract {brand}", "/playbook {brand}", "/hours {brand}", "/new {id}",
)  # fmt: skip


@pytest.mark.parametrize("person", OUTSIDERS)
async def test_no_words_tell_another_brands_things_from_none(home: House, two: Busy, person: str) -> None:
    """Typed ids, names and brands: what is of another brand is answered like what nobody has ever heard of."""
    await warmed_up(home, person)
    real = {"id": str(two.under_way), "name": "vera", "brand": "Brand Two"}
    none = {"id": "T-999", "name": "vega", "brand": "Brand Ten"}
    for words in WORDS_ABOUT:
        answers = []
        for given in (real, none):
            answers.append(_still(masked(await home.writes(person, words.format(**given)), *given.values())))
            await home.writes(person, "/cancel")  # so that nothing of it is there for the next words
        assert answers[0] == answers[1], words


def _still(answer: str) -> str:
    """Without what is new every time: the secret words of invitations and the numbers of drafts."""
    return re.sub(r"[A-Za-z0-9_-]{22,}|(?<=6\|)[0-9a-z]+", "…", answer)


@pytest.mark.parametrize("person", OUTSIDERS)
async def test_a_used_invitation_of_another_brand_is_like_a_wrong_word(home: House, person: str) -> None:
    """Opening the chat with somebody else's link, used or taken back, says nothing about whose it was."""
    await warmed_up(home, person)
    link = await home.writes("vera", "/invite nadia")
    word = link.split("start=")[1].split()[0].strip("\"'<>")
    assert await home.writes("nadia", f"/start {word}")
    assert await home.writes(person, f"/start {word}") == await home.writes(person, f"/start {'x' * len(word)}")


async def test_a_message_of_somebody_elses_chat_leads_nowhere(home: House, two: Busy) -> None:
    """A reply counts in its own chat: the number of a card in another chat is no card here."""
    card = next(one for one in home.chat("igor") if f"· {two.under_way} ·" in one.text)
    numbers = {one.message_id for one in home.telegram.chat(home.ids["katya"])}
    assert card.message_id not in numbers or home.ids["katya"] != home.ids["igor"]
    await home.writes("katya", "/start")
    answers = set()
    for number in (card.message_id, home.chat("katya")[-1].message_id):
        try:
            answers.add(await home.writes("katya", "Hello there", reply_to=number))
        except (LookupError, ValueError):
            continue
    assert len(answers) == 1


async def test_nobody_gets_a_message_of_another_brand(home: House) -> None:
    """Two brands with shared people at work for days: who works in one of them never reads a word of the other."""
    for brand in ("brand-one", "brand-two"):
        await busy(home, brand)
    for person in ("igor", "daria"):
        await home.writes(person, "/away tomorrow")
    home.telegram.block(home.ids["igor"])
    await home.later(days=6)
    home.telegram.unblock(home.ids["igor"])
    await home.later(days=3)
    told = list(home.everything())
    for brand, word in WORDS.items():
        strangers = {person for person, said in told if word in said} - insiders(brand)
        assert not strangers, (brand, strangers)
    for brand in ("brand-one", "brand-two"):
        assert {person for person, said in told if WORDS[brand] in said} >= {"igor", "daria"}
