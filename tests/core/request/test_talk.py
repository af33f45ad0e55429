"""What people say under a request crosses over to everybody on it, and the bridge explains one side to the other."""

from __future__ import annotations

from bot.core.card_facts import talk
from bot.core.cards import buttons
from bot.core.direct_lines import joined
from bot.core.request import Refusal
from bot.core.request.events import Event
from bot.core.request.model import File, Status
from bot.core.request.relevance import asked_of
from bot.core.wording import Text
from bot.speech import Reader, say, show
from tests.core.request.desk import Desk, z

EN = Reader(("en",), "America/New_York")
OPENED, LATER, LATEST = "2026-11-23T15:00Z", "2026-11-23T15:30Z", "2026-11-23T16:00Z"


def contract() -> Desk:
    """Jordan in New York asks; Katya has said yes; Oleg in Moscow has it now."""
    desk = Desk().open(at=OPENED)
    desk.does("katya", "yes", at="2026-11-23T15:10Z")
    desk.tells.clear()
    return desk


def told(desk: Desk) -> dict[str, str]:
    return {tell.person: tell.text.id for tell in desk.tells}


def lines(desk: Desk) -> list[tuple[str, str]]:
    return [(say(fact.label, EN), show(fact.value, EN)) for fact in talk(desk.state, desk.team)]


def test_a_saying_reaches_everybody_else_on_the_request() -> None:
    """In the author's own words, to all who have to do with it and nobody else; the card keeps it."""
    desk = contract()
    desk.does("oleg", "say", at=LATER, text="Нужен срок прав")
    assert told(desk) == {"jordan": "notice.said", "katya": "notice.said"}
    assert lines(desk) == [("Oleg Sinitsyn", "Нужен срок прав")]


def test_talk_changes_nothing_about_the_request() -> None:
    """No status, step or deadline moves, and a decision can still be taken back afterwards."""
    desk = contract()
    before, wake = desk.state, desk.wake_at
    desk.does("oleg", "say", at=LATER, text="…")
    assert (desk.state.status, desk.state.steps, desk.wake_at) == (before.status, before.steps, wake)
    desk.does("oleg", "yes", at="2026-11-23T16:00:00Z")
    desk.does("jordan", "say", at="2026-11-23T16:00:20Z", text="Thanks")
    desk.does("oleg", "take_back", at="2026-11-23T16:00:40Z")
    assert desk.state.main_step and desk.state.main_step.part_of("oleg")


def test_only_those_on_it_may_speak() -> None:
    """Sveta has nothing to do with it; the coordinator has, also when she is not on the path."""
    desk = contract()
    assert desk.why("sveta", "say", at=LATER, text="Hello") is Refusal.NOT_YOURS
    assert desk.why("oleg", "say", at=LATER, text="  ") is Refusal.REASON_MISSING
    local = Desk().open("creator_selection", "US", at=OPENED)
    local.does("katya", "say", at=LATER, text="Seen")


def test_a_file_in_the_talk_goes_along() -> None:
    """Also without words, to everybody else on the request."""
    desk = contract()
    done = desk.does("jordan", "say", at=LATER, files=(File("F-1", "rights.pdf", "application/pdf", 40_000),))
    handed = {effect.person for effect in done.effects if type(effect).__name__ == "Hand"}
    assert handed == {"oleg", "katya"}
    assert lines(desk) == [("Jordan Lee", "rights.pdf (39 KB)")]


def test_the_bridge_of_the_own_side_is_asked_first() -> None:
    """New York's is vacant, so Moscow's answers; she gets the question as something that waits for her."""
    desk = contract()
    desk.does("jordan", "ask_bridge", at=LATER, text="What does «согласовано с замечаниями» oblige us to?")
    assert told(desk) == {"katya": "notice.bridge_asked", "oleg": "notice.said"}
    assert "katya" in asked_of(desk.state)
    assert [str(b.action) for b in buttons(desk.state, desk.team, "katya", z(LATER))] == ["say", "translate"]
    desk.does("katya", "say", at=LATEST, text="It means fix first, then publish.")
    assert "katya" not in asked_of(desk.state)


def test_nobody_is_a_bridge() -> None:
    """The only bridge has nobody to ask, and somebody who is none translates nothing."""
    desk = contract()
    assert desk.why("katya", "ask_bridge", at=LATER, text="?") is Refusal.NO_SUCH_PERSON
    desk.does("oleg", "say", at=LATER, text="Да")
    assert desk.why("oleg", "translate", at=LATER, text="Yes") is Refusal.NOT_YOURS
    gone = Desk(unreachable=["katya"]).open(at=OPENED)
    assert gone.why("jordan", "ask_bridge", at=LATER, text="?") is Refusal.NO_SUCH_PERSON


def test_a_translation_stands_beside_the_original() -> None:
    """Marked as somebody's translation, with the original words kept; it goes to everybody but its two authors."""
    desk = contract()
    desk.does("oleg", "say", at=LATER, text="Нужен срок прав")
    desk.tells.clear()
    desk.does("katya", "translate", at=LATEST, text="The contract must say for how long the rights hold")
    assert told(desk) == {"jordan": "notice.translated"}
    assert lines(desk) == [
        ("Oleg Sinitsyn", "Нужен срок прав"),
        ("Translation by Katya Levina (original: Oleg Sinitsyn)", "The contract must say for how long the rights hold"),
    ]
    assert desk.why("katya", "translate", at=LATEST, text="Again") is Refusal.NOT_POSSIBLE


def test_a_local_matter_needs_no_bridge() -> None:
    """Inside one market the button is not there."""
    desk = Desk().open("creator_selection", "US", at=OPENED)
    assert "ask_bridge" not in [str(b.action) for b in buttons(desk.state, desk.team, "jordan", z(LATER))]


def test_a_question_to_the_bridge_ends_with_the_request() -> None:
    """What nobody needs any more does not wait for anybody."""
    desk = contract()
    desk.does("jordan", "ask_bridge", at=LATER, text="?")
    desk.does("jordan", "withdraw", at=LATEST)
    assert desk.state.status is Status.WITHDRAWN
    assert asked_of(desk.state) == frozenset()


def direct(desk: Desk) -> list[Event]:
    return [event for event in desk.log if joined(desk.team.playbook, desk.state, event)]


def test_direct_lines_count_who_really_spoke() -> None:
    """Marina and Jordan have talked when one of them wrote and the other was on it; a coordinator's words count for nobody."""
    desk = contract()
    desk.does("katya", "say", at=LATER, text="Marina says hello")
    assert direct(desk) == []
    desk.does("oleg", "yes", at=LATER)
    desk.does("marina", "ask", at="2026-11-24T08:00Z", text="Why six months?")
    assert [event.by for event in direct(desk)] == ["marina"]
    desk.does("jordan", "answer", at="2026-11-24T15:00Z", text="The reel stays online")
    assert [event.by for event in direct(desk)] == ["marina", "jordan"]


def test_the_notice_has_the_words() -> None:
    """Who said it stands before what they said."""
    desk = contract()
    desk.does("oleg", "say", at=LATER, text="Нужен срок прав")
    message = next(tell.text for tell in desk.tells if tell.person == "jordan")
    assert isinstance(message, Text)
    assert say(message, EN) == "A-1 “Ten posts”\nOleg Sinitsyn: Нужен срок прав"
