"""What is said in a conversation: questions with buttons, answers to taps, ready phrases. Values; nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass

from bot import buttons, dialogs
from bot.core.cards import Button, Input
from bot.core.people import Team
from bot.core.request.model import Request, RequestId, Weight
from bot.core.request.table import Action
from bot.core.wording import Field, Text, text
from bot.dialogs import Choice, Dialog
from bot.speech import LANGUAGES, Reader, phrases

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
    rows.append((Option(text("button.cancel"), str(Choice(dialog.id, "cancel"))),))
    open_items = tuple(r.text for r in request.to_fix) if dialog.input is Input.NEW_TEXT else ()
    return Prompt(subject, open_items, tuple(rows))


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
    plain = words.casefold().translate(_SKIN_TONES).strip(" .!,…)\n")
    if len(set(plain)) == 1:
        plain = plain[0]  # +++, 👍👍
    return any(plain in phrases("phrases.assent", language) for language in LANGUAGES)
