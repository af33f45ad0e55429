"""People in channels, people of another workspace, people who edit, erase, call commands and leave."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from adapters.playground.slack.events import SUBSCRIBED
from tests.adapters.playground.slack_app import ANN, BEN, CARD, Json, client_of, connected, refusal, standing, until

EVE = "U0EVE"


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return client_of(slack)


def listening(slack: SlackStandIn, heard: list[Json]) -> AsyncApp:
    """An app that keeps the body of everything that reaches it."""
    app = AsyncApp(client=client_of(slack))

    async def keep(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    for event in ("message", "app_mention", "user_change", "app_home_opened"):
        app.event(event)(keep)
    app.command("/soglas")(keep)
    app.shortcut("discuss")(keep)
    app.action("approve")(keep)
    return app


async def test_a_channel_is_silent_until_the_bot_is_called(slack: SlackStandIn) -> None:
    """In a channel the app hears app_mention and nothing else."""
    heard: list[Json] = []
    team = slack.add_channel("team", ANN, BEN)
    async with connected(slack, listening(slack, heard)):
        first = await slack.say(ANN, "lunch?", channel=team)
        await slack.say(BEN, "yes", channel=team, thread_ts=first)
        ts = await slack.mention(BEN, team, "what waits?", thread_ts=first)
    [body] = heard
    event = body["event"]
    assert (event["type"], event["channel"], event["user"], event["ts"]) == ("app_mention", team, BEN, ts)
    assert (event["text"], event["thread_ts"]) == ("<@U0BOT> what waits?", first)
    assert "channel_type" not in event and "subtype" not in event
    assert body["is_ext_shared_channel"] is False
    assert len(slack.chat(team)) == 3


async def test_an_app_that_asks_hears_channels() -> None:
    """With message.channels a mention comes twice, as the message and as app_mention, as from Slack."""
    heard: list[Json] = []
    async with standing(subscribed=SUBSCRIBED | {"message.channels"}) as slack:
        team = slack.add_channel("team", ANN)
        async with connected(slack, listening(slack, heard)):
            await slack.mention(ANN, team, "hello")
    assert [(body["event"]["type"], body["event"].get("channel_type")) for body in heard] == [
        ("message", "channel"),
        ("app_mention", None),
    ]


async def test_no_mention_in_a_direct_message(slack: SlackStandIn) -> None:
    """Who writes the bot's name to the bot sends one message event."""
    heard: list[Json] = []
    async with connected(slack, listening(slack, heard)):
        await slack.say(ANN, "<@U0BOT> hello")
    assert [(body["event"]["type"], body["event"]["text"]) for body in heard] == [("message", "<@U0BOT> hello")]


async def test_the_bot_writes_only_where_it_is(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """A channel nobody invited it to is not_in_channel, and it hears nothing from there."""
    heard: list[Json] = []
    secret = slack.add_channel("secret", ANN, bot=False)
    async with connected(slack, listening(slack, heard)):
        await slack.mention(ANN, secret, "are you there?")
    assert heard == []
    assert (await refusal(client.chat_postMessage(channel=secret, text="t")))[0] == "not_in_channel"
    with pytest.raises(LookupError):
        await slack.say(BEN, "let me in", channel=secret)


async def test_a_channel_of_two_is_no_direct_message(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """What the bot writes to a person does not land in a channel that happens to have the same members."""
    pair = slack.add_channel("pair", ANN)
    posted = await client.chat_postMessage(channel=ANN, text="for you")
    assert posted["channel"] == slack.dm(ANN) != pair and slack.chat(pair) == []


async def test_a_message_shortcut_carries_the_message(slack: SlackStandIn) -> None:
    """Anybody's message, with its files and a fresh address to answer at, even where the bot is no member."""
    heard: list[Json] = []
    app = listening(slack, heard)

    secret = slack.add_channel("secret", ANN, BEN, bot=False)
    async with connected(slack, app):
        ts = await slack.share(BEN, "a.pdf", b"x", text="see this", channel=secret)
        acked = await slack.message_action(ANN, secret, ts, "discuss")
    [body] = heard
    assert acked.ok and body["type"] == "message_action" and body["callback_id"] == "discuss"
    assert body["channel"] == {"id": secret, "name": "secret"} and body["message_ts"] == ts
    message = body["message"]
    assert (message["user"], message["text"], message["ts"], message["files"][0]["name"]) == (BEN, "see this", ts, "a.pdf")
    assert (body["user"]["id"], body["team"]["id"]) == (ANN, "T0DEMO") and body["trigger_id"]
    assert body["response_url"].startswith("http")
    with pytest.raises(LookupError):
        await slack.message_action("U0X", secret, ts, "discuss")


async def test_the_answer_to_a_message_shortcut_leaves_the_message_alone(slack: SlackStandIn) -> None:
    """replace_original has nothing to replace: the app cannot rewrite what a person wrote."""
    app = AsyncApp(client=client_of(slack))

    @app.shortcut("discuss")
    async def discuss(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="noted", replace_original=True)

    async with connected(slack, app):
        ts = await slack.say(ANN, "mine")
        await slack.message_action(ANN, slack.dm(ANN), ts, "discuss")
        await until(lambda: len(slack.chat(slack.dm(ANN))) == 2)
    mine, note = slack.chat(slack.dm(ANN))
    assert (mine.text, note.text, note.ephemeral_for) == ("mine", "noted", ANN)


async def test_people_edit_and_erase(slack: SlackStandIn) -> None:
    """The app is told what a message was and is, and that it is gone; nobody changes another's message."""
    heard: list[Json] = []
    async with connected(slack, listening(slack, heard)):
        ts = await slack.say(ANN, "aye")
        await slack.edit(ANN, slack.dm(ANN), ts, "yes & no")
        await slack.erase(ANN, slack.dm(ANN), ts)
        with pytest.raises(LookupError):
            await slack.edit(ANN, slack.dm(ANN), ts, "again")
    _, changed, deleted = (body["event"] for body in heard)
    assert (changed["subtype"], changed["hidden"], changed["channel_type"]) == ("message_changed", True, "im")
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("aye", "yes &amp; no")
    assert changed["message"]["edited"]["user"] == ANN and changed["message"]["ts"] == ts
    assert (deleted["subtype"], deleted["deleted_ts"], deleted["previous_message"]["text"]) == (
        "message_deleted",
        ts,
        "yes &amp; no",
    )
    assert slack.chat(slack.dm(ANN)) == []


async def test_a_thread_keeps_a_tombstone(slack: SlackStandIn) -> None:
    """A message with replies is not deleted but replaced by a tombstone, and Slack tells of a change."""
    heard: list[Json] = []
    async with connected(slack, listening(slack, heard)):
        ts = await slack.say(ANN, "question")
        await slack.say(ANN, "more", thread_ts=ts)
        await slack.erase(ANN, slack.dm(ANN), ts)
    event = heard[-1]["event"]
    assert (event["subtype"], event["message"]["subtype"], event["previous_message"]["text"]) == (
        "message_changed",
        "tombstone",
        "question",
    )


async def test_leaving_is_told(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """A closed account is a user_change with deleted; opened again it is another one without."""
    heard: list[Json] = []
    async with connected(slack, listening(slack, heard)):
        slack.deactivate(ANN)
        await until(lambda: heard)
        slack.reactivate(ANN)
        await until(lambda: len(heard) == 2)
    gone, back = (body["event"] for body in heard)
    assert (gone["type"], gone["user"]["id"], gone["user"]["deleted"]) == ("user_change", ANN, True)
    assert "tz" not in gone["user"] and (back["user"]["deleted"], back["user"]["tz"]) == (False, "Europe/Berlin")
    assert (await client.chat_postMessage(channel=ANN, text="welcome back"))["ok"]


async def test_another_workspaces_people_say_so(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """Events name the author's workspace and that the channel is shared; taps come from their workspace."""
    heard: list[Json] = []
    slack.add_stranger(EVE, "T0OTHER", "Eve Stone")
    assert (await client.users_info(user=EVE))["user"]["is_stranger"] is True
    both = slack.add_channel("both", ANN, EVE)
    async with connected(slack, listening(slack, heard)):
        await slack.mention(EVE, both, "hello")
        await slack.mention(ANN, both, "hello")
        posted = await client.chat_postMessage(channel=both, text="Leave", blocks=CARD)
        await slack.tap(EVE, both, posted["ts"], "approve")
    theirs, ours, tap = heard
    assert theirs["is_ext_shared_channel"] is ours["is_ext_shared_channel"] is True
    assert (theirs["team_id"], theirs["authorizations"][0]["team_id"]) == ("T0DEMO", "T0DEMO")
    assert (theirs["event"]["user_team"], theirs["event"]["team"]) == ("T0OTHER", "T0OTHER")
    assert ours["event"]["team"] == "T0DEMO" and "user_team" not in ours["event"]
    assert (tap["team"]["id"], tap["user"]["team_id"]) == ("T0OTHER", "T0OTHER")
    user = (await client.users_info(user=EVE))["user"]
    assert (user["team_id"], user["is_stranger"], user["is_bot"], user["deleted"]) == ("T0OTHER", False, False, False)


async def test_a_strangers_file_is_only_an_id(slack: SlackStandIn) -> None:
    """What somebody of another workspace shares must be asked for with files.info."""
    heard: list[Json] = []
    slack.add_stranger(EVE, "T0OTHER")
    both = slack.add_channel("both", ANN, EVE)
    async with connected(slack, listening(slack, heard)):
        await slack.share(EVE, "a.pdf", b"x", channel=both, text="<@U0BOT>")
    assert heard[0]["event"]["files"][0]["file_access"] == "check_file_info"


MENTIONS = [
    ("invite @Ben Ode now", "invite <@U0BEN|u0ben> now"),
    ("invite @ben, @Ann", "invite <@U0BEN|u0ben>, <@U0ANN|u0ann>"),
    ("invite @U0BEN", "invite <@U0BEN|u0ben>"),
    ("invite <@U0BEN|ben>", "invite <@U0BEN|u0ben>"),
    ("invite <@U0BEN>", "invite <@U0BEN|u0ben>"),
    ("@nobody me@ben.example <@U0X>", "@nobody me@ben.example &lt;@U0X&gt;"),
    ("a < b & c", "a &lt; b &amp; c"),
]


@pytest.mark.parametrize(("typed", "arrives"), MENTIONS)
async def test_a_command_names_people_by_id(slack: SlackStandIn, typed: str, arrives: str) -> None:
    """With should_escape a mention arrives as <@U123|username>, other text escaped."""
    heard: list[Json] = []
    async with connected(slack, listening(slack, heard)):
        assert (await slack.command(ANN, "/soglas", typed)).ok
    assert heard[0]["text"] == arrives


async def test_a_command_without_should_escape_is_as_typed() -> None:
    """An app that did not ask for it gets the @ and the name."""
    heard: list[Json] = []
    async with standing(should_escape=False) as slack, connected(slack, listening(slack, heard)):
        await slack.command(ANN, "/soglas", "invite @Ben & go")
    assert heard[0]["text"] == "invite @Ben & go"


async def test_a_name_two_people_have_is_no_mention(slack: SlackStandIn) -> None:
    """A test that types an ambiguous first name is told so; the whole name does."""
    slack.add_user("U0BEN2", "Ben Hall")
    with pytest.raises(ValueError, match="U0BEN or U0BEN2"):
        await slack.command(ANN, "/soglas", "invite @Ben")
    await slack.command(ANN, "/soglas", "invite @Ben Hall")
    assert slack.unacked[-1]["text"] == "invite <@U0BEN2|u0ben2>"


async def test_a_command_in_a_channel_is_answered_there(slack: SlackStandIn) -> None:
    """The payload names the channel, and the answer is seen by the one who asked."""
    app = AsyncApp(client=client_of(slack))

    @app.command("/soglas")
    async def soglas(ack: Any, command: Json) -> None:
        await ack(command["channel_name"])

    team = slack.add_channel("team", ANN, BEN)
    async with connected(slack, app):
        await slack.command(ANN, "/soglas", channel=team)
    [answer] = slack.chat(team)
    assert (answer.text, answer.ephemeral_for) == ("team", ANN)


async def test_a_message_has_an_address(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """chat.getPermalink knows messages and threads, and refuses what only one person sees."""
    posted = await client.chat_postMessage(channel=ANN, text="t")
    channel, ts = posted["channel"], posted["ts"]
    reply = await client.chat_postMessage(channel=channel, text="r", thread_ts=ts)
    address = f"https://demo.slack.com/archives/{channel}/p"
    link = await client.chat_getPermalink(channel=channel, message_ts=ts)
    assert (link["permalink"], link["channel"]) == (address + ts.replace(".", ""), channel)
    below = (await client.chat_getPermalink(channel=channel, message_ts=reply["ts"]))["permalink"]
    assert below == f"{address}{reply['ts'].replace('.', '')}?thread_ts={ts}&cid={channel}"
    whisper = await client.chat_postEphemeral(channel=channel, user=ANN, text="psst")
    gone = client.chat_getPermalink(channel=channel, message_ts=whisper["message_ts"])
    assert (await refusal(gone))[0] == "message_not_found"


async def test_opening_can_tell_who_is_there(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """conversations.open gives the whole channel when asked, and takes eight people at most."""
    opened = (await client.conversations_open(users=ANN, return_im=True))["channel"]
    assert (opened["id"], opened["is_im"], opened["user"]) == (slack.dm(ANN), True, ANN)
    crowd = [f"U{number}" for number in range(9)]
    for user_id in crowd:
        slack.add_user(user_id, user_id)
    assert (await refusal(client.conversations_open(users=crowd)))[0] == "too_many_users"
