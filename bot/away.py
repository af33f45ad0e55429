"""Being away, in chat: what is typed or tapped, and what is answered. Knows no messenger."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from bot import absence_words, buttons
from bot.absence_words import NotUnderstood
from bot.absences import Absences, Back, Left, span
from bot.core.playbook.model import PersonId
from bot.core.request.effects import Refused
from bot.core.wording import Field, Listed, Text, text
from bot.ports import Account
from bot.prompts import Option, Prompt, Reply
from bot.speech import Reader

_FRIDAY = 4


class AwayTalk:
    """One messenger's conversations about absences."""

    def __init__(self, messenger: str, absences: Absences) -> None:
        self._messenger, self._absences = messenger, absences

    async def said(self, account: Account, words: str, reader: Reader) -> Reply:
        """Somebody wrote ``/away`` and perhaps days, a name, or that they are back."""
        today = await self._absences.today(account.person)
        if not words.strip():
            return await self._menu(account.person, reader)
        try:
            asked = absence_words.read(words, today, reader.language)
        except NotUnderstood as problem:
            return Reply(prompt=Prompt(text(f"away.{problem.reason}"), options=_QUICK))
        people = await self._absences.colleague(account.person, asked.who) if asked.who else (account.person,)
        if len(people) != 1:
            return Reply(text("away.who", name=asked.who))
        if asked.days is None:
            return await self._back(account.person, people[0], today, reader)
        return await self._leave(account.person, people[0], asked.days.first, asked.days.last, reader)

    async def mentioned(self, account: Account, words: str, reader: Reader) -> Reply:
        """Somebody said in a sentence of their own that they are away: the days in it, wherever they begin."""
        today, tokens = await self._absences.today(account.person), words.split()
        for start in range(len(tokens)):
            rest = " ".join(tokens[start:])
            with suppress(NotUnderstood):
                asked = absence_words.read(rest, today, reader.language)
                if asked.days and not asked.who:
                    return await self.said(account, rest, reader)
        return await self._menu(account.person, reader)

    async def tapped(self, account: Account, word: str, reader: Reader) -> Reply:
        """One of the quick buttons: the answer takes the place of the question."""
        if word == "back":
            today = await self._absences.today(account.person)
            reply = await self._back(account.person, account.person, today, reader)
        else:
            first, last = _days(word, await self._absences.today(account.person))
            reply = await self._leave(account.person, account.person, first, last, reader)
        return replace(reply, close=f"away {word}") if reply.prompt else reply

    async def _menu(self, person: PersonId, reader: Reader) -> Reply:
        planned = await self._absences.planned(person)
        if not planned:
            return Reply(prompt=Prompt(text("away.how"), options=_QUICK))
        lines = tuple(
            text("away.planned.line", days=span(reader.zone, one.days)) for one in sorted(planned, key=lambda one: one.days.first)
        )
        return Reply(prompt=Prompt(text("away.planned"), lines, _BACK))

    async def _leave(self, by: PersonId, person: PersonId, first: date, last: date, reader: Reader) -> Reply:
        outcome = await self._absences.leave(by, person, first, last, self._messenger)
        if isinstance(outcome, Refused):
            return Reply(outcome.text, alert=True)
        return Reply(prompt=Prompt(_noted(outcome, by, reader), outcome.moves, _BACK if by == person else ()))

    async def _back(self, by: PersonId, person: PersonId, today: date, reader: Reader) -> Reply:
        outcome = await self._absences.come_back(by, person)
        if isinstance(outcome, Refused):
            return Reply(outcome.text, alert=True)
        return Reply(prompt=Prompt(_returned(outcome, by == person, today, reader), outcome.meanwhile))


def _noted(left: Left, by: PersonId, reader: Reader) -> Text:
    days = left.away.days
    fields: dict[str, Field] = {"who": left.name, "days": span(reader.zone, days)}
    whose = "yours" if by == days.person else "theirs"
    return Text(f"away.noted.{whose}.{'moves' if left.moves else 'nothing'}", fields)


def _returned(back: Back, own: bool, today: date, reader: Reader) -> Text:
    if not back.away:
        return text("away.was_not" if own else "away.was_not.theirs", who=back.name)
    if all(away.days.first > today for away in back.away):
        ended = sorted(back.away, key=lambda away: away.days.first)
        days = Listed(tuple(span(reader.zone, away.days) for away in ended))
        return text("away.cancelled" if own else "away.cancelled.theirs", who=back.name, days=days)
    how = "meanwhile" if back.meanwhile else "quiet"
    return text(f"away.back.{how}" if own else "away.back.theirs", who=back.name)


def _days(word: str, today: date) -> tuple[date, date]:
    if word == "tomorrow":
        return today + timedelta(days=1), today + timedelta(days=1)
    if word == "week":
        return today, today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
    return today, today


def _option(word: str) -> Option:
    return Option(text(f"away.button.{word}"), buttons.away(word))


_QUICK = ((_option("today"), _option("tomorrow")), (_option("week"),))
_BACK = ((_option("back"),),)
