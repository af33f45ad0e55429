"""Sampled crash schedules. ``SOGLAS_SEED`` and ``SOGLAS_SCHEDULES`` say where to begin and how many; the seed is printed."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.ports import NOTHING_SAID, About, Conflict, Job, Transaction
from bot.sending import Sending
from bot.service import Service, no_such_request
from bot.situation import Situation
from tests.faults import process
from tests.faults.power import Power
from tests.faults.process import Door
from tests.faults.schedules import Failed, run
from tests.faults.world import Deed

SEED = int(os.environ.get("SOGLAS_SEED") or secrets.randbelow(2**31))
# Portions, so that the workers of the suite can share them.
PORTIONS = 20
SCHEDULES = int(os.environ.get("SOGLAS_SCHEDULES") or 100_000)


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_every_promise_holds_after_every_cut(portion: int) -> None:
    """Wherever the process is cut, nothing is lost, doubled, forgotten or invented, and every card converges."""
    print(run(SEED, SCHEDULES // PORTIONS, first=portion * 10_000))


class AcknowledgesFirst(Door):
    """A door as it must not be."""

    async def receive(self, deeds: list[Deed]) -> None:  # type: ignore[override]
        for deed in deeds:
            self._site.world.acknowledge(deed)
            self._power.at("acknowledged")
        await super().receive(deeds)


class AnswersBeforeItIsWritten(Door):
    """Another one: it notes that an update was handled, and carries it out afterwards."""

    async def _carried_out(self, deed: Deed) -> None:
        await self._deliveries.handled(deed.id)
        await super()._carried_out(deed)


async def _swallowed(service: Service, work: Callable[[Transaction], Any], about: About = NOTHING_SAID) -> Any:
    """Tells whoever tapped that there is nothing, where somebody else was faster."""
    try:
        return await service._store.run(work, about)
    except Conflict:
        return (0, [], service.now()) if "wake_due" in work.__qualname__ else no_such_request()


def _thinks_it_drew_the_newest(sending: Sending, tx: Transaction, job: Job, situation: Situation, *rest: Any) -> bool:
    """Notes a card as shown whatever has happened to the request while it was on the way."""
    stored = tx.request(job.request)
    assert stored is not None
    return _NOTED(sending, tx, job, replace(situation, request=stored.request), *rest)


async def _always_lingers(power: Power) -> None:
    for _ in range(power.timing.getrandbits(5)):
        await asyncio.sleep(0)


_NOTED: Callable[..., bool] = Sending._shown


def test_the_schedules_see_that_a_lost_race_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision that lost against another process and is not tried again is missed at once."""
    monkeypatch.setattr(Service, "_retried", _swallowed)
    with pytest.raises(Failed, match=r"lost|opened 0 requests|comes out of nothing"):
        run(1, 1000)


def test_the_schedules_see_a_first_card_that_nobody_draws_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request moves on while its first card is under way: in slow messengers the card that stays behind is found."""
    monkeypatch.setattr(Sending, "_shown", _thinks_it_drew_the_newest)
    monkeypatch.setattr(Power, "linger", _always_lingers)
    with pytest.raises(Failed, match=r"the card of A-\d shows"):
        run(22, 30_000)  # one of the seeds with which it is soon


@pytest.mark.parametrize("door", [AcknowledgesFirst, AnswersBeforeItIsWritten])
def test_the_schedules_see_what_is_wrong(monkeypatch: pytest.MonkeyPatch, door: type[Door]) -> None:
    """A door that loses taps is caught within a few hundred schedules, and the same schedule fails again."""
    monkeypatch.setattr(process, "Door", door)
    with pytest.raises(Failed, match=r"forgotten|lost|opened 0 requests"):
        run(1, 1000)
