"""What every answer tells a browser, and a documentation page that runs nothing and fetches nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from httpx import ASGITransport, AsyncClient

from adapters.http.app import build_api
from adapters.http.headers import HEADERS
from adapters.http.page import page
from bot.speech import Reader
from tests.adapters.http.desk import TOKENS, Desk
from tests.adapters.http.test_process import NoStore


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json", "/api/requests", "/api/playbooks/brand-a", "/nothing"])
async def test_every_answer_has_them(desk: Desk, path: str) -> None:
    """Answers, refusals and what does not exist all say: run nothing, frame nothing, keep nothing."""
    found = (await desk.get(path)).headers
    assert {name: found[name] for name in HEADERS} == HEADERS


async def test_a_fault_of_ours_has_them_too(desk: Desk) -> None:
    """Also the answer to what broke here."""
    transport = ASGITransport(build_api(desk.service, NoStore(), TOKENS), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://soglas") as client:
        answer = await client.get("/api/playbooks/brand-a", headers={"Authorization": f"Bearer {next(iter(TOKENS))}"})
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_the_documentation_runs_and_fetches_nothing(desk: Desk) -> None:
    """No script, picture, frame or sheet; every link leads to this very server."""
    text = (await desk.client.get("/docs")).text
    tags = Tags(text).found
    assert not {"script", "img", "iframe", "link", "object", "form", "base"} & {tag for tag, _ in tags}
    assert "http" not in re.sub(r"https?://\S*example", "", text).replace("HTTP", "")
    links = [attrs["href"] or "" for tag, attrs in tags if tag == "a"]
    assert links
    assert all(link.startswith(("/openapi.json", "#")) for link in links)
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]


@pytest.mark.parametrize(("language", "word"), [("en", "Answers"), ("ru", "Ответы")])
async def test_the_documentation_has_every_route_and_shape(desk: Desk, language: str, word: str) -> None:
    """What stands in ``/openapi.json`` stands on the page, with headings in the language that was asked for."""
    document = (await desk.client.get("/openapi.json")).json()
    text = (await desk.client.get("/docs", headers={"Accept-Language": language})).text
    for path, methods in document["paths"].items():
        assert all(f"<code>{method.upper()} {path}</code>" in text for method in methods)
    ids = {attrs["id"] for tag, attrs in Tags(text).found if tag == "h3"}
    assert ids == set(document["components"]["schemas"])
    assert {link[1:] for tag, attrs in Tags(text).found if tag == "a" and (link := attrs["href"] or "").startswith("#")} <= ids
    assert f"<h4>{word}</h4>" in text


def test_no_word_of_the_document_becomes_markup() -> None:
    """Whatever names and descriptions hold is shown as it is written."""
    bad = "<script>alert(1)</script>"
    shape = {"description": bad, "properties": {bad: {"type": bad, "enum": [bad]}}, "required": [bad]}
    route = {
        "description": bad,
        "parameters": [{"name": bad, "schema": {"$ref": f"#/{bad}"}}],
        "responses": {bad: {"description": bad}},
    }
    document = {"info": {"title": bad, "description": bad}, "paths": {bad: {bad: route}}, "components": {"schemas": {bad: shape}}}
    assert "script" not in {tag for tag, _ in Tags(page(document, Reader(("en",), "UTC"))).found}
