"""How the bot talks with one person: what is tapped, typed or sent goes to whoever can answer it.

Knows no messenger: a door hands in who did what, and gets back what to answer. Every tap gets exactly one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import buttons, dialogs, files
from bot.answers import Answers
from bot.answers import is_mine as is_question
from bot.away import AwayTalk
from bot.card_talk import CardTalk
from bot.core.cards import card
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do
from bot.core.request.effects import Refused
from bot.core.request.model import File, Request, RequestId, Status
from bot.core.request.opening import cleaned
from bot.core.request.relevance import open_questions
from bot.core.request.table import Action
from bot.core.wording import Text, text
from bot.creators import is_creator
from bot.dialogs import Dialog
from bot.drafting.talk import NewTalk
from bot.files import GivenFile
from bot.inbox import Inbox
from bot.onboarding import OnboardingTalk, word_in
from bot.onboarding import is_mine as is_setting
from bot.ports import Account, Clock, Store, Transaction
from bot.prompts import Option, Prompt, Reply, done, is_assent, is_said, is_thanks, option_of
from bot.service import Service, UpdateKey
from bot.teams import books_of
from bot.understanding import Intent, Understood, understand

_MOST_NOTED = 500  # characters of what was not understood
_TOLD = "tell:"
_SHORT = 80  # a longer text is no question while a text is asked for
_ASKED_ANYWHERE = frozenset(Intent) - {Intent.NEW, Intent.AWAY, Intent.MAY, Intent.HOW}


def _doing(word: str) -> Option:
    return Option(text(f"menu.{word}"), buttons.menu(word))


_DOINGS = ((_doing("inbox"), _doing("new")), (_doing("away"), _doing("settings")))
_DOINGS_OF_CREATOR = ((_doing("new"), _doing("settings")),)


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody wrote or sent. ``replied`` is the message they replied to, ``request`` the one it speaks of.

    ``asked`` says that it was a question of the request's, so that the reply is its answer. ``newcomer`` is the account of
    somebody nobody knows yet; ``unread`` names what cannot be read (a sticker, a voice message).
    """

    words: str
    request: RequestId | None = None
    replied: str = ""
    asked: bool = False
    files: tuple[GivenFile, ...] = ()
    newcomer: Account | None = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Talks:
    """Who answers what, in one messenger."""

    cards: CardTalk
    inbox: Inbox
    away: AwayTalk
    answers: Answers
    new: NewTalk
    settings: OnboardingTalk


class Conversation:
    """One messenger's conversations."""

    def __init__(self, messenger: str, service: Service, store: Store, clock: Clock, talks: Talks) -> None:
        self._messenger, self._service, self._store, self._clock = messenger, service, store, clock
        self._talks = talks
        self.inbox = talks.inbox

    async def tap(self, account: Account | None, data: str, update: UpdateKey) -> Reply:
        """Somebody tapped a button that carries ``data``."""
        talks = self._talks
        if account is None:
            return Reply(text("refusal.stranger"), alert=True)
        if code := buttons.parse(data):
            return await talks.cards.tapped(account, code, update)
        if choice := dialogs.parse(data):
            return await talks.cards.chosen(account, choice, update)
        if request := buttons.parse_show(data):
            return await talks.inbox.where(account, request)
        if word := buttons.parse_away(data):
            return await talks.away.tapped(account, word, (await self._service.person(account))[0])
        return await self._other_tap(account, data, update)

    async def _other_tap(self, account: Account, data: str, update: UpdateKey) -> Reply:
        talks = self._talks
        if word := buttons.parse_menu(data):
            return await self.command(account, word, "", update)
        if is_question(data):
            return await talks.answers.tapped(account, data)
        if talks.new.is_mine(data):
            return _of_draft(await talks.new.tapped(account, data, update))
        if is_setting(data):
            return await talks.settings.tapped(account, data, update)
        return Reply(text("refusal.retired_button"), alert=True)

    async def command(self, account: Account, name: str, rest: str, update: UpdateKey) -> Reply:
        """A command, by its name without the slash; one that does not exist gets the help."""
        talks = self._talks
        match name:
            case "inbox":
                return await self.inbox_of(account)
            case "away" | "back":
                return await self.away(account, f"{rest} back".strip() if name == "back" else rest)
            case "new":
                return await self._new(account, update, words=rest)
            case "cancel":
                return await self.cancel(account)
            case "settings":
                return await talks.settings.settings(account)
            case "invite":
                return await talks.settings.invite(account, rest)
            case "revoke":
                return await talks.settings.revoke(account, rest)
            case "menu" | "start" | Intent.HELP:
                return await self.menu(account)
            case _ if name in set(Intent):
                return await talks.answers.asked(account, Intent(name), rest)
            case _:
                return await self.menu(account)

    async def menu(self, account: Account) -> Reply:
        """Everything this person can ask and do, as buttons."""
        menu = await self._talks.answers.menu(account)
        if menu.prompt is None:
            return menu
        rows = _DOINGS_OF_CREATOR if is_creator(account.person) else _DOINGS
        return replace(menu, prompt=replace(menu.prompt, options=(*rows, *menu.prompt.options)))

    async def inbox_of(self, account: Account) -> Reply:
        """What waits for somebody; for a creator how their work stands."""
        if is_creator(account.person):
            return await self._talks.answers.asked(account, Intent.STATUS, "")
        return await self._talks.inbox.list(account, with_buttons=self._messenger == "telegram")

    async def typed(self, account: Account | None, heard: Heard, update: UpdateKey) -> Reply:
        """Somebody wrote or sent something. The reply's toast is to be sent as a message.

        A question that has not been put to them yet (its message did not get through) is not answered by chance.
        """
        words = cleaned(heard.words)
        if account is None:
            return await self._stranger(words, heard)
        if is_said("phrases.cancel", words):
            return await self.cancel(account)
        dialog = await self._talks.cards.open(account)
        if dialog is not None and dialog.placed:
            if heard.replied and heard.replied not in dialog.placed and heard.request != dialog.request:
                return Reply(text("answer.other_question", id=dialog.request))
            return await self._answered(account, dialog, words, heard, update)
        if heard.unread:
            return Reply(files.not_read(heard.unread))
        if heard.request and not is_creator(account.person):
            return await self._under_a_card(account, heard.request, words, heard, update)
        return await self._in_the_open(account, words, heard, update)

    async def _stranger(self, words: str, heard: Heard) -> Reply:
        word = word_in(words)
        if word and heard.newcomer:
            return await self._talks.settings.started(None, word, heard.newcomer)
        return Reply(text("refusal.stranger"))

    async def _answered(self, account: Account, dialog: Dialog, words: str, heard: Heard, update: UpdateKey) -> Reply:
        if not heard.files:
            return await self._talks.cards.answered(account, dialog, words, update)
        found = await self._service.find(dialog.request)
        taken = await self._taken(account, found.request.brand if found else "", heard.files)
        return taken if isinstance(taken, Reply) else await self._talks.cards.answered(account, dialog, words, update, taken)

    async def _under_a_card(self, account: Account, request: RequestId, words: str, heard: Heard, update: UpdateKey) -> Reply:
        """A reply to a card, or to a message about its request: the answer asked for, or said to everybody on it."""
        if is_assent(words) and not heard.files:
            return await self._buttons_instead(account, request)
        found = await self._service.find(request, account.person)
        if found is None:
            return Reply(text("refusal.no_such_request"))
        given = await self._taken(account, found.request.brand, heard.files)
        if isinstance(given, Reply):
            return given
        if given and account.person == found.request.requested_by and found.request.status is Status.APPROVED:
            # What was approved is the file that was there: a changed one needs an approval of its own.
            return _for_a_change(request, await self._new(account, update, words=found.request.draft.title, files=given))
        answers = heard.asked and account.person == found.request.requested_by and open_questions(found.request)
        action = Action.ANSWER if answers and words else Action.SAY
        move = Do(action, account.person, self._messenger, text=words, files=given or None)
        outcome = await self._service.do(request, move, update)
        return Reply(outcome.text if isinstance(outcome, Refused) else done(action, request))

    async def _in_the_open(self, account: Account, words: str, heard: Heard, update: UpdateKey) -> Reply:
        """Neither an answer nor under a card: a draft being written, a question, or something the bot does not know."""
        talks = self._talks
        given: tuple[File, ...] = ()
        if heard.files:
            taken = await self._taken(account, await self._brand(account), heard.files)
            if isinstance(taken, Reply):
                return taken
            given = taken
        understood = None if given else await self._understood(account, words)
        if understood is None and (reply := await talks.new.said(account, words, update, files=given, replied=heard.replied)):
            return _of_draft(reply)
        if given:
            return await self._new(account, update, body=words, files=given)
        if is_assent(words):
            return await self._buttons_instead(account, None)
        if understood is None and (reply := await self._small_talk(account, words)):
            return reply
        if understood is None:
            await self._store.run(lambda tx: _note(tx, account, words, self._clock.now()))
            return await self._not_understood(account)
        return await self._asked(account, understood.intent, words, update)

    async def _understood(self, account: Account, words: str) -> Understood | None:
        """What somebody asks; while a text is being written a short question is still one, but no wish for something else."""
        found = understand(words, await self._language(account))
        if found and await self._talks.new.waits_for_words(account):
            return found if found.intent in _ASKED_ANYWHERE and len(words) <= _SHORT else None
        return found

    async def _small_talk(self, account: Account, words: str) -> Reply | None:
        """Thanks, being back, and the settings by their name: said so often that they need no command."""
        if is_thanks(words):
            return Reply(text("answer.thanks"))
        if is_said("phrases.settings", words):
            return await self._talks.settings.settings(account)
        if not is_creator(account.person) and is_said("phrases.back", words):
            return await self.away(account, "back")
        return None

    async def _asked(self, account: Account, intent: Intent, words: str, update: UpdateKey) -> Reply:
        match intent:
            case Intent.INBOX:
                return await self.inbox_of(account)
            case Intent.AWAY:
                return await self._away_in_words(account, words)
            case Intent.NEW:
                return await self._new(account, update)
            case Intent.HELP:
                return await self.menu(account)
            case _:
                return await self._talks.answers.asked(account, intent, words)

    async def _new(
        self, account: Account, update: UpdateKey, *, words: str = "", body: str = "", files: tuple[File, ...] = ()
    ) -> Reply:
        """A new draft. A question about a card that was still open gives way: what is typed next is for the draft."""
        await self._talks.cards.end(account)
        return _of_draft(await self._talks.new.start(account, words, update, text=body, files=files))

    async def _not_understood(self, account: Account) -> Reply:
        """Said so, with the few things the bot can do."""
        menu = await self.menu(account)
        if menu.prompt is None:
            return menu
        whose = ".creator" if is_creator(account.person) else ""
        return replace(menu, prompt=replace(menu.prompt, text=text(f"answer.not_understood{whose}")))

    async def _language(self, account: Account) -> str:
        return (await self._service.person(account))[0].language

    async def _buttons_instead(self, account: Account, request: RequestId | None) -> Reply:
        """A typed "ok" records nothing: the real buttons come instead."""
        waiting = [one for one in await self._talks.inbox.waiting(account.person) if request in (None, one.request.id)]
        if request is None:
            # What waits for a yes; to withdraw something is no answer to "looks good".
            waiting = [
                one for one in waiting if any(p.person == account.person for s in one.request.open_steps for p in s.waiting)
            ]
        if not waiting:
            return Reply(text("answer.ok_nothing_waits"))
        found = waiting[0]
        drawn = card(found.request, found.team, account.person, self._clock.now())
        rows = tuple((option_of(found.request.id, button),) for button in drawn.buttons)
        subject = text("answer.ok_is_no_decision", id=found.request.id, title=found.request.draft.title)
        return Reply(prompt=Prompt(subject, options=rows))

    async def _taken(self, account: Account, brand: str, given: Sequence[GivenFile]) -> tuple[File, ...] | Reply:
        """The files as the request will know them, or why they cannot be taken."""
        now = self._clock.now()

        def work(tx: Transaction) -> tuple[File, ...] | Text:
            if refused := files.refusal(given):
                return refused
            return tuple(files.taken(tx, one, brand, account.person, now) for one in given)

        taken = await self._store.run(work)
        return Reply(taken) if isinstance(taken, Text) else taken

    async def _brand(self, account: Account) -> str:
        return await self._store.read(lambda tx: _first_brand(tx, account))

    async def away(self, account: Account, words: str) -> Reply:
        """What somebody wrote after ``/away``: days, somebody's name and days, or nothing."""
        if is_creator(account.person):
            return await self._not_understood(account)
        return await self._talks.away.said(account, cleaned(words), (await self._service.person(account))[0])

    async def _away_in_words(self, account: Account, words: str) -> Reply:
        if is_creator(account.person):
            return await self._not_understood(account)
        return await self._talks.away.mentioned(account, words, (await self._service.person(account))[0])

    async def started(self, account: Account | None, payload: str, newcomer: Account) -> Reply:
        """Somebody opened the chat, perhaps by an invitation's link."""
        if account is not None and not payload:
            return await self.menu(account)
        if not payload:
            return Reply(text("refusal.stranger"))
        return await self._talks.settings.started(account, payload, newcomer)

    async def cancel(self, account: Account) -> Reply:
        """Ends the question that was asked last; then the draft that is being written."""
        dialog = await self._talks.cards.open(account)
        if dialog is not None:
            await self._talks.cards.end(account)
            return Reply(text("answer.cancelled"), close=dialog.id)
        cancelled = await self._talks.new.cancel(account)
        return _of_draft(cancelled) if cancelled else Reply(text("answer.nothing_to_cancel"))

    async def placed(self, account: Account, reply: Reply, message: str) -> None:
        """Notes where a question was put, so that its buttons can be taken away when it is over."""
        if reply.dialog is not None:
            await self._talks.cards.placed(account, reply.dialog, message)
        elif reply.draft:
            await self._talks.new.placed(account, message)

    async def standing(self, account: Account) -> str:
        """The message in which a question about a card stands now; empty where there is none."""
        dialog = await self._talks.cards.open(account)
        return dialog.message if dialog else ""

    async def drafting(self, account: Account) -> str:
        """The message in which a draft's question stands now; empty where there is none."""
        return await self._talks.new.standing(account)

    async def about(self, chat: str, message: str) -> tuple[RequestId | None, bool]:
        """The request that a message of the bot's speaks of, and whether that message asked something of it."""

        def work(tx: Transaction) -> tuple[RequestId | None, bool]:
            if request := tx.request_of(self._messenger, chat, message):
                return request, False
            key = tx.message_key(chat, message) or ""
            found = key.removeprefix(_TOLD).split(":")[0] if key.startswith(_TOLD) else ""
            return (RequestId(found), ":notice.question:" in key) if found and tx.request(RequestId(found)) else (None, False)

        return await self._store.read(work)


def _of_draft(reply: Reply) -> Reply:
    """Marks what a draft has to say, so that a door knows whose question it puts up or takes away."""
    return replace(reply, draft=reply.close)


def _for_a_change(request: RequestId, reply: Reply) -> Reply:
    """Says why a new request begins."""
    if reply.prompt is None:
        return reply
    words = text("prompt.new_version", id=request, question=reply.prompt.text)
    return replace(reply, prompt=replace(reply.prompt, text=words))


def _has_a_step(request: Request, person: PersonId) -> bool:
    return any(part.person == person for step in request.open_steps for part in step.waiting)


def _note(tx: Transaction, account: Account, words: str, now: datetime) -> None:
    """A question that nobody owns yet, counted for the first brand the person belongs to."""
    if words and (brand := _first_brand(tx, account)):
        tx.note_unanswered(brand, account.person, words[:_MOST_NOTED], now)


def _first_brand(tx: Transaction, account: Account) -> str:
    """The brand that something of no brand of its own is counted for; empty for whoever belongs to none."""
    own = [book.id for book in books_of(tx, account.person)] or [one.brand for one in tx.creator(account.person)]
    return next(iter(own), "")
