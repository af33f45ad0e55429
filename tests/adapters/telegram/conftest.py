"""A town for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.telegram.life import Life, living


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path / "town.db") as life:
        yield life
