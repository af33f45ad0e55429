"""The command line as somebody sees it (``--as``): another brand's ids are answered like ids that do not exist."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.core.request.model import Draft
from bot.ports import Creator
from bot.service import Done, Service
from storage.sqlite import SqliteStore
from tests.commands.conftest import once
from tests.commands.conftest import soglas as soglas
from tests.commands.terminal import PLAYBOOKS, Terminal
from tests.privacy.house import CONTACTS_ONLY, LENA, MAYA, loaded

CONTRACT = ("--kind", "contract", "--title", "Contract")


@pytest.fixture
def company(soglas: Terminal) -> Terminal:
    """Two brands of the agency, each with requests and a campaign; the other brand's are the newest."""

    def make() -> None:
        for name in ("brand-one", "brand-two"):
            assert soglas("playbook", "import", str(PLAYBOOKS / "mosty" / f"{name}.yaml"), "--agreed").code == 0
        for brand, by in (("brand-one", "timur"), ("brand-two", "vera")):
            for _ in range(2):
                assert soglas("request", "open", "--brand", brand, "--by", by, "--market", "RU", *CONTRACT).code == 0
            both = ("--market", "RU", "--market", "US")
            assert soglas("campaign", "open", "--brand", brand, "--by", by, *both, *CONTRACT).code == 0

    return once("company", soglas, make)


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(("person", "other", "own"), [("timur", "T-1", "O-1"), ("vera", "O-1", "T-1"), ("chris", "O-2", "T-2")])
def test_show(company: Terminal, person: str, other: str, own: str, form: tuple[str, ...]) -> None:
    """The same words, the same exit code."""
    none = company("request", "show", "O-999", "--as", person, *form)
    assert none.code == 1
    assert company("request", "show", other, "--as", person, *form) == none
    assert company("request", "show", own, "--as", person, *form).code == 0
    assert company("request", "show", own, "--as", "nobody", *form) == none
    assert company("request", "show", own, "--as", "emily", *form).code == 0


def test_lists(company: Terminal) -> None:
    """Only one's own; and the other brand's requests, although newer, take no place in a short list."""
    own = company("request", "list", "--as", "timur").out.splitlines()
    assert {line.split("-")[0] for line in own} == {"O"} and len(own) == 4
    assert company("request", "list", "--as", "timur", "--limit", "2").out.splitlines() == own[:2]
    assert len(json.loads(company("request", "list", "--as", "timur", "--limit", "2", "--json").out)) == 2
    assert company("request", "list", "--as", "timur", "--brand", "brand-two") == company(
        "request", "list", "--as", "timur", "--brand", "brand-ten"
    )
    assert company("request", "list", "--as", "nobody").out == ""
    both = company("request", "list", "--as", "emily").out.splitlines()
    assert {line.split("-")[0] for line in both} == {"O", "T"} and len(both) == 8


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_campaigns(company: Terminal, form: tuple[str, ...]) -> None:
    """C-2 is Brand Two's."""
    none = company("campaign", "show", "C-999", "--as", "timur", *form)
    assert none.code == 1
    assert company("campaign", "show", "C-2", "--as", "timur", *form) == none
    assert company("campaign", "show", "C-1", "--as", "timur", *form).code == 0
    assert company("campaign", "show", "C-2", "--as", "igor", *form).code == 0
    assert company("campaign", "show", "C-2", *form).code == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_reports(company: Terminal, form: str) -> None:
    """Another brand's numbers are those of a brand that does not exist."""
    answers = [company("report", "--brand", brand, "--as", "timur", "--format", form) for brand in ("brand-two", "brand-ten")]
    assert answers[0].err.replace("brand-two", "…") == answers[1].err.replace("brand-ten", "…")
    assert [(one.code, one.out) for one in answers] == [(1, ""), (1, "")]
    assert company("report", "--brand", "brand-two", "--as", "igor", "--format", form).code == 0
    assert company("report", "--brand", "brand-one", "--as", "timur", "--format", form).code == 0


def creators_own(path: Path, *, contacts_only: bool) -> None:
    """A draft that Maya handed in, in a brand that perhaps shows creators their contacts only."""

    async def put() -> None:
        store = SqliteStore(path)
        service = Service(store, SystemClock())
        try:
            if contacts_only:
                book = loaded("brand-one", CONTACTS_ONLY)
                assert book.playbook is not None
                await service.agree_elsewhere(book.playbook, book.data, book.digest)
            maya = Creator(MAYA, "brand-one", "US", "Maya Chen", "en", "daria", SystemClock().now())
            await store.run(lambda tx: tx.save_creator(maya))
            draft = Draft("draft_content", "US", "Caption", creator="Maya Chen", creator_id=MAYA, by_creator=True)
            assert isinstance(await service.open("brand-one", "daria", draft, through="test"), Done)
        finally:
            await store.close()

    asyncio.run(put())


@pytest.mark.parametrize("contacts_only", [False, True])
def test_creators(company: Terminal, contacts_only: bool) -> None:
    """Their own request without who asked and without its steps; with contacts only, nothing at all."""
    creators_own(company.folder / "soglas.db", contacts_only=contacts_only)
    none = company("request", "show", "O-999", "--as", MAYA, "--json")
    assert company("request", "show", "O-1", "--as", MAYA, "--json") == none
    assert company("request", "show", "O-5", "--as", LENA, "--json") == none
    own = company("request", "show", "O-5", "--as", MAYA, "--json")
    if contacts_only:
        assert own == none
        assert company("request", "list", "--as", MAYA).out == ""
        return
    view = json.loads(own.out)
    assert (view["id"], view["steps"], view["requested_by"]) == ("O-5", [], "")
    assert [one["person"] for one in view["waiting_for"]] == ["daria"]  # nobody else has an account
    assert [one["steps"] for one in json.loads(company("request", "list", "--as", MAYA, "--json").out)] == [[]]
    assert company("report", "--brand", "brand-one", "--as", MAYA).code == 1
