"""What each kind of reader sees on the card: status, buttons, and nothing to tap once it is decided."""

from __future__ import annotations

import pytest

from bot.core.cards import Button, Card, Input, Mark, Style, card, takers
from bot.core.request import Action, Decision, decide
from bot.core.request.commands import Do, Note
from bot.speech import Reader, say
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import WISH, Desk, z

MONDAY = "2026-11-23T15:00Z"
LATER = "2026-11-23T15:30Z"
OVER = "2026-11-23T15:31Z"  # when nothing can be taken back any more
ENGLISH = Reader(("en",), "UTC")


def seen(desk: Desk, reader: str, at: str = LATER) -> Card:
    return card(desk.state, desk.team, reader, z(at))


def actions(desk: Desk, reader: str, at: str = LATER) -> list[str]:
    return [str(button.action) for button in seen(desk, reader, at).buttons]


def status(desk: Desk, reader: str) -> str:
    return say(seen(desk, reader).status, ENGLISH)


def contract() -> Desk:
    return Desk(variant(REVIEW, DECIDE)).open(at=MONDAY)


def decision(rounds: int = 3) -> Desk:
    return Desk(variant(DECIDE, rounds=rounds)).open(at=MONDAY)


def test_a_reviewer_sees_the_moves_of_a_review() -> None:
    """Everything the table allows, a yes first; no reject."""
    desk = contract()
    assert actions(desk, "oleg") == ["yes", "yes_with_remarks", "send_back", "ask", "pass_on", "ask_bridge"]
    assert (seen(desk, "oleg").mark, status(desk, "oleg")) == (Mark.YOURS, "Your review is needed")


def test_a_decider_sees_another_yes_and_a_reject() -> None:
    """A review's yes and the final approval are two different buttons."""
    labels = {b.action: say(b.label, ENGLISH) for b in seen(decision(), "marina").buttons}
    assert labels[Action.YES] == "Final approval"
    assert Action.REJECT in labels
    assert say(seen(contract(), "oleg").buttons[0].label, ENGLISH) == "Approve"


def test_the_last_round_offers_an_extra_round_instead_of_a_send_back() -> None:
    """At the limit the button asks for a round, and only as long as one may be had."""
    desk = decision(rounds=1)
    assert actions(desk, "marina") == ["yes", "yes_with_remarks", "ask_extra_round", "reject", "ask", "pass_on", "ask_bridge"]
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    assert "ask_extra_round" not in actions(desk, "marina")
    assert actions(desk, "katya") == ["grant_round", "refuse_round"]
    assert "Do you agree?" in status(desk, "katya")


def test_a_grantor_who_has_agreed_is_not_asked_again() -> None:
    """The buttons leave the copy of whoever has answered."""
    desk = decision(rounds=1)
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    desk.does("katya", "grant_round", at=LATER)
    assert actions(desk, "katya") == []
    assert actions(desk, "priya") == ["grant_round", "refuse_round"]


def test_an_opinion_can_be_given_in_one_tap() -> None:
    """A consult offers "no objections" and an opinion in words."""
    desk = Desk(variant("{consult: brand_manager, within: 4h}", DECIDE)).open(at=MONDAY)
    buttons = seen(desk, "anna").buttons
    assert [(b.action, b.input) for b in buttons[:2]] == [(Action.OPINION, Input.NOTHING), (Action.OPINION, Input.OPINION)]
    assert buttons[0].style is Style.PRIMARY


def test_a_gap_holder_sees_only_what_is_left_to_do() -> None:
    """No yes and no send-back, and the status says that somebody must be found."""
    desk = Desk(variant("{review: bridge_us, within: 4h}", DECIDE)).open(at=MONDAY)
    assert actions(desk, "katya") == ["ask", "pass_on"]
    assert status(desk, "katya") == "Nobody can take this step now (Cultural bridge, New York side). Pass it on to somebody"
    assert set(takers(desk.state, desk.team, "katya", z(LATER))) == set(desk.team.playbook.people) - {"katya", "jordan"}


def test_the_requester_may_withdraw_and_answer() -> None:
    """The answer button comes with a question and goes with the answer."""
    desk = contract()
    assert actions(desk, "jordan") == ["withdraw", "ask_bridge"]
    desk.does("oleg", "ask", at=LATER, text="Which platform?")
    assert actions(desk, "jordan") == ["answer", "withdraw", "ask_bridge"]
    desk.does("jordan", "answer", at=LATER, text="All")
    assert actions(desk, "jordan") == ["withdraw", "ask_bridge"]


def test_an_onlooker_sees_whom_it_waits_for_and_no_buttons() -> None:
    """Everybody else reads the same facts without anything to tap."""
    desk = contract()
    assert actions(desk, "marina") == []
    assert status(desk, "marina") == "In review. Waiting for: Oleg Sinitsyn"
    assert seen(desk, "marina").mark is Mark.WAITING


def test_who_has_answered_sees_who_is_left() -> None:
    """A member of a group who said yes becomes an onlooker."""
    desk = Desk(variant("{review: {all_of: [legal, us_market_lead]}, within: 4h}", DECIDE)).open(at=MONDAY)
    desk.does("oleg", "yes", at=LATER)
    assert (actions(desk, "oleg", OVER), status(desk, "oleg")) == ([], "In review. Waiting for: Priya Shah")


def test_nobody_can_pass_to_nobody() -> None:
    """Without a deputy who could take it there is no button to pass on."""
    step = "{review: {all_of: [brand_manager, ru_market_lead]}, within: 4h}"  # each the other's only deputy
    desk = Desk(variant(step, DECIDE)).open(at=MONDAY)
    assert takers(desk.state, desk.team, "anna", z(LATER)) == ()
    assert "pass_on" not in actions(desk, "anna")


@pytest.mark.parametrize(("action", "mark"), [("yes", Mark.APPROVED), ("reject", Mark.REJECTED)])
def test_after_the_decision_nobody_has_buttons(action: str, mark: Mark) -> None:
    """In every copy the buttons are gone and the decision, by whom and when, is there."""
    desk = decision()
    desk.does("marina", action, at=LATER, text="Because")
    for reader in desk.team.playbook.people:
        assert (actions(desk, reader, OVER), seen(desk, reader).mark) == ([], mark)
    assert "Marina Orlova" in status(desk, "jordan")


def test_an_approval_with_must_fix_remarks_leaves_the_requester_one_button() -> None:
    """The list is confirmed on the card; until then the status counts what is left."""
    desk = decision()
    desk.does("marina", "yes_with_remarks", Note("A photo", WISH), "The label", at=LATER)
    assert actions(desk, "jordan") == ["confirm_fixed"]
    assert [remark.text for remark in seen(desk, "jordan").remarks] == ["The label", "A photo"]
    desk.does("jordan", "confirm_fixed", at=LATER)
    assert actions(desk, "jordan") == []


def test_a_returned_request_is_its_requesters() -> None:
    """The requester may hand in again or withdraw; the others see whom it waits for."""
    desk = decision()
    desk.does("marina", "send_back", "Clause 4", at=LATER)
    assert actions(desk, "jordan") == ["resubmit", "withdraw", "ask_bridge"]
    assert (actions(desk, "marina", OVER), status(desk, "marina")) == ([], "Changes requested. Waiting for: Jordan Lee")


def test_a_withdrawn_request_says_so() -> None:
    """Who withdrew it stands on every copy."""
    desk = decision()
    desk.does("jordan", "withdraw", at=LATER)
    assert status(desk, "marina").startswith("Withdrawn · Jordan Lee")


@pytest.mark.parametrize(("at", "mark"), [("2026-11-24T13:59Z", Mark.WAITING), ("2026-11-24T14:00Z", Mark.LATE)])
def test_the_card_is_late_from_the_deadline_on(at: str, mark: Mark) -> None:
    """The mark turns at the very instant of the escalation, not a moment later."""
    assert seen(contract(), "jordan", at).mark is mark


def pressed(desk: Desk, reader: str, button: Button) -> bool:
    """Whether a tap with everything the button asks for is carried out."""
    to = takers(desk.state, desk.team, reader, z(LATER)) if button.input is Input.PERSON else ()
    note = (Note("Clause 4"),) if button.input is Input.REMARKS else ()
    move = Do(button.action, reader, "test", button.ticket, note, "Because", to[0] if to else None)
    return isinstance(decide(desk.state, move, desk.team, z(LATER)), Decision)


def test_every_button_works() -> None:
    """No card offers a move that would be refused: in every state, to every reader."""
    asked, granting, returned, approved = contract(), decision(rounds=1), decision(), decision()
    asked.does("oleg", "ask", at=LATER, text="Which platform?")
    granting.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    returned.does("marina", "send_back", "Clause 4", at=LATER)
    approved.does("marina", "yes_with_remarks", "The label", at=LATER)
    gap = Desk(variant("{consult: bridge_us, within: 4h}", "{review: {any_of: [bridge_ru, legal]}, within: 1h}", DECIDE))
    count = 0
    for desk in (asked, granting, returned, approved, gap.open(at=MONDAY)):
        for reader in desk.team.playbook.people:
            for button in seen(desk, reader).buttons:
                assert pressed(desk, reader, button), (reader, button)
                count += 1
    assert count > 25
