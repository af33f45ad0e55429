"""Rule 8, and rule 9's person with two roles: steps that ask several people."""

from __future__ import annotations

from bot.core.people import Via
from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.request.deadlines import late_at
from bot.core.request.model import Outcome
from tests.core.request.brands import DECIDE, variant
from tests.core.request.desk import Desk, z

MONDAY = "2026-11-23T15:00Z"
BOTH = "{review: {all_of: [legal, us_market_lead]}, within: 4h}"
EITHER = "{review: {any_of: [legal, us_market_lead]}, within: 4h}"
TWO_OF_THREE = "{review: {at_least: 2, of: [legal, us_market_lead, us_creator_relations]}, within: 4h}"


def opened(step: str, *, by: str = "anna", at: str = MONDAY) -> Desk:
    return Desk(variant(step, DECIDE)).open(by=by, at=at)


def test_all_of_waits_for_every_yes() -> None:
    """The next step opens with the last of the yeses."""
    desk = opened(BOTH)
    desk.does("oleg", "yes", at="2026-11-23T15:10Z")
    assert desk.owners == ["priya"]
    desk.does("priya", "yes", at="2026-11-23T15:20Z")
    assert desk.owners == ["marina"]


def test_any_of_takes_the_first_yes() -> None:
    """One yes closes the step; the other's tap is told who decided and when."""
    desk = opened(EITHER)
    ticket = desk.ticket("priya")
    desk.does("oleg", "yes", at="2026-11-23T15:10Z")
    late = desk.refuses("priya", "yes", at="2026-11-23T15:20Z", ticket=ticket)
    assert desk.owners == ["marina"]
    assert (late.reason, late.text.id) == (Refusal.ALREADY_DECIDED, "refusal.already.yes")
    assert late.text.fields["who"] == desk.team.playbook.name("oleg")


def test_at_least_takes_the_quorum() -> None:
    """Two of three are enough, in any order."""
    desk = opened(TWO_OF_THREE)
    desk.does("jordan", "yes", at="2026-11-23T15:10Z")
    assert desk.owners == ["oleg", "priya"]
    desk.does("oleg", "yes_with_remarks", "Name the platform", at="2026-11-23T15:20Z")
    assert desk.owners == ["marina"]


def test_one_send_back_decides_at_once() -> None:
    """One member's send-back returns the request, whatever the others said."""
    desk = opened(BOTH)
    desk.does("oleg", "yes", at="2026-11-23T15:10Z")
    desk.does("priya", "send_back", "Not our tone", at="2026-11-23T15:20Z")
    assert desk.state.status is Status.RETURNED
    assert desk.state.open_steps == ()


def test_one_reject_decides_at_once() -> None:
    """One member's no ends a group's decision."""
    desk = Desk(variant("{decide: {all_of: [brand_director, us_market_lead]}, within: 8h}")).open(at=MONDAY)
    desk.does("marina", "yes", at="2026-11-23T15:10Z")
    desk.does("priya", "reject", at="2026-11-23T15:20Z", text="The budget is gone")
    assert desk.state.status is Status.REJECTED


def test_nobody_answers_twice() -> None:
    """A second tap while the group still waits is told that the answer is there, and when it came."""
    desk = opened(BOTH)
    desk.does("oleg", "yes", at="2026-11-23T15:10Z")
    again = desk.refuses("oleg", "send_back", "On second thought", at="2026-11-23T15:11Z")
    assert (again.reason, again.text.id) == (Refusal.ALREADY_ANSWERED, "refusal.already_answered")


def test_each_member_has_a_clock_of_their_own() -> None:
    """Four hours are over on Monday in New York and on Tuesday in Moscow."""
    desk = opened(BOTH)
    assert desk.part("priya").due_at == z("2026-11-23T19:00Z")
    assert desk.part("oleg").due_at == z("2026-11-24T10:00Z")


def test_a_group_is_late_when_it_cannot_be_answered_in_time_any_more() -> None:
    """`all_of` is late with its first deadline, `any_of` with its last, a quorum when too few are left."""
    assert late_at(opened(BOTH).step) == z("2026-11-23T19:00Z")
    assert late_at(opened(EITHER).step) == z("2026-11-24T10:00Z")
    assert late_at(opened(TWO_OF_THREE).step) == z("2026-11-23T19:00Z")


def test_a_yes_moves_the_moment_of_a_quorum() -> None:
    """With one yes of two there, the group is late only when both who are left are."""
    desk = opened(TWO_OF_THREE)
    desk.does("priya", "yes", at="2026-11-23T15:10Z")
    assert late_at(desk.step) == z("2026-11-24T10:00Z")


def test_a_group_is_escalated_once_naming_those_who_are_late() -> None:
    """At the first deadline of an `all_of` only the overdue are named, and the later deadline adds nothing."""
    desk = opened(BOTH).until("2026-11-25T00:00Z")
    (fact,) = desk.happened(e.Escalated)
    assert (fact.late, fact.due) == (("priya",), z("2026-11-23T19:00Z"))


def test_everybody_in_a_group_is_reminded_once() -> None:
    """Each member hears one reminder, half way through their own time."""
    desk = opened(BOTH).until("2026-11-24T00:00Z")
    assert desk.heard("priya", "notice.reminder") == [z("2026-11-23T17:00Z")]
    assert desk.until("2026-11-26T00:00Z").heard("oleg", "notice.reminder") == [z("2026-11-24T08:00Z")]
    assert len(desk.happened(e.Reminded)) == 2


def test_a_person_with_two_roles_of_a_group_acts_once_for_both() -> None:
    """Katya coordinates and is the bridge: one part, one yes, and the quorum of two is there."""
    desk = opened("{review: {all_of: [coordinator, bridge_ru]}, within: 4h}", by="jordan")
    assert desk.part("katya").roles == ("coordinator", "bridge_ru")
    desk.does("katya", "yes", at="2026-11-23T15:10Z")
    assert desk.owners == ["marina"]


def test_a_gap_beside_an_own_role_goes_to_somebody_else() -> None:
    """Katya answers for her own role; the vacant one of the same group is a gap for the market's signatory."""
    for roles in ("coordinator, bridge_us", "bridge_us, coordinator"):
        desk = opened(f"{{review: {{all_of: [{roles}]}}, within: 4h}}", by="jordan")
        assert (desk.part("katya").via, desk.part("katya").roles) == (Via.HOLDER, ("coordinator",))
        assert (desk.part("priya").via, desk.part("priya").roles) == (Via.GAP, ("bridge_us",))


def test_a_closed_group_says_how_it_ended() -> None:
    """The step keeps its outcome, who closed it and when."""
    desk = opened(EITHER)
    desk.does("priya", "yes_with_remarks", "Shorter", at="2026-11-23T15:10Z")
    step = desk.state.steps[0]
    assert (step.outcome, step.closed_by, step.closed_at) == (Outcome.YES_WITH_REMARKS, "priya", z("2026-11-23T15:10Z"))
