"""Slack on the demo page besides its chat: files, the home tab, shortcuts, forms that change while they are filled in."""

import pytest
from playwright.async_api import Page, expect

from tests.adapters.playground.test_page_shapes import DOT, new_view, slack
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


async def test_a_picture_is_looked_at_and_every_file_can_be_kept(page: Page) -> None:
    """A file has its name, kind and size; of a picture one sees the picture itself."""
    files = at(at(page, "sl-message-100.5"), "document")
    await expect(files.first).to_contain_text("PDF · 48 kB")
    await expect(at(files.first, "picture")).to_have_count(0)
    look = at(files.last, "picture")
    await look.scroll_into_view_if_needed()
    await expect(look).to_have_js_property("naturalWidth", 1)
    await expect(files.last).to_have_attribute("download", "cover.png")


async def test_files_are_shared_with_words_and_in_a_thread(page: Page, situation: Situation) -> None:
    """What was chosen stands over the line until it is sent; one can be left out again."""
    pictures = [chosen(name, "image/png", DOT) for name in ("a.png", "b.png")]
    await at(page, "sl-file").set_input_files(pictures)
    await at(page, "chip").get_by_role("button", name="Leave out a.png").click()
    await at(page, "sl-message-100.5").hover()
    await at(page, "sl-reply-100.5").click()
    await at(page, "sl-input").fill("the cover")
    await at(page, "sl-send").click()
    await until(lambda: bool(situation.done))
    assert situation.done == [("slack_share", "priya", [("b.png", DOT)], "the cover", "100.5")]
    await expect(at(page, "chip")).to_have_count(0)


async def test_an_empty_file_is_not_sent(page: Page, situation: Situation) -> None:
    """The messengers take no file without content: the visitor is told so, and nothing goes out."""
    await at(page, "sl-file").set_input_files([chosen("a.txt", "text/plain", b"")])
    await expect(at(page, "sl-toast")).to_contain_text("at most 20 MB")
    await expect(at(page, "chip")).to_have_count(0)
    assert situation.done == []


async def test_the_home_tab_is_opened_drawn_and_used(page: Page, situation: Situation) -> None:
    """Turning to it tells the app; its buttons act on the home view; another person gets their own."""
    await at(page, "sl-tab-home").click()
    home = at(page, "sl-home")
    await expect(home).to_contain_text("Waits for priya: A-142")
    await expect(at(page, "sl-chat")).to_be_hidden()
    await at(home, "sl-button").click()
    await until(lambda: len(situation.done) == 2)
    assert situation.done == [
        ("slack_look", "priya", "home"),
        ("slack_tap", "priya", "VHOME", "doings", "show", "A-142", None),
    ]
    await at(page, "sl-person-jordan").click()
    await expect(home).to_contain_text("Waits for jordan")
    await at(page, "sl-tab-home").press("ArrowRight")
    await expect(at(page, "sl-chat")).to_be_visible()
    assert situation.done[-1] == ("slack_look", "jordan", "messages")


async def test_shortcuts_stand_at_the_line_and_at_every_message(page: Page, situation: Situation) -> None:
    """The app's offers are in two menus, walked through with the keyboard too."""
    await at(page, "sl-shortcuts").press("Enter")
    await page.keyboard.press("Escape")
    await expect(at(page, "sl-shortcut-new")).to_be_hidden()
    await at(page, "sl-shortcuts").press("Enter")
    await expect(at(page, "sl-shortcut-new")).to_be_focused()
    await page.keyboard.press("Enter")
    await at(page, "sl-modal-x").click()
    await at(page, "sl-message-100.1").locator("> .content").hover()
    await at(page, "sl-more-100.1").click()
    await at(page, "sl-shortcut-send").click()
    await expect(at(page, "sl-modal")).to_be_visible()
    shortcuts = [deed for deed in situation.done if deed[0] == "slack_shortcut"]
    assert shortcuts == [("slack_shortcut", "priya", "new", None), ("slack_shortcut", "priya", "send", "100.1")]


async def test_a_field_tells_at_once_and_the_form_keeps_moment_and_files(page: Page, situation: Situation) -> None:
    """A select the app listens to is told when it changes; the form drawn anew still has what was filled in."""
    situation.views = [{"id": "V2", "payload": new_view()}]
    situation.grown += 1
    await at(page, "sl-field-needed").fill("2026-12-31T17:00")
    await at(page, "sl-field-files-chooser").set_input_files([chosen("brief.txt", "text/plain", b"hi")])
    await expect(at(page, "chip")).to_contain_text("brief.txt")
    await at(page, "sl-field-kind").select_option("contract")
    await until(lambda: bool(situation.done))
    assert situation.done[0][:5] == ("slack_fill", "priya", "V2", "kind", "in")
    changed = new_view()
    changed["title"]["text"] = "New contract"
    situation.views = [{"id": "V2", "payload": changed}]
    situation.grown += 1
    await expect(at(page, "sl-modal")).to_contain_text("New contract")
    await expect(at(page, "sl-field-needed")).to_have_value("2026-12-31T17:00")
    await at(page, "sl-modal-submit").click()
    await until(lambda: len(situation.done) == 2)
    values = situation.done[1][3]
    assert isinstance(values, dict)
    # 17:00 on Priya's wall clock in New York.
    assert values["needed"]["in"]["selected_date_time"] == 1_798_754_400
    assert [(file["name"], file["data"]) for file in values["files"]["in"]["files"]] == [("brief.txt", "aGk=")]
    assert values["kind"]["in"]["selected_option"]["value"] == "contract"


async def test_a_reply_the_bot_wants_seen_stands_in_the_chat_too(page: Page, situation: Situation) -> None:
    """It says which message it answers to; in the thread it has its place, with a box to write the next one."""
    at_once = situation.now.isoformat()
    situation.chats["priya"].append(slack("100.8", at_once, text="Katya asks", thread_ts="100.5", in_chat_too=True))
    situation.grown += 1
    await expect(at(page, "sl-also-100.8")).to_contain_text("replied to a thread: Draft content · A-142 · Brand A")
    await expect(at(at(page, "sl-thread-100.5"), "sl-message-100.8")).to_contain_text("Katya asks")
    await at(page, "sl-thread-box-100.5").click()
    await expect(at(page, "sl-input")).to_be_focused()
    await page.keyboard.type("yes")
    await page.keyboard.press("Enter")
    await until(lambda: bool(situation.done))
    assert situation.done == [("slack_say", "priya", "yes", "100.5")]
