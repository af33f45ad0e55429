"""What people write to the bot: commands, words that sound like a yes, and things that are not words."""

from __future__ import annotations

from bot.core.request.model import Status
from tests.adapters.telegram.life import CONCEPT, DEVIATION, Life, labels, ru

ASSENT = ["ok", "OK!", "+", "+++", "👍", "👍🏽", "👍👍", "принято", "Согласовано.", "looks good"]


async def test_a_typed_yes_records_nothing(life: Life) -> None:
    """A word that sounds like a yes is answered with the buttons, and these work, once."""
    request = await life.open(CONCEPT, "katya", "Мука")
    before = await life.request(request)
    for words in ASSENT:
        answer = await life.say("sveta", words)
        assert answer.text == ru("answer.ok_is_no_decision", id=request, title="Мука"), words
        assert labels(answer) == labels(await life.card("sveta", request))
    assert await life.request(request) == before
    await life.tap("sveta", life.last("sveta"), "yes")
    assert (await life.request(request)).steps[0].outcome is not None
    assert life.last("sveta").buttons == ()


async def test_a_typed_yes_under_a_card_means_that_card(life: Life) -> None:
    """In reply to a card, the buttons of that request come, not those of the oldest."""
    first, second = await life.open(DEVIATION, "katya", "Один"), await life.open(DEVIATION, "katya", "Два")
    card = await life.card("anna", second)
    assert "Два" in (await life.say("anna", "ок", reply_to=card.message_id)).text
    assert "Один" in (await life.say("anna", "ок")).text
    assert (await life.say("pavel", "ок")).text == ru("answer.ok_nothing_waits")
    assert {(await life.request(r)).status for r in (first, second)} == {Status.OPEN}


async def test_the_inbox_leads_to_the_cards(life: Life) -> None:
    """/inbox lists what waits, the oldest first; a button quotes the card, so that one tap jumps to it."""
    first, second = await life.open(DEVIATION, "katya", "Один"), await life.open(DEVIATION, "katya", "Два")
    inbox = await life.say("anna", "/inbox")
    assert inbox.text.split("\n", 1)[1] == (
        f"• {first} «Один», срок: пн, 7 дек., 16:30 МСК\n• {second} «Два», срок: пн, 7 дек., 16:30 МСК"
    )
    assert labels(inbox) == [first, second]
    await life.tap("anna", inbox, second)
    assert life.last("anna").reply_to == (await life.card("anna", second)).message_id
    assert (await life.say("oleg", "/inbox")).text == ru("inbox.empty")


async def test_the_inbox_brings_a_deleted_card_back(life: Life) -> None:
    """Somebody who deleted the card in their chat gets it again by asking."""
    request = await life.open(DEVIATION, "katya")
    life.telegram.vanish(life.id("anna"), (await life.card("anna", request)).message_id)
    await life.say("anna", "/inbox")
    await life.tap_card("anna", request, "yes")
    assert (await life.request(request)).status is Status.APPROVED


async def test_start_and_help(life: Life) -> None:
    """Both say what the bot does, in the language of the person, with no word of a decision made."""
    for words in ("/start", "/help", "/menu"):
        said = await life.say("anna", words)
        assert said.text == ru("ask.menu.team")
        assert labels(said)[:4] == [ru(f"menu.{one}") for one in ("inbox", "new", "away", "settings")]


async def test_commands_in_every_form(life: Life) -> None:
    """The bot's name, capitals and words after it do not hide a command."""
    for words in ("/inbox@soglas_bot", "/INBOX", "/inbox и всё", "/inbox\nчто там", "/inbox@soglas_bot x"):
        assert (await life.say("anna", words)).text == ru("inbox.empty"), words


async def test_an_unknown_command_is_never_an_answer(life: Life) -> None:
    """A mistyped command while a reason is asked for is not recorded as the reason."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    assert (await life.say("anna", "/stauts")).text == ru("ask.menu.team")
    assert (await life.request(request)).status is Status.OPEN
    await life.say("anna", "/путь к файлу не открывается")
    assert (await life.request(request)).reason == "/путь к файлу не открывается"


FILE = {"file_id": "F", "file_unique_id": "f"}
ATTACHED: dict[str, dict[str, object]] = {
    "sticker": {"sticker": {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}},
    "voice": {"voice": {**FILE, "duration": 1}},
    "photo": {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "Слишком дорого"},
    "location": {"location": {"longitude": 1.0, "latitude": 1.0}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "contact": {"contact": {"phone_number": "+7", "first_name": "Анна"}},
}


async def test_what_is_not_text(life: Life) -> None:
    """A sticker, a voice message and the like are answered, also while a question is open, and record nothing."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    for kind, body in ATTACHED.items():
        before = len(life.chat("anna"))
        await life.deliver("anna", "message", body)
        assert [one.text for one in life.chat("anna")[before:]] == [ru("answer.only_text")], kind
    assert (await life.request(request)).status is Status.OPEN


async def test_what_nobody_said(life: Life) -> None:
    """A message pinned in the chat is no reason to speak."""
    request = await life.open(DEVIATION, "katya")
    before = life.chat("anna")
    card = await life.card("anna", request)
    pinned = {"message_id": card.message_id, "date": 0, "chat": {"id": life.id("anna"), "type": "private"}}
    await life.deliver("anna", "message", {"pinned_message": pinned})
    assert life.chat("anna") == before


async def test_a_forwarded_yes(life: Life) -> None:
    """Somebody else's words, forwarded, decide nothing either."""
    request = await life.open(DEVIATION, "katya")
    origin = {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "Priya"}
    await life.deliver("anna", "message", {"text": "ok", "forward_origin": origin})
    assert life.last("anna").text == ru("answer.ok_is_no_decision", id=request, title="Title")
    assert (await life.request(request)).status is Status.OPEN


async def test_an_edited_message_changes_nothing(life: Life) -> None:
    """Words changed after they were sent are not listened to, and whoever changed them is told so."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    await life.deliver("anna", "edited_message", {"text": "Слишком дорого", "edit_date": 1_800_000_000})
    assert life.last("anna").text == ru("answer.edited")
    assert (await life.request(request)).status is Status.OPEN


async def test_in_a_group_nothing_is_heard(life: Life) -> None:
    """Words in a group chat are nobody's answer."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    await life.deliver("anna", "message", {"text": "Дорого", "chat": {"id": -5, "type": "group", "title": "Все"}})
    assert (await life.request(request)).status is Status.OPEN


async def test_a_question_of_long_ago(life: Life) -> None:
    """A week later nobody remembers what they were asked: their words are not taken for the answer, and it is asked again."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    await life.later(days=7)
    again = await life.say("anna", "кто мой контакт?")
    assert "То, что написано сейчас, не записано" in again.text
    assert (await life.request(request)).status is Status.OPEN
    await life.say("anna", "Слишком дорого")
    assert (await life.request(request)).reason == "Слишком дорого"
