"""What the page's tests in a browser begin with: the page on a free port, an English visitor who has opened it."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, FilePayload, Locator, Page

from adapters.playground.page.app import build_page
from tests.adapters.playground.test_page_situation import Situation

CHROMIUM = shutil.which("chromium")


def at(page: Page | Locator, test: str) -> Locator:
    """The element with this data-test."""
    return page.locator(f'[data-test="{test}"]')


def chosen(name: str, mime: str, content: bytes) -> FilePayload:
    """A file as a visitor chooses it."""
    return FilePayload(name=name, mimeType=mime, buffer=content)


@pytest.fixture
def situation() -> Situation:
    """A fresh demo for every test."""
    return Situation()


@pytest_asyncio.fixture(loop_scope="session")
async def address(situation: Situation) -> AsyncIterator[str]:
    """The page, served on a free loopback port."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(build_page(situation), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[door]))
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained of; a test that provokes complaints clears them."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, address: str, complaints: list[str]) -> AsyncIterator[Page]:
    """An English visitor who has just opened the page; complaints in the console fail the test."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    opened = await context.new_page()
    opened.set_default_timeout(8000)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    await opened.goto(address)
    await at(opened, "tg-message-17").wait_for()
    yield opened
    await context.close()
    assert complaints == []


async def until(true: Callable[[], bool]) -> None:
    """Waits up to 5 s for something that happens on the server's side."""
    for _ in range(100):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen within 5 s")
