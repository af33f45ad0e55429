"""The answer to each question in one brand: a heading, lines and buttons. Where somebody has several brands each has its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import buttons
from bot.answering import standing
from bot.answering.codes import Code, kind_in, market_in, meant, person_in, request_in, role_in
from bot.answering.kinds import how_lines, may_lines
from bot.answering.seats import Seat, is_under_way, may_see, requests_of
from bot.core import directory
from bot.core.cards import Input, ticket
from bot.core.playbook import printing
from bot.core.playbook.gaps import gaps
from bot.core.request.model import Request, RequestId, Status
from bot.core.request.table import Action
from bot.core.wording import Field, Localized, Text, text
from bot.ports import Transaction
from bot.prompts import Option
from bot.teams import team_of
from bot.understanding import Intent

MOST_LISTED, _WITH_CONTACTS, _IN_A_ROW = 10, 5, 5
_SECTIONS = ("kinds", "roles", "hours")

Rows = tuple[tuple[Option, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer before it is laid out. ``asks`` says that it is a question back: the buttons are the answer."""

    head: Text
    lines: tuple[Field, ...] = ()
    options: Rows = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked in one brand: in words, or by a button with an argument."""

    tx: Transaction
    seat: Seat
    now: datetime
    words: str = ""
    argument: str = ""

    def kind(self) -> str | None:
        book = self.seat.book
        return meant(self.argument, book.decisions) if self.argument else kind_in(self.words, book)

    def market(self) -> str | None:
        return market_in(self.words, self.seat.book) if self.words else None


def contact(asked: Question) -> Page:
    """A creator's contacts with the state of their requests; for the team, whom they turn to."""
    seat = asked.seat
    if not seat.is_creator:
        return Page(text("ask.contact.team"), directory.colleagues(seat.team, seat.person, asked.now))
    lines = directory.creators_contacts(seat.team, seat.market, asked.now)
    requests = requests_of(asked.tx, seat)
    shown = [one for one in requests if is_under_way(one)][:_WITH_CONTACTS] or requests[:1]
    if shown:
        lines = (*lines, text("ask.contact.requests"), *_stand(asked, shown))
    return Page(text("ask.contact.creator"), lines)


def status(asked: Question) -> Page:
    """All that somebody has to do with, and whom each of them waits for."""
    seat = asked.seat
    if not seat.sees_status:
        return Page(text("ask.status.contacts_only"), (directory.main_contact(seat.team, seat.market, asked.now),))
    shown = requests_of(asked.tx, seat)[:MOST_LISTED]
    if not shown:
        return Page(text("ask.status.none"))
    keys = [Option(one.id, str(Code(Intent.STATUS, "", one.id))) for one in shown]
    return Page(text("ask.status"), _stand(asked, shown), _rows(keys, _IN_A_ROW))


def _stand(asked: Question, requests: Sequence[Request]) -> tuple[Text, ...]:
    seat = asked.seat
    teams = ((one, team_of(asked.tx, one, asked.now)) for one in requests)
    return tuple(standing.line(one, team, seat.person, asked.now, to_creator=seat.is_creator) for one, team in teams)


def one_request(tx: Transaction, seats: Sequence[Seat], request_id: RequestId, now: datetime) -> Page | None:
    """One request as whoever asks may see it; ``None`` also when they may not."""
    found = may_see(tx, seats, request_id)
    if found is None:
        return None
    seat, request = found
    team = team_of(tx, request, now)
    parts = standing.parts(request, team, seat.person, now, to_creator=seat.is_creator)
    rest = standing.steps(request, team) if seat.is_creator else standing.details(request, team, seat.person, now)
    lines = (text("ask.one.state", state=parts[0]), *parts[1:], *rest)
    return Page(standing.title(request, team), lines, _authors_moves(request) if seat.person == request.author else ())


def _authors_moves(request: Request) -> Rows:
    """What a creator may do about the text they handed in; whoever is on the team has the card for that."""
    if not request.draft.by_creator:
        return ()
    at = ticket(request, None)
    found = []
    if request.status is Status.RETURNED:
        found.append(Option(text("button.resubmit"), str(buttons.Code(request.id, Action.RESUBMIT, at, Input.NEW_TEXT))))
    if request.status in (Status.OPEN, Status.RETURNED):
        found.append(Option(text("button.withdraw"), str(buttons.Code(request.id, Action.WITHDRAW, at, Input.SURE))))
    return tuple((one,) for one in found)


def how(asked: Question) -> Page:
    kind = asked.kind()
    if kind is None:
        return _which_kind(asked, Intent.HOW)
    head = text("ask.how", kind=Localized(asked.seat.book.decisions[kind].title))
    return Page(head, how_lines(asked.seat, kind, asked.now), _beside(kind, Intent.HOW, text("ask.button.may"), Intent.MAY))


def may(asked: Question) -> Page:
    kind = asked.kind()
    if kind is None:
        return _which_kind(asked, Intent.MAY)
    head = text("ask.may", kind=Localized(asked.seat.book.decisions[kind].title))
    return Page(head, may_lines(asked.seat, kind, asked.now), _beside(kind, Intent.MAY, text("ask.button.how"), Intent.HOW))


def _beside(kind: str, intent: Intent, label: Text, other: Intent) -> Rows:
    """The other question about the same kind; and the same about another, should the words have been taken for a wrong one."""
    return ((Option(label, str(Code(other, "", kind))), Option(text("ask.button.other_kind"), str(Code(intent)))),)


def _which_kind(asked: Question, intent: Intent) -> Page:
    return Page(text("ask.which_kind"), options=_kinds(asked, intent), asks=True)


def _kinds(asked: Question, intent: Intent) -> Rows:
    seat = asked.seat
    keys = [Option(Localized(kind.title), str(Code(intent, seat.brand, name))) for name, kind in seat.book.decisions.items()]
    return _rows(keys, 1)


def _rows(keys: Sequence[Option], in_a_row: int) -> Rows:
    return tuple(tuple(keys[i : i + in_a_row]) for i in range(0, len(keys), in_a_row))


def who(asked: Question) -> Page:
    """Everybody; or the one role, person or market that was named."""
    seat, now = asked.seat, asked.now
    if seat.is_creator:
        return contact(asked)
    if asked.words and (role := role_in(asked.words, seat.book)):
        return Page(text("ask.who"), (directory.post(seat.team, text("ask.label.role"), role, now, seat.asker),))
    if asked.words and (person := person_in(asked.words, seat.book)):
        presence = directory.presence(seat.team, person, now, seat.asker)
        there = text("ask.person.now", who=seat.book.name(person), when=presence)
        return Page(text("ask.who"), (*directory.person_roles(seat.book, person), there))
    talked = [directory.Talked(frozenset((one.first, one.second)), one.at) for one in asked.tx.direct_contacts(seat.brand)]
    market = asked.market()
    lines = () if market else directory.lines_between(seat.book, talked)
    return Page(text("ask.who"), (*directory.everybody(seat.book, market), *lines))


def bridge(asked: Question) -> Page:
    seat = asked.seat
    return Page(text("ask.bridge"), directory.bridges(seat.team, asked.now, seat.asker))


def hours(asked: Question) -> Page:
    seat, market = asked.seat, asked.market()
    zone = seat.team.zone(seat.person)
    markets = [market] if market else list(seat.book.markets)
    lines = (line for one in markets for line in directory.clock(seat.book, one, asked.now, zone))
    return Page(text("ask.hours"), tuple(lines))


def playbook(asked: Question) -> Page:
    """Its title and version with ways into it; a section as it is printed."""
    seat = asked.seat
    if seat.is_creator:
        return contact(asked)
    if asked.argument == "kinds":
        return Page(text("ask.which_kind"), options=_kinds(asked, Intent.HOW), asks=True)
    if asked.argument == "roles":
        return Page(text("ask.who"), (*_printed(asked, "print.roles"), *_printed(asked, "print.lines")))
    if asked.argument == "hours":
        return Page(text("ask.playbook.hours"), _printed(asked, "print.markets"))
    agreed = text("ask.playbook.elsewhere" if seat.in_force.agreed == "elsewhere" else "ask.playbook.in_bot")
    holes = (text("ask.playbook.gaps"), *_printed(asked, "print.gaps"))
    keys = [Option(label, str(Code(Intent.PLAYBOOK, seat.brand, name))) for name, label in zip(_SECTIONS, _LABELS, strict=True)]
    head = text("ask.playbook", brand=seat.title, version=seat.in_force.version)
    bridges = (text("ask.playbook.bridges"), *_printed(asked, "print.bridges"))
    return Page(head, (agreed, *bridges, *holes), (tuple(keys),))


def _printed(asked: Question, heading: str) -> tuple[Field, ...]:
    """A section's lines as the playbook is printed."""
    seat = asked.seat
    sections = printing.document(seat.book, seat.in_force.digest, gaps(seat.book, asked.now.date()))
    return next(one.lines for one in sections if one.heading == text(heading))


_LABELS = (text("ask.button.kinds"), text("ask.button.roles"), text("ask.button.opening"))


def is_argument(intent: Intent, argument: str, seat: Seat) -> bool:
    """Whether a code's argument is one that a button can have."""
    if not argument:
        return True
    if intent in (Intent.HOW, Intent.MAY):
        return meant(argument, seat.book.decisions) is not None
    if intent is Intent.PLAYBOOK:
        return argument in _SECTIONS
    return intent is Intent.STATUS and request_in(argument) == argument


def which_brand(intent: Intent, seats: Sequence[Seat], argument: str) -> Page:
    keys = [Option(seat.title, str(Code(intent, seat.brand, argument))) for seat in seats]
    return Page(text("ask.which_brand"), options=_rows(keys, 1), asks=True)


PAGES: dict[Intent, Callable[[Question], Page]] = {
    Intent.CONTACT: contact, Intent.STATUS: status, Intent.HOW: how, Intent.MAY: may, Intent.WHO: who, Intent.BRIDGE: bridge,
    Intent.HOURS: hours, Intent.PLAYBOOK: playbook,
}  # fmt: skip
