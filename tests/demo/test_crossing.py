"""What crosses from one messenger to the other in the demo: files, words under a request; and what Slack shows beside the chat."""

from __future__ import annotations

import httpx
from playwright.async_api import FilePayload, Page, expect

from adapters.playground.picture import reel_cover
from tests.chromium import IN_BROWSER
from tests.demo.test_creators import at

pytestmark = IN_BROWSER


async def test_a_file_given_in_slack_is_a_picture_in_telegram(page: Page, url: str) -> None:
    """The cover Jordan gave with the caption stands in Anna's chat, looked at and kept byte for byte."""
    await at(page, "tg-person-anna").click()
    file = at(at(page, "tg-chat"), "document").first
    await expect(file).to_contain_text("maya-reel-cover.png")
    await file.scroll_into_view_if_needed()
    await expect(at(file, "picture")).to_have_js_property("naturalWidth", 360)
    async with httpx.AsyncClient() as client:
        kept = await client.get(str(await file.get_attribute("href")))
    assert kept.content == reel_cover()
    assert kept.headers["content-disposition"].startswith("attachment")


async def test_a_file_sent_in_telegram_appears_in_slack(page: Page) -> None:
    """Oleg answers under the contract with a file; Jordan gets the same file in the contract's thread."""
    await at(page, "tg-person-oleg").click()
    await at(page, "sl-person-jordan").click()
    card = at(page, "tg-chat").locator("article", has_text="Договор с блогером · A-3").first
    await card.hover()
    await card.locator('[data-test^="tg-reply-"]').click()
    await at(page, "tg-file").set_input_files(
        [FilePayload(name="exclusivity.txt", mimeType="text/plain", buffer=b"from publication")]
    )
    await at(page, "tg-input").fill("Формулировка в файле")
    await at(page, "tg-send").click()
    slack = at(page, "sl-chat")
    await expect(at(slack, "document").filter(has_text="exclusivity.txt")).to_be_visible(timeout=8000)
    await expect(slack.get_by_text("Формулировка в файле").first).to_be_visible()


async def test_words_crossed_with_the_bridge_between(page: Page) -> None:
    """Under the contract stand Oleg's question, Katya's translation and Jordan's answer; the log names who did what."""
    await at(page, "tg-person-oleg").click()
    chat = at(page, "tg-chat")
    await expect(chat.get_by_text("30 дней эксклюзива: от подписания или публикации?").first).to_be_visible()
    await expect(chat.get_by_text("30 days of exclusivity: from signature or publication?").first).to_be_visible()
    await expect(chat.get_by_text("From publication, by January 20.").first).to_be_visible()
    await at(page, "sl-person-jordan").click()
    await expect(at(page, "sl-chat").get_by_text("30 days of exclusivity").first).to_be_visible()
    log = at(page, "event-log")
    await expect(log.locator("li", has_text="translated")).to_contain_text("Katya Levina")
    await expect(log.locator("li", has_text="checklist").first).to_contain_text("Svetlana Kim")


async def test_the_checklist_was_given_so_the_script_can_be_approved(page: Page) -> None:
    """Pavel reviews and decides the script without anything in his way."""
    await at(page, "tg-person-pavel").click()
    chat = at(page, "tg-chat")
    await chat.locator('[data-test="tg-button"]', has_text="Согласовать").first.click()
    await chat.locator('[data-test="tg-button"]', has_text="Утвердить").first.click()
    await expect(chat.get_by_text("Решение: утверждено").first).to_be_visible(timeout=5000)


async def test_the_home_tab_shows_what_waits(page: Page) -> None:
    """Priya turns to Home and finds the request that waits for her; Jordan finds his own."""
    await at(page, "sl-person-priya").click()
    await at(page, "sl-tab-home").click()
    home = at(page, "sl-home")
    await expect(home.get_by_text("A-6 · Гайд: шрифт в субтитрах")).to_be_visible(timeout=5000)
    await at(page, "sl-person-jordan").click()
    await expect(home.get_by_text("A-4 · Caption for Maya Chen's reel")).to_be_visible(timeout=5000)
    await at(home, "sl-button").get_by_text("New request").click()
    await expect(at(page, "sl-modal")).to_be_visible(timeout=5000)


async def test_a_message_is_sent_for_approval_from_its_menu(page: Page) -> None:
    """What Jordan wrote to the bot becomes a request's text by the menu at the message."""
    await at(page, "sl-person-jordan").click()
    await at(page, "sl-input").fill("Three songs for the January reels")
    await at(page, "sl-send").click()
    message = at(page, "sl-chat").locator("article", has_text="Three songs for the January reels").first
    await message.hover()
    await message.locator('[data-test^="sl-more-"]').click()
    await at(page, "sl-shortcut-soglas_send_message").click()
    await expect(at(page, "sl-field-title")).to_have_value("Three songs for the January reels", timeout=5000)


async def test_what_a_form_refuses_stands_at_its_field_at_once(page: Page) -> None:
    """An amount in another currency is refused with the first press, and what was written stays."""
    await at(page, "sl-person-jordan").click()
    await at(page, "sl-shortcuts").click()
    await at(page, "sl-shortcut-soglas_new").click()
    form = at(page, "sl-modal")
    await expect(form).to_be_visible(timeout=5000)
    await form.locator("select").nth(0).select_option(label="Deviation from brand guidelines")
    await form.locator("select").nth(1).select_option(label="New York")
    await form.locator('[data-test="sl-field-title"]').fill("Red ribbon")
    await form.locator('[data-test="sl-field-amount"]').fill("300 EUR")
    await at(page, "sl-modal-submit").click()
    await expect(at(page, "sl-error-amount")).to_contain_text("EUR", timeout=8000)
    await expect(form.locator('[data-test="sl-field-title"]')).to_have_value("Red ribbon")
