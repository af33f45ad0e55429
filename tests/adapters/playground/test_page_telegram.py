"""Telegram on the demo page besides its chat: files, the list of commands, an invitation, creators among the faces."""

import pytest
from playwright.async_api import Page, expect

from tests.adapters.playground.test_page_shapes import DOT
from tests.adapters.playground.test_page_situation import Situation
from tests.adapters.playground.test_page_stage import (
    CHROMIUM,
    address,
    at,
    chosen,
    complaints,
    page,
    situation,
    until,
)
from tests.chromium import IN_BROWSER

__all__ = ["address", "complaints", "page", "situation"]  # fixtures
pytestmark = [
    IN_BROWSER,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]


async def test_a_file_goes_as_what_it_is(page: Page, situation: Situation) -> None:
    """A picture is sent as a photo, or as a file where that was wished; the words go under the first file."""
    pictures = [chosen(name, "image/png", DOT) for name in ("a.png", "b.png")]
    brief = chosen("c.pdf", "application/pdf", b"%PDF-")
    await at(page, "tg-file").set_input_files([*pictures, brief])
    await at(page, "tg-as-file").nth(1).check()
    await expect(at(page, "tg-as-file")).to_have_count(2)
    await at(page, "tg-message-17").hover()
    await at(page, "tg-reply-17").click()
    await at(page, "tg-input").fill("Обложки")
    await at(page, "tg-send").click()
    await until(lambda: len(situation.done) == 3)
    assert situation.done == [
        ("telegram_send", "katya", "a.png", DOT, "photo", "Обложки", 17),
        ("telegram_send", "katya", "b.png", DOT, "document", "", 17),
        ("telegram_send", "katya", "c.pdf", b"%PDF-", "document", "", 17),
    ]


async def test_a_chosen_file_waits_for_its_sender(page: Page) -> None:
    """Who becomes somebody else meanwhile finds the file again, like the half-written line."""
    await at(page, "tg-file").set_input_files([chosen("a.pdf", "application/pdf", b"%PDF-")])
    await at(page, "tg-person-oleg").click()
    await expect(at(page, "chip")).to_have_count(0)
    await at(page, "tg-person-katya").click()
    await expect(at(page, "chip")).to_contain_text("a.pdf")


async def test_the_list_of_commands_is_a_click_away(page: Page, situation: Situation) -> None:
    """The button shows what the bot has registered; choosing a command sends it."""
    await at(page, "tg-commands").click()
    await expect(at(page, "tg-command-away")).to_contain_text("Меня не будет")
    await at(page, "tg-command-inbox").click()
    await until(lambda: bool(situation.done))
    assert situation.done == [("telegram_say", "katya", "/inbox", None)]


async def test_somebody_new_opens_their_invitation(page: Page, situation: Situation) -> None:
    """An empty chat with an invitation has one button; what comes of it stands there afterwards."""
    await at(page, "tg-person-sofia").click()
    await expect(page.locator("#telegram .you")).to_have_text("You are Sofia Ruiz · Creator, New York")
    await at(page, "tg-invitation").click()
    await expect(at(page, "tg-message-70")).to_contain_text("Добро пожаловать")
    await expect(at(page, "tg-invitation")).to_have_count(0)
    assert situation.done == [("telegram_open_invitation", "sofia")]
