"""The modals: what each button asks for, as input blocks. What somebody filled in is read in ``filled``."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.cutting import Cutter, utf16
from adapters.slack.blocks import Block, literal, plain
from adapters.slack.view import here
from bot import buttons
from bot.core.cards import Input, takers
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.model import Question, Request
from bot.core.request.relevance import open_questions
from bot.core.request.table import Action
from bot.core.wording import Text, text
from bot.ports import Clock
from bot.prompts import ready_reasons
from bot.speech import Reader, say, show
from bot.teams import reader_of

CALLBACK = "soglas-input"
_MAX_INPUT = 3000
_MAX_OPTION = 75
_MAX_SELECT = 100
_MAX_CHECKBOXES = 10
Item = tuple[str, str]  # an option's value and its words


def modal(code: buttons.Code, request: Request, team: Team, person: PersonId, clock: Clock) -> Block | None:
    """The modal that asks for what a button needs; ``None`` when there is nobody the step could be passed to."""
    if code.input is Input.PERSON and not takers(request, team, person, clock.now()):
        return None
    reader = reader_of(team, person)
    asked = open_question(request) if code.input is Input.ANSWER else None
    blocks = [literal(_about(request, code, reader)), *_asked(asked, team, reader)]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": f"{code}#{asked.number}" if asked else str(code),
        "title": plain(_short(f"modal.title.{code.action}", reader)),
        "submit": plain(_short(f"modal.submit.{code.action}", reader)),
        "close": plain(_short("modal.close", reader)),
        "blocks": [*blocks, *_inputs(code, request, team, person, reader, clock)],
    }


def notice(message: Text, reader: Reader) -> Block:
    """A modal that only says something: what was asked for is not possible any more."""
    return {
        "type": "modal",
        "title": plain(_short("modal.title.notice", reader)),
        "close": plain(_short("modal.close", reader)),
        "blocks": [literal(Cutter().fit(say(message, reader), _MAX_INPUT))],
    }


def open_question(request: Request) -> Question | None:
    """The question that is answered next."""
    return next(iter(open_questions(request)), None)


def _short(message: str, reader: Reader) -> str:
    return Cutter().fit(say(text(message), reader), 24)


def _about(request: Request, code: buttons.Code, reader: Reader) -> str:
    words = say(here(text(f"prompt.{code.action}", id=request.id, title=request.draft.title)), reader)
    return Cutter().fit(words, _MAX_INPUT)


def _asked(question: Question | None, team: Team, reader: Reader) -> list[Block]:
    """The question itself: on a phone the modal covers the card."""
    if question is None:
        return []
    who = say(text("talk.question", who=team.playbook.name(question.by)), reader)
    return [literal(Cutter().fit(f"{who}: {question.text}", _MAX_INPUT))]


def _inputs(code: buttons.Code, request: Request, team: Team, person: PersonId, reader: Reader, clock: Clock) -> list[Block]:
    match code.input:
        case Input.REMARKS if code.action is Action.OBJECT:
            return [
                *_checkboxes("ready", "modal.ready", _ready(code, reader), reader),
                _text("must_fix", "modal.correction", reader, optional=True),
            ]
        case Input.REMARKS:
            return [*_checkboxes("ready", "modal.ready", _ready(code, reader), reader), *_two_weights(reader)]
        case Input.REASON:
            return [
                _select("ready", "modal.ready_reason", _ready(code, reader), reader, optional=True),
                _text("text", "modal.reason", reader, optional=True),
            ]
        case Input.PERSON:
            people = takers(request, team, person, clock.now())
            names = [(p, show(team.playbook.name(p), reader)) for p in people]
            return [_select("person", "modal.person", names, reader)]
        case Input.NEW_TEXT:
            return _new_text(request, reader)
        case Input.QUESTION | Input.OPINION | Input.ANSWER:
            return [_text("text", f"modal.{code.input}", reader)]
        case _:
            return []


def _ready(code: buttons.Code, reader: Reader) -> list[Item]:
    return [(str(number), words) for number, words in enumerate(ready_reasons(code.action, reader))]


def _two_weights(reader: Reader) -> list[Block]:
    return [_text("must_fix", "modal.must_fix", reader, optional=True), _text("wish", "modal.wish", reader, optional=True)]


def _new_text(request: Request, reader: Reader) -> list[Block]:
    body = request.draft.text
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": _MAX_INPUT}
    if body and utf16(body) <= _MAX_INPUT:
        element["initial_value"] = body
    items = [(str(remark.number), remark.text) for remark in request.to_fix]
    return [
        _input("text", "modal.new_text", element, reader, optional=True),
        *_checkboxes("fixed", "modal.fixed", items, reader),
    ]


def _input(block_id: str, label: str, element: Block, reader: Reader, *, optional: bool = False) -> Block:
    words = Cutter().fit(say(text(label), reader), 2000)
    return {"type": "input", "block_id": block_id, "optional": optional, "label": plain(words), "element": element}


def _text(block_id: str, label: str, reader: Reader, *, optional: bool = False) -> Block:
    element = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": _MAX_INPUT}
    return _input(block_id, label, element, reader, optional=optional)


def _checkboxes(block_id: str, label: str, items: Sequence[Item], reader: Reader) -> list[Block]:
    """One group for every ten: more do not fit into one."""
    blocks = []
    for group, some in enumerate(_groups(items, _MAX_CHECKBOXES)):
        element = {"type": "checkboxes", "action_id": "value", "options": _options(some)}
        blocks.append(_input(f"{block_id}{group or ''}", label, element, reader, optional=True))
    return blocks


def _select(block_id: str, label: str, items: Sequence[Item], reader: Reader, *, optional: bool = False) -> Block:
    element: Block = {"type": "static_select", "action_id": "value"}
    if len(items) <= _MAX_SELECT:
        element["options"] = _options(items)
    else:
        element["option_groups"] = [
            {"label": plain(Cutter().fit(f"{some[0][1]} …", _MAX_OPTION)), "options": _options(some)}
            for some in _groups(items, _MAX_SELECT)
        ]
    return _input(block_id, label, element, reader, optional=optional)


def _options(items: Sequence[Item]) -> list[Block]:
    return [{"text": plain(Cutter().fit(words, _MAX_OPTION)), "value": value} for value, words in items]


def _groups(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
