"""Files people share with the bot, and the bot's own: what the event says, who may download, what is gone."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from tests.adapters.playground.slack_app import ANN, BEN, Json, client_of, connected, refusal, standing, until

PDF = b"%PDF-1.7 contract"


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return client_of(slack)


@pytest.fixture
async def heard(slack: SlackStandIn) -> AsyncIterator[list[Json]]:
    """The message events a connected app gets, bodies and all."""
    events: list[Json] = []
    app = AsyncApp(client=client_of(slack))

    @app.event("message")
    async def message(body: Json) -> None:
        events.append(body)

    async with connected(slack, app):
        yield events


async def got(url: str, token: str | None = "xoxb-demo", *, follow: bool = True) -> tuple[int, str, bytes]:
    """What a download brings: status, content type, bytes."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers, allow_redirects=follow) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_a_shared_file_reaches_the_app(slack: SlackStandIn, heard: list[Json]) -> None:
    """The event is a file_share with Slack's file object, and its bytes can be had with the bot's token."""
    ts = await slack.share(ANN, "Contract 1.pdf", PDF, text="please & thanks")
    event = heard[0]["event"]
    assert (event["subtype"], event["ts"], event["text"], event["channel_type"]) == (
        "file_share",
        ts,
        "please &amp; thanks",
        "im",
    )
    [file] = event["files"]
    assert (file["name"], file["title"], file["mimetype"], file["filetype"], file["size"]) == (
        "Contract 1.pdf",
        "Contract 1.pdf",
        "application/pdf",
        "pdf",
        len(PDF),
    )
    assert (file["mode"], file["file_access"], file["user"]) == ("hosted", "visible", ANN)
    assert file["ims"] == [slack.dm(ANN)] and "Contract%201.pdf" in file["permalink"]
    for url in (file["url_private"], file["url_private_download"]):
        assert await got(url) == (200, "application/pdf", PDF)
    [shown] = slack.chat(slack.dm(ANN))[0].files
    assert (shown.id, shown.name, shown.data, shown.mime) == (file["id"], "Contract 1.pdf", PDF, "application/pdf")


async def test_several_files_and_an_empty_one(slack: SlackStandIn, heard: list[Json]) -> None:
    """One message carries several files in order; a file without a byte has size 0 and downloads as nothing."""
    await slack.share(ANN, "empty.txt", b"", more=[("b.png", b"2"), ("c", b"3")])
    files = heard[0]["event"]["files"]
    assert [(file["name"], file["size"], file["filetype"]) for file in files] == [
        ("empty.txt", 0, "text"),
        ("b.png", 1, "png"),
        ("c", 1, "binary"),
    ]
    assert "text" in heard[0]["event"] and heard[0]["event"]["text"] == ""
    assert await got(files[0]["url_private"]) == (200, "text/plain", b"")


async def test_a_large_file_is_only_pretended(slack: SlackStandIn, heard: list[Json]) -> None:
    """180 MB are announced and would be sent, and a client that reads no further than it wants is not punished."""
    await slack.share(ANN, "film.mp4", b"head", mime="video/mp4", size=180_000_000)
    [file] = heard[0]["event"]["files"]
    assert (file["size"], file["mimetype"]) == (180_000_000, "video/mp4")
    headers = {"Authorization": "Bearer xoxb-demo"}
    async with aiohttp.ClientSession() as session, session.get(file["url_private"], headers=headers) as answer:
        assert answer.content_length == 180_000_000
        assert await answer.content.readexactly(6) == b"head\0\0"
    assert slack.calls[-1].method == "download" and slack.calls[-1].ok


@pytest.mark.parametrize("token", [None, "xoxb-wrong", "xapp-demo"])
async def test_without_the_bots_token_it_is_a_login_page(slack: SlackStandIn, heard: list[Json], token: str | None) -> None:
    """Slack redirects to its sign-in page, which is a 200 in HTML: a client that saves it saves the wrong thing."""
    await slack.share(ANN, "a.pdf", PDF)
    url = heard[0]["event"]["files"][0]["url_private_download"]
    status, kind, body = await got(url, token)
    assert (status, kind) == (200, "text/html") and b"Sign in" in body and PDF not in body
    assert (await got(url, token, follow=False))[0] == 302
    assert (slack.calls[-1].method, slack.calls[-1].error) == ("download", "not_authed")


async def test_files_info_tells_the_whole_file(slack: SlackStandIn, client: AsyncWebClient, heard: list[Json]) -> None:
    """files.info gives what the event gave, and refuses a file that never was."""
    await slack.share(ANN, "a.pdf", PDF)
    [file] = heard[0]["event"]["files"]
    assert (await client.files_info(file=file["id"]))["file"] == file
    assert (await refusal(client.files_info(file="F0X")))[0] == "file_not_found"


async def test_a_deleted_file_is_gone(slack: SlackStandIn, client: AsyncWebClient, heard: list[Json]) -> None:
    """After its owner deleted it, files.info says file_deleted, the address is a 404, the message keeps a tombstone."""
    ts = await slack.share(ANN, "a.pdf", PDF)
    [file] = heard[0]["event"]["files"]
    slack.delete_file(file["id"])
    assert (await refusal(client.files_info(file=file["id"])))[0] == "file_deleted"
    assert (await got(file["url_private"]))[:2] == (404, "text/html")
    await slack.edit(ANN, slack.dm(ANN), ts, "never mind")
    assert heard[1]["event"]["message"]["files"] == [{"id": file["id"], "mode": "tombstone"}]
    assert slack.chat(slack.dm(ANN))[0].files == ()


async def test_another_workspaces_file_is_only_an_id(slack: SlackStandIn, client: AsyncWebClient, heard: list[Json]) -> None:
    """A Slack Connect file comes as check_file_info without name, size or address; files.info has them."""
    await slack.share(ANN, "a.pdf", PDF, connected=True)
    [file] = heard[0]["event"]["files"]
    assert file == {
        "id": file["id"],
        "mode": "file_access",
        "file_access": "check_file_info",
        "created": 0,
        "timestamp": 0,
        "user": "",
    }
    whole = (await client.files_info(file=file["id"]))["file"]
    assert (whole["name"], await got(whole["url_private"])) == ("a.pdf", (200, "application/pdf", PDF))


async def test_files_of_a_channel_without_the_bot_are_not_its(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """A file that stands only where the bot is no member is not found."""
    secret = slack.add_channel("secret", ANN, BEN, bot=False)
    await slack.share(ANN, "a.pdf", PDF, channel=secret)
    [file] = slack.chat(secret)[0].files
    assert (await refusal(client.files_info(file=file.id)))[0] == "file_not_found"


async def test_a_file_is_shared_in_a_thread(slack: SlackStandIn, client: AsyncWebClient, heard: list[Json]) -> None:
    """A person's file and the bot's own both hang in the thread they were given to."""
    posted = await client.chat_postMessage(channel=ANN, text="Contract?")
    await slack.share(ANN, "a.pdf", PDF, thread_ts=posted["ts"])
    event = heard[-1]["event"]
    assert (event["thread_ts"], event["parent_user_id"]) == (posted["ts"], "U0BOT")
    sent = await client.files_upload_v2(
        channel=slack.dm(ANN), thread_ts=posted["ts"], filename="b.csv", content=b"1,2\n", initial_comment="Here"
    )
    _, theirs, ours = slack.chat(slack.dm(ANN))
    assert theirs.thread_ts == ours.thread_ts == posted["ts"]
    assert [(file.name, file.data, file.mime) for file in ours.files] == [("b.csv", b"1,2\n", "text/csv")]
    assert await got(sent["files"][0]["url_private"]) == (200, "text/csv", b"1,2\n")


async def test_an_upload_goes_only_where_the_bot_is(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """A channel without the bot refuses its file, and a user's id is no channel for one."""
    secret = slack.add_channel("secret", ANN, bot=False)
    for channel, code in ((secret, "not_in_channel"), (ANN, "channel_not_found")):
        call = client.files_upload_v2(channel=channel, filename="b.csv", content=b"1,2\n")
        assert (await refusal(call))[0] == code
    assert slack.chat(secret) == []


async def test_the_bot_hears_of_its_own_file(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """The echo of an upload is a file_share with the file on it."""
    events: list[Json] = []
    app = AsyncApp(client=client_of(slack), ignoring_self_events_enabled=False)

    @app.event("message")
    async def message(event: Json) -> None:
        events.append(event)

    async with connected(slack, app):
        await client.files_upload_v2(channel=slack.dm(ANN), filename="b.csv", content=b"1\n")
        await until(lambda: events)
    assert (events[0]["subtype"], events[0]["bot_id"], events[0]["files"][0]["name"]) == ("file_share", "B0BOT", "b.csv")


async def test_a_download_fails_when_told_to(slack: SlackStandIn, heard: list[Json]) -> None:
    """fail_next and lose_answer_next know downloads, too."""
    await slack.share(ANN, "a.pdf", PDF)
    url = heard[0]["event"]["files"][0]["url_private"]
    slack.fail_next("download", "ratelimited", status=429, retry_after=3)
    assert (await got(url))[0] == 429
    for _ in range(2):  # aiohttp asks a second time by itself
        slack.lose_answer_next("download")
    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await got(url)
    assert (await got(url))[2] == PDF


async def test_a_form_asks_for_files(slack: SlackStandIn) -> None:
    """What a person attaches arrives in the state as file objects, and can be downloaded."""
    values: list[Any] = []
    app = AsyncApp(client=client_of(slack))
    element = {"type": "file_input", "action_id": "entry", "filetypes": ["pdf"], "max_files": 2}
    block = {"type": "input", "block_id": "papers", "label": {"type": "plain_text", "text": "Papers"}, "element": element}
    view = {"type": "modal", "callback_id": "form", "title": block["label"], "submit": block["label"], "blocks": [block]}

    @app.shortcut("start")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def submitted(ack: Any, view: Json) -> None:
        await ack()
        values.append(view["state"]["values"]["papers"]["entry"])

    async with connected(slack, app):
        await slack.shortcut(ANN, "start")
        await until(lambda: slack.views(ANN))
        form = slack.views(ANN)[0].id
        assert set((await slack.submit(ANN, form, {})).errors) == {"papers"}
        for wrong in ([("a.exe", b"x")], [("a.pdf", b"x")] * 3):
            with pytest.raises(ValueError, match="entry takes"):
                await slack.submit(ANN, form, {"papers": {"entry": wrong}})
        assert (await slack.submit(ANN, form, {"papers": {"entry": [("a.pdf", PDF), ("b.pdf", b"", 9_000_000)]}})).ok
    [state] = values
    assert state["type"] == "file_input"
    assert [(file["name"], file["size"]) for file in state["files"]] == [("a.pdf", len(PDF)), ("b.pdf", 9_000_000)]
    assert (await got(state["files"][0]["url_private"]))[2] == PDF
