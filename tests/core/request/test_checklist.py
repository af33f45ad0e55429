"""The checklist of a path: evidence is asked for, kept, and the final yes waits for what blocks."""

from __future__ import annotations

import pytest

from bot.core.cards import card
from bot.core.request import Refusal, checklist
from bot.core.request.commands import Proof
from bot.core.request.model import File, Status
from bot.core.wording import Text
from bot.speech import Reader, say
from tests.core.request.desk import Desk, z

EN, RU = Reader(("en",), "America/New_York"), Reader(("ru",), "Europe/Moscow")
OPENED, LATER, LATEST = "2026-11-23T15:00Z", "2026-11-23T15:30Z", "2026-11-23T16:00Z"
BOTH = (Proof("us_disclosure"), Proof("us_spoken"))


def caption(market: str = "US", by: str = "jordan") -> Desk:
    return Desk().open("draft_content", market, by=by, at=OPENED, checked=True)


def lacking(desk: Desk) -> list[str]:
    return [item.id for item in checklist.missing(desk.team.playbook, desk.state)]


def test_the_final_yes_waits_for_what_blocks() -> None:
    """A refusal names every blocking item that is missing, in the reader's words; with all of them the yes goes through."""
    desk = caption()
    refused = desk.refuses("priya", "yes", at=LATER)
    assert refused.reason is Refusal.CHECKLIST
    assert say(refused.text, EN).splitlines() == [
        "Not yet. The checklist still needs:",
        "• The paid connection is disclosed where it cannot be missed, for example #ad.",
        "• In video the disclosure is both visible and spoken.",
    ]
    assert desk.why("priya", "yes_with_remarks", "Louder", at=LATER) is Refusal.CHECKLIST
    desk.does("jordan", "evidence", at=LATER, proofs=BOTH[:1])
    assert desk.why("priya", "yes", at=LATER) is Refusal.CHECKLIST
    desk.does("jordan", "evidence", at=LATER, proofs=BOTH[1:])
    desk.does("priya", "yes", at=LATEST)
    assert desk.state.status is Status.APPROVED


def test_a_review_and_a_no_wait_for_nothing() -> None:
    """Only the final yes needs the checklist: a review goes on, a rejection and a send back are possible at once."""
    desk = caption("RU", "anna")
    desk.does("sveta", "yes", at="2026-11-24T08:00Z")
    assert desk.why("pavel", "yes", at="2026-11-24T09:00Z") is Refusal.CHECKLIST
    desk.does("pavel", "reject", at="2026-11-24T09:00Z", text="No")
    assert desk.state.status is Status.REJECTED


def test_what_does_not_block_may_be_missing() -> None:
    """The platform's own label is asked for and shown, and does not stand in the way."""
    desk = caption()
    desk.does("priya", "evidence", at=LATER, proofs=BOTH)
    assert lacking(desk) == []
    labels = [say(fact.label, EN) for fact in card(desk.state, desk.team, "priya", z(LATER)).facts]
    assert "Not needed for approval" in labels


def test_a_confirmation_is_about_one_text() -> None:
    """A new text needs its confirmations anew; a token that was given stays."""
    desk = caption("RU", "anna")
    desk.does("anna", "evidence", at=LATER, proofs=(Proof("ru_label"), Proof("ru_erid", "2VtzqwE1")))
    desk.does("sveta", "send_back", "Logo first", at=LATEST)
    desk.does("anna", "resubmit", at="2026-11-24T08:00Z", text="Second text")
    assert "ru_label" in lacking(desk)
    assert "ru_erid" not in lacking(desk)


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        (Proof("ru_erid", "  "), "refusal.evidence.text"),
        (Proof("ru_registry", "a page somewhere"), "refusal.evidence.link"),
        (Proof("ru_registry", "https://x.example/a b"), "refusal.evidence.link"),
        (Proof("no_such_item", "x"), "refusal.not_possible"),
    ],
)
def test_evidence_that_is_none(proof: Proof, message: str) -> None:
    """Nothing is kept of evidence that is not what the item asks for, also when other items in it would do."""
    desk = caption("RU", "anna")
    refused = desk.refuses("anna", "evidence", at=LATER, proofs=(Proof("ru_label"), proof))
    assert isinstance(refused.text, Text)
    assert refused.text.id == message
    assert desk.state.evidence == ()


def test_evidence_is_for_those_who_work_on_it() -> None:
    """The requester and the owners of open steps give it; nobody else, and nobody after the end."""
    desk = caption()
    assert desk.why("marina", "evidence", at=LATER, proofs=BOTH) is Refusal.NOT_YOURS
    desk.does("priya", "evidence", at=LATER, proofs=BOTH)
    desk.does("priya", "yes", at=LATEST)
    assert desk.why("jordan", "evidence", at=LATEST, proofs=BOTH) is Refusal.ALREADY_DECIDED


def test_evidence_can_be_taken_back_and_is_not_written_twice() -> None:
    """A tick that was a mistake goes; giving the same again changes nothing."""
    desk = caption()
    desk.does("jordan", "evidence", at=LATER, proofs=BOTH)
    events = len(desk.log)
    desk.does("jordan", "evidence", at=LATER, proofs=BOTH)
    assert len(desk.log) == events
    desk.does("jordan", "evidence", at=LATEST, proofs=(Proof("us_spoken", taken_back=True),))
    assert lacking(desk) == ["us_spoken"]


def test_the_card_shows_the_evidence() -> None:
    """What is needed first stands first; what was given stands with its value or its file."""
    desk = caption("RU", "anna")
    file = File("F-1", "list.png", "image/png", 2048)
    desk.does(
        "anna", "evidence", at=LATER, proofs=(Proof("ru_erid", "2VtzqwE1"), Proof("ru_live_check", "https://x.example", file))
    )
    facts = [(say(f.label, RU), f.value) for f in card(desk.state, desk.team, "pavel", z(LATER)).facts]
    start = next(i for i, (label, _) in enumerate(facts) if label == "Чек-лист")
    assert [label for label, _ in facts[start : start + 6]] == ["Чек-лист", *["Нужно до утверждения"] * 3, "Есть", "Есть"]
    values = [say(value, RU) for _, value in facts[start : start + 6] if isinstance(value, Text)]
    assert values[0] == "утвердить мешают 3 пункта"
    assert values[-2].endswith("2VtzqwE1")
    assert values[-1].endswith("list.png")


def test_a_path_without_a_checklist_asks_for_nothing() -> None:
    """And a request that was opened before there were checklists is not stopped by one."""
    contract = Desk().open("contract", "US", at=OPENED, checked=True)
    assert contract.state.checklist == ""
    old = Desk().open("draft_content", "US", at=OPENED)
    old.does("priya", "yes", at=LATER)
    assert old.state.status is Status.APPROVED
