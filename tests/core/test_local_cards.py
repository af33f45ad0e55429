"""What the cards show around a local decision: the plan, the hand-over, the risk, the check, and the button to take back.

Deviations are Anna's (Moscow), locally Priya's (New York), asked for by Jordan and needed by 22:00 UTC.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.core.cards import Card, Input, Mark, Style, card, takers
from bot.core.contacts import contacts
from bot.core.money import Money
from bot.core.people import Uses
from bot.core.request import Decision, decide
from bot.core.request.commands import Do, Note
from bot.speech import Reader, say, show
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, away, z

MORNING = "2026-11-23T08:00Z"
CLOSING = "2026-11-23T16:00Z"
EVENING = "2026-11-23T17:00Z"
AFTER = "2026-11-23T17:05Z"
TUESDAY = "2026-11-24T08:00Z"
ENGLISH, RUSSIAN = Reader(("en",), "America/New_York"), Reader(("ru",), "Europe/Moscow")


def deviation(**more: Any) -> Desk:
    fields = {key: more.pop(key) for key in ("amount", "at") if key in more}
    return Desk(**more).open("brand_deviation", needed_by=z("2026-11-23T22:00Z"), **{"at": MORNING, **fields})


def decided(action: str = "yes", **more: Any) -> Desk:
    desk = deviation(**more)
    desk.does("priya", action, at=EVENING, text="Too risky")
    return desk


def seen(desk: Desk, reader: str, at: str) -> Card:
    return card(desk.state, desk.team, reader, z(at))


def status(desk: Desk, reader: str, at: str, words: Reader = ENGLISH) -> str:
    return say(seen(desk, reader, at).status, words)


def facts(desk: Desk, reader: str, at: str, words: Reader = ENGLISH) -> dict[str, str]:
    return {fact.label.id.removeprefix("fact."): show(fact.value, words) for fact in seen(desk, reader, at).facts}


def actions(desk: Desk, reader: str, at: str) -> list[str]:
    return [str(button.action) for button in seen(desk, reader, at).buttons]


# Before and at the hand-over.


def test_the_plan_stands_on_the_card() -> None:
    """From when who may decide, if there is no answer: in the reader's own time."""
    desk = deviation()
    assert facts(desk, "jordan", MORNING)["plan"] == "from Mon, Nov 23, 11:00 AM ET Priya Shah may decide locally"
    assert facts(desk, "anna", MORNING, RUSSIAN)["plan"] == "с пн, 23 нояб., 19:00 МСК может решить на месте: Прия Шах"


@pytest.mark.parametrize("more", [{"uses": Uses(unchecked=5)}, {"amount": Money(Decimal(900), "USD")}])
def test_what_will_not_happen_is_not_planned(more: dict[str, Any]) -> None:
    """With the right paused, or an amount above it, no plan is shown."""
    assert "plan" not in facts(deviation(**more), "jordan", MORNING)


def test_after_a_first_refusal_the_second_attempt_is_the_plan() -> None:
    """The debt is paid after H: the plan names O, not the moment that has passed."""
    desk = Desk(uses=Uses(unchecked=5)).open("brand_deviation", at=MORNING, needed_by=z("2026-11-23T16:30Z"))
    desk.until("2026-11-23T15:00Z")
    assert "plan" not in facts(desk, "jordan", "2026-11-23T15:00Z")
    desk.team = Desk().team
    assert facts(desk, "jordan", "2026-11-23T15:00Z")["plan"].startswith("from Mon, Nov 23, 11:00 AM ET")


def test_a_request_without_a_deadline_has_no_plan() -> None:
    """Nothing is handed over, so nothing is said of it."""
    desk = Desk().open("brand_deviation", at=MORNING)
    assert {"plan", "at_risk", "handed_over"} & set(facts(desk, "jordan", MORNING)) == set()


def test_the_hand_over_stands_on_every_card() -> None:
    """Who may decide and since when; the plan is gone."""
    desk = deviation().until(CLOSING)
    for reader in ("anna", "priya", "jordan", "sam"):
        found = facts(desk, reader, "2026-11-23T16:30Z")
        assert found["handed_over"] == "Priya Shah, since Mon, Nov 23, 11:00 AM ET"
        assert "plan" not in found


def test_a_late_hand_over_says_how_late() -> None:
    """The bot was down: both instants are there."""
    desk = deviation()
    desk.wakes(z("2026-11-23T17:30Z"))
    found = facts(desk, "jordan", "2026-11-23T17:30Z")["handed_over"]
    assert found == "Priya Shah, since Mon, Nov 23, 12:30 PM ET; it was due Mon, Nov 23, 11:00 AM ET, but the bot was down"


def test_both_may_act_and_both_are_named() -> None:
    """An onlooker waits for either; the contact of the request is who can be reached."""
    desk = deviation().until(CLOSING)
    assert status(desk, "jordan", "2026-11-23T16:30Z") == "Handed over. Waiting for: Anna Belova or Priya Shah"
    assert contacts(desk.team.playbook, "US", desk.state).this_request == "priya"


def test_the_local_authority_reads_what_the_answer_is_worth() -> None:
    """Provisional, checked later, by which clause; and the yes has another name than the owner's."""
    desk = deviation().until(CLOSING)
    at = "2026-11-23T16:30Z"
    assert "provisional" in status(desk, "priya", at)
    assert facts(desk, "priya", at)["clause"].endswith("local authority: Market Lead, US")
    labels = {who: say(seen(desk, who, at).buttons[0].label, ENGLISH) for who in ("priya", "anna")}
    assert labels == {"priya": "Approve locally", "anna": "Final approval"}


# At risk.


def test_a_risk_says_why_and_when_the_owner_is_back() -> None:
    """Found out at the owner's closing: back means from now, not from when the step opened."""
    desk = deviation(amount=Money(Decimal(900), "USD")).until(CLOSING)
    assert facts(desk, "jordan", "2026-11-23T16:30Z")["at_risk"] == (
        "The amount is above the local limit of $500 (New York). The owner is back Tue, Nov 24, 2:00 AM ET"
    )
    assert facts(desk, "anna", "2026-11-23T16:30Z", RUSSIAN)["at_risk"].endswith(
        "Владелец шага на месте с вт, 24 нояб., 10:00 МСК"
    )


def test_a_risk_with_the_owner_at_work_says_so() -> None:
    """Asked late, at risk from the start: the owner is still there. Once the deadline has passed there is no risk any more."""
    desk = deviation(amount=Money(Decimal(900), "USD"), at="2026-11-23T14:00Z")
    assert facts(desk, "jordan", "2026-11-23T15:00Z")["at_risk"].endswith("The owner is at work now")
    assert facts(desk, "jordan", "2026-11-23T15:00Z", RUSSIAN)["at_risk"].endswith("Владелец шага сейчас на месте")
    assert "at_risk" not in facts(desk, "jordan", "2026-11-24T08:30Z")


# The provisional decision.


@pytest.mark.parametrize(("action", "english", "russian"), [
    ("yes", "Provisional decision: approved · Priya Shah · Mon, Nov 23, 12:00 PM ET. ",
     "Предварительное решение: утверждено · Прия Шах · пн, 23 нояб., 20:00 МСК. "),
    ("reject", "Provisional decision: rejected · Priya Shah · Mon, Nov 23, 12:00 PM ET. Reason: Too risky. ",
     "Предварительное решение: отклонено · Прия Шах · пн, 23 нояб., 20:00 МСК. Причина: Too risky. "),
])  # fmt: skip
def test_provisional_is_said_in_words(action: str, english: str, russian: str) -> None:
    """Not by colour alone: the word, who decided, who checks it until when, in both languages."""
    desk = decided(action)
    assert seen(desk, "jordan", AFTER).mark is Mark.PROVISIONAL
    assert status(desk, "jordan", AFTER) == english + "To be checked by Anna Belova, by Tue, Nov 24, 10:00 AM ET"
    assert status(desk, "jordan", AFTER, RUSSIAN) == russian + "Проверка: Анна Белова, не позднее вт, 24 нояб., 18:00 МСК"


def test_the_checker_has_the_moves_of_a_check() -> None:
    """The card is hers, the yes first, the objection marked as what it is."""
    found = seen(decided(), "anna", AFTER)
    assert [str(button.action) for button in found.buttons] == ["ratify", "ratify_with_remarks", "object", "ask", "pass_on"]
    assert [button.input for button in found.buttons[:3]] == [Input.NOTHING, Input.REMARKS, Input.REMARKS]
    assert [button.style for button in found.buttons[:3]] == [Style.PRIMARY, Style.PLAIN, Style.DANGER]
    assert found.mark is Mark.YOURS
    assert "Your check is needed" in status(decided(), "anna", AFTER)
    assert facts(decided(), "anna", AFTER)["clause"].endswith("check of local decisions: Brand Manager")


def test_a_check_that_is_overdue_is_late() -> None:
    """From its deadline on, on every card."""
    desk = decided()
    assert [seen(desk, "jordan", at).mark for at in ("2026-11-24T14:59Z", "2026-11-24T15:00Z")] == [Mark.PROVISIONAL, Mark.LATE]


def test_a_deputy_reads_for_whom_they_stand_in() -> None:
    """Sam decides locally for Priya, Pavel checks for Anna; each card names the holder of the role."""
    desk = deviation(absences=[away("priya", "2026-11-23", "2026-11-23"), away("anna", "2026-11-24", "2026-11-24")])
    desk.until(EVENING)
    assert "local authority: Market Lead, US, standing in for Priya Shah" in facts(desk, "sam", EVENING)["clause"]
    desk.does("sam", "yes", at=AFTER)
    desk.until(TUESDAY)
    assert facts(desk, "pavel", TUESDAY, RUSSIAN)["clause"] == (
        "плейбук, «Отступление от бренд-гайда», проверка решений на месте: Бренд-менеджер. Замещение, исполнитель роли: Анна Белова"
    )


def test_the_debt_is_shown_while_it_is_one() -> None:
    """How many of the market's decisions of this kind wait for their check, of how many at most."""
    desk = decided(uses=Uses(unchecked=2))
    assert facts(desk, "priya", AFTER)["debt"] == "2 of the 5 allowed (New York, decisions of this kind)"
    desk.does("anna", "ratify", at=TUESDAY)
    assert "debt" not in facts(desk, "priya", TUESDAY)


@pytest.mark.parametrize(
    ("action", "word"), [("ratify", "ratified"), ("ratify_with_remarks", "remarks"), ("object", "objection")]
)
def test_the_card_says_how_the_check_came_out(action: str, word: str) -> None:
    """By whom and when; the decision keeps its mark and the one who made it."""
    desk = decided()
    desk.does("anna", action, "The claim", at=TUESDAY)
    found = facts(desk, "jordan", TUESDAY)["check"]
    assert word in found
    assert "Anna Belova" in found
    assert seen(desk, "jordan", TUESDAY).mark is Mark.APPROVED
    assert "Priya Shah" in status(desk, "jordan", TUESDAY)


def test_a_correction_is_the_requesters() -> None:
    """The status counts what is left, and one button says that it is done."""
    desk = decided()
    desk.does("anna", "object", "The claim", "The photo", at=TUESDAY)
    assert "2 things to correct" in status(desk, "jordan", TUESDAY)
    assert actions(desk, "jordan", TUESDAY) == ["confirm_fixed"]
    desk.does("jordan", "confirm_fixed", at="2026-11-24T15:00Z")
    assert actions(desk, "jordan", "2026-11-24T15:00Z") == []


def test_what_was_rejected_needs_no_mending() -> None:
    """Remarks of an earlier round leave no button on a rejection, unless the rejection was objected to."""
    plain = Desk(variant(DECIDE)).open(at=MORNING)
    plain.does("marina", "send_back", "Clause 4", at="2026-11-23T09:00Z")
    plain.does("jordan", "resubmit", at="2026-11-23T10:00Z")
    plain.does("marina", "reject", at="2026-11-23T11:00Z", text="No")
    assert actions(plain, "jordan", AFTER) == []
    objected = decided("reject")
    objected.does("anna", "object", "Ask again", at=TUESDAY)
    assert actions(objected, "jordan", TUESDAY) == ["confirm_fixed"]


# Taking back.


@pytest.mark.parametrize(("at", "there"), [
    ("2026-11-23T17:00:00Z", True), ("2026-11-23T17:00:59Z", True), ("2026-11-23T17:01:00Z", False),
])  # fmt: skip
def test_the_button_to_take_back_is_there_for_its_seconds(at: str, there: bool) -> None:
    """On the decider's card, for a minute; on nobody else's."""
    desk = decided()
    assert ("take_back" in actions(desk, "priya", at)) == there
    assert [reader for reader in desk.team.playbook.people if "take_back" in actions(desk, reader, at)] == ["priya"] * there


def test_the_button_goes_when_somebody_has_acted() -> None:
    """Anna has ratified within the minute: it is hers now."""
    desk = decided()
    desk.does("anna", "ratify", at="2026-11-23T17:00:30Z")
    assert "take_back" not in actions(desk, "priya", "2026-11-23T17:00:31Z")
    assert "take_back" in actions(desk, "anna", "2026-11-23T17:00:31Z")


def test_the_playbook_turns_it_off() -> None:
    """`undo: 0s` means no button at all."""
    assert "take_back" not in actions(decided(book=variant(edits="undo: 0s")), "priya", EVENING)


def test_a_step_that_was_opened_by_mistake_is_not_on_the_path() -> None:
    """The card shows the path as it is, not what was undone."""
    desk = Desk(variant(REVIEW, DECIDE)).open(at=MORNING)
    before = facts(desk, "jordan", "2026-11-23T09:30Z")["path"]
    desk.does("oleg", "yes", at="2026-11-23T09:00Z")
    desk.does("oleg", "take_back", at="2026-11-23T09:00:30Z")
    assert facts(desk, "jordan", "2026-11-23T09:30Z")["path"] == before


# Every button.


def pressed(desk: Desk, reader: str, at: str) -> int:
    """How many buttons the reader has, each of which can be carried out."""
    buttons = seen(desk, reader, at).buttons
    for button in buttons:
        to = takers(desk.state, desk.team, reader, z(at)) if button.input is Input.PERSON else ()
        note = (Note("Clause 4"),) if button.input is Input.REMARKS else ()
        move = Do(button.action, reader, "test", button.ticket, note, "Because", to[0] if to else None)
        assert isinstance(decide(desk.state, move, desk.team, z(at)), Decision), (reader, button)
    return len(buttons)


def test_every_button_around_a_local_decision_works() -> None:
    """Handed over, decided, asked while it is checked, ratified, objected to: no card offers what would be refused."""
    asked, ratified, objected = decided(), decided("reject"), decided()
    asked.does("anna", "ask", at=TUESDAY, text="Which claim?")
    ratified.does("anna", "ratify", at=TUESDAY)
    objected.does("anna", "object", "The claim", at=TUESDAY)
    gap = deviation(unreachable=["priya", "sam"])
    moments = [
        (deviation(), CLOSING),
        (gap, CLOSING),
        (decided(), EVENING),
        (asked, TUESDAY),
        (ratified, TUESDAY),
        (objected, TUESDAY),
    ]
    count = 0
    for desk, at in moments:
        desk.until(at)
        count += sum(pressed(desk, reader, at) for reader in desk.team.playbook.people)
    assert count > 30
