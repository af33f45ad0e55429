"""A request that somebody is writing in chat: what was answered so far, which question comes next, what its buttons carry.

Kept in the database like any question of the bot, never in memory. The steps here are pure and know no words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from bot.core.money import Money
from bot.core.playbook.model import PersonId
from bot.core.request import opening
from bot.core.request.commands import Open
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Draft, File, RequestId
from bot.drafting.choices import Desk

MOST_FILES = 20
_MOST_CREATORS, _MOST_CHOICES = 12, 90
_TURNS, _PER_TURN, _FRIDAY = 10_000, 100, 4
_CODE = re.compile(r"6\|([0-9a-z]{1,16})\|(pick|skip|on|drop|send|change|back|anew|cancel)\|([0-9]{1,6})")


class Ask(StrEnum):
    """The questions, in the order they are asked; the last two come when all of them are answered."""

    BRAND = "brand"
    KIND = "kind"
    MARKET = "market"
    CREATOR = "creator"
    TITLE = "title"
    TEXT = "text"
    MORE = "more"  # the rest of a long text, files and links
    NEEDED_BY = "needed_by"
    AMOUNT = "amount"
    SUMMARY = "summary"
    CHANGE = "change"


_VERBS: dict[Ask, frozenset[str]] = {
    Ask.BRAND: frozenset({"pick"}),
    Ask.KIND: frozenset({"pick"}),
    Ask.MARKET: frozenset({"pick"}),
    Ask.CREATOR: frozenset({"pick", "skip"}),
    Ask.TITLE: frozenset({"pick"}),
    Ask.TEXT: frozenset({"skip"}),
    Ask.MORE: frozenset({"on", "drop"}),
    Ask.NEEDED_BY: frozenset({"pick", "skip"}),
    Ask.AMOUNT: frozenset({"skip"}),
    Ask.SUMMARY: frozenset({"send", "change"}),
    Ask.CHANGE: frozenset({"pick"}),
}
_FROM_LIST = frozenset({Ask.BRAND, Ask.KIND, Ask.MARKET, Ask.SUMMARY, Ask.CHANGE})
# Where a refused opening leads back to; a text that is too long may be one of three.
_WHERE = {
    Refusal.UNKNOWN_KIND: Ask.KIND, Refusal.UNKNOWN_MARKET: Ask.MARKET, Refusal.WRONG_CURRENCY: Ask.AMOUNT,
    Refusal.IN_THE_PAST: Ask.NEEDED_BY, Refusal.TOO_FAR: Ask.NEEDED_BY, Refusal.REASON_MISSING: Ask.TITLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """What came along with the wish to open a request, for instance a forwarded message."""

    title: str = ""
    text: str = ""
    links: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsent:
    """``turn`` counts the questions put, so that a button of an earlier one is known for what it is; ``choices`` are what the
    present one offers, as it was when it was put. ``placed`` are the messages it stood in, the newest last. ``heard`` is the
    update that was taken in last. ``waiting`` came with a wish to begin anew while this was unfinished.
    """

    id: str
    touched_at: datetime
    brand: str = ""
    kind: str = ""
    market: str = ""
    content: Content = Content()
    creator: str = ""
    creator_id: PersonId = ""
    needed_by: datetime | None = None
    amount: Money | None = None
    answered: tuple[Ask, ...] = ()
    ask: Ask = Ask.BRAND
    turn: int = 0
    choices: tuple[str, ...] = ()
    placed: tuple[str, ...] = ()
    heard: str = ""
    waiting: Content | None = None

    @property
    def message(self) -> str:
        """Where the question stands now; empty as long as it was not put anywhere."""
        return self.placed[-1] if self.placed else ""

    @property
    def key(self) -> str:
        return key_of(self.id)

    @property
    def waits_for_words(self) -> bool:
        """Whether the question asks for more than a choice from its buttons."""
        return self.ask not in _FROM_LIST


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button says."""

    draft: str
    verb: str
    turn: int = 0
    number: int = 0

    def __str__(self) -> str:
        return f"6|{self.draft}|{self.verb}|{self.turn * _PER_TURN + self.number}"


_UNSENT = TypeAdapter(Unsent)


def dump(unsent: Unsent) -> str:
    return _UNSENT.dump_json(unsent).decode()


def load(body: str) -> Unsent | None:
    """The draft, or ``None`` when an older version wrote it and it cannot be gone on with."""
    try:
        return _UNSENT.validate_json(body)
    except ValidationError:
        return None


def key_of(draft_id: str) -> str:
    """The idempotency key a draft is sent under: whatever happens, it becomes one request."""
    return f"chat:{draft_id}"


def parse(data: str) -> Tap | None:
    found = _CODE.fullmatch(data)
    return Tap(found[1], found[2], *divmod(int(found[3]), _PER_TURN)) if found else None


def draft(desk: Desk, unsent: Unsent) -> Draft:
    """What is sent."""
    own, content = desk.own.get(unsent.brand), unsent.content
    who, whose = (own.name, own.person) if own else (unsent.creator, unsent.creator_id)
    return Draft(
        unsent.kind, unsent.market, content.title, content.text, content.links, who, unsent.needed_by, unsent.amount,
        files=content.files, creator_id=whose, by_creator=own is not None,
    )  # fmt: skip


def fitted(desk: Desk, unsent: Unsent) -> Unsent:
    """What goes without saying is filled in; an answer that an earlier one has overtaken is asked for again."""
    brand = unsent.brand if unsent.brand in desk.books else _only(tuple(desk.books))
    kinds = desk.kinds(brand)
    kind = unsent.kind if unsent.kind in kinds else _only(kinds)
    markets = desk.markets(brand, kind)
    market = unsent.market if unsent.market in markets else _only(markets)
    unsent = replace(unsent, brand=brand, kind=kind, market=market)
    if unsent.creator_id and unsent.creator_id not in {one.person for one in desk.known.get(brand, ())}:
        unsent = replace(unsent, creator="", creator_id="", answered=_without(unsent, Ask.CREATOR))
    if unsent.amount and unsent.amount.currency != desk.currency(unsent.brand, unsent.kind, unsent.market):
        unsent = replace(unsent, amount=None, answered=_without(unsent, Ask.AMOUNT))
    return unsent


def _only(choices: tuple[str, ...]) -> str:
    return choices[0] if len(choices) == 1 else ""


def _without(unsent: Unsent, ask: Ask) -> tuple[Ask, ...]:
    return tuple(one for one in unsent.answered if one is not ask)


def asks(desk: Desk, unsent: Unsent) -> tuple[Ask, ...]:
    """The questions this draft has: none whose answer is clear, and no amount that nobody holds against a limit."""
    own, money = unsent.brand in desk.own, desk.currency(unsent.brand, unsent.kind, unsent.market)
    wanted = {
        Ask.BRAND: len(desk.books) > 1, Ask.KIND: len(desk.kinds(unsent.brand)) > 1,
        Ask.MARKET: len(desk.markets(unsent.brand, unsent.kind)) > 1, Ask.CREATOR: not own,
        Ask.TITLE: True, Ask.TEXT: True, Ask.MORE: True, Ask.NEEDED_BY: True, Ask.AMOUNT: bool(money),
    }  # fmt: skip
    return tuple(ask for ask, is_wanted in wanted.items() if is_wanted)


def first_open(desk: Desk, unsent: Unsent) -> Ask:
    """The first question without an answer, or the summary."""
    found = {Ask.BRAND: unsent.brand, Ask.KIND: unsent.kind, Ask.MARKET: unsent.market, Ask.TITLE: unsent.content.title}
    return next((ask for ask in asks(desk, unsent) if not found.get(ask, ask in unsent.answered)), Ask.SUMMARY)


def put(desk: Desk, unsent: Unsent, now: datetime, zone: str, ask: Ask | None = None) -> Unsent:
    """The draft with its next question, or with ``ask`` where somebody wants to change an answer."""
    unsent = fitted(desk, unsent)
    ask = ask or first_open(desk, unsent)
    choices = choices_of(desk, replace(unsent, ask=ask), now, zone)[:_MOST_CHOICES]
    if (ask, choices) == (unsent.ask, unsent.choices) and ask is not Ask.SUMMARY and unsent.turn:
        return unsent
    return replace(unsent, ask=ask, turn=unsent.turn % (_TURNS - 1) + 1, choices=choices)


def choices_of(desk: Desk, unsent: Unsent, now: datetime, zone: str) -> tuple[str, ...]:
    """What the question offers now."""
    match unsent.ask:
        case Ask.BRAND:
            return tuple(desk.books)
        case Ask.KIND:
            return desk.kinds(unsent.brand)
        case Ask.MARKET:
            return desk.markets(unsent.brand, unsent.kind)
        case Ask.CREATOR:
            return tuple(one.person for one in desk.creators(unsent.brand, unsent.market)[:_MOST_CREATORS])
        case Ask.TITLE:
            line = unsent.content.text.split("\n", 1)[0].strip()
            return (line,) if 0 < len(line) <= opening.MAX_TITLE else ()
        case Ask.NEEDED_BY:
            return tuple(at.isoformat() for at in quick_moments(now, zone))
        case Ask.CHANGE:
            return asks(desk, unsent)
        case _:
            return ()


def quick_moments(now: datetime, zone: str) -> tuple[datetime, ...]:
    """Today and tomorrow at 18:00, tomorrow at noon, Friday at 18:00, where the reader lives; only what is still to come."""
    today = now.astimezone(ZoneInfo(zone)).date()
    friday = (_FRIDAY - today.weekday()) % 7 or 7  # on a Friday the next one
    named = ((0, 18), (1, 12), (1, 18), (friday, 18))
    found = {datetime.combine(today + timedelta(days=days), time(hour), ZoneInfo(zone)) for days, hour in named}
    return tuple(sorted(at for at in found if at > now))


def has(desk: Desk, unsent: Unsent, tap: Tap) -> bool:
    """Whether the question has such a button at all; a forged client may send any."""
    if tap.verb == "anew":
        return unsent.waiting is not None
    if tap.verb == "back":
        return can_go_back(desk, unsent)
    if tap.verb == "drop":
        return unsent.ask is Ask.MORE and bool(unsent.content.links or unsent.content.files)
    return tap.verb in _VERBS[unsent.ask] and (tap.verb != "pick" or tap.number < len(unsent.choices))


def can_go_back(desk: Desk, unsent: Unsent) -> bool:
    """Whether everything has its answer, so that a change can be left alone."""
    return unsent.ask is not Ask.SUMMARY and first_open(desk, unsent) is Ask.SUMMARY


def answer(unsent: Unsent, ask: Ask) -> Unsent:
    """The question has its answer; a new text may have a second part."""
    answered = replace(unsent, answered=tuple(dict.fromkeys((*unsent.answered, ask))), waiting=None)
    return reopened(answered) if ask is Ask.TEXT else answered


def reopened(unsent: Unsent) -> Unsent:
    """There may be more to come: of the text, and files and links."""
    return replace(unsent, answered=_without(unsent, Ask.MORE))


def flaw(desk: Desk, unsent: Unsent, now: datetime) -> tuple[Ask, Refused] | None:
    """What an opening would refuse in what was answered so far, and the question it belongs to."""
    book = desk.books.get(unsent.brand)
    if book is None or not unsent.kind or not unsent.market:
        return None
    found = draft(desk, unsent)
    probe = Open(RequestId("probe"), next(iter(book.people)), replace(found, title=found.title or "-"), "")
    refused = opening.refusal(probe, book, now)
    return (where(refused, found), refused) if refused else None


def where(refused: Refused, found: Draft) -> Ask:
    """The question a refusal leads back to."""
    if refused.reason is Refusal.TOO_LONG:
        long = (Ask.TITLE, len(found.title) > opening.MAX_TITLE), (Ask.TEXT, len(found.text) > opening.MAX_BODY)
        return next((ask for ask, is_long in long if is_long), Ask.MORE)
    return _WHERE.get(refused.reason, Ask.BRAND)
