"""Both markets at once over HTTP: a request for each, one launch gate over them."""

from __future__ import annotations

from typing import Any

from bot.core.request.table import Action
from tests.adapters.http.desk import TOKEN_ONE, Desk

BOTH: dict[str, Any] = {
    "brand": "brand-a", "kind": "brand_deviation", "requested_by": "sveta", "title": "New Year story", "text": "For both",
    "needed_by": "2027-01-05T12:00Z", "tracks": {"RU": {"amount": "20000 RUB"}, "US": {"text": "For New York", "amount": "200 USD"}},
}  # fmt: skip


async def test_a_campaign_opens_a_request_in_each_market(desk: Desk) -> None:
    """Each market has its own text and amount where they differ; the gate is closed and says who is missing."""
    opened = await desk.post("/api/campaigns", BOTH)
    assert opened.status_code == 201
    found = opened.json()
    assert (found["id"], found["brand"], found["open"], found["missing"]) == ("C-1", "brand-a", False, ["RU", "US"])
    assert [(track["market"], track["campaign"], track["status"]) for track in found["tracks"]] == [
        ("RU", "C-1", "open"), ("US", "C-1", "open"),
    ]  # fmt: skip
    texts = [(await desk.state(track["id"])).draft.text for track in found["tracks"]]
    assert texts == ["For both", "For New York"]
    assert (await desk.get("/api/campaigns/C-1")).json() == found


async def test_the_gate_opens_when_every_market_has_approved(desk: Desk) -> None:
    """One yes is not enough; with the second the launch may go ahead."""
    found = (await desk.post("/api/campaigns", BOTH)).json()
    first, second = (track["id"] for track in found["tracks"])
    await desk.does("anna", first, Action.YES)
    half = (await desk.get("/api/campaigns/C-1")).json()
    assert (half["open"], half["missing"]) == (False, ["US"])
    await desk.does("anna", second, Action.YES)
    whole = (await desk.get("/api/campaigns/C-1")).json()
    assert (whole["open"], whole["missing"]) == (True, [])


async def test_a_refused_market_opens_none(desk: Desk) -> None:
    """An amount in another currency in one market: no request at all, and no number is used up."""
    wrong = {**BOTH, "tracks": {"RU": {"amount": "20000 RUB"}, "US": {"amount": "200 EUR"}}}
    refused = await desk.post("/api/campaigns", wrong)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "wrong_currency")
    assert (await desk.get("/api/requests", brand="brand-a")).json() == []
    assert (await desk.post("/api/campaigns", BOTH)).json()["id"] == "C-1"


async def test_the_same_key_gives_the_same_campaign(desk: Desk) -> None:
    """With other content the key is refused."""
    first = await desk.post("/api/campaigns", BOTH, **{"Idempotency-Key": "k-1"})
    again = await desk.post("/api/campaigns", BOTH, **{"Idempotency-Key": "k-1"})
    assert (again.status_code, again.json()) == (200, first.json())
    other = await desk.post("/api/campaigns", {**BOTH, "title": "Another"}, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 409


async def test_one_market_is_no_campaign(desk: Desk) -> None:
    """Nor are none, nor a market the brand does not have."""
    wrong: tuple[dict[str, Any], ...] = ({}, {"RU": {}}, {"RU": {}, "FR": {}})
    for tracks in wrong:
        assert (await desk.post("/api/campaigns", {**BOTH, "tracks": tracks})).status_code == 422


async def test_a_campaign_of_another_brand_does_not_exist(desk: Desk) -> None:
    """A token that does not open the brand gets the same answer as for an id nobody has."""
    await desk.post("/api/campaigns", BOTH)
    assert (await desk.get("/api/campaigns/C-1", TOKEN_ONE)).status_code == 404
    assert (await desk.get("/api/campaigns/C-1", TOKEN_ONE)).json() == (await desk.get("/api/campaigns/C-9", TOKEN_ONE)).json()
