"""Who does what, how a kind is decided and when a market works: answers derived from the playbook and the people as they are.

Values and texts only. Nothing here knows who asks in which messenger; ``asker`` is a person of the team's playbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.people import Team, Via
from bot.core.playbook.model import Act, MarketId, Path, PersonId, Playbook, RoleId, Step
from bot.core.wording import Field, Listed, Localized, Moment, Text, WorkingTime, counted, text
from bot.core.worktime import windows

_DAY = timedelta(days=1)
_ANSWERING = frozenset({Act.REVIEW, Act.DECIDE})
_NOBODY: frozenset[PersonId] = frozenset()


def presence(team: Team, person: PersonId, now: datetime, asker: PersonId = "") -> Text:
    """Whether somebody is at work now, and from when if not."""
    if person == asker:
        return text("ask.presence.you")
    if person in team.unreachable:
        return text("ask.presence.silent")
    back = team.opening(person, now)
    if team.is_away(person, now):
        return text("ask.presence.away", when=Moment(back))
    return text("time.at_work_now") if back <= now else text("ask.presence.later", when=Moment(back))


def post(team: Team, what: Text, role: RoleId, now: datetime, asker: PersonId = "") -> Text:
    """Who is there for something, by role: the holder, and who stands in or whom to turn to when they cannot."""
    found = team.playbook.roles[role]
    return _held(team, what, role, (found.holder, *found.deputies), now, asker)


def _held(
    team: Team,
    what: Text,
    role: RoleId,
    people: Sequence[PersonId | None],
    now: datetime,
    asker: PersonId,
    *,
    is_deputy: bool = False,
) -> Text:
    """The first of ``people`` with their role; when they cannot act, the next who can, or the coordinator as for a gap."""
    book, (first, *others) = team.playbook, people
    able = [one for one in others if team.why_not(role, one, _NOBODY, now) is None]
    fields: dict[str, Field] = {"what": what, "role": book.role_title(role)}
    if first is not None:
        fields |= {"who": book.name(first), "when": presence(team, first, now, asker)}
    why = team.why_not(role, first, _NOBODY, now)
    heir = next(iter(able), None) or team.gap_holder(book.roles[role].market, frozenset({first} if first else ()), now)
    if why is None or heir == first or heir is None:
        return Text("ask.post.deputy" if is_deputy else "ask.post.here", fields)
    fields |= {"heir": book.name(heir), "then": presence(team, heir, now, asker)}
    if first is None:
        return Text("ask.post.vacant.heir" if able else "ask.post.vacant.gap", fields)
    return Text("ask.post.away.heir" if able else "ask.post.away.gap", fields)


def _deputies(team: Team, role: RoleId, now: datetime, asker: PersonId) -> Iterator[Text]:
    """The deputy as well, unless they are named as standing in already."""
    found = team.playbook.roles[role]
    if found.holder and found.deputies and team.why_not(role, found.holder, _NOBODY, now) is None:
        yield _held(team, text("ask.label.deputy"), role, tuple(found.deputies), now, asker, is_deputy=True)


def roles_of(book: Playbook, kind: str, market: MarketId, acts: Iterable[Act]) -> tuple[RoleId, ...]:
    """The roles with such a step on a kind's path in a market, in order, each once."""
    path, wanted = book.decisions[kind].path_for(market), frozenset(acts)
    return tuple(dict.fromkeys(role for step in (path.steps if path else ()) if step.act in wanted for role in step.who.roles))


def creators_contacts(team: Team, market: MarketId, now: datetime) -> tuple[Text, ...]:
    """Rule 24, in words: whom a market's creators turn to for what."""
    book = team.playbook
    creators, lines = book.creators, list[Text]()
    if main := creators.main_contact.get(market):
        lines += [post(team, text("ask.label.main"), main, now), *_deputies(team, main, now, "")]
    else:
        lines.append(post(team, text("ask.label.main"), book.coordinator, now))
    creative = (role for kind in creators.creative_kinds for role in roles_of(book, kind, market, _ANSWERING))
    lines += [post(team, text("ask.label.creative"), role, now) for role in dict.fromkeys(creative)]
    for label, kind in ((text("ask.label.content"), creators.content_kind), (text("ask.label.contract"), creators.contract_kind)):
        roles = roles_of(book, kind, market, {Act.DECIDE}) if kind else ()
        lines += [post(team, label, role, now) for role in roles]
    return tuple(lines)


def main_contact(team: Team, market: MarketId, now: datetime) -> Text:
    """The one line that a creator needs when there is nothing else to say."""
    return creators_contacts(team, market, now)[0]


def colleagues(team: Team, asker: PersonId, now: datetime) -> tuple[Text, ...]:
    """Whom somebody of the team turns to: the coordinator, creator relations in each market, the bridge of their side."""
    book = team.playbook
    own = book.people[asker].market
    lines = [post(team, text("ask.label.coordinator"), book.coordinator, now, asker)]
    for market, role in book.creators.main_contact.items():
        title = Localized(book.markets[market].title)
        lines.append(post(team, text("ask.label.creators", market=title), role, now, asker))
    return (*lines, bridge(team, own, now, asker))


def bridge(team: Team, market: MarketId, now: datetime, asker: PersonId = "") -> Text:
    """A side's cultural bridge; where the playbook has none, the coordinator instead."""
    book = team.playbook
    title, role = Localized(book.markets[market].title), book.bridges.get(market)
    if role:
        return post(team, text("ask.label.bridge", market=title), role, now, asker)
    who = team.gap_holder(market, _NOBODY, now)
    return text("ask.bridge.none", market=title, who=book.name(who), when=presence(team, who, now, asker))


def bridges(team: Team, now: datetime, asker: PersonId = "") -> tuple[Text, ...]:
    return tuple(bridge(team, market, now, asker) for market in team.playbook.markets)


def roles_in(book: Playbook, market: MarketId) -> tuple[Text, ...]:
    """A market's roles with holders and deputies; the coordinator and the bridges have lines of their own."""
    apart = {book.coordinator, *book.bridges.values()}
    return tuple(_role(book, name) for name, role in book.roles.items() if role.market == market and name not in apart)


def _role(book: Playbook, name: RoleId) -> Text:
    role = book.roles[name]
    holder: Field = book.name(role.holder) if role.holder else text("print.vacant")
    if not role.deputies:
        return text("print.role", role=book.role_title(name), who=holder)
    deputies = Listed(tuple(book.name(person) for person in role.deputies))
    return counted("print.role.deputies", len(role.deputies), role=book.role_title(name), who=holder, deputies=deputies)


def everybody(book: Playbook, market: MarketId | None = None) -> tuple[Field, ...]:
    """Roles by market, the coordinator, the bridges, and who signs; or those of one market."""
    markets = [market] if market else list(book.markets)
    lines: list[Field] = []
    for one in markets:
        lines += [text("ask.market", market=Localized(book.markets[one].title)), *roles_in(book, one)]
    lines.append(_role(book, book.coordinator))
    for one in markets:
        title, role = Localized(book.markets[one].title), book.bridges.get(one)
        lines.append(_role(book, role) if role else text("gap.no_bridge", market=title))
    return (*lines, *(_signs(book, one) for one in markets))


def _signs(book: Playbook, market: MarketId) -> Text:
    return text("ask.signs", market=Localized(book.markets[market].title), who=book.name(book.markets[market].signed_by))


@dataclass(frozen=True, slots=True)
class Talked:
    """When two roles last talked without anybody between them."""

    roles: frozenset[RoleId]
    at: datetime


def lines_between(book: Playbook, talked: Sequence[Talked]) -> tuple[Text, ...]:
    """The direct lines, with when each was last used."""
    return tuple(
        _line_between(
            book, line.between, line.at_least_every_days, [one.at for one in talked if one.roles == frozenset(line.between)]
        )
        for line in book.direct_lines
    )


def _line_between(book: Playbook, between: Sequence[RoleId], days: int, at: Sequence[datetime]) -> Text:
    first, second = (book.role_title(role) for role in between)
    line = counted("print.line", days, first=first, second=second)
    if not at:
        return text("ask.line.never", line=line)
    return text("ask.line.talked", line=line, when=Moment(max(at), style="date"))


def person_roles(book: Playbook, person: PersonId) -> tuple[Text, ...]:
    """What somebody holds, and where they stand in."""
    held = [book.role_title(name) for name, role in book.roles.items() if role.holder == person]
    stands = [book.role_title(name) for name, role in book.roles.items() if person in role.deputies]
    who = book.name(person)
    holds = (text("ask.person.holds", who=who, roles=Listed(tuple(held))),) if held else ()
    deputy = (text("ask.person.stands_in", who=who, roles=Listed(tuple(stands))),) if stands else ()
    return (*holds, *deputy) or (text("ask.person.none", who=who),)


def path_line(team: Team, market: MarketId | None, path: Path, now: datetime) -> Text:
    """A path with the people who would get each step now, the rounds and the times."""
    where: Field = Localized(team.playbook.markets[market].title) if market else text("print.everywhere")
    steps = Listed(tuple(_step(team, step, now) for step in path.steps), "arrow")
    return counted("print.path", path.rounds, where=where, steps=steps)


def _step(team: Team, step: Step, now: datetime) -> Text:
    return text("print.step", act=text(f"act.{step.act}"), who=owners(team, step, now), within=WorkingTime(step.within))


def owners(team: Team, step: Step, now: datetime) -> Field:
    """Who would get a step now, with their roles; of a group, how many of them are needed."""
    people = tuple(_owner(team, role, now) for role in step.who.roles)
    if len(people) == 1:
        return people[0]
    if step.who.quorum == len(people):
        return text("print.all_of", roles=Listed(people))
    if step.who.quorum == 1:
        return text("print.any_of", roles=Listed(people))
    return text("print.at_least", count=step.who.quorum, roles=Listed(people))


def _owner(team: Team, role: RoleId, now: datetime) -> Text:
    choice = team.choose(role, _NOBODY, now)
    fields: dict[str, Field] = {"who": team.playbook.name(choice.person), "role": team.playbook.role_title(role)}
    match choice.via:
        case Via.HOLDER:
            return Text("ask.owner", fields)
        case Via.DEPUTY:
            return Text("ask.owner.stands_in", fields)
        case _:
            return Text("ask.owner.gap", fields)


def final_step(path: Path) -> Step:
    """The step with the last word: a path has exactly one, at its end."""
    return path.steps[-1]


def authority_lines(book: Playbook, kind: str, markets: Sequence[MarketId]) -> tuple[Text, ...]:
    """What a market may decide by itself when the owner cannot be reached in time."""
    rights = book.decisions[kind].local_authority
    return tuple(
        text(
            "print.authority", market=Localized(book.markets[market].title), role=book.role_title(found.role),
            within=WorkingTime(found.within), amount=found.up_to, count=found.per_week,
            checker=book.role_title(found.ratified_by), later=WorkingTime(found.ratified_within),
        )
        for market in markets if (found := rights.get(market))
    )  # fmt: skip


def clock(book: Playbook, market: MarketId, now: datetime, zone: str) -> tuple[Text, ...]:
    """A market's clock, in its own time and for a reader in ``zone``; days off are said when it stays closed for long."""
    calendar, there = book.market_calendar(market), book.markets[market].timezone
    hours, title = windows(calendar), Localized(book.markets[market].title)
    time_there = Moment(now, there, "time")
    if hours.is_open(now):
        until = hours.closing(now)
        message = "ask.hours.open" if zone == there else "ask.hours.open.there"
        line = text(message, market=title, time=time_there, until=Moment(until), local=Moment(until, there, "time"))
        opens = hours.opening(until)
        return (line, text("ask.hours.then", opens=Moment(opens))) if opens - until > _DAY else (line,)
    opens = hours.opening(now)
    message = "ask.hours.closed" if zone == there else "ask.hours.closed.there"
    line = text(message, market=title, time=time_there, opens=Moment(opens), local=Moment(opens, there))
    days = tuple(_days_off(book, market, now, opens)) if opens - now > _DAY else ()
    return (line, text("ask.hours.days_off", days=Listed(days))) if days else (line,)


def _days_off(book: Playbook, market: MarketId, now: datetime, opens: datetime) -> Iterator[Field]:
    """The days with ordinary hours on which the market is closed all the same: nothing is worked between them."""
    calendar, zone = book.market_calendar(market), ZoneInfo(book.markets[market].timezone)
    first, last = now.astimezone(zone).date(), opens.astimezone(zone).date()
    days = (first + _DAY * number for number in range((last - first).days))
    off = [day for day in days if calendar.hours.on(day) is not None and calendar.span(day) is None]
    if off:
        begin, end = (Moment(datetime.combine(day, time(12), zone), str(zone), "date") for day in (off[0], off[-1]))
        yield begin if begin == end else text("away.days.several", first=begin, last=end)
