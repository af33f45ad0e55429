"""How the bot talks with one person where there are only messages and buttons: taps, questions, what is typed.

Knows no messenger: a door hands in who did what, and gets back what to answer. Every tap gets exactly one answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot import buttons, dialogs
from bot.absences import Absences
from bot.away import AwayTalk
from bot.core.cards import Input, card, takers
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do
from bot.core.request.effects import Refused
from bot.core.request.model import Request, RequestId, Weight
from bot.core.request.opening import cleaned
from bot.core.wording import Text, counted, text
from bot.dialogs import Choice, Dialog
from bot.ports import Account, Clock, Filter, Job, Store, Transaction
from bot.prompts import Option, Prompt, Reply, done, is_assent, option_of, question_of, ready_reasons, review_of
from bot.service import Done, Service, UpdateKey
from bot.teams import reader_of

_FREE_TEXT = {Input.REASON, Input.QUESTION, Input.OPINION, Input.ANSWER, Input.NEW_TEXT}
# Where a bare "ok" is surely no answer; to a question or as an opinion it may be one.
_NO_ASSENT = {Input.REMARKS, Input.REASON, Input.QUESTION, Input.NEW_TEXT}
_MOST_SHOWN, _IN_A_ROW, _MOST_PEOPLE, _MOST_REDRAWN = 20, 4, 30, 1000


class Conversation:
    """One messenger's conversations."""

    def __init__(self, messenger: str, service: Service, store: Store, clock: Clock) -> None:
        self._messenger, self._service, self._store, self._clock = messenger, service, store, clock
        self._away = AwayTalk(messenger, Absences(store, clock, service.nudge))

    async def tap(self, account: Account | None, data: str, update: UpdateKey) -> Reply:
        """Somebody tapped a button that carries ``data``."""
        if account is None:
            return Reply(text("refusal.stranger"), alert=True)
        if code := buttons.parse(data):
            return await self._card_button(account, code, update)
        if choice := dialogs.parse(data):
            return await self._dialog_button(account, choice, update)
        if request := buttons.parse_show(data):
            return await self._where(account, request)
        if word := buttons.parse_away(data):
            return await self._away.tapped(account, word, (await self._service.person(account))[0])
        return Reply(text("refusal.retired_button"), alert=True)

    async def _card_button(self, account: Account, code: buttons.Code, update: UpdateKey) -> Reply:
        move = Do(code.action, account.person, self._messenger, code.ticket)
        if code.input is Input.NOTHING:
            outcome = await self._service.do(code.request, move, update)
            return Reply(_refusal(outcome), alert=True) if isinstance(outcome, Refused) else Reply(done(code.action))
        outcome = await self._service.probe(code.request, move)
        if isinstance(outcome, Refused):
            return Reply(_refusal(outcome), alert=True)
        choices = self._choices(code, outcome.request, outcome.team, account.person)
        dialog = dialogs.start(_new_id(update), code, choices)
        await self._keep(account, dialog)
        return Reply(text("answer.tell_me_more"), prompt=question_of(dialog, outcome.request, outcome.team), dialog=dialog)

    def _choices(self, code: buttons.Code, request: Request, team: Team, person: PersonId) -> tuple[str, ...]:
        if code.input in (Input.REMARKS, Input.REASON):
            return ready_reasons(code.action, reader_of(team, person))
        if code.input is Input.PERSON:
            return takers(request, team, person, self._clock.now())[:_MOST_PEOPLE]
        return ()

    async def _dialog_button(self, account: Account, choice: Choice, update: UpdateKey) -> Reply:
        dialog = await self._dialog(account)
        if dialog is None or dialog.id != choice.dialog:
            return Reply(text("refusal.question_over"), alert=True, close=choice.dialog)
        if choice.verb == "cancel":
            await self._end(account)
            return Reply(text("answer.cancelled"), close=dialog.id)
        if not dialogs.has(dialog, choice):
            return Reply(text("refusal.retired_button"), alert=True)
        if choice.verb in ("must", "wish"):
            return await self._weighed(account, dialog, choice)
        if choice.verb == "ready" and dialog.input is Input.REMARKS:
            return await self._added(account, dialog, dialog.choices[choice.number], update)
        if choice.verb == "ready":
            return await self._finish(account, dialog, update, words=dialog.choices[choice.number])
        if choice.verb == "person":
            return await self._finish(account, dialog, update, to=dialog.choices[choice.number])
        if choice.verb == "send" and not dialog.is_weighed:
            return Reply(text("answer.weigh_each"), alert=True)
        return await self._finish(account, dialog, update)

    async def _weighed(self, account: Account, dialog: Dialog, choice: Choice) -> Reply:
        dialog = dialogs.weigh(dialog, choice.number, Weight.MUST_FIX if choice.verb == "must" else Weight.WISH)
        await self._keep(account, dialog)
        return Reply(text("answer.noted"), prompt=review_of(dialog), close=dialog.id, dialog=dialog)

    async def _added(self, account: Account, dialog: Dialog, words: str, update: UpdateKey) -> Reply:
        if dialog.heard != update.id:
            dialog = replace(dialogs.add_text(dialog, words), heard=update.id)
            await self._keep(account, dialog)
        if not dialog.lines:
            return Reply(text("refusal.remarks_missing"))
        return Reply(text("answer.noted"), prompt=review_of(dialog), close=dialog.id, dialog=dialog)

    async def _finish(
        self, account: Account, dialog: Dialog, update: UpdateKey, *, words: str = "", to: PersonId | None = None
    ) -> Reply:
        move = dialogs.command(dialog, account.person, self._messenger, words=words, to=to)
        outcome = await self._service.do(dialog.request, move, update)
        await self._end(account)
        if isinstance(outcome, Refused):
            return Reply(_refusal(outcome), alert=True, close=dialog.id)
        return Reply(done(dialog.action), close=dialog.id)

    async def typed(
        self, account: Account | None, words: str, request: RequestId | None, update: UpdateKey, replied: str = ""
    ) -> Reply:
        """Somebody wrote ``words``. The reply's toast is to be sent as a message.

        ``replied`` is the message they replied to, ``request`` the one whose card it is. A question that has not been put
        to them yet (its message did not get through) is not answered by chance.
        """
        if account is None:
            return Reply(text("refusal.stranger"))
        words = cleaned(words)
        dialog = await self._dialog(account)
        if dialog is not None and dialog.placed:
            if replied and replied not in dialog.placed and request != dialog.request:
                return Reply(text("answer.other_question", id=dialog.request))
            return await self._answered(account, dialog, words, update)
        if is_assent(words):
            return await self._buttons_instead(account, request)
        return Reply(text("answer.not_understood"))

    async def _answered(self, account: Account, dialog: Dialog, words: str, update: UpdateKey) -> Reply:
        if not words:
            return Reply(text("answer.only_text"))
        if dialog.input in _NO_ASSENT and is_assent(words):
            return Reply(text("answer.ok_is_no_answer", words=words))
        if dialog.input in _FREE_TEXT:
            return await self._finish(account, dialog, update, words=words)
        if dialog.input is Input.REMARKS:
            return await self._added(account, dialog, words, update)
        return Reply(text("answer.use_buttons"))

    async def _buttons_instead(self, account: Account, request: RequestId | None) -> Reply:
        """A typed "ok" records nothing: the real buttons come instead."""
        waiting = [found for found in await self.waiting(account.person) if request in (None, found.request.id)]
        if not waiting:
            return Reply(text("answer.ok_nothing_waits"))
        found = waiting[0]
        drawn = card(found.request, found.team, account.person, self._clock.now())
        rows = tuple((option_of(found.request.id, button),) for button in drawn.buttons)
        subject = text("answer.ok_is_no_decision", id=found.request.id, title=found.request.draft.title)
        return Reply(prompt=Prompt(subject, options=rows))

    async def waiting(self, person: PersonId) -> Sequence[Done]:
        """The requests that wait for a person's answer, the oldest first."""
        return await self._service.waiting(person)

    async def inbox(self, account: Account | None, *, with_buttons: bool = False) -> Reply:
        """What waits for the person who asks; ``with_buttons`` where a message can lead to a card."""
        if account is None:
            return Reply(text("refusal.stranger"))
        waiting = await self.waiting(account.person)
        if not waiting:
            return Reply(text("inbox.empty"))
        await self.redraw(account.person, [one.request.id for one in waiting])
        lines = tuple(text("inbox.line", id=one.request.id, title=one.request.draft.title) for one in waiting[:_MOST_SHOWN])
        shown = waiting[:_MOST_SHOWN] if with_buttons else ()
        keys = [Option(one.request.id, buttons.show(one.request.id)) for one in shown]
        rows = tuple(tuple(keys[i : i + _IN_A_ROW]) for i in range(0, len(keys), _IN_A_ROW))
        return Reply(prompt=Prompt(counted("inbox.title", len(waiting)), lines, rows))

    async def away(self, account: Account | None, words: str) -> Reply:
        """What somebody wrote after ``/away``: days, somebody's name and days, or nothing."""
        if account is None:
            return Reply(text("refusal.stranger"))
        return await self._away.said(account, cleaned(words), (await self._service.person(account))[0])

    async def redraw(self, person: PersonId, shown: Sequence[RequestId]) -> None:
        """Puts cards up again: one that is there is edited in place, one that was deleted comes anew."""

        def work(tx: Transaction) -> None:
            for request in shown:
                for copy in (copy for copy in tx.copies(request) if copy.person == person):
                    tx.save_copy(replace(copy, fingerprint=""))
                tx.put_job(Job(f"card:{request}:{person}", "card", request, person, self._clock.now(), urgent=True))

        await self._store.run(work)

    async def welcome_back(self, account: Account) -> None:
        """Somebody can be written to again: what went by meanwhile was not sent, so all their cards are drawn anew."""
        requests = await self._service.list(Filter(limit=_MOST_REDRAWN))
        waiting = {one.request.id for one in await self.waiting(account.person)}

        def held(tx: Transaction) -> list[RequestId]:
            return [r.id for r in requests if r.id in waiting or any(c.person == account.person for c in tx.copies(r.id))]

        await self.redraw(account.person, await self._store.read(held))

    async def _where(self, account: Account, request: RequestId) -> Reply:
        """Leads to a card: a message that replies to it, because a messenger jumps to what is replied to."""
        found = await self._service.find(request)
        copies = await self._store.read(lambda tx: tx.copies(request))
        mine = next((c for c in copies if c.person == account.person and c.messenger == self._messenger), None)
        if found is None or mine is None:
            return Reply(text("refusal.retired_button"), alert=True)
        prompt = Prompt(text("inbox.here", id=request, title=found.request.draft.title))
        return Reply(prompt=prompt, under=mine.message)

    async def cancel(self, account: Account | None) -> Reply:
        dialog = await self._dialog(account) if account else None
        if account is None or dialog is None:
            return Reply(text("answer.nothing_to_cancel"))
        await self._end(account)
        return Reply(text("answer.cancelled"), close=dialog.id)

    async def placed(self, account: Account, dialog: Dialog, message: str) -> None:
        """Notes where a question was put, so that its buttons can be taken away when it is over."""
        if message != dialog.message:
            await self._keep(account, replace(dialog, placed=(*dialog.placed, message)))

    async def question(self, account: Account) -> Dialog | None:
        return await self._dialog(account)

    async def _dialog(self, account: Account) -> Dialog | None:
        body = await self._store.read(lambda tx: tx.dialog(self._messenger, account.external))
        return dialogs.load(body) if body else None

    async def _keep(self, account: Account, dialog: Dialog) -> None:
        now, body = self._clock.now(), dialogs.dump(dialog)
        await self._store.run(lambda tx: tx.save_dialog(self._messenger, account.external, body, now))

    async def _end(self, account: Account) -> None:
        await self._store.run(lambda tx: tx.end_dialog(self._messenger, account.external))


def _new_id(update: UpdateKey) -> str:
    """From the update that asked for it: handled again after a crash, it is the same question."""
    return hashlib.sha256(f"{update.messenger}:{update.id}".encode()).hexdigest()[:12]


def _refusal(outcome: Refused) -> Text:
    return outcome.text
