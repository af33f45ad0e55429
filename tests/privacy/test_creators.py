"""Creators: contacts and their own requests' states, and nothing of what the team says among itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.money import parse_money
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from tests.privacy.house import BOTH, LENA, MAYA, WORDS, House, busy, house, masked
from tests.privacy.test_chat import CARD_CODES, warmed_up

INSIDE = "INNERWORT"  # in remarks, reasons, talk
ASKED = (
    "{id}",
    "where is {id}?",
    "/status {id}",
    "/contact {id}",
    "/how {id}",
    "/inbox",
    "/status",
    "/contact",
    "/who",
    "/playbook",
)
# Of Brand One's people a creator in New York meets whoever is their contact or decides; the counsel is neither.
NOT_MET = ("Igor Panov", "Игорь Панов", "igor")


async def about_maya(home: House) -> list[RequestId]:
    """Her own draft, sent back; one about her with a sum, talked about and rejected; one under way."""
    word, about = WORDS["brand-one"], {"creator_id": MAYA, "creator": "Maya Chen"}
    own = await home.opens("brand-one", "daria", "draft_content", "US", by_creator=True, **about)
    await home.does("emily", Action.SEND_BACK, own, f"{INSIDE} {word}", "Less foam")
    team = await home.opens("brand-one", "daria", "draft_content", "US", amount=parse_money("4321 USD"), **about)
    await home.does("emily", Action.ASK, team, f"{INSIDE} {word}")
    await home.does("daria", Action.SAY, team, f"{INSIDE} {word}")
    await home.does("emily", Action.REJECT, team, f"{INSIDE} {word}")
    under_way = await home.opens("brand-one", "daria", "draft_content", "US", by_creator=True, **about)
    return [own, team, under_way]


async def current(home: House, request: RequestId) -> list[str]:
    """Every card button there is, with the round and text as they are now."""
    found = await home.system.service.find(request)
    assert found is not None
    now = f"|0|{found.request.round}|{found.request.text_version}|"
    return [f"1|{request}|{code.replace('|0|1|1|', now)}" for code in CARD_CODES]


async def test_a_creator_never_reads_what_the_team_says_among_itself(tmp_path: Path) -> None:
    """Whatever they ask, tap or forge about their own requests: no remark, no reason, no sum, no talk, nobody else's name."""
    async with house(tmp_path) as home:
        requests = await about_maya(home)
        await warmed_up(home, MAYA)
        for request in requests:
            for words in ASKED:
                await home.writes(MAYA, words.format(id=request))
            for code in await current(home, request):
                await home.taps(MAYA, code)
                await home.writes(MAYA, "/cancel")
            await home.taps(MAYA, f"3|{request}")
            await home.taps(MAYA, f"5|status||{request}")
        await home.later(days=5)
        read = [said for person, said in home.everything() if person == MAYA]
        assert any(str(requests[0]) in said for said in read)
        for hidden in (INSIDE, "foam", "4321", *NOT_MET):
            assert not [said for said in read if hidden in said], hidden


async def test_another_creators_request_does_not_exist(tmp_path: Path) -> None:
    """Of the same brand, also for whoever is a creator of two: somebody else's request is answered like none."""
    async with house(tmp_path) as home:
        requests = await about_maya(home)
        await busy(home, "brand-two")
        await home.opens("brand-two", "emily", "draft_content", "US", creator_id=BOTH, by_creator=True, creator="Ana Suarez")
        await warmed_up(home, BOTH)
        for request in requests:
            for code in (f"1|{{}}|{one}" for one in CARD_CODES):
                assert await home.taps(BOTH, code.format(request)) == await home.taps(BOTH, code.format("O-999")), code
            for code in ("3|{}", "5|status||{}", "5|status|brand-one|{}"):
                assert await home.taps(BOTH, code.format(request)) == await home.taps(BOTH, code.format("O-999")), code
            for words in ASKED[:5]:
                pair = [masked(await home.writes(BOTH, words.format(id=one)), one) for one in (request, "O-999")]
                assert pair[0] == pair[1], words
        await home.later(days=2)
        read = [said for person, said in home.everything() if person in (BOTH, LENA)]
        assert not [said for said in read if WORDS["brand-one"] in said or "Maya" in said]
        assert [said for said in read if WORDS["brand-two"] in said]


@pytest.mark.parametrize("turned_off", [True, False])
async def test_contacts_only_is_obeyed_at_every_door(tmp_path: Path, turned_off: bool) -> None:
    """A playbook that shows creators their contacts only: their own requests are answered like none, and nothing is told."""
    async with house(tmp_path, contacts_only=("brand-one",) if turned_off else ()) as home:
        requests = await about_maya(home)
        await home.later(days=5)
        await warmed_up(home, MAYA)
        same = True
        for request in requests:
            own = ("3|{}", "5|status||{}", "5|status|brand-one|{}")
            for code in (*await current(home, request), *(one.format(request) for one in own)):
                pair = [await home.taps(MAYA, code), await home.taps(MAYA, code.replace(request, "O-999"))]
                same &= pair[0] == pair[1]
            for words in ASKED:
                pair = [masked(await home.writes(MAYA, words.format(id=one)), one) for one in (request, "O-999")]
                same &= pair[0] == pair[1]
        assert same is turned_off
        read = [said for person, said in home.everything() if person == MAYA]
        assert any(WORDS["brand-one"] in said for said in read) is not turned_off
        assert any("Emily Carter" in said for said in read)
