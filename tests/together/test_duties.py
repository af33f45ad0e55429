"""Duties whose holder is frozen, cut off without a word, or asked in a bad moment."""

from __future__ import annotations

import asyncio

import pytest

from storage import postgres_duties
from storage.postgres import PostgresStore


async def test_the_server_notices_a_holder_that_says_nothing(here: PostgresStore) -> None:
    """A machine that lost its power or was frozen says no goodbye: only the server can end its session, and free the duty."""
    assert await here.leads("sender")
    connection = here._duties._connection
    assert connection is not None
    row = await (await connection.execute("SELECT setting FROM pg_settings WHERE name = 'idle_session_timeout'")).fetchone()
    assert row is not None
    assert 0 < int(str(row[0])) <= 60_000


async def test_a_duty_taken_while_its_asker_gave_up_can_be_given_up(here: PostgresStore, there: PostgresStore) -> None:
    """The lock is counted by the server: asked for twice and given back once it stays taken."""
    assert await here.leads("telegram")
    ask = here._duties._ask

    async def slowly(*given: object) -> bool:
        found = await ask(*given)  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
        return found

    here._duties._ask = slowly  # type: ignore[method-assign, assignment]
    asking = asyncio.create_task(here.leads("sender"))
    await asyncio.sleep(0.2)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    here._duties._ask = ask  # type: ignore[method-assign]
    assert await here.leads("sender")
    await here.yields("sender")
    assert await there.leads("sender")


async def test_a_duty_passes_on_from_a_frozen_holder_and_from_no_other(
    here: PostgresStore, there: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A holder that asks only now and then (the auditor) keeps its duty while it is alive; frozen, it loses it, and knows."""
    monkeypatch.setattr(postgres_duties, "_ENDS_WHEN_SILENT", postgres_duties._ENDS_WHEN_SILENT.replace("20s", "600ms"))
    monkeypatch.setattr(postgres_duties, "_KEPT_EVERY", 0.15)
    assert await here.leads("auditor")
    await asyncio.sleep(1.2)
    assert not await there.leads("auditor")
    keeping = here._duties._keeping
    assert keeping is not None
    keeping.cancel()
    await asyncio.sleep(1.2)
    assert await there.leads("auditor")
    assert not await here.leads("auditor")
