"""Puts words to the core's messages: a catalogue's sentence, filled for one reader's language, zone and formats.

The result is plain text without markup; each messenger escapes it as a whole.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import Literal
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from bot.core.money import Money
from bot.core.wording import Field, Listed, Localized, Moment, Text, WorkingTime, counted

_DOMAIN = "soglas"
LANGUAGES = ("en", "ru")
_LOCALES = {"en": "en_US", "ru": "ru_RU"}
_LIST_STYLES: dict[str, Literal["standard", "or"]] = {"and": "standard", "or": "or"}
# Outer and inner quotation marks, each opening and closing.
_QUOTES = {"en": ("“", "”", "‘", "’"), "ru": ("«", "»", "„", "“")}
_NO_BREAK = {"\u202f": " ", "\u00a0": " "}


class TextsMissing(Exception):
    """The compiled catalogues are not there: run ``make setup`` (or install the package) first."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the languages they want, best first, and the zone they live in."""

    languages: tuple[str, ...]
    zone: str

    @property
    def language(self) -> str:
        """The first of their languages that has a catalogue; English otherwise."""
        return next((language for language in self.languages if language in LANGUAGES), "en")


def say(message: Text, reader: Reader) -> str:
    """A message in the reader's words."""
    language = reader.language
    pattern = _pattern(language, message)
    fields = {name: _value(value, reader) for name, value in message.fields.items()}
    opening = _QUOTES[language][0]
    if opening in pattern and any(opening in value for value in fields.values()):
        return _with_inner_quotes(pattern, fields, _QUOTES[language])
    return pattern.format_map(fields)


def _with_inner_quotes(pattern: str, fields: Mapping[str, str], marks: tuple[str, str, str, str]) -> str:
    """The sentence filled; what stands inside its quotation marks gets the inner ones for its own."""
    outer_open, outer_close, inner_open, inner_close = marks
    inner = str.maketrans(outer_open + outer_close, inner_open + inner_close)
    shown, depth = [], 0
    for literal, name, _, _ in Formatter().parse(pattern):
        shown.append(literal)
        depth += literal.count(outer_open) - literal.count(outer_close)
        if name is not None:
            shown.append(fields[name].translate(inner) if depth else fields[name])
    return "".join(shown)


def show(value: Field, reader: Reader) -> str:
    """Any field in the reader's words; somebody's own words stay as they are."""
    return _value(value, reader)


def spoken_in(messenger: str, message: Text) -> Text:
    """The message as it is said in a messenger that has words of its own for it (its commands look different there)."""
    own = f"{message.id}.{messenger}"
    return Text(own, message.fields, message.count) if has(own, "en") else message


def has(message_id: str, language: str) -> bool:
    return message_id in _messages(language)


def _pattern(language: str, message: Text) -> str:
    catalogue = _catalogue(language)
    if message.count is None:
        return catalogue.gettext(message.id)
    return catalogue.ngettext(message.id, f"{message.id}#", message.count)


def _value(value: Field, reader: Reader) -> str:
    match value:
        case str():
            return value
        case Text():
            return say(value, reader)
        case Localized():
            return _localized(value.texts, reader)
        case Moment():
            return _moment(value, reader)
        case WorkingTime():
            return _working_time(value.amount, reader)
        case Listed():
            return _listed(value, reader)
        case Money():
            return _money(value, reader.language)
        case _:
            return _number(value, reader.language)


@lru_cache(maxsize=1024)
def _number(value: int, language: str) -> str:
    # Steps, rounds and counts: the same few on every card.
    return _plain_spaces(format_decimal(value, locale=_locale(language)))


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    # By its name, Babel would look it up and copy it for every single number and date.
    return Locale.parse(_LOCALES[language])


def _localized(texts: Mapping[str, str], reader: Reader) -> str:
    for language in (*reader.languages, "en"):
        if language in texts:
            return texts[language]
    return next(iter(texts.values()), "")


def _moment(moment: Moment, reader: Reader) -> str:
    zone = moment.zone or reader.zone
    local = moment.at.astimezone(ZoneInfo(zone))
    pattern = _catalogue(reader.language).gettext(f"format.{moment.style}")
    shown = _plain_spaces(format_datetime(local, pattern, locale=_locale(reader.language)))
    # A time in another place stands beside that place's name.
    return shown if moment.style == "date" or moment.zone else f"{shown} {zone_label(zone, local, reader.language)}"


def zone_label(zone: str, local: datetime, language: str) -> str:
    """What people call the zone («МСК», "ET"), or its distance from UTC where they have no word for it."""
    key = f"zone.{zone}"
    if has(key, language):
        return _catalogue(language).gettext(key)
    offset = (local.utcoffset() or timedelta(0)) // timedelta(minutes=1)
    hours, minutes = divmod(abs(offset), 60)
    return f"UTC{'+' if offset >= 0 else '−'}{hours}" + (f":{minutes:02}" if minutes else "")


def _working_time(amount: timedelta, reader: Reader) -> str:
    minutes = -(-amount // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    parts = [counted("duration.hours", hours)] if hours else []
    if rest or not hours:
        parts.append(counted("duration.minutes", rest))
    return " ".join(say(part, reader) for part in parts)


def _listed(value: Listed, reader: Reader) -> str:
    shown = [_value(item, reader) for item in value.items]
    if value.style == "arrow":
        return " → ".join(shown)
    if value.style == "lines":
        return "\n".join(shown)
    return format_list(shown, _LIST_STYLES[value.style], locale=_locale(reader.language))


def _money(money: Money, language: str) -> str:
    digits = "#,##0" if money.amount == money.amount.to_integral_value() else "#,##0.00"
    pattern = f"{digits} ¤" if language == "ru" else f"¤{digits}"
    symbol = "₽" if money.currency == "RUB" else None
    shown = format_currency(money.amount, money.currency, pattern, locale=_locale(language), currency_digits=False)
    return _plain_spaces(shown.replace("RUB", symbol) if symbol else shown)


def _plain_spaces(value: str) -> str:
    for odd, plain in _NO_BREAK.items():
        value = value.replace(odd, plain)
    return value


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    path = files("locales") / language / "LC_MESSAGES" / f"{_DOMAIN}.mo"
    try:
        with path.open("rb") as file:
            found: gettext.NullTranslations = gettext.GNUTranslations(file)  # type: ignore[arg-type, unused-ignore]
    except FileNotFoundError:
        raise TextsMissing(language) from None
    if language != "en":
        found.add_fallback(_catalogue("en"))
    return found


@lru_cache(maxsize=8)
def _messages(language: str) -> frozenset[str]:
    raw = getattr(_catalogue(language), "_catalog", {})
    return frozenset(key[0] if isinstance(key, tuple) else key for key in raw)


def message_ids(language: str) -> frozenset[str]:
    """Every message id the language's catalogue has."""
    return _messages(language) - {""}


def phrases(message_id: str, language: str) -> tuple[str, ...]:
    """A message that is a list of phrases people type, one a line, so that translators can add to it."""
    lines = _catalogue(language).gettext(message_id).splitlines()
    return tuple(line.strip().casefold() for line in lines if line.strip())


def warm() -> None:
    """Loads catalogues and formats before the first reader waits for them."""
    for language in LANGUAGES:
        _catalogue(language)
        format_datetime(datetime(2026, 1, 1, tzinfo=UTC), "EEE d MMM h:mm a", locale=_locale(language))
