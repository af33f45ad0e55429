"""What waits for somebody, and their cards: listed, led to, put up again. Knows no messenger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot import buttons, digest, presence
from bot.core.playbook.model import PersonId
from bot.core.request.model import Request, RequestId
from bot.core.wording import counted, text
from bot.ports import Account, Clock, Filter, Job, Store, Transaction
from bot.prompts import Option, Prompt, Reply
from bot.service import Done, Service

_MOST_SHOWN, _IN_A_ROW = 20, 4
_MOST_REDRAWN, _REDRAWN_TOGETHER = 1000, 50


class Inbox:
    """One messenger's view of what waits for people."""

    def __init__(self, messenger: str, service: Service, store: Store, clock: Clock) -> None:
        self._messenger, self._service, self._store, self._clock = messenger, service, store, clock

    async def waiting(self, person: PersonId) -> Sequence[Done]:
        """The requests that wait for a person's answer, the oldest first."""
        return await self._service.waiting(person)

    async def list(self, account: Account | None, *, with_buttons: bool = False) -> Reply:
        """What waits for the person who asks; ``with_buttons`` where a message can lead to a card."""
        if account is None:
            return Reply(text("refusal.stranger"))
        waiting = await self.waiting(account.person)
        if not waiting:
            return Reply(text("inbox.empty"))
        await self.redraw(account.person, [one.request.id for one in waiting])
        lines = tuple(digest.line(one.request, account.person, self._clock.now()) for one in waiting[:_MOST_SHOWN])
        shown = waiting[:_MOST_SHOWN] if with_buttons else ()
        keys = [Option(one.request.id, buttons.show(one.request.id)) for one in shown]
        rows = tuple(tuple(keys[i : i + _IN_A_ROW]) for i in range(0, len(keys), _IN_A_ROW))
        return Reply(prompt=Prompt(counted("inbox.title", len(waiting)), lines, rows))

    async def redraw(self, person: PersonId, shown: Sequence[RequestId]) -> None:
        """Puts cards up again: one that is there is edited in place, one that was deleted comes anew."""

        def work(tx: Transaction) -> None:
            for request in shown:
                for copy in (copy for copy in tx.copies(request) if copy.person == person):
                    tx.save_copy(replace(copy, fingerprint=""))
                tx.put_job(Job(f"card:{request}:{person}", "card", request, person, self._clock.now(), urgent=True))

        await self._store.run(work)

    async def present(self, account: Account, *, gone: bool) -> None:
        """Notes that a person can be written to or not. Whoever comes back finds every card as it stands now."""
        if account.blocked == gone:
            return
        now, noted = self._clock.now(), presence.gone if gone else presence.back

        def work(tx: Transaction) -> None:
            noted(tx, account, now)

        await self._store.run(work)
        self._service.nudge()
        if not gone:
            await self._welcome_back(account)

    async def _welcome_back(self, account: Account) -> None:
        """Somebody can be written to again: what went by meanwhile was not sent, so all their cards are drawn anew."""
        waiting = set(await self._store.read(lambda tx: tx.waiting_for(account.person)))

        def held(tx: Transaction, page: Sequence[Request]) -> list[RequestId]:
            return [one.id for one in page if one.id in waiting or any(c.person == account.person for c in tx.copies(one.id))]

        wanted = Filter(limit=_REDRAWN_TOGETHER)
        # In pages: every tap begins with a read, and where there is one reader it waits behind this.
        for _ in range(_MOST_REDRAWN // _REDRAWN_TOGETHER):
            page = await self._service.list(wanted)
            if not page:
                return
            await self.redraw(account.person, await self._store.read(partial(held, page=page)))
            wanted = replace(wanted, before=(page[-1].opened_at, page[-1].id))

    async def where(self, account: Account, request: RequestId) -> Reply:
        """Leads to a card: a message that replies to it, because a messenger jumps to what is replied to."""
        found = await self._service.find(request, account.person)
        copies = await self._store.read(lambda tx: tx.copies(request))
        mine = next((c for c in copies if c.person == account.person and c.messenger == self._messenger), None)
        if found is None or mine is None:
            return Reply(text("refusal.retired_button"), alert=True)
        prompt = Prompt(text("inbox.here", id=request, title=found.request.draft.title))
        return Reply(prompt=prompt, under=mine.message)
