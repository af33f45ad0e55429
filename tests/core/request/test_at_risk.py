"""Rule 17: a deadline that cannot be kept by itself is said at once, with the reason, to whoever asked and the coordinator.

Moscow works 07:00-16:00 UTC (Katya 09:00-18:00), New York 14:00-23:00.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.core.money import Money
from bot.core.people import Uses
from bot.core.playbook import Playbook
from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.wording import Moment, Text, text
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, away, z

RISK = "notice.at_risk"
MORNING = "2026-11-23T08:00Z"
TONIGHT = "2026-11-23T22:00Z"


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def deviation(needed_by: str = TONIGHT, at: str = MORNING, book: Playbook | None = None, **more: Any) -> Desk:
    fields = {key: more.pop(key) for key in ("amount", "by") if key in more}
    return Desk(book, **more).open("brand_deviation", at=at, needed_by=z(needed_by), **{"by": "jordan", **fields})


def used(*moments: str, unchecked: int = 0) -> Uses:
    return Uses(tuple(z(moment) for moment in moments), unchecked)


def reasons(desk: Desk) -> list[str]:
    return [fact.reason for fact in desk.happened(e.AtRisk)]


# Every reason.


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"amount": dollars("500.01")}, "amount"),
        ({"uses": used("2026-11-23T14:00Z", "2026-11-23T15:00Z", "2026-11-23T15:30Z")}, "per_week"),
        ({"uses": used(unchecked=5)}, "debt"),
        ({"uses": used("2026-11-23T14:00Z", "2026-11-23T15:00Z", "2026-11-23T15:30Z", unchecked=5)}, "debt"),
        ({"unreachable": ["priya", "sam"]}, "nobody"),
    ],
)
def test_a_right_that_does_not_reach_is_a_risk(more: dict[str, Any], reason: str) -> None:
    """Anna goes home unanswered and nobody else may decide: said then, with the reason."""
    desk = deviation(**more).until(TONIGHT)
    assert (reasons(desk), desk.when(e.AtRisk)) == ([reason], [z("2026-11-23T16:00Z")])


@pytest.mark.parametrize("amount", [None, dollars("0"), dollars("500")])
def test_an_amount_within_the_limit_is_none(amount: Money | None) -> None:
    """The limit itself is within, and no amount is no obstacle."""
    desk = deviation(amount=amount).until(TONIGHT)
    assert (reasons(desk), desk.local) == ([], ["priya"])


def test_one_below_each_limit_is_none() -> None:
    """Two this week of three, four unchecked of five."""
    desk = deviation(uses=used("2026-11-23T14:00Z", "2026-11-23T15:00Z", unchecked=4)).until(TONIGHT)
    assert (reasons(desk), desk.local) == ([], ["priya"])


def test_a_kind_without_local_authority() -> None:
    """A contract is decided centrally: with Oleg and Marina gone home nobody else may."""
    desk = Desk(variant(DECIDE)).open(at=MORNING, needed_by=z(TONIGHT)).until(TONIGHT)
    assert (reasons(desk), desk.when(e.AtRisk)) == (["no_authority"], [z("2026-11-23T16:00Z")])


ONLY_US = """{decisions: {contract: {flexibility: flexible, local_authority: {US: {
    role: us_market_lead, within: 2h, up_to: 500 USD, per_week: 3, ratified_by: legal, ratified_within: 8h, open_at_most: 5}}}}}"""


@pytest.mark.parametrize(("market", "expected"), [("RU", ["no_authority"]), ("US", [])])
def test_a_market_without_local_authority(market: str, expected: list[str]) -> None:
    """Only New York has the right here, so for Moscow nobody else may decide."""
    desk = Desk(variant(DECIDE, edits=ONLY_US)).open(market=market, at=MORNING, needed_by=z(TONIGHT)).until(TONIGHT)
    assert reasons(desk) == expected


def test_a_gap_is_handed_over_and_at_risk() -> None:
    """The coordinator has the local step, cannot decide it, and everybody knows."""
    desk = deviation(unreachable=["priya", "sam"]).until(TONIGHT)
    assert (desk.local, reasons(desk)) == (["katya"], ["nobody"])


# When.


def test_a_path_that_ends_too_late_is_said_at_the_opening() -> None:
    """Twenty hours of steps and a deadline tomorrow: Jordan reads it in the answer to her own request."""
    desk = Desk().open(at="2026-11-23T15:00Z", needed_by=z("2026-11-24T20:00Z"))
    assert (reasons(desk), desk.when(e.AtRisk)) == (["no_authority"], [z("2026-11-23T15:00Z")])


@pytest.mark.parametrize(("needed_by", "said"), [("2026-11-23T15:00Z", False), ("2026-11-23T14:59Z", True)])
def test_the_full_times_are_what_counts(needed_by: str, said: bool) -> None:
    """Marina has eight hours: to the minute it is in time, one minute less is said at the opening."""
    desk = Desk(variant(DECIDE)).open(at="2026-11-23T07:00Z", needed_by=z(needed_by))
    assert desk.when(e.AtRisk) == ([z("2026-11-23T07:00Z")] if said else [])


def test_all_steps_to_come_are_counted() -> None:
    """Oleg's eight hours fit, Marina's eight after them do not; a consult beside them takes no time."""
    consult = "{consult: brand_manager, within: 40h}"
    in_time = Desk(variant(REVIEW, DECIDE)).open(at="2026-11-23T07:00Z", needed_by=z("2026-11-24T14:00Z"))
    too_late = Desk(variant(REVIEW, DECIDE)).open(at="2026-11-23T07:00Z", needed_by=z("2026-11-24T13:59Z"))
    beside = Desk(variant(consult, REVIEW, DECIDE)).open(at="2026-11-23T07:00Z", needed_by=z("2026-11-24T14:00Z"))
    assert (reasons(in_time), reasons(too_late), reasons(beside)) == ([], ["no_authority"], [])


def test_a_path_that_ends_too_late_is_no_risk_with_a_local_authority() -> None:
    """Priya may decide by then: nobody is alarmed at the opening."""
    assert reasons(deviation("2026-11-23T17:30Z", at="2026-11-23T14:30Z")) == []


def test_a_local_authority_that_sleeps_until_then_is_nobody() -> None:
    """Needed before New York opens, sooner than Anna's full time: said at the opening, while Anna can still hurry."""
    desk = deviation("2026-11-23T10:00Z", at="2026-11-23T07:00Z")
    assert (reasons(desk), desk.when(e.AtRisk)) == (["nobody"], [z("2026-11-23T07:00Z")])


def test_it_is_said_once_a_step() -> None:
    """At the opening, and not again when Anna goes home."""
    desk = deviation("2026-11-23T18:00Z", at="2026-11-23T15:00Z", amount=dollars("900")).until("2026-11-24T12:00Z")
    assert (desk.when(e.AtRisk), len(desk.heard("jordan", RISK))) == ([z("2026-11-23T15:00Z")], 1)


def test_each_step_says_it_for_itself() -> None:
    """The review was at risk, and so is the final approval."""
    desk = Desk(variant(REVIEW, DECIDE)).open(at=MORNING, needed_by=z(TONIGHT))
    desk.does("oleg", "yes", at="2026-11-23T10:00Z")
    assert [fact.step for fact in desk.happened(e.AtRisk)] == [0, 1]


def test_a_deadline_that_is_over_is_no_risk_any_more() -> None:
    """What opens after it says nothing: the card does."""
    desk = Desk(variant(REVIEW, DECIDE)).open(at=MORNING, needed_by=z("2026-11-23T09:00Z"))
    desk.does("oleg", "yes", at="2026-11-23T10:00Z")
    assert [fact.step for fact in desk.happened(e.AtRisk)] == [0]


def test_after_the_hand_over_no_step_is_at_risk() -> None:
    """Priya has all that remains: Oleg's yes alarms nobody."""
    desk = Desk(variant(REVIEW, DECIDE, local=True)).open(at=MORNING, needed_by=z(TONIGHT))
    desk.does("oleg", "yes", at="2026-11-23T17:00Z")
    assert (desk.local, reasons(desk)) == (["priya"], [])


# Who is told, and when.


def test_the_one_who_opens_it_reads_it_at_once() -> None:
    """Jordan asks at night and is answered; Katya hears it in her morning."""
    desk = Desk().open(at="2026-11-23T03:00Z", needed_by=z("2026-11-23T12:00Z"))
    assert desk.heard("jordan", RISK) == [z("2026-11-23T03:00Z")]
    assert desk.heard("katya", RISK) == [z("2026-11-23T09:00Z")]


def test_nobody_is_woken_later() -> None:
    """Found out at a Moscow closing that is early morning nowhere, and told to each when it is polite."""
    desk = deviation("2026-11-24T06:00Z", amount=dollars("900")).until("2026-11-24T06:00Z")
    assert desk.when(e.AtRisk) == [z("2026-11-23T16:00Z")]
    assert (desk.heard("jordan", RISK), desk.heard("katya", RISK)) == ([z("2026-11-23T16:00Z")], [z("2026-11-23T16:00Z")])
    moscow = Desk(variant("{decide: us_market_lead, within: 4h}")).open(
        market="RU", by="sveta", at="2026-11-23T15:00Z", needed_by=z("2026-11-24T12:00Z")
    )
    assert moscow.until("2026-11-24T12:00Z").when(e.AtRisk) == [z("2026-11-23T23:00Z")]
    assert (moscow.heard("sveta", RISK), moscow.heard("katya", RISK)) == ([z("2026-11-24T07:00Z")], [z("2026-11-24T09:00Z")])


def test_a_coordinator_who_asks_is_told_once() -> None:
    """The same person is the requester and the coordinator."""
    desk = deviation(by="katya", amount=dollars("900")).until(TONIGHT)
    assert [fact.told for fact in desk.happened(e.AtRisk)] == [("katya",)]


def test_with_the_coordinator_away_somebody_else_hears_it() -> None:
    """The market's signatory stands in."""
    desk = deviation(amount=dollars("900"), absences=[away("katya", "2026-11-23", "2026-11-23")]).until(TONIGHT)
    assert [fact.told for fact in desk.happened(e.AtRisk)] == [("priya", "jordan")]


def test_the_message_says_when_the_owner_is_back() -> None:
    """The next opening, without the days away; and while the owner works, that they do."""
    desk = deviation(
        amount=dollars("900"), absences=[away("anna", "2026-11-24", "2026-11-24"), away("pavel", "2026-11-24", "2026-11-24")]
    )
    desk.until(TONIGHT)
    assert [fact.opening for fact in desk.happened(e.AtRisk)] == [z("2026-11-25T07:00Z")]
    told = [tell.text.fields["back"] for tell in desk.tells if tell.text.id == RISK]
    assert told == [text("time.back", when=Moment(z("2026-11-25T07:00Z")))] * 2
    working = Desk(variant(DECIDE)).open(at=MORNING, needed_by=z("2026-11-23T09:00Z"))
    assert [tell.text.fields["back"] for tell in working.tells if tell.text.id == RISK] == [Text("time.at_work_now")] * 2


# The week of the count.


@pytest.mark.parametrize(
    ("decided", "at", "needed_by", "counted"),
    [
        ("2026-11-23T05:00Z", "2026-11-24T08:00Z", "2026-11-24T22:00Z", True),  # Monday 00:00 in New York
        ("2026-11-23T04:59Z", "2026-11-24T08:00Z", "2026-11-24T22:00Z", False),  # a minute before: Sunday there
        ("2026-12-28T14:00Z", "2026-12-30T10:00Z", "2026-12-30T22:00Z", True),  # week 53 of 2026
        ("2027-01-02T14:00Z", "2026-12-30T10:00Z", "2026-12-30T22:00Z", True),  # and its Saturday, in 2027
        ("2026-12-28T04:59Z", "2026-12-30T10:00Z", "2026-12-30T22:00Z", False),  # week 52
        ("2026-01-05T14:00Z", "2027-01-11T10:00Z", "2027-01-11T22:00Z", False),  # the same week of another year
    ],
)
def test_the_week_is_the_iso_week_of_the_markets_own_clock(decided: str, at: str, needed_by: str, counted: bool) -> None:
    """Three decisions at one instant: in this week or not."""
    desk = deviation(needed_by, at, uses=used(decided, decided, decided)).until(needed_by)
    assert (reasons(desk), desk.local) == ((["per_week"], []) if counted else ([], ["priya"]))


# The limits hold at the answer as well.


@pytest.mark.parametrize(
    ("uses", "reason"),
    [
        (used(unchecked=5), Refusal.RIGHT_PAUSED),
        (used("2026-11-23T16:30Z", "2026-11-23T16:40Z", "2026-11-23T16:50Z"), Refusal.RIGHT_USED_UP),
    ],
)
def test_a_right_that_was_used_up_since_the_hand_over_is_refused(uses: Uses, reason: Refusal) -> None:
    """Others have decided in between: a yes and a no are refused, sending back and asking are not."""
    desk = deviation().until("2026-11-23T16:00Z")
    desk.team = replace(desk.team, uses=uses)
    assert desk.why("priya", "yes", at="2026-11-23T17:00Z") is reason
    assert desk.why("priya", "yes_with_remarks", "The label", at="2026-11-23T17:00Z") is reason
    assert desk.why("priya", "reject", at="2026-11-23T17:00Z", text="No") is reason
    assert desk.refuses("priya", "yes", at="2026-11-23T17:00Z").text.id == "refusal.right"
    desk.does("priya", "ask", at="2026-11-23T17:00Z", text="Why?")
    desk.does("priya", "send_back", "Clause 4", at="2026-11-23T17:00Z")
    assert desk.state.status is Status.RETURNED


def test_a_right_used_up_by_others_after_the_hand_over_is_a_risk() -> None:
    """The next look of the clock says it, once: Priya cannot answer any more, and Anna has gone home."""
    desk = deviation().until("2026-11-23T16:30Z")
    assert reasons(desk) == []
    desk.team = replace(desk.team, uses=used(unchecked=5))
    for moment in ("2026-11-23T16:31Z", "2026-11-23T16:32Z"):
        desk.wakes(z(moment))
    assert (reasons(desk), desk.when(e.AtRisk)) == (["debt"], [z("2026-11-23T16:31Z")])
    assert len(desk.heard("jordan", RISK)) == len(desk.heard("katya", RISK)) == 1


def test_the_owners_answer_needs_no_right() -> None:
    """Anna decides finally, however much was decided locally."""
    desk = deviation().until("2026-11-23T16:00Z")
    desk.team = replace(desk.team, uses=used(unchecked=5))
    desk.does("anna", "yes", at="2026-11-23T17:00Z")
    assert not desk.state.is_provisional


def test_the_reason_at_the_deadline_itself_is_that_there_was_nobody() -> None:
    """Anna works through the deadline and New York sleeps until then: it was never too late to hand over, only to nobody."""
    desk = deviation("2026-11-24T12:00Z", at="2026-11-23T16:30Z", absences=[away("priya", "2026-11-23", "2026-11-24"),
                     away("sam", "2026-11-23", "2026-11-24")])  # fmt: skip
    assert desk.until("2026-11-24T12:00Z").happened(e.AtRisk)[-1].reason == "nobody"
