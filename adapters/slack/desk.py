"""What is done about a tap, a modal, a message, a command: the conversation's answers in Slack's forms.

Every tap gets one answer. After a plain yes that is the card itself, which changes before the reader's eyes; words come
only when it does not, or when there is something to explain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from adapters.slack import filled, modal, payload
from adapters.slack.blocks import Block
from adapters.slack.payload import Body, Kind
from adapters.slack.sender import NAME, SlackMessenger
from adapters.slack.view import Message, here, plain_message, prompt_message
from bot import buttons
from bot.conversation import Conversation
from bot.core.cards import Input
from bot.core.request.commands import Do
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import RequestId
from bot.core.request.opening import cleaned
from bot.core.wording import Text, text
from bot.ports import Account, Clock, Copy, MessengerError, Store
from bot.prompts import Prompt, Reply, done
from bot.service import Service, UpdateKey
from bot.speech import Reader, say
from bot.teams import reader_of

log = structlog.get_logger("soglas.slack")
_AT_A_FIELD = {Refusal.REMARKS_MISSING, Refusal.REASON_MISSING, Refusal.NO_SUCH_PERSON, Refusal.TOO_LONG}
_LOOKS, _LOOK_SECONDS = 20, 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say: in ``ack`` what travels in the acknowledgement, otherwise ``words`` or a ``prompt`` in the chat."""

    words: Text | None = None
    prompt: Prompt | None = None
    ack: dict[str, Any] = field(default_factory=dict)  # Any: an acknowledgement is Slack's own JSON
    about: RequestId | None = None
    shown_by: Copy | None = None  # the card as it was before: when it changes there is no need for words


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What came in, and from whom; nobody is behind it for a stranger."""

    kind: Kind
    body: Body
    key: UpdateKey
    account: Account | None


class Desk:
    """Handles one delivery after another. ``workspace`` is the one the bot belongs to, once Slack has told it."""

    def __init__(
        self, messenger: SlackMessenger, conversation: Conversation, service: Service, store: Store, clock: Clock
    ) -> None:
        self._messenger, self._conversation, self._service = messenger, conversation, service
        self._store, self._clock = store, clock
        self.workspace = ""
        self._work: dict[Kind, Callable[[_Delivery], Awaitable[Answer]]] = {
            Kind.TAP: self._tap,
            Kind.VIEW: self._submit,
            Kind.MESSAGE: self._message,
            Kind.COMMAND: self._command,
            Kind.SHORTCUT: self._shortcut,
        }

    async def handle(self, kind: Kind, body: Body, key: UpdateKey) -> Answer:
        return await self._work[kind](_Delivery(kind, body, key, await self._account(body)))

    async def trouble(self, kind: Kind, body: Body) -> Answer:
        """The answer when something of ours is broken: whoever tapped must not be left with nothing, nor lose what they wrote."""
        words, (_, reader) = text("answer.trouble"), await self._who(body)
        form = filled.read(body["view"]) if kind is Kind.VIEW else None
        if form and form.first_input:
            return Answer(words, ack=_error(form.first_input, words, reader))
        return Answer(words, ack=_in_ack(kind, words, reader))

    async def tell(self, kind: Kind, body: Body, answer: Answer) -> None:
        """Says what did not travel in the acknowledgement. Raises ``MessengerError``."""
        account, reader = await self._who(body)
        if kind in (Kind.MESSAGE, Kind.SHORTCUT):
            await self._write(kind, body, answer, reader)
        elif answer.prompt:
            await self._instead(body, prompt_message(answer.prompt, reader))
        elif answer.words and not await self._is_shown(answer.shown_by):
            words = say(here(answer.words), reader)
            if answer.about:
                words = say(text("answer.about", id=answer.about, answer=words), reader)
            await self._whisper(body, account, answer, words)

    async def _instead(self, body: Body, message: Message) -> None:
        """In the place of what was tapped, if only this person sees it; otherwise, or when that is over, in their own chat."""
        if address := payload.whisper_address(body):
            try:
                await self._messenger.replace_whisper(address, message)
                return
            except MessengerError as error:
                log.warning("not_replaced", error=type(error).__name__, reason=str(error))
        await self._messenger.send(payload.user(body), message, "")

    async def _whisper(self, body: Body, account: Account | None, answer: Answer, words: str) -> None:
        channel, message = payload.place(body)
        if account and answer.about and message and not await self._is_live(channel, message):
            # Not the live card but an older message of the bot's: its buttons are over.
            await self._messenger.replace(channel, message, plain_message(words))
        else:
            await self._messenger.whisper(channel or await self._chat(body, account), payload.user(body), words)

    async def _write(self, kind: Kind, body: Body, answer: Answer, reader: Reader) -> None:
        prompt = answer.prompt or (Prompt(answer.words) if answer.words else None)
        if prompt is not None:
            event = body.get("event", {})
            channel = str(event["channel"]) if kind is Kind.MESSAGE else payload.user(body)
            await self._messenger.send(channel, prompt_message(prompt, reader), str(event.get("thread_ts") or ""))

    async def _tap(self, given: _Delivery) -> Answer:
        account, data = given.account, payload.data(given.body)
        code = buttons.parse(data)
        if account is None or code is None:
            return _answer(await self._conversation.tap(account, data, given.key))
        move = Do(code.action, account.person, NAME, code.ticket)
        if code.input is Input.NOTHING:
            shown = await self._live(code.request, account, given.body)
            outcome = await self._service.do(code.request, move, given.key)
            if isinstance(outcome, Refused):
                return Answer(outcome.text, about=code.request)
            return Answer(done(code.action), about=code.request, shown_by=shown)
        outcome = await self._service.probe(code.request, move)
        if isinstance(outcome, Refused):
            return Answer(outcome.text, about=code.request)
        view = modal.modal(code, outcome.request, outcome.team, account.person, self._clock)
        return await self._opened(view, given.body)

    async def _opened(self, view: Block | None, body: Body) -> Answer:
        if view is None:
            return Answer(text("refusal.nobody_to_pass_to"))
        try:
            await self._messenger.open_modal(str(body.get("trigger_id", "")), view)
        except MessengerError as error:
            # The trigger lives three seconds; whoever tapped must not be left with nothing.
            log.warning("modal_not_opened", error=type(error).__name__, reason=str(error))
            return Answer(text("answer.tap_again"))
        return Answer()

    async def _submit(self, given: _Delivery) -> Answer:
        form, account = filled.read(given.body["view"]), given.account
        if account is None or form is None:
            return await self._no_form(given, text("refusal.retired_form" if account else "refusal.stranger"))
        found = await self._service.find(form.code.request)
        if found is None or account.person not in found.team.playbook.people:
            return await self._no_form(given, text("refusal.no_such_request"))
        reader, about = reader_of(found.team, account.person), form.code.request
        outcome = await self._service.do(about, form.move(account.person, NAME, reader), given.key)
        if not isinstance(outcome, Refused):
            return Answer(done(form.code.action), about=about)
        if outcome.reason in _AT_A_FIELD and form.first_input:
            return Answer(outcome.text, ack=_error(form.first_input, outcome.text, reader), about=about)
        return Answer(outcome.text, ack=_in_ack(given.kind, outcome.text, reader), about=about)

    async def _no_form(self, given: _Delivery, words: Text) -> Answer:
        return Answer(words, ack=_in_ack(given.kind, words, await self._reader(given.account)))

    async def _message(self, given: _Delivery) -> Answer:
        event = given.body["event"]
        channel, thread = str(event["channel"]), str(event.get("thread_ts") or "")
        about = await self._store.read(lambda tx: tx.request_of(NAME, channel, thread)) if thread else None
        words = cleaned(payload.words(given.body))
        return _answer(await self._conversation.typed(given.account, words, about, given.key))

    async def _command(self, given: _Delivery) -> Answer:
        """Answered where it was typed, to the one who typed it alone: the channel may be anybody's."""
        word, _, rest = str(given.body.get("text") or "").strip().partition(" ")
        match word.casefold():
            case "inbox":
                answer = _answer(await self._conversation.inbox(given.account))
            case "away":
                answer = _answer(await self._conversation.away(given.account, rest))
            case "back":
                answer = _answer(await self._conversation.away(given.account, f"{rest} back".strip()))
            case _:
                answer = await self._shortcut(given)
        prompt = answer.prompt or Prompt(answer.words or text("answer.help.slack"))
        return Answer(ack=_only_for_you(prompt, await self._reader(given.account)))

    async def _shortcut(self, given: _Delivery) -> Answer:
        return Answer(text("answer.help.slack" if given.account else "refusal.stranger"))

    async def _is_shown(self, before: Copy | None) -> bool:
        """Whether the card in the chat has followed the decision within a second."""
        if before is None:
            return False
        for _ in range(_LOOKS):
            now = await self._copy(before.request, before.person)
            if now and (now.fingerprint, now.message) != (before.fingerprint, before.message):
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def _live(self, request: RequestId, account: Account, body: Body) -> Copy | None:
        """The live card, if it is the message that was tapped."""
        copy = await self._copy(request, account.person)
        return copy if copy and (copy.chat, copy.message) == payload.place(body) else None

    async def _is_live(self, channel: str, message: str) -> bool:
        return await self._store.read(lambda tx: tx.request_of(NAME, channel, message)) is not None

    async def _copy(self, request: RequestId, person: str) -> Copy | None:
        copies = await self._store.read(lambda tx: tx.copies(request))
        return next((copy for copy in copies if copy.messenger == NAME and copy.person == person), None)

    async def _account(self, body: Body) -> Account | None:
        """Whose account it is: nobody's when it comes from a workspace that is not the bot's."""
        if self.workspace and payload.workspace(body) not in ("", self.workspace):
            return None
        external = payload.user(body)
        account = await self._store.read(lambda tx: tx.account(NAME, external))
        if account and account.blocked:
            # Whoever writes to the bot can be written to again.
            back = account = replace(account, blocked=False)
            await self._store.run(lambda tx: tx.save_account(back))
            await self._conversation.welcome_back(back)
        return account

    async def _chat(self, body: Body, account: Account | None) -> str:
        return (account.chat if account else "") or await self._messenger.direct(payload.user(body))

    async def _who(self, body: Body) -> tuple[Account | None, Reader]:
        """Whom an answer goes to and how they read; an answer must not fail because that cannot be found out."""
        try:
            account = await self._account(body)
            return account, await self._reader(account)
        except Exception as error:
            log.error("reader_unknown", error=type(error).__name__)
            return None, Reader(("en",), "UTC")

    async def _reader(self, account: Account | None) -> Reader:
        return (await self._service.person(account))[0]


def _answer(reply: Reply) -> Answer:
    return Answer(reply.toast, reply.prompt)


def _error(block: str, words: Text, reader: Reader) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {block: say(here(words), reader)}}


def _only_for_you(prompt: Prompt, reader: Reader) -> dict[str, Any]:
    message = prompt_message(prompt, reader)
    return {"response_type": "ephemeral", "text": message.text, "blocks": list(message.blocks)}


def _in_ack(kind: Kind, words: Text, reader: Reader) -> dict[str, Any]:
    """An acknowledgement that says something, where an acknowledgement can."""
    if kind is Kind.VIEW:
        return {"response_action": "update", "view": modal.notice(here(words), reader)}
    return _only_for_you(Prompt(words), reader) if kind is Kind.COMMAND else {}
