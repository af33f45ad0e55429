"""Opening a request with one form: what it offers, what it says before, and that it is sent once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.request.model import File
from bot.drafting.drafts import Ask
from bot.drafting.form import NewForm, NewForms, Unfit
from bot.ports import Account, Creator, Filter
from bot.service import Done, UpdateKey
from bot.speech import Reader, say, show
from tests.office import BRAND, START, Office, office

JORDAN = Account("post", "", "x-jordan", "jordan")
EN = Reader(("en",), "America/New_York")
FORM = NewForm(
    "brand_deviation", "A bolder claim", BRAND, "US", "Bolder.", ("https://a.example",), needed_by="today 6 pm", amount="$450"
)
KEY = UpdateKey("slack", "view-1")


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def forms(at_work: Office) -> NewForms:
    return NewForms("slack", at_work.service, at_work.store, at_work.clock)


async def creator(at_work: Office) -> Account:
    found = Creator("creator:7", BRAND, "US", "Dana", "en", "sveta", START)
    account = Account("post", "", "x-dana", "creator:7")
    await at_work.store.run(lambda tx: tx.save_creator(found))
    await at_work.store.run(lambda tx: tx.save_account(account))
    return account


async def test_what_is_offered(at_work: Office) -> None:
    """Kinds with the markets that have a path, one's own first, currencies where an amount matters, known creators."""
    await creator(at_work)
    offer = await forms(at_work).offered(JORDAN)
    (brand,) = offer.brands
    kinds = {kind.id: kind for kind in brand.kinds}
    assert len(kinds) == 6 and not offer.by_creator
    assert show(kinds["contract"].title, EN) == "Creator contract"
    assert (kinds["contract"].markets, kinds["contract"].currencies) == (("US", "RU"), {})
    assert kinds["brand_deviation"].currencies == {"US": "USD", "RU": "RUB"}
    assert ([*brand.markets], brand.creators) == (["US", "RU"], {"creator:7": "Dana"})
    assert (await forms(at_work).offered(replace(JORDAN, person="nobody"))).brands == ()


async def test_sent_once_however_often_it_is_delivered(at_work: Office) -> None:
    """With everything that was filled in."""
    form = replace(FORM, creator="Somebody new", files=(File("f1", "a.png", "image/png", 9),))
    first = await forms(at_work).submit(JORDAN, form, KEY)
    again = await forms(at_work).submit(JORDAN, form, KEY)
    assert isinstance(first, Done) and isinstance(again, Done)
    assert again.again and first.request.id == again.request.id
    draft = first.request.draft
    assert (draft.needed_by, str(draft.amount)) == (datetime(2026, 11, 24, 23, tzinfo=UTC), "450 USD")
    assert (draft.links, draft.creator, draft.creator_id, draft.files) == (form.links, "Somebody new", "", form.files)
    assert len(await at_work.service.list(Filter())) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, Ask.TITLE),
        ({"title": "x" * 201}, Ask.TITLE),
        ({"text": "x" * 100_001}, Ask.TEXT),
        ({"links": ("https://a.example",) * 21}, Ask.MORE),
        ({"kind": "flying"}, Ask.KIND),
        ({"market": "MARS"}, Ask.MARKET),
        ({"needed_by": "someday"}, Ask.NEEDED_BY),
        ({"needed_by": START - timedelta(days=1)}, Ask.NEEDED_BY),
        ({"amount": "a lot"}, Ask.AMOUNT),
        ({"amount": "450 EUR"}, Ask.AMOUNT),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(at_work: Office, change: dict[str, object], field: Ask) -> None:
    """And nothing is opened; the preview says the same."""
    form = replace(FORM, **change)  # type: ignore[arg-type]
    outcome = await forms(at_work).submit(JORDAN, form, KEY)
    assert isinstance(outcome, Unfit) and outcome.field is field
    assert say(outcome.text, EN) != outcome.text.id
    assert await forms(at_work).preview(JORDAN, form) == outcome
    assert await at_work.service.list(Filter()) == []


async def test_the_preview(at_work: Office) -> None:
    """What would happen is said while the form is still open."""
    seen = await forms(at_work).preview(JORDAN, FORM)
    assert not isinstance(seen, Unfit)
    lines = [say(line, EN) for line in seen]
    assert lines[1] == "1. final approval: Anna Belova, by Wed, Nov 25, 4:30 AM ET"
    assert lines[-1] == "If there is no answer, from Tue, Nov 24, 11:00 AM ET Priya Shah may decide locally."
    assert await at_work.service.list(Filter()) == []


async def test_empty_fields_mean_none(at_work: Office) -> None:
    """No deadline, no amount, and a known creator by their id."""
    await creator(at_work)
    form = NewForm("contract", "Terms", BRAND, "US", needed_by=" ", amount=" ", creator_id="creator:7", creator="typed")
    outcome = await forms(at_work).submit(JORDAN, form, KEY)
    assert isinstance(outcome, Done)
    draft = outcome.request.draft
    assert (draft.needed_by, draft.amount, draft.creator, draft.creator_id) == (None, None, "Dana", "creator:7")


async def test_an_amount_without_a_limit(at_work: Office) -> None:
    """Where nothing is held against it, it is in the market's own currency."""
    outcome = await forms(at_work).submit(JORDAN, NewForm("contract", "Terms", BRAND, "US", amount="450"), KEY)
    assert isinstance(outcome, Done) and str(outcome.request.draft.amount) == "450 USD"


async def test_a_creators_form(at_work: Office) -> None:
    """It needs no brand, market or creator, and cannot claim others."""
    dana = await creator(at_work)
    offer = await forms(at_work).offered(dana)
    assert offer.by_creator and [kind.id for kind in offer.brands[0].kinds] == ["concept", "draft_content"]
    form = NewForm("concept", "Snow reel", market="RU", creator="Somebody else", creator_id="creator:9")
    outcome = await forms(at_work).submit(dana, form, KEY)
    assert isinstance(outcome, Done)
    draft = outcome.request.draft
    assert (draft.market, draft.creator, draft.creator_id, draft.by_creator) == ("US", "Dana", "creator:7", True)
    assert outcome.request.requested_by == "jordan"
    refused = await forms(at_work).submit(dana, replace(form, kind="contract"), UpdateKey("slack", "view-2"))
    assert isinstance(refused, Unfit) and refused.field is Ask.KIND


async def test_a_stranger_has_no_form(at_work: Office) -> None:
    """Nothing is opened for an account of nobody."""
    outcome = await forms(at_work).submit(replace(JORDAN, person="nobody"), FORM, KEY)
    assert isinstance(outcome, Unfit) and outcome.text.id == "refusal.stranger"
