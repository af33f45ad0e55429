"""The demo page's HTTP side: what is answered, what is refused, and with which headers."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from adapters.playground.page import app
from adapters.playground.page.downloads import picture_type
from tests.adapters.playground.test_page_shapes import DOT
from tests.adapters.playground.test_page_situation import Situation

SECURE = {"content-security-policy": "default-src 'self'", "x-content-type-options": "nosniff"}


def client(situation: Situation, host: str = "127.0.0.1:8080") -> httpx.AsyncClient:
    """A browser's stand-in that talks to the page without a network."""
    transport = httpx.ASGITransport(app=app.build_page(situation))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


async def test_one_answer_holds_all_that_the_page_shows() -> None:
    """The state names the shown people, both chats, the clock, the events and the version."""
    async with client(Situation()) as browser:
        answer = await browser.get("/demo/api/state?telegram=katya&slack=priya&events_after=3")
    state = answer.json()
    assert [one["id"] for one in state["telegram"]["chat"]] == [11, 12, 15, 17]
    assert state["slack"]["person"] == "priya"
    assert state["slack"]["views"] == []
    assert state["slack"]["home"] is None
    assert [one["name"] for one in state["slack"]["shortcuts"]] == ["New request", "Send for approval"]
    assert state["telegram"]["commands"][0] == {"command": "inbox", "description": "Что ждёт меня"}
    assert state["telegram"]["invited"] is False
    assert [one["seq"] for one in state["events"]] == [4]
    assert state["clock"]["offices"][1]["zone"] == "America/New_York"
    assert state["people"][0]["name"] == {"en": "Katya Levina", "ru": "Екатерина Левина"}


async def test_without_names_the_first_person_of_each_messenger_is_shown() -> None:
    """The page's first request cannot know anybody yet."""
    async with client(Situation()) as browser:
        state = (await browser.get("/demo/api/state")).json()
    assert (state["telegram"]["person"], state["slack"]["person"]) == ("katya", "priya")


@pytest.mark.parametrize(
    "address",
    [
        "state?telegram=nobody",
        "state?telegram=priya",
        "state?events_after=x",
        "wait?version=-1",
        "wait?version=²",
    ],
)
async def test_what_cannot_be_read_is_answered_with_400_and_a_reason(address: str) -> None:
    """Unknown people, people of the other messenger and numbers that are none are refused."""
    async with client(Situation()) as browser:
        answer = await browser.get(f"/demo/api/{address}")
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("telegram/tap", "{"),
        ("telegram/tap", '{"person": "katya", "message_id": "17", "data": "x"}'),
        ("telegram/tap", '{"person": "katya", "message_id": 999, "data": "x"}'),
        ("telegram/say", '{"person": "nobody", "text": "hi"}'),
        ("telegram/say", '{"person": "katya", "text": ""}'),
        ("slack/say", '{"person": "katya", "text": "hi"}'),
        ("telegram/send", '{"person": "katya", "file": {"name": "a"}, "sent_as": "photo"}'),
        ("telegram/send", '{"person": "katya", "file": {"name": "a", "data": "aGk="}, "sent_as": "sticker"}'),
        ("slack/share", '{"person": "priya", "files": []}'),
        ("slack/look", '{"person": "priya", "tab": "about"}'),
        ("clock", '{"to": "yesterday"}'),
        ("restart", '{"extra": 1}'),
    ],
)
async def test_a_bad_post_is_answered_with_400_and_changes_nothing(path: str, body: str) -> None:
    """Bad JSON, wrong types, unknown people and unknown messages are refused with a reason."""
    situation = Situation()
    async with client(situation) as browser:
        answer = await browser.post(f"/demo/api/{path}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert situation.version() == Situation().version()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_form_of_another_site_cannot_act(kind: str) -> None:
    """Only JSON is taken, which a form on another site cannot send without permission."""
    situation = Situation()
    async with client(situation) as browser:
        headers = {"Content-Type": kind, "Origin": "https://evil.example"}
        answer = await browser.post("/demo/api/restart", content="{}", headers=headers)
    assert answer.status_code == 415
    assert situation.version() == Situation().version()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8080", "localhost.evil.example"])
async def test_a_rebound_name_is_refused(host: str) -> None:
    """A foreign name that resolves to this machine does not reach the demo."""
    async with client(Situation(), host) as browser:
        answer = await browser.get("/demo/api/state")
    assert answer.status_code == 400
    assert "katya" not in answer.text


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/demo/api/state", "/demo/api/nothing", "/demo/files/none"])
async def test_every_answer_carries_the_security_headers(path: str) -> None:
    """Found or not, an answer lets nothing run but the page's own files."""
    async with client(Situation(), "localhost:8080") as browser:
        answer = await browser.get(path)
    assert all(answer.headers[name].startswith(value) for name, value in SECURE.items())


async def test_a_file_is_always_a_download() -> None:
    """A file's content comes from people: it is never shown as a page of this address."""
    async with client(Situation()) as browser:
        answer = await browser.get("/demo/files/draft")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%A7")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


async def test_a_picture_is_shown_only_when_its_bytes_are_one() -> None:
    """What calls itself a picture and is a page is not shown, whatever its name."""
    async with client(Situation()) as browser:
        cover = await browser.get("/demo/files/cover/picture")
        draft = await browser.get("/demo/files/draft/picture")
    assert (cover.headers["content-type"], cover.content) == ("image/png", DOT)
    assert cover.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert draft.status_code == 404
    assert picture_type(b'<svg xmlns="http://www.w3.org/2000/svg">') is None


async def test_what_no_client_would_let_a_person_do_is_answered_with_400() -> None:
    """A messenger's own refusal is told to the visitor, and is no fault of the server."""

    class Strict(Situation):
        async def telegram_send(self, *_: object) -> None:
            raise ValueError("a file has at least one byte")

    asked = {"person": "katya", "file": {"name": "a.txt", "data": ""}, "sent_as": "document"}
    async with client(Strict()) as browser:
        answer = await browser.post("/demo/api/telegram/send", json=asked)
    assert (answer.status_code, answer.json()) == (400, {"error": "a file has at least one byte"})


async def test_waiting_ends_as_soon_as_something_changes() -> None:
    """The long poll holds while nothing happens and answers with the new version."""
    situation = Situation()
    async with client(situation) as browser:
        waiting = asyncio.create_task(browser.get(f"/demo/api/wait?version={situation.version()}"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        situation.tell("A-1", "Something", "Что-то", None)
        answer = await asyncio.wait_for(waiting, 2)
    assert answer.json() == {"version": situation.version()}


async def test_waiting_gives_up_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet demo answers with the same version, so that the browser asks again."""
    monkeypatch.setattr(app, "WAIT_AT_MOST_S", 0.2)
    situation = Situation()
    async with client(situation) as browser:
        answer = await asyncio.wait_for(browser.get(f"/demo/api/wait?version={situation.version()}"), 2)
    assert answer.json() == {"version": situation.version()}


async def test_a_restart_is_counted() -> None:
    """Other tabs see from the count that their event log is of a situation that is gone."""
    async with client(Situation()) as browser:
        await browser.post("/demo/api/restart", json={})
        state = (await browser.get("/demo/api/state")).json()
    assert state["restarts"] == 1


def test_the_page_loads_nothing_from_elsewhere_and_parses_no_markup() -> None:
    """No file of the page names another address, sets markup or is longer than one sitting."""
    files = [path for path in Path(app.STATIC).iterdir() if path.suffix in {".js", ".css", ".html"}]
    assert len(files) > 15
    for path in files:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not any(word in text for word in ("://", "@import")), path.name
        assert not any(word in text for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(")), path.name
        assert len(text.splitlines()) <= 250, path.name


def test_both_page_languages_have_every_text() -> None:
    """No word of the page falls back to the other language, and the same places are filled in both."""
    table = (app.STATIC / "texts.js").read_text(encoding="utf-8").split("export const LANGUAGES")[0]
    english, russian = (dict(re.findall(r'^    (\w+): "(.*)",$', part, re.M)) for part in table.split("\n  ru: {"))
    assert len(english) > 40
    assert list(english) == list(russian)
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", russian[key])), key
