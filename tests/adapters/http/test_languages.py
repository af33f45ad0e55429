"""Errors speak the language the caller asks for."""

from __future__ import annotations

import re

import pytest

from adapters.http.errors import reader
from tests.adapters.http.desk import CONTRACT, TOKEN_A, Desk, bearer

CYRILLIC = re.compile("[а-я]")
RUSSIAN = {"Accept-Language": "ru"}


async def test_every_error_is_said_in_russian(desk: Desk) -> None:
    """401, 404, 405, 409, 413 and 422, ours and the framework's, are worded in Russian for who asks for it."""
    opened = await desk.opens()
    key = {"Idempotency-Key": "k", **RUSSIAN}
    await desk.post("/api/requests", CONTRACT, **key)
    answers = [
        await desk.client.get("/api/requests/A-1", headers=RUSSIAN),
        await desk.client.get("/api/requests/A-9", headers={**bearer(TOKEN_A), **RUSSIAN}),
        await desk.client.get("/nowhere", headers=RUSSIAN),
        await desk.client.delete("/api/requests/A-1", headers=RUSSIAN),
        await desk.post("/api/requests", {**CONTRACT, "title": "x"}, **key),
        await desk.client.post("/api/requests", content=b" " * (1 << 21), headers=RUSSIAN),
        await desk.post("/api/requests", {**CONTRACT, "kind": "no"}, **RUSSIAN),
        await desk.post("/api/requests", {"brand": "brand-a"}, **RUSSIAN),
        await desk.post(f"/api/requests/{opened['id']}/withdraw", {"by": "katya"}, **RUSSIAN),
        await desk.client.get("/api/contacts?brand=brand-a&market=XX", headers={**bearer(TOKEN_A), **RUSSIAN}),
    ]
    assert [answer.status_code for answer in answers] == [401, 404, 404, 405, 409, 413, 422, 422, 403, 404]
    for answer in answers:
        assert CYRILLIC.search(answer.json()["error"]["message"]), answer.text
    assert all(CYRILLIC.search(field["problem"]) for field in answers[7].json()["error"]["fields"])


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("ru", "ru"), ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("en;q=0.5, ru", "ru"), ("de, ru;q=0.1", "ru"), ("de", "en"),
        ("ru;q=0, en", "en"), ("*", "en"), ("ru;q=junk", "en"), ("RU", "ru"), ("rus", "en"),
        (",;,=;q=", "en"), ("ru;q=nan", "en"),
    ],
)  # fmt: skip
def test_the_most_wanted_language_is_taken(header: str, language: str) -> None:
    """The header's own order of wishes decides; what cannot be read is as good as nothing."""
    assert reader(header).language == language
