"""Files, mentions, edits, people who leave and come back: what Slack tells besides taps and plain messages."""

from __future__ import annotations

from tests.adapters.slack.office import Office, words


async def test_a_file_under_a_card_goes_to_everybody_on_it(office: Office) -> None:
    """Its name stands in the talk, and the other side gets the file itself."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    thread = office.card("priya", request).ts
    await office.slack.share(office.id("priya"), "notes.pdf", b"notes", text="My notes", thread_ts=thread)
    await office.quiet()
    (said,) = (await office.request(request)).talk
    assert (said.text, [file.name for file in said.files]) == ("My notes", ["notes.pdf"])
    assert b"notes" in [file.data for message in office.chat("jordan") for file in message.files]


async def test_a_file_of_another_workspace_is_taken_as_well(office: Office) -> None:
    """Slack Connect tells only its id; the bot asks for the rest."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    thread = office.card("priya", request).ts
    await office.slack.share(office.id("priya"), "notes.pdf", b"notes", thread_ts=thread, connected=True)
    await office.quiet()
    (said,) = (await office.request(request)).talk
    assert [file.name for file in said.files] == ["notes.pdf"]


async def test_a_file_out_of_the_blue_begins_a_request(office: Office) -> None:
    """It is not lost: the bot asks what it is for, one question a message, and each takes the place of the one before."""
    await office.slack.share(office.id("jordan"), "cut.mp4", b"film", text="The rough cut")
    await office.quiet()
    first = office.chat("jordan")[-1]
    await office.taps("jordan", "Concept or script")
    messages = office.chat("jordan")
    assert [message.ts for message in messages].count(first.ts) == 1
    assert "Concept or script" not in str(messages[-1].blocks[-1])


async def test_a_mention_is_answered_to_whoever_asked_alone(office: Office) -> None:
    """A channel is anybody's: the answer is seen by one person, and nothing is posted there."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    channel = office.slack.add_channel("launch", office.id("priya"), office.id("sam"))
    before = len(office.sent("chat.postMessage"))
    for typed in ("inbox", "what waits for me?"):
        await office.slack.mention(office.id("priya"), channel, typed)
        await office.quiet()
        answer = office.slack.chat(channel)[-1]
        assert answer.ephemeral_for == office.id("priya")
        assert request in words(answer)
    assert len(office.sent("chat.postMessage")) == before


async def test_talk_in_a_channel_is_not_read(office: Office) -> None:
    """Nobody called the bot: it keeps silent, in threads as well."""
    channel = office.slack.add_channel("launch", office.id("priya"), office.id("sam"))
    ts = await office.slack.say(office.id("sam"), "what waits for me?", channel=channel)
    await office.slack.say(office.id("priya"), "ok", channel=channel, thread_ts=ts)
    await office.quiet()
    assert [message for message in office.slack.chat(channel) if message.from_bot] == []


async def test_an_edit_is_told_once_and_changes_nothing(office: Office) -> None:
    """What was written was taken as it came; a deletion is nobody's answer to anything."""
    ts = await office.slack.say(office.id("priya"), "what waits for me?")
    await office.quiet()
    before = len(office.chat("priya"))
    await office.slack.edit(office.id("priya"), office.dm("priya"), ts, "who does what?")
    await office.slack.edit(office.id("priya"), office.dm("priya"), ts, "who does what here?")
    await office.slack.erase(office.id("priya"), office.dm("priya"), ts)
    await office.quiet()
    after = office.chat("priya")[before:]
    assert len(after) == 1
    assert "edit" in words(after[0]).casefold() or "chang" in words(after[0]).casefold()


async def test_whoever_leaves_the_workspace_is_not_written_to(office: Office) -> None:
    """What waits for them moves, and their deputy has it; when they are back their card is there again."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    office.slack.deactivate(office.id("priya"))
    await office.quiet()
    assert (await office.account("priya")).blocked
    await office.later(minutes=1)
    assert office.card("sam", request)
    office.slack.reactivate(office.id("priya"))
    await office.quiet()
    assert not (await office.account("priya")).blocked


async def test_profiles_are_not_collected(office: Office) -> None:
    """A changed profile is nobody's business: only the id, and whether the account is closed."""
    office.slack.add_user("U0STRANGE", "Somebody Private")
    office.slack.workspace.people[office.id("priya")].real_name = "Priya Private"
    for user in ("U0STRANGE", office.id("priya")):
        office.slack.reactivate(user)
    await office.quiet()
    written = b"".join(file.read_bytes() for file in office.town.database.parent.glob(f"{office.town.database.name}*"))
    assert b"user_change" in written
    assert b"Private" not in written
    assert b"U0STRANGE" not in written


async def test_other_bots_and_workflows_are_not_answered(office: Office) -> None:
    """Two bots that answer one another would never end."""
    before = len(office.sent("chat.postMessage"))
    post = {"type": "message", "channel": office.dm("priya"), "channel_type": "im", "text": "what waits for me?"}
    for event in (
        {**post, "ts": "1.1", "user": office.id("priya"), "bot_id": "B0FLOW"},
        {**post, "ts": "1.2", "subtype": "bot_message", "bot_id": "B0FLOW"},
        {**post, "ts": "1.3", "user": "USLACKBOT"},
        {**post, "ts": "1.4", "subtype": "channel_join", "user": office.id("priya")},
    ):
        assert (await office.slack._delivery.event(office.slack._payloads.event(event))).ok
    await office.quiet()
    assert len(office.sent("chat.postMessage")) == before


async def test_emoji_and_endless_texts_get_one_answer_each(office: Office) -> None:
    """Neither breaks anything, and nobody is left without a word."""
    for typed in (":tada:", "word " * 4000):
        before = len(office.chat("priya"))
        await office.writes("priya", typed)
        assert len(office.chat("priya")) == before + 1
