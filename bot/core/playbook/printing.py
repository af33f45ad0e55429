"""A playbook as a document for people: headings and lines, to be worded in a language and laid out by ``bot.pages``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from bot.core.playbook.gaps import Gap
from bot.core.playbook.model import Kind, MarketId, Path, Playbook, Role, Step
from bot.core.wording import Field, Listed, Localized, Text, WorkingTime, counted, text
from bot.core.worktime import Hours, Span

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines; ``level`` 1 is the document's own."""

    level: int
    heading: Field
    lines: tuple[Field, ...]


def document(book: Playbook, digest: str, gaps: tuple[Gap, ...]) -> tuple[Section, ...]:
    """Everything both sides agreed on, in the order people ask for it."""
    return (
        Section(1, Localized(book.title), (text("print.digest", digest=digest[:12]),)),
        Section(2, text("print.markets"), tuple(_markets(book))),
        Section(2, text("print.roles"), tuple(_role(book, role) for role in book.roles.values())),
        Section(2, text("print.bridges"), _or_none(_contact(book, market, role) for market, role in book.bridges.items())),
        Section(2, text("print.decisions"), ()),
        *(_kind(book, kind) for kind in book.decisions.values()),
        Section(2, text("print.creators"), _or_none(_main(book, m, r) for m, r in book.creators.main_contact.items())),
        Section(2, text("print.lines"), _or_none(_lines(book))),
        Section(2, text("print.gaps"), _or_none(gap.what for gap in gaps)),
    )


def _or_none(lines: Iterable[Text]) -> tuple[Text, ...]:
    """A heading with nothing under it looks like a mistake: nothing is said in words."""
    return tuple(lines) or (text("print.none"),)


def _markets(book: Playbook) -> Iterator[Text]:
    for market in book.markets.values():
        who = book.name(market.signed_by)
        yield text(
            "print.market", market=Localized(market.title), zone=market.timezone, hours=hours_in_words(market.hours), who=who
        )


def hours_in_words(hours: Hours) -> Listed:
    """Days in a row with the same hours together: Mon–Thu 10:00–19:00, and Fri 10:00–16:00."""
    runs = [(span, [day for day, _ in days]) for span, days in groupby(enumerate(hours.week), key=lambda pair: pair[1])]
    return Listed(tuple(_run(days, span) for span, days in runs if span))


def _run(days: list[int], span: Span) -> Text:
    first, last = (text(f"day.{_DAYS[day]}") for day in (days[0], days[-1]))
    opens, closes = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (span.opens, span.closes))
    if len(days) == 1:
        return text("print.hours.day", day=first, opens=opens, closes=closes)
    return text("print.hours.days", first=first, last=last, opens=opens, closes=closes)


def _role(book: Playbook, role: Role) -> Text:
    holder: Field = book.name(role.holder) if role.holder else text("print.vacant")
    if role.deputies:
        deputies = Listed(tuple(book.name(person) for person in role.deputies))
        return counted("print.role.deputies", len(role.deputies), role=Localized(role.title), who=holder, deputies=deputies)
    return text("print.role", role=Localized(role.title), who=holder)


def _contact(book: Playbook, market: MarketId, role_id: str) -> Text:
    role = book.roles[role_id]
    who: Field = book.name(role.holder) if role.holder else text("print.vacant")
    return text("print.role", role=Localized(book.markets[market].title), who=who)


def _main(book: Playbook, market: MarketId, role: str) -> Text:
    return text("print.contact", market=Localized(book.markets[market].title), role=book.role_title(role))


def _lines(book: Playbook) -> Iterator[Text]:
    for line in book.direct_lines:
        first, second = (book.role_title(role) for role in line.between)
        yield counted("print.line", line.at_least_every_days, first=first, second=second)


def _kind(book: Playbook, kind: Kind) -> Section:
    head = (text(f"print.scope.{kind.scope}"), text(f"print.flexibility.{kind.flexibility}"), Localized(kind.note))
    paths = tuple(_path(book, market, path) for market, path in kind.all_paths())
    return Section(3, Localized(kind.title), (*head, *paths, *_authorities(book, kind)))


def _path(book: Playbook, market: MarketId | None, path: Path) -> Text:
    where: Field = Localized(book.markets[market].title) if market else text("print.everywhere")
    steps = Listed(tuple(_step(book, step) for step in path.steps), "arrow")
    return counted("print.path", path.rounds, where=where, steps=steps)


def _step(book: Playbook, step: Step) -> Text:
    return text("print.step", act=text(f"act.{step.act}"), who=_who(book, step), within=WorkingTime(step.within))


def _who(book: Playbook, step: Step) -> Field:
    roles = Listed(tuple(book.role_title(role) for role in step.who.roles))
    if len(step.who.roles) == 1:
        return book.role_title(step.who.roles[0])
    if step.who.quorum == len(step.who.roles):
        return text("print.all_of", roles=roles)
    return (
        text("print.any_of", roles=roles) if step.who.quorum == 1 else text("print.at_least", count=step.who.quorum, roles=roles)
    )


def _authorities(book: Playbook, kind: Kind) -> Iterator[Text]:
    for market, found in kind.local_authority.items():
        yield text(
            "print.authority", market=Localized(book.markets[market].title), role=book.role_title(found.role),
            within=WorkingTime(found.within), amount=found.up_to, count=found.per_week,
            checker=book.role_title(found.ratified_by),
            later=WorkingTime(found.ratified_within),
        )  # fmt: skip
