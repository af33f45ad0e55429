"""Files on Telegram's side: read off messages, fetched, sent as what they are, sent again by their name there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.telegram.attached import given, kind_not_read
from adapters.telegram.sender import TelegramMessenger, _downloaded, called
from bot.core.request.model import RequestId
from bot.files import not_read
from bot.ports import Account, Copy, Gone, NotAccepted
from bot.speech import Reader, say
from tests.adapters.playground.telegram_play import ANN, Play, playing, png

MEGABYTE = 1024 * 1024
ACCOUNT = Account("telegram", "", str(ANN), "ann", str(ANN))


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as found:
        yield found


@pytest.fixture
def telegram(play: Play) -> TelegramMessenger:
    return TelegramMessenger(play.bot)


async def card(play: Play) -> Copy:
    sent = await play.send()
    return Copy(RequestId("A-1"), "ann", "telegram", str(ANN), str(sent.message_id), "")


async def test_the_whole_photo_is_taken(play: Play, telegram: TelegramMessenger) -> None:
    """Of the sizes the largest, with all its bytes."""
    picture = png(2000, 1000, filling=5000)
    play.telegram.send_file(ANN, "photo", "x.jpg", picture)
    (file,) = given(await play.heard())
    assert (file.name, file.mime, file.size, file.messenger, file.link) == (
        "photo.jpg", "image/jpeg", len(picture), "telegram", "",
    )  # fmt: skip
    assert await telegram.fetch(file.place, telegram.fetch_limit) == picture


@pytest.mark.parametrize(
    ("kind", "name", "mime"),
    [
        ("video", "a.mp4", "video/mp4"), ("document", "смета.pdf", "application/pdf"),
        ("animation", "a.mp4", "video/mp4"), ("audio", "a.mp3", "audio/mpeg"),
    ],
)  # fmt: skip
async def test_every_kind_of_file_is_taken_once(play: Play, kind: str, name: str, mime: str) -> None:
    """With its name and type; an animation comes twice in one message and is one file."""
    play.telegram.send_file(ANN, kind, name, b"data")  # type: ignore[arg-type]
    message = await play.heard()
    (file,) = given(message)
    assert (file.name, file.mime, file.size) == (name, mime, 4)
    assert kind_not_read(message) == ""


async def test_what_cannot_be_taken_is_named(play: Play) -> None:
    """Nothing is taken from it, and there are words for it in both languages."""
    play.telegram.send_voice(ANN)
    play.telegram.send_sticker(ANN)
    play.telegram.send_file(ANN, "video_note", "", b"x")
    play.telegram.send_poll(ANN, "When?")
    play.telegram.send_contact(ANN, "+70000000000", "Ben")
    play.telegram.send_location(ANN, 55.75, 37.62)
    play.telegram.send_text(ANN, "words")
    messages = [update.message for update in await play.updates() if update.message]
    kinds = [kind_not_read(message) for message in messages]
    assert kinds == ["voice", "sticker", "video_note", "poll", "contact", "location", ""]
    assert [given(message) for message in messages] == [()] * 7
    said = {say(not_read(kind), Reader((language,), "UTC")) for kind in kinds[:-1] for language in ("en", "ru")}
    assert len(said) == 12


async def test_too_large_to_fetch(play: Play, telegram: TelegramMessenger) -> None:
    """Refused for good; exactly twenty megabytes are still fetched."""
    play.telegram.send_file(ANN, "video", "film.mp4", b"", size=20 * MEGABYTE + 1)
    (file,) = given(await play.heard())
    with pytest.raises(NotAccepted):
        await telegram.fetch(file.place, telegram.fetch_limit)
    play.telegram.send_file(ANN, "video", "film.mp4", b"", size=20 * MEGABYTE)
    (file,) = given(await play.heard())
    assert len(await telegram.fetch(file.place, telegram.fetch_limit)) == 20 * MEGABYTE
    with pytest.raises(NotAccepted):
        await telegram.fetch(file.place, 20 * MEGABYTE - 1)


async def test_what_telegram_does_not_know_is_gone(play: Play, telegram: TelegramMessenger) -> None:
    """At once, or between the question where it is and the download."""
    with pytest.raises(Gone):
        await telegram.fetch("BQACnothing", 100)
    play.telegram.send_file(ANN, "document", "a.pdf", b"%PDF")
    (file,) = given(await play.heard())
    found = await play.bot.get_file(file.place)
    play.telegram._world.paths.clear()
    with pytest.raises(Gone):
        await called(_downloaded(found))


@pytest.mark.parametrize(
    ("name", "mime", "body", "kind"),
    [
        ("a.png", "image/png", png(), "photo"),
        ("long.png", "image/png", png(10_000, 10), "document"),
        ("broken.jpg", "image/jpeg", b"no picture", "document"),
        ("big.png", "image/png", png(filling=10 * MEGABYTE), "document"),
        ("film.mp4", "video/mp4", b"film", "video"),
        ("смета.xlsx", "application/vnd.ms-excel", b"xlsx", "document"),
    ],
)
async def test_a_file_is_sent_as_what_it_is(
    play: Play, telegram: TelegramMessenger, name: str, mime: str, body: bytes, kind: str
) -> None:
    """As a reply to the card, with the same bytes; a picture Telegram does not show is still a document."""
    about = await card(play)
    posted = await telegram.send_file(ACCOUNT, about, name, mime, body)
    shown = play.telegram.chat(ANN)[-1]
    assert (str(shown.message_id), str(shown.reply_to)) == (posted.message, about.message)
    assert shown.document is not None
    assert (shown.document.kind, shown.document.data) == (kind, body)
    assert kind == "photo" or shown.document.name == name


@pytest.mark.parametrize(("kind", "name"), [("photo", "a.jpg"), ("document", "a.png"), ("video", "a.mp4"), ("document", "a.pdf")])
async def test_a_file_is_sent_again_by_its_name(play: Play, telegram: TelegramMessenger, kind: str, name: str) -> None:
    """As what it was: a picture that came as a document does so again, also 180 MB of it."""
    play.telegram.send_file(ANN, kind, name, png(), size=180 * MEGABYTE)  # type: ignore[arg-type]
    (file,) = given(await play.heard())
    posted = await telegram.resend_file(ACCOUNT, await card(play), file.place, file.name, file.mime)
    assert posted is not None
    shown = play.telegram.chat(ANN)[-1].document
    assert shown is not None
    assert (shown.kind, shown.file_id) == (kind, file.place)


async def test_a_name_of_another_bot_is_refused(telegram: TelegramMessenger) -> None:
    """Then the bytes are given instead: see the outbox."""
    with pytest.raises(NotAccepted):
        await telegram.resend_file(ACCOUNT, None, "BQACnothing", "a.pdf", "application/pdf")
