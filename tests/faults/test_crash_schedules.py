"""Sampled crash schedules. ``SOGLAS_SEED`` and ``SOGLAS_SCHEDULES`` say where to begin and how many; the seed is printed."""

from __future__ import annotations

import os
import secrets

import pytest

from tests.faults import process
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


@pytest.mark.parametrize("door", [AcknowledgesFirst, AnswersBeforeItIsWritten])
def test_the_schedules_see_what_is_wrong(monkeypatch: pytest.MonkeyPatch, door: type[Door]) -> None:
    """A door that loses taps is caught within a few hundred schedules, and the same schedule fails again."""
    monkeypatch.setattr(process, "Door", door)
    with pytest.raises(Failed, match=r"forgotten|lost|opened 0 requests"):
        run(1, 1000)
