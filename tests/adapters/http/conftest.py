"""The API as every test here finds it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.http.desk import Desk, at_the_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with at_the_desk(tmp_path) as found:
        yield found
