"""The demo on a free port, anew for each test, and a visitor who has opened it in the browser of all tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from adapters.http.server import HttpServer
from adapters.playground.demo import Demo
from adapters.playground.front import front
from tests.ready import brand


@pytest_asyncio.fixture(loop_scope="session")
async def url() -> AsyncIterator[str]:
    demo = Demo(brand("brand-a.yaml"))
    server = HttpServer(front(demo), "127.0.0.1", 0)
    await demo.start()
    await server.start()
    yield server.url
    await server.stop()
    await demo.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    await page.goto(url)
    yield page
    await page.close()
    assert problems == []
