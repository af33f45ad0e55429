"""Keeps people's home tabs as things stand: drawn when somebody opens theirs, and after what they do themselves."""

from __future__ import annotations

import structlog

from adapters.slack import home, payload
from adapters.slack.blocks import Block
from adapters.slack.home import Overview
from adapters.slack.payload import Body
from adapters.slack.people import People
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME
from bot.conversation import Conversation
from bot.core.request.model import RequestId
from bot.ports import Account, Clock, MessengerError, Store
from bot.service import UpdateKey

log = structlog.get_logger("soglas.slack")
_MOST_LINKS = 15


class Homes:
    """Nothing here is fatal: a tab that could not be drawn is drawn the next time it is opened."""

    def __init__(self, screens: Screens, people: People, conversation: Conversation, store: Store, clock: Clock) -> None:
        self._screens, self._people, self._conversation = screens, people, conversation
        self._store, self._clock = store, clock
        self._looked: set[str] = set()  # whoever has opened theirs since the start: nobody else's has to be kept up

    async def opened(self, body: Body) -> None:
        self._looked.add(payload.user(body))
        await self._draw(body)

    async def follow(self, body: Body) -> None:
        """Somebody has done something, which may have changed what their tab shows."""
        if payload.user(body) in self._looked:
            await self._draw(body)

    async def _draw(self, body: Body) -> None:
        try:
            await self._screens.publish(payload.user(body), await self._tab(await self._people.account(body)))
        except Exception as error:
            log.warning("home_not_drawn", error=type(error).__name__, reason=str(error))

    async def _tab(self, account: Account | None) -> Block:
        reader, now = await self._people.reader(account), self._clock.now()
        found = await self._store.read(lambda tx: home.overview(tx, account.person, now)) if account else None
        if account is None or found is None:
            return home.for_stranger(reader)
        settings = await self._conversation.command(account, "settings", "", UpdateKey(NAME, "home"))
        return home.view(found, settings.prompt, await self._links(found), reader)

    async def _links(self, found: Overview) -> dict[RequestId, str]:
        links: dict[RequestId, str] = {}
        for one in found.waiting[:_MOST_LINKS]:
            try:
                if one.copy:
                    links[one.request] = await self._screens.link(one.copy.chat, one.copy.message)
            except MessengerError as error:
                log.warning("no_link", error=type(error).__name__, reason=str(error))
        return links
