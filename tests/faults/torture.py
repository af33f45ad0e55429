"""Crash schedules for as long as you like, with fresh seeds; and one schedule again, alone.

python -m tests.faults.torture --minutes 30
python -m tests.faults.torture --schedules 100000 --seed 7
python -m tests.faults.torture --seed 7 --script 35 --path 38,14
python -m tests.faults.torture --doors --schedules 2000
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time

from tests.faults.checks import Counted
from tests.faults.door_schedules import again_through_doors, run_doors
from tests.faults.schedules import Failed, again, run

_TOGETHER = 5000


def main() -> int:
    told = _arguments()
    seed = told.seed if told.seed is not None else secrets.randbelow(2**31)
    try:
        if told.script is not None:
            path = tuple(map(int, told.path.split(","))) if told.path not in ("", "none") else ()
            (again_through_doors if told.doors else again)(seed, told.script, path)
            print("every promise held")
        elif told.doors:
            print("seed {}: {} schedules of {} scripts".format(seed, *run_doors(seed, max(told.schedules, 1))))
        else:
            _endure(seed, told.minutes, told.schedules)
    except Failed as failed:
        print(failed)
        return 1
    return 0


def _endure(seed: int, minutes: float | None, schedules: int) -> None:
    begun, used, found = time.monotonic(), time.process_time(), Counted()
    while found.schedules < schedules or (minutes and time.monotonic() - begun < minutes * 60):
        print(f"seed {seed}", end=" ", flush=True)
        found.add(run(seed, min(_TOGETHER, schedules - found.schedules) if not minutes else _TOGETHER))
        print(
            f"{found}, {(time.process_time() - used) / found.schedules * 1000:.2f} s of processor time for each 1,000", flush=True
        )
        seed += 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, help="how long; fresh seeds all the time")
    parser.add_argument("--schedules", type=int, default=0, help="how many at least")
    parser.add_argument("--seed", type=int, help="where to begin; drawn and printed if not given")
    parser.add_argument("--script", type=int, help="one script alone")
    parser.add_argument("--doors", action="store_true", help="those through the real doors")
    parser.add_argument("--path", default="", help="one schedule of it alone: the places of its cuts")
    told = parser.parse_args()
    if told.script is None and not told.minutes and not told.schedules:
        parser.error("say --minutes, --schedules or --script")
    return told


if __name__ == "__main__":
    sys.exit(main())
