"""People's words in Slack: shown letter by letter, never as markup, and never too long for any of Slack's limits."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.core.request.commands import Do, Note
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from tests.adapters.slack.office import Json, Office, fields, words

HOSTILE = "<!channel> <@U0BEN> <https://x.example|y> a & b *bold* _it_ ~no~ `code` ```block``` :tada: @here"
ESCAPED = "<!channel> <@U0BEN> <https://x.example|y>".replace("<", "&lt;").replace(">", "&gt;")
MARKUP = re.compile(r"<[^>\n]*>")


def text_objects(value: Any) -> list[Json]:
    """Every text object in blocks or views."""
    if isinstance(value, list):
        return [found for part in value for found in text_objects(part)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") in ("plain_text", "mrkdwn") and "text" in value else []
    return own + [found for part in value.values() for found in text_objects(part)]


def assert_literal(blocks: list[Json]) -> None:
    """No text of a person is read by Slack: where Slack reads, there is nothing of theirs that it could format."""
    for found in text_objects(blocks):
        if found["type"] == "mrkdwn":
            assert found["verbatim"] is True
            assert MARKUP.findall(found["text"]) == []
            assert not re.search(r"\*bold\*|```|:tada:|~no~|_it_", found["text"])
        else:
            assert found["emoji"] is False


async def hostile(office: Office) -> str:
    """A request in which every word of a person is hostile."""
    more = {"text": f"{HOSTILE}\n> quoted\n• {HOSTILE}", "creator": HOSTILE, "links": (HOSTILE, "https://ok.example/?a=1&b=2")}
    request = await office.opens("jordan", "concept", "US", HOSTILE, **more)
    for label, answer in (("Ask", {"text": HOSTILE}), ("Yes, with remarks", None)):
        await office.taps("priya", label)
        if answer:
            await office.fills_in("priya", **answer)
    return request


async def test_hostile_words_appear_literally_on_a_card(office: Office) -> None:
    """Title, text, creator, link and question: no mention, no link, no bold, nobody called."""
    request = await hostile(office)
    card = office.card("priya", request)
    plain = [found["text"] for found in text_objects(card.blocks) if found["type"] == "plain_text"]
    for start in (HOSTILE, f"Creator: {HOSTILE}", f"Question, Priya Shah: {HOSTILE}", f"{HOSTILE}\n> quoted\n• {HOSTILE}"):
        assert start in plain, start
    links = [found["text"] for found in text_objects(card.blocks) if found["text"].startswith("<https://ok")]
    assert links == ["<https://ok.example/?a=1&amp;b=2>"]
    assert_literal([block for block in card.blocks if "<https://ok" not in str(block)])
    assert ESCAPED in card.text
    assert MARKUP.findall(card.text) == []


async def test_hostile_words_appear_literally_in_messages_forms_and_endings(office: Office) -> None:
    """The notice to the requester, the form that repeats the question, remarks and the reason of a rejection."""
    request = await hostile(office)
    notice = office.chat("jordan")[-1]
    assert (notice.blocks, ESCAPED in notice.text, MARKUP.findall(notice.text)) == ([], True, [])
    assert all(call.get("mrkdwn") is False for call in office.sent("chat.postMessage") if not call.get("blocks"))
    await office.taps("jordan", "Answer")
    assert_literal(office.modal("jordan")["blocks"])
    assert f"Question, Priya Shah: {HOSTILE}" in [found["text"] for found in text_objects(office.modal("jordan"))]
    await office.fills_in("jordan", text=HOSTILE)
    await office.taps("priya", "Reject")
    await office.fills_in("priya", text=HOSTILE)
    card = office.card("jordan", request)
    assert f"Reason: {HOSTILE}" in words(card)
    assert_literal([block for block in card.blocks if "<https://ok" not in str(block)])


async def test_hostile_remarks_appear_literally(office: Office) -> None:
    """On the card and as boxes to tick."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    await office.fills_in("priya", must_fix=HOSTILE)
    assert f"• Must fix (round 1): {HOSTILE}" in words(office.card("jordan", request))
    await office.taps("jordan", "Resubmit")
    assert fields(office.modal("jordan"))["fixed"]["options"][0]["text"]["text"].startswith("<!channel> <@U0BEN>")


GIANTS: dict[str, Json] = {
    "a long text": {"text": "Line of the script & more. " * 3700},
    "a long word": {"text": "x" * 100_000},
    "a Russian text": {"text": "Сцена первая: утро, кухня. " * 3600},
    "emoji": {"text": "👩‍👩‍👧‍👦" * 5_000},
    "ampersands": {"text": "&<>" * 30_000, "creator": "&" * 5_000},
    "line breaks": {"text": "a\n" * 49_000},
    "many links": {"links": tuple(f"https://drive.example.com/{'f' * 400}/{number}" for number in range(20))},
    "long links": {"links": tuple(f"https://drive.example.com/{'f' * 5000}/{number}" for number in range(20))},
    "a long creator": {"creator": "Maria " * 10_000},
    "everything": {
        "text": "Ж" * 100_000, "creator": "Ы" * 9_000, "links": tuple("ссылка " * 900 for _ in range(20)),
    },
}  # fmt: skip


@pytest.mark.parametrize("giant", GIANTS)
async def test_nothing_is_too_long_for_slack_and_nothing_is_dropped(office: Office, giant: str) -> None:
    """The card is cut where Slack's limits are, says so, and the whole stands in a file in its thread."""
    draft = GIANTS[giant]
    request = await office.opens("jordan", "concept", "US", "Т" * 200, **draft)
    await fifty_remarks(office, request)
    for message in (office.card("priya", request), office.card("jordan", request)):
        assert_fits(message.blocks)
    card = office.card("priya", request)
    assert "Shortened here. The full text is in the thread." in words(card)
    whole = files(office, "priya", card.ts)[-1]
    for part in (draft.get("text", ""), draft.get("creator", ""), *draft.get("links", ())):
        assert part.strip() in whole
    assert all(f"{'Remark ' * 200}{number}." in whole for number in range(50))


async def fifty_remarks(office: Office, request: str) -> None:
    """As many and as long as a program may send them."""
    remarks = tuple(Note(f"{'Remark ' * 200}{number}.") for number in range(50))
    await office.town.system.service.do(
        RequestId(request), Do(Action.SEND_BACK, office.town.actors["priya"].person, remarks=remarks)
    )
    await office.quiet()


def assert_fits(blocks: list[Json]) -> None:
    """Slack's own models, the limits nobody publishes, and a whole message within what Slack takes."""
    assert len(blocks) <= 50
    for parsed in Block.parse_all(json.loads(json.dumps(blocks))):
        parsed.validate_json()
        parsed.to_dict()
    assert max(len(found["text"]) for found in text_objects(blocks)) <= 3000
    assert len(json.dumps(blocks, ensure_ascii=False).encode()) <= 13_000


def files(office: Office, person: str, thread: str) -> list[str]:
    """The files in a card's thread."""
    replies = [message for message in office.chat(person) if message.thread_ts == thread]
    return [file.data.decode() for message in replies for file in message.files]


async def test_a_text_that_was_cut_goes_along_once(office: Office) -> None:
    """The card changes many times; the file comes again only when there is something new that did not fit."""
    request = await office.opens("jordan", "concept", "US", "Reel", text="Scene. " * 1000)
    card = office.card("priya", request).ts
    assert len(files(office, "priya", card)) == 1
    await office.taps("priya", "Ask")
    await office.fills_in("priya", text="Which song?")
    await office.town.forward(office.town.clock.now() + timedelta(hours=1))
    assert len(files(office, "priya", card)) == 1
    await office.taps("jordan", "Answer")
    await office.fills_in("jordan", text="The calm one. " * 200)
    found = files(office, "priya", card)
    assert len(found) == 2
    assert ("The calm one. " * 200).strip() in found[-1]


async def test_a_card_that_fits_has_no_file(office: Office) -> None:
    """A Russian text of ordinary length stays on the card."""
    request = await office.opens("jordan", "concept", "US", "Рилс", text="Сцена первая: утро, кухня. " * 90, creator="Лена")
    assert files(office, "priya", office.card("priya", request).ts) == []
    assert "Shortened" not in words(office.card("priya", request))


async def test_a_file_that_did_not_get_through_is_sent_later(office: Office) -> None:
    """Slack was busy after the card was posted: the card is not posted again, the file comes."""
    office.expected_refusals = {"internal_error"}
    office.slack.fail_next("files.getUploadURLExternal", "internal_error", times=2)
    request = await office.opens("jordan", "concept", "US", "Reel", text="Scene. " * 1000)
    await office.town.forward(office.town.clock.now() + timedelta(seconds=30))
    assert len(files(office, "priya", office.card("priya", request).ts)) == 1


async def test_forms_fit_whatever_they_are_about(office: Office) -> None:
    """Long titles, questions and fifty remarks: every form opens."""
    request = await office.opens("jordan", "concept", "US", "&" * 200)
    await office.taps("priya", "Ask")
    await office.fills_in("priya", text="?" * 3000)
    await office.taps("jordan", "Answer")
    await office.fills_in("jordan", text="!" * 3000)
    for label in ("Yes, with remarks", "Send back", "Reject", "Ask", "Pass on"):
        await office.taps("priya", label, on=request)
        view = office.modal("priya")
        assert max(len(view[part]["text"]) for part in ("title", "submit", "close")) <= 24
    await fifty_remarks(office, request)
    await office.taps("jordan", "Resubmit")
    assert sum(len(element.get("options", [])) for element in fields(office.modal("jordan")).values()) == 50
    too_many = await office.fills_in("jordan", text="x")
    assert too_many.ok


async def test_more_lines_than_remarks_allowed_is_said_at_the_field(office: Office) -> None:
    """Nothing is cut off silently: the person shortens the list."""
    await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    sent = await office.fills_in("priya", must_fix="\n".join(f"R{number}" for number in range(60)))
    assert "at most 10,000 characters a text and 50 remarks" in sent.errors["must_fix"]
