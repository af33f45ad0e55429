"""What is said before a request is sent comes true when it is: the same people, the same moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.money import parse_money
from bot.core.people import Absence, Team, Uses, Via
from bot.core.playbook.model import Act, PersonId
from bot.core.request import decide
from bot.core.request.commands import Do, Open, Wake
from bot.core.request.effects import Decision, Refused
from bot.core.request.handover import Obstacle
from bot.core.request.model import Draft, RequestId
from bot.core.request.table import Action
from bot.drafting.foresight import Foresight, foresee, words
from bot.speech import Reader, say
from tests.core.playbook.brands import edited, loaded, shipped

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # a Tuesday, both offices are open
HOUR = timedelta(hours=1)
EN, RU = Reader(("en",), "America/New_York"), Reader(("ru",), "Europe/Moscow")


def team(**changes: object) -> Team:
    book = shipped("brand-a.yaml").playbook
    assert book
    return replace(Team(book), **changes)  # type: ignore[arg-type]


def seen(by: PersonId, draft: Draft, with_team: Team | None = None, now: datetime = NOW) -> Foresight:
    found = foresee(with_team or team(), by, draft, now)
    assert isinstance(found, Foresight), found
    return found


def read(by: PersonId, draft: Draft, reader: Reader = EN, with_team: Team | None = None, now: datetime = NOW) -> list[str]:
    with_team = with_team or team()
    return [say(line, reader) for line in words(seen(by, draft, with_team, now), with_team)]


@pytest.mark.parametrize(
    "kind", ["creator_selection", "concept", "draft_content", "brand_deviation", "contract", "brand_guidelines"]
)
@pytest.mark.parametrize(
    ("by", "market"), [("sveta", "RU"), ("jordan", "US"), ("priya", "US"), ("marina", "RU"), ("katya", "US")]
)
@pytest.mark.parametrize("hours", [0, 11, 60])
def test_it_comes_true(kind: str, by: str, market: str, hours: int) -> None:
    """Sent now and answered by each at the last moment, the request goes to these people and ends at that instant."""
    book, now = team(), NOW + hours * HOUR
    draft = Draft(kind, market, "x")
    found = seen(by, draft, book, now)
    decision = decide(None, Open(RequestId("A-1"), by, draft, "", checked=False), book, now)
    assert isinstance(decision, Decision)
    request, ends = decision.state, []
    while (main := request.main_step) is not None:
        part = main.waiting[0]
        stop = found.stops[main.position]
        assert (stop.act, stop.people[0].person, stop.answer_by) == (main.act, part.person, part.due_at)
        ends.append(part.due_at)
        if part.via is Via.GAP:
            return
        move = Wake() if main.act is Act.CONSULT else Do(Action.YES, part.person)
        outcome = decide(request, move, book, part.due_at)
        assert isinstance(outcome, Decision), outcome
        request = outcome.state
    assert ends[-1] == found.hear_by


@pytest.mark.parametrize(("by", "yours"), [("priya", True), ("jordan", False), ("sam", False), ("pavel", False)])
def test_what_is_ones_own_to_decide(by: str, yours: bool) -> None:
    """Whoever holds the only say is told that no approval is needed, and to whom it would go all the same."""
    assert seen(by, Draft("concept", "US", "x")).yours is yours
    if yours:
        assert read(by, Draft("concept", "US", "x"))[0] == (
            "This is yours to decide (“Concept or script”, New York), so it needs no approval. "
            "Nobody approves their own request: if you send it, it goes to Sam Ortiz."
        )


def test_a_review_before_makes_it_not_ones_own() -> None:
    """The holder of the last word who needs somebody's review first, and the holder in another market, are told nothing like it."""
    assert not seen("pavel", Draft("concept", "RU", "x")).yours
    assert seen("pavel", Draft("creator_selection", "RU", "x")).yours
    assert not seen("priya", Draft("creator_selection", "RU", "x")).yours
    assert seen("marina", Draft("brand_guidelines", "RU", "x")).yours  # an opinion before it is no approval


def test_ones_own_with_nobody_to_stand_in() -> None:
    """It is not promised that the coordinator decides."""
    book = team(unreachable=frozenset({"sam"}))
    first, *_ = read("priya", Draft("concept", "US", "x"), EN, book)
    assert first.endswith("nobody stands in for you now: Katya Levina would have to find somebody.")
    assert any(
        "Katya Levina (nobody in the role can take it" in line for line in read("priya", Draft("concept", "US", "x"), EN, book)
    )


def test_the_path_in_words() -> None:
    """Each step with its people, as whom, and by when in the reader's own time; then the end and the rounds."""
    book = team(absences=(Absence("oleg", date(2026, 11, 24), date(2026, 11, 27)),))
    assert read("sam", Draft("contract", "US", "x"), RU, book) == [
        "Без отступлений: Условия договора не меняются на месте, а именно оплата, права на использование, число раундов правок.",
        "1. согласование: Екатерина Левина, не позднее ср, 25 нояб., 12:30 МСК",
        "2. согласование: Ирина Ладыгина (замещение, исполнитель роли: Олег Синицын), не позднее чт, 26 нояб., 11:30 МСК",
        "3. утверждение: Марина Орлова, не позднее пт, 27 нояб., 10:30 МСК",
        "Ответ будет не позднее пт, 27 нояб., 10:30 МСК, даже если каждый займёт всё своё время.",
        "До 3 раундов.",
    ]


def test_a_deadline_that_can_be_met() -> None:
    """It is said to fit, and what happens should nobody answer."""
    draft = Draft("brand_deviation", "US", "x", needed_by=NOW + 48 * HOUR)
    found = seen("jordan", draft)
    assert found.fits and found.plan and found.plan.person == "priya"
    lines = read("jordan", draft)
    assert "The deadline Thu, Nov 26, 9:30 AM ET can be met." in lines
    assert any(line.startswith("If there is no answer, from") and "Priya Shah may decide locally" in line for line in lines)


def test_a_deadline_for_which_it_is_handed_over() -> None:
    """The moment and the person are those of the live request."""
    draft = Draft("brand_deviation", "US", "x", needed_by=datetime(2026, 11, 24, 22, tzinfo=UTC))
    found = seen("jordan", draft)
    assert found.fits is False and found.plan and found.risk is None
    assert (found.plan.person, found.plan.at) == ("priya", datetime(2026, 11, 24, 16, tzinfo=UTC))  # Moscow closes
    assert read("jordan", draft)[-2:] == [
        "The deadline Tue, Nov 24, 5:00 PM ET cannot be met if everybody takes their full time.",
        "If there is no answer, from Tue, Nov 24, 11:00 AM ET Priya Shah may decide locally.",
    ]


def test_handed_over_at_once() -> None:
    """With Moscow closed until after the deadline it goes to the local authority as soon as it is sent."""
    now = datetime(2026, 11, 24, 19, tzinfo=UTC)
    draft = Draft("brand_deviation", "US", "x", needed_by=datetime(2026, 11, 24, 22, tzinfo=UTC))
    assert (
        read("jordan", draft, EN, None, now)[-1]
        == "It is handed over at once (Tue, Nov 24, 2:00 PM ET): Priya Shah may decide locally."
    )


@pytest.mark.parametrize(
    ("kind", "amount", "uses", "risk"),
    [
        ("contract", "", Uses(), Obstacle.NO_AUTHORITY),
        ("brand_deviation", "501 USD", Uses(), Obstacle.AMOUNT),
        ("brand_deviation", "500 USD", Uses(unchecked=5), Obstacle.DEBT),
        ("brand_deviation", "500 USD", Uses((NOW - HOUR, NOW - HOUR, NOW - HOUR)), Obstacle.PER_WEEK),
    ],
)
def test_a_deadline_at_risk(kind: str, amount: str, uses: Uses, risk: Obstacle) -> None:
    """Where nobody else may decide, the reason is said before it is sent."""
    draft = Draft(kind, "US", "x", needed_by=datetime(2026, 11, 24, 22, tzinfo=UTC), amount=parse_money(amount))
    found = seen("jordan", draft, team(uses=uses))
    assert (found.fits, found.plan, found.risk) == (False, None, risk)
    assert read("jordan", draft, EN, team(uses=uses))[-1].startswith("The deadline is at risk.")


def test_the_checklist_is_named() -> None:
    """What will be asked for, in both languages; nothing where there is none."""
    lines = read("jordan", Draft("draft_content", "US", "x"), EN)
    at = lines.index("The checklist asks for 3 items:")
    assert lines[at + 1].startswith("• Needed before final approval: The paid connection") and len(lines) == at + 4
    assert lines[-1] == "• The platform's own label is on, and not relied on alone."
    assert not any("checklist" in line for line in read("jordan", Draft("concept", "US", "x")))


def test_a_creator_hears_who_rounds_and_when_and_no_more() -> None:
    """No notes, no path, no checklist; only that their deadline cannot be met, if so."""
    draft = Draft("draft_content", "RU", "x", creator="Masha", creator_id="creator:7", by_creator=True, needed_by=NOW + HOUR)
    assert read("sveta", draft) == [
        "Who looks at it: Anna Belova, Svetlana Kim, and Pavel Gromov.",
        "Up to 5 rounds.",
        "You will hear from us by Thu, Nov 26, 3:30 AM ET if everybody answers in time.",
        "The deadline Tue, Nov 24, 10:30 AM ET cannot be met if everybody takes their full time.",
    ]


def test_a_group_counts_by_its_quorum() -> None:
    """Of several who decide, the end is when enough of them have answered."""
    line = "{decide: ru_market_lead, within: 8h}]}\n      US: {rounds: 2, steps: [{decide: us_market_lead"
    any_of = "{decide: {any_of: [ru_market_lead, legal]}, within: 8h}]}\n      US: {rounds: 2, steps: [{decide: us_market_lead"
    book = loaded(edited(line, any_of)).playbook
    assert book
    found = seen("sveta", Draft("creator_selection", "RU", "x"), Team(book))
    assert {one.person for one in found.stops[0].people} == {"pavel", "oleg"}
    assert not found.yours


def test_an_opinion_beside_and_a_group_later_on() -> None:
    """Whoever comes after an opinion nobody waits for is not timed after it; of several who decide the first is enough."""
    reviewed = "        - {review: legal, within: 8h}\n        - {decide: brand_director, within: 8h}"
    steps = "        - {consult: legal, within: 30h}\n        - {decide: {any_of: [brand_director, us_creator_relations]}, within: 8h}"
    book = loaded(edited(reviewed, steps)).playbook
    assert book
    found = seen("sveta", Draft("contract", "RU", "x"), Team(book))
    review, opinion, decision = found.stops
    assert (opinion.holds_up, decision.answer_by) == (False, found.hear_by)
    assert opinion.answer_by > decision.answer_by
    windows = Team(book).windows("jordan")
    assert decision.answer_by == windows.add(review.answer_by, 8 * HOUR) > Team(book).windows("marina").add(NOW, 8 * HOUR)


def test_what_would_be_refused_is_refused() -> None:
    """With the opening's own reason."""
    found = foresee(team(), "sveta", Draft("concept", "RU", ""), NOW)
    assert isinstance(found, Refused) and found.text.id == "refusal.title_missing"
