"""What somebody's words, files and taps come to as an answer to a question about a new request: a step on, or why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.money import Money
from bot.core.request.model import File
from bot.core.request.opening import MAX_TITLE
from bot.core.wording import Text, text
from bot.drafting.choices import Desk
from bot.drafting.drafts import MOST_FILES, Ask, Tap, Unsent, answer, flaw, reopened
from bot.drafting.questions import titles
from bot.moment_words import NotUnderstood, Reason, read_amount, read_moment
from bot.prompts import is_assent
from bot.speech import LANGUAGES, Reader, phrases

_MOST_NAME, _LEAST_WORD = 100, 3
_LINKS = re.compile(r"(?:https?://[^\s<>\"]{3,2000}(?:\s+|$))+")
_UNREAD: Mapping[Reason, str] = {
    "words": "new.when.words", "past": "new.when.past", "time": "new.when.time", "day": "new.when.day",
    "ambiguous": "new.when.ambiguous", "amount": "new.amount.unread",
}  # fmt: skip
# Where a bare "ok" is surely no answer.
_NO_ASSENT = frozenset({Ask.CREATOR, Ask.TITLE, Ask.TEXT, Ask.MORE, Ask.NEEDED_BY, Ask.AMOUNT})
_PART_OF = {Ask.MORE: (Ask.TEXT, Ask.MORE)}


def typed(desk: Desk, unsent: Unsent, words: str, reader: Reader, now: datetime) -> Unsent | Text:
    """The draft with what was typed as the answer, or why it cannot be one."""
    if _is_one_of("new.phrases.skip", words) and unsent.ask in (Ask.CREATOR, Ask.TEXT, Ask.NEEDED_BY, Ask.AMOUNT):
        return skipped(unsent)
    if unsent.ask is Ask.MORE and (_is_one_of("new.phrases.on", words) or _is_one_of("new.phrases.skip", words)):
        return answer(unsent, Ask.MORE)
    if unsent.ask in _NO_ASSENT and is_assent(words):
        return text("new.ok_is_no_answer", words=words)
    found = _taken(desk, unsent, words, reader, now)
    wrong = flaw(desk, found, now) if isinstance(found, Unsent) else None
    return wrong[1].text if wrong and wrong[0] in _PART_OF.get(unsent.ask, (unsent.ask,)) else found


def _taken(desk: Desk, unsent: Unsent, words: str, reader: Reader, now: datetime) -> Unsent | Text:
    match unsent.ask:
        case Ask.CREATOR:
            return _creator(unsent, words)
        case Ask.TITLE:
            return _title(unsent, words)
        case Ask.TEXT:
            return answer(replace(unsent, content=replace(unsent.content, text=words)), Ask.TEXT)
        case Ask.MORE:
            return _more(unsent, words)
        case Ask.NEEDED_BY:
            found = moment(words, reader, now)
            return found if isinstance(found, Text) else answer(replace(unsent, needed_by=found), Ask.NEEDED_BY)
        case Ask.AMOUNT:
            money = amount(words, desk.currency(unsent.brand, unsent.kind, unsent.market))
            return money if isinstance(money, Text) else answer(replace(unsent, amount=money), Ask.AMOUNT)
        case _:
            choice = _meant(desk, unsent, words)
            return text("new.use_buttons") if choice is None else _chosen(desk, unsent, choice)


def tapped(desk: Desk, unsent: Unsent, tap: Tap) -> Unsent:
    """The draft with what a button of the present question says; the button is known to be there."""
    match tap.verb:
        case "pick":
            return _chosen(desk, unsent, unsent.choices[tap.number])
        case "skip":
            return skipped(unsent)
        case "drop":
            return reopened(replace(unsent, content=replace(unsent.content, links=(), files=())))
        case _:
            return answer(unsent, unsent.ask)


def skipped(unsent: Unsent) -> Unsent:
    """Answered with nothing."""
    match unsent.ask:
        case Ask.CREATOR:
            unsent = replace(unsent, creator="", creator_id="")
        case Ask.TEXT:
            unsent = replace(unsent, content=replace(unsent.content, text=""))
        case Ask.NEEDED_BY:
            unsent = replace(unsent, needed_by=None)
        case Ask.AMOUNT:
            unsent = replace(unsent, amount=None)
        case _:
            pass
    return answer(unsent, unsent.ask)


def with_files(unsent: Unsent, files: tuple[File, ...]) -> Unsent | Text:
    """Files are taken in whatever is asked: nobody sends one for nothing."""
    known = {file.id for file in unsent.content.files}
    found = (*unsent.content.files, *(file for file in files if file.id not in known))
    if len(found) > MOST_FILES:
        return text("new.files.most", most=MOST_FILES)
    return replace(unsent, content=replace(unsent.content, files=found))


def moment(words: str, reader: Reader, now: datetime) -> datetime | Text:
    """A deadline as people type it, or why it is none."""
    try:
        return read_moment(words, now, reader.zone, reader.languages)
    except NotUnderstood as problem:
        return text(_UNREAD[problem.reason])


def amount(words: str, currency: str) -> Money | Text:
    """An amount as people type it, or why it is none."""
    try:
        return read_amount(words, currency)
    except NotUnderstood as problem:
        return text(_UNREAD[problem.reason], currency=currency)


def _chosen(desk: Desk, unsent: Unsent, choice: str) -> Unsent:
    match unsent.ask:
        case Ask.BRAND:
            unsent = replace(unsent, brand=choice)
        case Ask.KIND:
            unsent = replace(unsent, kind=choice)
        case Ask.MARKET:
            unsent = replace(unsent, market=choice)
        case Ask.CREATOR:
            name = next((one.name for one in desk.known.get(unsent.brand, ()) if one.person == choice), "")
            unsent = replace(unsent, creator=name, creator_id=choice if name else "")
        case Ask.TITLE:
            unsent = replace(unsent, content=replace(unsent.content, title=choice))
        case _:
            unsent = replace(unsent, needed_by=datetime.fromisoformat(choice))
    return answer(unsent, unsent.ask)


def _meant(desk: Desk, unsent: Unsent, words: str) -> str | None:
    """The choice that was typed instead of tapped: its name in any language, or the only one that begins so."""
    wanted = words.casefold()
    if unsent.ask in (Ask.SUMMARY, Ask.CHANGE):
        return None
    names = {choice: {name.casefold() for name in titles(desk, unsent, choice).values()} | {choice} for choice in unsent.choices}
    exact = [choice for choice, known in names.items() if wanted in known]
    begun = [choice for choice, known in names.items() if any(name.startswith(wanted) for name in known)]
    found = exact or (begun if len(wanted) >= _LEAST_WORD else [])
    return found[0] if len(found) == 1 else None


def kind_meant(desk: Desk, unsent: Unsent, words: str) -> str:
    """The kind of decision that words beside the command name, if they name one."""
    return _meant(desk, replace(unsent, ask=Ask.KIND, choices=desk.kinds(unsent.brand)), words) or ""


def _creator(unsent: Unsent, words: str) -> Unsent | Text:
    if "\n" in words or len(words) > _MOST_NAME:
        return text("new.creator.name", most=_MOST_NAME)
    return answer(replace(unsent, creator=words, creator_id=""), Ask.CREATOR)


def _title(unsent: Unsent, words: str) -> Unsent | Text:
    line = " ".join(words.split())
    if len(line) > MAX_TITLE:
        return text("new.title.long", most=MAX_TITLE)
    return answer(replace(unsent, content=replace(unsent.content, title=line)), Ask.TITLE)


def _more(unsent: Unsent, words: str) -> Unsent:
    """Links alone are links; anything else goes on with the text. The question stays open for more."""
    content = unsent.content
    if _LINKS.fullmatch(words):
        return reopened(replace(unsent, content=replace(content, links=tuple(dict.fromkeys((*content.links, *words.split()))))))
    return reopened(replace(unsent, content=replace(content, text=f"{content.text}\n{words}".strip())))


def _is_one_of(name: str, words: str) -> bool:
    plain = words.casefold().strip(" .!,…\n") or words
    return any(plain in phrases(name, language) for language in LANGUAGES)
