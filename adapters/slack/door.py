"""The way in from Slack: payloads are written down before they are acknowledged, then handled. Every tap gets an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from adapters.slack import modal
from adapters.slack.sender import NAME, SlackMessenger
from adapters.slack.view import prompt_message
from bot import buttons
from bot.conversation import Conversation, Prompt, Reply, done
from bot.core.cards import Input
from bot.core.request.commands import Do
from bot.core.request.effects import Refusal, Refused
from bot.core.request.opening import cleaned
from bot.core.wording import text
from bot.ports import Account, Clock, MessengerError, Store, Update
from bot.service import Service, UpdateKey, reader_of
from bot.speech import Reader, say

log = structlog.get_logger("soglas.slack")
# Any: payloads and acknowledgements are Slack's own JSON.
Body = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
_MISSING = {Refusal.REMARKS_MISSING, Refusal.REASON_MISSING, Refusal.NO_SUCH_PERSON, Refusal.TOO_LONG}
_SECRET = ("token", "response_url", "response_urls")


async def _silent(**_: object) -> None:
    """The acknowledgement of something that was acknowledged before the bot stopped."""


class SlackDoor:
    """Handles what Slack delivers."""

    def __init__(
        self, messenger: SlackMessenger, conversation: Conversation, service: Service, store: Store, clock: Clock
    ) -> None:
        self._messenger, self._conversation, self._service = messenger, conversation, service
        self._store, self._clock = store, clock
        self._under_way: set[asyncio.Task[None]] = set()

    async def tapped(self, ack: Ack, body: Body) -> None:
        if await self._receive("tap", _action_id(body), body, ack):
            self._start(self._tap(body, UpdateKey(NAME, _action_id(body))))

    async def submitted(self, ack: Ack, body: Body) -> None:
        """A modal's answer travels in the acknowledgement, so it is given after the decision; that takes milliseconds."""
        view = body["view"]
        # Not the view's hash: it stays the same when somebody mends an error at a field and sends the modal again.
        key = UpdateKey(NAME, f"view-{view['id']}-{body.get('trigger_id') or view.get('hash', '')}")
        if await self._write_down("view", key.id, body):
            await self._guarded(self._submit(ack, body, key), key)
        else:
            await ack()

    async def wrote(self, ack: Ack, body: Body) -> None:
        event = body.get("event", {})
        own = event.get("bot_id") or event.get("subtype") or event.get("channel_type") != "im"
        if own:
            await ack()
        elif await self._receive("message", str(body["event_id"]), body, ack):
            self._start(self._message(body, UpdateKey(NAME, str(body["event_id"]))))

    async def commanded(self, ack: Ack, body: Body) -> None:
        if await self._receive("command", str(body["trigger_id"]), body, ack):
            self._start(self._command(body, UpdateKey(NAME, str(body["trigger_id"]))))

    async def resume(self) -> None:
        """Handles what was written down but not handled when the bot stopped."""
        for update in await self._store.read(lambda tx: tx.unhandled(NAME)):
            kept = json.loads(update.body)
            key = UpdateKey(NAME, update.id)
            body: Body = kept["body"]
            work: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
                "tap": lambda body=body, key=key: self._tap(body, key),  # type: ignore[misc]
                "view": lambda body=body, key=key: self._submit(_silent, body, key),  # type: ignore[misc]
                "message": lambda body=body, key=key: self._message(body, key),  # type: ignore[misc]
                "command": lambda body=body, key=key: self._command(body, key),  # type: ignore[misc]
            }
            self._start(self._guarded(work[kept["kind"]](), key))

    async def finish(self) -> None:
        """Waits for everything that is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _receive(self, kind: str, update: str, body: Body, ack: Ack) -> bool:
        new = await self._write_down(kind, update, body)
        await ack()
        return new

    async def _write_down(self, kind: str, update: str, body: Body) -> bool:
        kept = {key: value for key, value in body.items() if key not in _SECRET}
        written = json.dumps({"kind": kind, "body": kept}, ensure_ascii=False)
        delivered = Update(NAME, update, written, self._clock.now())
        return await self._store.run(lambda tx: tx.receive(delivered))

    async def _guarded(self, work: Coroutine[Any, Any, None], key: UpdateKey) -> None:
        """Nothing may leave a listener: an exception right after the acknowledgement would erase it."""
        try:
            await work
        except MessengerError as error:
            log.warning("answer_lost", update=key.id, error=type(error).__name__)
        except Exception:
            log.exception("not_handled", update=key.id)
            return
        await self._store.run(lambda tx: tx.handled(NAME, key.id, self._clock.now()))

    async def _tap(self, body: Body, key: UpdateKey) -> None:
        await self._guarded(self._tapped(body, key), key)

    async def _tapped(self, body: Body, key: UpdateKey) -> None:
        user, data = str(body["user"]["id"]), str(body["actions"][0].get("value") or body["actions"][0]["action_id"])
        channel = str(body.get("channel", {}).get("id") or body.get("container", {}).get("channel_id") or "")
        account = await self._account(user)
        code = buttons.parse(data)
        if account is None or code is None or code.input is Input.NOTHING:
            reply = await self._conversation.tap(account, data, key)
            await self._reply(channel, user, account, reply)
            return
        outcome = await self._service.probe(code.request, Do(code.action, account.person, NAME, code.ticket))
        if isinstance(outcome, Refused):
            await self._reply(channel, user, account, Reply(outcome.text))
            return
        view = modal.modal(code, outcome.request, outcome.team, account.person, self._clock)
        try:
            await self._messenger.open_modal(str(body.get("trigger_id", "")), view)
        except MessengerError:
            # The trigger lives three seconds; whoever tapped must not be left with nothing.
            await self._reply(channel, user, account, Reply(text("answer.tap_again")))

    async def _submit(self, ack: Ack, body: Body, key: UpdateKey) -> None:
        user = str(body["user"]["id"])
        account, code = await self._account(user), buttons.parse(str(body["view"].get("private_metadata", "")))
        found = await self._service.find(code.request) if code else None
        if account is None or code is None or found is None or account.person not in found.team.playbook.people:
            await ack(response_action="update", view=modal.notice(text("refusal.stranger"), await self._reader(account)))
            return
        values = body["view"]["state"]["values"]
        move = modal.move(code, values, found.request, found.team, account.person, NAME, self._clock)
        outcome = await self._service.do(code.request, move, key)
        reader = reader_of(found.team, account.person)
        if not isinstance(outcome, Refused):
            await ack()
            await self._reply("", user, account, Reply(done(code.action)))
        elif outcome.reason in _MISSING and (block := modal.first_input(code)):
            await ack(response_action="errors", errors={block: say(outcome.text, reader)})
        else:
            await ack(response_action="update", view=modal.notice(outcome.text, reader))

    async def _message(self, body: Body, key: UpdateKey) -> None:
        await self._guarded(self._answered(body, key), key)

    async def _answered(self, body: Body, key: UpdateKey) -> None:
        event = body["event"]
        user, channel = str(event["user"]), str(event["channel"])
        account = await self._account(user)
        thread = str(event.get("thread_ts") or "")
        about = await self._store.read(lambda tx: tx.request_of(NAME, channel, thread)) if thread else None
        words = cleaned(str(event.get("text") or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        await self._say(channel, account, await self._conversation.typed(account, words, about, key))

    async def _command(self, body: Body, key: UpdateKey) -> None:
        await self._guarded(self._commanded(body), key)

    async def _commanded(self, body: Body) -> None:
        user, channel = str(body["user_id"]), str(body["channel_id"])
        account = await self._account(user)
        word = str(body.get("text") or "").strip().casefold().split(" ")[0]
        reply = await self._conversation.inbox(account) if word == "inbox" else Reply(text("answer.help.slack"))
        await self._say(channel, account, reply if account else Reply(text("refusal.stranger")))

    async def _reply(self, channel: str, user: str, account: Account | None, reply: Reply) -> None:
        """The answer to a tap: seen only by whoever tapped, in the chat where they did."""
        words = reply.toast or (reply.prompt.text if reply.prompt else None)
        if words is None:
            return
        reader = await self._reader(account)
        channel = channel or (account.chat if account else "") or await self._messenger.direct(user)
        await self._messenger.whisper(channel, user, say(words, reader))

    async def _say(self, channel: str, account: Account | None, reply: Reply) -> None:
        reader = await self._reader(account)
        prompt = reply.prompt or (Prompt(reply.toast) if reply.toast else None)
        if prompt is not None:
            await self._messenger.send(channel, prompt_message(prompt, reader))

    async def _account(self, user: str) -> Account | None:
        return await self._store.read(lambda tx: tx.account(NAME, user))

    async def _reader(self, account: Account | None) -> Reader:
        return (await self._service.person(account))[0]


def _action_id(body: Body) -> str:
    """A tap has no id of its own: the trigger is given to one tap only, and its time tells two taps apart without one."""
    action = body["actions"][0]
    return f"tap-{body.get('trigger_id') or ''}-{action.get('action_ts', '')}"
