"""The modals: what each button asks for, as input blocks. What somebody filled in is read in ``filled``."""

from __future__ import annotations

from adapters.cutting import Cutter
from adapters.slack import checklist_form, fields
from adapters.slack.blocks import Block, literals, plain
from adapters.slack.fields import MAX_INPUT, Item, choice, field, short, ticks, upload
from adapters.slack.view import here
from bot import buttons
from bot.core.cards import Input, takers
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.model import Request
from bot.core.request.relevance import open_questions
from bot.core.request.table import Action
from bot.core.request.talk import to_translate
from bot.core.wording import Text, text
from bot.creators import is_creator
from bot.ports import Clock
from bot.prompts import ready_reasons
from bot.speech import Reader, say, show
from bot.teams import reader_of

CALLBACK = "soglas-input"


def modal(code: buttons.Code, request: Request, team: Team, person: PersonId, clock: Clock) -> Block | None:
    """The modal that asks for what a button needs; ``None`` when there is nobody the step could be passed to."""
    if code.input is Input.PERSON and not takers(request, team, person, clock.now()):
        return None
    reader = reader_of(team, person)
    number, said = _spoken_of(code, request, team, person, reader)
    about = [_about(request, code, reader), *([said] if said else [])]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": f"{code}#{number}" if number else str(code),
        "title": plain(short(f"modal.title.{code.action}", reader)),
        "submit": plain(short(f"modal.submit.{code.action}", reader)),
        "close": plain(short("modal.close", reader)),
        "blocks": [*literals(about), *_inputs(code, request, team, person, reader, clock)],
    }


def notice(message: Text, reader: Reader, title: str = "modal.title.notice") -> Block:
    """A modal that only says something: what was asked for is not possible any more."""
    return {
        "type": "modal",
        "title": plain(short(title, reader)),
        "close": plain(short("modal.close", reader)),
        "blocks": literals([say(message, reader)]),
    }


def _about(request: Request, code: buttons.Code, reader: Reader) -> str:
    words = say(here(text(f"prompt.{code.action}", id=request.id, title=request.draft.title)), reader)
    return Cutter().fit(words, MAX_INPUT)


def _spoken_of(code: buttons.Code, request: Request, team: Team, person: PersonId, reader: Reader) -> tuple[int | None, str]:
    """The question that is answered, or the words to translate, with their number: on a phone the modal covers the card."""
    if code.action is Action.ANSWER and (asked := next(iter(open_questions(request)), None)):
        who = say(text("talk.question", who=team.playbook.name(asked.by)), reader)
        return asked.number, f"{who}: {asked.text}"
    if code.action is Action.TRANSLATE and (saying := to_translate(request, person)):
        return saying.number, f"{show(team.playbook.name(saying.by), reader)}: {saying.text}"
    return None, ""


def _inputs(code: buttons.Code, request: Request, team: Team, person: PersonId, reader: Reader, clock: Clock) -> list[Block]:
    ready = [(str(number), words) for number, words in enumerate(ready_reasons(code.action, reader))]
    match code.input:
        case Input.REMARKS:
            return [*ticks("ready", text("modal.ready"), ready, reader), *_remarks(code.action, reader)]
        case Input.REASON:
            return [
                field("ready", text("modal.ready_reason"), choice(ready), reader, optional=True),
                fields.words("text", "modal.reason", reader, optional=True),
            ]
        case Input.PERSON:
            people = takers(request, team, person, clock.now())
            names = [(p, show(team.playbook.name(p), reader)) for p in people]
            return [field("person", text("modal.person"), choice(names), reader)]
        case Input.NEW_TEXT:
            return _new_text(request, person, reader)
        case Input.CHECKLIST:
            return checklist_form.blocks(request, team, reader)
        case Input.QUESTION | Input.OPINION | Input.ANSWER:
            return _one_text(code, reader)
        case _:
            return []


def _one_text(code: buttons.Code, reader: Reader) -> list[Block]:
    own = {Action.SAY: "modal.say", Action.TRANSLATE: "modal.translation"}
    label = own.get(code.action, f"modal.{code.input}")
    if code.action is not Action.SAY:
        return [fields.words("text", label, reader)]
    return [
        fields.words("text", label, reader, optional=True),
        field("files", text("modal.files"), upload(), reader, optional=True),
    ]


def _remarks(action: Action, reader: Reader) -> list[Block]:
    if action is Action.OBJECT:
        return [fields.words("must_fix", "modal.correction", reader, optional=True)]
    return [
        fields.words("must_fix", "modal.must_fix", reader, optional=True),
        fields.words("wish", "modal.wish", reader, optional=True),
    ]


def _new_text(request: Request, person: PersonId, reader: Reader) -> list[Block]:
    to_fix = () if is_creator(person) else request.to_fix  # remarks are internal
    items: list[Item] = [(str(remark.number), remark.text) for remark in to_fix]
    long = [remark.text for remark in to_fix if not fields.is_whole(remark.text)]
    return [
        fields.words("text", "modal.new_text", reader, optional=True, initial=request.draft.text),
        field("files", text("modal.new_files"), upload(), reader, optional=True),
        *literals(long),
        *ticks("fixed", text("modal.fixed"), items, reader),
    ]
