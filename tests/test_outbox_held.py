"""What waits a moment before it is sent, what ends by itself, and messages that are about no request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.absences import Absences
from bot.core.cards import Card
from bot.core.playbook import Loaded
from bot.core.request.commands import Do, Note
from bot.core.request.model import RequestId, Weight
from bot.core.request.table import Action
from bot.outbox import Outbox
from bot.ports import Account, Gone, Job, MessengerError, NotAccepted, Posted, Rendered, TryLater, Unclear, Unreachable
from bot.speech import Reader, say
from tests.core.playbook.brands import edited, loaded
from tests.office import Office, office
from tests.post import Post

SECOND = timedelta(seconds=1)
UNDO = 60 * SECOND
TAKE_BACK = "Отменить мой ответ"


class Keys(Post):
    """Writes the buttons down as well."""

    def render(self, card: Card, reader: Reader) -> Rendered:
        drawn = super().render(card, reader)
        shown = f"{drawn.payload} | {' · '.join(say(button.label, reader) for button in card.buttons)}"
        return Rendered(shown, shown, drawn.overflow, drawn.overflow_name)


def holding(time: str = "60s") -> Loaded:
    """Brand A with the words that hold the next step's card."""
    return loaded(edited("review_every_days: 45", f"review_every_days: 45\nundo: {time}"))


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        with_keys(found)
        yield found


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path, book=holding()) as found:
        with_keys(found)
        yield found


def with_keys(at_work: Office) -> None:
    at_work.post = Keys()
    at_work.outbox = Outbox(at_work.store, at_work.clock, {"post": at_work.post})


async def passes(at_work: Office, time: timedelta) -> None:
    await at_work.reaches(at_work.clock.now() + time)


async def test_the_button_to_take_back_goes_by_itself(at_work: Office) -> None:
    """It is there at once, for its sixty seconds, and then one edit takes it away."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.YES, request)
    await at_work.settles()
    (shown,) = at_work.post.to("pavel", "edit")
    assert TAKE_BACK in shown.text
    await passes(at_work, UNDO - SECOND)
    assert at_work.post.to("pavel", "edit") == [shown]
    await passes(at_work, SECOND)
    assert [TAKE_BACK in sent.text for sent in at_work.post.to("pavel", "edit")] == [True, False]
    assert all(TAKE_BACK not in sent.text for sent in at_work.post.to("sveta"))


async def test_after_a_restart_the_button_goes_all_the_same(tmp_path: Path) -> None:
    """Its end is a job in the table: an edit comes late, and the button is gone."""
    async with office(tmp_path) as first:
        with_keys(first)
        request = await first.opens()
        await first.settles()
        await first.says("pavel", Action.YES, request)
        await first.settles()
    async with office(tmp_path, at=first.clock.now() + 10 * UNDO) as second:
        with_keys(second)
        await second.settles()
        (shown,) = second.post.to("pavel", "edit")
        assert TAKE_BACK not in shown.text


async def test_a_card_that_is_not_there_is_not_put_up_to_take_a_button_away(at_work: Office) -> None:
    """Whoever answered without a card, over another door, gets none for it."""
    request = await at_work.opens()
    await at_work.says("pavel", Action.YES, request)
    await passes(at_work, UNDO)
    assert at_work.post.to("pavel") == []
    assert at_work.jobs("redraw:") == {}


async def test_a_card_that_waits_for_the_morning_is_not_put_up_at_night_for_it(tmp_path: Path) -> None:
    """An answer at night, without a card, opens the same person's next step: their first card comes when they open."""
    night = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 23:00 in Moscow
    async with office(tmp_path, at=night) as at_work:
        with_keys(at_work)
        request = await at_work.opens(kind="concept")  # the requester's own review is her deputy's, who decides as well
        await at_work.says("pavel", Action.YES, request)
        await at_work.reaches(night + timedelta(hours=10))
        assert at_work.post.to("pavel") == []
        await at_work.reaches(night + timedelta(hours=11))
        assert len(at_work.post.to("pavel", "post")) == 1


async def test_taken_back_the_step_has_its_buttons_again(at_work: Office) -> None:
    """And the moment at which the button would have gone changes nothing any more."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.YES, request)
    await at_work.says("pavel", Action.TAKE_BACK, request)
    await at_work.settles()
    before = at_work.post.to("pavel")
    await passes(at_work, 2 * UNDO)
    assert at_work.post.to("pavel") == before


async def test_the_next_card_waits_where_the_playbook_says_so(patient: Office) -> None:
    """The next owner's card and the others' copies: after the seconds; the actor's own card: at once."""
    request = await patient.opens("jordan", "contract", "US")
    await patient.settles()
    await patient.says("katya", Action.YES, request)
    await passes(patient, UNDO - SECOND)
    assert patient.post.to("oleg") == patient.post.to("jordan", "edit") == []
    assert len(patient.post.to("katya", "edit")) == 1
    await passes(patient, SECOND)
    assert len(patient.post.to("oleg", "post")) == 1


async def test_the_next_card_does_not_wait_elsewhere(at_work: Office) -> None:
    """A playbook that does not say so holds nothing."""
    request = await at_work.opens("jordan", "contract", "US")
    await at_work.settles()
    await at_work.says("katya", Action.YES, request)
    await at_work.settles()
    assert len(at_work.post.to("oleg", "post")) == 1


async def test_what_is_taken_back_while_it_is_held_reaches_nobody(patient: Office) -> None:
    """Neither the next owner nor the requester ever hears of it."""
    request = await patient.opens("jordan", "contract", "US")
    await patient.settles()
    await patient.says("katya", Action.YES, request)
    await passes(patient, 30 * SECOND)
    await patient.says("katya", Action.TAKE_BACK, request)
    await passes(patient, 3 * UNDO)
    assert patient.post.to("oleg") == patient.post.to("jordan", "edit") == patient.post.to("jordan", "tell") == []
    assert [TAKE_BACK in sent.text for sent in patient.post.to("katya", "edit")] == [True, False]


async def test_the_end_is_held_as_well(patient: Office) -> None:
    """The requester hears of the decision when it stands, once."""
    request = await patient.opens()
    await patient.settles()
    for action in (Action.YES, Action.TAKE_BACK, Action.YES):
        await patient.says("pavel", action, request)
        await passes(patient, 20 * SECOND)
    assert patient.post.to("sveta", "tell") == []
    await passes(patient, 40 * SECOND)
    assert len(patient.post.to("sveta", "tell")) == 1
    assert len(patient.post.to("sveta", "edit")) == 1


async def test_a_decision_taken_back_takes_no_earlier_word_with_it(patient: Office) -> None:
    """The first reviewer's remarks stand; the second's yes does not: the requester hears of the remarks all the same."""
    request = await patient.opens("jordan", "contract", "US")
    await patient.settles()
    remarks = (Note("Fewer posts", Weight.MUST_FIX),)
    await patient.service.do(request, Do(Action.YES_WITH_REMARKS, "katya", remarks=remarks))
    await passes(patient, 10 * SECOND)
    for action in (Action.YES, Action.TAKE_BACK):
        await patient.says("oleg", action, request)
    await passes(patient, 2 * UNDO)
    assert len(patient.post.to("jordan", "tell")) == 1
    assert "Fewer posts" not in "".join(sent.text for sent in patient.post.to("marina"))


async def test_a_held_word_is_not_said_of_the_next_decision(patient: Office) -> None:
    """Remarks that were taken back and given anew are told once, with the right number."""
    request = await patient.opens("jordan", "contract", "US")
    await patient.settles()
    for count in (1, 2):
        remarks = tuple(Note(f"Remark {number}", Weight.MUST_FIX) for number in range(count))
        await patient.service.do(request, Do(Action.YES_WITH_REMARKS, "katya", remarks=remarks))
        await passes(patient, 20 * SECOND)
        if count == 1:
            await patient.says("katya", Action.TAKE_BACK, request)
    await passes(patient, 2 * UNDO)
    (told,) = patient.post.to("jordan", "tell")
    assert "2 remarks" in told.text


async def listed(at_work: Office) -> None:
    """Two things wait for somebody until the next morning."""
    for _ in range(2):
        await at_work.opens()
    await at_work.settles()
    await passes(at_work, timedelta(hours=15))


@pytest.mark.parametrize("error", [Gone("no chat"), Unreachable("blocked"), NotAccepted("too long")])
async def test_a_list_that_cannot_be_delivered_is_tried_once(at_work: Office, error: MessengerError) -> None:
    """Nobody hears of the list; that its reader is out of reach is said once. The next sweep has nothing to do."""
    await listed(at_work)
    at_work.post.fails("tell", "pavel", error)
    await passes(at_work, timedelta(hours=2))
    assert at_work.post.tried.count(("tell", "x-pavel")) == 1
    assert at_work.post.to("pavel", "tell") == []
    assert len(at_work.post.to("katya")) == (0 if isinstance(error, NotAccepted) else 1)
    assert at_work.jobs("tell:digest:") == at_work.jobs("tell:undelivered:") == {}


async def test_a_list_is_sent_again_when_the_messenger_was_away(at_work: Office) -> None:
    """Once it is there; a lost answer is tried again too."""
    await listed(at_work)
    at_work.post.fails("tell", "pavel", TryLater(30, "busy"), Unclear("lost"))
    await passes(at_work, timedelta(hours=2))
    assert len(at_work.post.to("pavel", "tell")) == 1


async def test_a_list_is_not_tried_for_ever(at_work: Office) -> None:
    """A messenger that is never there: the list of one day ends, and nobody is told of it."""
    await listed(at_work)
    at_work.post.fails("tell", "pavel", *(Unclear("lost") for _ in range(5000)))
    await passes(at_work, timedelta(hours=30))
    assert [key for key in at_work.jobs("tell:digest:") if key.endswith("2026-11-25")] == []
    assert at_work.jobs("tell:undelivered:tell:digest") == {}


async def test_whoever_has_no_account_is_set_away_without_a_loop(tmp_path: Path) -> None:
    """The word about it cannot be delivered: it is dropped, the absence holds."""
    async with office(tmp_path, without="pavel") as at_work:
        absences = Absences(at_work.store, at_work.clock, lambda: None)
        await absences.leave("katya", "pavel", date(2026, 11, 24), date(2026, 11, 25), "post")
        await at_work.settles()
        assert at_work.post.tried == []
        assert at_work.jobs("tell:") == {}
        assert len(await absences.planned("pavel")) == 1


class Slow(Keys):
    """A messenger whose first card takes until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def post(self, account: Account, card: Rendered) -> Posted:
        self.began.set()
        await self.may_go_on.wait()
        return await super().post(account, card)


async def test_a_card_put_anew_while_it_is_sent_is_not_sent_twice_the_same(at_work: Office) -> None:
    """What stands there is known, because the messenger has answered: an edit that changes nothing is not sent."""
    post = Slow()
    at_work.outbox = Outbox(at_work.store, at_work.clock, {"post": post})
    request = await at_work.opens()
    sending = asyncio.create_task(at_work.outbox.send_due())
    await post.began.wait()
    card = Job(f"card:{request}:sveta", "card", RequestId(request), "sveta", at_work.clock.now())
    await at_work.store.run(lambda tx: tx.put_job(card))
    post.may_go_on.set()
    await sending
    await at_work.settles()
    assert [sent.method for sent in post.to("sveta")] == ["post"]
