"""Files: how they are taken, that they cross over once and whole, and what people read where they cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.core.request.commands import Do, Note
from bot.core.request.model import Draft, File, RequestId
from bot.core.request.table import Action
from bot.files import GivenFile, refusal, safe_name, taken
from bot.outbox import Outbox
from bot.ports import Account, Copy, Gone, NotAccepted, Posted, TryLater, Unclear, Unreachable
from bot.service import Done
from tests.office import BRAND, START, Office, office
from tests.post import Post

PHOTO = b"\x89PNG the very bytes"
MEGABYTE = 1024 * 1024


class Courier(Post):
    """A messenger with files: ``shelf`` has their bytes by place, ``fetches`` says what was asked for."""

    fetch_limit, send_limit = 20 * MEGABYTE, 50 * MEGABYTE

    def __init__(self, name: str = "post") -> None:
        super().__init__(name)
        self.shelf: dict[str, bytes] = {}
        self.fetches: list[str] = []
        self.bodies: list[bytes] = []
        self.threads: list[str] = []
        self.by_place = False

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:
        self.threads += [text] if thread else []
        return await self._send("tell", account.external, text)

    async def fetch(self, place: str, limit: int) -> bytes:
        await asyncio.sleep(0)
        self.fetches.append(place)
        if faults := self.faults["fetch", place]:
            raise faults.popleft()
        if place not in self.shelf:
            raise Gone(place)
        return self.shelf[place]

    async def send_file(self, account: Account, about: Copy | None, name: str, mime: str, body: bytes) -> Posted:
        posted = await self._send("file", account.external, f"{name} {mime}")
        self.bodies.append(body)
        return posted

    async def resend_file(self, account: Account, about: Copy | None, place: str, name: str, mime: str) -> Posted | None:
        return await self._send("again", account.external, place) if self.by_place else None


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with equipped(tmp_path) as found:
        yield found


@asynccontextmanager
async def equipped(folder: Path, at: datetime = START) -> AsyncIterator[Office]:
    """The office; who gives a file does it in a second messenger, "far"."""
    async with office(folder, at=at) as found:
        found.post = post = Courier()
        far = Courier("far")
        far.shelf["there"] = PHOTO
        found.outbox = Outbox(found.store, found.clock, {"post": post, "far": far})
        yield found


def near(at_work: Office) -> Courier:
    assert isinstance(at_work.post, Courier)
    return at_work.post


def far(at_work: Office) -> Courier:
    found = at_work.outbox._messengers["far"]
    assert isinstance(found, Courier)
    return found


async def gives(at_work: Office, by: str = "sveta", given: GivenFile | None = None) -> File:
    file = given or GivenFile("Кадр 1.png", "image/png", len(PHOTO), "far", "there")
    return await at_work.store.run(lambda tx: taken(tx, file, BRAND, by, at_work.clock.now()))


async def opens(at_work: Office, *files: File, by: str = "sveta") -> RequestId:
    draft = Draft("creator_selection", "RU", "List for January", "Text", files=files)
    opened = await at_work.service.open(BRAND, by, draft, through="test")
    assert isinstance(opened, Done), opened
    return opened.request.id


def large(link: str = "") -> GivenFile:
    return GivenFile("Reel.mp4", "video/mp4", 180 * MEGABYTE, "far", "reel", link)


async def test_a_file_crosses_over_whole_after_the_card(at_work: Office) -> None:
    """The approver gets the card, then the real file with the same bytes; whoever opened the request gets no copy back."""
    await opens(at_work, await gives(at_work))
    await at_work.settles()
    assert [sent.method for sent in at_work.post.to("pavel")] == ["post", "file"]
    assert at_work.post.to("pavel", "file")[0].text == "Кадр 1.png image/png"
    assert near(at_work).bodies == [PHOTO]
    assert [sent.method for sent in at_work.post.to("sveta")] == ["post"]
    assert far(at_work).sheet == []


async def test_bytes_are_kept_under_their_digest(at_work: Office) -> None:
    """What was decided on can be told from what lies elsewhere today."""
    file = await gives(at_work)
    await opens(at_work, file)
    await at_work.settles()
    stored = await at_work.store.read(lambda tx: tx.file(file.id))
    assert stored is not None
    assert stored.digest == sha256(PHOTO).hexdigest()
    assert await at_work.store.read(lambda tx: tx.file_body(stored.digest)) == PHOTO


async def test_a_file_goes_to_a_person_once(at_work: Office) -> None:
    """However often the card changes."""
    request = await opens(at_work, await gives(at_work))
    await at_work.settles()
    await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=(Note("Shorter"),)))
    await at_work.settles()
    await at_work.says("sveta", Action.RESUBMIT, request, "New text")
    await at_work.settles()
    assert len(at_work.post.to("pavel", "file")) == 1
    assert len(at_work.post.to("pavel", "edit")) > 1


async def test_two_readers_at_once_and_one_fetch(at_work: Office) -> None:
    """The second waits for the first one's bytes."""
    file = await gives(at_work)
    request = await opens(at_work, file)
    await at_work.settles()
    far(at_work).fetches.clear()
    other = await gives(at_work, "katya")
    for person in ("anna", "pavel", "sveta"):
        await at_work.says(person, Action.SAY, request, "me too")
    await at_work.service.do(request, Do(Action.SAY, "sveta", text="look", files=(other,)))
    await at_work.service.do(request, Do(Action.SAY, "katya", text="look", files=(other,)))
    await at_work.settles()
    assert len([sent for sent in at_work.post.sheet if sent.method == "file"]) >= 3
    assert far(at_work).fetches == ["there"]


@pytest.mark.parametrize("link", ["", "https://work.slack.com/files/U1/F1/reel.mp4"])
async def test_what_is_too_large_is_named_with_its_size(at_work: Office, link: str) -> None:
    """A link where there is one, otherwise whom to ask for it; nothing of it is fetched, and it is said once."""
    request = await opens(at_work, await gives(at_work, given=large(link)))
    await at_work.settles()
    (told,) = at_work.post.to("pavel", "tell")
    assert "Reel.mp4 (180" in told.text
    assert (link or "Светлана Ким") in told.text
    assert far(at_work).fetches == []
    assert near(at_work).threads == [told.text]
    await at_work.says("pavel", Action.ASK, request, "Which?")
    await at_work.settles()
    assert [sent for sent in at_work.post.to("pavel", "tell") if "Reel" in sent.text] == [told]


async def test_what_is_too_large_to_send_is_not_even_fetched(at_work: Office) -> None:
    """The limit of the messenger it goes to counts as well."""
    near(at_work).send_limit = 10
    await opens(at_work, await gives(at_work))
    await at_work.settles()
    assert "Кадр 1.png" in at_work.post.to("pavel", "tell")[0].text
    assert (far(at_work).fetches, near(at_work).bodies) == ([], [])


async def test_a_file_deleted_before_it_was_fetched(at_work: Office) -> None:
    """Its reader is told whom to ask, and nobody waits for it."""
    far(at_work).shelf.clear()
    await opens(at_work, await gives(at_work))
    await at_work.settles()
    (told,) = at_work.post.to("pavel", "tell")
    assert "Файл удалён" in told.text
    assert "Светлана Ким" in told.text
    assert at_work.jobs("file:") == {}


@pytest.mark.parametrize("error", [NotAccepted("sign-in page"), Unreachable("forbidden")])
async def test_a_fetch_refused_for_good(at_work: Office, error: Exception) -> None:
    """Said instead of the file; the reader's own account has nothing to do with it."""
    far(at_work).faults["fetch", "there"].append(error)
    await opens(at_work, await gives(at_work))
    await at_work.settles()
    assert "не получилось" in at_work.post.to("pavel", "tell")[0].text
    assert not any(account.blocked for account in await at_work.store.read(lambda tx: tx.accounts("pavel")))


async def test_a_file_that_is_another_one_by_now_is_not_passed_off_as_it(at_work: Office) -> None:
    """Its size is not the one it was given with."""
    far(at_work).shelf["there"] = PHOTO + b" and more"
    await opens(at_work, await gives(at_work))
    await at_work.settles()
    assert "изменён" in at_work.post.to("pavel", "tell")[0].text
    assert near(at_work).bodies == []


async def test_what_the_messenger_does_not_take_is_said(at_work: Office) -> None:
    """No file, but a word about it; the coordinator is not called for that."""
    at_work.post.fails("file", "pavel", NotAccepted("no"))
    await opens(at_work, await gives(at_work))
    await at_work.settles()
    assert "не получилось" in at_work.post.to("pavel", "tell")[0].text
    assert at_work.post.to("katya") == []


async def test_an_outage_of_the_other_messenger_delays(at_work: Office) -> None:
    """The file comes when it can be fetched; the card did not wait."""
    far(at_work).faults["fetch", "there"].extend([TryLater(30, "outage"), Unclear("lost")])
    await opens(at_work, await gives(at_work))
    await at_work.settles()
    assert [sent.method for sent in at_work.post.to("pavel")] == ["post"]
    await at_work.reaches(START + timedelta(minutes=2))
    assert [sent.method for sent in at_work.post.to("pavel")] == ["post", "file"]


async def test_a_restart_between_the_fetch_and_the_sending(tmp_path: Path) -> None:
    """Fetched is fetched: the next process sends the kept bytes, though the file is gone at its source."""
    async with equipped(tmp_path) as first:
        first.post.fails("file", "pavel", TryLater(5, "429"))
        await opens(first, await gives(first))
        await first.settles()
        assert (far(first).fetches, near(first).bodies) == (["there"], [])
    async with equipped(tmp_path, at=START + timedelta(minutes=1)) as second:
        far(second).shelf.clear()
        await second.settles()
        assert (far(second).fetches, near(second).bodies) == ([], [PHOTO])


async def test_nothing_arrives_in_the_quiet_hours(tmp_path: Path) -> None:
    """A new version is edited into the card at night without a sound; its file waits for the morning."""
    async with equipped(tmp_path) as at_work:
        request = await opens(at_work)
        await at_work.settles()
        await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=(Note("With a picture"),)))
        await at_work.reaches(START.replace(hour=19))  # ten in the evening in Moscow
        file = await gives(at_work)
        await at_work.service.do(request, Do(Action.RESUBMIT, "sveta", text="With it", files=(file,)))
        await at_work.settles()
        assert at_work.post.to("pavel", "edit")
        await at_work.reaches(datetime(2026, 11, 25, 6, 29, tzinfo=UTC))
        assert at_work.post.to("pavel", "file") == []
        await at_work.reaches(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
        assert len(at_work.post.to("pavel", "file")) == 1


async def test_a_file_of_an_earlier_text_is_not_sent_any_more(at_work: Office) -> None:
    """Held for a while, it was replaced meanwhile: only the newest text's file arrives."""
    near(at_work).faults["file", "x-pavel"].append(TryLater(600, "429"))
    request = await opens(at_work, await gives(at_work, given=GivenFile("old.pdf", "application/pdf", 3, "far", "there")))
    far(at_work).shelf["there"] = b"old"
    far(at_work).shelf["new"] = b"new!"
    await at_work.settles()
    await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=(Note("Another"),)))
    file = await gives(at_work, given=GivenFile("new.pdf", "application/pdf", 4, "far", "new"))
    await at_work.service.do(request, Do(Action.RESUBMIT, "sveta", text="New", files=(file,)))
    await at_work.reaches(START + timedelta(hours=1))
    assert near(at_work).bodies == [b"new!"]


async def test_files_come_in_their_order(at_work: Office) -> None:
    """As they were given, the tenth after the ninth."""
    files = [
        await gives(at_work, given=GivenFile(f"{number}.png", "image/png", len(PHOTO), "far", "there")) for number in range(1, 11)
    ]
    await opens(at_work, *files)
    await at_work.settles()
    assert [sent.text.split(".")[0] for sent in at_work.post.to("pavel", "file")] == [str(number) for number in range(1, 11)]


async def test_in_its_own_messenger_a_file_goes_by_its_name(at_work: Office) -> None:
    """Not fetched at all, and however large it is."""
    near(at_work).by_place = True
    given = GivenFile("Reel.mp4", "video/mp4", 180 * MEGABYTE, "post", "reel")
    await opens(at_work, await gives(at_work, given=given))
    await at_work.settles()
    assert [sent.text for sent in at_work.post.to("pavel", "again")] == ["reel"]
    assert (near(at_work).fetches, near(at_work).bodies) == ([], [])


async def test_a_name_that_is_not_known_any_more_there_costs_a_fetch(at_work: Office) -> None:
    """Another bot's name for the file, say: its bytes are given again."""
    near(at_work).by_place = True
    near(at_work).shelf["here"] = PHOTO
    at_work.post.fails("again", "pavel", NotAccepted("wrong file identifier"))
    given = GivenFile("a.png", "image/png", len(PHOTO), "post", "here")
    await opens(at_work, await gives(at_work, given=given))
    await at_work.settles()
    assert near(at_work).bodies == [PHOTO]


async def test_talk_belongs_under_its_card(at_work: Office) -> None:
    """What people say to each other stands in the thread; what the bot says does not."""
    request = await opens(at_work)
    await at_work.settles()
    await at_work.says("pavel", Action.SAY, request, "A word")
    await at_work.says("pavel", Action.ASK, request, "Which?")
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    await at_work.settles()
    assert [("A word" in words, "Which?" in words) for words in near(at_work).threads] == [(True, False), (False, True)]
    assert len(at_work.post.to("sveta", "tell")) > len(near(at_work).threads)


async def test_a_new_card_goes_where_its_reader_wants_to_be_asked(at_work: Office) -> None:
    """And a card that stands already stays where it is."""
    wished = Courier("second")
    at_work.outbox = Outbox(at_work.store, at_work.clock, {"post": near(at_work), "second": wished})
    first = await opens(at_work)
    await at_work.settles()
    await at_work.store.run(lambda tx: tx.save_account(Account("second", "", "x-pavel", "pavel", preferred=True)))
    await opens(at_work)
    await at_work.says("pavel", Action.ASK, first, "Which?")
    await at_work.settles()
    assert [sent.method for sent in wished.to("pavel")] == ["post"]
    assert len(at_work.post.to("pavel", "post")) == 1


async def test_words_come_before_the_file_they_speak_of(at_work: Office) -> None:
    """And both after the card."""
    request = await opens(at_work)
    file = await gives(at_work)
    await at_work.service.do(request, Do(Action.SAY, "sveta", text="Look", files=(file,)))
    await at_work.settles()
    assert [sent.method for sent in at_work.post.to("pavel")] == ["post", "tell", "file"]


def test_empty_files_and_crowds_are_refused() -> None:
    """Zero bytes say nothing, and more than ten go with no text; ten do."""
    one, empty = GivenFile("a.png", "", 1, "far", "a"), GivenFile("b.png", "", 0, "far", "b")
    refused = [refusal([one, empty]), refusal([one] * 10), refusal([one], already=10)]
    assert [found and found.id for found in refused] == ["file.empty", None, "file.too_many"]


@pytest.mark.parametrize(
    ("name", "mime", "safe"),
    [
        ("invoice\u202efdp.exe", "", "invoicefdp.exe"),
        ("../../etc/passwd", "", "_.._etc_passwd"),
        ("C:\\temp\\a.pdf", "", "C:_temp_a.pdf"),
        ("a\nb\x00\u200fc.txt", "", "a bc.txt"),
        (" .. ", "image/png", "file.png"),
        ("", "", "file"),
        ("я" * 300 + ".docx", "", "я" * 115 + ".docx"),
        ("a." + "b" * 300, "", "a." + "b" * 118),
    ],
)
def test_a_name_is_one_harmless_name(name: str, mime: str, safe: str) -> None:
    """No folders, nothing that turns the reading direction, at most 120 characters with the ending kept, never empty."""
    assert safe_name(name, mime) == safe
