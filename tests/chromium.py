"""One browser for everything in a run that needs one: to start it takes longer than most of what is tried in it.

Each test opens a context of its own in it. The tests run in the browser's own event loop, the session's: ``IN_BROWSER``
puts them there.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from playwright.async_api import Browser

IN_BROWSER = pytest.mark.asyncio(loop_scope="session")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def browser_path() -> str:
    """The Chromium of this machine; ``make browser`` sees to it that there is one."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    return found or _MAC


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    # Only here: whoever runs a few tests without a browser does not wait for its library.
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser_path(), args=_QUIET)
        yield chromium
        await chromium.close()
