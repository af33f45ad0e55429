"""Tokens of the database: made once, taken back at once, and nothing of them to be stolen from where they are kept."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from httpx import ASGITransport, AsyncClient

from adapters.http.app import build_api
from bot.chance import SystemChance
from bot.core.request.effects import Refused
from bot.service import Service
from bot.tokens import Created, Tokens, digest_of
from storage.sqlite import SqliteStore
from tests.adapters.http.desk import OF_ONE, Desk


async def made(desk: Desk, name: str = "shop", brand: str = "brand-a") -> str:
    """The secret of a new token."""
    found = await Tokens(desk.store, desk.clock).create(SystemChance(), brand, name)
    assert isinstance(found, Created)
    return found.secret


async def works(desk: Desk, secret: str, brand: str = "brand-a") -> int:
    return (await desk.get(f"/api/playbooks/{brand}", secret)).status_code


async def test_a_token_opens_its_brand_and_no_other(desk: Desk) -> None:
    """It reads and opens requests of its brand; another brand is as if it were not there."""
    secret = await made(desk)
    assert (await works(desk, secret), await works(desk, secret, "brand-one")) == (200, 404)
    assert (await desk.opens(secret))["id"] == "A-1"
    assert (await desk.post("/api/requests", OF_ONE, secret)).status_code == 404


async def test_the_secret_is_long_and_not_kept(desk: Desk, tmp_path: Path) -> None:
    """Each has more than 256 bits of chance, and the database has only its digest."""
    secrets = {await made(desk, f"n{number}") for number in range(20)}
    assert len(secrets) == 20
    assert {(secret[:7], len(secret)) for secret in secrets} == {("soglas_", 7 + 48)}  # 48 of 62 characters: 285 bits
    with sqlite3.connect(tmp_path / "http.db") as connection:
        dump = "\n".join(connection.iterdump())
    assert all(digest_of(secret) in dump and secret not in dump for secret in secrets)


async def test_a_token_taken_back_is_refused_at_once_everywhere(desk: Desk, tmp_path: Path) -> None:
    """Another process that has just let it in refuses it from the next call on."""
    secret = await made(desk)
    elsewhere = SqliteStore(tmp_path / "http.db")
    app = build_api(Service(elsewhere, desk.clock), elsewhere, {})
    async with AsyncClient(transport=ASGITransport(app), base_url="http://soglas") as client:
        headers = {"Authorization": f"Bearer {secret}"}
        assert (await client.get("/api/playbooks/brand-a", headers=headers)).status_code == 200
        assert len(await Tokens(desk.store, desk.clock).revoke("shop")) == 1
        refused = await client.get("/api/playbooks/brand-a", headers=headers)
        unknown = await client.get("/api/playbooks/brand-a", headers={"Authorization": f"Bearer {secret}x"})
    await elsewhere.close()
    assert (refused.status_code, refused.content) == (401, unknown.content)
    assert await works(desk, secret) == 401


async def test_what_only_looks_like_one_opens_nothing(desk: Desk) -> None:
    """Its digest, a part of it, another case, its name: none of them is the secret."""
    secret = await made(desk)
    for wrong in (
        digest_of(secret),
        secret[:-1],
        secret + "a",
        secret.upper(),
        "shop",
        secret.removeprefix("soglas_"),
        "soglas_",
    ):
        assert await works(desk, wrong) == 401, wrong


async def test_when_it_was_used_is_noted_hourly(desk: Desk) -> None:
    """The first use is noted, then one an hour: reading does not write all day long."""
    secret, tokens = await made(desk), Tokens(desk.store, desk.clock)
    first = desk.clock.now()
    for minutes, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        desk.clock.set(first + timedelta(minutes=minutes))
        assert await works(desk, secret) == 200
        (token,) = await tokens.all()
        assert token.used_at == first + timedelta(minutes=noted)


async def test_using_one_does_not_bring_it_back(desk: Desk) -> None:
    """A use that is noted just after the token was taken back leaves it taken back."""
    secret, tokens = await made(desk), Tokens(desk.store, desk.clock)
    await tokens.revoke("shop")
    await desk.store.run(lambda tx: tx.note_token_used(digest_of(secret), desk.clock.now()))
    (token,) = await tokens.all()
    assert token.used_at is not None and token.revoked_at is not None


async def test_names_tell_tokens_apart(desk: Desk) -> None:
    """A name that works is taken, also in another brand; once taken back it is free. Odd names and unknown brands are refused."""
    tokens = Tokens(desk.store, desk.clock)
    await made(desk)
    for brand, name in (("brand-a", "shop"), ("brand-one", "shop"), ("brand-xyz", "new"), ("brand-a", ""), ("brand-a", "a b")):
        assert isinstance(await tokens.create(SystemChance(), brand, name), Refused), name
    assert len(await tokens.revoke("shop")) == 1
    assert await tokens.revoke("shop") == []
    await made(desk)
    assert [token.revoked_at is None for token in await tokens.all()] == [False, True]
