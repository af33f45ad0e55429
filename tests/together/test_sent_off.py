"""What somebody writes while another process sends their answer off: it is part of it, or they are told that it is not."""

from __future__ import annotations

import pytest

from bot.buttons import code
from bot.card_talk import CardTalk
from bot.core.cards import Input, buttons
from bot.core.request.model import Draft, File, RequestId, Weight
from bot.dialogs import Choice, Dialog
from bot.drafting import drafts
from bot.drafting.drafts import Ask, Content, Tap, Unsent
from bot.drafting.talk import NewTalk
from bot.ports import Account
from bot.prompts import Reply
from bot.service import Done, Service, UpdateKey
from bot.speech import Reader, show
from tests.office import BRAND, START
from tests.together.two import Beside, Two

PAVEL, SVETA = Account("telegram", "", "7", "pavel", "7"), Account("telegram", "", "8", "sveta", "8")
BRIEF = File("f-1", "brief.pdf", "application/pdf", 10)


def key(number: int) -> UpdateKey:
    return UpdateKey("telegram", str(number))


def words(reply: Reply) -> str:
    """All that somebody gets to see of a reply: an answer to a tap, and a message."""
    prompt = (reply.prompt.text, *reply.prompt.lines) if reply.prompt else ()
    return "\n".join(show(one, Reader(("en",), "UTC")) for one in (reply.toast, *prompt) if one)


class Somebody:
    """Somebody whose taps come to one process, and what they write to another one."""

    def __init__(self, two: Two, account: Account) -> None:
        self.account, self.two = account, two
        self.beside = Beside(two.here)
        self.taps = CardTalk("telegram", Service(self.beside, two.clock), two.here, two.clock)  # type: ignore[arg-type]
        self.writes = CardTalk("telegram", Service(two.there, two.clock), two.there, two.clock)

    async def asked(self, request: RequestId, wanted: Input, update: int) -> Reply:
        """Taps a card's button that asks something."""
        found = await Service(self.two.here, self.two.clock).find(request)
        assert found is not None
        offered = buttons(found.request, found.team, self.account.person, START)
        button = next(one for one in offered if one.input is wanted)
        return await self.taps.tapped(self.account, code(request, button), key(update))

    async def chooses(self, verb: str, number: int, update: int) -> Reply:
        dialog = await self.open()
        return await self.taps.chosen(self.account, Choice(dialog.id, verb, number), key(update))

    async def writing(self, said: str, update: int, *files: File) -> Reply:
        return await self.writes.answered(self.account, await self.open(), said, key(update), files)

    async def open(self) -> Dialog:
        dialog = await self.writes.open(self.account)
        assert dialog is not None
        return dialog


async def opened(two: Two) -> RequestId:
    draft = Draft("creator_selection", "RU", "List")
    found = await Service(two.here, two.clock).open(BRAND, "sveta", draft, through="test")
    assert isinstance(found, Done)
    return found.request.id


@pytest.fixture
async def request_id(two: Two) -> RequestId:
    return await opened(two)


@pytest.fixture
async def pavel(two: Two, request_id: RequestId) -> Somebody:
    """Pavel is writing remarks; the first is there and weighed."""
    found = Somebody(two, PAVEL)
    await found.asked(request_id, Input.REMARKS, 1)
    await found.writing("Fix the logo", 2)
    await found.chooses("must", 0, 3)
    return found


async def remarks(two: Two, request: RequestId) -> list[tuple[str, Weight]]:
    found = await Service(two.here, two.clock).find(request)
    assert found is not None
    return [(remark.text, remark.weight) for remark in found.request.to_fix]


@pytest.mark.parametrize("after", [False, True], ids=["before it is decided", "once it is decided"])
async def test_a_remark_beside_send(two: Two, request_id: RequestId, pavel: Somebody, after: bool) -> None:
    """What another process took in while the rest was being sent is said to be left out: it does not vanish."""
    pavel.beside.next_time(lambda: pavel.writing("Fix the price", 4), after=after)
    sent = words(await pavel.chooses("send", 0, 5))
    assert await remarks(two, request_id) == [("Fix the logo", Weight.MUST_FIX)]
    assert "Recorded" in sent and "too late" in sent and "Fix the price" in sent and "Fix the logo" not in sent
    assert await pavel.taps.open(PAVEL) is None


async def test_a_weight_changed_beside_send(two: Two, request_id: RequestId, pavel: Somebody) -> None:
    """A tap that came too late to change what was sent is not confirmed silently."""
    pavel.beside.next_time(lambda: pavel.chooses("wish", 0, 4), after=False)
    sent = words(await pavel.chooses("send", 0, 5))
    assert await remarks(two, request_id) == [("Fix the logo", Weight.MUST_FIX)]
    assert "too late" in sent and "Wish: Fix the logo" in sent


async def test_a_remark_after_the_end(two: Two, pavel: Somebody) -> None:
    """Written while the question was open, read when it was over: it is not part of the answer, and that is said."""
    read = await pavel.open()
    await pavel.chooses("send", 0, 4)
    late = await pavel.writes.answered(PAVEL, read, "Fix the price", key(5))
    assert "too late and is not part of what you sent about A-1" in words(late)


async def test_a_question_put_meanwhile_stays(two: Two, pavel: Somebody) -> None:
    """What ends is the question that was answered, not the next one that another process has put by now."""
    another = await opened(two)
    pavel.beside.next_time(lambda: pavel.asked(another, Input.REMARKS, 4), after=True)
    dialog = await pavel.open()
    sent = words(await pavel.taps.chosen(PAVEL, Choice(dialog.id, "send"), key(5)))
    assert "Recorded" in sent and "too late" not in sent
    assert (await pavel.open()).request == another


async def test_another_question_before_the_remarks_were_sent(request_id: RequestId, pavel: Somebody) -> None:
    """One question is open at a time; that what was being written gave way is said."""
    asked = words(await pavel.asked(request_id, Input.QUESTION, 4))
    assert "What you were writing about A-1 was not sent." in asked


@pytest.mark.parametrize("update", [1, 4], ids=["delivered again", "tapped twice"])
async def test_the_same_button_once_more(request_id: RequestId, pavel: Somebody, update: int) -> None:
    """A tap handled once more after a crash, or tapped once more, takes nothing away from what has been written since."""
    asked = words(await pavel.asked(request_id, Input.REMARKS, update))
    assert "Must fix: Fix the logo" in asked and "not sent" not in asked
    assert [line.text for line in (await pavel.open()).lines] == ["Fix the logo"]


def new_talks(two: Two, beside: Beside) -> tuple[NewTalk, NewTalk]:
    """One process that sends what is taken in by the other."""
    taps = NewTalk("telegram", Service(beside, two.clock), two.here, two.clock)  # type: ignore[arg-type]
    return taps, NewTalk("telegram", Service(two.there, two.clock), two.there, two.clock)


async def summary(two: Two, talk: NewTalk, update: int) -> Unsent:
    """Sveta's new request, ready to be sent."""
    await talk.start(SVETA, "", key(update))
    unsent = await draft_of(two)
    content = Content("List", "Three names")
    ready = Unsent(unsent.id, START, BRAND, "creator_selection", "RU", content, answered=tuple(Ask), ask=Ask.SUMMARY, turn=9)
    await two.here.run(lambda tx: tx.save_dialog("telegram:new", SVETA.external, drafts.dump(ready), START))
    return ready


async def draft_of(two: Two) -> Unsent:
    body = await two.here.read(lambda tx: tx.dialog("telegram:new", SVETA.external))
    unsent = drafts.load(body) if body else None
    assert unsent is not None
    return unsent


async def test_a_file_beside_send(two: Two) -> None:
    """A file that another process took into a new request while it was being sent is said to be left out."""
    beside = Beside(two.here)
    taps, writes = new_talks(two, beside)
    ready = await summary(two, taps, 1)
    beside.next_time(lambda: writes.said(SVETA, "", key(2), files=(BRIEF,)), after=False)
    sent = words(await taps.tapped(SVETA, str(Tap(ready.id, "send", 9)), key(3)))
    assert "Sent: A-1" in sent and "too late" in sent and "brief.pdf" in sent


async def test_a_draft_begun_meanwhile_stays(two: Two) -> None:
    """What ends is the draft that was sent, not the next one that another process has begun by now."""
    beside = Beside(two.here)
    taps, writes = new_talks(two, beside)
    ready = await summary(two, taps, 1)
    beside.next_time(lambda: writes.start(SVETA, "", key(2)), after=True)
    assert "Sent: A-1" in words(await taps.tapped(SVETA, str(Tap(ready.id, "send", 9)), key(3)))
    assert (await draft_of(two)).id != ready.id
