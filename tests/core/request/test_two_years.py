"""Rule 18 over every hour of two years: an owner never goes home un-asked while the deadline falls before they are back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import pytest

from bot.core.money import Money
from bot.core.people import Absence, Team, Uses
from bot.core.request import Decision, Refused, Request, RequestId, Show, Tell, decide
from bot.core.request import events as e
from bot.core.request.commands import Open, Wake
from bot.core.request.model import Draft
from tests.core.request.brands import brand_a
from tests.core.request.two_years import (
    FIRST,
    INSTANTS,
    LAST,
    NUMBER,
    OWNER,
    Expected,
    Limits,
    Situation,
    expected,
    first_of_their_class,
    hours_of,
    quarters,
)

KIND = "brand_deviation"
AHEAD = (1, 2, 4, 8, 12, 24, 72)
LONGER = 2  # hours after the deadline for which the clock is still watched
MOST = 12  # decisions about one request that nobody answers
NEVER = len(INSTANTS)
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


def plain(market: str, limits: Limits | None = None) -> Situation:
    """Somebody of the market asks; the market lead is there."""
    requester, local = {"US": ("jordan", "priya"), "RU": ("sveta", "pavel")}[market]
    return Situation(market, ZONES[market], requester, local, limits=limits or Limits())


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


def cases(market: str, opened: int) -> list[tuple[Variation, int]]:
    """What is tried at one hour: everything when it is the first of its class, and else one deadline or one variation.

    Hours of one class differ by nothing an opening could notice, as far as the oracle knows; so that none is left out all
    the same, the others take turns: the seven deadlines and the variations pass by again and again.
    """
    if opened in first_of_their_class():
        return [*((MAIN[market], ahead) for ahead in AHEAD), varied(market, opened)]
    # By weeks and hours: within two weeks an hour of the week has had both a deadline and a variation.
    turn = opened // 168 + opened
    return [(MAIN[market], AHEAD[turn // 2 % len(AHEAD)])] if turn % 2 else [varied(market, opened)]


def varied(market: str, opened: int) -> tuple[Variation, int]:
    """One variation for each hour. Over the weeks every hour of the week meets every pair of variation and distance."""
    variations = VARIATIONS[market]
    return variations[opened % len(variations)], AHEAD[(opened // len(variations) + opened // 168) % len(AHEAD)]


@dataclass(slots=True)
class Course:
    """What was decided about one opening until a little after its deadline, as a tale of numbered hours."""

    state: Request
    wake_at: datetime | None
    decisions: int = 0
    handed: list[tuple[int, e.HandedOver]] = field(default_factory=list)
    at_risk: list[tuple[int, e.AtRisk]] = field(default_factory=list)
    called: list[tuple[int, e.LastCalled]] = field(default_factory=list)
    told: list[tuple[str, str, int]] = field(default_factory=list)  # which message, to whom, when
    shown: list[tuple[str, int]] = field(default_factory=list)


def decided(course: Course | None, outcome: Decision | Refused, now: datetime) -> Course:
    """The course with one more decision; ``wake_at`` moves on with each."""
    assert isinstance(outcome, Decision), outcome
    assert outcome.wake_at is None or outcome.wake_at > now
    course = course or Course(outcome.state, outcome.wake_at)
    course.state, course.wake_at, course.decisions = outcome.state, outcome.wake_at, course.decisions + 1
    for event in outcome.events:
        match event.fact:
            case e.HandedOver():
                course.handed.append((NUMBER[event.at], event.fact))
            case e.AtRisk():
                course.at_risk.append((NUMBER[event.at], event.fact))
            case e.LastCalled():
                course.called.append((NUMBER[event.at], event.fact))
    for effect in outcome.effects:
        if isinstance(effect, Tell):
            course.told.append((effect.text.id, effect.person, NUMBER[effect.at]))
        elif isinstance(effect, Show):
            course.shown.append((effect.person, NUMBER[effect.at]))
    return course


def lived(team: Team, variation: Variation, opened: int, needed_by: int) -> Course:
    """Opened, and then woken at every moment it waits for until the deadline has passed and a little longer."""
    requester, now = variation.situation.requester, INSTANTS[opened]
    opening = Open(RequestId("A-1"), requester, variation.draft(needed_by), "digest", "test")
    course = decided(None, decide(None, opening, team, now), now)
    while course.wake_at and course.wake_at <= INSTANTS[needed_by + LONGER]:
        assert course.decisions < MOST
        course = decided(course, decide(course.state, Wake(), team, course.wake_at), course.wake_at)
    return course


def prove(variation: Variation, opened: int, needed_by: int) -> int:
    """One case. Gives the number of decisions it took."""
    course = lived(variation.team(opened), variation, opened, needed_by)
    wanted = expected(variation.situation, opened, needed_by)
    asked_or_said(course, wanted, variation.situation, opened, needed_by)
    handed_over(course, wanted)
    last_called(course, wanted)
    nobody_is_woken(course, variation.situation.requester, opened)
    return course.decisions


def asked_or_said(course: Course, wanted: Expected, situation: Situation, opened: int, needed_by: int) -> None:
    """(a) When the owner goes home, somebody else has been asked, or those who care have been told."""
    asked = min((at for at, fact in course.handed if is_asked(course, fact.to, needed_by)), default=NEVER)
    said = min((at for at, fact in course.at_risk if {"katya", situation.requester} <= set(fact.told)), default=NEVER)
    assert min(asked, said) <= max(opened, wanted.chance)
    assert [at for at, _ in course.at_risk] == ([] if wanted.at_risk is None else [wanted.at_risk])
    hearers = {person for message, person, _ in course.told if message == "notice.at_risk"}
    assert hearers == ({"katya", situation.requester} if course.at_risk else set())


def is_asked(course: Course, person: str, needed_by: int) -> bool:
    """They have an open part in a step of their own beside the owner's, and the card in time."""
    local = course.state.local_step
    in_time = any(who == person and at < needed_by for who, at in course.shown)
    return local is not None and [part.person for part in local.waiting] == [person] and in_time


def handed_over(course: Course, wanted: Expected) -> None:
    """(b) At the earlier of O and H, or at the opening after it; once; never when a limit forbids it."""
    found = [(at, fact.to, NUMBER[fact.due]) for at, fact in course.handed]
    assert found == ([] if wanted.handed is None else [(wanted.handed, wanted.to, wanted.handed)])
    assert sum(step.local for step in course.state.steps) == len(found)


def last_called(course: Course, wanted: Expected) -> None:
    """(c) Once, an hour of the owner's work before O; never for a card that came after that."""
    calls = [] if wanted.last_call is None else [wanted.last_call]
    assert [at for at, _ in course.called] == calls
    assert [heard for heard in course.told if heard[0] == "notice.last_call"] == [("notice.last_call", OWNER, at) for at in calls]


def nobody_is_woken(course: Course, requester: str, opened: int) -> None:
    """(d) Nothing is due in anybody's quiet hours, except what the requester gets in answer to the opening."""
    rude = [(what, who, at) for what, who, at in course.told if not hours_of(who).polite[at]]
    rude += [("card", who, at) for who, at in course.shown if not hours_of(who).polite[at]]
    assert all((who, at) == (requester, opened) for _, who, at in rude), rude


PARTS = [pytest.param(market, part, id=f"{market}-{name}") for market in ZONES for name, part in quarters()]


@pytest.mark.parametrize(("market", "part"), PARTS)
def test_an_owner_never_goes_home_unasked(market: str, part: range, record_property: Callable[[str, object], None]) -> None:
    """Every hour of two years, both markets: seven deadlines and a variation of the limits for each class of hours, and
    one of these for every other hour. A class is an hour of the week with the same working days and clock changes around
    it (``first_of_their_class``): each weekday, holiday neighbourhood, day of a clock change and time of day has its own.
    """
    openings = decisions = 0
    for opened in part:
        for variation, ahead in cases(market, opened):
            decisions += prove(variation, opened, opened + ahead)
            openings += 1
    assert openings >= len(part)
    record_property("openings", openings)
    record_property("decisions", decisions)


@pytest.mark.parametrize("market", ZONES)
def test_no_hour_is_left_out(market: str) -> None:
    """Each hour of the two years is opened, and each hour of the week meets every pair of variation and distance."""
    situations = (MAIN[market], *VARIATIONS[market])
    met: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for opened in range(FIRST, LAST + 1):
        found = cases(market, opened)
        assert found, INSTANTS[opened]
        met[opened % 168] |= {(situations.index(variation), ahead) for variation, ahead in found}
    everything = {(number, ahead) for number in range(len(situations)) for ahead in AHEAD}
    assert len(met) == 168
    assert all(one == everything for one in met.values())


@pytest.mark.parametrize("market", ZONES)
def test_nothing_wakes_for_ever(market: str) -> None:
    """(e) A request that nobody ever answers comes to rest: the clock moves on at each waking, and there are few."""
    for opened in range(FIRST, LAST, 97):
        for variation, ahead in ((MAIN[market], 24), varied(market, opened)):
            team = variation.team(opened)
            course = lived(team, variation, opened, opened + ahead)
            while course.wake_at:
                assert course.decisions < MOST
                course = decided(course, decide(course.state, Wake(), team, course.wake_at), course.wake_at)


def test_the_kinds_with_local_authority_are_these() -> None:
    """Whoever adds a right of local decision to the shipped brand adds it here."""
    found = {(name, market) for name, kind in brand_a().decisions.items() for market in kind.local_authority}
    assert found == {(KIND, market) for market in ZONES}
