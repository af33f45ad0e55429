"""The demo on a free port, and a browser that has opened it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from adapters.http.server import HttpServer
from adapters.playground.demo import Demo
from adapters.playground.front import front
from bot.core.playbook import load

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def browser_path() -> str:
    """The Chromium of this machine; ``make browser`` sees to it that there is one."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    return found or _MAC


@pytest.fixture
async def url() -> AsyncIterator[str]:
    loaded = load(str(PLAYBOOKS / "brand-a.yaml"), lambda name: Path(name).read_bytes())
    demo = Demo(loaded)
    server = HttpServer(front(demo), "127.0.0.1", 0)
    await demo.start()
    await server.start()
    yield server.url
    await server.stop()
    await demo.stop()


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path(), args=_QUIET)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        await page.goto(url)
        yield page
        await browser.close()
        assert problems == []
