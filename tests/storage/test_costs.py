"""How many statements a tap costs: a number that does not grow with requests, people or absences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.absences import Absences
from bot.core.request.table import Action
from bot.service import Done
from bot.teams import team_of
from storage import sqlite
from storage.rows import Row, Value
from tests.office import START, Office, office

MOST_FOR_A_TEAM = 4  # the version in force, who can be reached, who is away, and how a right was used
MOST_FOR_A_TAP = 16  # 15 where the kind has no local authority


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each statement ran."""
    counts: Counter[str] = Counter()
    rows = sqlite._Driver.rows

    def counting(driver: sqlite._Driver, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        counts[name] += 1
        return rows(driver, name, values)

    monkeypatch.setattr(sqlite._Driver, "rows", counting)
    return counts


async def tap(at_work: Office, ran: Counter[str], kind: str = "creator_selection") -> Counter[str]:
    """What one yes costs, on a request whose cards stand already."""
    request = await at_work.opens(kind=kind)
    await at_work.settles()
    ran.clear()
    outcome = await at_work.says("pavel" if kind == "creator_selection" else "anna", Action.YES, request)
    assert isinstance(outcome, Done)
    return Counter(ran)


async def crowd(at_work: Office) -> None:
    """Sixty requests under way, and everybody away some time."""
    for _ in range(60):
        await at_work.opens()
    absences = Absences(at_work.store, at_work.clock, lambda: None)
    for person in ("oleg", "irina", "sam"):
        for month in (1, 3, 5, 7):
            await absences.leave(person, person, date(2027, month, 1), date(2027, month, 9), "post")
    await at_work.settles()


@pytest.mark.parametrize("kind", ["creator_selection", "brand_deviation"])
async def test_a_tap_costs_the_same_in_a_crowd(tmp_path: Path, ran: Counter[str], kind: str) -> None:
    """The first tap of a process also reads the playbook; no later one does."""
    async with office(tmp_path) as at_work:
        await tap(at_work, ran, kind)
        alone = await tap(at_work, ran, kind)
        await crowd(at_work)
        assert await tap(at_work, ran, kind) == alone
        assert "playbook" not in alone
        assert sum(alone.values()) <= MOST_FOR_A_TAP, alone


async def test_what_a_decision_needs_to_know_is_four_statements(tmp_path: Path, ran: Counter[str]) -> None:
    """Each once; how a right was used is only asked where there is one."""
    async with office(tmp_path) as at_work:
        for kind, most in (("creator_selection", MOST_FOR_A_TEAM - 1), ("brand_deviation", MOST_FOR_A_TEAM)):
            state = await at_work.state(await at_work.opens(kind=kind))
            for _ in range(2):  # the first time reads the playbook as well
                ran.clear()
                await at_work.store.read(lambda tx, state=state: team_of(tx, state, START))  # type: ignore[misc]
            assert (sum(ran.values()), max(ran.values())) == (most, 1), ran
