"""The form for a new request, and what will happen with it: two modals as Slack shows them, and what was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from adapters.slack import fields
from adapters.slack.blocks import Block, literals, plain
from adapters.slack.fields import MAX_INPUT, choice, field, short
from bot.core.request.model import File
from bot.core.request.opening import MAX_TITLE
from bot.core.wording import Text, text
from bot.drafting.drafts import Ask, Content
from bot.drafting.form import BrandOffer, NewForm, Offer
from bot.speech import Reader, say, show

FORM, SEND = "soglas-new", "soglas-send"
_HINT = 300  # of a long text, so that it can be recognised
_FIELDS: dict[Ask, str] = {
    Ask.BRAND: "brand", Ask.KIND: "kind", Ask.MARKET: "market", Ask.CREATOR: "creator", Ask.TITLE: "title", Ask.TEXT: "text",
    Ask.MORE: "links", Ask.NEEDED_BY: "needed_by", Ask.AMOUNT: "amount",
}  # fmt: skip


_NOTHING = Content()


@dataclass(frozen=True, slots=True)
class Brought:
    """What came along with the wish for a new request: its words, links and files. ``id`` is of what is kept of it."""

    id: str = ""
    content: Content = _NOTHING

    @property
    def is_long(self) -> bool:
        """Whether the text is longer than a field takes, so that it is kept and goes along whole."""
        return len(self.content.text) > MAX_INPUT


def form(offer: Offer, reader: Reader, brought: Brought, brand: str = "") -> Block:
    """The form, with what was brought in it. A field that depends on the brand is another one for another brand."""
    chosen = next((one for one in offer.brands if one.id == brand), offer.brands[0])
    about = [] if offer.by_creator else [*_markets(chosen, reader), *_creators(chosen, reader)]
    blocks = [*_brands(offer, chosen, reader), _kind(chosen, reader), *about, *_content(brought, reader)]
    blocks.append(field("needed_by", text("modal.new.needed_by"), _picker(), reader, optional=True))
    if currencies := _currencies(offer, chosen):
        hint = text("modal.new.amount.hint", currencies=currencies)
        box = fields.written(lines=False, most=40)
        blocks.append(field("amount", text("modal.new.amount"), box, reader, optional=True, hint=hint))
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": brought.id,
        "title": plain(short("modal.title.new", reader)),
        "submit": plain(short("modal.submit.new", reader)),
        "close": plain(short("modal.close", reader)),
        "blocks": blocks,
    }


def _brands(offer: Offer, chosen: BrandOffer, reader: Reader) -> list[Block]:
    if len(offer.brands) == 1:
        return []
    items = [(one.id, show(one.title, reader)) for one in offer.brands]
    return [{**field("brand", text("modal.new.brand"), choice(items, chosen.id), reader), "dispatch_action": True}]


def _kind(chosen: BrandOffer, reader: Reader) -> Block:
    items = [(one.id, show(one.title, reader)) for one in chosen.kinds]
    return field(f"kind:{chosen.id}", text("modal.new.kind"), choice(items, items[0][0] if len(items) == 1 else ""), reader)


def _markets(chosen: BrandOffer, reader: Reader) -> list[Block]:
    if len(chosen.markets) == 1:
        return []
    items = [(market, show(title, reader)) for market, title in chosen.markets.items()]
    return [field(f"market:{chosen.id}", text("modal.new.market"), choice(items, items[0][0]), reader)]


def _creators(chosen: BrandOffer, reader: Reader) -> list[Block]:
    """The known ones to choose from, and beside it a name of somebody nobody knows yet."""
    name = field("creator", text("modal.new.creator"), fields.written(lines=False, most=100), reader, optional=True)
    if not chosen.creators:
        return [name]
    known = choice(list(chosen.creators.items()))
    return [field(f"creator_id:{chosen.id}", text("modal.new.creator_id"), known, reader, optional=True), name]


def _content(brought: Brought, reader: Reader) -> list[Block]:
    content = brought.content
    title = fields.written(content.title, lines=False, most=MAX_TITLE)
    blocks = [field("title", text("modal.new.title"), title, reader)]
    if brought.is_long:
        start = content.text[:_HINT].rstrip()
        blocks += literals([say(text("modal.new.long", size=len(content.text), start=start), reader)])
    else:
        blocks.append(fields.words("text", "modal.new.text", reader, optional=True, initial=content.text))
    if content.files:
        names = ", ".join(file.name for file in content.files)
        blocks += literals([say(text("modal.new.files_there", names=names), reader)])
    links = fields.written("\n".join(content.links))
    blocks.append(field("links", text("modal.new.links"), links, reader, optional=True))
    return [*blocks, field("files", text("modal.files"), fields.upload(), reader, optional=True)]


def _picker() -> Block:
    return {"type": "datetimepicker", "action_id": "value"}


def _currencies(offer: Offer, chosen: BrandOffer) -> str:
    """Where an amount counts at all: a creator is not asked for one."""
    found = {} if offer.by_creator else {money: None for kind in chosen.kinds for money in kind.currencies.values()}
    return ", ".join(found)


def confirm(lines: tuple[Text, ...], title: str, kept: str, reader: Reader) -> Block:
    """What will happen, before it is sent."""
    said = "\n".join(say(line, reader) for line in lines)
    return {
        "type": "modal",
        "callback_id": SEND,
        "private_metadata": kept,
        "title": plain(short("modal.title.send", reader)),
        "submit": plain(short("modal.submit.send", reader)),
        "close": plain(short("modal.back", reader)),
        "blocks": literals([title, said]),
    }


def brand_of(view: Mapping[str, Any], offer: Offer) -> str:
    return str((_entry(view, "brand").get("selected_option") or {}).get("value") or offer.brands[0].id)


def so_far(view: Mapping[str, Any], brought: Brought) -> Brought:
    """What was brought, as it was changed in the fields."""
    links = tuple(filter(None, _written(view, "links").splitlines()))
    words = brought.content.text if brought.is_long else _written(view, "text")
    return replace(brought, content=replace(brought.content, title=_written(view, "title"), text=words, links=links))


def read(view: Mapping[str, Any], offer: Offer, brought: Brought, files: tuple[File, ...]) -> NewForm:
    """What stands in the fields, with what was brought along."""
    links = tuple(line.strip() for line in _written(view, "links").splitlines() if line.strip())
    at = _entry(view, "needed_by").get("selected_date_time")
    brand = brand_of(view, offer)
    return NewForm(
        kind=_chosen(view, f"kind:{brand}"),
        title=_written(view, "title"),
        brand=brand,
        market=_chosen(view, f"market:{brand}"),
        text=brought.content.text if brought.is_long else _written(view, "text"),
        links=links,
        files=(*brought.content.files, *files),
        creator=_written(view, "creator"),
        creator_id=_chosen(view, f"creator_id:{brand}"),
        needed_by=datetime.fromtimestamp(at, UTC) if at else None,
        amount=_written(view, "amount"),
    )


def block_of(view: Mapping[str, Any], ask: Ask) -> str:
    """The field that an error is shown at: its own, or the title, which every form has."""
    wanted = _FIELDS.get(ask, "")
    names = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    return next((name for name in names if name.split(":")[0] == wanted), "title")


def _entry(view: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = view["state"]["values"].get(block, {}).get("value", {})
    return found


def _written(view: Mapping[str, Any], block: str) -> str:
    return str(_entry(view, block).get("value") or "")


def _chosen(view: Mapping[str, Any], block: str) -> str:
    return str((_entry(view, block).get("selected_option") or {}).get("value") or "")
