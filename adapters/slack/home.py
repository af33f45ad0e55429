"""The home tab: what waits for somebody, what they asked for, who does what, and their own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.slack.blocks import Block, literal, literals, plain
from adapters.slack.sender import NAME
from adapters.slack.view import here, option_rows, tappable
from bot import buttons
from bot.answering import standing
from bot.answering.codes import Code
from bot.answering.pages import PAGES, Question
from bot.answering.seats import Seat, is_under_way, requests_of, seats_of
from bot.core.request.model import Request, RequestId
from bot.core.wording import Field, Moment, Text, text
from bot.ports import Copy, Transaction
from bot.prompts import Option, Prompt
from bot.speech import Reader, say, show
from bot.teams import team_of
from bot.understanding import Intent

OPENS = "open|"  # the code of a button that only leads somewhere
_MOST_LISTED, _MOST_LINES, _MOST_SETTINGS, _MOST_BLOCKS, _MOST_LINE = 15, 12, 20, 100, 600
_NEW = Option(text("menu.new"), buttons.menu("new"), chosen=True)
_AWAY = Option(text("menu.away"), buttons.menu("away"))
_EVERYBODY = Option(text("ask.button.who"), str(Code(Intent.WHO)))
_CONTACTS = Option(text("ask.button.contact"), str(Code(Intent.CONTACT)))
_DRAFT = Option(text("home.send_draft"), buttons.menu("new"), chosen=True)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for the reader, as a line, and where its card stands."""

    request: RequestId
    line: Text
    copy: Copy | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on somebody's home tab except their settings."""

    is_creator: bool
    waiting: tuple[Waiting, ...]
    asked: tuple[Text, ...]
    who: tuple[Field, ...]


def overview(tx: Transaction, person: str, now: datetime) -> Overview | None:
    """``None`` for whoever has no part in anything."""
    seats = seats_of(tx, person, now)
    if not seats:
        return None
    creator = all(seat.is_creator for seat in seats)
    stored = [found.request for one in tx.waiting_for(person) if (found := tx.request(one))]
    waiting = tuple(_waiting(tx, one, person) for one in sorted(stored, key=lambda one: one.opened_at))
    asked = tuple(line for seat in seats for line in _asked(tx, seat, now))
    intent = Intent.CONTACT if creator else Intent.WHO
    who = tuple(line for seat in seats for line in PAGES[intent](Question(tx, seat, now)).lines)
    return Overview(creator, waiting, asked, who)


def _waiting(tx: Transaction, request: Request, person: str) -> Waiting:
    parts = (part for step in request.open_steps for part in step.waiting if part.person == person)
    due = min((part.due_at for part in parts), default=None)
    plainly = text("inbox.line", id=request.id, title=request.draft.title)
    line = text("home.waits", id=request.id, title=request.draft.title, until=Moment(due)) if due else plainly
    copies = (copy for copy in tx.copies(request.id) if (copy.messenger, copy.person) == (NAME, person))
    return Waiting(request.id, line, next(copies, None))


def _asked(tx: Transaction, seat: Seat, now: datetime) -> Sequence[Text]:
    """What is under way of their own: its status, who has it, by when; then what was decided last."""
    own = [one for one in requests_of(tx, seat) if seat.person in (one.requested_by, one.author)]
    shown = [one for one in own if is_under_way(one)] or own[:3]
    return [standing.line(one, team_of(tx, one, now), seat.person, now, to_creator=seat.is_creator) for one in shown]


def view(found: Overview, settings: Prompt | None, links: Mapping[RequestId, str], reader: Reader) -> Block:
    """The tab. ``links`` lead to the cards of what waits."""
    doings = (_DRAFT,) if found.is_creator else (_NEW, _AWAY)
    blocks = option_rows(Prompt(text("menu.new"), options=(doings,)), reader, "doings")
    if not found.is_creator:
        blocks += [_header("home.waiting", reader), *_cards(found.waiting, links, reader)]
    asked, none = ("home.work", "home.work.none") if found.is_creator else ("home.asked", "home.asked.none")
    blocks += [_header(asked, reader), *_list(found.asked, _MOST_LISTED, none, reader)]
    who = "home.contacts" if found.is_creator else "home.who"
    blocks += [_header(who, reader), *_list(found.who, _MOST_LINES, "home.who.none", reader)]
    if len(found.who) > _MOST_LINES:
        blocks += option_rows(
            Prompt(text("home.who"), options=((_CONTACTS if found.is_creator else _EVERYBODY,),)), reader, "who"
        )
    if settings:
        lines = [say(here(settings.text), reader), *(show(line, reader) for line in settings.lines)]
        blocks += [_header("home.settings", reader), *literals(["\n".join(lines)]), *option_rows(settings, reader, "settings")]
    return _tab(blocks)


def for_stranger(reader: Reader) -> Block:
    return _tab([_header("home.stranger.title", reader), *literals([say(text("home.stranger"), reader)])])


def _tab(blocks: list[Block]) -> Block:
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


def _header(message: str, reader: Reader) -> Block:
    return {"type": "header", "text": plain(say(text(message), reader))}


def _cards(waiting: Sequence[Waiting], links: Mapping[RequestId, str], reader: Reader) -> list[Block]:
    if not waiting:
        return [literal(say(text("inbox.empty"), reader))]
    blocks = [_card(one, links.get(one.request, ""), reader) for one in waiting[:_MOST_LISTED]]
    return [*blocks, *_rest(len(waiting) - _MOST_LISTED, reader)]


def _card(one: Waiting, link: str, reader: Reader) -> Block:
    label = say(text("home.show_card"), reader)
    button = {**tappable(label, f"{OPENS}{one.request}"), "url": link} if link else tappable(label, buttons.show(one.request))
    return {**literal(say(one.line, reader)), "accessory": button}


def _list(lines: Sequence[Field], most: int, empty: str, reader: Reader) -> list[Block]:
    """One below the other; what has no room is counted."""
    if not lines:
        return [literal(say(text(empty), reader))]
    said = [_cut(show(line, reader)) for line in lines[:most]]
    return [*literals(["\n".join(said)]), *_rest(len(lines) - most, reader)]


def _cut(line: str) -> str:
    return line if len(line) <= _MOST_LINE else f"{line[: _MOST_LINE - 1].rstrip()}…"


def _rest(more: int, reader: Reader) -> list[Block]:
    return literals([say(text("home.more", count=more), reader)]) if more > 0 else []
