"""Telegram's updates in any form: each is written down, handled once, and none of them keeps the next ones waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.telegram.life import DEVIATION, Life, living
from tests.security.strange import spoilings

# Any: updates are Telegram's own JSON.
Json = dict[str, Any]


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path / "town.db") as found:
        yield found


async def test_spoiled_updates(life: Life) -> None:
    """Hundreds of updates with parts gone or wrong are all marked as handled; nothing is decided, and people go on working."""
    request = await life.open(DEVIATION, "katya")
    card = await life.card("anna", request)
    user = {"id": life.id("anna"), "is_bot": False, "first_name": "Anna", "language_code": "ru"}
    message = {
        "message_id": 9_000_000,
        "from": user,
        "chat": {**user, "type": "private"},
        "date": 1_800_000_000,
        "text": "/inbox",
    }
    standing = {"message_id": card.message_id, "chat": {**user, "type": "private"}, "date": 1_800_000_000, "text": "card"}
    # A code of a version that is not spoken any more: whatever is left of it decides nothing.
    tap = {"id": "1", "from": user, "chat_instance": "1", "data": f"0|{request}|yes|1|1|1|nothing", "message": standing}
    kinds = (
        {"message": message},
        {"callback_query": tap},
        {"edited_message": message},
        {"my_chat_member": {"chat": {}, "from": user}},
    )
    spoiled = [one for seed, kind in enumerate(kinds) for one in spoilings(kind, 40, seed) if isinstance(one, dict)]
    updates = [{**one, "update_id": 700_000_000 + number} for number, one in enumerate(spoiled)]
    assert len(updates) > 100
    await life.door.receive(updates)
    await life.door.receive(updates)
    await life.settle()
    assert await life.town.system.store.read(lambda tx: tx.unhandled("telegram")) == []
    assert (await life.request(request)).status == "open"
    await life.tap_card("anna", request, "yes")
    assert (await life.request(request)).status == "approved"
