"""In Slack: commands, taps, forms and the home tab tell nobody anything about a brand they have no part in."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.playground.clock import MovableClock
from adapters.playground.slack import ChatMessage, SlackStandIn
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do, Note
from bot.core.request.model import Draft, RequestId, Weight
from bot.core.request.table import Action
from bot.ports import Account, Creator
from bot.service import Done
from bot.wiring import SlackSettings, System, assemble
from storage.sqlite import SqliteStore
from tests.privacy.house import BEGINS, CONTACTS_ONLY, MAYA, STRANGER, agree, loaded, masked
from tests.privacy.test_chat import CARD_CODES
from tests.ready import empty_database

# Nobody reads Brand Two's word but its own people; remarks are read by no creator.
TWO, REMARK = "ZWEIWORT", "INNERWORT"
PEOPLE = ("timur", "emily", "daria", "igor", "vera", "chris", MAYA, STRANGER)
OUTSIDERS = ("timur", MAYA, STRANGER)
COMMANDS = ("status {id}", "where is {id}?", "how {id}", "contact {id}", "away {name} tomorrow", "invite {name}", "revoke {name}")


@dataclass
class Offices:
    """Both brands of the agency in one workspace."""

    system: System
    slack: SlackStandIn

    def id(self, person: str) -> str:
        return f"U{PEOPLE.index(person)}{person.upper().replace(':', '')}"

    async def opens(self, brand: str, by: str, kind: str, **more: object) -> RequestId:
        draft = Draft(kind, "US", "Title", **more)  # type: ignore[arg-type]
        outcome = await self.system.service.open(brand, by, draft, through="test")
        assert isinstance(outcome, Done), outcome
        await self.quiet()
        return outcome.request.id

    async def taps(self, person: str, data: str) -> str:
        """Taps a forged button under the first message of their chat; all that is answered."""
        user, channel = self.id(person), self.slack.dm(self.id(person))
        before = {(one.ts, shown(one)) for one in self.slack.chat(channel)}
        await self.slack.tap(user, channel, self.slack.chat(channel)[0].ts, data, block_id="moves", value=data)
        await self.quiet()
        fresh = [shown(one) for one in self.slack.chat(channel) if (one.ts, shown(one)) not in before]
        views = [written(view.payload["blocks"]) for view in self.slack.views(user)]
        for view in self.slack.views(user):
            await self.slack.close_view(user, view.id)
        return "\n".join([*fresh, *views])

    async def commands(self, person: str, words: str) -> str:
        acked = await self.slack.command(self.id(person), "/soglas", words)
        await self.quiet()
        return written(acked.payload)

    async def home(self, person: str) -> str:
        await self.slack.open_home(self.id(person))
        await self.quiet()
        return written(self.slack.home(self.id(person)))

    async def quiet(self) -> None:
        async with asyncio.timeout(10):
            calm, calls = 0, -1
            while calm < 3:
                await self.system.worker.settle()
                busy = await self.system.store.read(lambda tx: tx.unhandled("slack"))
                before, calls = calls, len(self.slack.calls)
                calm = calm + 1 if calls == before and not busy else 0
                await asyncio.sleep(0.004)


def shown(message: ChatMessage) -> str:
    return written([message.text, message.blocks])


def written(sent: object) -> str:
    """What Slack was given, without the ids that it gives blocks itself."""
    return re.sub(r'"block_id": "[0-9A-F]+"', "…", json.dumps(sent, ensure_ascii=False))


@asynccontextmanager
async def offices(folder: Path, *, contacts_only: bool = False) -> AsyncIterator[Offices]:
    clock, path = MovableClock(BEGINS, running=False), folder / "slack.db"
    slack = SlackStandIn(bot_token="xoxb-demo", app_token="xapp-demo", now=clock.now, burst=10_000)
    await slack.start()
    empty_database(path)
    system = assemble(SqliteStore(path), clock, None, SlackSettings("xoxb-demo", "xapp-demo", slack.api_url), paced=False)
    found = Offices(system, slack)
    for person in PEOPLE:
        slack.add_user(found.id(person), person)
    await system.start()
    try:
        await agree(system.service, loaded("brand-one", CONTACTS_ONLY) if contacts_only else loaded("brand-one"))
        await agree(system.service, loaded("brand-two"))
        maya = Creator(MAYA, "brand-one", "US", "Maya Chen", "en", "emily", clock.now())
        await system.store.run(lambda tx: tx.save_creator(maya))
        for person in PEOPLE[:-1]:
            account = Account("slack", "", found.id(person), PersonId(person))
            await system.store.run(lambda tx, account=account: tx.save_account(account))  # type: ignore[misc]
        yield found
    finally:
        await system.stop()
        await slack.stop()


async def greeted(at_work: Offices, people: Sequence[str]) -> None:
    for person in people:
        await at_work.slack.say(at_work.id(person), "menu")
        await at_work.quiet()
        await at_work.taps(person, "1|Z-7|yes|0|1|1|nothing")


@pytest.mark.parametrize("person", OUTSIDERS)
async def test_another_brands_ids_are_no_ids(tmp_path: Path, person: str) -> None:
    """Forged taps and typed commands."""
    async with offices(tmp_path) as at_work:
        request = await at_work.opens("brand-two", "chris", "contract", text=TWO)
        await greeted(at_work, [person])
        codes = [f"1|{{}}|{code}" for code in CARD_CODES] + ["3|{}", "5|status||{}", "5|status|brand-two|{}"]
        for code in codes:
            theirs, none = [masked(await at_work.taps(person, code.format(one)), one) for one in (request, "Z-1")]
            assert theirs == none, code
        for words in COMMANDS:
            real, nobody = {"id": str(request), "name": "vera"}, {"id": "T-999", "name": "vega"}
            theirs, none = [masked(await at_work.commands(person, words.format(**one)), *one.values()) for one in (real, nobody)]
            assert theirs == none, words


async def test_a_form_with_a_forged_request(tmp_path: Path) -> None:
    """A form that was opened for one's own request and says on its way back that it is another brand's."""
    async with offices(tmp_path) as at_work:
        theirs = await at_work.opens("brand-two", "chris", "contract", text=TWO)
        answers = [await forged_form(at_work, request) for request in (theirs, "Z-1")]
        assert answers[0] == answers[1]
        assert "Такого запроса нет" in answers[0]
        found = await at_work.system.service.find(theirs)
        assert found is not None and not found.request.remarks


async def forged_form(at_work: Offices, says: str) -> str:
    """Timur opens the form of a request of his own and sends it for another; all that he sees of it."""
    user, request = at_work.id("timur"), await at_work.opens("brand-one", "emily", "contract")
    for person in ("daria", "igor"):
        assert isinstance(await at_work.system.service.do(request, Do(Action.YES, person)), Done)
    await at_work.quiet()
    channel, data = at_work.slack.dm(user), f"1|{request}|send_back|2|1|1|remarks"
    await at_work.slack.tap(user, channel, at_work.slack.chat(channel)[-1].ts, data, block_id="moves", value=data)
    await at_work.quiet()
    view = at_work.slack._view(user, at_work.slack.views(user)[-1].id)
    view.sent["private_metadata"] = view.sent["private_metadata"].replace(request, says)
    sent = await at_work.slack.submit(user, view.id, {"must_fix": {"value": "Say more"}})
    await at_work.quiet()
    return written([sent.ok, sent.errors, [one.payload["blocks"] for one in at_work.slack.views(user)]])


async def test_home_tabs(tmp_path: Path) -> None:
    """Of one's own brands alone; for creators no remark and nothing from inside."""
    async with offices(tmp_path) as at_work:
        await at_work.opens("brand-two", "chris", "contract", creator=TWO)
        home = {person: await at_work.home(person) for person in ("timur", "chris", "daria", MAYA, STRANGER)}
        assert "T-1" in home["chris"] and "T-1" in home["daria"]
        for person in ("timur", MAYA, STRANGER):
            for theirs in ("T-1", "Chris", "Vera", "Соколова", "Brand Two", "Бренд 2"):
                assert theirs not in home[person], (person, theirs)


@pytest.mark.parametrize("contacts_only", [False, True])
async def test_a_creators_home_tab_and_forms(tmp_path: Path, contacts_only: bool) -> None:
    """Their own request's state where the playbook shows it, else contacts alone; a form never shows them a remark."""
    async with offices(tmp_path, contacts_only=contacts_only) as at_work:
        own = await at_work.opens(
            "brand-one", "daria", "draft_content", creator_id=MAYA, by_creator=True, creator="Maya Chen", text="Mine"
        )
        note = Note(f"Less foam {REMARK}", Weight.MUST_FIX)
        assert isinstance(await at_work.system.service.do(own, Do(Action.SEND_BACK, "emily", remarks=(note,))), Done)
        await at_work.quiet()
        await greeted(at_work, [MAYA])
        seen = [await at_work.home(MAYA)]
        assert (str(own) in seen[0]) is not contacts_only
        assert "Emily Carter" in seen[0]
        for code in CARD_CODES:
            seen.append(await at_work.taps(MAYA, f"1|{own}|{code}"))
            if contacts_only:
                assert seen[-1].replace(own, "Z-1") == await at_work.taps(MAYA, f"1|Z-1|{code}"), code
        seen += [await at_work.commands(MAYA, words) for words in (f"status {own}", "status", "contact", "inbox", "who")]
        assert REMARK not in "".join(seen) and "foam" not in "".join(seen)
        assert "Igor" not in "".join(seen)
