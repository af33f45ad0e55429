"""People who work in several brands: one of their brands learns nothing through them about another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.request.table import Action
from bot.core.wording import text
from bot.speech import Reader, say
from tests.privacy.house import MAYA, STRANGER, WORDS, agree, busy, house, loaded, masked

ONE, TWO = WORDS["brand-one"], WORDS["brand-two"]
WITHOUT_NADIA = (
    ("  nadia: {name: {en: Nadia Volkova, ru: Надежда Волкова}, market: US, languages: [en, ru]}\n", ""),
    ("  coordinator: {deputies: [nadia]}\n", ""),
    ("holder: nadia", "holder: null"),
)
FAILED = [say(text("answer.failed"), Reader((language,), "UTC")) for language in ("en", "ru")]


@pytest.mark.parametrize(("by", "own", "other"), [("timur", ONE, TWO), ("chris", TWO, ONE)])
async def test_whoever_sets_a_shared_colleague_away_hears_of_their_own_brand_alone(
    tmp_path: Path, by: str, own: str, other: str
) -> None:
    """What moves because of the absence, and what went by during it, is told for the brands of whoever says it."""
    async with house(tmp_path) as home:
        for brand in ("brand-one", "brand-two"):
            await busy(home, brand)
        left = await home.writes(by, "/away igor 25.11.2026 - 27.11.2026")
        assert own in left, left
        assert other not in left
        await home.later(days=2)
        back = await home.writes(by, "/away igor back")
        assert own in back, back
        assert other not in back
        assert not any(one in left + back for one in FAILED)


async def test_whoever_works_in_both_hears_of_both(tmp_path: Path) -> None:
    """Their own list, and what they say for a colleague they share both brands with."""
    async with house(tmp_path) as home:
        for brand in ("brand-one", "brand-two"):
            await busy(home, brand)
        assert {ONE, TWO} <= set((await home.writes("igor", "/inbox")).replace("»", " ").split())
        left = await home.writes("daria", "/away igor 25.11.2026 - 27.11.2026")
        assert ONE in left and TWO in left
        mine = await home.writes("emily", "/status")
        assert "O-" in mine


async def test_whoever_has_left_a_brand_is_a_stranger_there(tmp_path: Path) -> None:
    """The next version does not name them any more: its requests are answered like those that do not exist."""
    async with house(tmp_path) as home:
        two = await busy(home, "brand-two")
        await agree(home.system.service, loaded("brand-two", *WITHOUT_NADIA))
        await home.later(hours=1)
        before = len(list(home.everything()))
        for code in ("yes|0|1|1|nothing", "say|0|1|1|answer", "withdraw|0|1|1|sure"):
            answers = {await home.taps("nadia", f"1|{id}|{code}", 1) for id in (two.under_way, two.returned, "T-999")}
            assert len(answers) == 1, code
        assert masked(await home.writes("nadia", f"/status {two.under_way}"), "T-1") == masked(
            await home.writes("nadia", "/status T-999"), "T-999"
        )
        await home.does("igor", Action.YES, two.under_way, TWO)
        await home.later(days=1)
        later = [said for person, said in list(home.everything())[before:] if person == "nadia"]
        assert not any(TWO in said for said in later)


async def test_an_inviter_does_not_learn_that_a_creator_is_known_elsewhere(tmp_path: Path) -> None:
    """Brand Two invites a creator of Brand One: what it reads about them is what it would read about anybody new."""
    async with house(tmp_path) as home:
        told = []
        for come, name in ((MAYA, "Kim"), (STRANGER, "Zoe")):
            answer = await home.writes("nadia", f"/invite creator {name} Vale, New York")
            (word,) = re.findall(r"start=([A-Za-z0-9_-]{22,})", answer)
            await home.writes(come, f"/start {word}")
            await home.later(hours=20)
            told.append(masked(await home.news("nadia"), "Kim Vale", "Zoe Vale"))
        assert "/revoke" in told[0]
        assert re.sub(r"\d+", "…", told[0]) == re.sub(r"\d+", "…", told[1])
        assert MAYA not in re.findall(r"creator:\d+", told[0]), "an older number says that another brand knows them"
