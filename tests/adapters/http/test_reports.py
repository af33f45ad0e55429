"""The numbers over HTTP: what local authority brought, per market."""

from __future__ import annotations

from datetime import timedelta

from bot.core.request.table import Action
from tests.adapters.http.desk import TOKEN_ONE, Desk


async def test_a_report_counts_what_local_authority_brought(desk: Desk) -> None:
    """A decision in New York while Moscow is closed: handed over, decided, then ratified by Anna."""
    desk.clock.set(desk.clock.now().replace(hour=17))  # Moscow has gone home
    opened = await desk.opens(kind="brand_deviation", needed_by="2026-11-25T01:00Z", amount="300 USD")
    await desk.does("priya", opened["id"], Action.YES)
    before = (await desk.get("/api/reports/brand-a")).json()
    assert before["local_authority"]["US"] == {
        "handed_over": 1, "provisional": 1, "ratified": 0, "objected": 0, "at_risk": 0, "unchecked": 1, "to_correct": 0,
    }  # fmt: skip
    assert (before["decided"], before["taken_back"]) == (1, 0)
    desk.clock.set(desk.clock.now() + timedelta(days=1))
    await desk.does("anna", opened["id"], Action.RATIFY)
    after = (await desk.get("/api/reports/brand-a")).json()["local_authority"]
    assert (after["US"]["ratified"], after["US"]["unchecked"], after["RU"]["handed_over"]) == (1, 0, 0)


async def test_a_decision_taken_back_is_none(desk: Desk) -> None:
    """Counted as taken back; no local decision remains."""
    desk.clock.set(desk.clock.now().replace(hour=17))
    opened = await desk.opens(kind="brand_deviation", needed_by="2026-11-25T01:00Z", amount="300 USD")
    await desk.does("priya", opened["id"], Action.YES)
    await desk.does("priya", opened["id"], Action.TAKE_BACK)
    found = (await desk.get("/api/reports/brand-a")).json()
    assert (found["decided"], found["taken_back"], found["local_authority"]["US"]["provisional"]) == (0, 1, 0)


async def test_a_report_covers_whole_days(desk: Desk) -> None:
    """The last day is included; days before the first are not; a period that ends before it begins is refused."""
    await desk.opens()
    same = await desk.get("/api/reports/brand-a", **{"from": "2026-11-24", "to": "2026-11-24"})
    assert (same.json()["from"], same.json()["to"], same.json()["messages_per_decision"]) == ("2026-11-24", "2026-11-24", None)
    wrong = await desk.get("/api/reports/brand-a", **{"from": "2026-11-25", "to": "2026-11-24"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "invalid")
    assert (await desk.get("/api/reports/brand-a", TOKEN_ONE)).status_code == 404
