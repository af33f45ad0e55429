"""``soglas audit verify``: nobody edits, cuts, re-orders or adds to the records unseen."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import Failed, app, audit
from bot.core.request.effects import Decision
from storage.sqlite import SqliteStore
from storage.upgrade import upgrade
from tests.storage.deeds import A1, answered, opening

assert audit  # importing it registers the command

TAMPERED = {
    "an edited event": "UPDATE event SET body = replace(body, 'January', 'Januarz') WHERE number = 1",
    "an event with a digest of its own": "UPDATE event SET body = '{}', digest = 'f' WHERE number = 3",
    "an event cut out in the middle": "DELETE FROM event WHERE number = 2",
    "the last event cut off": "DELETE FROM event WHERE number = (SELECT max(number) FROM event)",
    "all events gone": "DELETE FROM event",
    "two events in another order": "UPDATE event SET number = number + 100;"
    "UPDATE event SET number = CASE number WHEN 102 THEN 3 WHEN 103 THEN 2 ELSE number - 100 END",
    "an event added": "INSERT INTO event SELECT request, 99, at, digest, body FROM event WHERE number = 1",
    "another end of the chain": "UPDATE request SET head = 'f'",
}


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "soglas.db"
    upgrade(f"sqlite:///{path}")
    monkeypatch.setenv("SOGLAS_DATABASE_URL", f"sqlite:///{path}")
    asyncio.run(_decided(path))
    return path


async def _decided(path: Path) -> None:
    store = SqliteStore(path)
    for request in ("A-1", "A-2"):
        await store.run(lambda tx, request=request: tx.record(None, opening(request)))  # type: ignore[misc]
    before = await store.read(lambda tx: tx.request(A1))
    assert before is not None
    decision: Decision = answered(before.request)
    await store.run(lambda tx: tx.record(before, decision))
    await store.close()


def verified() -> tuple[int, str, BaseException | None]:
    found = CliRunner().invoke(app, ["audit", "verify"], env={"LC_ALL": "en"})
    return found.exit_code, found.output, found.exception


def test_untouched_records_verify(database: Path) -> None:
    """What the bot wrote itself is whole."""
    code, output, error = verified()
    assert (code, error) == (0, None), output
    assert "2" in output


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED.keys())
def test_tampering_shows(database: Path, change: str) -> None:
    """Whatever somebody does to the table of events by hand, the chain says so and names the request."""
    connection = sqlite3.connect(database)
    connection.executescript(change)
    assert connection.total_changes
    connection.close()
    _, _, error = verified()
    assert isinstance(error, Failed)
    assert error.what.fields["id"] in ("A-1", "A-2")
