"""The demo on a free port, anew for each test, and one browser that opens it in a context of its own each time.

The tests with a browser run in the browser's own event loop, the package's: ``IN_BROWSER`` puts them there.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from adapters.http.server import HttpServer
from adapters.playground.demo import Demo
from adapters.playground.front import front
from tests.ready import brand

IN_BROWSER = pytest.mark.asyncio(loop_scope="package")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def browser_path() -> str:
    """The Chromium of this machine; ``make browser`` sees to it that there is one."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    return found or _MAC


@pytest_asyncio.fixture(loop_scope="package")
async def url() -> AsyncIterator[str]:
    demo = Demo(brand("brand-a.yaml"))
    server = HttpServer(front(demo), "127.0.0.1", 0)
    await demo.start()
    await server.start()
    yield server.url
    await server.stop()
    await demo.stop()


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser_path(), args=_QUIET)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    await page.goto(url)
    yield page
    await page.close()
    assert problems == []
