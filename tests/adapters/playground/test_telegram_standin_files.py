"""What people send to a bot besides text, as the client library reads it."""

from collections.abc import AsyncIterator

import pytest
from telegram import MessageOriginUser
from telegram.error import BadRequest

from adapters.playground.telegram import Contact, Location
from tests.adapters.playground.telegram_play import ANN, Play, keyboard, playing, png

MEGABYTE = 1024 * 1024


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as play:
        yield play


async def test_a_photo_comes_in_several_sizes(play: Play) -> None:
    """The last size is the whole picture and the only one with all of its bytes; none has a name."""
    picture = png(2000, 1000, filling=5000)
    play.telegram.send_file(ANN, "photo", "x.jpg", picture, caption="Look at this")
    message = await play.heard()
    assert [(size.width, size.height) for size in message.photo] == [(90, 45), (320, 160), (800, 400), (1280, 640)]
    assert len({size.file_id for size in message.photo}) == len({size.file_unique_id for size in message.photo}) == 4
    assert (message.caption, message.text, message.document) == ("Look at this", None, None)
    for size in message.photo:
        data = bytes(await (await size.get_file()).download_as_bytearray())
        assert len(data) == size.file_size
        assert (data == picture) is (size is message.photo[-1])


async def test_a_small_photo_is_not_made_larger(play: Play) -> None:
    """A picture of 100 pixels has one smaller size and itself."""
    play.telegram.send_file(ANN, "photo", "x.jpg", png(100, 100))
    assert [size.width for size in (await play.heard()).photo] == [90, 100]


async def test_a_document_comes_with_its_name_and_type(play: Play) -> None:
    """The type follows the name unless it is stated, and the bytes come back as they were."""
    play.telegram.send_file(ANN, "document", "смета.pdf", b"%PDF", caption="v2")
    first = await play.heard()
    assert first.document is not None
    assert (first.document.file_name, first.document.mime_type, first.document.file_size) == ("смета.pdf", "application/pdf", 4)
    file = await first.document.get_file()
    assert file.file_path is not None
    assert file.file_path.endswith("/documents/file_0.pdf")
    assert (await first.document.get_file()).file_path == file.file_path
    assert bytes(await file.download_as_bytearray()) == b"%PDF"
    play.telegram.send_file(ANN, "document", "x", b"?", mime="text/x-odd")
    second = await play.heard()
    assert second.document is not None
    assert second.document.mime_type == "text/x-odd"


async def test_every_kind_arrives_as_itself(play: Play) -> None:
    """Video, animation, voice, music, a round video and a sticker have each their own place in the message."""
    for kind, name in (("video", "a.mp4"), ("animation", "a.gif"), ("audio", "a.mp3"), ("video_note", "")):
        play.telegram.send_file(ANN, kind, name, b"data")  # type: ignore[arg-type]
    play.telegram.send_voice(ANN, b"OggS", duration=7)
    play.telegram.send_sticker(ANN, "🔥")
    video, animation, audio, note, voice, sticker = [update.message for update in await play.updates() if update.message]
    assert video.video is not None and (video.video.file_name, video.video.mime_type) == ("a.mp4", "video/mp4")
    assert animation.animation is not None and animation.document is not None
    assert animation.animation.file_id == animation.document.file_id
    assert audio.audio is not None and audio.audio.file_name == "a.mp3"
    assert note.video_note is not None and note.video_note.length == 384
    assert voice.voice is not None and (voice.voice.duration, voice.voice.mime_type) == (7, "audio/ogg")
    assert sticker.sticker is not None and sticker.sticker.emoji == "🔥"
    assert [message.effective_attachment for message in (video, voice, sticker)] == [video.video, voice.voice, sticker.sticker]


async def test_what_is_no_file_arrives_too(play: Play) -> None:
    """A poll, a contact and a place are messages without a text."""
    play.telegram.send_poll(ANN, "When?", ["Today", "Tomorrow"])
    play.telegram.send_contact(ANN, "+70000000000", "Ben")
    play.telegram.send_location(ANN, 55.75, 37.62)
    poll, contact, place = [update.message for update in await play.updates() if update.message]
    assert poll.poll is not None and [option.text for option in poll.poll.options] == ["Today", "Tomorrow"]
    assert contact.contact is not None and contact.contact.phone_number == "+70000000000"
    assert place.location is not None and place.location.latitude == 55.75
    assert [each.text for each in (poll, contact, place)] == [None] * 3
    assert [each.attached for each in play.telegram.chat(ANN)[1:]] == [Contact("+70000000000", "Ben"), Location(55.75, 37.62)]


async def test_a_file_nobody_has_can_be_pretended(play: Play) -> None:
    """A file of 180 MB is announced with its size and refused to a bot, as is everything above 20 MB."""
    play.telegram.send_file(ANN, "video", "film.mp4", b"", size=180 * MEGABYTE)
    message = await play.heard()
    assert message.video is not None
    assert message.video.file_size == 180 * MEGABYTE
    with pytest.raises(BadRequest):
        await message.video.get_file()
    assert play.error() == "Bad Request: file is too big"
    for size, refused in ((20 * MEGABYTE, False), (20 * MEGABYTE + 1, True)):
        play.telegram.send_file(ANN, "document", "x.bin", b"", size=size)
        document = (await play.heard()).document
        assert document is not None
        if refused:
            with pytest.raises(BadRequest):
                await document.get_file()
        else:
            assert len(await (await document.get_file()).download_as_bytearray()) == size


async def test_an_album_is_several_messages_of_one_group(play: Play) -> None:
    """Each file of an album is an update of its own; only their number tells that they belong together."""
    for name, caption in (("a.jpg", "Two views"), ("b.jpg", "")):
        play.telegram.send_file(ANN, "photo", name, png(), caption=caption, media_group="views")
    play.telegram.send_file(ANN, "photo", "c.jpg", png(), media_group="other")
    first, second, other = [update.message for update in await play.updates() if update.message]
    assert first.media_group_id is not None
    assert first.media_group_id.isdigit()
    assert first.media_group_id == second.media_group_id != other.media_group_id
    assert (first.caption, second.caption) == ("Two views", None)
    with pytest.raises(ValueError, match="album"):
        play.telegram.send_file(ANN, "document", "d.pdf", b"x", media_group="views")


async def test_a_caption_has_its_entities(play: Play) -> None:
    """Links, mentions and commands are found below a file as in a text, counted in UTF-16 units."""
    play.telegram.send_file(
        ANN, "document", "x.pdf", b"x", caption="😀 @soglas_bot see https://example.org/a, /help a@b.org #two 1/2"
    )
    found = (await play.heard()).parse_caption_entities()
    assert [(entity.type, words) for entity, words in found.items()] == [
        ("mention", "@soglas_bot"),
        ("url", "https://example.org/a"),
        ("bot_command", "/help"),
        ("email", "a@b.org"),
        ("hashtag", "#two"),
    ]


async def test_a_file_answers_a_question(play: Play) -> None:
    """A file can be a reply, as a text can."""
    asked = await play.send("Which file?")
    play.telegram.send_file(ANN, "document", "x.pdf", b"x", reply_to=asked.message_id)
    message = await play.heard()
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "Which file?"


async def test_a_message_of_the_bot_is_forwarded_back(play: Play) -> None:
    """A forwarded card comes from the person, tells whose it was and when, and has lost its buttons."""
    sent = await play.bot.send_message(ANN, "<b>Card</b>", parse_mode="HTML", reply_markup=keyboard("yes"))
    play.clock.forward(minutes=5)
    play.telegram.forward_bot_message(ANN, sent.message_id)
    message = await play.heard()
    assert isinstance(message.forward_origin, MessageOriginUser)
    assert (message.forward_origin.sender_user.id, message.forward_origin.date) == (play.bot.id, sent.date)
    assert (message.from_user and message.from_user.id, message.text_html, message.reply_markup) == (ANN, "<b>Card</b>", None)
    theirs = play.telegram.send_text(ANN, "mine")
    with pytest.raises(ValueError, match="to forward"):
        play.telegram.forward_bot_message(ANN, theirs)


async def test_files_people_cannot_send(play: Play) -> None:
    """An empty file, a size below its bytes, a caption that is too long or below a sticker: the test is wrong."""
    for size, data, caption in ((None, b"", ""), (1, b"xx", ""), (None, b"x", "x" * 1025)):
        with pytest.raises(ValueError, match=r"at least one byte|at most 1024"):
            play.telegram.send_file(ANN, "document", "x", data, size=size, caption=caption)
    with pytest.raises(ValueError, match="no caption"):
        play.telegram.send_file(ANN, "sticker", "", b"x", caption="x")
    play.telegram.send_file(ANN, "document", "x", b"x", caption="x" * 1024)
    play.telegram.block(ANN)
    with pytest.raises(ValueError, match="must unblock"):
        play.telegram.send_voice(ANN)
    assert len(play.telegram.chat(ANN)) == 1
