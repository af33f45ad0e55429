"""The modals: what each button asks for, as input blocks, and what somebody filled in, as a move."""

from __future__ import annotations

from typing import Any

from adapters.cutting import Cutter
from adapters.slack.view import Block, escaped, mrkdwn, plain
from bot import buttons
from bot.conversation import ready_reasons
from bot.core.cards import Input, takers
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do, Note
from bot.core.request.model import Request, Weight
from bot.core.wording import Text, text
from bot.ports import Clock
from bot.service import reader_of
from bot.speech import Reader, say

CALLBACK = "soglas-input"
_MAX_INPUT = 3000
_MAX_OPTION = 75
_MAX_CHECKBOXES = 10
# Any: the state of a view is Slack's own JSON.
Values = dict[str, dict[str, Any]]


def modal(code: buttons.Code, request: Request, team: Team, person: PersonId, clock: Clock) -> Block:
    """The modal that asks for what a button needs."""
    reader = reader_of(team, person)
    blocks = [mrkdwn(_about(request, code, reader)), *_inputs(code, request, team, person, reader, clock)]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": str(code),
        "title": plain(_short(f"modal.title.{code.action}", reader)),
        "submit": plain(_short(f"modal.submit.{code.action}", reader)),
        "close": plain(_short("modal.close", reader)),
        "blocks": blocks,
    }


def notice(message: Text, reader: Reader) -> Block:
    """A modal that only says something: what was asked for is not possible any more."""
    words = escaped(Cutter().fit(say(message, reader), 2500))
    return {
        "type": "modal",
        "title": plain(_short("modal.title.notice", reader)),
        "close": plain(_short("modal.close", reader)),
        "blocks": [mrkdwn(words)],
    }


def _short(message: str, reader: Reader) -> str:
    return Cutter().fit(say(text(message), reader), 24)


def _about(request: Request, code: buttons.Code, reader: Reader) -> str:
    words = say(text(f"prompt.{code.action}", id=request.id, title=request.draft.title), reader)
    return escaped(Cutter().fit(words, 2500))


def _inputs(code: buttons.Code, request: Request, team: Team, person: PersonId, reader: Reader, clock: Clock) -> list[Block]:
    match code.input:
        case Input.REMARKS:
            ready = ready_reasons(code.action, reader)
            return [_checkboxes("ready", "modal.ready", list(enumerate(ready)), reader), *_two_weights(reader)]
        case Input.REASON:
            ready = ready_reasons(code.action, reader)
            return [
                _select("ready", "modal.ready_reason", list(enumerate(ready)), reader, optional=True),
                _text("text", "modal.reason", reader, optional=True),
            ]
        case Input.PERSON:
            people = takers(request, team, person, clock.now())
            names = [(index, say(Text("plain.name", {"name": team.playbook.name(p)}), reader)) for index, p in enumerate(people)]
            return [_select("person", "modal.person", names, reader)]
        case Input.NEW_TEXT:
            return _new_text(request, reader)
        case Input.QUESTION | Input.OPINION | Input.ANSWER:
            return [_text("text", f"modal.{code.input}", reader)]
        case _:
            return []


def _two_weights(reader: Reader) -> list[Block]:
    return [_text("must_fix", "modal.must_fix", reader, optional=True), _text("wish", "modal.wish", reader, optional=True)]


def _new_text(request: Request, reader: Reader) -> list[Block]:
    body = request.draft.text
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": _MAX_INPUT}
    if len(body) <= _MAX_INPUT and body:
        element["initial_value"] = body
    blocks = [_input("text", "modal.new_text", element, reader, optional=True)]
    if request.to_fix:
        items = [(r.number, r.text) for r in request.to_fix[:_MAX_CHECKBOXES]]
        blocks.append(_checkboxes("fixed", "modal.fixed", items, reader))
    return blocks


def _input(block_id: str, label: str, element: Block, reader: Reader, *, optional: bool = False) -> Block:
    words = Cutter().fit(say(text(label), reader), 2000)
    return {"type": "input", "block_id": block_id, "optional": optional, "label": plain(words), "element": element}


def _text(block_id: str, label: str, reader: Reader, *, optional: bool = False) -> Block:
    element = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": _MAX_INPUT}
    return _input(block_id, label, element, reader, optional=optional)


def _options(items: list[tuple[int, str]]) -> list[Block]:
    return [{"text": plain(Cutter().fit(words, _MAX_OPTION)), "value": str(number)} for number, words in items]


def _checkboxes(block_id: str, label: str, items: list[tuple[int, str]], reader: Reader) -> Block:
    element = {"type": "checkboxes", "action_id": "value", "options": _options(items[:_MAX_CHECKBOXES])}
    return _input(block_id, label, element, reader, optional=True)


def _select(block_id: str, label: str, items: list[tuple[int, str]], reader: Reader, *, optional: bool = False) -> Block:
    element = {"type": "static_select", "action_id": "value", "options": _options(items[:100])}
    return _input(block_id, label, element, reader, optional=optional)


def move(code: buttons.Code, values: Values, request: Request, team: Team, person: PersonId, through: str, clock: Clock) -> Do:
    """What somebody filled in, as a move. Whether it is possible and complete is for the rules to say."""
    reader = reader_of(team, person)
    ready = [_ready(code, number, reader) for number in _chosen(values, "ready")]
    chosen_person = _chosen(values, "person")
    people = takers(request, team, person, clock.now())
    return Do(
        action=code.action,
        by=person,
        through=through,
        ticket=code.ticket,
        remarks=_notes(values, ready) if code.input is Input.REMARKS else (),
        text=_written(values, "text") or next(iter(ready), ""),
        to=people[chosen_person[0]] if chosen_person and chosen_person[0] < len(people) else None,
        confirmed=tuple(_chosen(values, "fixed")),
    )


def _ready(code: buttons.Code, number: int, reader: Reader) -> str:
    found = ready_reasons(code.action, reader)
    return found[number] if number < len(found) else ""


def _notes(values: Values, ready: list[str]) -> tuple[Note, ...]:
    must = [*ready, *_written(values, "must_fix").splitlines()]
    wish = _written(values, "wish").splitlines()
    notes = [Note(line, Weight.MUST_FIX) for line in must] + [Note(line, Weight.WISH) for line in wish]
    return tuple(Note(note.text.strip(" \t-•–—"), note.weight) for note in notes if note.text.strip(" \t-•–—"))


def _written(values: Values, block_id: str) -> str:
    return str(values.get(block_id, {}).get("value", {}).get("value") or "")


def _chosen(values: Values, block_id: str) -> list[int]:
    state = values.get(block_id, {}).get("value", {})
    one = state.get("selected_option")
    options = [one] if one else state.get("selected_options") or []
    return [int(option["value"]) for option in options if str(option.get("value", "")).isdigit()]


def first_input(code: buttons.Code) -> str | None:
    """The block that an error about missing input is shown at."""
    return {Input.REMARKS: "must_fix", Input.REASON: "text", Input.PERSON: "person"}.get(
        code.input, "text" if code.input is not Input.SURE else None
    )
