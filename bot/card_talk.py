"""Taps on a card, and the questions a card's buttons ask: remarks, reasons, evidence, a person, a new text.

Knows no messenger. Every tap gets exactly one answer; what is asked is kept in the database until it is answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import buttons, dialogs
from bot.core.cards import Input, takers
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request import checklist
from bot.core.request.commands import Do, Proof
from bot.core.request.effects import Refused
from bot.core.request.model import File, Request, Weight
from bot.core.request.table import Action
from bot.core.wording import Moment, text
from bot.creators import is_creator
from bot.dialogs import Change, Choice, Dialog
from bot.ports import Account, Clock, Store
from bot.prompts import (
    Prompt,
    Reply,
    checklist_of,
    done,
    is_assent,
    item_of,
    missed,
    noted,
    question_of,
    ready_reasons,
    review_of,
    too_late,
)
from bot.service import Service, UpdateKey
from bot.teams import reader_of

_FREE_TEXT = {Input.REASON, Input.QUESTION, Input.OPINION, Input.ANSWER, Input.NEW_TEXT}
# Where a bare "ok" is surely no answer; to a question or as an opinion it may be one.
_NO_ASSENT = {Input.REMARKS, Input.REASON, Input.QUESTION, Input.NEW_TEXT, Input.CHECKLIST}
_MOST_PEOPLE = 30
_LONG_AGO = timedelta(days=1)


class CardTalk:
    """One messenger's questions about cards."""

    def __init__(self, messenger: str, service: Service, store: Store, clock: Clock) -> None:
        self._messenger, self._service, self._store, self._clock = messenger, service, store, clock

    async def tapped(self, account: Account, code: buttons.Code, update: UpdateKey) -> Reply:
        """A card's button: the move itself, or the question it asks first."""
        move = Do(code.action, account.person, self._messenger, code.ticket)
        if code.input is Input.NOTHING:
            outcome = await self._service.do(code.request, move, update)
            return Reply(outcome.text, alert=True) if isinstance(outcome, Refused) else Reply(done(code.action, code.request))
        outcome = await self._service.probe(code.request, move)
        if isinstance(outcome, Refused):
            return Reply(outcome.text, alert=True)
        choices = self._choices(code, outcome.request, outcome.team, account.person)
        dialog, before = await self._put(account, dialogs.start(_new_id(update), code, self._clock.now(), choices))
        prompt = review_of(dialog) if dialog.lines else question_of(dialog, outcome.request, outcome.team)
        if before and (before.lines or before.files):
            prompt = noted(text("answer.given_up", id=before.request), prompt)
        return Reply(text("answer.tell_me_more"), prompt=prompt, dialog=dialog)

    def _choices(self, code: buttons.Code, request: Request, team: Team, person: PersonId) -> tuple[str, ...]:
        match code.input:
            case Input.REMARKS | Input.REASON:
                return ready_reasons(code.action, reader_of(team, person))
            case Input.PERSON:
                return takers(request, team, person, self._clock.now())[:_MOST_PEOPLE]
            case Input.CHECKLIST:
                return tuple(item.id for item in checklist.items(team.playbook, request))
            case Input.NEW_TEXT:
                # A creator hears the remarks from their contact, never from the bot.
                return () if is_creator(person) else tuple(str(remark.number) for remark in request.to_fix)
            case _:
                return ()

    async def chosen(self, account: Account, choice: Choice, update: UpdateKey) -> Reply:
        """A button under a question."""
        dialog = await self.open(account)
        if dialog is None or dialog.id != choice.dialog:
            return Reply(text("refusal.question_over"), alert=True, close=choice.dialog)
        if choice.verb == "cancel":
            await self._over(account, dialog)
            kept = dialog.input is Input.CHECKLIST  # each item was kept at once
            return Reply(text("answer.checklist_closed" if kept else "answer.cancelled"), close=dialog.id)
        if not dialogs.has(dialog, choice):
            return Reply(text("refusal.retired_button"), alert=True)
        if choice.verb in ("must", "wish", "fixed", "list"):
            return await self._changed(account, dialog, lambda now: _marked(now, choice))
        if choice.verb in ("ready", "person", "item"):
            return await self._picked(account, dialog, choice, update)
        if dialog.input is Input.REMARKS and not dialog.is_weighed:
            return Reply(text("answer.weigh_each"), alert=True)
        return await self._finish(account, dialog, update)

    async def _picked(self, account: Account, dialog: Dialog, choice: Choice, update: UpdateKey) -> Reply:
        """One of what was offered: ready words, a person, an item of the checklist."""
        picked = dialog.choices[choice.number]
        if choice.verb == "item":
            return await self._item(account, dialog, picked, update)
        if choice.verb == "person":
            return await self._finish(account, dialog, update, to=picked)
        if dialog.input is Input.REMARKS:
            return await self._added(account, dialog, picked, update)
        return await self._finish(account, dialog, update, words=picked)

    async def _changed(self, account: Account, read: Dialog, change: Change) -> Reply:
        """The same question in its next form, in the place of the one tapped."""
        dialog = await self._change(account, read, change)
        if dialog is None:
            return _late(account, read)
        if dialog.input is Input.REMARKS:
            prompt = review_of(dialog)
        else:
            found = await self._service.find(dialog.request)
            assert found is not None  # it was there when the question was put, and requests are never deleted
            asked = checklist_of if dialog.input is Input.CHECKLIST else question_of
            prompt = asked(dialog, found.request, found.team)
        return Reply(text("answer.noted"), prompt=prompt, close=dialog.id, dialog=dialog)

    async def _added(self, account: Account, read: Dialog, words: str, update: UpdateKey) -> Reply:
        def added(now: Dialog) -> Dialog:
            return now if now.heard == update.id else replace(dialogs.add_text(now, words), heard=update.id)

        dialog = await self._change(account, read, added)
        if dialog is None:
            return _late(account, read)
        if not dialog.lines:
            return Reply(text("refusal.remarks_missing"))
        return Reply(text("answer.noted"), prompt=review_of(dialog), close=dialog.id, dialog=dialog)

    async def _item(self, account: Account, dialog: Dialog, item_id: str, update: UpdateKey) -> Reply:
        """An item of the checklist: a confirmation is given and taken back by a tap, the rest is asked for."""
        found = await self._service.find(dialog.request)
        assert found is not None
        item = next((i for i in checklist.items(found.team.playbook, found.request) if i.id == item_id), None)
        if item is None:
            return Reply(text("refusal.retired_button"), alert=True)
        if item.evidence == "confirm":
            there = checklist.given(found.request, item) is not None
            return await self._proved(account, dialog, Proof(item.id, taken_back=there), update)
        asks = await self._change(account, dialog, lambda now: replace(now, subject=item.id))
        if asks is None:
            return _late(account, dialog)
        return Reply(text("answer.noted"), prompt=item_of(asks, item), close=asks.id, dialog=asks)

    async def _proved(self, account: Account, read: Dialog, proof: Proof, update: UpdateKey) -> Reply:
        move = Do(Action.EVIDENCE, account.person, self._messenger, proofs=(proof,))
        outcome = await self._service.do(read.request, move, update)
        if isinstance(outcome, Refused):
            return Reply(outcome.text, alert=True)
        dialog = await self._change(account, read, lambda now: replace(now, subject=""))
        if dialog is None:
            return Reply(text("answer.noted"), close=read.id)
        prompt = checklist_of(dialog, outcome.request, outcome.team)
        return Reply(text("answer.noted"), prompt=prompt, close=dialog.id, dialog=dialog)

    async def _finish(
        self, account: Account, dialog: Dialog, update: UpdateKey, *, words: str = "", to: PersonId | None = None
    ) -> Reply:
        move = dialogs.command(dialog, account.person, self._messenger, words=words, to=to)
        outcome = await self._service.do(dialog.request, move, update)
        ended = await self._over(account, dialog)
        if isinstance(outcome, Refused):
            return Reply(outcome.text, alert=True, close=dialog.id)
        said = done(dialog.action, dialog.request)
        # Another process may have taken something in, and said so, while this was being sent.
        late = missed(dialog, ended) if ended else ()
        left_out = Prompt(too_late(account.person, dialog.request), late)
        return Reply(said, prompt=noted(said, left_out) if late else None, close=dialog.id)

    async def answered(
        self, account: Account, dialog: Dialog, words: str, update: UpdateKey, files: Sequence[File] = ()
    ) -> Reply:
        """What somebody wrote, or sent, while a question was open."""
        if self._clock.now() - dialog.asked_at > _LONG_AGO:
            return await self._once_more(account, dialog)
        if files:
            return await self._sent(account, dialog, words, tuple(files), update)
        if not words:
            return Reply(text("answer.only_text"))
        if dialog.input in _NO_ASSENT and is_assent(words):
            return Reply(text("answer.ok_is_no_answer", words=words))
        if dialog.input in _FREE_TEXT:
            return await self._finish(account, dialog, update, words=words)
        if dialog.input is Input.REMARKS:
            return await self._added(account, dialog, words, update)
        if dialog.input is Input.CHECKLIST and dialog.subject:
            return await self._proved(account, dialog, Proof(dialog.subject, words), update)
        return Reply(text("answer.use_buttons"))

    async def _once_more(self, account: Account, read: Dialog) -> Reply:
        """After so long nobody knows any more what they were asked: their words may be meant for something else."""
        found = await self._service.find(read.request)
        assert found is not None
        stopped, asked_at = read.asked_at, self._clock.now()
        dialog = await self._change(account, read, lambda now: replace(now, asked_at=asked_at))
        if dialog is None:
            return _late(account, read)
        asked = review_of(dialog) if dialog.lines else question_of(dialog, found.request, found.team)
        once_more = text("prompt.once_more", when=Moment(stopped), question=asked.text)
        return Reply(prompt=replace(asked, text=once_more), dialog=dialog)

    async def _sent(self, account: Account, dialog: Dialog, words: str, files: tuple[File, ...], update: UpdateKey) -> Reply:
        """Files answer only where a file is asked for: a new text, and an item of the checklist."""
        if dialog.input is Input.CHECKLIST and dialog.subject:
            return await self._proved(account, dialog, Proof(dialog.subject, words, files[0]), update)
        if dialog.input is not Input.NEW_TEXT:
            return Reply(text("answer.only_text"))

        def added(now: Dialog) -> Dialog:
            return now if now.heard == update.id else replace(now, files=(*now.files, *files), heard=update.id)

        if words:
            return await self._finish(account, added(dialog), update, words=words)
        return await self._changed(account, dialog, added)

    async def open(self, account: Account) -> Dialog | None:
        """The question that waits for this account's answer."""
        return await self._store.read(lambda tx: dialogs.opened(tx, self._messenger, account.external))

    async def placed(self, account: Account, dialog: Dialog, message: str) -> None:
        """Notes where a question was put, so that its buttons can be taken away when it is over."""

        def noted_at(now: Dialog) -> Dialog:
            return now if message == now.message else replace(now, placed=(*now.placed, message))

        if message != dialog.message:
            await self._change(account, dialog, noted_at)

    async def _change(self, account: Account, read: Dialog, change: Change) -> Dialog | None:
        now = self._clock.now()
        return await self._store.run(lambda tx: dialogs.change(tx, self._messenger, account.external, read, change, now))

    async def _put(self, account: Account, dialog: Dialog) -> tuple[Dialog, Dialog | None]:
        now = self._clock.now()
        return await self._store.run(lambda tx: dialogs.put(tx, self._messenger, account.external, dialog, now))

    async def _over(self, account: Account, read: Dialog) -> Dialog | None:
        return await self._store.run(lambda tx: dialogs.end(tx, self._messenger, account.external, read))

    async def end(self, account: Account) -> None:
        """Ends whatever is open."""
        await self._store.run(lambda tx: tx.end_dialog(self._messenger, account.external))


def _late(account: Account, dialog: Dialog) -> Reply:
    """Another process has ended the question since it was read."""
    return Reply(too_late(account.person, dialog.request), alert=True, close=dialog.id)


def _marked(dialog: Dialog, choice: Choice) -> Dialog:
    """The question after a tap that only marks something on it."""
    if choice.verb == "list":
        return replace(dialog, subject="")
    if choice.verb == "fixed":
        return dialogs.tick(dialog, int(dialog.choices[choice.number]))
    return dialogs.weigh(dialog, choice.number, Weight.MUST_FIX if choice.verb == "must" else Weight.WISH)


def _new_id(update: UpdateKey) -> str:
    """From the update that asked for it: handled again after a crash, it is the same question."""
    return hashlib.sha256(f"{update.messenger}:{update.id}".encode()).hexdigest()[:12]
