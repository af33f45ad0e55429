"""Files on Slack's side: read off events, fetched with the token and nowhere else, sent into the card's thread; and the
whole way between the two messengers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from adapters.slack.attached import Attached
from adapters.slack.attached import given as given_in_slack
from adapters.slack.sender import SlackMessenger, make_client
from adapters.telegram.attached import given as given_in_telegram
from adapters.telegram.sender import TelegramMessenger
from bot.core.request.commands import Do
from bot.core.request.model import Draft, RequestId
from bot.core.request.table import Action
from bot.files import GivenFile, taken
from bot.outbox import Outbox
from bot.ports import Account, Copy, Gone, NotAccepted, TryLater, Unclear
from bot.service import Done
from tests.adapters.playground.slack_app import ANN, BEN, standing
from tests.adapters.playground.telegram_play import ANN as SVETA
from tests.adapters.playground.telegram_play import playing, png
from tests.office import BRAND, Office, office

PDF = b"%PDF-1.7 contract"
LIMIT = 100
Json = dict[str, Any]  # Any: Slack's own JSON


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return make_client("xoxb-demo", slack.api_url)


@pytest.fixture
def messenger(client: AsyncWebClient) -> SlackMessenger:
    return SlackMessenger(client)


def shared(slack: SlackStandIn, name: str = "a.pdf", body: bytes = PDF, **more: Any) -> Json:
    """A file somebody has given, as an event has it."""
    return slack.files.on_message(slack.files.keep(ANN, name, body, **more))


async def card(slack: SlackStandIn, client: AsyncWebClient, user: str = ANN) -> Copy:
    posted = await client.chat_postMessage(channel=user, text="Card")
    return Copy(RequestId("A-1"), "ann", "slack", posted["channel"], posted["ts"], "")


async def test_a_shared_file_is_taken(slack: SlackStandIn, client: AsyncWebClient, messenger: SlackMessenger) -> None:
    """With its name, type, size and link, and its bytes can be fetched."""
    event = {"subtype": "file_share", "files": [shared(slack)]}
    (file,) = (await given_in_slack(client, event)).files
    assert (file.name, file.mime, file.size, file.messenger) == ("a.pdf", "application/pdf", len(PDF), "slack")
    assert file.link.startswith("https://")
    assert await messenger.fetch(file.place, LIMIT) == PDF


async def test_another_workspaces_file_is_asked_for(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """The event has only its id; deleted meanwhile, it is nothing."""
    bare = shared(slack, connected=True)
    assert "name" not in bare
    assert [file.name for file in (await given_in_slack(client, bare)).files] == ["a.pdf"]
    slack.delete_file(bare["id"])
    assert await given_in_slack(client, {"files": [bare]}) == Attached()


async def test_what_lies_elsewhere_is_a_link_and_what_is_gone_is_nothing(client: AsyncWebClient) -> None:
    """A file of another service, a canvas, a tombstone."""
    outside = {"id": "F1", "mode": "external", "is_external": True, "url_private": "https://docs.example.com/d/1"}
    canvas = {"id": "F2", "mode": "quip", "permalink": "https://work.slack.com/docs/F2"}
    objects = [outside, canvas, {"id": "F3", "mode": "tombstone"}, {"id": "F4", "mode": "hidden_by_limit"}]
    found = await given_in_slack(client, {"files": objects})
    assert found == Attached((), ("https://docs.example.com/d/1", "https://work.slack.com/docs/F2"))
    assert await given_in_slack(client, {"text": "only words"}) == Attached()


async def test_the_token_goes_to_slack_alone(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """Another host, a name that looks like Slack's, an address without encryption: not even asked."""
    for place in (
        "https://example.com/a",
        "https://evilslack.com/a",
        "http://files.slack.com/a",
        "https://slack.com.example.com/",
    ):
        with pytest.raises(NotAccepted, match="not a file"):
            await messenger.fetch(place, LIMIT)
    assert slack.calls == []


async def test_a_sign_in_page_is_not_the_file(slack: SlackStandIn) -> None:
    """What a token without the right to read files gets; it is not followed either."""
    file = shared(slack)
    stranger = SlackMessenger(make_client("xoxb-wrong", slack.api_url))
    for url in (file["url_private"], f"http://127.0.0.1:{slack._server.port}/login"):
        with pytest.raises(NotAccepted, match="not the file"):
            await stranger.fetch(url, 100_000)


async def test_a_redirect_is_not_followed() -> None:
    """Wherever it leads, it is not where the token was meant for."""

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("/other")

    async def other(_: web.Request) -> web.Response:
        return web.Response(body=b"bytes")

    app = web.Application()
    app.add_routes([web.get("/files/a", elsewhere), web.get("/other", other)])
    async with TestServer(app) as server:
        messenger = SlackMessenger(make_client("xoxb-demo", str(server.make_url("/api/"))))
        assert await messenger.fetch(str(server.make_url("/other")), LIMIT) == b"bytes"
        with pytest.raises(NotAccepted):
            await messenger.fetch(str(server.make_url("/files/a")), LIMIT)


async def test_a_page_of_html_that_was_given_is_a_file(
    slack: SlackStandIn, client: AsyncWebClient, messenger: SlackMessenger
) -> None:
    """Landing pages are approved as well."""
    (file,) = (await given_in_slack(client, shared(slack, "page.html", b"<html>"))).files
    assert await messenger.fetch(file.place, LIMIT) == b"<html>"


@pytest.mark.parametrize(("body", "size"), [(b"x" * (LIMIT + 1), None), (b"", 180_000_000), (b"", None)])
async def test_too_much_and_nothing_are_refused(
    slack: SlackStandIn, messenger: SlackMessenger, body: bytes, size: int | None
) -> None:
    """No more is read than may be; exactly the limit is fine."""
    file = shared(slack, "a.bin", body, size=size)
    with pytest.raises(NotAccepted):
        await messenger.fetch(file["url_private_download"], LIMIT)
    whole = shared(slack, "a.bin", b"x" * LIMIT)
    assert await messenger.fetch(whole["url_private_download"], LIMIT) == b"x" * LIMIT


async def test_what_goes_wrong_is_told_as_what_it_is(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """Deleted, too often, broken, lost."""
    file = shared(slack)
    slack.fail_next("download", "ratelimited", status=429, retry_after=7)
    with pytest.raises(TryLater) as later:
        await messenger.fetch(file["url_private"], LIMIT)
    assert later.value.after == 7
    slack.fail_next("download", "fatal_error", status=503)
    with pytest.raises(TryLater):
        await messenger.fetch(file["url_private"], LIMIT)
    for _ in range(2):  # the client asks a second time by itself
        slack.lose_answer_next("download")
    with pytest.raises(Unclear):
        await messenger.fetch(file["url_private"], LIMIT)
    slack.delete_file(file["id"])
    with pytest.raises(Gone):
        await messenger.fetch(file["url_private"], LIMIT)


async def test_a_file_goes_into_the_cards_thread(slack: SlackStandIn, client: AsyncWebClient, messenger: SlackMessenger) -> None:
    """Bytes and name as they are; without a card, into the direct message."""
    about = await card(slack, client)
    await messenger.send_file(Account("slack", "", ANN, "ann"), about, "смета.pdf", "application/pdf", PDF)
    await messenger.send_file(Account("slack", "", BEN, "ben"), None, "b.pdf", "application/pdf", b"2")
    shown = slack.chat(slack.dm(ANN))[-1]
    assert (shown.thread_ts, shown.files[0].name, shown.files[0].data) == (about.message, "смета.pdf", PDF)
    alone = slack.chat(slack.dm(BEN))[-1]
    assert (alone.thread_ts, alone.files[0].data) == (None, b"2")


async def test_talk_is_a_thread_that_is_seen(slack: SlackStandIn, client: AsyncWebClient, messenger: SlackMessenger) -> None:
    """Under the card and in the chat as well; what is no talk stays out of the thread."""
    about, account = await card(slack, client), Account("slack", "", ANN, "ann")
    for thread in (True, False):
        await messenger.tell(account, "A word", about, thread=thread)
    await messenger.tell(account, "No card", None, thread=True)
    talk, plain, alone = [call.params for call in slack.calls if call.method == "chat.postMessage"][1:]
    assert (talk["thread_ts"], talk["reply_broadcast"], talk["channel"]) == (about.message, True, about.chat)
    assert not {"thread_ts", "reply_broadcast"} & ({*plain} | {*alone})


# the whole way


def wired(at_work: Office, **messengers: Any) -> None:
    at_work.outbox = Outbox(at_work.store, at_work.clock, messengers)


async def lives_in(at_work: Office, person: str, account: Account) -> None:
    """Somebody has this account and no other."""
    for old in await at_work.store.read(lambda tx: tx.accounts(person)):
        blocked = replace(old, blocked=True)
        await at_work.store.run(lambda tx, blocked=blocked: tx.save_account(blocked))  # type: ignore[misc]
    await at_work.store.run(lambda tx: tx.save_account(account))


async def opens(at_work: Office, file: GivenFile) -> RequestId:
    given = await at_work.store.run(lambda tx: taken(tx, file, BRAND, "sveta", at_work.clock.now()))
    opened = await at_work.service.open(
        BRAND, "sveta", Draft("creator_selection", "RU", "List", "Text", files=(given,)), through="test"
    )
    assert isinstance(opened, Done), opened
    return opened.request.id


async def test_a_photo_from_telegram_is_a_real_file_in_slack_and_back(slack: SlackStandIn, tmp_path: Path) -> None:
    """The same bytes on both ways, each beside the card it belongs to."""
    picture = png(filling=2000)
    async with playing() as play, office(tmp_path) as at_work:
        telegram = TelegramMessenger(play.bot)
        wired(at_work, telegram=telegram, slack=SlackMessenger(make_client("xoxb-demo", slack.api_url)))
        await lives_in(at_work, "sveta", Account("telegram", "", str(SVETA), "sveta", str(SVETA)))
        await lives_in(at_work, "pavel", Account("slack", "", ANN, "pavel"))
        play.telegram.send_file(SVETA, "photo", "x.jpg", picture)
        request = await opens(at_work, *given_in_telegram(await play.heard()))
        await at_work.settles()
        posted, file = slack.chat(slack.dm(ANN))
        assert (file.thread_ts, file.files[0].name, file.files[0].data) == (posted.ts, "photo.jpg", picture)
        assert not any(message.document for message in play.telegram.chat(SVETA) if message.from_bot)

        brought = await given_in_slack(make_client("xoxb-demo", slack.api_url), shared(slack))
        back = await at_work.store.run(lambda tx: taken(tx, brought.files[0], BRAND, "pavel", at_work.clock.now()))
        await at_work.service.do(request, Do(Action.SAY, "pavel", text="And this?", files=(back,)))
        await at_work.settles()
        said, document = play.telegram.chat(SVETA)[-2:]
        assert "And this?" in said.text
        assert document.document is not None
        assert (document.document.name, document.document.data) == ("a.pdf", PDF)
        assert document.reply_to == said.reply_to


async def test_a_film_of_180_megabytes_is_a_word_with_its_size(slack: SlackStandIn, tmp_path: Path) -> None:
    """From Telegram there is no link to it: whom to ask is said in the card's thread."""
    async with playing() as play, office(tmp_path) as at_work:
        wired(at_work, telegram=TelegramMessenger(play.bot), slack=SlackMessenger(make_client("xoxb-demo", slack.api_url)))
        await lives_in(at_work, "sveta", Account("telegram", "", str(SVETA), "sveta", str(SVETA)))
        await lives_in(at_work, "pavel", Account("slack", "", ANN, "pavel"))
        play.telegram.send_file(SVETA, "video", "film.mp4", b"", size=180 * 1024 * 1024)
        await opens(at_work, *given_in_telegram(await play.heard()))
        await at_work.settles()
        posted, told = slack.chat(slack.dm(ANN))
        assert told.thread_ts == posted.ts
        assert "film.mp4 (180" in told.text
        assert "Светлана Ким" in told.text
