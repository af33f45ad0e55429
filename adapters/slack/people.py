"""Who is behind a delivery, and how they read."""

from __future__ import annotations

import structlog

from adapters.slack import payload
from adapters.slack.payload import Body
from adapters.slack.sender import NAME, SlackMessenger
from bot.ports import Account, Store
from bot.service import Service
from bot.speech import Reader

log = structlog.get_logger("soglas.slack")


class People:
    """Slack's people. ``workspace`` is the one the bot belongs to."""

    def __init__(self, workspace: str, messenger: SlackMessenger, service: Service, store: Store) -> None:
        self.workspace = workspace
        self._messenger, self._service, self._store = messenger, service, store

    def is_foreign(self, body: Body) -> bool:
        """Whether it comes from another workspace: the same user id may be somebody else there."""
        return bool(self.workspace) and payload.workspace(body) not in ("", self.workspace)

    async def account(self, body: Body) -> Account | None:
        """Whose account it is; nobody's when it comes from a workspace that is not the bot's."""
        if self.is_foreign(body):
            return None
        external = payload.user(body)
        return await self._store.read(lambda tx: tx.account(NAME, external))

    async def newcomer(self, body: Body, channel: str = "") -> Account | None:
        """The account that somebody unknown writes from; nobody of another workspace comes in."""
        if self.is_foreign(body):
            return None
        user = payload.user(body)
        return Account(NAME, "", user, "", channel or await self._messenger.direct(user))

    async def chat(self, body: Body, account: Account | None) -> str:
        """The direct chat with whoever did something."""
        return (account.chat if account else "") or await self._messenger.direct(payload.user(body))

    async def who(self, body: Body) -> tuple[Account | None, Reader]:
        """Whom an answer goes to and how they read; an answer must not fail because that cannot be found out."""
        try:
            account = await self.account(body)
            return account, await self.reader(account)
        except Exception as error:
            log.error("reader_unknown", error=type(error).__name__)
            return None, Reader(("en",), "UTC")

    async def reader(self, account: Account | None) -> Reader:
        return (await self._service.person(account))[0]
