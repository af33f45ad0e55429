"""The files a bot sends: by upload or by file_id, one or several, and what is refused."""

import io
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from telegram import InputMediaAnimation, InputMediaDocument, InputMediaPhoto, InputMediaVideo, Message, ReplyParameters
from telegram.error import BadRequest, RetryAfter

from adapters.playground.telegram import media
from tests.adapters.playground.telegram_play import ANN, Play, keyboard, playing, png

Act = Callable[[Play], Coroutine[Any, Any, object]]


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as play:
        yield play


async def test_an_uploaded_photo_is_seen_with_its_caption_and_buttons(play: Play) -> None:
    """A person sees the picture, the words below it and the buttons, in the answer they asked for."""
    asked = play.telegram.send_text(ANN, "Show me")
    sent = await play.bot.send_photo(
        ANN,
        png(),
        caption="<b>Layout</b>",
        parse_mode="HTML",
        reply_markup=keyboard("yes"),
        reply_parameters=ReplyParameters(asked),
        disable_notification=True,
    )
    _, seen = play.telegram.chat(ANN)
    assert seen.document is not None
    assert (seen.document.kind, seen.document.data, seen.text, seen.html) == ("photo", png(), "Layout", "<b>Layout</b>")
    assert (seen.reply_to, seen.silent, seen.buttons[0][0].data) == (asked, True, "yes")
    assert [size.width for size in sent.photo] == [90, 320, 800, 1000]
    assert sent.caption_html == "<b>Layout</b>"


async def test_a_video_is_sent(play: Play) -> None:
    """A video keeps its name and its bytes."""
    sent = await play.bot.send_video(ANN, b"film", filename="film.mp4", caption="Cut 3", supports_streaming=True)
    (seen,) = play.telegram.chat(ANN)
    assert seen.document is not None
    assert (seen.document.kind, seen.document.name, seen.document.data, seen.text) == ("video", "film.mp4", b"film", "Cut 3")
    assert sent.video is not None
    assert sent.video.mime_type == "video/mp4"


async def test_what_people_sent_is_sent_on_by_its_id(play: Play) -> None:
    """A file_id stands for the file, a photo's smallest size for the whole photo, however large it is."""
    play.telegram.add_user(8, "Ben")
    play.telegram.send_file(ANN, "photo", "a.jpg", png())
    photo = (await play.heard()).photo
    play.telegram.send_file(ANN, "video", "film.mp4", b"", size=180 * 1024 * 1024)
    video = (await play.heard()).video
    assert video is not None
    again = await play.bot.send_photo(8, photo[0].file_id)
    assert again.photo == photo
    assert (await play.bot.send_video(8, video.file_id)).video == video
    as_document = await play.bot.send_document(8, video.file_id)
    assert (as_document.video, as_document.document) == (video, None)
    assert [each.document.data for each in play.telegram.chat(8) if each.document] == [png(), b"", b""]


async def test_an_album_is_sent(play: Play) -> None:
    """Uploads and file_ids go together, in order, under one number, with a caption each."""
    first = await play.bot.send_photo(ANN, png(50, 50))
    sent = await play.bot.send_media_group(
        ANN,
        [
            InputMediaPhoto(png(), caption="<i>one</i>", parse_mode="HTML"),
            InputMediaPhoto(first.photo[-1].file_id),
            InputMediaVideo(b"film", filename="film.mp4", caption="three"),
        ],
    )
    seen = play.telegram.chat(ANN)[1:]
    assert [each.document.kind for each in seen if each.document] == ["photo", "photo", "video"]
    assert [each.document.data for each in seen if each.document] == [png(), png(50, 50), b"film"]
    assert [(each.text, each.html) for each in seen] == [("one", "<i>one</i>"), ("", ""), ("three", "three")]
    assert {each.media_group_id for each in sent} == {seen[0].media_group}
    assert seen[0].media_group is not None
    assert [each.message_id for each in sent] == [each.message_id for each in seen]


async def test_an_album_counts_as_many_messages() -> None:
    """Three documents are three messages to the flood limit, and one too many lets none through."""
    async with playing(per_chat=4) as play:
        album = [InputMediaDocument(b"x", filename=f"{number}.txt") for number in range(3)]
        await play.bot.send_media_group(ANN, album)
        with pytest.raises(RetryAfter):
            await play.bot.send_media_group(ANN, album)
        assert len(play.telegram.chat(ANN)) == 3


def album(*items: Any) -> Act:
    return lambda play: play.bot.send_media_group(ANN, items)


def photo(data: Any, **more: Any) -> Act:
    return lambda play: play.bot.send_photo(ANN, data, **more)


def document() -> InputMediaDocument:
    return InputMediaDocument(b"x", filename="x.txt")


UNREADABLE = "can't parse InputMedia: "
TOO_BIG = "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"
CASES: dict[str, tuple[Act, str]] = {
    "empty photo": (photo(io.BytesIO()), "file must be non-empty"),
    "no photo": (photo(""), "there is no photo in the request"),
    "a photo over 10 MB": (photo(png(filling=10 * 1024 * 1024 + 1 - len(png()))), TOO_BIG),
    "no picture": (photo(b"%PDF"), "IMAGE_PROCESS_FAILED"),
    "a strip": (photo(png(2100, 100)), "PHOTO_INVALID_DIMENSIONS"),
    "a wall": (photo(png(5001, 5000)), "PHOTO_INVALID_DIMENSIONS"),
    "long caption": (photo(png(), caption="x" * 1025), "message caption is too long"),
    "bad caption": (
        photo(png(), caption="<b>x", parse_mode="HTML"),
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    "bad button": (photo(png(), reply_markup=keyboard("x" * 65)), "BUTTON_DATA_INVALID"),
    "missing original": (photo(png(), reply_parameters=ReplyParameters(99)), "message to be replied not found"),
    "unknown id": (
        photo("AgACAgIAAxkBAAI"),
        "wrong remote file identifier specified: can't unserialize it. Wrong string length",
    ),
    "an address": (photo("https://example.org/x.jpg"), "failed to get HTTP URL content"),
    "unknown argument": (photo(png(), api_kwargs={"colour": "red"}), 'unknown argument "colour" of sendPhoto'),
    "own thumbnail": (
        lambda play: play.bot.send_video(ANN, b"x", thumbnail=b"y"),
        'unknown argument "thumbnail" of sendVideo',
    ),
    "empty video": (lambda play: play.bot.send_video(ANN, io.BytesIO()), "file must be non-empty"),
    "eleven": (album(*[document() for _ in range(11)]), "too many messages to send as an album"),
    "mixed": (album(InputMediaPhoto(png()), document()), "document can't be mixed with other media types"),
    "animation": (
        album(InputMediaAnimation(b"x"), document()),
        UNREADABLE + 'type "animation" can\'t be used in sendMediaGroup',
    ),
    "bad caption in an album": (
        album(document(), InputMediaDocument(b"x", caption="a < b", parse_mode="HTML")),
        UNREADABLE + 'Can\'t parse entities: Unsupported start tag "" at byte offset 2',
    ),
    "long caption in an album": (album(InputMediaDocument(b"x", caption="x" * 1025)), "message caption is too long"),
    "no picture in an album": (
        album(InputMediaPhoto(png()), InputMediaPhoto(b"x")),
        'failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"',
    ),
    "no media": (album(InputMediaDocument("")), UNREADABLE + "media not found"),
}


@pytest.mark.parametrize(("act", "words"), CASES.values(), ids=CASES.keys())
async def test_a_file_that_is_refused(play: Play, act: Act, words: str) -> None:
    """A file Telegram would not take is not taken, in its words, and nothing of an album is seen."""
    with pytest.raises(BadRequest):
        await act(play)
    assert play.error() == f"Bad Request: {words}"
    assert play.telegram.chat(ANN) == []


@pytest.mark.parametrize(
    "act",
    [
        photo(png(filling=10 * 1024 * 1024 - len(png()))),
        photo(png(2000, 100)),
        photo(png(5000, 5000), caption="x" * 1024),
        album(*[document() for _ in range(10)]),
    ],
    ids=["bytes", "strip", "wall", "ten"],
)
async def test_the_largest_file_that_fits(play: Play, act: Act) -> None:
    """Exactly at the limit nothing is refused."""
    await act(play)
    assert play.error() is None


async def test_a_photo_and_a_document_are_not_the_same(play: Play) -> None:
    """A photo's id cannot be sent as a document, nor the other way round."""
    picture = await play.bot.send_photo(ANN, png())
    paper = await play.bot.send_document(ANN, b"x")
    assert paper.document is not None
    with pytest.raises(BadRequest):
        await play.bot.send_document(ANN, picture.photo[-1].file_id)
    assert play.error() == "Bad Request: can't use file of type Photo as Document"
    with pytest.raises(BadRequest):
        await play.bot.send_photo(ANN, paper.document.file_id)
    assert play.error() == "Bad Request: can't use file of type Document as Photo"


async def test_a_picture_sent_as_a_document_stays_one(play: Play) -> None:
    """A document keeps its name and its form, whatever is in it."""
    assert media.LARGEST_PHOTO_BYTES < media.LARGEST_UPLOAD_BYTES
    sent = await play.bot.send_document(ANN, png(9000, 100), filename="wide.png")
    assert isinstance(sent, Message)
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type, sent.photo) == ("wide.png", "image/png", ())


async def test_a_file_id_does_not_fit_a_button(play: Play) -> None:
    """Ids are as long as real ones, so that nobody puts one where 64 bytes are allowed."""
    sent = await play.bot.send_document(ANN, b"x")
    assert sent.document is not None
    with pytest.raises(BadRequest):
        await play.send(data=sent.document.file_id)
    assert play.error() == "Bad Request: BUTTON_DATA_INVALID"
