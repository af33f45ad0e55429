"""What cannot be opened: each refusal says why, changes nothing and shows no traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.adapters.http.desk import CONTRACT, TOKEN_A, Desk, bearer

INVALID: tuple[tuple[str, Any], ...] = (
    ("needed_by", "2026-12-24T18:00"), ("needed_by", "2026-12-24"), ("needed_by", "Friday"),
    ("needed_by", "0001-01-01T00:00+14:00"),
    ("needed_by", {}), ("amount", "500"), ("amount", "USD 500"), ("amount", "-5 USD"), ("amount", "5e3 USD"), ("amount", "٣ USD"),
    ("amount", "1" * 13 + " USD"), ("amount", 500), ("title", ""), ("title", "t" * 201), ("title", None), ("title", 7),
    ("text", "x" * 100_001), ("links", ["https://a.example"] * 21), ("links", ["x" * 2001]), ("links", "https://a.example"),
    ("creator", "c" * 201), ("brand", ""), ("kind", "k" * 61), ("requested_by", []), ("decision", "yes"), ("status", "approved"),
)  # fmt: skip
REFUSED = (
    ("kind", "contracts", "unknown_kind"),
    ("market", "DE", "unknown_market"),
    ("requested_by", "nobody", "no_such_person"),
    ("needed_by", "2026-11-24T14:30Z", "in_the_past"),
    ("needed_by", "1999-01-01T00:00Z", "in_the_past"),
    ("title", "\u0000\u0007 \u202e", "reason_missing"),
)
HOSTILE = (
    "\u0000", "a\u0000b", "\u202egnp.exe", "<script>alert(1)</script>", "{owners} {0} %s {{", "'; DROP TABLE requests; --",
    "👩‍👩‍👧‍👦" * 50,
    "\ud800", "x\udfffy", "\r\nX-Header: 1", "a" * 200, "Z͑ͫ̓ͪ̂ͫ̽͏" * 10, "*_`[](tg://user?id=1)", "<!channel> <@U1>",
)  # fmt: skip


async def test_what_is_not_as_described_is_refused(desk: Desk) -> None:
    """Wrong forms answer 422 naming the field, without repeating what was sent in it, and open nothing."""
    for field, value in INVALID:
        status, error = await desk.refused({field: value})
        assert (status, error["code"]) == (422, "invalid"), (field, value)
        assert any(found["field"].startswith(f"body.{field}") for found in error["fields"])
        if isinstance(value, str) and len(value) > 3:
            assert value not in error["message"] + "".join(found["problem"] for found in error["fields"])
    assert await desk.written() == 0


async def test_a_forgotten_field_is_named(desk: Desk) -> None:
    """Each field that a request must have is named when it is missing, all of them at once."""
    status, error = (await desk.post("/api/requests", {})).status_code, (await desk.post("/api/requests", {})).json()["error"]
    assert status == 422
    assert {found["field"] for found in error["fields"]} == {f"body.{field}" for field in CONTRACT}


async def test_what_the_playbook_refuses_has_its_code(desk: Desk) -> None:
    """A request that nobody could route is refused with the reason, takes no number and leaves nothing."""
    for field, value, code in REFUSED:
        status, error = await desk.refused({field: value})
        assert (status, error["code"]) == (422, code), (field, value)
    assert await desk.written() == 0
    assert (await desk.opens())["id"] == "A-1"


async def test_a_foreign_currency_is_refused(desk: Desk) -> None:
    """Where a local authority has a limit, an amount in another currency is refused, because nothing is converted."""
    status, error = await desk.refused({"kind": "brand_deviation", "amount": "500 EUR"})
    assert (status, error["code"]) == (422, "wrong_currency")
    assert "USD" in error["message"]


@pytest.mark.parametrize("field", ["title", "text", "creator", "kind", "requested_by", "links"])
async def test_hostile_text_is_kept_or_refused(desk: Desk, field: str) -> None:
    """Control characters, markup, half characters and templates are cleaned, kept as plain text or refused: never a fault."""
    for text in HOSTILE:
        # Dumped here: the client's own encoder would not send half a surrogate pair.
        body = json.dumps({**CONTRACT, field: [text] if field == "links" else text})
        answer = await desk.raw(body.encode())
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            state = await desk.state(answer.json()["id"])
            kept = state.draft.title + state.draft.text + state.draft.creator + "".join(state.draft.links)
            assert not set(kept) & {"\u0000", "\u0007", "\u202e"}


async def test_harmless_odd_text_is_kept_as_it_is(desk: Desk) -> None:
    """Markup, braces and foreign scripts are people's own words: they come back letter for letter."""
    for text in ("<b>{owners}</b> %s", "'; DROP TABLE requests; --", "שלום", "🏳️‍🌈 é".replace("é", "é")):
        assert (await desk.opens(title=text))["title"] == text


async def test_odd_ids_are_no_requests(desk: Desk) -> None:
    """An id that never was one answers 404 like any other."""
    for request_id in ("%00", "..", "A-1%0a", "' OR 1=1 --", "%ED%A0%80", "ы" * 300, "A-1/decide"):
        assert (await desk.get(f"/api/requests/{request_id}")).status_code in (404, 401), request_id


async def test_what_is_not_json_is_refused(desk: Desk) -> None:
    """A body that is no JSON object answers 4xx in the same form as every error."""
    for body in (
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"brand": NaN}',
        b"brand=brand-a",
        b'{"a":1,}',
    ):
        answer = await desk.raw(body)
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["error"]["code"] == "invalid"


async def test_a_list_is_asked_for_rightly(desk: Desk) -> None:
    """A limit outside 1 to 200 and a status there is not are refused, not answered with an empty list."""
    for query in ("limit=0", "limit=201", "limit=x", "status=decided", "brand=brand-a&status="):
        answer = await desk.client.get(f"/api/requests?brand=brand-a&{query}", headers=bearer(TOKEN_A))
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid"), query


async def test_a_deadline_at_the_end_of_time_is_refused(desk: Desk) -> None:
    """The last instant a program can write is a slip of the finger: no calendar knows who works then."""
    for far in ("9999-12-31T23:59:59Z", "2100-01-01T00:00Z"):
        assert await desk.refused({"needed_by": far}) == (
            422, {"code": "too_far", "message": "“Needed by” is after 2099, further than any calendar reaches."}
        )  # fmt: skip
    assert (await desk.opens(needed_by="2099-12-31T23:59Z"))["needed_by"] == "2099-12-31T23:59:00Z"


async def test_a_deadline_in_a_year_without_a_decree_is_kept(desk: Desk) -> None:
    """The year after next has no public holidays yet: the request is opened, and its card says that dates may move."""
    opened = await desk.opens(needed_by="2028-11-20T12:00Z")
    assert opened["needed_by"] == "2028-11-20T12:00:00Z"
