"""The smaller records: updates, questions, keys, numbers, cards, accounts, playbooks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.playbook.model import Playbook
from bot.core.request.model import RequestId
from bot.ports import Account, Broken, Copy, Store, Update
from tests.core.playbook.brands import BRAND_A, edited, loaded
from tests.storage.conftest import Engine
from tests.storage.deeds import A1, SECOND, T0

UPDATE = Update("telegram", "7", '{"text": "да"}', T0)
CARD = Copy(A1, "anna", "telegram", "1001", "55", "f1")


async def test_an_update_is_received_once(store: Store) -> None:
    """A repeated delivery is recognised by its id, within its messenger."""
    assert await store.run(lambda tx: tx.receive(UPDATE))
    assert not await store.run(lambda tx: tx.receive(replace(UPDATE, body="other")))
    assert await store.run(lambda tx: tx.receive(replace(UPDATE, messenger="slack")))
    assert await store.read(lambda tx: tx.unhandled("telegram")) == [UPDATE]


async def test_updates_are_handled_once_and_in_order(store: Store) -> None:
    """What was not handled when the bot stopped is there again at the next start, oldest first."""
    updates = [replace(UPDATE, id=str(n), received_at=T0 + (9 - n) * SECOND) for n in range(3)]
    await store.run(lambda tx: [tx.receive(update) for update in updates])
    await store.run(lambda tx: tx.handled("telegram", "1", T0))
    assert [update.id for update in await store.read(lambda tx: tx.unhandled("telegram"))] == ["2", "0"]
    assert await store.read(lambda tx: [tx.is_handled("telegram", update.id) for update in updates]) == [False, True, False]
    assert not await store.read(lambda tx: tx.is_handled("telegram", "unknown"))


async def test_a_question_is_kept_until_it_is_over(store: Store) -> None:
    """One open question for each account; a newer one takes its place."""
    await store.run(lambda tx: tx.save_dialog("telegram", "1001", "first", T0))
    await store.run(lambda tx: tx.save_dialog("telegram", "1001", "second", T0))
    assert await store.read(lambda tx: tx.dialog("telegram", "1001")) == "second"
    await store.run(lambda tx: tx.end_dialog("telegram", "1001"))
    assert await store.read(lambda tx: tx.dialog("telegram", "1001")) is None


async def test_a_key_remembers_what_it_was_used_for(store: Store) -> None:
    """The digest of what was asked, and the request it came to."""
    await store.run(lambda tx: tx.remember("k", "digest", A1, T0))
    assert await store.read(lambda tx: (tx.remembered("k"), tx.remembered("other"))) == (("digest", "A-1"), None)


async def test_numbers_are_given_once(engine: Engine) -> None:
    """200 callers at once in two processes: every number from 1, none twice."""
    here, there = engine.open(), engine.open()
    asked = [store.run(lambda tx: tx.next_number("A")) for _ in range(100) for store in (here, there)]
    assert sorted(await asyncio.gather(*asked)) == list(range(1, 201))
    assert await here.run(lambda tx: tx.next_number("B")) == 1


async def test_cards_are_known_by_person_and_by_message(store: Store) -> None:
    """Saved anew when their content changes, found by the message they are, forgotten on request."""
    await store.run(lambda tx: tx.save_copy(CARD))
    await store.run(lambda tx: tx.save_copy(replace(CARD, fingerprint="f2", overflow="A-1-x")))
    assert await store.read(lambda tx: tx.copies(A1)) == [replace(CARD, fingerprint="f2", overflow="A-1-x")]
    assert await store.read(lambda tx: tx.request_of("telegram", "1001", "55")) == A1
    assert await store.read(lambda tx: tx.request_of("slack", "1001", "55")) is None
    await store.run(lambda tx: tx.forget_copy(CARD))
    assert await store.read(lambda tx: (tx.copies(A1), tx.copies(RequestId("A-2")))) == ([], [])


async def test_accounts_are_found_by_person_and_by_messenger(store: Store) -> None:
    """One person may have several; an account belongs to one workspace."""
    here = Account("telegram", "", "1001", "anna", "1001")
    there = Account("slack", "T1", "U1", "anna")
    for account in (here, there, replace(here, blocked=True)):
        await store.run(lambda tx, account=account: tx.save_account(account))  # type: ignore[misc]
    assert await store.read(lambda tx: tx.accounts("anna")) == [there, replace(here, blocked=True)]
    assert await store.read(lambda tx: tx.account("slack", "U1", "T1")) == there
    assert await store.read(lambda tx: tx.account("slack", "U1")) is None
    assert await store.read(lambda tx: (tx.accounts("pavel"), len(tx.accounts()))) == ([], 2)


async def test_a_sent_message_is_noted_once(store: Store) -> None:
    """Noting it again changes nothing."""
    assert not await store.read(lambda tx: tx.sent("tell:1"))
    for message in ("5", "6"):
        await store.run(lambda tx, message=message: tx.note_sent("tell:1", "1001", message, T0))  # type: ignore[misc]
    assert await store.read(lambda tx: tx.sent("tell:1"))


def versions() -> list[tuple[Playbook, object, str]]:
    """Brand A and the same with one word changed."""
    found = [loaded(text) for text in (BRAND_A, edited("Marina Orlova", "Marina Petrova"))]
    return [(one.playbook, one.data, one.digest) for one in found if one.playbook]


async def test_a_playbook_in_force_gets_the_next_version(store: Store) -> None:
    """The same text again changes nothing; an earlier text that comes back is a version of its own."""
    first, second = versions()
    numbers = []
    for playbook, data, digest in (first, first, second, first):
        put = await store.run(lambda tx, p=playbook, a=data, d=digest: tx.put_in_force(p, a, d, "elsewhere", T0))  # type: ignore[misc]
        numbers.append(put.version)
        found = await store.read(lambda tx: tx.in_force("brand-a"))
        assert found is not None
        assert (found.version, found.digest, found.playbook, found.agreed) == (put.version, digest, playbook, "elsewhere")
    assert numbers == [1, 1, 2, 3]
    assert await store.read(lambda tx: [tx.playbook(digest) for _, _, digest in (first, second)]) == [first[0], second[0]]
    assert await store.read(lambda tx: tx.brands()) == ["brand-a"]


async def test_a_playbook_that_is_not_there_is_broken(store: Store) -> None:
    """A request without its playbook cannot be mended by trying again."""
    assert await store.read(lambda tx: tx.in_force("brand-a")) is None
    with pytest.raises(Broken, match="playbook abc"):
        await store.read(lambda tx: tx.playbook("abc"))
