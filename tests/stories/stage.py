"""The stage a story is played on: the real bot, both strict stand-ins, and people who tap, write and read.

Every message somebody gets must be expected by the story: one that nobody was told to see fails it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.playground.cast import TELEGRAM
from adapters.playground.clock import MovableClock
from adapters.playground.town import Town, build, restart_bot
from bot.core.people import Team
from tests.adapters.playground import tdlib
from tests.ready import brand, database_url
from tests.stories.doing import Doing
from tests.stories.seeing import Seen

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
# Buttons that move nothing; the stories about them name them.
BESIDE = ("Checklist (", "Чек-лист (", "Ask the bridge", "Спросить культурного переводчика")


class Stage(Doing):
    """Everything a story may say."""

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self._read: set[tuple[str, str]] = set()
        self._answers_read: dict[str, int] = {}
        self._may_be_refused: tuple[str, ...] = ()

    async def clock_reaches(self, moment: str) -> None:
        """Everything due on the way happens at its time."""
        await self.town.forward(at(moment))
        await self.quiet()

    async def restarts(self) -> None:
        """The bot stops and starts again on the same database."""
        await restart_bot(self.town)
        await self.quiet()

    # what people see

    def sees(self, person: str, *fragments: str) -> Seen:
        """The person got exactly one new message with all these fragments; it counts as read."""
        fresh = self.fresh(person)
        fitting = [message for message in fresh if all(fragment in message.text for fragment in fragments)]
        shown = "\n---\n".join(message.text for message in fresh) or "nothing new"
        assert len(fitting) == 1, f"{person} should see one message with {fragments}, but sees:\n{shown}"
        self._read.add((person, fitting[0].key))
        return fitting[0]

    def latest(self, person: str, fragment: str) -> Seen:
        """The newest message that says this, also one that took another's place; it counts as read."""
        found = [m for m in self._messages(person) if fragment in m.text]
        assert found, f"{person} reads nowhere: {fragment}"
        self._read.add((person, found[-1].key))
        return found[-1]

    def fresh(self, person: str) -> list[Seen]:
        """What the person has not read yet."""
        return [m for m in self._messages(person) if (person, m.key) not in self._read]

    def skims(self, person: str, fragment: str = "") -> int:
        """The person has read whatever new messages say this, however many; gives their number."""
        fresh = [message for message in self.fresh(person) if fragment in message.text]
        self._read |= {(person, message.key) for message in fresh}
        return len(fresh)

    def hears(self, person: str, fragment: str) -> None:
        """The answer to a person's last tap: a toast in Telegram, a message only they see in Slack."""
        if self._actor(person).messenger == TELEGRAM:
            self.hears_all(person, fragment)
        else:
            self.sees(person, fragment)

    def hears_all(self, person: str, *fragments: str) -> None:
        """The answers to several taps in Telegram, in the order they were given."""
        answers = self.town.telegram.answers(self._actor(person).telegram_id)
        new = [answer.text for answer in answers[self._answers_read.get(person, 0) :]]
        assert len(new) == len(fragments), f"{person} got these answers: {new}"
        assert all(fragment in text for fragment, text in zip(fragments, new, strict=True)), new
        self._answers_read[person] = len(answers)

    def reads(self, person: str, request: str, *fragments: str) -> None:
        """The live card says all this."""
        text = self.card(person, request).text
        missing = [fragment for fragment in fragments if fragment not in text]
        assert not missing, f"{person}'s card does not say {missing}:\n{text}"

    def may(self, person: str, request: str, *labels: str) -> None:
        """The live card has exactly these buttons, and beside them perhaps the checklist and the bridge."""
        shown = [label for label, _ in self.card(person, request).buttons if not label.startswith(BESIDE)]
        assert shown == list(labels), f"{person}'s card has {shown}"

    def has_no_card(self, person: str, request: str) -> None:
        assert not [m for m in self._messages(person) if f"· {request} ·" in m.text], f"{person} has a card of {request}"

    def nobody_was_woken(self) -> None:
        """Everything anybody got came while it is polite to write to them."""
        team = Team(self.town.playbook)
        for person in self.town.actors:
            rude = [m for m in self._messages(person) if team.polite_time(person, m.at) - m.at > timedelta(minutes=1)]
            assert not rude, f"{person} was written to at {rude[0].at}: {rude[0].text}"

    def may_be_refused(self, *errors: str) -> None:
        """A messenger may refuse a call of the bot with these words: somebody has blocked it, a file is gone."""
        self._may_be_refused = (*self._may_be_refused, *errors)

    def ends(self) -> None:
        """Nobody got anything the story does not tell of, and every tap was answered."""
        for person in self.actors:
            fresh = [message.text for message in self.fresh(person)]
            assert not fresh, f"{person} got messages nobody expected:\n" + "\n---\n".join(fresh)
        assert self.town.telegram.unanswered() == []
        assert self.town.slack.unacked == []
        refused = [(c.method, c.error) for c in self.town.telegram.calls if not c.ok]
        refused += [(c.method, c.error) for c in self.town.slack.calls if not c.ok]
        unexpected = [one for one in refused if not any(words in (one[1] or "") for words in self._may_be_refused)]
        assert not unexpected, unexpected


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


@asynccontextmanager
async def staged(
    folder: Path, moment: str, playbook: str = "brand-a.yaml", *, change: tuple[str, str] = ("", "")
) -> AsyncIterator[Stage]:
    """A stage at a moment; at the end of the story nothing may be left unread or unanswered.

    ``change`` is what stands in the playbook, and what stands there in this story.
    """

    clock = MovableClock(at(moment), running=False)
    path = folder / "story.db"
    town = await build(brand(playbook, change), path, clock, parse_html=tdlib.parse_html, per_chat=1000, url=database_url(path))
    # Slack's pace runs in real time; here weeks pass in a second.
    town.slack.web_api._pace._burst = 1000
    try:
        stage = Stage(town)
        yield stage
        stage.ends()
    finally:
        await town.stop()
