"""Rule 18 over every hour of two years: an owner never goes home un-asked while the deadline falls before they are back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.core.money import Money
from bot.core.people import Absence, Team, Uses, Via
from bot.core.playbook.model import Act
from bot.core.request import Decision, Request, RequestId, decide
from bot.core.request import events as e
from bot.core.request.commands import Open, Wake
from bot.core.request.effects import Redraw, Show, Tell
from bot.core.request.model import Draft, StepRun
from tests.core.request.brands import brand_a
from tests.core.request.two_years import (
    HOUR,
    INSTANTS,
    NUMBER,
    OWNER,
    Expected,
    Limits,
    Situation,
    expected,
    hours_of,
    quarters,
)

KIND = "brand_deviation"
AHEAD = (1, 2, 4, 8, 12, 24, 72)
LONGER = 2  # hours after the deadline for which the clock is still watched
MOST_WAKES = 12
ZONES = {"US": "America/New_York", "RU": "Europe/Moscow"}


@dataclass(frozen=True)
class Variation:
    """A situation, and the same in the words of the code under test."""

    situation: Situation
    amount: Money | None = None
    absences: tuple[Absence, ...] = ()
    unchecked: int = 0
    decided_this_week: int = 0

    def team(self, opened: int) -> Team:
        uses = Uses((INSTANTS[opened],) * self.decided_this_week, self.unchecked)
        return Team(brand_a(), absences=self.absences, uses=uses)

    def draft(self, needed_by: int) -> Draft:
        market = self.situation.market
        return Draft(KIND, market, "Ten posts", "The text", needed_by=INSTANTS[needed_by], amount=self.amount)


def plain(market: str, limits: Limits = Limits()) -> Situation:
    """Somebody of the market asks; the market lead is there."""
    requester, local = {"US": ("jordan", "priya"), "RU": ("sveta", "pavel")}[market]
    return Situation(market, ZONES[market], requester, local, limits=limits)


def money(amount: str) -> Money:
    return Money(Decimal(amount), amount.split()[1]) if " " in amount else Money(Decimal(amount), "")


ALWAYS, THIS_WEEK = Limits(always=True), Limits(this_week=True)
SAM_IS_AWAY = (Absence("sam", date(2025, 12, 1), date(2028, 1, 31)),)
MAIN = {
    "US": Variation(plain("US"), Money(Decimal(500), "USD")),
    "RU": Variation(plain("RU"), Money(Decimal(50_000), "RUB")),
}
# At and above every limit; one of them is tried at each hour.
VARIATIONS = {
    "US": (
        Variation(plain("US", ALWAYS), Money(Decimal("500.01"), "USD")),
        Variation(plain("US", THIS_WEEK), decided_this_week=3),
        Variation(plain("US", ALWAYS), unchecked=5),
        Variation(Situation("US", ZONES["US"], "priya", None), absences=SAM_IS_AWAY),
        Variation(Situation("US", ZONES["US"], "priya", "sam"), decided_this_week=2, unchecked=4),
    ),
    "RU": (
        Variation(plain("RU", ALWAYS), Money(Decimal("50000.01"), "RUB")),
        Variation(plain("RU", THIS_WEEK), decided_this_week=3),
        Variation(plain("RU", ALWAYS), unchecked=5),
        Variation(Situation("RU", ZONES["RU"], "pavel", None)),
        Variation(Situation("RU", ZONES["RU"], "katya", "pavel", gap="marina"), decided_this_week=2, unchecked=4),
    ),
}


def varied(market: str, opened: int) -> tuple[Variation, int]:
    """One variation for each hour. Over the weeks every hour of the week meets every pair of variation and distance."""
    variations = VARIATIONS[market]
    return variations[opened % len(variations)], AHEAD[(opened // len(variations) + opened // 168) % len(AHEAD)]


@dataclass(frozen=True)
class Case:
    """One opening, what was decided about it, and what should have been."""

    variation: Variation
    opened: int
    needed_by: int
    decisions: list[Decision]
    expected: Expected

    def facts(self, kind: type[object]) -> list[tuple[int, object]]:
        return [(NUMBER[x.at], x.fact) for d in self.decisions for x in d.events if type(x.fact) is kind]
