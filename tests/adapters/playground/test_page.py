"""The demo page in a real browser: what each messenger shows, and what a visitor can do with it."""

import pytest
from playwright.async_api import Page, expect

from tests.adapters.playground.test_page_shapes import HOSTILE, remarks_view, telegram
from tests.adapters.playground.test_page_situation import Situation
from tests.adapters.playground.test_page_stage import (
    CHROMIUM,
    address,
    at,
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


async def test_the_clock_shows_both_offices(page: Page) -> None:
    """The bar tells the moment in Moscow and in New York, with the weekday and whether people are at work."""
    clock = at(page, "clock-now")
    await expect(clock).to_have_attribute("data-now", "2026-12-02T17:40:00+03:00")
    await expect(at(clock, "clock-office-RU")).to_have_text("5:40\u00a0PMMoscowWed, Dec 2Open until 7:00\u00a0PM")
    await expect(at(clock, "clock-office-US")).to_contain_text("9:40\u00a0AMNew YorkWed, Dec 2")
    await expect(at(page, "clock-deadline")).to_contain_text("10:40\u00a0AM, New York")


@pytest.mark.parametrize("step", ["hour", "deadline", "opening"])
async def test_the_clock_moves(page: Page, situation: Situation, step: str) -> None:
    """Each button asks for its own jump, and the page shows the new moment."""
    await at(page, f"clock-{step}").click()
    await expect(at(page, "clock-now")).to_have_attribute("data-now", "2026-12-02T18:40:00+03:00")
    assert situation.done == [("move_clock", step)]


async def test_a_telegram_card_looks_like_one(page: Page) -> None:
    """The bot's markup is drawn, the keys stand under the bubble in rows, with their styles."""
    card = at(page, "tg-message-17")
    await expect(card.locator("blockquote")).to_contain_text("Все замечания раунда")
    await expect(card.locator("b").first).to_have_text("Черновик публикации · A-142 · Бренд А")
    await expect(card.get_by_role("link", name="бриф")).to_have_attribute("rel", "noopener noreferrer")
    assert await at(card, "tg-button").all_text_contents() == [
        "Согласовать",
        "Да, с замечаниями",
        "Вернуть",
        "Отклонить",
        "Спросить",
        "Передать",
    ]
    await expect(at(card, "tg-button").nth(3)).to_have_class("key danger")
    await expect(at(page, "tg-message-11")).to_contain_text("edited")
    await expect(at(page, "tg-message-15").locator("a")).to_have_attribute("download", "maya-chen-draft.pdf")


async def test_a_tap_answers_with_a_toast_and_the_card_changes(page: Page, situation: Situation) -> None:
    """After the yes the answer passes by, the card shows the decision and has no keys."""
    card = at(page, "tg-message-17")
    await at(card, "tg-button").get_by_text("Согласовать").click()
    await expect(at(page, "tg-toast")).to_have_text("Согласовано")
    await expect(card).to_contain_text("Решение: согласовано")
    await expect(at(card, "tg-button")).to_have_count(0)
    assert situation.done == [("telegram_tap", "katya", 17, "1:A-142:1:yes")]


async def test_an_alert_stays_until_it_is_read(page: Page, situation: Situation) -> None:
    """An answer marked as alert is a window with one button."""
    situation.answer = {"answer": "Решает Прия Шах", "alert": True}
    await at(page, "tg-button").get_by_text("Отклонить").click()
    await expect(at(page, "tg-alert")).to_contain_text("Решает Прия Шах")
    await at(page, "tg-alert-yes").click()
    await expect(at(page, "tg-alert")).to_have_count(0)


async def test_a_reply_quotes_its_message_and_a_question_asks_for_a_reply(page: Page, situation: Situation) -> None:
    """The text goes out as an answer to the chosen message; the bot's question is taken up at once."""
    await at(page, "tg-message-17").hover()
    await at(page, "tg-reply-17").click()
    await at(page, "tg-input").fill("Обложка темновата")
    await at(page, "tg-send").click()
    await expect(at(page, "tg-message-24").locator(".quote")).to_contain_text("Черновик публикации")
    await expect(at(page, "tg-input")).to_have_attribute("placeholder", "Замечание и пункт брифа")
    await at(page, "tg-input").fill("Пункт 3")
    await at(page, "tg-input").press("Enter")
    await expect(at(page, "tg-message-26")).to_contain_text("Пункт 3")
    assert [deed[3] for deed in situation.done] == [17, 25]


async def test_hostile_texts_are_shown_as_they_are(page: Page) -> None:
    """What people typed is text in both messengers: no tag, mention, entity or formatting comes out of it."""
    for message in (
        at(page, "tg-message-12").locator(".text"),
        at(page, "sl-message-100.2").locator(".b-text"),
    ):
        assert await message.evaluate("node => [node.textContent, node.children.length]") == [HOSTILE, 0]
        await expect(message).to_have_css("unicode-bidi", "isolate")
    await expect(page).to_have_title("Soglas")


async def test_the_bots_markup_passes_an_allow_list(page: Page, situation: Situation, complaints: list[str]) -> None:
    """Tags outside Telegram's own leave only their text, attributes go, other schemes are no links."""
    html = (
        '<b onclick="x()" style="color:red">b</b><script>alert(1)</script><img src=x onerror=alert(1)>'
        '<a href="javascript:alert(1)">js</a><a href="https://example.com/">web</a><tg-spoiler>s</tg-spoiler>'
        "<iframe src='/'></iframe><h1>h</h1><pre>p /no</pre> /status"
    )
    situation.chats["katya"].append(telegram(40, situation.now.isoformat(), html=html))
    situation.grown += 1
    text = at(page, "tg-message-40").locator(".text")
    await expect(text.locator("button.command")).to_have_text("/status")
    names = await text.evaluate("node => [...node.querySelectorAll('*')].map(one => one.localName)")
    assert names == ["b", "span", "a", "button", "pre", "button"]
    assert await text.locator("b").evaluate("node => node.attributes.length") == 0
    assert all("Content Security Policy" in one for one in complaints)  # the second wall reports what it blocks
    complaints.clear()


async def test_slack_blocks_are_drawn(page: Page) -> None:
    """Header, text, fields, quote, link, code, divider, actions, context, file, edited, ephemeral."""
    card = at(page, "sl-message-100.5")
    await expect(card.locator("h3")).to_have_text("Draft content · A-142 · Brand A")
    await expect(card.locator(".b-fields .b-text")).to_have_count(4)
    await expect(card.locator("blockquote")).to_have_text("Send all remarks of a round in one message.")
    await expect(card.locator("code")).to_have_text("caption v2")
    await expect(card.get_by_role("link", name="The brief")).to_have_attribute("href", "https://example.com/brief")
    await expect(card.locator("hr")).to_have_count(1)
    await expect(card.locator(".b-context i")).to_have_text("each market decides its drafts")
    await expect(at(card, "document").first).to_have_attribute("download", "maya-chen-draft.pdf")
    await expect(at(page, "sl-message-100.6")).to_contain_text("Only visible to you")
    await expect(at(page, "sl-message-100.1")).to_contain_text("(edited)")
    thread = at(page, "sl-thread-100.1")
    await expect(at(thread, "sl-message-100.3").locator(".b-text")).to_have_text(
        "A-139 is decided; nothing was recorded. <!channel> & bold"
    )


async def test_slack_elements_send_what_was_chosen(page: Page, situation: Situation) -> None:
    """A button sends its value, a select and an overflow the chosen option; a confirmation comes before."""
    await at(page, "sl-button").get_by_text("Final approval").click()
    await at(page, "sl-select").select_option("facts")
    await at(page, "sl-overflow").click()
    await at(page, "sl-option").get_by_text("Pass on").click()
    await at(page, "sl-button").get_by_text("Reject").click()
    await at(page, "sl-confirm-no").click()
    await at(page, "sl-button").get_by_text("Reject").click()
    await at(page, "sl-confirm-yes").click()
    await expect(at(page, "sl-confirm")).to_have_count(0)
    await until(lambda: len(situation.done) == 4)
    assert [deed[3:] for deed in situation.done] == [
        ("decide", "yes", "A-142", None),
        ("decide", "back", None, "facts"),
        ("facts", "menu", None, "pass"),
        ("decide", "no", "A-142", None),
    ]


async def test_an_action_that_is_not_acknowledged_is_marked(page: Page, situation: Situation) -> None:
    """As in Slack, the reader sees that the app did not answer."""
    situation.acked = False
    await at(page, "sl-button").get_by_text("Final approval").click()
    await expect(at(page, "sl-not-acked")).to_be_visible()


async def test_a_modal_is_filled_refused_at_its_field_and_sent(page: Page, situation: Situation) -> None:
    """Empty fields are noticed at once, the bot's errors stand at their field, values have Slack's shape."""
    await at(page, "sl-button").get_by_text("Yes, with remarks").click()
    await at(page, "sl-modal-submit").click()
    await expect(at(page, "sl-error-remark")).to_have_text("Please complete this required field.")
    await at(page, "sl-field-remark").fill("Too dark")
    await at(page, "sl-modal-submit").click()
    await expect(at(page, "sl-error-remark")).to_have_text("Say which part of the brief it breaks.")
    await at(page, "sl-field-remark").fill("Too dark, brief 3.4")
    await at(page, "sl-field-kind").get_by_label("Wish").check()
    await at(page, "sl-field-clause").select_option("3.4")
    await at(page, "sl-field-parts").get_by_label("Cover").check()
    await at(page, "sl-field-parts").get_by_label("Links").check()
    await at(page, "sl-modal-submit").click()
    await expect(at(page, "sl-modal")).to_have_count(0)
    values = situation.done[-1][3]
    assert isinstance(values, dict)
    assert values["remark"]["in"] == {"type": "plain_text_input", "value": "Too dark, brief 3.4"}
    assert values["kind"]["in"]["selected_option"]["value"] == "wish"
    assert values["clause"]["in"]["selected_option"]["text"]["text"] == "3.4 Claims"
    assert [one["value"] for one in values["parts"]["in"]["selected_options"]] == ["cover", "links"]
    assert values["checks"]["in"] == {"type": "checkboxes", "selected_options": []}


async def test_an_updated_modal_keeps_what_was_typed(page: Page, situation: Situation) -> None:
    """When the bot changes an open view, the visitor's words and the keyboard stay where they were."""
    situation.views = [{"id": "V1", "payload": remarks_view()}]
    situation.grown += 1
    await at(page, "sl-field-remark").fill("Half a thou")
    payload = remarks_view()
    payload["title"]["text"] = "More remarks"
    situation.views = [{"id": "V1", "payload": payload}]
    situation.grown += 1
    await expect(at(page, "sl-modal")).to_contain_text("More remarks")
    await expect(at(page, "sl-field-remark")).to_have_value("Half a thou")
    await expect(at(page, "sl-field-remark")).to_be_focused()


async def test_one_can_be_somebody_else_while_a_modal_is_open(page: Page, situation: Situation) -> None:
    """The modal belongs to its person: it goes with them, and comes back with what was typed."""
    await at(page, "sl-button").get_by_text("Yes, with remarks").click()
    await at(page, "sl-field-remark").fill("To be continued")
    await at(page, "sl-person-jordan").click()
    await expect(at(page, "sl-modal")).to_have_count(0)
    await at(page, "sl-person-priya").click()
    await expect(at(page, "sl-field-remark")).to_have_value("To be continued")
    assert situation.done[1:] == []


@pytest.mark.parametrize("way", ["sl-modal-close", "sl-modal-x", "Escape"])
async def test_a_modal_closes_without_sending(page: Page, situation: Situation, way: str) -> None:
    """The button, the cross and the Escape key tell the bot that the modal was closed."""
    await at(page, "sl-button").get_by_text("Yes, with remarks").click()
    await expect(at(page, "sl-field-remark")).to_be_focused()
    await (page.keyboard.press("Escape") if way == "Escape" else at(page, way).click())
    await expect(at(page, "sl-modal")).to_have_count(0)
    assert situation.done[-1] == ("slack_close", "priya", "V1")


async def test_slack_writing_goes_to_the_chat_a_thread_or_a_command(page: Page, situation: Situation) -> None:
    """A line is a message, a reply when a thread was chosen, and a command when it begins with a slash."""
    field = at(page, "sl-input")
    await field.fill("who is my contact")
    await field.press("Enter")
    await at(page, "sl-message-100.5").hover()
    await at(page, "sl-reply-100.5").click()
    await field.fill("looks good")
    await at(page, "sl-send").click()
    await expect(at(page, "sl-thread-100.5")).to_contain_text("looks good")
    await field.fill("/soglas new")
    await field.press("Enter")
    await until(lambda: len(situation.done) == 3)
    assert situation.done == [
        ("slack_say", "priya", "who is my contact", None),
        ("slack_say", "priya", "looks good", "100.5"),
        ("slack_command", "priya", "/soglas new"),
    ]


async def test_one_can_be_anybody_and_drafts_stay(page: Page) -> None:
    """A face shows whose chat it is and how much is unread; a half-written line waits for its writer."""
    await expect(at(page, "tg-person-oleg")).to_contain_text("12")
    await at(page, "tg-input").fill("draft of Katya")
    await at(page, "tg-person-oleg").click()
    await expect(at(page, "tg-person-oleg")).to_have_attribute("aria-pressed", "true")
    await expect(at(page, "tg-chat")).to_contain_text("No messages yet")
    await expect(at(page, "tg-input")).to_have_value("")
    await at(page, "tg-person-katya").click()
    await expect(at(page, "tg-input")).to_have_value("draft of Katya")
    await page.reload()
    await expect(at(page, "tg-person-katya")).to_have_attribute("aria-pressed", "true")


async def test_the_page_is_live_and_leaves_the_reader_alone(page: Page, situation: Situation) -> None:
    """News comes by itself, what did not change keeps its node, and who scrolled up stays there."""
    await at(page, "tg-message-11").evaluate("node => { node.sameNode = true }")
    await at(page, "tg-chat").evaluate("node => { node.scrollTop = 0 }")
    await page.wait_for_timeout(100)
    situation.chats["katya"].append(telegram(41, situation.now.isoformat(), html="Новость"))
    situation.tell("A-143", "Opened: contract", "Открыт: договор", "jordan")
    await expect(at(page, "tg-message-41")).to_contain_text("Новость")
    await expect(at(page, "event-5")).to_contain_text("Opened: contract")
    assert await at(page, "tg-message-11").evaluate("node => node.sameNode === true")
    assert await at(page, "tg-chat").evaluate("node => node.scrollTop") == 0


async def test_the_event_log_tells_who_did_what_and_folds(page: Page) -> None:
    """Newest first, with the request, both offices' time and the person; it can be put away."""
    lines = at(page, "event-log").locator("li")
    await expect(lines.first).to_contain_text("Card sent to Priya Shah in Slack")
    await expect(lines.last).to_have_text("A-139Tue 6:04\u00a0PM Moscow10:04\u00a0AM New YorkCreators approvedPriya Shah")
    await at(page, "event-log-toggle").click()
    await expect(at(page, "event-log")).to_be_hidden()


async def test_the_page_speaks_two_languages(page: Page) -> None:
    """The switch changes the page's own words, names and times, and leaves the chats' words alone."""
    await at(page, "lang-ru").click()
    await expect(at(page, "restart")).to_have_text("Начать заново")
    await expect(at(page, "clock-office-RU")).to_have_text("17:40Москваср, 2 дек.Открыто до 19:00")
    await expect(at(page, "sl-person-priya")).to_contain_text("Прия")
    await expect(at(page, "sl-message-100.5")).to_contain_text("Draft content · A-142 · Brand A")
    await at(page, "lang-en").click()
    await expect(at(page, "restart")).to_have_text("Restart the situation")


async def test_a_restart_asks_first_and_clears_the_log(page: Page, situation: Situation) -> None:
    """After a yes everything is back at its beginning, the event log too."""
    situation.tell("A-150", "Soon forgotten", "Скоро забыто", None)
    await expect(at(page, "event-5")).to_be_visible()
    await at(page, "restart").click()
    await at(page, "restart-ask-no").click()
    await expect(at(page, "event-5")).to_be_visible()
    await at(page, "restart").click()
    await at(page, "restart-ask-yes").click()
    await expect(at(page, "event-5")).to_have_count(0)
    await expect(at(page, "event-4")).to_be_visible()


async def test_the_keyboard_is_enough(page: Page, situation: Situation) -> None:
    """A person is chosen, a card decided and the clock moved without a mouse."""
    await at(page, "tg-person-anna").focus()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await at(page, "tg-button").first.focus()
    await page.keyboard.press("Enter")
    await expect(at(page, "tg-message-17")).to_be_focused()
    await at(page, "clock-hour").focus()
    await page.keyboard.press("Space")
    await until(lambda: ("move_clock", "hour") in situation.done)


@pytest.mark.parametrize(("width", "stacked"), [(1440, False), (1100, False), (800, True)])
async def test_the_page_fits_its_window(page: Page, width: int, stacked: bool) -> None:
    """Side by side from 1100 pixels, one under the other below, and never wider than the window."""
    await page.set_viewport_size({"width": width, "height": 800})
    left, right = await page.locator("#telegram").bounding_box(), await page.locator("#slack").bounding_box()
    assert left
    assert right
    assert (right["y"] >= left["y"] + left["height"]) is stacked
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_dark_theme_follows_the_system(page: Page) -> None:
    """A visitor who prefers dark gets dark, without a switch."""
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != light


async def test_the_page_says_when_the_demo_is_gone(page: Page, situation: Situation, complaints: list[str]) -> None:
    """A demo that does not answer is named at the top, and the page goes on by itself when it is back."""
    await page.route("**/demo/api/state*", lambda route: route.fulfill(status=503, json={"error": "gone"}))
    situation.tell("A-151", "Happened meanwhile", "Случилось за это время", None)
    await expect(page.locator("#trouble")).to_contain_text("not answering")
    await page.unroute("**/demo/api/state*")
    await expect(page.locator("#trouble")).to_be_hidden()
    await expect(at(page, "event-5")).to_contain_text("Happened meanwhile")
    complaints.clear()
