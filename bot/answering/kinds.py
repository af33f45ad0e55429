"""How a kind of decision is made, and whether somebody may decide it alone: the playbook's words with today's people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.answering.seats import Seat
from bot.core import directory
from bot.core.playbook.model import Kind, Path, Step
from bot.core.wording import Field, Listed, Localized, Text, text


def how_lines(seat: Seat, name: str, now: datetime) -> tuple[Text, ...]:
    """The path in the asker's market, and in the others where it is another one; for the team also the rules around it."""
    kind = seat.book.decisions[name]
    lines = [*_scope(kind), *_paths(seat, kind, now)]
    if not seat.is_creator:  # a right's limits are sums
        lines += [*directory.authority_lines(seat.book, name, (seat.market, *_others(seat))), _note(kind)]
        version = seat.in_force.version
        lines.append(text("ask.how.clause", kind=Localized(kind.title), brand=seat.title, version=version))
    return tuple(lines)


def _others(seat: Seat) -> tuple[str, ...]:
    return tuple(market for market in seat.book.markets if market != seat.market)


def _scope(kind: Kind) -> Iterator[Text]:
    yield text("print.scope.central" if kind.scope == "central" else "print.scope.local")


def _paths(seat: Seat, kind: Kind, now: datetime) -> Iterator[Text]:
    own = kind.path_for(seat.market)
    if own is None:
        return
    if kind.scope == "central":
        yield directory.path_line(seat.team, None, own, now)
        return
    yield directory.path_line(seat.team, seat.market, own, now)
    for market in _others(seat):
        other = kind.path_for(market)
        if other is not None and other != own:
            yield directory.path_line(seat.team, market, other, now)


def _note(kind: Kind) -> Text:
    label = text("fact.note.fixed" if kind.flexibility == "fixed" else "fact.note.flexible")
    return text("ask.fact", label=label, value=Localized(kind.note))


def may_lines(seat: Seat, name: str, now: datetime) -> tuple[Text, ...]:
    """No with the reason; or what is free, and what must still be approved by whom."""
    kind = seat.book.decisions[name]
    path = kind.path_for(seat.market)
    assert path is not None  # a playbook in force has one for every market
    last = directory.final_step(path)
    fields: dict[str, Field] = {"who": directory.owners(seat.team, last, now)}
    note = (_note(kind),) if _may_read_note(seat, name) else ()
    if _has_final_say(seat, last, now):
        fields["heir"] = _instead(seat, last, now)
        fixed = kind.flexibility == "fixed"
        return (
            text("ask.may.yours.fixed" if fixed else "ask.may.yours"),
            *note,
            Text("ask.may.own", fields),
            *_before(seat, path, now),
        )
    if kind.flexibility == "fixed":
        return (text("ask.may.no"), *note, Text("ask.may.decides", fields))
    limits = text("ask.may.within" if note else "ask.may.ask")
    return (limits, *note, Text("ask.may.final", fields), *_before(seat, path, now))


def _may_read_note(seat: Seat, name: str) -> bool:
    """Creators read the notes of what concerns them; in others the team speaks among itself."""
    creators = seat.book.creators
    return not seat.is_creator or name in (*creators.creative_kinds, creators.content_kind, creators.contract_kind)


def _has_final_say(seat: Seat, last: Step, now: datetime) -> bool:
    """Whether the asker alone can say the last word, as the holder or standing in now."""
    choices = {seat.team.choose(role, frozenset(), now).person for role in last.who.roles}
    return not seat.is_creator and seat.person in choices and (last.who.quorum == 1 or choices == {seat.person})


def _instead(seat: Seat, last: Step, now: datetime) -> Listed:
    """Whoever decides the asker's own requests: nobody approves their own (rule 9)."""
    people = dict.fromkeys(seat.team.choose(role, seat.person, now).person for role in last.who.roles)
    return Listed(tuple(seat.book.name(person) for person in people))


def _before(seat: Seat, path: Path, now: datetime) -> Iterator[Text]:
    """Who says something before the last word."""
    for step in path.steps[:-1]:
        label = text("act.consult") if step.act == "consult" else text("act.review")
        message = "ask.may.beside" if step.act == "consult" and not step.waits else "ask.may.before"
        yield text(message, act=label, who=directory.owners(seat.team, step, now))
