"""Idempotency-Key: a program that repeats itself opens one request."""

from __future__ import annotations

import asyncio

from tests.adapters.http.desk import CONTRACT, OF_ONE, TOKEN_BOTH, Desk

KEY = {"Idempotency-Key": "order-17"}


async def test_the_same_again_is_the_same_request(desk: Desk) -> None:
    """The same key with the same content answers 200 with the same id, and nothing is opened."""
    first = await desk.post("/api/requests", CONTRACT, **KEY)
    written = await desk.written()
    again = await desk.post("/api/requests", CONTRACT, **KEY)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert await desk.written() == written


async def test_the_same_instant_in_another_zone_is_the_same_content(desk: Desk) -> None:
    """A program that writes its moments in another zone the second time repeats itself all the same."""
    first = await desk.post("/api/requests", {**CONTRACT, "needed_by": "2026-12-24T18:00+03:00"}, **KEY)
    again = await desk.post("/api/requests", {**CONTRACT, "needed_by": "2026-12-24T15:00Z"}, **KEY)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])


async def test_other_content_under_a_used_key_is_refused(desk: Desk) -> None:
    """The same key with other content answers 409 and says so; the first request stays as it is."""
    await desk.post("/api/requests", CONTRACT, **KEY)
    other = await desk.post("/api/requests", {**CONTRACT, "title": "Another contract"}, **KEY)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "outdated")
    assert "key" in other.json()["error"]["message"]
    assert (await desk.state("A-1")).draft.title == CONTRACT["title"]


async def test_at_the_same_time_the_key_opens_one(desk: Desk) -> None:
    """Twenty calls at once with one key: one opens, nineteen get the same request."""
    answers = await asyncio.gather(*(desk.post("/api/requests", CONTRACT, **KEY) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert {answer.json()["id"] for answer in answers} == {"A-1"}


async def test_a_refused_request_does_not_use_up_the_key(desk: Desk) -> None:
    """After a refusal the same key opens the corrected request, which takes the first number."""
    refused = await desk.post("/api/requests", {**CONTRACT, "kind": "contracts"}, **KEY)
    opened = await desk.post("/api/requests", CONTRACT, **KEY)
    assert (refused.status_code, opened.status_code, opened.json()["id"]) == (422, 201, "A-1")


async def test_two_brands_may_choose_the_same_key(desk: Desk) -> None:
    """A key belongs to its brand: the other brand's request is not answered with."""
    first = await desk.post("/api/requests", CONTRACT, TOKEN_BOTH, **KEY)
    other = await desk.post("/api/requests", OF_ONE, TOKEN_BOTH, **KEY)
    assert (first.status_code, other.status_code, other.json()["brand"]) == (201, 201, "brand-one")


async def test_without_a_key_each_call_opens_one(desk: Desk) -> None:
    """No key, or an empty one, promises nothing: two calls open two requests."""
    ids = [(await desk.post("/api/requests", CONTRACT, **given)).json()["id"] for given in ({}, {"Idempotency-Key": ""})]
    assert ids == ["A-1", "A-2"]


async def test_a_key_has_its_length(desk: Desk) -> None:
    """A key of more than 200 characters is refused, not cut."""
    refused = await desk.post("/api/requests", CONTRACT, **{"Idempotency-Key": "k" * 201})
    assert refused.status_code == 422
