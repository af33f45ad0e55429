"""What a draft must be before it becomes a request, and the cleaning of texts that come from outside."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime

from bot.core.playbook.model import Playbook
from bot.core.request.commands import Do, Open
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Draft
from bot.core.request.table import Action
from bot.core.wording import Listed, Localized, text
from bot.core.worktime import LAST_YEAR

MAX_TITLE = 200
MAX_BODY = 100_000
MAX_LINKS = 20
# Marks that turn the direction of everything after them; names in right-to-left scripts do not need them.
_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cleaned(value: str) -> str:
    """A text without control characters and direction overrides, in normal form, trimmed. Line breaks and tabs stay."""
    kept = (
        c
        for c in value.replace("\r\n", "\n")
        if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _BIDI_OVERRIDES)
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def refusal(command: Open, playbook: Playbook, now: datetime) -> Refused | None:
    """Why this cannot be opened, or ``None``."""
    draft = command.draft
    if command.by not in playbook.people:
        return Refused(Refusal.NO_SUCH_PERSON, text("refusal.no_such_person"))
    kind = playbook.decisions.get(draft.kind)
    if kind is None:
        known = Listed(tuple(playbook.decisions))
        return Refused(Refusal.UNKNOWN_KIND, text("refusal.unknown_kind", kind=draft.kind, known=known))
    if draft.market not in playbook.markets or kind.path_for(draft.market) is None:
        known = Listed(tuple(playbook.markets))
        return Refused(Refusal.UNKNOWN_MARKET, text("refusal.unknown_market", market=draft.market, known=known))
    return _size(draft) or _amount(draft, playbook) or _needed_by(draft, now)


def resubmission(do: Do, draft: Draft) -> Refused | None:
    """Why a changed text cannot be handed in again: it has the limits of an opening."""
    if do.action is not Action.RESUBMIT:
        return None
    return _size(replace(draft, text=do.text, links=do.links or ()))


def _size(draft: Draft) -> Refused | None:
    if not draft.title:
        return Refused(Refusal.REASON_MISSING, text("refusal.title_missing"))
    if len(draft.title) > MAX_TITLE or len(draft.text) > MAX_BODY or len(draft.links) > MAX_LINKS:
        return Refused(Refusal.TOO_LONG, text("refusal.draft_too_long", title=MAX_TITLE, text=MAX_BODY, links=MAX_LINKS))
    return None


def _amount(draft: Draft, playbook: Playbook) -> Refused | None:
    """The amount is weighed against the local authority's limit, so it is given in that currency and never converted."""
    authority = playbook.decisions[draft.kind].local_authority.get(draft.market)
    if draft.amount and authority and draft.amount.currency != authority.up_to.currency:
        market = Localized(playbook.markets[draft.market].title)
        return Refused(
            Refusal.WRONG_CURRENCY,
            text("refusal.wrong_currency", given=draft.amount.currency, wanted=authority.up_to.currency, market=market),
        )
    return None


def _needed_by(draft: Draft, now: datetime) -> Refused | None:
    if draft.needed_by is None:
        return None
    if draft.needed_by.tzinfo is None:
        return Refused(Refusal.IN_THE_PAST, text("refusal.needed_by_zone"))
    if draft.needed_by <= now:
        return Refused(Refusal.IN_THE_PAST, text("refusal.needed_by_past"))
    if draft.needed_by.year > LAST_YEAR:
        return Refused(Refusal.TOO_FAR, text("refusal.needed_by_far", year=str(LAST_YEAR)))
    return None
