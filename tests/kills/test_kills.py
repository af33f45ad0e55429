"""A sample of the kills on both engines; ``python -m tests.kills`` is for as many as one likes.

``SOGLAS_SEED`` says which, ``SOGLAS_KILLS`` how many; the seed is printed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.processes import Zygote
from tests.kills.trial import Engine, Load, trial

SEED = int(os.environ.get("SOGLAS_SEED") or secrets.randbelow(2**31))
KILLS = int(os.environ.get("SOGLAS_KILLS") or 15)
# Short leases: nobody can wait here for those of the real bot.
LOAD = Load(pause=0.5, under_way=15, leases=3)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as found:
        yield found


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_every_tap_has_one_outcome_whenever_the_process_is_killed(engine: Engine, tmp_path: Path, zygote: Zygote) -> None:
    """Nothing is lost, doubled or invented, every card tells the truth, nothing is sent twice but what a kill has cut."""
    print(f"seed {SEED}")
    report = await trial(engine, KILLS, SEED, tmp_path, zygote, LOAD)
    print(report)
    assert report.kills >= KILLS
    assert report.decisions, "nobody decided anything: nothing was proved"
