"""Creators in the demo: whoever is in no playbook can be somebody too, or is still to come in."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from adapters.playground.demo import Demo
from tests.chromium import IN_BROWSER
from tests.ready import brand

pytestmark = IN_BROWSER

_MAYA, _LENA, _SOFIA = "creator:1", "creator:2", "creator:3"


def at(page: Page | Locator, test: str) -> Locator:
    return page.locator(f'[data-test="{test}"]')


async def test_a_creator_asks_who_their_contact_is(page: Page) -> None:
    """Maya is told whom to ask and where her requests stand, and nothing of what others said about them."""
    await at(page, f"sl-person-{_MAYA}").click()
    await expect(page.locator("#slack .you")).to_have_text("You are Maya Chen · Creator, New York")
    await at(page, "sl-input").fill("who is my contact?")
    await at(page, "sl-send").click()
    chat = at(page, "sl-chat")
    await expect(chat.get_by_text("Main contact: Jordan Lee")).to_be_visible(timeout=5000)
    await expect(chat.get_by_text("“Caption for Maya Chen's reel”: round 1 of 2 came back")).to_be_visible()
    await expect(chat).not_to_contain_text("medical claim")


async def test_somebody_invited_presses_start_and_is_welcome(page: Page) -> None:
    """Sofia opens her invitation in Telegram; Jordan, who asked her in, hears of it in Slack. It works once."""
    await at(page, f"tg-person-{_SOFIA}").click()
    await at(page, "sl-person-jordan").click()
    await at(page, "tg-invitation").click()
    chat = at(page, "tg-chat")
    await expect(chat.get_by_text("your contact is Jordan Lee")).to_be_visible(timeout=5000)
    await expect(at(page, "tg-invitation")).to_have_count(0)
    await expect(at(page, "sl-chat").get_by_text("Sofia Ruiz has joined in Telegram")).to_be_visible(timeout=5000)
    await at(page, "tg-input").fill("where is my request?")
    await at(page, "tg-send").click()
    await expect(chat.get_by_text("“Red ribbon on the gift box”").last).to_be_visible(timeout=5000)


async def test_a_creator_of_moscow_is_spoken_to_in_russian(page: Page) -> None:
    """Лена has the receipt of her script; the page's own words stay in the visitor's language."""
    await at(page, f"tg-person-{_LENA}").click()
    await expect(page.locator("#telegram .you")).to_have_text("You are Lena Morozova · Creator, Moscow")
    await expect(at(page, "tg-chat").get_by_text("Получено: A-1")).to_be_visible()
    await at(page, "lang-ru").click()
    await expect(page.locator("#telegram .you")).to_have_text("Сейчас вы Лена Морозова · Блогер, Москва")


async def test_a_teammate_invites_a_creator_in_the_chat(page: Page) -> None:
    """Jordan asks a new creator in with a command, and gets what to pass on."""
    await at(page, "sl-person-jordan").click()
    await at(page, "sl-input").fill("/soglas invite creator Kim Tran")
    await at(page, "sl-send").click()
    await expect(at(page, "sl-chat").get_by_text("Kim Tran").last).to_be_visible(timeout=5000)


async def test_a_playbook_the_situation_does_not_fit_has_its_own_people_only() -> None:
    """Another brand's demo opens with empty chats and without our creators."""
    loaded = brand("mosty/brand-one.yaml")
    assert loaded.playbook is not None
    demo = Demo(loaded)
    await demo.start()
    try:
        assert {person.id for person in demo.people()} == set(loaded.playbook.people)
        assert not any(person.creator for person in demo.people())
    finally:
        await demo.stop()
