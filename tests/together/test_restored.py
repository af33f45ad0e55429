"""A backup from before a brand's first request."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import Draft
from bot.service import Done, Service
from storage import backup, restore
from storage.opening import open_store
from tests.office import BRAND, START, office


async def test_no_id_is_given_twice_after_a_restore(tmp_path: Path) -> None:
    """The backup knows of no request; A-1 was opened after it, and people have its card: the next one is not A-1 as well."""
    draft = Draft("creator_selection", "RU", "List")
    async with office(tmp_path) as at_work:
        backup.write(at_work.url, tmp_path / "backup.zip", START)
        assert await at_work.opens() == "A-1"
        clock = at_work.clock
    url = f"sqlite:///{tmp_path / 'new.db'}"
    restore.restore(url, tmp_path / "backup.zip", START)
    store = open_store(url)
    opened = await Service(store, clock).open(BRAND, "sveta", draft, through="test")
    await store.close()
    assert isinstance(opened, Done)
    assert opened.request.id != "A-1"
