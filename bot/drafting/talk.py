"""Opening a request in chat: one question a message, a summary with what will happen, and it is sent once.

Knows no messenger: a door hands in what was typed or tapped and gets back what to answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.card_facts import named
from bot.core.playbook.model import PersonId
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Draft, File, RequestId
from bot.core.request.opening import MAX_TITLE, cleaned
from bot.core.request.risk import expected_end
from bot.core.wording import Moment, Text, counted, text
from bot.drafting import answers, drafts, foresight
from bot.drafting.choices import Desk, desk_of, sender
from bot.drafting.drafts import Ask, Content, Tap, Unsent
from bot.drafting.questions import question
from bot.ports import Account, Clock, Store, Transaction
from bot.prompts import Prompt, Reply, is_assent, noted, too_late
from bot.service import Done, Outcome, Service, UpdateKey
from bot.speech import Reader
from bot.teams import opening_team, reader_of, team_of_person

_LONG_AGO = timedelta(days=1)
_MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class _Room:
    """One transaction with one person."""

    tx: Transaction
    account: Account
    desk: Desk
    reader: Reader
    now: datetime


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is to be opened."""

    brand: str
    by: PersonId
    draft: Draft
    key: str


class NewTalk:
    """One messenger's conversations about new requests."""

    def __init__(self, messenger: str, service: Service, store: Store, clock: Clock) -> None:
        self._messenger, self._service, self._store, self._clock = messenger, service, store, clock
        self._table = f"{messenger}:new"  # beside the questions about cards, never in their place

    async def start(
        self,
        account: Account | None,
        words: str,
        update: UpdateKey,
        *,
        text: str = "",
        links: Sequence[str] = (),
        files: Sequence[File] = (),
    ) -> Reply:
        """Somebody wants a new request; ``words`` stood beside the command, the rest came with it."""
        brought = Content(cleaned(words), cleaned(text), tuple(map(cleaned, links)), tuple(files))
        return await self._store.run(lambda tx: self._start(tx, account, brought, update))

    async def tapped(self, account: Account | None, data: str, update: UpdateKey) -> Reply:
        """Somebody tapped a button of a draft."""
        tap = drafts.parse(data)
        if tap is None:
            return Reply(text("refusal.retired_button"), alert=True)
        if tap.verb == "send":
            return await self._send(account, tap, update)
        return await self._store.run(lambda tx: self._tap(tx, account, tap, update))

    async def said(
        self, account: Account | None, words: str, update: UpdateKey, *, files: Sequence[File] = (), replied: str = ""
    ) -> Reply | None:
        """Somebody wrote or sent files; ``replied`` is the message they replied to. ``None`` when it is not about a draft."""
        return await self._store.run(lambda tx: self._said(tx, account, cleaned(words), update, tuple(files), replied))

    async def cancel(self, account: Account | None) -> Reply | None:
        def work(tx: Transaction) -> Reply | None:
            unsent = self._unsent(tx, account)
            return self._cancelled(tx, account, unsent) if account and unsent else None

        return await self._store.run(work)

    async def waits_for_words(self, account: Account | None) -> bool:
        """Whether what is typed now is an answer: at other questions a door may first see whether it means something else."""
        unsent = await self._store.read(lambda tx: self._unsent(tx, account))
        return unsent is not None and unsent.waits_for_words

    async def standing(self, account: Account | None) -> str:
        """The message the question stands in, to take its buttons away when it is over; empty if there is none."""
        unsent = await self._store.read(lambda tx: self._unsent(tx, account))
        return unsent.message if unsent else ""

    async def placed(self, account: Account, message: str) -> None:
        """Notes where the question was put."""

        def work(tx: Transaction) -> None:
            unsent = self._unsent(tx, account)
            if unsent and message != unsent.message:
                self._keep(tx, account, replace(unsent, placed=(*unsent.placed, message)[-_MOST_PLACES:]), self._clock.now())

        await self._store.run(work)

    @staticmethod
    def is_mine(data: str) -> bool:
        """Whether a button's code is one of a draft's."""
        return drafts.parse(data) is not None

    def _start(self, tx: Transaction, account: Account | None, brought: Content, update: UpdateKey) -> Reply:
        room, there = self._room(tx, account), self._unsent(tx, account)
        if room is None:
            return Reply(text("refusal.stranger"))
        if not any(room.desk.kinds(brand) for brand in room.desk.books):
            return Reply(text("new.nothing_offered"))
        begun = _begun(room, update, brought)
        if there and there.id == begun.id:  # the same wish, delivered again
            return self._again(room, there)
        if there and (there.answered or there.content != Content()):
            note = text("new.unfinished", when=Moment(there.touched_at))
            return self._again(room, replace(there, waiting=brought, heard=update.id), note)
        return self._ask(room, begun)

    def _tap(self, tx: Transaction, account: Account | None, tap: Tap, update: UpdateKey) -> Reply:
        found = self._current(tx, account, tap, update)
        if isinstance(found, Reply):
            return found
        room, unsent = found[0], replace(found[1], heard=update.id)
        if tap.verb == "anew":
            return self._ask(room, _begun(room, update, unsent.waiting or Content()))
        if tap.verb == "change":
            return self._ask(room, unsent, Ask.CHANGE)
        if tap.verb == "back":
            return self._ask(room, unsent)
        if unsent.ask is Ask.CHANGE:
            return self._ask(room, unsent, Ask(unsent.choices[tap.number]))
        after = answers.tapped(room.desk, unsent, tap)
        if unsent.ask is Ask.NEEDED_BY and after.needed_by and after.needed_by <= room.now:
            return replace(self._again(room, unsent), toast=text("refusal.needed_by_past"), alert=True)
        return self._ask(room, after)

    def _current(self, tx: Transaction, account: Account | None, tap: Tap, update: UpdateKey) -> tuple[_Room, Unsent] | Reply:
        """The draft whose present question has such a button, or what to say instead."""
        room, unsent = self._room(tx, account), self._unsent(tx, account)
        if room is None or account is None:
            return Reply(text("refusal.stranger"), alert=True)
        if unsent is None or unsent.id != tap.draft:
            return self._over(tx, account, tap)
        if tap.verb == "cancel":
            return self._cancelled(tx, account, unsent)
        if unsent.heard == update.id:
            return self._again(room, unsent)
        if tap.turn != unsent.turn:
            return replace(self._again(room, unsent), toast=text("new.old_question"), alert=True)
        if not drafts.has(room.desk, unsent, tap):
            return Reply(text("refusal.retired_button"), alert=True)
        return room, unsent

    def _said(
        self, tx: Transaction, account: Account | None, words: str, update: UpdateKey, files: tuple[File, ...], replied: str
    ) -> Reply | None:
        room, unsent = self._room(tx, account), self._unsent(tx, account)
        if room is None or unsent is None or (replied and replied not in unsent.placed):
            return None
        if unsent.heard == update.id:
            return self._again(room, unsent)
        unsent = replace(unsent, heard=update.id)
        if room.now - unsent.touched_at > _LONG_AGO:
            return self._again(room, unsent, text("new.stopped.not_added", when=Moment(unsent.touched_at)))
        if not words and not files:
            return self._again(room, unsent, text("new.only_words_and_files"))
        taken = answers.with_files(unsent, files)
        if isinstance(taken, Text):
            return self._again(room, unsent, taken)
        if not words:
            return self._again(room, taken, counted("new.files.added", len(files)))
        after = answers.typed(room.desk, taken, words, room.reader, room.now)
        return self._again(room, taken, after) if isinstance(after, Text) else self._ask(room, after)

    async def _send(self, account: Account | None, tap: Tap, update: UpdateKey) -> Reply:
        ready = await self._store.run(lambda tx: self._ready(tx, account, tap, update))
        if isinstance(ready, Reply):
            return ready
        outcome = await self._service.open(ready.brand, ready.by, ready.draft, through=self._messenger, key=ready.key)
        return await self._store.run(lambda tx: self._opened(tx, account, tap, ready, outcome))

    def _ready(self, tx: Transaction, account: Account | None, tap: Tap, update: UpdateKey) -> _Ready | Reply:
        found = self._current(tx, account, tap, update)
        if isinstance(found, Reply):
            return found
        room, unsent = found
        draft, book = drafts.draft(room.desk, unsent), room.desk.books[unsent.brand]
        team = opening_team(tx, book, draft, room.now)
        return _Ready(unsent.brand, sender(room.desk, unsent.brand, team, room.now), draft, unsent.key)

    def _opened(self, tx: Transaction, account: Account | None, tap: Tap, ready: _Ready, outcome: Outcome) -> Reply:
        assert account is not None
        if isinstance(outcome, Refused):
            return self._refused(tx, account, tap, outcome)
        body = tx.dialog(self._table, account.external)
        left = drafts.load(body) if body else None
        if left and left.id == tap.draft:  # else they write another one by now
            tx.end_dialog(self._table, account.external)
            # Another process may have taken files in, and said so, while this was being sent.
            if late := tuple(named(file) for file in left.content.files if file not in ready.draft.files):
                note = too_late(account.person, outcome.request.id)
                return Reply(prompt=noted(sent(outcome), Prompt(note, late)), close=tap.draft)
        if outcome.again:
            return Reply(text("new.already_sent", id=outcome.request.id), close=tap.draft)
        return Reply(prompt=Prompt(sent(outcome)), close=tap.draft)

    def _refused(self, tx: Transaction, account: Account, tap: Tap, refused: Refused) -> Reply:
        """Back to the question the refusal is about."""
        room, unsent = self._room(tx, account), self._unsent(tx, account)
        if room is None or unsent is None or unsent.id != tap.draft or refused.reason is Refusal.OUTDATED:
            return self._over(tx, account, tap)
        back = drafts.where(refused, drafts.draft(room.desk, unsent))
        return replace(self._ask(room, unsent, back), toast=refused.text, alert=True)

    def _over(self, tx: Transaction, account: Account, tap: Tap) -> Reply:
        """A button of a draft that is not there any more: it was sent, cancelled, or somebody else's."""
        known = tx.remembered(drafts.key_of(tap.draft))
        stored = tx.request(RequestId(known[1])) if known else None
        if stored and account.person in (stored.request.requested_by, stored.request.author):
            return Reply(text("new.already_sent", id=stored.request.id), close=tap.draft)
        return Reply(text("new.over"), alert=True, close=tap.draft)

    def _cancelled(self, tx: Transaction, account: Account, unsent: Unsent) -> Reply:
        tx.end_dialog(self._table, account.external)
        return Reply(text("new.cancelled"), close=unsent.id)

    def _again(self, room: _Room, unsent: Unsent, note: Text | None = None) -> Reply:
        """The question that waits, once more."""
        return self._ask(room, unsent, None if unsent.ask is Ask.SUMMARY else unsent.ask, note)

    def _ask(self, room: _Room, unsent: Unsent, ask: Ask | None = None, note: Text | None = None) -> Reply:
        """The next question; a summary that would be refused leads back to what is wrong."""
        unsent = drafts.put(room.desk, replace(unsent, touched_at=room.now), room.now, room.reader.zone, ask)
        preview: tuple[Text, ...] = ()
        if unsent.ask is Ask.SUMMARY:
            found = _foreseen(room, unsent)
            if isinstance(found, Refused):
                note = text("new.noted", note=note, question=found.text) if note else found.text
                back = drafts.where(found, drafts.draft(room.desk, unsent))
                unsent = drafts.put(room.desk, unsent, room.now, room.reader.zone, back)
            else:
                preview = found
        self._keep(room.tx, room.account, unsent, room.now)
        prompt = question(room.desk, unsent, preview)
        return Reply(prompt=noted(note, prompt) if note else prompt, close=unsent.id)

    def _room(self, tx: Transaction, account: Account | None) -> _Room | None:
        """``None`` for whoever works for no brand."""
        now = self._clock.now()
        team = team_of_person(tx, account.person, now) if account else None
        if account is None or team is None:
            return None
        return _Room(tx, account, desk_of(tx, account.person), reader_of(team, account.person), now)

    def _unsent(self, tx: Transaction, account: Account | None) -> Unsent | None:
        """The person's draft; one that was sent is none, should a crash have left it behind."""
        body = tx.dialog(self._table, account.external) if account else None
        unsent = drafts.load(body) if body else None
        return unsent if unsent and tx.remembered(unsent.key) is None else None

    def _keep(self, tx: Transaction, account: Account, unsent: Unsent, now: datetime) -> None:
        tx.save_dialog(self._table, account.external, drafts.dump(unsent), now)


def _begun(room: _Room, update: UpdateKey, brought: Content) -> Unsent:
    """A new draft, from the update that asked for it: handled again after a crash, it is the same one."""
    unsent = drafts.fitted(room.desk, Unsent(new_id(update), room.now, content=brought, heard=update.id))
    beside = " ".join(brought.title.split())
    kind = answers.kind_meant(room.desk, unsent, beside) if beside else ""
    title = "" if kind or is_assent(beside) or len(beside) > MAX_TITLE else beside
    answered = (Ask.TEXT,) if brought.text else ()
    return replace(unsent, kind=kind or unsent.kind, content=replace(brought, title=title), answered=answered)


def new_id(update: UpdateKey) -> str:
    return hashlib.sha256(f"new:{update.messenger}:{update.id}".encode()).hexdigest()[:12]


def _foreseen(room: _Room, unsent: Unsent) -> tuple[Text, ...] | Refused:
    draft = drafts.draft(room.desk, unsent)
    team = opening_team(room.tx, room.desk.books[unsent.brand], draft, room.now)
    found = foresight.foresee(team, sender(room.desk, unsent.brand, team, room.now), draft, room.now)
    return found if isinstance(found, Refused) else foresight.words(found, team)


def sent(done: Done) -> Text:
    """What is said of a request that was just opened: its id, and by when there is an answer."""
    request, main = done.request, done.request.main_step
    if main is None:
        return text("new.sent", id=request.id, title=request.draft.title)
    hear_by = Moment(expected_end(done.team, request, main))
    return text("new.sent.hear_by", id=request.id, title=request.draft.title, when=hear_by)
