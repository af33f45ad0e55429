"""How the bot talks with one person where there are only messages and buttons: taps, questions, what is typed.

Knows no messenger: a door hands in who did what, and gets back what to answer. Every tap gets exactly one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import buttons, dialogs
from bot.core.cards import Button, Input, card, takers
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do
from bot.core.request.effects import Refused
from bot.core.request.model import Request, RequestId, Status, Weight
from bot.core.request.opening import cleaned
from bot.core.request.table import Action
from bot.core.wording import Field, Text, counted, text
from bot.dialogs import Choice, Dialog
from bot.ports import Account, Clock, Filter, Store
from bot.service import Done, Service, UpdateKey, reader_of
from bot.speech import LANGUAGES, Reader, phrases

_FREE_TEXT = {Input.REASON, Input.QUESTION, Input.OPINION, Input.ANSWER, Input.NEW_TEXT}
_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Option:
    """A button under a question."""

    label: Field
    code: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """A message with buttons. ``lines`` are people's own words, shown one below the other."""

    text: Text
    lines: tuple[Field, ...] = ()
    options: tuple[tuple[Option, ...], ...] = ()
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to do about an update: answer the tap, send a message, take the buttons off the message that was tapped."""

    toast: Text | None = None
    alert: bool = False
    prompt: Prompt | None = None
    close: str = ""  # the id of a question that is over
    dialog: Dialog | None = None  # the question the prompt belongs to, to note where it was put


class Conversation:
    """One messenger's conversations."""

    def __init__(self, messenger: str, service: Service, store: Store, clock: Clock) -> None:
        self._messenger, self._service, self._store, self._clock = messenger, service, store, clock

    async def tap(self, account: Account | None, data: str, update: UpdateKey) -> Reply:
        """Somebody tapped a button that carries ``data``."""
        if account is None:
            return Reply(text("refusal.stranger"), alert=True)
        if code := buttons.parse(data):
            return await self._card_button(account, code, update)
        if choice := dialogs.parse(data):
            return await self._dialog_button(account, choice, update)
        return Reply(text("refusal.retired_button"), alert=True)

    async def _card_button(self, account: Account, code: buttons.Code, update: UpdateKey) -> Reply:
        move = Do(code.action, account.person, self._messenger, code.ticket)
        if code.input is Input.NOTHING:
            outcome = await self._service.do(code.request, move, update)
            return Reply(_refusal(outcome), alert=True) if isinstance(outcome, Refused) else Reply(done(code.action))
        outcome = await self._service.probe(code.request, move)
        if isinstance(outcome, Refused):
            return Reply(_refusal(outcome), alert=True)
        dialog = dialogs.start(self._new_id(), code)
        await self._keep(account, dialog)
        prompt = self._question(dialog, outcome.request, outcome.team, account.person)
        return Reply(text("answer.tell_me_more"), prompt=prompt, dialog=dialog)

    def _new_id(self) -> str:
        return format(int(self._clock.now().timestamp() * 1_000_000), "x")

    def _question(self, dialog: Dialog, request: Request, team: Team, person: PersonId) -> Prompt:
        subject = text(f"prompt.{dialog.action}", id=request.id, title=request.draft.title)
        rows: list[tuple[Option, ...]] = []
        if dialog.input in (Input.REMARKS, Input.REASON):
            ready = ready_reasons(dialog.action, reader_of(team, person))
            rows += [(Option(words, str(Choice(dialog.id, "ready", i))),) for i, words in enumerate(ready)]
        if dialog.input is Input.PERSON:
            people = takers(request, team, person, self._clock.now())
            rows += [(Option(team.playbook.name(p), str(Choice(dialog.id, "person", i))),) for i, p in enumerate(people[:30])]
        if dialog.input is Input.SURE:
            rows.append((Option(text("button.sure"), str(Choice(dialog.id, "sure"))),))
        rows.append((Option(text("button.cancel"), str(Choice(dialog.id, "cancel"))),))
        open_items = tuple(r.text for r in request.to_fix) if dialog.input is Input.NEW_TEXT else ()
        return Prompt(subject, open_items, tuple(rows))

    async def _dialog_button(self, account: Account, choice: Choice, update: UpdateKey) -> Reply:
        dialog = await self._dialog(account)
        if dialog is None or dialog.id != choice.dialog:
            return Reply(text("refusal.question_over"), alert=True, close=choice.dialog)
        if choice.verb == "cancel":
            await self._end(account)
            return Reply(text("answer.cancelled"), close=dialog.id)
        if choice.verb in ("must", "wish"):
            return await self._weighed(account, dialog, choice)
        if choice.verb == "ready":
            return await self._ready(account, dialog, choice.number, update)
        if choice.verb == "person":
            return await self._person(account, dialog, choice.number, update)
        if choice.verb == "send" and not dialog.is_weighed:
            return Reply(text("answer.weigh_each"), alert=True)
        return await self._finish(account, dialog, update)

    async def _weighed(self, account: Account, dialog: Dialog, choice: Choice) -> Reply:
        dialog = dialogs.weigh(dialog, choice.number, Weight.MUST_FIX if choice.verb == "must" else Weight.WISH)
        await self._keep(account, dialog)
        return Reply(text("answer.noted"), prompt=_review(dialog), close=dialog.id, dialog=dialog)

    async def _ready(self, account: Account, dialog: Dialog, number: int, update: UpdateKey) -> Reply:
        found = await self._service.find(dialog.request)
        if found is None:
            return Reply(text("refusal.question_over"), alert=True, close=dialog.id)
        ready = ready_reasons(dialog.action, reader_of(found.team, account.person))
        if number >= len(ready):
            return Reply(text("refusal.retired_button"), alert=True)
        if dialog.input is Input.REASON:
            return await self._finish(account, dialog, update, words=ready[number])
        return await self._added(account, dialog, ready[number])

    async def _added(self, account: Account, dialog: Dialog, words: str) -> Reply:
        dialog = dialogs.add_text(dialog, words)
        await self._keep(account, dialog)
        return Reply(text("answer.noted"), prompt=_review(dialog), close=dialog.id, dialog=dialog)

    async def _person(self, account: Account, dialog: Dialog, number: int, update: UpdateKey) -> Reply:
        found = await self._service.find(dialog.request)
        people = takers(found.request, found.team, account.person, self._clock.now()) if found else ()
        if number >= len(people):
            return Reply(text("refusal.no_such_person"), alert=True)
        return await self._finish(account, dialog, update, to=people[number])

    async def _finish(
        self, account: Account, dialog: Dialog, update: UpdateKey, *, words: str = "", to: PersonId | None = None
    ) -> Reply:
        move = dialogs.command(dialog, account.person, self._messenger, words=words, to=to)
        outcome = await self._service.do(dialog.request, move, update)
        await self._end(account)
        if isinstance(outcome, Refused):
            return Reply(_refusal(outcome), alert=True, close=dialog.id)
        return Reply(done(dialog.action), close=dialog.id)

    async def typed(self, account: Account | None, words: str, request: RequestId | None, update: UpdateKey) -> Reply:
        """Somebody wrote ``words``, perhaps in reply to a request's card. The reply's toast is to be sent as a message."""
        if account is None:
            return Reply(text("refusal.stranger"))
        words = cleaned(words)
        dialog = await self._dialog(account)
        if dialog is not None:
            return await self._answered(account, dialog, words, update)
        if is_assent(words):
            return await self._buttons_instead(account, request)
        return Reply(text("answer.not_understood"))

    async def _answered(self, account: Account, dialog: Dialog, words: str, update: UpdateKey) -> Reply:
        if not words:
            return Reply(text("answer.only_text"))
        if dialog.input in _FREE_TEXT:
            return await self._finish(account, dialog, update, words=words)
        if dialog.input is Input.REMARKS:
            return await self._added(account, dialog, words)
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
        found = await self._service.list(Filter(limit=1000))
        theirs = [
            r
            for r in found
            if (r.status is Status.OPEN and any(part.person == person for step in r.open_steps for part in step.waiting))
            or (r.status is Status.RETURNED and r.requested_by == person)
        ]
        each = [await self._service.find(request.id) for request in reversed(theirs)]
        return [one for one in each if one is not None]

    async def inbox(self, account: Account | None) -> Reply:
        """What waits for the person who asks, with a button to bring each card back."""
        if account is None:
            return Reply(text("refusal.stranger"))
        waiting = await self.waiting(account.person)
        lines = tuple(text("inbox.line", id=one.request.id, title=one.request.draft.title) for one in waiting[:_MOST_SHOWN])
        if not waiting:
            return Reply(text("inbox.empty"))
        return Reply(prompt=Prompt(counted("inbox.title", len(waiting)), lines))

    async def cancel(self, account: Account | None) -> Reply:
        dialog = await self._dialog(account) if account else None
        if account is None or dialog is None:
            return Reply(text("answer.nothing_to_cancel"))
        await self._end(account)
        return Reply(text("answer.cancelled"), close=dialog.id)

    async def placed(self, account: Account, dialog: Dialog, message: str) -> None:
        """Notes where a question was put, so that its buttons can be taken away when it is over."""
        await self._keep(account, replace(dialog, message=message))

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


def _review(dialog: Dialog) -> Prompt:
    """The remarks so far, each with its two weights to choose from."""
    rows: list[tuple[Option, ...]] = []
    for index, line in enumerate(dialog.lines):
        must = Option(text("button.must_fix", n=index + 1), str(Choice(dialog.id, "must", index)), line.weight is Weight.MUST_FIX)
        wish = Option(text("button.wish", n=index + 1), str(Choice(dialog.id, "wish", index)), line.weight is Weight.WISH)
        rows.append((must, wish))
    rows.append(
        (
            Option(text(f"button.send.{dialog.action}"), str(Choice(dialog.id, "send"))),
            Option(text("button.cancel"), str(Choice(dialog.id, "cancel"))),
        )
    )
    lines = tuple(_weighed_line(index, line.text, line.weight) for index, line in enumerate(dialog.lines))
    return Prompt(text("prompt.weigh"), lines, tuple(rows))


def _weighed_line(index: int, words: str, weight: Weight | None) -> Text:
    return text(f"prompt.line.{weight or 'open'}", n=index + 1, text=words)


def _refusal(outcome: Refused) -> Text:
    return outcome.text


def done(action: Action) -> Text:
    """The short word that a move was recorded."""
    return text(f"answer.done.{action}")


def option_of(request: RequestId, button: Button) -> Option:
    return Option(button.label, str(buttons.code(request, button)))


def ready_reasons(action: Action, reader: Reader) -> tuple[str, ...]:
    """Ready reasons in the reader's language; translators may add more."""
    found = phrases(f"ready.{'reject' if action is Action.REJECT else 'remarks'}", reader.language)
    return tuple(words[:1].upper() + words[1:] for words in found)


def is_assent(words: str) -> bool:
    """Whether somebody typed what sounds like a yes, in any language the bot speaks."""
    plain = words.casefold().strip(" .!,\n")
    return any(plain in phrases("phrases.assent", language) for language in LANGUAGES)
