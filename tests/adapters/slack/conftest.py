"""The office every test begins in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.office import Office, opened


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """New York in the morning, Moscow before the end of its day, nothing asked for yet."""
    async with opened(tmp_path) as office:
        yield office
