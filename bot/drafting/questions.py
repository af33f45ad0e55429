"""What each question about a new request says, with its buttons; the summary before it is sent. Values; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core.card_facts import named
from bot.core.wording import Field, Listed, Localized, Moment, Text, counted, text
from bot.drafting.choices import Desk
from bot.drafting.drafts import Ask, Tap, Unsent, can_go_back
from bot.prompts import Option, Prompt

_SHOWN = 900  # of a text in the summary; its writer has the rest just above
_LABEL = 60
_ASKS = {
    Ask.BRAND: "new.ask.brand", Ask.KIND: "new.ask.kind", Ask.MARKET: "new.ask.market", Ask.CREATOR: "new.ask.creator",
    Ask.TITLE: "new.ask.title", Ask.TEXT: "new.ask.text", Ask.MORE: "new.ask.more", Ask.NEEDED_BY: "new.ask.needed_by",
    Ask.CHANGE: "new.ask.change",
}  # fmt: skip
_FIELDS = {
    Ask.BRAND: "new.field.brand", Ask.KIND: "new.field.kind", Ask.MARKET: "new.field.market",
    Ask.CREATOR: "new.field.creator", Ask.TITLE: "new.field.title", Ask.TEXT: "new.field.text", Ask.MORE: "new.field.more",
    Ask.NEEDED_BY: "new.field.needed_by", Ask.AMOUNT: "new.field.amount",
}  # fmt: skip
_SKIPS = {
    Ask.CREATOR: "new.button.no_creator", Ask.TEXT: "new.button.no_text", Ask.NEEDED_BY: "new.button.no_deadline",
    Ask.AMOUNT: "new.button.no_amount",
}  # fmt: skip
_TWO_IN_A_ROW = frozenset({Ask.MARKET, Ask.CREATOR, Ask.CHANGE})


def question(desk: Desk, unsent: Unsent, preview: tuple[Text, ...] = ()) -> Prompt:
    """The question that waits now. ``preview`` is what would happen, for the summary."""
    if unsent.ask is Ask.SUMMARY:
        return Prompt(_head(desk, unsent), (*_facts(desk, unsent), *preview), tuple(_rows(desk, unsent)))
    return Prompt(_words(desk, unsent), tuple(_so_far(unsent)), tuple(_rows(desk, unsent)))


def _words(desk: Desk, unsent: Unsent) -> Text:
    if unsent.ask is Ask.AMOUNT:
        currency = desk.currency(unsent.brand, unsent.kind, unsent.market)
        return text("new.ask.amount", currency=currency)
    if unsent.ask is Ask.MORE and not unsent.content.text:
        return text("new.ask.files")
    return text(_ASKS[unsent.ask])


def _so_far(unsent: Unsent) -> Iterator[Field]:
    """What would be lost from view: the size of a long text, the files and links that came."""
    if unsent.ask is Ask.MORE:
        if unsent.content.text:
            yield counted("new.so_far", len(unsent.content.text))
        yield from (named(file) for file in unsent.content.files)
        yield from unsent.content.links


def _rows(desk: Desk, unsent: Unsent) -> Iterator[tuple[Option, ...]]:
    options = [Option(label, _code(unsent, "pick", i)) for i, label in enumerate(_labels(desk, unsent))]
    each = 2 if unsent.ask in _TWO_IN_A_ROW else 1
    yield from (tuple(options[i : i + each]) for i in range(0, len(options), each))
    if unsent.ask in _SKIPS:
        yield (Option(text(_SKIPS[unsent.ask]), _code(unsent, "skip")),)
    if unsent.ask is Ask.MORE:
        yield (Option(text("new.button.on"), _code(unsent, "on")),)
        if unsent.content.files or unsent.content.links:
            yield (Option(text("new.button.drop"), _code(unsent, "drop")),)
    if unsent.ask is Ask.SUMMARY:
        yield (Option(text("new.button.send"), _code(unsent, "send")),)
    if unsent.waiting is not None:
        yield (Option(text("new.button.anew"), _code(unsent, "anew")),)
    yield tuple(_last(desk, unsent))


def _last(desk: Desk, unsent: Unsent) -> Iterator[Option]:
    if unsent.ask is Ask.SUMMARY:
        yield Option(text("new.button.change"), _code(unsent, "change"))
    elif can_go_back(desk, unsent):
        yield Option(text("new.button.back"), _code(unsent, "back"))
    yield Option(text("button.cancel"), _code(unsent, "cancel"))


def _code(unsent: Unsent, verb: str, number: int = 0) -> str:
    return str(Tap(unsent.id, verb, unsent.turn, number))


def _labels(desk: Desk, unsent: Unsent) -> tuple[Field, ...]:
    return tuple(_label(desk, unsent, choice) for choice in unsent.choices)


def _label(desk: Desk, unsent: Unsent, choice: str) -> Field:
    match unsent.ask:
        case Ask.NEEDED_BY:
            return Moment(datetime.fromisoformat(choice))
        case Ask.CHANGE:
            return text(_FIELDS[Ask(choice)])
        case Ask.CREATOR:
            return next((one.name for one in desk.known.get(unsent.brand, ()) if one.person == choice), choice)
        case Ask.TITLE:
            return choice if len(choice) <= _LABEL else f"{choice[: _LABEL - 1]}…"
        case _:
            found = titles(desk, unsent, choice)
            return Localized(found) if found else choice


def titles(desk: Desk, unsent: Unsent, choice: str) -> dict[str, str]:
    """The names of a brand, kind or market in every language; empty when it is gone from the playbook."""
    book = desk.books.get(choice if unsent.ask is Ask.BRAND else unsent.brand)
    if book is None:
        return {}
    if unsent.ask is Ask.KIND:
        return dict(book.decisions[choice].title) if choice in book.decisions else {}
    if unsent.ask is Ask.MARKET:
        return dict(book.markets[choice].title) if choice in book.markets else {}
    return dict(book.title)


def _head(desk: Desk, unsent: Unsent) -> Text:
    book, body = desk.books[unsent.brand], unsent.content.text
    shown: Field = body
    if len(body) > _SHOWN:
        shown = counted("new.summary.cut", len(body), begin=f"{body[:_SHOWN].rstrip()}…")
    kind, market = Localized(book.decisions[unsent.kind].title), Localized(book.markets[unsent.market].title)
    message = "new.summary" if body else "new.summary.no_text"
    return text(message, kind=kind, market=market, brand=Localized(book.title), title=unsent.content.title, body=shown)


def _facts(desk: Desk, unsent: Unsent) -> Iterator[Text]:
    """The same labels as on the card."""
    content, own = unsent.content, desk.own.get(unsent.brand)
    if own is None:
        yield _fact(text("fact.requester"), desk.books[unsent.brand].name(desk.person))
    if creator := own.name if own else unsent.creator:
        yield _fact(text("fact.creator"), creator)
    if unsent.amount:
        yield _fact(text("fact.amount"), unsent.amount)
    yield _fact(text("fact.needed_by"), Moment(unsent.needed_by) if unsent.needed_by else text("new.no_deadline"))
    if content.files:
        yield _fact(text("fact.files"), Listed(tuple(named(file) for file in content.files)))
    yield from (_fact(text("new.link"), link) for link in content.links)


def _fact(label: Text, value: Field) -> Text:
    return text("new.fact", label=label, value=value)
