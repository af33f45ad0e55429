"""What is said in a conversation: questions with buttons, answers to taps, ready phrases. Values; nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass

from bot import buttons, dialogs
from bot.core.card_facts import named
from bot.core.cards import Button, Input
from bot.core.people import Team
from bot.core.playbook.model import ChecklistItem, PersonId
from bot.core.request import checklist
from bot.core.request.model import Evidence, Request, RequestId, Weight
from bot.core.request.table import Action
from bot.core.request.talk import to_translate
from bot.core.wording import Field, Localized, Text, text
from bot.creators import is_creator
from bot.dialogs import Choice, Dialog
from bot.speech import LANGUAGES, Reader, phrases

_TICKS = 4  # in a row
_SKIN_TONES = dict.fromkeys((*range(0x1F3FB, 0x1F400), 0xFE0F))  # and the mark that asks for a coloured picture


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


@dataclass(frozen=True, slots=True)
class Reply:
    """What to do about an update: answer the tap, send a message, take the buttons off the message that was tapped."""

    toast: Text | None = None
    alert: bool = False
    prompt: Prompt | None = None
    close: str = ""  # the id of a question that is over
    dialog: Dialog | None = None  # the question the prompt belongs to, to note where it was put
    draft: str = ""  # the id of the draft whose question the prompt is, to note where it was put
    under: str = ""  # the message the prompt speaks of, where it is not the one that was tapped


def question_of(dialog: Dialog, request: Request, team: Team) -> Prompt:
    subject = text(f"prompt.{dialog.action}", id=request.id, title=request.draft.title)
    rows: list[tuple[Option, ...]] = []
    if dialog.input in (Input.REMARKS, Input.REASON):
        rows += [(Option(words, str(Choice(dialog.id, "ready", i))),) for i, words in enumerate(dialog.choices)]
    if dialog.input is Input.PERSON:
        rows += [(Option(team.playbook.name(who), str(Choice(dialog.id, "person", i))),) for i, who in enumerate(dialog.choices)]
    if dialog.input is Input.SURE:
        rows.append((Option(text("button.sure"), str(Choice(dialog.id, "sure"))),))
    if dialog.input is Input.CHECKLIST:
        return checklist_of(dialog, request, team)
    lines: tuple[Field, ...] = ()
    if dialog.input is Input.NEW_TEXT:
        lines, ticks = _to_fix(dialog, request)
        rows += ticks
    elif dialog.action is Action.TRANSLATE and (saying := to_translate(request, "")):
        lines = (saying.text,)
    rows.append((Option(text("button.cancel"), str(Choice(dialog.id, "cancel"))),))
    return Prompt(subject, lines, tuple(rows))


def _to_fix(dialog: Dialog, request: Request) -> tuple[tuple[Field, ...], list[tuple[Option, ...]]]:
    """What is still to fix, each with a button that ticks it; and a button that sends what was given without words."""
    wanted = [remark for remark in request.to_fix if str(remark.number) in dialog.choices]
    lines: list[Field] = [text("prompt.line.open", n=index + 1, text=remark.text) for index, remark in enumerate(wanted)]
    lines += [named(file) for file in dialog.files]
    ticks = [
        Option(text("button.fixed", n=index + 1), str(Choice(dialog.id, "fixed", index)), remark.number in dialog.fixed)
        for index, remark in enumerate(wanted)
    ]
    rows = [tuple(ticks[i : i + _TICKS]) for i in range(0, len(ticks), _TICKS)]
    if dialog.files:
        rows.append((Option(text("button.send.resubmit"), str(Choice(dialog.id, "send"))),))
    return tuple(lines), rows


def checklist_of(dialog: Dialog, request: Request, team: Team) -> Prompt:
    """The items with their evidence, each with a button that gives it or asks for it."""
    lines, rows = [], []
    for index, item in enumerate(checklist.items(team.playbook, request)):
        found = checklist.given(request, item)
        state = "given" if found else "blocking" if item.blocking else "open"
        lines.append(text(f"prompt.item.{state}", n=index + 1, item=Localized(item.text), value=_value(found)))
        label = text(f"button.item.{item.evidence}", n=index + 1)
        rows.append((Option(label, str(Choice(dialog.id, "item", index)), found is not None),))
    rows.append((Option(text("button.close"), str(Choice(dialog.id, "cancel"))),))
    subject = text("prompt.evidence", id=request.id, title=request.draft.title)
    return Prompt(subject, tuple(lines), tuple(rows))


def _value(found: Evidence | None) -> str:
    return "" if found is None else found.file.name if found.file else found.value


def item_of(dialog: Dialog, item: ChecklistItem) -> Prompt:
    """Asks for one item's evidence."""
    back = Option(text("button.back_to_list"), str(Choice(dialog.id, "list")))
    return Prompt(text(f"prompt.item.ask.{item.evidence}", item=Localized(item.text)), (), ((back,),))


def review_of(dialog: Dialog) -> Prompt:
    """The remarks so far, each with its two weights to choose from."""
    rows: list[tuple[Option, ...]] = []
    for index, line in enumerate(() if dialogs.binds(dialog) else dialog.lines):
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
    return Prompt(text("prompt.correction" if dialogs.binds(dialog) else "prompt.weigh"), lines, tuple(rows))


def _weighed_line(index: int, words: str, weight: Weight | None) -> Text:
    return text(f"prompt.line.{weight or 'open'}", n=index + 1, text=words)


def missed(sent: Dialog, now: Dialog) -> tuple[Field, ...]:
    """What stands in a question by now and was not sent with it: it came while the rest was being sent."""
    lines: list[Field] = [_weighed_line(n, line.text, line.weight) for n, line in enumerate(now.lines) if line not in sent.lines]
    lines += [named(file) for file in now.files if file not in sent.files]
    ticked = (now.choices.index(str(number)) for number in now.fixed if number not in sent.fixed)
    return (*lines, *(text("button.fixed", n=index + 1) for index in ticked))


def too_late(person: PersonId, request: RequestId) -> Text:
    """That something came after the rest was sent, and where it can go now."""
    if is_creator(person):  # who has no card to reply to
        return text("answer.too_late.creator", id=request)
    return text("answer.too_late", id=request)


def noted(note: Text, prompt: Prompt) -> Prompt:
    """A question, or a message, after a word about what came before it."""
    return Prompt(text("new.noted", note=note, question=prompt.text), prompt.lines, prompt.options)


def done(action: Action, request: RequestId) -> Text:
    """The short word that a move was recorded."""
    return text(f"answer.done.{action}", id=request)


def option_of(request: RequestId, button: Button) -> Option:
    return Option(button.label, str(buttons.code(request, button)))


def ready_reasons(action: Action, reader: Reader) -> tuple[str, ...]:
    """Ready reasons in the reader's language; translators may add more."""
    found = phrases(f"ready.{'reject' if action is Action.REJECT else 'remarks'}", reader.language)
    return tuple(words[:1].upper() + words[1:] for words in found)


def is_assent(words: str) -> bool:
    """Whether somebody typed what sounds like a yes, in any language the bot speaks."""
    plain = _plain(words)
    if len(set(plain)) == 1:
        plain = plain[0]  # +++, 👍👍
    return any(plain in phrases("phrases.assent", language) for language in LANGUAGES)


def is_thanks(words: str) -> bool:
    """Whether somebody only said thank you or good-bye: no question, and nothing to be counted as one."""
    return is_said("phrases.thanks", words)


def is_said(message_id: str, words: str) -> bool:
    """Whether the words are one of a catalogue's phrases, in any language the bot speaks."""
    return any(_plain(words) in phrases(message_id, language) for language in LANGUAGES)


def _plain(words: str) -> str:
    return words.casefold().translate(_SKIN_TONES).strip(" .!,…)\n")
