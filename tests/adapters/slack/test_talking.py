"""Words instead of taps: what is typed, slash commands, shortcuts, strangers. None of it records a decision."""

from __future__ import annotations

import pytest

from bot.core.request.model import Status
from tests.adapters.playground.slack_app import until
from tests.adapters.slack.office import Office, labels, words

RETIRED = ["approve", "9|A-1|yes", "1|A-1|yes|0|1|1|dance", "1|Z-9|yes|0|1|1|nothing", "é" * 100, "2|abc|send|1"]
PROMPT = "A word in the chat records no decision."


@pytest.mark.parametrize("typed", ["ok", "Looks good!", "👍", ":+1:", ":+1::skin-tone-3:", "принято"])
async def test_a_typed_yes_brings_the_buttons_and_records_nothing(office: Office, typed: str) -> None:
    """People type "ok" all day; the answer is the real buttons, once. Slack delivers emoji by their names."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.writes("priya", typed)
    answer = office.chat("priya")[-1]
    assert PROMPT in words(answer)
    assert labels(answer) == labels(office.card("priya", request))
    assert (await office.request(request)).status is Status.OPEN
    assert not (await office.request(request)).steps[0].assignments[0].answer


async def test_the_buttons_under_the_answer_are_gone_once_they_are_used(office: Office) -> None:
    """They are not the card: after the tap the message says what was recorded, and can be tapped no more."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.writes("priya", "ok")
    await office.taps("priya", "Final approval", on=PROMPT)
    await until(lambda: not labels(office.chat("priya")[-1]))
    assert (await office.request(request)).status is Status.APPROVED
    assert words(office.chat("priya")[-1]) == f"{request}: Recorded: yes."
    assert labels(office.card("priya", request)) == ["Take back"]


async def test_an_ok_in_a_cards_thread_is_about_that_card_and_answered_there(office: Office) -> None:
    """Two requests wait: the thread says which one is meant, and the answer stays in it."""
    await office.opens("jordan", "concept", "US", "First reel")
    second = await office.opens("jordan", "concept", "US", "Second reel")
    thread = office.card("priya", second).ts
    await office.writes("priya", "lgtm", thread=thread)
    answer = office.chat("priya")[-1]
    assert (answer.thread_ts, "Second reel" in words(answer)) == (thread, True)


async def test_what_is_not_understood_is_answered_with_what_there_is(office: Office) -> None:
    """Nobody is left with a bare apology: everything the bot can do stands below it as buttons."""
    await office.writes("priya", "what is the budget?")
    answer = office.chat("priya")[-1]
    assert words(answer).startswith("I did not understand that.")
    assert {"What waits for me", "New request", "I am away"} <= set(labels(answer))


async def test_the_inbox_lists_what_waits_only_for_whoever_asks(office: Office) -> None:
    """Requests' titles are nobody else's business: the answer is seen by one person, wherever it was typed."""
    request = await office.opens("jordan", "concept", "US", "Reel & <more>")
    assert f"• {request} “Reel & <more>”, by Tue, Nov 24, 2:00 PM ET" in await office.commands("priya", "inbox")
    answer = office.chat("priya")[-1]
    assert answer.ephemeral_for == office.id("priya")
    await office.taps("priya", "Final approval")
    assert await office.commands("priya", "  INBOX now ") == "Nothing waits for you."


async def test_a_command_in_a_channel_never_writes_to_that_channel(office: Office) -> None:
    """The bot is not in most channels and must not talk in any: no message is posted for a command."""
    before = len(office.sent("chat.postMessage"))
    await office.commands("priya", "inbox")
    assert len(office.sent("chat.postMessage")) == before


@pytest.mark.parametrize("typed", ["", "help", "menu"])
async def test_the_command_explains_itself(office: Office, typed: str) -> None:
    """With Slack's own words: “/inbox” is no command here."""
    assert "/soglas inbox" in await office.commands("priya", typed)
    assert "New request" in labels(office.chat("priya")[-1])


async def test_words_after_the_command_are_understood_as_a_question(office: Office) -> None:
    """Nobody learns commands: a question is answered, also one that begins like another command."""
    assert "at work" in await office.commands("priya", "who is my contact?")
    answer = office.chat("priya")[-1]
    assert words(answer).startswith("Whom you turn to")
    assert answer.ephemeral_for == office.id("priya")
    assert (await office.commands("priya", "no such word at all")).startswith("I did not understand that.")


async def test_a_stranger_is_refused_kindly_everywhere(office: Office) -> None:
    """A colleague without an account taps, writes, commands and submits: the same sentence, and nothing happens."""
    office.slack.add_user("U0STRANGE", "Somebody")
    dm = office.slack.dm("U0STRANGE")
    ts = await office.slack.say("U0STRANGE", "ok")
    await office.slack.tap("U0STRANGE", dm, ts, "1|A-1|yes|0|1|1|nothing", value="1|A-1|yes|0|1|1|nothing")
    acked = await office.slack.command("U0STRANGE", "/soglas", "inbox")
    await office.slack.shortcut("U0STRANGE", "new")
    await office.quiet()
    stranger = "I do not know this account yet. Ask your coordinator for an invitation."
    assert stranger in str(acked.payload)
    answers = [words(message) for message in office.slack.chat(dm) if message.from_bot]
    assert answers == [stranger] * 4


async def test_another_workspace_does_not_share_its_user_ids(office: Office) -> None:
    """The same user id in a workspace the bot does not belong to is somebody else."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    office.slack.workspace.team_id = "T0OTHER"
    await office.taps("priya", "Final approval")
    assert (await office.request(request)).status is Status.OPEN
    assert "I do not know this account yet" in office.whispers("priya")[-1]


async def test_an_organisation_that_shares_its_people_is_not_locked_out(office: Office) -> None:
    """In Enterprise Grid the workspace in a payload may be another one of the same organisation."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    interaction = office.slack._payloads._interaction
    grid = {"enterprise": {"id": "E0GRID", "name": "Grid"}, "team": {"id": "T0OTHER", "domain": "other"}}
    office.slack._payloads._interaction = lambda kind, user_id: {**interaction(kind, user_id), **grid}  # type: ignore[method-assign]
    await office.taps("priya", "Final approval")
    assert (await office.request(request)).status is Status.APPROVED


async def test_shortcuts_and_other_events_are_taken_kindly(office: Office) -> None:
    """A shortcut of an older manifest is answered with help; opening the home tab writes nothing into the chat."""
    assert (await office.slack.shortcut(office.id("priya"), "retired")).ok
    assert (await office.slack.open_home(office.id("priya"))).ok
    await office.quiet()
    assert [words(message).splitlines()[0] for message in office.chat("priya")] == [
        "I answer questions and bring requests to whoever decides them. Ask in your own words, for example:"
    ]


@pytest.mark.parametrize("data", RETIRED)
async def test_a_retired_or_forged_button_is_answered(office: Office, data: str) -> None:
    """Whatever an old message's button carries, the person hears something and no state changes."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    before = await office.request(request)
    acked = await office.taps_data("priya", office.card("priya", request).ts, data)
    assert acked.ok
    assert len(office.whispers("priya")) == 1
    assert await office.request(request) == before


async def test_a_retired_form_is_answered_in_its_place(office: Office) -> None:
    """A form of an older version says that nothing was recorded, and does not call a colleague a stranger."""
    await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    modals = office.slack._modals.stacks[office.id("priya")]
    modals[-1].sent["private_metadata"] = "an older form"
    sent = await office.fills_in("priya", must_fix="Show the logo")
    assert sent.response_action == "update"
    assert "This form is from an older message" in str(office.modal("priya")["blocks"])


async def test_own_echoes_edits_and_channel_talk_are_not_answered(office: Office) -> None:
    """The bot hears its own messages and edits, too: answering them would never end."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Final approval")
    channel = office.slack.workspace.between(frozenset({office.id("priya"), office.id("sam")}))
    before = len(office.sent("chat.postMessage"))
    post = {"user": office.id("sam"), "type": "message", "text": "ok", "ts": "1.1", "channel": channel.id}
    for event in ({**post, "channel_type": "mpim"}, {**post, "channel_type": "im", "subtype": "message_changed"}):
        assert (await office.slack._delivery.event(office.slack._payloads.event(event))).ok
    await office.quiet()
    assert len(office.sent("chat.postMessage")) == before
    assert labels(office.card("jordan", request)) == []
