"""What ``soglas doctor`` looks at: the messengers, the database, what the playbooks in force need, the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.commands.moments import dated
from bot.commands.reasons import of_network
from bot.core.playbook.model import Playbook
from bot.core.wording import Field, Listed, Text, counted, text
from bot.core.worktime.calendar import has_decree, public_holiday_names
from bot.ports import Broken, Clock, SoglasError, Store, Transaction
from bot.settings import Settings

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

_DUTIES = ("sender", "telegram", "auditor")
# A Date header has whole seconds, and the way there and back takes some.
_APART, _APART_FROM_DATABASE = timedelta(seconds=10), timedelta(seconds=5)
_DECREES_ARE_DUE = (10, 1)
_TELEGRAM = "https://api.telegram.org"
_PATIENCE = 10.0


class State(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    NOTE = "note"  # worth knowing, and nothing to mend


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and a line about it."""

    name: str
    state: State
    what: Text


@dataclass(frozen=True, slots=True)
class Heard:
    """What time a service said it was, and when that was here."""

    service: str
    theirs: datetime
    ours: datetime


async def of_messengers(settings: Settings, clock: Clock) -> tuple[list[Check], list[Heard]]:
    """The tokens, shown to the real services."""
    checks: list[Check] = []
    heard: list[Heard] = []

    def hear(service: str, dated: str | None, asked: datetime) -> None:
        if dated:
            heard.append(Heard(service, parsedate_to_datetime(dated), asked + (clock.now() - asked) / 2))

    if settings.telegram_token:
        checks.append(await _telegram(settings, clock, hear))
    if settings.slack_bot_token:
        checks += await _slack(settings, clock, hear)
    return checks, heard


Hear = Callable[[str, str | None, datetime], None]


async def _telegram(settings: Settings, clock: Clock, hear: Hear) -> Check:
    import httpx

    assert settings.telegram_token is not None
    url = f"{(settings.telegram_api_url or _TELEGRAM).rstrip('/')}/bot{settings.telegram_token.get_secret_value()}/getMe"
    asked = clock.now()
    try:
        async with httpx.AsyncClient(proxy=settings.telegram_proxy, timeout=_PATIENCE) as client:
            answer = await client.post(url)
        hear("Telegram", answer.headers.get("Date"), asked)
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return _unreachable("telegram", "Telegram", of_network(error), "SOGLAS_TELEGRAM_API_URL")
    if not isinstance(told, dict) or not told.get("ok"):
        return Check("telegram", State.WRONG, text("doctor.telegram.refused", setting="SOGLAS_TELEGRAM_TOKEN"))
    return Check("telegram", State.OK, text("doctor.telegram.ok", name=str(told["result"].get("username", ""))))


async def _slack(settings: Settings, clock: Clock, hear: Hear) -> list[Check]:
    from adapters.slack.sender import make_client

    assert settings.slack_bot_token is not None
    client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    return [await _slack_token(client, None, clock, hear)] + (
        [await _slack_token(client, settings.slack_app_token.get_secret_value(), clock, hear)] if settings.slack_app_token else []
    )


async def _slack_token(client: AsyncWebClient, application: str | None, clock: Clock, hear: Hear) -> Check:
    """The bot's token, or the ``application``'s own."""
    import aiohttp
    from slack_sdk.errors import SlackApiError, SlackClientError

    from adapters.slack.sender import error_code

    name, setting = ("slack_app", "SOGLAS_SLACK_APP_TOKEN") if application else ("slack", "SOGLAS_SLACK_BOT_TOKEN")
    asked = clock.now()
    try:
        answer = await (client.apps_connections_open(app_token=application) if application else client.auth_test())
    except SlackApiError as error:
        return Check(name, State.WRONG, text("doctor.slack.refused", setting=setting, reason=error_code(error)))
    except (TimeoutError, aiohttp.ClientError, SlackClientError, ValueError) as error:
        return _unreachable(name, "Slack", of_network(error), "SOGLAS_SLACK_API_URL")
    hear("Slack", answer.headers.get("Date"), asked)
    if application:
        return Check(name, State.OK, text("doctor.slack.socket"))
    return Check(name, State.OK, text("doctor.slack.ok", name=str(answer.get("team", ""))))


def _unreachable(name: str, service: str, reason: Text, setting: str) -> Check:
    return Check(name, State.WRONG, text("doctor.unreachable", service=service, reason=reason, setting=setting))


async def of_database(url: str) -> tuple[list[Check], Store | None]:
    """Whether it answers and fits; and the database itself, if it does."""
    from storage.opening import open_store
    from storage.upgrade import is_current, is_postgres, sqlite_path

    try:
        name = "PostgreSQL" if is_postgres(url) else str(sqlite_path(url))
        if not is_postgres(url) and not sqlite_path(url).parent.is_dir():
            folder = str(sqlite_path(url).parent)
            return [Check("database", State.WRONG, text("doctor.database.no_folder", folder=folder))], None
        if not is_postgres(url) and not sqlite_path(url).is_file():
            return [Check("database", State.WRONG, text("doctor.database.missing", name=name))], None
        if not is_current(url):
            return [Check("database", State.WRONG, text("doctor.database.schema", name=name))], None
        store = open_store(url)
    except Broken:
        return [Check("database", State.WRONG, text("doctor.database.wrong", setting="SOGLAS_DATABASE_URL"))], None
    checks = [Check("database", State.OK, text("doctor.database.ok", name=name))]
    if is_postgres(url):
        checks.append(await store.read(_processes))
    return checks, store


def _processes(tx: Transaction) -> Check:
    held = [duty for duty in _DUTIES if tx.somebody_has(duty)]
    polled = tx.beaten("telegram.polled")
    if not held:
        return Check("processes", State.NOTE, text("doctor.processes.none"))
    seen = (text("doctor.processes.polled", at=dated(polled)),) if polled else ()
    return Check("processes", State.NOTE, text("doctor.processes.held", duties=Listed((*held, *seen))))


async def of_playbooks(store: Store, clock: Clock) -> list[Check]:
    """What the playbooks in force need: time zones, holidays, people who can be written to."""
    today = clock.now().date()

    def look(tx: Transaction) -> list[Check]:
        books = [found.playbook for brand in tx.brands() if (found := tx.in_force(brand))]
        if not books:
            return [Check("playbooks", State.WRONG, text("doctor.playbooks.none"))]
        titles = Listed(tuple(book.id for book in books))
        return [
            Check("playbooks", State.OK, text("doctor.playbooks.ok", brands=titles)), _zones(books),
            *_holidays(books, today), _people(tx, books),
        ]  # fmt: skip

    try:
        return await store.read(look)
    except SoglasError:
        return [Check("playbooks", State.WRONG, text("doctor.playbooks.unreadable"))]


def _zones(books: Sequence[Playbook]) -> Check:
    zones = sorted({market.timezone for book in books for market in book.markets.values()})
    unknown = [zone for zone in zones if not _is_known(zone)]
    if unknown:
        return Check("zones", State.WRONG, text("doctor.zones.wrong", zones=Listed(tuple(unknown))))
    return Check("zones", State.OK, text("doctor.zones.ok", zones=Listed(tuple(zones))))


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _holidays(books: Sequence[Playbook], today: date) -> Iterator[Check]:
    """For this year and the next. A year's moved days are decreed in the autumn before: until then they are only noted."""
    rules = {(m.holidays.country, m.holidays.subdivision) for book in books for m in book.markets.values() if m.holidays}
    places = [(country, part, year) for country, part in sorted(rules, key=str) for year in (today.year, today.year + 1)]
    missing = [place for place in places if not _has_holidays(*place)]
    early = (today.month, today.day) < _DECREES_ARE_DUE
    awaited = [place for place in missing if early and place[2] > today.year]
    wrong = [place for place in missing if place not in awaited]
    if wrong:
        yield Check("holidays", State.WRONG, text("doctor.holidays.wrong", places=_shown(wrong)))
    if awaited:
        yield Check("holidays", State.NOTE, text("doctor.holidays.awaited", places=_shown(awaited)))
    if not missing:
        yield Check("holidays", State.OK, text("doctor.holidays.ok", places=_shown(places)))


def _has_holidays(country: str, part: str | None, year: int) -> bool:
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return has_decree(country, year) and any(public_holiday_names(country, part, day) for day in days)


def _shown(places: Sequence[tuple[str, str | None, int]]) -> Listed:
    return Listed(tuple(f"{'-'.join(filter(None, (country, part)))} {year}" for country, part, year in places))


def _people(tx: Transaction, books: Sequence[Playbook]) -> Check:
    """Everybody who holds a role or stands in for somebody needs an account that works."""
    reachable = tx.reachable()
    names: dict[str, Field] = {}
    for book in books:
        needed = {person for role in book.roles.values() for person in (role.holder, *role.deputies) if person}
        names |= {person: book.name(person) for person in sorted(needed) if person not in reachable}
    if names:
        return Check("people", State.WRONG, counted("doctor.people.wrong", len(names), names=Listed(tuple(names.values()))))
    return Check("people", State.OK, text("doctor.people.ok"))


async def of_clock(heard: Sequence[Heard], store: Store | None, clock: Clock) -> list[Check]:
    """How far this machine's clock is from those of the services, and of the database where that has one of its own."""
    apart = [(one.service, one.ours - one.theirs, _APART) for one in heard]
    if store is not None:
        before = clock.now()
        theirs = await store.read(lambda tx: tx.database_clock())
        if theirs is not None:
            apart.append(("PostgreSQL", before + (clock.now() - before) / 2 - theirs, _APART_FROM_DATABASE))
    if not apart:
        return [Check("clock", State.NOTE, text("doctor.clock.unknown"))]
    service, offset, allowed = max(apart, key=lambda one: abs(one[1]) / one[2])
    if abs(offset) > allowed:
        seconds = round(abs(offset).total_seconds())
        return [Check("clock", State.WRONG, counted("doctor.clock.wrong", seconds, service=service))]
    return [Check("clock", State.OK, text("doctor.clock.ok", services=Listed(tuple(dict.fromkeys(one[0] for one in apart)))))]
