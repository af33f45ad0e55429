"""The two strict stand-ins as a world that survives every cut and can be kept: no sockets, all calls are made at once."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from slack_sdk.web.async_client import AsyncWebClient
from telegram.request import BaseRequest, RequestData

from adapters.playground.cast import TELEGRAM, Actor
from adapters.playground.slack import SlackStandIn
from adapters.playground.slack.arguments import nested
from adapters.playground.slack.records import Acked
from adapters.playground.slack.refusal import Refused as RefusedBySlack
from adapters.playground.telegram import TelegramStandIn
from adapters.playground.telegram.arguments import decoded
from adapters.playground.telegram.methods import carry_out
from adapters.playground.telegram.records import Document
from adapters.playground.telegram.refusal import Refused as RefusedByTelegram
from adapters.playground.telegram.updates import LIFETIMES
from bot.core.playbook.model import PersonId, Playbook
from tests.faults.power import Power

# Any: payloads, arguments and answers are the platforms' own JSON.
Json = dict[str, Any]
EVENTS, COMMANDS = "events_api", "slash_commands"
TOKEN, _PLENTY = "xoxb-demo", 10**9
_SILENT = {"getMe", "getUpdates"}


@dataclass(frozen=True, slots=True)
class Payload:
    """Something Slack has to deliver."""

    number: int
    kind: str
    body: Json


@dataclass
class Town:
    """What stands outside the process: both platforms, what they have to deliver, and what time it is."""

    now: datetime
    telegram: TelegramStandIn
    slack: SlackStandIn
    waiting: dict[int, Payload] = field(default_factory=dict)
    # Payloads that were acknowledged, with what the acknowledgement told the person.
    acknowledged: dict[int, Any] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)
    delivered: int = 0


class Outside:
    """Holds the town as it is now; a fork puts a copy in its place."""

    def __init__(self, playbook: Playbook, actors: Mapping[PersonId, Actor], begins: datetime) -> None:
        def now() -> datetime:
            return self.town.now if hasattr(self, "town") else begins

        telegram = TelegramStandIn(now=now, per_second=_PLENTY, per_chat=_PLENTY)
        telegram._world.updates.allow([*LIFETIMES])
        slack = SlackStandIn(bot_token=TOKEN, now=now, burst=_PLENTY, subscribed=frozenset())
        # A trigger is good for three seconds of real time, and much is tried in them.
        slack._modals._clock = _standing_still
        slack._delivery = Post()  # type: ignore[assignment]
        for actor in actors.values():
            person = playbook.people[actor.person]
            if actor.messenger == TELEGRAM:
                telegram.add_user(actor.telegram_id, str(actor.person), language_code=person.languages[0])
            else:
                slack.add_user(actor.external, str(actor.person), tz=playbook.markets[person.market].timezone)
        self.town = Town(begins, telegram, slack)

    def kept(self) -> Town:
        """The town as it is, for another life to go on from."""
        return copy.deepcopy(self.town)

    def posted(self) -> None:
        """Takes what people have just caused to where it waits to be delivered."""
        post = self.town.slack._delivery
        assert isinstance(post, Post)
        for kind, body in post.letters:
            self.town.delivered += 1
            self.town.waiting[self.town.delivered] = Payload(self.town.delivered, kind, body)
        post.letters.clear()


class Post:
    """In the place of Slack's own delivery: keeps what people cause until the schedule delivers it."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, Json]] = []
        self.unacked: list[Json] = []

    async def interaction(self, kind: str, payload: Json) -> Acked:
        self.letters.append((kind, payload))
        return Acked(True, 0.0, None)

    async def event(self, payload: Json) -> Acked:
        self.letters.append((EVENTS, payload))
        return Acked(True, 0.0, None)


def _standing_still() -> float:
    return 0.0


class TelegramWire(BaseRequest):
    """python-telegram-bot's way to the stand-in."""

    def __init__(self, outside: Outside, power: Power) -> None:
        self._outside, self._power = outside, power

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """Nothing is opened."""

    async def shutdown(self) -> None:
        """Nothing is closed."""

    # Any: the library leaves its time-outs open to values of its own.
    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        address = urlsplit(url)
        name = address.path.rsplit("/", 1)[-1]
        values: Json = dict(parse_qsl(address.query))
        if request_data:
            values |= request_data.json_parameters
            values |= {key: _document(*part) for key, part in request_data.multipart_data.items()}
        if name not in _SILENT:
            await self._power.linger()
            self._power.at("send")
        if name == "getUpdates":
            self._confirm(int(values.get("offset", 0)))
        status, answer = await self._carried_out(name, values)
        if name not in _SILENT:
            self._power.at("sent")
            await self._power.linger()
        self._power.check()
        return status, json.dumps(answer).encode()

    async def _carried_out(self, name: str, values: Json) -> tuple[int, Json]:
        world = self._outside.town.telegram._world
        try:
            return 200, {"ok": True, "result": await carry_out(world, name, decoded(name, values))}
        except RefusedByTelegram as refusal:
            return refusal.status, refusal.body()

    def _confirm(self, offset: int) -> None:
        waiting = self._outside.town.telegram._world.updates._waiting
        self._outside.town.confirmed |= {one.update_id for one in waiting if one.update_id < offset}


def _document(name: str, content: Any, mime: str) -> Document:  # Any: the library has bytes, and open files
    return Document(name, content if isinstance(content, bytes) else content.read(), mime)


class SlackWire(AsyncWebClient):
    """slack_sdk's way to the stand-in."""

    def __init__(self, outside: Outside, power: Power) -> None:
        super().__init__(TOKEN)
        self._outside, self._power = outside, power
        self.retry_handlers = []

    async def _request(self, *, http_verb: str, api_url: str, req_args: Json) -> Json:
        params: Json = {}
        for part in ("params", "data", "json"):
            params |= req_args.get(part) or {}
        params = {key: nested(key, value) for key, value in params.items() if value is not None}
        params.pop("token", None)
        await self._power.linger()
        self._power.at("send")
        # What goes over a wire is a copy.
        params = json.loads(json.dumps(params))
        try:
            status, answer = 200, self._outside.town.slack.web_api.perform(api_url.rsplit("/", 1)[-1], params, TOKEN)
        except RefusedBySlack as refusal:
            status, answer = refusal.status, refusal.body()
        answer = json.loads(json.dumps(answer))
        self._power.at("sent")
        await self._power.linger()
        self._power.check()
        return {"data": answer, "headers": {}, "status_code": status}


def names(actors: Sequence[Actor]) -> list[PersonId]:
    """Their persons, in a fixed order."""
    return sorted(actor.person for actor in actors)
