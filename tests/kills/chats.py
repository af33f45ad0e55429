"""What people see at the end: every card as it would be drawn now, and nothing twice but what a kill has cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.cast import TELEGRAM
from adapters.playground.telegram.html import parse_html
from adapters.slack.sender import SlackMessenger
from adapters.slack.view import Message as SlackMessage
from adapters.telegram.sender import TelegramMessenger
from adapters.telegram.view import Message as TelegramMessage
from bot import dialogs
from bot.core.cards import card
from bot.core.request.model import Request
from bot.ports import Copy, Transaction
from bot.teams import reader_of, team_of
from tests.kills.records import Records
from tests.kills.scene import Scene

_CARD = re.compile(r"· (A-\d+) ·")
_LEFT = re.compile(r", (осталось: |)\d+ (working|рабоч)[^\\\n]*")
_ELSEWHERE = re.compile(r"\d+:\d\d( [AP]M)?(?=, (open|closed|работает|нерабочее))")
_BEFORE, _AFTER = timedelta(seconds=1), timedelta(seconds=5)
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot's in somebody's chat."""

    place: Place
    at: datetime
    text: str
    buttons: tuple[tuple[str, str], ...]
    blocks: tuple[str, ...] = ()


class Chats:
    """Everything that stands in people's own chats."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._telegram = TelegramMessenger(None)  # type: ignore[arg-type]  # it only draws
        self._slack = SlackMessenger(AsyncWebClient("xoxb-draws-only"))
        self.shown = {one.place: one for one in (*self._in_telegram(), *self._in_slack())}

    def _in_telegram(self) -> Iterator[Shown]:
        for actor in self._scene.actors.values():
            for m in self._scene.telegram.chat(actor.telegram_id) if actor.messenger == TELEGRAM else ():
                if m.from_bot:
                    keys = tuple((button.text, button.data or "") for row in m.buttons for button in row)
                    yield Shown((str(m.chat_id), str(m.message_id)), m.date, m.text, keys)

    def _in_slack(self) -> Iterator[Shown]:
        for actor in self._scene.actors.values():
            for m in self._scene.slack.chat(self._scene.slack.dm(actor.external)) if actor.messenger != TELEGRAM else ():
                if m.from_bot and m.ephemeral_for is None:
                    at = datetime.fromtimestamp(float(m.ts), UTC)
                    yield Shown((m.channel, m.ts), at, m.text, (), tuple(_plain(block) for block in m.blocks))

    def untrue(self, tx: Transaction, request: Request, now: datetime) -> Iterator[str]:
        """The cards that do not show what a fresh drawing shows."""
        team = team_of(tx, request, now)
        for copy in tx.copies(request.id):
            drawn, reader = card(request, team, copy.person, now), reader_of(team, copy.person)
            seen = self.shown[copy.chat, copy.message]
            if copy.messenger == TELEGRAM:
                told = cast(TelegramMessage, self._telegram.render(drawn, reader).payload)
                keys = tuple((key.text, key.data) for row in told.keys for key in row)
                wanted: object = _lasting(parse_html(told.html).text), keys
                found: object = _lasting(seen.text), seen.buttons
            else:
                blocks = cast(SlackMessage, self._slack.render(drawn, reader).payload).blocks
                wanted, found = [_lasting(_plain(block)) for block in blocks], [*map(_lasting, seen.blocks)]
            if wanted != found:
                yield "\n".join((self._tale(copy, request), str(found), "instead of", str(wanted)))

    def _tale(self, copy: Copy, request: Request) -> str:
        """Which state a card is said to show, and when it was changed last."""
        made = self._scene.telegram.calls if copy.messenger == TELEGRAM else self._scene.slack.calls
        key = "message_id" if copy.messenger == TELEGRAM else "ts"
        edits = [f"{call.at:%H:%M:%S.%f}" for call in made if call.ok and str(call.params.get(key)) == copy.message]
        stands = f"{request.revision} since {request.last_word.at:%H:%M:%S.%f}" if request.last_word else str(request.revision)
        whose = f"{copy.person}'s card of {request.id}, edited at {', '.join(edits[-4:])}"
        return f"{whose}, noted as of revision {copy.shows} of {stands}, shows"

    def twice(self, records: Records) -> tuple[list[Shown], int]:
        """Messages that say again what another one says of which the bot knows; and how many questions were put again."""
        told = {(chat, message) for chat, message in records.rows("SELECT chat, message FROM sent WHERE chat <> ''")}
        cards = {(chat, message) for chat, message in records.rows("SELECT chat, message FROM copy")}
        known = {(place[0], self.shown[place].text) for place in told if place in self.shown}
        found = []
        for place, one in self.shown.items():
            # A card says so in its title, and in Slack's plain words beside its blocks; what is sent by itself is noted.
            is_card = _CARD.search("\n".join((one.text, *one.blocks))) and not dialogs_in(one)
            if (is_card and place not in cards | told) or (place not in told | cards and (place[0], one.text) in known):
                found.append(one)
        asked = Counter(dialog for one in self.shown.values() for dialog in {found.dialog for found in dialogs_in(one)})
        return found, sum(asked.values()) - len(asked)


def beyond_kills(twice: Sequence[Shown], kills: Sequence[datetime]) -> list[Shown]:
    """Those near which nobody was killed: their answer cannot have been cut."""
    return [one for one in twice if not any(-_BEFORE <= kill - one.at <= _AFTER for kill in kills)]


def dialogs_in(one: Shown) -> list[dialogs.Choice]:
    return [found for _, data in one.buttons if (found := dialogs.parse(data))]


def _plain(block: dict[str, object]) -> str:
    return repr({key: value for key, value in block.items() if key != "block_id"})


def _lasting(words: str) -> str:
    """Without what the clock alone changes: how much working time is left, and what time it is elsewhere."""
    return _ELSEWHERE.sub("", _LEFT.sub("", words))
