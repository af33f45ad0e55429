"""The demo in a real browser: open it, be somebody, decide, move the clock, start over."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
from playwright.async_api import Page, expect

from adapters.playground.front import DEMO_TOKEN
from tests.chromium import IN_BROWSER

pytestmark = IN_BROWSER


async def test_a_visitor_approves_in_moscow_and_sees_it_in_new_york(page: Page, tmp_path: Path) -> None:
    """Oleg taps «Согласовать» in Telegram; Jordan's card in Slack names the next person in the same moment."""
    await page.locator("[data-test='tg-person-oleg']").click()
    await page.locator("[data-test='sl-person-jordan']").click()
    slack = page.locator("[data-test='sl-chat']")
    await expect(slack.get_by_text("In review. Waiting for: Oleg Sinitsyn")).to_be_visible()
    await page.locator("[data-test='tg-button']", has_text="Согласовать").first.click()
    await expect(slack.get_by_text("Awaiting final approval. Waiting for: Marina Orlova")).to_be_visible(timeout=5000)
    await page.locator("[data-test='tg-person-marina']").click()
    await expect(page.locator("[data-test='tg-chat']").get_by_text("Нужно ваше утверждение")).to_be_visible()
    await page.screenshot(path=str(tmp_path / "approved.png"))


async def test_a_visitor_sends_back_with_a_modal_in_slack(page: Page) -> None:
    """Priya gives her opinion in a modal; the guideline goes on to Marina."""
    await page.locator("[data-test='sl-person-priya']").click()
    await page.locator("[data-test='sl-button']", has_text="Give an opinion").last.click()
    modal = page.locator("[data-test='sl-modal']")
    await expect(modal).to_be_visible(timeout=5000)
    await modal.locator("[data-test='sl-field-text'] textarea, textarea[data-test='sl-field-text']").fill("Fine by us")
    await page.locator("[data-test='sl-modal-submit']").click()
    await expect(modal).to_be_hidden(timeout=5000)
    await expect(page.locator("[data-test='sl-chat']").get_by_text("Opinion, Priya Shah: Fine by us")).to_be_visible(timeout=5000)


async def test_a_visitor_writes_remarks_in_telegram(page: Page) -> None:
    """Anna sends the deviation back with a remark she marks as must fix; Jordan is told in English."""
    await page.locator("[data-test='tg-person-anna']").click()
    await page.locator("[data-test='sl-person-jordan']").click()
    await page.locator("[data-test='tg-button']", has_text="Вернуть на доработку").last.click()
    chat = page.locator("[data-test='tg-chat']")
    await expect(chat.get_by_text("Что изменить в A-7")).to_be_visible(timeout=5000)
    await page.locator("[data-test='tg-input']").fill("Снять у светлой стены")
    await page.locator("[data-test='tg-send']").click()
    await expect(chat.get_by_text("Насколько обязателен каждый пункт?")).to_be_visible(timeout=5000)
    await page.locator("[data-test='tg-button']", has_text="1: замечание").click()
    await expect(chat.get_by_text("1. Замечание: Снять у светлой стены")).to_be_visible(timeout=5000)
    await page.locator("[data-test='tg-button']", has_text="Вернуть на доработку").last.click()
    slack = page.locator("[data-test='sl-chat']")
    await expect(slack.get_by_text("is sent back by Anna Belova: 1 remark to fix")).to_be_visible(timeout=5000)


async def test_the_clock_moves_to_the_next_deadline_and_brings_what_is_due(page: Page) -> None:
    """One click: the deadline passes, the coordinator is told, the page follows by itself."""
    await page.locator("[data-test='tg-person-katya']").click()
    await page.locator("[data-test='clock-deadline']").click()
    chat = page.locator("[data-test='tg-chat']")
    await expect(chat.get_by_text("Просрочено: A-5 «Red ribbon on the gift box»")).to_be_visible(timeout=8000)
    log = page.locator("[data-test='event-log']")
    await expect(log.get_by_text("escalated", exact=False).first).to_be_visible()
    await page.locator("[data-test='lang-ru']").click()
    await expect(log.get_by_text("передано выше").first).to_be_visible()


async def test_two_clicks_on_the_clock_and_moscow_is_closed_until_the_eleventh(page: Page, tmp_path: Path) -> None:
    """The last call, then the hand-over: Priya decides locally, and Anna's card says who decided and that she checks it."""
    await page.locator("[data-test='tg-person-anna']").click()
    await page.locator("[data-test='sl-person-priya']").click()
    moscow, slack = page.locator("[data-test='clock-office-RU']"), page.locator("[data-test='sl-chat']")
    await page.locator("[data-test='clock-deadline']").click()
    await expect(page.locator("[data-test='tg-chat']").get_by_text("Последнее напоминание: A-7")).to_be_visible(timeout=8000)
    await page.locator("[data-test='clock-deadline']").click()
    await expect(moscow).to_have_class(re.compile("is-closed"), timeout=8000)
    await expect(moscow).to_contain_text("Jan 11")
    await expect(slack.get_by_text("Your local decision is needed")).to_be_visible(timeout=8000)
    await page.locator("[data-test='sl-button']", has_text="Approve locally").click()
    # One was decided the night before; this is the second.
    await expect(slack.get_by_text("Provisional decision: approved")).to_have_count(2, timeout=8000)
    anna = page.locator("[data-test='tg-chat']").get_by_text("Утверждено на месте · Прия Шах")
    await expect(anna).to_have_count(2, timeout=8000)
    await page.screenshot(path=str(tmp_path / "provisional.png"))


async def test_the_situation_starts_over(page: Page) -> None:
    """After a restart everything stands as at the beginning."""
    await page.locator("[data-test='tg-person-oleg']").click()
    await page.locator("[data-test='tg-button']", has_text="Согласовать").first.click()
    await expect(page.locator("[data-test='tg-button']", has_text="Согласовать")).to_have_count(0, timeout=5000)
    await page.locator("[data-test='restart']").click()
    await page.locator("[data-test='restart-ask-yes']").click()
    await page.locator("[data-test='tg-person-oleg']").click()
    await expect(page.locator("[data-test='tg-button']", has_text="Согласовать").first).to_be_visible(timeout=10000)


async def test_a_request_opened_over_http_appears_in_the_chats(page: Page, url: str) -> None:
    """The demo serves the real API too: a program opens a request, Moscow and New York see it at once."""
    body = {
        "brand": "brand-a", "kind": "creator_selection", "market": "RU", "requested_by": "sveta",
        "title": "Список блогеров на февраль", "text": "Шесть имён <b>с охватами</b>",
    }  # fmt: skip
    await page.locator("[data-test='tg-person-pavel']").click()
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {DEMO_TOKEN}"}) as client:
        answer = await client.post("/api/requests", json=body, headers={"Idempotency-Key": "february"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["waiting_for"][0]["person"] == "pavel"
    chat = page.locator("[data-test='tg-chat']")
    await expect(chat.get_by_text("Список блогеров на февраль").first).to_be_visible(timeout=5000)
    await expect(chat.get_by_text("Шесть имён <b>с охватами</b>")).to_be_visible()
