"""What the bot answers when somebody asks, in words or by a button; and the menu of what it can answer.

Reads and never writes. Who asks decides what they hear: the team, a creator, a stranger; a request or brand that is not
theirs is answered like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.codes import Code, brand_in, meant, parse, request_in
from bot.answering.pages import PAGES, Page, Question, is_argument, one_request, which_brand
from bot.answering.seats import Seat, seats_of
from bot.core.request.model import RequestId
from bot.core.wording import Field, Listed, text
from bot.ports import Account, Clock, Store, Transaction
from bot.prompts import Option, Prompt, Reply
from bot.speech import Reader, say, show
from bot.understanding import Intent

_MOST_BRANDS, _SHORT = 3, 1200  # so many brands are answered at once, in so many characters
_TEXT, _LINES, _SHARED = 1400, 1000, 2100  # what every messenger shows of a message's text and of its lines without cutting
_ABOUT_ONE = (Intent.STATUS, Intent.CONTACT, Intent.HOW)
_TEAM = ((Intent.STATUS, Intent.CONTACT), (Intent.HOW, Intent.MAY), (Intent.WHO, Intent.BRIDGE), (Intent.HOURS, Intent.PLAYBOOK))
_CREATOR = ((Intent.CONTACT, Intent.STATUS), (Intent.HOW, Intent.MAY), (Intent.HOURS, Intent.BRIDGE))
_LABELS = {
    Intent.CONTACT: "ask.button.contact", Intent.STATUS: "ask.button.status", Intent.HOW: "ask.button.how",
    Intent.MAY: "ask.button.may", Intent.WHO: "ask.button.who", Intent.BRIDGE: "ask.button.bridge",
    Intent.HOURS: "ask.button.hours", Intent.PLAYBOOK: "ask.button.playbook",
}  # fmt: skip


def is_mine(data: str) -> bool:
    """Whether a button is one of an answer's, as far as its beginning tells."""
    return data.startswith("5|")


class Answers:
    """One messenger's answers."""

    def __init__(self, messenger: str, store: Store, clock: Clock) -> None:
        self._messenger, self._store, self._clock = messenger, store, clock

    async def asked(self, account: Account, intent: Intent, words: str) -> Reply:
        """Somebody asked in words; ``intent`` is what was understood."""
        return await self._read(account, lambda tx, seats: self._asked(tx, seats, intent, words))

    async def tapped(self, account: Account, data: str) -> Reply:
        """Somebody tapped one of the buttons that answers have."""
        code = parse(data)
        if code is None:
            return _retired()
        return await self._read(account, lambda tx, seats: self._tapped(tx, seats, code))

    async def menu(self, account: Account) -> Reply:
        """What this person can ask, as buttons."""
        return await self._read(account, lambda _, seats: _menu(seats))

    async def _read(self, account: Account, answer: Callable[[Transaction, Sequence[Seat]], Reply]) -> Reply:
        now = self._clock.now()

        def work(tx: Transaction) -> Reply:
            seats = seats_of(tx, account.person, now)
            return answer(tx, seats) if seats else Reply(text("refusal.stranger"), alert=True)

        return await self._store.read(work)

    def _asked(self, tx: Transaction, seats: Sequence[Seat], intent: Intent, words: str) -> Reply:
        if intent not in PAGES or _only_for_the_team(intent, seats):
            return _menu(seats)
        if intent in _ABOUT_ONE and (request := request_in(words)):
            return self._one(tx, seats, request)
        brand = brand_in(words, [seat.book for seat in seats]) if len(seats) > 1 else None
        wanted = [seat for seat in seats if brand in (None, seat.brand)]
        return self._pages([Question(tx, seat, self._clock.now(), words) for seat in wanted], intent)

    def _tapped(self, tx: Transaction, seats: Sequence[Seat], code: Code) -> Reply:
        brand = meant(code.brand, [seat.brand for seat in seats])
        if code.brand and brand is None:
            return _no_such_request()
        wanted = [seat for seat in seats if brand in (None, seat.brand)]
        if not any(is_argument(code.intent, code.argument, seat) for seat in wanted):
            return _retired()
        if code.intent not in PAGES or _only_for_the_team(code.intent, seats):
            return _menu(seats)
        if code.intent is Intent.STATUS and code.argument:
            return self._one(tx, wanted, RequestId(code.argument))
        return self._pages([Question(tx, seat, self._clock.now(), argument=code.argument) for seat in wanted], code.intent)

    def _one(self, tx: Transaction, seats: Sequence[Seat], request: RequestId) -> Reply:
        page = one_request(tx, seats, request, self._clock.now())
        return _laid(page, seats[0].reader) if page else _no_such_request()

    def _pages(self, questions: Sequence[Question], intent: Intent) -> Reply:
        """One brand's answer, or those of several under their titles; too many or too long, and the question is which."""
        pages = [(one.seat, PAGES[intent](one)) for one in questions]
        # A brand that has something to say goes before those that can only ask back, or have nothing.
        answered = [one for one in pages if one[1].lines] or pages
        reader, (first, *others) = answered[0][0].reader, [page for _, page in answered]
        if all(page == first for page in others):
            return _laid(first, reader)
        fits = sum(_length(page, reader) for _, page in answered) <= _SHORT
        if len(answered) > _MOST_BRANDS or not fits or any(page.asks for _, page in answered):
            argument = next((kind for one in questions if (kind := one.kind())), "") if intent in (Intent.HOW, Intent.MAY) else ""
            return _laid(which_brand(intent, [seat for seat, _ in answered], argument), reader)
        lines = [line for seat, page in answered for line in (text("ask.brand", brand=seat.title), *_under_brand(page, first))]
        rows = [row for number, (_, page) in enumerate(answered) for row in page.options if not _is_there(row, answered[:number])]
        return _laid(Page(first.head, tuple(lines), tuple(rows)), reader)


def _is_there(row: tuple[Option, ...], before: Sequence[tuple[Seat, Page]]) -> bool:
    return any(row in page.options for _, page in before)


def _under_brand(page: Page, first: Page) -> tuple[Field, ...]:
    return page.lines if page.head == first.head else (page.head, *page.lines)


def _only_for_the_team(intent: Intent, seats: Sequence[Seat]) -> bool:
    """Creators do not read the playbook; who does what is for them who their contacts are."""
    return intent is Intent.PLAYBOOK and all(seat.is_creator for seat in seats)


def _length(page: Page, reader: Reader) -> int:
    return len(say(page.head, reader)) + sum(len(show(line, reader)) + 1 for line in page.lines)


def _laid(page: Page, reader: Reader) -> Reply:
    """The page as a message: what its lines have no room for stands in its text, so that nothing is cut."""
    above, lengths = 0, [len(show(line, reader)) + 1 for line in page.lines]
    room = _TEXT - len(say(page.head, reader))
    while not _fit(lengths[above:]) and (room := room - lengths[above]) > 0:
        above += 1
    head = text("ask.lines", head=page.head, lines=Listed(page.lines[:above], "lines")) if above else page.head
    return Reply(prompt=Prompt(head, page.lines[above:], page.options))


def _fit(lengths: Sequence[int]) -> bool:
    """Whether lines are shown whole: together, and each, where many share the room."""
    return sum(lengths) <= _LINES and max(lengths, default=0) * len(lengths) <= _SHARED


def _menu(seats: Sequence[Seat]) -> Reply:
    creator = all(seat.is_creator for seat in seats)
    rows = tuple(tuple(Option(text(_LABELS[one]), str(Code(one))) for one in row) for row in (_CREATOR if creator else _TEAM))
    return Reply(prompt=Prompt(text("ask.menu.creator" if creator else "ask.menu.team"), options=rows))


def _no_such_request() -> Reply:
    return Reply(text("refusal.no_such_request"), alert=True)


def _retired() -> Reply:
    return Reply(text("refusal.retired_button"), alert=True)
