"""What one reader sees of a request: facts, remarks, buttons. No language and no markup; every messenger shows the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core import card_facts
from bot.core.campaign import Track
from bot.core.card_facts import Fact
from bot.core.contacts import decides
from bot.core.people import Team, Via
from bot.core.playbook.model import Act, PersonId
from bot.core.request import checklist, talk
from bot.core.request.commands import Ticket
from bot.core.request.model import Assignment, Remark, Request, RequestId, Status, StepRun
from bot.core.request.moves import may_take_over
from bot.core.request.relevance import bridge_questions, open_questions
from bot.core.request.table import Action, By, is_legal
from bot.core.request.turn import Turn
from bot.core.wording import Field, Listed, Localized, Moment, Text, counted, text


class Mark(StrEnum):
    """The one status mark of a card."""

    YOURS = "yours"
    WAITING = "waiting"
    LATE = "late"
    RETURNED = "returned"
    APPROVED = "approved"
    PROVISIONAL = "provisional"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Input(StrEnum):
    """What a button asks for before its action can be done."""

    NOTHING = "nothing"
    REMARKS = "remarks"
    REASON = "reason"
    QUESTION = "question"
    OPINION = "opinion"
    PERSON = "person"
    ANSWER = "answer"
    NEW_TEXT = "new_text"
    SURE = "sure"
    CHECKLIST = "checklist"


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it does, what it asks for first, and what the reader had before their eyes."""

    action: Action
    input: Input
    label: Text
    ticket: Ticket
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Card:
    """Everything on a card, in the order it is shown. ``headline``, ``body``, remarks and links are people's own words."""

    request: RequestId
    mark: Mark
    title: Text
    headline: str
    status: Text
    facts: tuple[Fact, ...]
    remarks: tuple[Remark, ...]
    talk: tuple[Fact, ...]
    body: str
    links: tuple[str, ...]
    buttons: tuple[Button, ...]


_INPUTS = {
    Action.YES: Input.NOTHING,
    Action.YES_WITH_REMARKS: Input.REMARKS,
    Action.OPINION: Input.OPINION,
    Action.SEND_BACK: Input.REMARKS,
    Action.ASK_EXTRA_ROUND: Input.REMARKS,
    Action.REJECT: Input.REASON,
    Action.ASK: Input.QUESTION,
    Action.PASS_ON: Input.PERSON,
    Action.GRANT_ROUND: Input.NOTHING,
    Action.REFUSE_ROUND: Input.NOTHING,
    Action.ANSWER: Input.ANSWER,
    Action.CONFIRM_FIXED: Input.NOTHING,
    Action.RESUBMIT: Input.NEW_TEXT,
    Action.WITHDRAW: Input.SURE,
    Action.RATIFY: Input.NOTHING,
    Action.RATIFY_WITH_REMARKS: Input.REMARKS,
    Action.OBJECT: Input.REMARKS,
    Action.TAKE_BACK: Input.NOTHING,
    Action.EVIDENCE: Input.CHECKLIST,
    Action.ASK_BRIDGE: Input.QUESTION,
    Action.TRANSLATE: Input.ANSWER,
    Action.SAY: Input.ANSWER,
}
# The order of an owner's buttons, where it is not that of the inputs: the yes comes first.
_CHECKS = (Action.RATIFY, Action.RATIFY_WITH_REMARKS, Action.OBJECT)
_ORDER = (*_CHECKS, *(action for action in _INPUTS if action not in _CHECKS))
_STYLES = {
    Action.YES: Style.PRIMARY, Action.RESUBMIT: Style.PRIMARY, Action.RATIFY: Style.PRIMARY,
    Action.REJECT: Style.DANGER, Action.OBJECT: Style.DANGER,
}  # fmt: skip


def card(request: Request, team: Team, reader: PersonId, now: datetime, tracks: tuple[Track, ...] = ()) -> Card:
    """The card of a request for one reader, as of an instant. ``tracks`` are those of its campaign, its own among them."""
    book, draft = team.playbook, request.draft
    kind = Localized(book.decisions[draft.kind].title)
    step = _own_step(request, reader)
    weighed = sorted(request.remarks, key=lambda r: (r.confirmed, r.weight != "must_fix", r.number))
    return Card(
        request=request.id,
        mark=_mark(request, reader, step, now),
        title=text("card.title", kind=kind, id=request.id, brand=Localized(book.title)),
        headline=draft.title,
        status=_status(request, team, reader, step),
        facts=(*card_facts.facts(request, team, reader, step, now), *card_facts.launch(team.playbook, tracks)),
        remarks=tuple(weighed),
        talk=card_facts.talk(request, team),
        body=draft.text,
        links=draft.links,
        buttons=buttons(request, team, reader, now),
    )


def _own_step(request: Request, reader: PersonId) -> StepRun | None:
    """The open step that waits for the reader; the main one before a consult beside it."""
    mine = [step for step in request.open_steps if (part := step.part_of(reader)) and part.answer is None]
    return next((step for step in mine if step == request.main_step), next(iter(mine), None))


def _mark(request: Request, reader: PersonId, step: StepRun | None, now: datetime) -> Mark:
    if request.status is not Status.OPEN and not request.is_provisional:
        return Mark(str(request.status))
    if any(part.due_at <= now for other in request.open_steps if other.act is not Act.CONSULT for part in other.waiting):
        return Mark.LATE
    if step or any(saying.to == reader for saying in bridge_questions(request)):
        return Mark.YOURS
    return Mark.PROVISIONAL if request.is_provisional else Mark.WAITING


def _status(request: Request, team: Team, reader: PersonId, step: StepRun | None) -> Text:
    if request.status is not Status.OPEN and (step is None or step.act is not Act.RATIFY):
        return _ended(request, team, reader)
    ask = request.extra_round_ask
    if ask and reader in ask.wanted and reader not in ask.granted:
        return text("card.status.extra_round", who=team.playbook.name(ask.by), rounds=request.rounds)
    if step is None:
        asked = any(saying.to == reader for saying in bridge_questions(request))
        return text("card.status.bridge") if asked else _waiting(request, team)
    part = step.part_of(reader)
    if part and part.via is Via.GAP:
        return text("card.status.gap", role=card_facts.roles(team.playbook, part))
    if step.act is Act.RATIFY:
        who, when = team.playbook.name(decides(request) or reader), Moment(request.closed_at or step.opened_at)
        return text(f"card.status.yours.ratify.{request.status}", who=who, when=when, reason=request.reason)
    return text(f"card.status.yours.{'local' if step.local else step.act}")


def _waiting(request: Request, team: Team) -> Text:
    main = request.main_step
    if local := request.local_step:
        owners = dict.fromkeys(part.person for step in (main, local) if step for part in step.waiting)
        return text("card.status.waiting.local", owners=Listed(tuple(team.playbook.name(p) for p in owners), "or"))
    people = dict.fromkeys(part.person for part in (main.waiting if main else ()))
    names = Listed(tuple(team.playbook.name(person) for person in people))
    return text(f"card.status.waiting.{main.act if main else Act.REVIEW}", owners=names)


def _ended(request: Request, team: Team, reader: PersonId) -> Text:
    book = team.playbook
    if request.status is Status.RETURNED:
        if reader == request.requested_by:
            return counted("card.status.returned_to_you", len(request.to_fix))
        return text("card.status.returned", requester=book.name(request.requested_by))
    when = Moment(request.closed_at or request.opened_at)
    if request.status is Status.WITHDRAWN:
        return text("card.status.withdrawn", who=book.name(request.requested_by), when=when)
    return _decided(request, team, when)


def _decided(request: Request, team: Team, when: Moment) -> Text:
    """Approved or rejected, by whom, and whether it stands already."""
    book, check = team.playbook, request.ratification
    fields: dict[str, Field] = {"who": book.name(decides(request) or request.requested_by), "when": when}
    how = str(request.status)
    if check and check.is_open:
        part = check.waiting[0]
        fields |= {"checker": book.name(part.person), "until": Moment(part.due_at), "reason": request.reason}
        return Text(f"card.status.{how}_provisionally", fields)
    if request.status is Status.REJECTED:
        return Text("card.status.rejected", {**fields, "reason": request.reason})
    if request.to_correct:
        return counted("card.status.to_correct", len(request.to_correct), **fields)
    if request.to_fix:
        return counted("card.status.approved_to_fix", len(request.to_fix), **fields)
    return Text("card.status.approved", fields)


def ticket(request: Request, step: StepRun | None) -> Ticket:
    return Ticket(step.number if step else max(0, len(request.steps) - 1), request.round, request.text_version)


def buttons(request: Request, team: Team, reader: PersonId, now: datetime) -> tuple[Button, ...]:
    """The reader's legal moves, drawn from the table."""
    found: list[Button] = []
    step = _own_step(request, reader)
    part = step.part_of(reader) if step else None
    if step and part:
        found += _owner_buttons(request, team, step, part, now)
    ask = request.extra_round_ask
    if ask and reader in ask.wanted and reader not in ask.granted:
        found += [_button(request, action, step) for action in (Action.GRANT_ROUND, Action.REFUSE_ROUND)]
    if reader == request.requested_by:
        found += _requester_buttons(request)
    found += _beside(request, team, reader, step)
    if may_take_back(request, team, reader, now):
        found.append(_button(request, Action.TAKE_BACK, None))
    return tuple(found)


def may_take_back(request: Request, team: Team, reader: PersonId, now: datetime) -> bool:
    """Whether the latest decision is the reader's and fresh enough to be a slip of the finger."""
    word = request.last_word
    fresh = word is not None and word.by == reader and now - word.at < team.playbook.undo
    return fresh and is_legal(Action.TAKE_BACK, request.status, By.DECIDER)


def _owner_buttons(request: Request, team: Team, step: StepRun, part: Assignment, now: datetime) -> list[Button]:
    by = By.GAP_HOLDER if part.via is Via.GAP else By.OWNER
    turn = Turn(request, team, now, part.person)
    found = []
    for action in _ORDER:
        if not is_legal(action, request.status, by, step.act, last_round=request.is_last_round):
            continue
        if action is Action.ASK and part.person == request.requested_by:
            continue  # whoever looks after a creator's text would ask themselves
        if action is Action.PASS_ON and not may_take_over(turn, step, part):
            continue
        if action is Action.ASK_EXTRA_ROUND and (
            request.extra_round_ask or request.extra_rounds >= team.playbook.extra_round.at_most
        ):
            continue
        if action is Action.OPINION:
            found.append(Button(action, Input.NOTHING, text("button.no_objections"), ticket(request, step), Style.PRIMARY))
        found.append(_button(request, action, step))
    return found


def _requester_buttons(request: Request) -> list[Button]:
    possible = {
        Action.ANSWER: bool(open_questions(request)),
        # What was rejected needs no mending, unless the rejection itself was objected to.
        Action.CONFIRM_FIXED: bool(request.to_fix if request.status is Status.APPROVED else request.to_correct),
        Action.RESUBMIT: True,
        Action.WITHDRAW: True,
    }
    actions = (a for a, there in possible.items() if there and is_legal(a, request.status, By.REQUESTER))
    return [_button(request, action, None) for action in actions]


def _beside(request: Request, team: Team, reader: PersonId, step: StepRun | None) -> list[Button]:
    """What moves nothing: the checklist, and the bridge to the other side."""
    found = []
    works_on_it = reader == request.requested_by or step is not None
    asked = checklist.items(team.playbook, request)
    if asked and works_on_it and is_legal(Action.EVIDENCE, request.status, By.CONTRIBUTOR):
        done = sum(checklist.given(request, item) is not None for item in asked)
        label = text("button.evidence", done=done, all=len(asked))
        found.append(Button(Action.EVIDENCE, Input.CHECKLIST, label, ticket(request, step)))
    asked_bridge = any(saying.to == reader for saying in bridge_questions(request))
    if asked_bridge:
        found.append(_button(request, Action.SAY, step))
    elif works_on_it and _may_ask_bridge(request, team, reader):
        found.append(_button(request, Action.ASK_BRIDGE, step))
    between = talk.is_bridge(team, reader) and talk.crosses_markets(team, request)
    if (asked_bridge or between) and talk.to_translate(request, reader):
        found.append(_button(request, Action.TRANSLATE, step))
    return found


def _may_ask_bridge(request: Request, team: Team, reader: PersonId) -> bool:
    under_way = request.status in (Status.OPEN, Status.RETURNED)
    return under_way and talk.crosses_markets(team, request) and talk.bridge_for(team, request, reader) is not None


def _button(request: Request, action: Action, step: StepRun | None) -> Button:
    label = f"button.{action}"
    if action is Action.YES and step:
        label = f"button.yes.{'local' if step.local else step.act}"
    style = _STYLES.get(action, Style.PLAIN)
    return Button(action, _INPUTS[action], text(label), ticket(request, step), style)


def is_drawn(action: Action, wanted: Input) -> bool:
    """Whether any card has a button for the action that asks for this."""
    return _INPUTS.get(action) is wanted or (action, wanted) == (Action.OPINION, Input.NOTHING)


def takers(request: Request, team: Team, person: PersonId, now: datetime) -> tuple[PersonId, ...]:
    """The people to whom this person may pass their open step."""
    step = _own_step(request, person)
    part = step.part_of(person) if step else None
    return may_take_over(Turn(request, team, now, person), step, part) if step and part else ()
